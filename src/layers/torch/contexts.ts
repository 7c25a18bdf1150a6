/** Context managers and decorators of torch that change nothing analysis sees: what they wrap is what they give. */
import * as V from "../../values/value.ts"
import { callWith, type Entry, functions, method, nativeClass } from "./define.ts"

const CONTEXTS = (
  "torch.no_grad torch.enable_grad torch.inference_mode torch.set_grad_enabled torch.autocast torch.amp.autocast torch.cuda.amp.autocast torch.autograd.no_grad torch.autograd.enable_grad torch.autograd.set_grad_enabled torch.autograd.inference_mode " +
  "torch.autograd.set_detect_anomaly torch.autograd.detect_anomaly torch.autograd.profiler.record_function torch.autograd.profiler.profile torch.profiler.record_function torch.profiler.profile torch.nn.attention.sdpa_kernel torch.backends.cuda.sdp_kernel " +
  "torch.random.fork_rng torch.cuda.device torch.cuda.stream torch.jit.optimized_execution torch.backends.cudnn.flags torch.autograd.graph.save_on_cpu torch.nn.utils.parametrize.cached torch.cuda.nvtx.range torch.distributed.algorithms.join.Join"
).split(" ")

const isCallable = (value: V.Value | undefined): value is V.Value =>
  value !== undefined && ["function", "native", "method", "class"].includes(value.kind)

/** Enters as itself; used as a decorator it gives the function back. */
function contextClass(name: string): V.ClassValue {
  const cls: V.ClassValue = nativeClass({
    name,
    // `@torch.no_grad` without parentheses is called with the function itself.
    construct: (interpreter, { positional: [first] }, place) => (isCallable(first) ? first : interpreter.instantiate(cls, place)),
    attributes: [
      ["__enter__", method(`${name}.__enter__`, "", (_, self) => self)],
      ["__exit__", method(`${name}.__exit__`, "*args", () => V.NONE)],
      ["__call__", method(`${name}.__call__`, "function", (call) => call.required("function"))],
    ],
  })
  return cls
}

const DECORATORS = (
  "torch.jit.script torch.jit.script_method torch.jit.script_if_tracing torch.jit.ignore torch.jit.unused torch.jit.export torch.jit.trace torch.jit.freeze torch.jit.optimize_for_inference torch.jit._overload torch.jit._overload_method torch.jit.interface torch.jit.trace_module " +
  "torch._jit_internal._overload_method torch._jit_internal._overload torch._jit_internal.weak_module torch.compile torch.fx.wrap torch.fx.symbolic_trace torch.cuda.amp.custom_fwd torch.cuda.amp.custom_bwd torch.amp.custom_fwd torch.amp.custom_bwd torch.autograd.function.once_differentiable " +
  "torch._dynamo.disable torch._dynamo.allow_in_graph torch.compiler.disable torch.compiler.allow_in_graph torch._dynamo.graph_break torch.jit._script_if_tracing torch.quantization.fuse_modules torch.ao.quantization.fuse_modules"
).split(" ")

/** Given something to wrap, gives it back; given options only, gives a decorator. */
function passThrough(name: string): Entry[] {
  return functions(name, "*args, **kwargs", (call) => {
    const [first] = call.items("args")
    const isOption = first === undefined || first.kind === "string" || first.kind === "boolean"
    if (!isOption) return first
    const options = call.value("kwargs")
    const wrapped =
      options?.kind === "dictionary"
        ? (options.entries.get("s:fn") ?? options.entries.get("s:obj") ?? options.entries.get("s:model"))?.value
        : undefined
    return wrapped ?? V.native(name, (_, { positional: [target = V.NONE] }) => target)
  })
}

const checkpoints: Entry[] = [
  ...functions(
    "torch.utils.checkpoint.checkpoint",
    "function, *args, use_reentrant=None, preserve_rng_state=True, context_fn=None, determinism_check=None, debug=False, **kwargs",
    (call) => {
      const keywords = call.value("kwargs")
      const named =
        keywords?.kind === "dictionary"
          ? [...keywords.entries.values()].flatMap(({ key, value }): [string, V.Value][] =>
              key.kind === "string" ? [[key.value, value]] : [],
            )
          : []
      return call.interpreter.call(call.required("function"), { positional: call.items("args"), keywords: new Map(named) }, call.place)
    },
  ),
  ...functions(
    "torch.utils.checkpoint.checkpoint_sequential",
    "functions, segments, input, use_reentrant=None, preserve_rng_state=True",
    (call) => {
      const steps = call.interpreter.iterate(call.required("functions"))
      if (!Array.isArray(steps)) return steps as V.UnknownValue
      return (steps as V.Value[]).reduce((value, step) => callWith(call.interpreter, step, [value], call.place), call.required("input"))
    },
  ),
  ...functions("torch.jit.annotate", "the_type, the_value", (call) => call.read("the_value") ?? V.NONE),
  ...functions("torch.nn.functional._identity", "data=None, requires_grad=False, volatile=False", (call) => call.read("data") ?? V.NONE),
]

const CONTEXT = "torch.autograd.function.FunctionCtx"
/** What keeps tensors for the way back, and computes nothing. */
const KEEPING = "save_for_backward save_for_forward mark_dirty mark_non_differentiable set_materialize_grads"

/** `torch.autograd.Function`: `apply` runs `forward` with a context that takes whatever is put into it. */
function autogradFunction(): V.ClassValue {
  const context = {
    ...nativeClass({
      name: CONTEXT,
      attributes: KEEPING.split(" ").map((name) => [name, method(`${CONTEXT}.${name}`, "*args", () => V.NONE)]),
    }),
    unknownBase: V.unknown("the context of an autograd function is not followed"),
  }
  const apply = V.native("torch.autograd.Function.apply", (interpreter, { positional: [cls, ...given], keywords }, place) => {
    const forward = cls && interpreter.findAttribute(cls, "forward")
    if (!forward) return V.unknown("the autograd function has no forward", place)
    return interpreter.call(forward, { positional: [interpreter.instantiate(context, place), ...given], keywords }, place)
  })
  return nativeClass({ name: "torch.autograd.Function", attributes: [["apply", { kind: "property", form: "classmethod", get: apply }]] })
}

export const contexts: readonly Entry[] = [
  ...CONTEXTS.map((name): Entry => [name, () => contextClass(name)]),
  ...DECORATORS.flatMap(passThrough),
  ...checkpoints,
  ["torch.autograd.Function", autogradFunction],
  ["torch.autograd.function.Function", autogradFunction],
]
