/** Check of XLNet: two streams are really run, tokens exchanged one by one, and which outputs move is laid beside the permutation's mask. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import { numberOf } from "../knobs.ts"
import type { Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import {
  attended,
  distanceOf,
  fed,
  FORBIDDEN,
  keptOf,
  maskOf,
  normalised,
  rowsOf,
  type SmallBlock,
  smallBlock,
} from "./small-transformer.ts"
import { isSeen, type Ordered, ordered, scoreOf, type Stream, weightsOf } from "./xlnet-order.ts"

const WIDTH = 24
const HEADS = 2
const LAYERS = 2
/** Tokens that there are. */
const VOCABULARY = 20
/** Rows of the text before: seen by all, so that even the first of the order sees something. */
const MEMORY = 2
const ORDERS = 4000

interface Small {
  readonly tokens: Held
  readonly positions: Held
  readonly start: Held
  readonly memory: Held
  readonly blocks: readonly SmallBlock[]
}

function build(backend: Backend): Small {
  const { tensors } = backend
  const table = (rows: number, seed: number): Held => tensors.randomNormal([rows, WIDTH], 0, 1, "float32", seed)
  const small = { width: WIDTH, heads: HEADS, hidden: 2 * WIDTH }
  return {
    tokens: table(VOCABULARY, 5),
    positions: table(16, 6),
    start: table(1, 7),
    memory: table(MEMORY, 8),
    blocks: Array.from({ length: LAYERS }, (_, at) => smallBlock(backend, small, 40 + 10 * at)),
  }
}

interface Streams {
  readonly query: Held
  readonly content: Held
}

type Masks = Readonly<Record<Stream, Held>>

/** Memory stands before the text and is always seen. */
const masksOf = (backend: Backend, text: Ordered): Masks => {
  const length = text.words.length
  const of = (stream: Stream): Held =>
    maskOf(backend, length, MEMORY + length, (from, key) => key < MEMORY || isSeen(text, from, key - MEMORY, stream))
  return { query: of("query"), content: of("content") }
}

/** Keys and values come from the content stream; both streams use the same weights. */
function run(backend: Backend, small: Small, ids: readonly number[], masks: Masks): Streams {
  const { tensors } = backend
  const places = rowsOf(backend, small.positions, 0, ids.length)
  let content = tensors.add(
    tensors.concat(
      ids.map((id) => rowsOf(backend, small.tokens, id, 1)),
      0,
    ),
    places,
  )
  let query = tensors.add(small.start, places)
  for (const block of small.blocks) {
    const keys = keptOf(backend, tensors.concat([small.memory, content], 0), block.attention)
    const stepped = (x: Held, mask: Held): Held => {
      const middle = normalised(backend, tensors.add(x, attended(backend, x, keys, block.attention, HEADS, mask).result))
      return normalised(backend, tensors.add(middle, fed(backend, middle, block)))
    }
    ;[query, content] = [stepped(query, masks.query), stepped(content, masks.content)]
  }
  return { query, content }
}

/** Which outputs move when one token is another: [changed][output]. */
interface Moved {
  readonly query: readonly (readonly number[])[]
  readonly content: readonly (readonly number[])[]
}

async function movedBy(backend: Backend, small: Small, ids: readonly number[], masks: Masks): Promise<Moved> {
  const { tensors } = backend
  const plain = run(backend, small, ids, masks)
  const each: Record<Stream, (readonly number[])[]> = { query: [], content: [] }
  for (const changed of ids.keys()) {
    const other = run(
      backend,
      small,
      ids.map((id, at) => (at === changed ? (id + 1) % VOCABULARY : id)),
      masks,
    )
    for (const stream of ["query", "content"] as const)
      each[stream].push([...(await backend.values(tensors.max(tensors.abs(tensors.sub(plain[stream], other[stream])), 1)))])
  }
  return each
}

export async function checkXlnet(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const text = ordered(knobs)
  const ids = text.words.map((_, at) => (at * 7 + 3) % VOCABULARY)
  const small = build(backend)
  const moved = await movedBy(backend, small, ids, masksOf(backend, text))
  return {
    backend: backend.name,
    rows: [
      await exampleRow(backend, text),
      maskRow("Query outputs that move as the mask says, of all pairs", text, moved.query, "query"),
      maskRow("Content outputs that do", text, moved.content, "content"),
      ownRow(moved),
      await causalRow(backend, small, text, ids),
      await evenRow(backend),
    ],
    timings: [],
    picture: pictureOf(text, moved),
    note: `Two streams of ${LAYERS} layers with random weights, width ${WIDTH} instead of ${numberOf(knobs, "d_model")}, ${HEADS} heads, on the picture's order; positions are added as vectors instead of relative ones, and ${MEMORY} rows of memory are seen by all.`,
  }
}

