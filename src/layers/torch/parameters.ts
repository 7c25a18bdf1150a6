/** `nn.Parameter` and what else makes weights outside of layers. */
import * as V from "../../values/value.ts"
import { type Entry, nativeCall, nativeClass } from "./define.ts"
import { TENSOR_CLASS } from "./tensors.ts"

/** A tensor as a parameter: itself when it is one. The elements are forgotten, because training changes them. */
export function asParameter(tensor: V.TensorValue, requiresGrad: boolean | undefined = true): V.TensorValue {
  if (tensor.role === "parameter") return tensor
  return newParameter(tensor, requiresGrad)
}

function newParameter(tensor: V.TensorValue, requiresGrad: boolean | undefined): V.TensorValue {
  return V.tensor("torch", tensor.shape, tensor.dtype, {
    role: "parameter",
    ...(requiresGrad !== undefined && { requiresGrad }),
    ...(tensor.unknown && { unknown: tensor.unknown }),
  })
}

export const parameterEntries: readonly Entry[] = [
  [
    "torch.nn.Parameter",
    () =>
      nativeClass({
        name: "torch.nn.Parameter",
        bases: [TENSOR_CLASS()],
        construct: nativeCall("torch.nn.Parameter", "data=None, requires_grad=True", (call) => {
          const data = call.value("data")
          if (data === undefined) return newParameter(V.tensor("torch", [0], "float32"), true)
          const tensor = call.tensorOf(data)
          return newParameter(
            data.kind === "unknown" ? { ...tensor, unknown: data } : tensor,
            call.interpreter.truth(call.read("requires_grad") ?? V.TRUE),
          )
        }),
      }),
  ],
  [
    "torch.nn.UninitializedParameter",
    () =>
      nativeClass({
        name: "torch.nn.UninitializedParameter",
        bases: [TENSOR_CLASS()],
        construct: (_, __, place) =>
          V.tensor("torch", undefined, "float32", {
            role: "parameter",
            requiresGrad: true,
            unknown: V.unknown("the parameter gets its shape at the first call", place),
          }),
      }),
  ],
  [
    "torch.nn.Buffer",
    () =>
      nativeClass({
        name: "torch.nn.Buffer",
        bases: [TENSOR_CLASS()],
        construct: nativeCall("torch.nn.Buffer", "data=None, *, persistent=True", (call) => {
          const { shape, dtype, unknown, data } = call.tensor("data")
          return V.tensor("torch", shape, dtype, { role: "buffer", ...(unknown && { unknown }), ...(data && { data }) })
        }),
      }),
  ],
]
