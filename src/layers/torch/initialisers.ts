/** `torch.nn.init`: initialisers change values, which analysis does not follow; they give back the tensor. */
import { numberOf } from "../arguments.ts"
import { multiply, product } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import { dropData, type Entry, functions } from "./define.ts"
import { shapeOf } from "./tensors.ts"

const NAMES =
  "uniform normal trunc_normal constant ones zeros eye dirac xavier_uniform xavier_normal kaiming_uniform kaiming_normal orthogonal sparse".split(
    " ",
  )

const GAINS: Record<string, number> = { tanh: 5 / 3, relu: Math.SQRT2, selu: 3 / 4 }

export const initialisers: readonly Entry[] = [
  ...NAMES.flatMap((name) =>
    functions(`torch.nn.init.${name}_ torch.nn.init.${name} torch.nn.init._no_grad_${name}_`, "tensor, *args, **kwargs", (call) => {
      const tensor = call.required("tensor")
      if (tensor.kind === "tensor") dropData(call.interpreter, tensor)
      return tensor
    }),
  ),
  ...functions("torch.nn.init.calculate_gain", "nonlinearity, param=None", (call) => {
    const slope = numberOf(call.value("param")) ?? 0.01
    const name = call.text("nonlinearity") ?? ""
    return V.float(name === "leaky_relu" ? Math.sqrt(2 / (1 + slope ** 2)) : (GAINS[name] ?? 1))
  }),
  ...functions("torch.nn.init._calculate_fan_in_and_fan_out", "tensor", (call) => {
    const [rows = 1, columns = 1, ...field] = shapeOf(call, call.tensor("tensor"))
    const size = product(field)
    return V.tuple([V.integer(multiply(columns, size)), V.integer(multiply(rows, size))])
  }),
  ...functions("torch.nn.init._calculate_correct_fan", "tensor, mode", (call) => {
    const [rows = 1, columns = 1, ...field] = shapeOf(call, call.tensor("tensor"))
    return V.integer(multiply(call.text("mode")?.toLowerCase() === "fan_out" ? rows : columns, product(field)))
  }),
]