/** The last step of the picture, in tensors. */
async function exampleRow(backend: Backend, text: Ordered): Promise<CheckRow> {
  const last = text.order.at(-1) ?? 0
  const scores = text.words.map((_, to) => scoreOf(last, to) + (isSeen(text, last, to, "query") ? 0 : FORBIDDEN))
  const weights = backend.tensors.softmax(backend.tensor(Float32Array.from(scores), [1, scores.length]))
  return comparedNumber(
    "Largest weight at the picture's last step",
    Math.max(...weightsOf(text, last)),
    await backend.number(backend.tensors.max(weights)),
  )
}

/** Moving means at all: what the mask hides reaches an output by no path, and stays exactly the same. */
function maskRow(what: string, text: Ordered, moved: readonly (readonly number[])[], stream: Stream): CheckRow {
  const pairs = moved.flatMap((outputs, changed) => outputs.map((by, output) => by > 0 === isSeen(text, output, changed, stream)))
  const right = pairs.filter(Boolean).length
  return { what, predicted: `${pairs.length} of ${pairs.length}`, measured: `${right} of ${pairs.length}`, agrees: right === pairs.length }
}

function ownRow({ query, content }: Moved): CheckRow {
  const [asked, known] = [query, content].map((of) => of.map((outputs, at) => outputs[at] ?? 0)) as [number[], number[]]
  const [most, least] = [Math.max(...asked), Math.min(...known)]
  return {
    what: "A token's own output moves with it: in the query stream, and in the content stream",
    predicted: "0, and more than 0",
    measured: `${most}, and ${least.toFixed(3)} at least`,
    agrees: most === 0 && least > 0,
  }
}

/** Told from left to right, the content stream is what a decoder computes. */
async function causalRow(backend: Backend, small: Small, text: Ordered, ids: readonly number[]): Promise<CheckRow> {
  const places = ids.map((_, at) => at)
  const causal = maskOf(backend, ids.length, MEMORY + ids.length, (from, key) => key - MEMORY <= from)
  const inOrder = masksOf(backend, { ...text, order: places, rank: places })
  const [one, other] = [run(backend, small, ids, inOrder), run(backend, small, ids, { ...inOrder, content: causal })]
  const apart = await backend.number(distanceOf(backend, one.content, other.content))
  return {
    what: "From left to right: distance to the same layers under a causal mask",
    predicted: "0",
    measured: String(apart),
    agrees: apart === 0,
  }
}

/** Which of two tokens comes first in random orders; five standard deviations are allowed. */
async function evenRow(backend: Backend): Promise<CheckRow> {
  const chances = await backend.values(backend.tensors.randomUniform([ORDERS, 2], 0, 1, "float32", 23))
  let before = 0
  for (let at = 0; at < ORDERS; at++) before += Number((chances[2 * at] ?? 0) < (chances[2 * at + 1] ?? 0))
  const tolerance = 5 * Math.sqrt(0.25 / ORDERS)
  const share = before / ORDERS
  return {
    what: `Of ${ORDERS.toLocaleString("en-US")} random orders, those in which a token sees a given other one`,
    predicted: `50 % ± ${(100 * tolerance).toFixed(1)}`,
    measured: `${(100 * share).toFixed(1)} %`,
    agrees: Math.abs(share - 0.5) <= tolerance,
  }
}

/** What moved, as measured. */
function pictureOf({ words }: Ordered, { query, content }: Moved): Scene {
  const grid = (id: string, label: string, moved: Moved["query"]) => {
    const most = Math.max(...moved.flat(), 1e-9)
    return {
      kind: "grid" as const,
      id,
      label,
      tone: id === "query" ? ("kernel" as const) : ("second" as const),
      side: 24,
      cellWidth: 34,
      cells: words.map((_, output) =>
        words.map((__, changed) => ({
          text: (moved[changed]?.[output] ?? 0).toFixed(2),
          strength: Math.sqrt((moved[changed]?.[output] ?? 0) / most),
        })),
      ),
    }
  }
  return {
    title: "What moved",
    description: "How far each output moved when each token was exchanged: zero wherever the permutation's mask forbids it.",
    content: {
      kind: "row",
      gap: 30,
      parts: [
        grid("query", "query outputs (rows) by changed token", query),
        grid("content", "content outputs (rows) by changed token", content),
      ],
    },
  }
}
