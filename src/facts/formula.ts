/** The parameter formula of a layer with the reader's numbers in it: "5·5·1·6 + 6 = 156". */
import type { Layer, Weight } from "../model/model.ts"
import { dimText } from "../values/dim.ts"
import { grouped } from "./text.ts"

/** More kinds of weights than this are no formula anybody reads. */
const MAXIMUM_TERMS = 6

/** The sum of the weights' sizes; undefined where it would say nothing. Torch stores outputs first, people write kernels first. */
export function parameterFormula({ weights, qualifiedType }: Layer): string | undefined {
  const terms = new Map<string, number>()
  for (const weight of weights) {
    const text = productText(weight, qualifiedType.startsWith("torch."))
    terms.set(text, (terms.get(text) ?? 0) + 1)
  }
  const says = terms.size > 1 || [...terms].some(([text, count]) => count > 1 || text.includes("·"))
  if (!says || terms.size > MAXIMUM_TERMS) return undefined
  return [...terms].map(([text, count]) => (count > 1 ? `${count}·${text}` : text)).join(" + ")
}

function productText({ shape }: Weight, isOutputFirst: boolean): string {
  const sizes = isOutputFirst ? shape.toReversed() : shape
  return sizes.length === 0 ? "1" : sizes.map((size) => factorText(dimText(size))).join("·")
}

const factorText = (text: string): string => (/ [+−] /.test(text) && !text.startsWith("⌊") ? `(${text})` : grouped(text))
