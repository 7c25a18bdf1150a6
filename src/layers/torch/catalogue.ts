/** The table of everything known below `torch`, its aliases, and its namespaces. */
import type { FrameworkCatalogue } from "../catalogue.ts"
import type * as V from "../../values/value.ts"
import { activations } from "./activations.ts"
import { adaptiveSoftmax } from "./adaptive-softmax.ts"
import { arithmetic } from "./arithmetic.ts"
import { attention } from "./attention.ts"
import { comparisons } from "./comparison.ts"
import { isFurtherAttribute } from "./further-attributes.ts"
import { compiledVision } from "./vision.ts"
import { containers } from "./containers.ts"
import { convolutions } from "./convolution.ts"
import { creation } from "./creation.ts"
import { distributionEntries, distributionNamespaces } from "./distributions.ts"
import { dataEntries } from "./data.ts"
import type { Entry } from "./define.ts"
import { dtypeEntries } from "./dtypes.ts"
import { einopsEntries } from "./einops.ts"
import { embeddings } from "./embedding.ts"
import { harmless } from "./harmless.ts"
import { indexing } from "./indexing.ts"
import { joining } from "./joining.ts"
import { trees } from "./trees.ts"
import { lightningEntries, lightningNamespaces } from "./lightning.ts"
import { linears } from "./linear.ts"
import { losses } from "./losses.ts"
import { matrices } from "./matrices.ts"
import { moduleEntries } from "./module.ts"
import { normalisations } from "./normalisation.ts"
import { paddings } from "./padding.ts"
import { parameterEntries } from "./parameters.ts"
import { parametrizations } from "./parametrization.ts"
import { parametrizeEntries } from "./parametrize.ts"
import { pictureEntries } from "./pictures.ts"
import { poolings } from "./pooling.ts"
import { products } from "./products.ts"
import { recurrences } from "./recurrence.ts"
import { reductions } from "./reduction.ts"
import { resamplings } from "./resampling.ts"
import { reshapedInPlace } from "./reshaped-in-place.ts"
import { reshapings } from "./reshaping.ts"
import { selections } from "./selection.ts"
import { sequences } from "./sequences.ts"
import { spectra } from "./spectra.ts"
import { tensorClassEntries, tensorProperty } from "./tensors.ts"
import { transformers } from "./transformer.ts"
import { transformEntries } from "./transforms.ts"
import { views } from "./views.ts"

const FAMILIES: readonly (readonly Entry[])[] = [
  moduleEntries,
  tensorClassEntries,
  parameterEntries,
  dtypeEntries,
  containers,
  creation,
  convolutions,
  linears,
  embeddings,
  normalisations,
  poolings,
  paddings,
  resamplings,
  reshapings,
  adaptiveSoftmax,
  activations,
  recurrences,
  sequences,
  attention,
  transformers,
  losses,
  products,
  arithmetic,
  comparisons,
  reductions,
  selections,
  joining,
  trees,
  views,
  indexing,
  parametrizations,
  parametrizeEntries,
  spectra,
  matrices,
  reshapedInPlace,
  einopsEntries,
  compiledVision,
  harmless,
  dataEntries,
  distributionEntries,
  pictureEntries,
  transformEntries,
  lightningEntries,
]

let table: ReadonlyMap<string, () => V.Value> | undefined
const made = new Map<string, V.Value>()

function makerOf(name: string): (() => V.Value) | undefined {
  table ??= new Map(FAMILIES.flat())
  return table.get(name)
}

/** Where libraries import from, and the name it is known by. A trailing dot stands for everything below. */
const ALIASES: readonly (readonly [string, string])[] = [
  ["torch.nn.parameter.", "torch.nn."],
  ["torch.nn.utils.parametrizations.", "torch.nn.utils.parametrizations."],
  ["torch.nn.modules.module.Module", "torch.nn.Module"],
  ["torch.jit.ScriptModule", "torch.nn.Module"],
  ["torch._C._nn.", "torch.nn.functional."],
  ["torch._VF.", "torch."],
  ["torch.functional.", "torch."],
  ["torch.special.", "torch."],
  ["torch.ops.aten.", "torch."],
  ["torch._tensor.", "torch."],
  ["torch.autograd.Variable", "torch.nn.functional._identity"],
  ["torch.autograd.variable.Variable", "torch.nn.functional._identity"],
]
/** `torch.nn.modules.conv.Conv2d` is `torch.nn.Conv2d`. */
const SUBMODULE = /^torch\.nn\.modules\.(?:\w+\.)?(\w+)$/

/** `torch.clamp_(x, 0, 1)`: methods that torch has as functions, too. */
const FUNCTIONS_IN_PLACE = new Set(
  "abs_ acos_ acosh_ addmv_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ as_strided_ asin_ asinh_ atan_ atanh_ ceil_ clamp_ clamp_max_ clamp_min_ clip_ conj_physical_ cos_ cosh_ deg2rad_ detach_ erf_ erfc_ exp2_ exp_ expm1_ fill_ fix_ floor_ frac_ gcd_ i0_ index_put_ lcm_ ldexp_ log10_ log1p_ log2_ log_ logit_ nan_to_num_ neg_ negative_ rad2deg_ reciprocal_ relu_ resize_as_ round_ rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ trunc_ xlogy_ zero_".split(
    " ",
  ),
)

