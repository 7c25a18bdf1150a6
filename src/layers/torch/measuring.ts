/** Tools that run a model to report on it: torchsummary, torchinfo, thop, fvcore, ptflops, tracing and export. Each shows what the model is fed. */
import type { Arguments } from "../arguments.ts"
import { symbol } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"

const REPORT = "the report is made when the program runs"

/** Calls the model as the tool does. Only an object whose class is known is worth it. */
function run(call: Arguments, model: V.Value, positional: readonly V.Value[], keywords: ReadonlyMap<string, V.Value> = new Map()): void {
  if (model.kind === "instance" && positional.length + keywords.size > 0)
    call.interpreter.call(model, { positional, keywords: new Map(keywords) }, call.place)
}

const isGiven = (value: V.Value | undefined): value is V.Value => value !== undefined && value !== V.NONE

/** A tuple is spread over the arguments; anything else is the only one. */
function spread(call: Arguments, value: V.Value): readonly V.Value[] {
  return value.kind === "tuple" || value.kind === "list" ? (call.sequence(value) ?? []) : [value]
}

/** "(3, 32, 32)" is one shape, "[(3, 32, 32), (10,)]" are two; empty where a size is not known. */
function shapesIn(call: Arguments, value: V.Value): V.Value[][] {
  const items = call.sequence(value) ?? []
  if (items.length === 0) return []
  if (items.every(({ kind }) => kind === "integer")) return [[...items]]
  const inner = items.map((item) => (item.kind === "tuple" || item.kind === "list" ? (call.sequence(item) ?? []) : []))
  return inner.every((sizes) => sizes.length > 0 && sizes.every(({ kind }) => kind === "integer")) ? inner.map((sizes) => [...sizes]) : []
}

const filled = (call: Arguments, sizes: readonly V.Value[], batch: readonly V.Value[] = []): V.TensorValue =>
  V.tensor(
    "torch",
    [...batch, ...sizes].map((size) => call.interpreter.dim(size)),
    "float32",
  )

/** torchsummary leaves the batch open (it prints -1): https://github.com/sksq96/pytorch-summary */
function torchsummary(call: Arguments): V.Value {
  const batch = V.integer(symbol("N", { lower: 1 }))
  const shapes = shapesIn(call, call.required("input_size"))
  run(
    call,
    call.required("model"),
    shapes.map((sizes) => filled(call, sizes, [batch])),
  )
  return V.NONE
}

/** torchinfo's sizes hold the batch, unless `batch_dim` puts a batch of one in front: https://github.com/TylerYep/torchinfo */
function torchinfo(call: Arguments): V.Value {
  const model = call.required("model")
  const data = call.read("input_data")
  const size = call.read("input_size")
  const isTyped = isGiven(call.read("dtypes"))
  const batch = call.read("batch_dim")
  if (isGiven(data)) {
    if (data.kind === "dictionary") run(call, model, [], named(data))
    else run(call, model, spread(call, data))
  } else if (isGiven(size) && !isTyped && (!isGiven(batch) || call.integer("batch_dim") === 0)) {
    const front = isGiven(batch) ? [V.integer(1)] : []
    run(
      call,
      model,
      shapesIn(call, size).map((sizes) => filled(call, sizes, front)),
    )
  }
  return V.unknown(REPORT, call.place)
}

const named = (dictionary: V.Value): Map<string, V.Value> =>
  new Map(
    dictionary.kind === "dictionary"
      ? [...dictionary.entries.values()].flatMap(({ key, value }) => (key.kind === "string" ? [[key.value, value] as const] : []))
      : [],
  )

/** ptflops builds one input of batch 1: https://github.com/sovrasov/flops-counter.pytorch */
function ptflops(call: Arguments): V.Value {
  if (!isGiven(call.read("input_constructor")))
    run(
      call,
      call.required("model"),
      shapesIn(call, call.required("input_res")).map((sizes) => filled(call, sizes, [V.integer(1)])),
    )
  return V.unknown(REPORT, call.place)
}

/** Example inputs are spread; a dictionary that ends them names arguments. */
function exported(call: Arguments): V.Value {
  const args = spread(call, call.required("args"))
  const last = args.at(-1)
  const isNamed = last?.kind === "dictionary"
  const keywords = isNamed ? named(last) : named(call.read("kwargs") ?? V.NONE)
  run(call, call.required("model"), isNamed ? args.slice(0, -1) : args, keywords)
  return V.NONE
}

function traced(call: Arguments): V.Value {
  const model = call.required("func")
  const inputs = call.read("example_inputs")
  if (isGiven(inputs)) run(call, model, spread(call, inputs))
  return model
}

function profiled(call: Arguments): V.Value {
  run(call, call.required("model"), spread(call, call.required("inputs")))
  return V.unknown(REPORT, call.place)
}

export const measuring: readonly Entry[] = [
  ...functions("torchsummary.summary torchsummary.torchsummary.summary", 'model, input_size, batch_size=-1, device="cuda"', torchsummary),
  ...functions(
    "torchinfo.summary torchinfo.torchinfo.summary",
    "model, input_size=None, input_data=None, batch_dim=None, cache_forward_pass=None, col_names=None, col_width=25, depth=3, device=None, dtypes=None, mode=None, row_settings=None, verbose=None, **kwargs",
    torchinfo,
  ),
  ...functions("thop.profile", "model, inputs, custom_ops=None, verbose=True, ret_layer_info=False, report_missing=False", profiled),
  ...functions(
    "fvcore.nn.FlopCountAnalysis fvcore.nn.flop_count fvcore.nn.ActivationCountAnalysis",
    "model, inputs, *args, **kwargs",
    profiled,
  ),
  ...functions(
    "ptflops.get_model_complexity_info",
    "model, input_res, print_per_layer_stat=True, as_strings=True, input_constructor=None, *args, **kwargs",
    ptflops,
  ),
  ...functions("torch.onnx.export", "model, args=(), f=None, *positional, kwargs=None, **options", exported),
  ...functions("torch.jit.trace", "func, example_inputs=None, *positional, **options", traced),
]
