/** The numbers of a subject: cards below the diagram, and formulas with the numbers put in. */
import { grouped, sizesText } from "../src/concepts/knobs.ts"
import type { Formula, Numbers, Quantity } from "../src/concepts/subject.ts"
import { element } from "./element.ts"
import { mathematics } from "./mathematics.ts"

const isShape = (value: Quantity["value"]): value is readonly number[] => Array.isArray(value)

export const quantityText = ({ value }: Quantity): string =>
  typeof value === "string" ? value : isShape(value) ? sizesText(value) : grouped(value as number)

/** For a sentence, where a shape is not broken at the end of a line. */
export function quantityNamed({ quantities }: Numbers, name: string): string | undefined {
  const found = quantities.find((quantity) => quantity.name === name)
  return found && quantityText(found).replaceAll(" × ", "\u00a0×\u00a0")
}

export function cards({ quantities }: Numbers): HTMLElement[] {
  return quantities.map((quantity) =>
    element(
      "div",
      { class: "card" },
      element("dt", {}, quantity.label),
      element("dd", {}, quantityText(quantity), ...(quantity.note ? [element("span", { class: "note" }, quantity.note)] : [])),
    ),
  )
}

export function formulaRows(formulas: readonly Formula[]): HTMLElement[] {
  return formulas.map(({ label, tex }) =>
    element("div", { class: "formula" }, element("span", { class: "name" }, label), mathematics(tex, "block")),
  )
}