function canonical(name: string): string | undefined {
  const own = name.startsWith("torch.") ? name.slice("torch.".length) : ""
  if (FUNCTIONS_IN_PLACE.has(own)) return `torch.Tensor.${own}`
  const submodule = SUBMODULE.exec(name)
  if (submodule) return `torch.nn.${submodule[1]}`
  for (const [from, to] of ALIASES) {
    if (name === from) return to
    if (from.endsWith(".") && name.startsWith(from)) return to + name.slice(from.length)
  }
  return undefined
}

/** Packages whose names the table may hold. */
const OWNED = /^(?:torch|einops|thop\b|fvcore\b|ptflops\b|lightning\b|pytorch_lightning\b|PIL\b)/

function value(name: string): V.Value | undefined {
  if (!OWNED.test(name)) return undefined
  const known = made.get(name)
  if (known) return known
  const maker = makerOf(name)
  const other = maker ? undefined : canonical(name)
  const found = maker ? maker() : other !== undefined && other !== name ? value(other) : undefined
  if (found) made.set(name, found)
  if (name === "torch.Tensor" && found?.kind === "class") fillTensorClass(found)
  return found
}

/** Methods of tensors are found on the class too: `torch.Tensor.view(x, -1)`, `super().view(-1)`. */
function fillTensorClass(cls: V.ClassValue): void {
  for (const name of table?.keys() ?? []) {
    const [, attribute] = /^torch\.Tensor\.(\w+)$/.exec(name) ?? []
    const entry = attribute === undefined ? undefined : value(name)
    if (attribute !== undefined && entry) cls.attributes.set(attribute, entry)
  }
}

const NAMESPACES = new Set(
  (
    "torch torch.nn torch.nn.functional torch.nn.init torch.nn.parameter torch.nn.modules torch.nn.utils torch.nn.utils.rnn torch.nn.utils.parametrize torch.nn.utils.parametrizations torch.nn.utils.prune " +
    "torch.nn.utils.weight_norm torch.nn.utils.spectral_norm torch.nn.utils.stateless torch.nn.utils.fusion torch.nn.attention torch.nn.attention.flex_attention torch.nn.attention.bias torch.nn.parallel torch.nn.parallel.distributed torch.nn.quantized torch.nn.quantizable torch.nn.intrinsic torch.nn.common_types torch.nn.grad torch.nn.qat torch.nn.backends " +
    "torch.utils torch.utils.data torch.utils.data.dataset torch.utils.data.dataloader torch.utils.data.distributed torch.utils.data.sampler torch.utils.checkpoint torch.utils.model_zoo torch.utils._pytree torch.utils.tensorboard torch.utils.benchmark torch.utils.cpp_extension torch.utils.flop_counter torch.utils.hooks torch.utils.mobile_optimizer torch.utils.collect_env " +
    "torch.optim torch.optim.lr_scheduler torch.optim.optimizer torch.optim.swa_utils torch.autograd torch.autograd.function torch.autograd.functional torch.autograd.variable torch.autograd.profiler torch.jit torch.jit.annotations torch.fx torch.fx.proxy torch.fx.graph_module torch.cuda torch.cuda.amp torch.cuda.nvtx torch.amp torch.backends torch.backends.cudnn torch.backends.cuda torch.backends.mps torch.backends.mkldnn torch.backends.mha torch.mps torch.xpu " +
    "torch.distributed torch.distributed.nn torch.distributed.algorithms torch.distributions torch.fft torch.linalg torch.special torch.hub torch.onnx torch.profiler torch.random torch.quantization torch.ao torch.ao.quantization torch.ao.nn torch.sparse torch.ops torch.ops.torchvision torch.ops.aten torch.overrides torch.library torch.types torch.compiler torch._dynamo torch._C torch._C._nn torch._VF torch._six torch._jit_internal torch.functional torch.testing torch.func torch.export torch.version torch.serialization torch.storage torch.multiprocessing torch.package torch._utils torch._tensor torch.return_types torch._inductor torch._functorch torch.functorch torch.nested torch.signal torch.signal.windows torch.masked torch.futures torch.futures torch.monitor einops einops.einops einops.layers einops.layers.torch " +
    "torchvision.datasets torchvision.transforms torchvision.transforms.v2 torchsummary torchsummary.torchsummary torchinfo torchinfo.torchinfo thop fvcore fvcore.nn ptflops"
  )
    .split(" ")
    .concat(lightningNamespaces, distributionNamespaces, "torch.distributions.kl"),
)

const isNamespace = (name: string): boolean => NAMESPACES.has(name) || (/^torch\.nn\.modules\.\w+$/.test(name) && canonicalIsMissing(name))

/** `torch.nn.modules.conv` is a namespace; `torch.nn.modules.Conv2d` is a class. */
const canonicalIsMissing = (name: string): boolean => value(name) === undefined

function tensorAttribute(name: string): V.Value | undefined {
  return tensorProperty(name) ?? value(`torch.Tensor.${name}`)
}

/** The table, made when first asked for. */
function names(): Iterable<string> {
  makerOf("")
  return table?.keys() ?? []
}

export const torchCatalogue: FrameworkCatalogue = {
  value,
  isNamespace,
  names,
  closed: ["torch", "einops", "torchaudio", "torchtext"],
  tensorAttribute,
  mayHave: isFurtherAttribute,
  // The other modules of these packages are read where they are installed.
  sourceName: (name) => (/^(?:(?:pytorch_)?lightning|torchvision\.(?:datasets|transforms))\./.test(name) ? name : undefined),
  standsIn: (name) => ["torchvision", "PIL", "PIL.Image"].includes(name),
}
