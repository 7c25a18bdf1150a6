/** Names of torch that model code mentions and that decide no shape: environment, optimisers, data loading, serialisation. */
import type { Arguments } from "../arguments.ts"
import { product } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import { contexts } from "./contexts.ts"
import { constant, type Entry, functions, method, nativeClass, openClass } from "./define.ts"
import { deviceObject, dtypeNamed, dtypeObject, isFloating, promote, operandOf } from "./dtypes.ts"
import { initialisers } from "./initialisers.ts"
import { measuring } from "./measuring.ts"

const answers = (names: string, answer: V.Value): Entry[] => functions(names, "*args, **kwargs", () => answer)

const FALSE_QUESTIONS =
  "torch.cuda.is_available torch.cuda.is_bf16_supported torch.jit.is_scripting torch.jit.is_tracing torch.onnx.is_in_onnx_export torch._C._get_tracing_state torch.backends.mps.is_available torch.backends.mps.is_built torch.distributed.is_available torch.distributed.is_initialized torch.xpu.is_available torch.is_autocast_enabled torch.is_autocast_cpu_enabled torch.compiler.is_compiling torch._dynamo.is_compiling torch.is_inference_mode_enabled torch.are_deterministic_algorithms_enabled torch.overrides.has_torch_function torch.overrides.is_tensor_method_or_property torch.mps.is_available torch.cuda.is_initialized torch._utils.is_compiling torch.onnx.is_onnxrt_backend_supported torch.overrides.has_torch_function_unary torch.overrides.has_torch_function_variadic"
const TRUE_QUESTIONS =
  "torch.is_grad_enabled torch.distributed.is_nccl_available torch.backends.cudnn.is_available torch.backends.mkldnn.is_available"
const SILENT =
  "torch.manual_seed torch.cuda.manual_seed torch.cuda.manual_seed_all torch.random.manual_seed torch.cuda.empty_cache torch.cuda.synchronize torch.cuda.set_device torch.set_default_dtype torch.set_default_tensor_type torch.set_default_device torch.set_printoptions torch.set_num_threads torch.set_float32_matmul_precision torch.use_deterministic_algorithms torch.save torch.jit.save torch.onnx.export torch.autograd.backward torch._assert torch._check torch._C._log_api_usage_once torch.distributed.init_process_group torch.distributed.barrier torch.distributed.destroy_process_group torch.distributed.all_reduce torch.nn.utils.clip_grad_norm_ torch.nn.utils.clip_grad_value_ torch.nn.utils.clip_grad_norm torch.backends.cuda.enable_flash_sdp torch.cuda.reset_peak_memory_stats torch.cuda.init torch.seed torch.set_rng_state torch.cuda.set_rng_state torch.set_flush_denormal torch.ops.load_library torch.set_autocast_enabled torch.set_autocast_gpu_dtype torch.fx._symbolic_trace.wrap torch.multiprocessing.set_start_method torch.set_num_interop_threads torch._dynamo.reset torch.autograd.set_multithreading_enabled torch._dynamo.mark_static torch.jit.set_fusion_strategy torch.mps.empty_cache torch.compiler.reset torch.cuda.reset_max_memory_allocated"
const ZEROS =
  "torch.cuda.device_count torch.cuda.current_device torch.distributed.get_rank torch.cuda.memory_allocated torch.cuda.max_memory_allocated torch.cuda.memory_reserved torch.get_rng_state torch.initial_seed"

const environment: Entry[] = [
  ...answers(FALSE_QUESTIONS, V.FALSE),
  ...answers(TRUE_QUESTIONS, V.TRUE),
  ...answers(SILENT, V.NONE),
  ...answers(ZEROS, V.integer(0)),
  ...answers("torch.distributed.get_world_size torch.get_num_threads", V.integer(1)),
  ...functions("torch.get_default_dtype", "", () => dtypeObject("float32")),
  ...functions("torch.get_autocast_gpu_dtype", "", () => dtypeObject("float16")),
  ...functions("torch.get_autocast_dtype", "device_type", () => dtypeObject("float16")),
  ...functions("torch.get_default_device", "", (call) => deviceObject(undefined, call.place)),
  ...constant("torch.__version__", V.string("2.6.0")),
  ...constant("torch.version.__version__", V.string("2.6.0")),
  ...constant("torch.version.cuda torch.version.hip", V.NONE),
  ...constant("torch.pi", V.float(Math.PI)),
  ...constant("torch.e", V.float(Math.E)),
  ...constant("torch.inf", V.float(Number.POSITIVE_INFINITY)),
  ...constant("torch.nan", V.float(Number.NaN)),
  ...constant("torch.newaxis", V.NONE),
  ...constant(
    "torch.strided torch.contiguous_format torch.channels_last torch.channels_last_3d torch.preserve_format torch.sparse_coo torch.sparse_csr",
    V.string("memory format"),
  ),
  ...constant(
    "torch.backends.cudnn.benchmark torch.backends.cudnn.deterministic torch.backends.cudnn.enabled torch.backends.cuda.matmul.allow_tf32 torch.backends.cudnn.allow_tf32",
    V.FALSE,
  ),
]

