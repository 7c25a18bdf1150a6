/** Scaled dot-product attention. */
import { add, product } from "../values/dim.ts"
import { broadcast, type Shape } from "../values/shape.ts"
import { expectSame, type Outcome } from "./outcome.ts"

/**
 * softmax(query · keyᵀ / √d) · value
 *
 *   query     [..., queries, d]
 *   key       [..., keys, d]; fewer heads than the query's under grouped-query attention
 *   value     [..., keys, v]
 *   result    [..., queries, v]
 *   macs      both products: scores (queries · keys · d) and mixture (queries · keys · v) for every head
 *   problems  feature-mismatch, length-mismatch, broadcast-mismatch
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
 */
export function attend(query: Shape, key: Shape, value: Shape, isGrouped = false): Outcome {
  const [queries = 1, depth = 1] = query.slice(-2)
  const [keys = 1, keyDepth = 1] = key.slice(-2)
  const [values = 1, width = 1] = value.slice(-2)
  const { shape: lead, problems } = isGrouped
    ? { shape: query.slice(0, -2), problems: [] }
    : broadcast(query.slice(0, -2), key.slice(0, -2))
  return {
    shape: [...lead, queries, width],
    macs: add(product([...lead, queries, keys, depth]), product([...lead, queries, keys, width])),
    problems: [
      ...expectSame("feature-mismatch", "features in the key, as many as the query has", depth, keyDepth),
      ...expectSame("length-mismatch", "values, as many as keys", keys, values),
      ...problems,
    ],
  }
}
