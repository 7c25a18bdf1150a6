/** What is said of a model beside its counts: memory, and how much of it is known. */
import type { Coverage, Model } from "../model/model.ts"
import { type Dim, isConcrete, sum } from "../values/dim.ts"
import { bytesText, perExample } from "./text.ts"

/** "102.2 MB of weights · 7.0 MB at once in inference · 95.3 MB kept for training"; undefined when no number is known. */
export function memoryText({ memory: { weights, peak, kept }, inputs }: Model): string | undefined {
  const isOpen = inputs.some(({ shape }) => shape?.[0] !== undefined && typeof shape[0] === "object")
  const each = isOpen ? " an example" : ""
  const said = (bytes: Dim | undefined, text: string): string[] => {
    const one = perExample(bytes)
    return one !== undefined && isConcrete(one) ? [bytesText(one) + text] : []
  }
  const parts = [
    ...said(weights && sum([...weights.values()]), ` of weights${typesText([...(weights ?? [])].map(([dtype]) => dtype))}`),
    ...said(peak, ` at once in inference${each}`),
    ...said(kept, ` kept for training${each}`),
  ]
  return parts.length > 0 ? parts.join(" · ") : undefined
}

/** " (float16)" where not all is float32; counters of steps are left out. */
function typesText(dtypes: readonly string[]): string {
  const floats = dtypes.filter((dtype) => !/^u?int|^bool/.test(dtype))
  return floats.some((dtype) => dtype !== "float32") ? ` (${floats.join(", ")})` : ""
}

/** "52 of 53 layers, 170 of 175 operators known"; undefined where all is known. */
export function coverageText({ layers, operations }: Coverage): string | undefined {
  if (layers.known === layers.total && operations.known === operations.total) return undefined
  return `${layers.known} of ${layers.total} layers, ${operations.known} of ${operations.total} operators known`
}