/** Questions about a value. */
const questions: Entry[] = [
  ...functions("torch.is_tensor torch.torch.is_tensor", "obj", (call) => {
    const value = call.read("obj") ?? V.NONE
    return value.kind === "unknown" ? V.unknown(value.reason, call.place) : V.boolean(value.kind === "tensor")
  }),
  ...functions("torch.is_floating_point Tensor.is_floating_point", "input", (call) => dtypeQuestion(call, isFloating)),
  ...functions("torch.is_complex Tensor.is_complex", "input", (call) => dtypeQuestion(call, (dtype) => dtype.startsWith("complex"))),
  ...functions("torch.promote_types", "type1, type2", (call) => {
    const [left, right] = [dtypeNamed(call.value("type1")), dtypeNamed(call.value("type2"))]
    const result = promote({ dtype: left, isScalar: false, isNumber: false }, { dtype: right, isScalar: false, isNumber: false })
    return result === undefined ? V.unknown("one of the types is not known", call.place) : dtypeObject(result)
  }),
  ...functions("torch.result_type", "tensor1, tensor2", (call) => {
    const result = promote(operandOf(call.required("tensor1")), operandOf(call.required("tensor2")))
    return result === undefined ? V.unknown("one of the types is not known", call.place) : dtypeObject(result)
  }),
  ...functions("torch.overrides.handle_torch_function", "*args, **kwargs", (call) =>
    V.unknown("overridden functions are not followed", call.place),
  ),
]

function dtypeQuestion(call: Arguments, ask: (dtype: string) => boolean): V.Value {
  const { dtype } = call.tensor("input")
  return dtype === undefined ? V.unknown("the dtype is not known", call.place) : V.boolean(ask(dtype))
}

/** Limits of number types. */
const FLOAT_LIMITS: Record<string, { max: number; eps: number; tiny: number; bits: number }> = {
  float32: { max: 3.4028234663852886e38, eps: 1.1920928955078125e-7, tiny: 1.1754943508222875e-38, bits: 32 },
  float64: { max: Number.MAX_VALUE, eps: Number.EPSILON, tiny: 2.2250738585072014e-308, bits: 64 },
  float16: { max: 65504, eps: 0.0009765625, tiny: 6.103515625e-5, bits: 16 },
  bfloat16: { max: 3.3895313892515355e38, eps: 0.0078125, tiny: 1.1754943508222875e-38, bits: 16 },
}
const INTEGER_BITS: Record<string, number> = { int64: 64, int32: 32, int16: 16, int8: 8, uint8: 8 }

function limitsClass(name: string, members: (dtype: string) => [string, V.Value][] | undefined): V.ClassValue {
  const cls: V.ClassValue = nativeClass({
    name,
    construct: (interpreter, call, place) => {
      const dtype = dtypeNamed(call.positional[0] ?? call.keywords.get("type")) ?? "float32"
      const found = members(dtype)
      if (!found) return V.unknown(`the limits of ${dtype} are not known`, place)
      const instance = interpreter.instantiate(cls, place)
      for (const [key, value] of found) instance.attributes.set(key, value)
      return instance
    },
  })
  return cls
}

const floatLimits = (dtype: string): [string, V.Value][] | undefined => {
  const limits = FLOAT_LIMITS[dtype]
  return (
    limits && [
      ["max", V.float(limits.max)],
      ["min", V.float(-limits.max)],
      ["eps", V.float(limits.eps)],
      ["tiny", V.float(limits.tiny)],
      ["smallest_normal", V.float(limits.tiny)],
      ["bits", V.integer(limits.bits)],
    ]
  )
}

const integerLimits = (dtype: string): [string, V.Value][] | undefined => {
  const bits = INTEGER_BITS[dtype]
  if (bits === undefined) return undefined
  const span = 2n ** BigInt(dtype === "uint8" ? bits : bits - 1)
  const small = (value: bigint) => V.integer(BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value)
  return [
    ["max", small(span - 1n)],
    ["min", small(dtype === "uint8" ? 0n : -span)],
    ["bits", V.integer(bits)],
  ]
}

