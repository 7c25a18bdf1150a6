/** Embeddings of torch: vectors looked up by index, one by one or summed in bags. */
import { Arguments } from "../arguments.ts"
import { embed } from "../../operators/reduce.ts"
import { dimText, lessThan, subtract } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import * as V from "../../values/value.ts"
import { callWith, type Entry, functions, method } from "./define.ts"
import { isFloating } from "./dtypes.ts"
import { layer } from "./layer.ts"
import { demandLast, shapeOf } from "./tensors.ts"

/** An index is a whole number: a table of vectors cannot be asked for its 2.5th. */
function indexProblems(input: V.TensorValue): Problem[] {
  const { dtype } = input
  if (dtype === undefined || dtype === "int64" || dtype === "int32") return []
  const isWrong = isFloating(dtype) || dtype === "bool"
  return isWrong ? [{ code: "index-dtype", message: `takes indices of type int64 or int32, got ${dtype}` }] : []
}

function look(call: Arguments, weight: V.TensorValue): V.Value {
  const input = call.tensor("input")
  const width = shapeOf(call, weight).at(-1) ?? 1
  const indices = demandLast(call, input, ["N", "L"], "int64")
  if (input.dtype === undefined) call.interpreter.refine(input, indices, "int64")
  const { shape } = embed(indices, width)
  return call.emit(
    [input, weight],
    { shape, problems: [...indexProblems(input), ...rangeProblems(input, weight)].slice(0, 1) },
    weight.dtype,
  )
}

/** Indices that are known must lie within the table. */
function rangeProblems({ data }: V.TensorValue, weight: V.TensorValue): Problem[] {
  const rows = weight.shape?.[0]
  const largest = data && data.length > 0 ? Math.max(...data.map(Number)) : undefined
  return largest !== undefined && typeof rows === "number" && largest >= rows
    ? [{ code: "index-out-of-range", message: `looks up index ${largest} in a table of ${rows} rows` }]
    : []
}

/** A bag's vectors are added up: one result a row, or one an offset. */
function lookBag(call: Arguments, weight: V.TensorValue, options: Arguments): V.Value {
  const input = call.tensor("input")
  const width = shapeOf(call, weight).at(-1) ?? 1
  const offsets = call.optionalTensor("offsets")
  const { length } = shapeOf(call, input)
  if (length === 1 ? !offsets : length !== 2)
    call.problem(
      "rank-mismatch",
      length === 1
        ? "EmbeddingBag needs offsets for indices of one dimension"
        : `EmbeddingBag takes indices of 1 or 2 dimensions, got ${length}`,
    )
  const rows = offsets ? shapeOf(call, offsets)[0] : shapeOf(call, input)[0]
  const bags = rows !== undefined && offsets && options.flag("include_last_offset") ? subtract(rows, 1) : rows
  if (bags === undefined) return call.unclear("the number of bags is not known")
  return call.emit([input, weight, ...(offsets ? [offsets] : [])], { shape: [bags, width], problems: indexProblems(input) }, weight.dtype)
}

const tableOf = (args: Arguments) => ({
  weight: args.has("_weight") ? shapeOf(args, args.tensor("_weight")) : [args.size("num_embeddings"), args.size("embedding_dim")],
})

/** `Embedding.from_pretrained(weights)`: a table of given vectors, frozen unless asked otherwise. */
const fromPretrained = (name: string): [string, V.Value] => [
  "from_pretrained",
  {
    kind: "property",
    form: "classmethod",
    get: method(
      `${name}.from_pretrained`,
      "embeddings, freeze=True, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False, mode='mean', include_last_offset=False",
      (call, cls) => {
        const given = call.tensor("embeddings")
        const [rows, width] = shapeOf(call, given)
        if (rows === undefined || width === undefined) return call.unclear("the pretrained vectors have no shape of rows and columns")
        const made = callWith(call.interpreter, cls, [V.integer(rows), V.integer(width)], call.place)
        const weight = call.interpreter.findAttribute(made, "weight")
        if (weight?.kind === "tensor" && call.flag("freeze") === true) weight.requiresGrad = false
        return made
      },
    ),
  },
]

export const embeddings: readonly Entry[] = [
  layer({
    name: "nn.Embedding",
    signature:
      "num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False, _weight=None, _freeze=False, device=None, dtype=None",
    sentence: "Looks up a learned vector for every index.",
    formula: "num_embeddings · embedding_dim",
    check: (args) => {
      const [padding, rows] = [args.optionalSize("padding_idx"), args.size("num_embeddings")]
      return padding !== undefined && lessThan(padding, rows) === false
        ? `has padding_idx ${dimText(padding)} in a table of ${dimText(rows)} rows`
        : undefined
    },
    weights: tableOf,
    forward: (call, self) => look(call, self.tensor("weight")),
    more: [fromPretrained("torch.nn.Embedding")],
  }),
  layer({
    name: "nn.EmbeddingBag",
    signature:
      "num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode='mean', sparse=False, _weight=None, include_last_offset=False, padding_idx=None, device=None, dtype=None",
    input: "input, offsets=None, per_sample_weights=None",
    sentence: "Looks up learned vectors and sums or averages those of each bag.",
    formula: "num_embeddings · embedding_dim",
    weights: tableOf,
    forward: (call, self) => lookBag(call, self.tensor("weight"), self),
    more: [fromPretrained("torch.nn.EmbeddingBag")],
  }),
  ...functions(
    "F.embedding torch.embedding",
    "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False",
    (call) => look(call, call.tensor("weight")),
  ),
  ...functions(
    "F.embedding_bag",
    "input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode='mean', sparse=False, per_sample_weights=None, include_last_offset=False, padding_idx=None",
    (call) => {
      // Weights first and indices second was the order once; torch still takes it.
      const [input, weight] = [call.tensor("input"), call.tensor("weight")]
      const isOld = input.dtype?.startsWith("float") === true && weight.dtype === "int64"
      if (!isOld) return lookBag(call, weight, call)
      const read = (name: string) => (name === "input" ? weight : name === "weight" ? input : call.read(name))
      const turned = new Arguments(call.interpreter, call.place, call.name, "torch", read, call.given)
      return lookBag(turned, input, turned)
    },
  ),
]
