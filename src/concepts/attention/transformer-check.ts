/** Check of the transformer: a small one is run; what tokens on both sides reach, and writing step by step against all at once. */
import type { Backend } from "../backend.ts"
import { compared } from "../executed.ts"
import { grouped } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import {
  attended,
  distanceOf,
  fed,
  keptOf,
  maskOf,
  normalised,
  type Projections,
  projections,
  rowsOf,
  type SmallBlock,
  smallBlock,
} from "./small-transformer.ts"
import { readTransformer, transformerCosts, type TransformerSizes } from "./transformer-sizes.ts"

function smaller(sizes: TransformerSizes): TransformerSizes {
  const heads = Math.min(sizes.heads, 4)
  const width = Math.max(heads, Math.min(sizes.width, 48))
  return {
    ...sizes,
    heads,
    width: width - (width % heads),
    inner: Math.min(sizes.inner, 96),
    encoders: Math.min(sizes.encoders, 2),
    decoders: Math.min(sizes.decoders, 2),
    vocabulary: Math.min(sizes.vocabulary, 20),
    source: Math.min(sizes.source, 7),
    target: Math.max(2, Math.min(sizes.target, 6)),
    isTied: true,
    hasEnd: false,
  }
}

interface Small {
  readonly sizes: TransformerSizes
  readonly table: Held
  readonly reading: readonly SmallBlock[]
  readonly writing: readonly { readonly own: SmallBlock; readonly crossing: Projections }[]
}

function build(backend: Backend, sizes: TransformerSizes): Small {
  const small = { width: sizes.width, heads: sizes.heads, hidden: sizes.inner }
  return {
    sizes,
    table: backend.tensors.randomNormal([sizes.vocabulary, sizes.width], 0, 1, "float32", 3),
    reading: Array.from({ length: sizes.encoders }, (_, at) => smallBlock(backend, small, 20 + 10 * at)),
    writing: Array.from({ length: sizes.decoders }, (_, at) => ({
      own: smallBlock(backend, small, 50 + 20 * at),
      crossing: projections(backend, small, 60 + 20 * at),
    })),
  }
}

/** The sum with what came in, normalised behind it. */
const after = (backend: Backend, x: Held, made: Held): Held => normalised(backend, backend.tensors.add(x, made))

function encode(backend: Backend, { reading, sizes }: Small, source: Held): Held {
  return reading.reduce((x, block) => {
    const seen = after(backend, x, attended(backend, x, keptOf(backend, x, block.attention), block.attention, sizes.heads).result)
    return after(backend, seen, fed(backend, seen, block))
  }, source)
}

/** Scores of all tokens, at every written position. */
function decode(backend: Backend, { writing, sizes, table }: Small, target: Held, memory: Held): Held {
  const count = target.shape[0] ?? 0
  const mask = maskOf(backend, count, count, (query, key) => key <= query)
  const last = writing.reduce((y, { own, crossing }) => {
    const seen = after(backend, y, attended(backend, y, keptOf(backend, y, own.attention), own.attention, sizes.heads, mask).result)
    const crossed = after(backend, seen, attended(backend, seen, keptOf(backend, memory, crossing), crossing, sizes.heads).result)
    return after(backend, crossed, fed(backend, crossed, own))
  }, target)
  return backend.tensors.matMul(last, table, false, true)
}

export async function checkTransformer(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const real = readTransformer(knobs)
  const sizes = smaller(real)
  const small = build(backend, sizes)
  const made = [
    small.table,
    ...small.reading.flatMap(weightsOf),
    ...small.writing.flatMap(({ own, crossing }) => [...weightsOf(own), ...crossing]),
  ]
  const norms = (2 * sizes.encoders + 3 * sizes.decoders) * sizes.width
  return {
    backend: backend.name,
    rows: [
      ...(sizes.width >= 4 ? await reachRows(backend, small) : []),
      compared(
        "Weights of the small one, without normalisation",
        grouped(transformerCosts(sizes, false).parameters - norms),
        grouped(made.reduce((sum, { size }) => sum + size, 0)),
      ),
    ],
    timings: [],
    note: `A transformer with random weights, without bias and with fixed normalisation: ${sizes.encoders} and ${sizes.decoders} blocks instead of ${grouped(real.encoders)} and ${grouped(real.decoders)}, width ${sizes.width} instead of ${grouped(real.width)}, ${sizes.source} read and ${sizes.target} written positions.`,
  }
}

const weightsOf = ({ attention, into, out }: SmallBlock): readonly Held[] => [...attention, into, out]

async function reachRows(backend: Backend, small: Small): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const { source: read, target: written, width } = small.sizes
  const random = (rows: number, seed: number): Held => tensors.randomNormal([rows, width], 0, 1, "float32", seed)
  const [source, target] = [random(read, 11), random(written, 12)]
  const otherSource = read > 1 ? tensors.concat([random(1, 13), rowsOf(backend, source, 1, read - 1)], 0) : random(1, 13)
  const otherTarget = tensors.concat([rowsOf(backend, target, 0, written - 1), random(1, 14)], 0)
  const memory = encode(backend, small, source)
  const plain = decode(backend, small, target, memory)
  const moved = async (other: Held): Promise<Float32Array> => backend.values(tensors.max(tensors.abs(tensors.sub(plain, other)), 1))
  const byRead = await moved(decode(backend, small, target, encode(backend, small, otherSource)))
  const byWritten = (await moved(decode(backend, small, otherTarget, memory))).slice(0, written - 1)
  const steps = Array.from({ length: written }, (_, at) =>
    rowsOf(backend, decode(backend, small, rowsOf(backend, target, 0, at + 1), memory), at, 1),
  )
  const apart = await backend.number(distanceOf(backend, plain, tensors.concat(steps, 0)))
  return [
    {
      what: "First read token is another one: scores at every written position move, at least by",
      predicted: "more than 0",
      measured: Math.min(...byRead).toFixed(4),
      agrees: byRead.every((by) => by > 0),
    },
    {
      what: "Last written token is another one: scores before it move by",
      predicted: "0",
      measured: String(Math.max(...byWritten)),
      agrees: byWritten.every((by) => by === 0),
    },
    {
      what: `${written} tokens one by one, the source encoded once, against all at once`,
      predicted: "the same",
      measured: `differ by ${apart.toExponential(1)}`,
      agrees: apart < 1e-3,
    },
  ]
}