/** Classes whose objects are made and passed around; what they do is unknown, and says so when asked. */
const OPAQUE =
  "torch.optim.Adam torch.optim.AdamW torch.optim.SGD torch.optim.RMSprop torch.optim.Adagrad torch.optim.Adadelta torch.optim.Adamax torch.optim.NAdam torch.optim.RAdam torch.optim.ASGD torch.optim.LBFGS torch.optim.SparseAdam torch.optim.Rprop torch.optim.Optimizer torch.optim.optimizer.Optimizer " +
  "torch.optim.lr_scheduler.StepLR torch.optim.lr_scheduler.MultiStepLR torch.optim.lr_scheduler.CosineAnnealingLR torch.optim.lr_scheduler.CosineAnnealingWarmRestarts torch.optim.lr_scheduler.ReduceLROnPlateau torch.optim.lr_scheduler.LambdaLR torch.optim.lr_scheduler.OneCycleLR torch.optim.lr_scheduler.ExponentialLR torch.optim.lr_scheduler.LinearLR torch.optim.lr_scheduler.SequentialLR torch.optim.lr_scheduler.CyclicLR torch.optim.lr_scheduler.PolynomialLR torch.optim.lr_scheduler._LRScheduler torch.optim.lr_scheduler.LRScheduler torch.optim.swa_utils.AveragedModel torch.optim.swa_utils.SWALR " +
  "torch.utils.data.RandomSampler torch.utils.data.SequentialSampler torch.utils.data.SubsetRandomSampler torch.utils.data.WeightedRandomSampler torch.utils.data.BatchSampler torch.utils.data.DistributedSampler torch.utils.data.distributed.DistributedSampler torch.utils.tensorboard.SummaryWriter torch.cuda.amp.GradScaler torch.amp.GradScaler torch.cuda.Event torch.cuda.Stream torch.Generator torch.fx.Tracer torch.fx.Interpreter torch.fx.Transformer torch.fx.GraphModule torch.fx.Graph torch.fx.Node torch.fx.Proxy"
/** Classes that users derive from and whose own behaviour is nothing. */
const PLAIN =
  "torch.utils.data.IterableDataset torch.utils.data.Sampler torch.utils.data.sampler.Sampler torch.jit.Attribute torch.nn.attention.SDPBackend"

function opaqueClass(name: string): V.ClassValue {
  const construct = name.startsWith("torch.optim.") && !name.includes("lr_scheduler") ? optimise : () => V.NONE
  return openClass({ name, attributes: [["__init__", method(`${name}.__init__`, "*args, **kwargs", construct)]] })
}

/** An optimiser refuses to have nothing to do, which is how layers in plain lists come to light. */
function optimise(call: Arguments): V.Value {
  const [parameters] = call.items("args")
  const items = parameters?.kind === "iterator" && parameters.rest ? undefined : parameters && call.interpreter.iterate(parameters)
  if (Array.isArray(items) && items.length === 0)
    call.problem("argument-error", "got no parameters to train: layers in a plain list or dictionary are not registered")
  return V.NONE
}

const opaque: Entry[] = [
  ...OPAQUE.split(" ").map((name): Entry => [name, () => opaqueClass(name)]),
  ...PLAIN.split(" ").map(
    (name): Entry => [
      name,
      () => nativeClass({ name, attributes: [["__init__", method(`${name}.__init__`, "*args, **kwargs", () => V.NONE)]] }),
    ],
  ),
  ["torch.finfo", () => limitsClass("torch.finfo", floatLimits)],
  ["torch.iinfo", () => limitsClass("torch.iinfo", integerLimits)],
  ["torch.Size", () => sizeClass()],
  ...functions(
    "torch.load torch.jit.load torch.hub.load torch.hub.load_state_dict_from_url torch.utils.model_zoo.load_url",
    "*args, **kwargs",
    (call) => V.unknown("what a file holds is not known", call.place),
  ),
]

const sizeClass = (): V.ClassValue =>
  nativeClass({
    name: "torch.Size",
    construct: (interpreter, { positional: [first] }, place) => {
      if (first === undefined) return V.tuple([], "torch.Size")
      const items = interpreter.iterate(first)
      return Array.isArray(items) ? V.tuple(items as V.Value[], "torch.Size") : V.unknown("what the size is made of is not known", place)
    },
    attributes: [["numel", method("torch.Size.numel", "", (call, self) => V.integer(product(call.sizesOf(self))))]],
  })

/** `torch.nn.modules.utils`: numbers as tuples. */
const repeat = (call: Arguments, count: number, value: V.Value): V.Value =>
  call.sequence(value) ? V.tuple(call.sequence(value) as V.Value[]) : V.tuple(new Array<V.Value>(count).fill(value))

const tuples: Entry[] = [
  ...Object.entries({ _single: 1, _pair: 2, _triple: 3, _quadruple: 4 }).flatMap(([name, count]) =>
    functions(`nn.${name}`, "x", (call) => repeat(call, count, call.read("x") ?? V.NONE)),
  ),
  ...functions("nn._ntuple", "n, name='parse'", (call) => {
    const count = call.integer("n")
    return V.native("torch.nn.modules.utils.parse", (_, { positional: [value = V.NONE] }) => repeat(call, count, value))
  }),
  ...functions("nn._reverse_repeat_tuple", "t, n", (call) => {
    const count = call.integer("n")
    return V.tuple(
      call
        .items("t")
        .toReversed()
        .flatMap((item) => new Array<V.Value>(count).fill(item)),
    )
  }),
]

export const harmless: readonly Entry[] = [...environment, ...questions, ...opaque, ...tuples, ...initialisers, ...contexts, ...measuring]
