/** A convolution layer as its knobs: the kernel's shape says channels and sizes, the arguments the rest. */
import type { KnobValue, LayerFacts } from "../subject.ts"

export interface LayerKernel {
  readonly filters: number | null
  readonly channelsPerGroup: number | null
  readonly channels: number | null
  readonly sizes: readonly (number | null)[]
  readonly image: readonly (number | null)[]
  readonly hasBias: boolean
  /** 1 or 2. */
  readonly axes: number
}

/** Convolutions that are not transposed, in one or two dimensions. */
const CONVOLUTION = /^(Lazy)?(Depthwise)?(Conv[12][dD]|conv[12]d|Convolution[12]D)$/

export function kernelOf(facts: LayerFacts): LayerKernel | undefined {
  if (!CONVOLUTION.test(facts.type) && !/^depthwiseConv2d$/i.test(facts.type)) return undefined
  const weight = facts.weights.find(({ name }) => /(^|[./])(weight|kernel|depthwise_kernel)$/.test(name))
  if (!weight || weight.shape.length < 3 || weight.shape.length > 4) return undefined
  const isDepthwise = /depthwise/i.test(facts.type)
  const isFirst = facts.framework === "torch"
  const [first = null, second = null] = isFirst ? weight.shape : weight.shape.slice(-2)
  const sizes = isFirst ? weight.shape.slice(2) : weight.shape.slice(0, -2)
  const [filters, channelsPerGroup] = isFirst
    ? [first, second]
    : isDepthwise
      ? [first !== null && second !== null ? first * second : null, 1]
      : [second, first]
  const { channels, image } = inputOf(facts, sizes.length)
  const groups = facts.arguments["groups"]
  const counted =
    isDepthwise && !isFirst
      ? first
      : channelsPerGroup !== null && typeof groups === "number"
        ? channelsPerGroup * groups
        : groups === undefined
          ? channelsPerGroup
          : null
  const hasBias = facts.weights.some(({ name }) => /(^|[./])bias$/.test(name))
  return {
    filters,
    channelsPerGroup,
    channels: counted ?? channels,
    sizes: flat(sizes, 1),
    image: flat(image, 1),
    hasBias,
    axes: sizes.length,
  }
}

function inputOf({ input, framework, arguments: given }: LayerFacts, axes: number) {
  const isFirst = given["data_format"] === "channels_first" || given["dataFormat"] === "channelsFirst" || framework === "torch"
  const tail = input?.slice(-axes - 1) ?? []
  if (tail.length <= axes) return { channels: null, image: Array.from({ length: axes }, () => null) }
  return isFirst ? { channels: tail[0] ?? null, image: tail.slice(1) } : { channels: tail.at(-1) ?? null, image: tail.slice(0, -1) }
}

/** One dimension is a picture one pixel high. */
const flat = (sizes: readonly (number | null)[], high: number): readonly (number | null)[] =>
  sizes.length === 1 ? [high, ...sizes] : sizes

const WORDS = new Set(["same", "valid"])

/** An argument for height and width, `standard` for the height of what has none; undefined when it is not known. */
export function pairArgument(facts: LayerFacts, names: readonly string[], axes: number, standard: number): KnobValue | undefined {
  const name = names.find((candidate) => candidate in facts.arguments)
  const value = name === undefined ? undefined : facts.arguments[name]
  if (value === null || value === undefined || typeof value === "boolean") return undefined
  if (typeof value === "string") return WORDS.has(value.toLowerCase()) ? value.toLowerCase() : undefined
  const sizes = typeof value === "number" ? Array.from({ length: axes }, () => value) : value
  if (axes === 1) return [standard, sizes[0] as number]
  return sizes.every((size) => size === sizes[0]) ? sizes[0] : sizes
}

/** Sizes as a knob's value, those of one dimension always as a pair; undefined when one is not known. */
export function knownSizes(sizes: readonly (number | null)[], axes = 2): KnobValue | undefined {
  const known = sizes.filter((size): size is number => size !== null)
  if (known.length < sizes.length || known.length === 0) return undefined
  return axes === 2 && known.every((size) => size === known[0]) ? known[0] : known
}

/** Without what is not known. */
export function known(values: Readonly<Record<string, KnobValue | null | undefined>>): Record<string, KnobValue> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, KnobValue] => entry[1] !== null && entry[1] !== undefined),
  )
}
