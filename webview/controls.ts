/** The controls of the panel. The one file that knows the library they come from. */
import "@vscode-elements/elements/dist/vscode-button/index.js"
import "@vscode-elements/elements/dist/vscode-checkbox/index.js"
import "@vscode-elements/elements/dist/vscode-option/index.js"
import "@vscode-elements/elements/dist/vscode-progress-ring/index.js"
import "@vscode-elements/elements/dist/vscode-single-select/index.js"
import "@vscode-elements/elements/dist/vscode-textfield/index.js"
import { knobText, parseKnob } from "../src/concepts/knobs.ts"
import type { Knob, KnobValue } from "../src/concepts/subject.ts"
import { element } from "./element.ts"

export interface Control {
  readonly root: HTMLElement
  show(value: KnobValue): void
}

type Changed = (value: KnobValue) => void

/** Library elements have their state as properties. */
type Valued = HTMLElement & { value: string; label: string; checked: boolean; invalid: boolean; disabled: boolean }

const made = (name: string, attributes: Readonly<Record<string, string>>, ...children: readonly (Node | string)[]): Valued =>
  element(name as "div", attributes, ...children) as unknown as Valued

export function button(label: string, press: () => void, kind: "primary" | "secondary" = "secondary"): HTMLElement {
  const root = made("vscode-button", kind === "secondary" ? { secondary: "" } : {}, label)
  root.addEventListener("click", () => root.disabled || press())
  return root
}

export function enable(root: HTMLElement, isEnabled: boolean): void {
  ;(root as Valued).disabled = !isEnabled
}

/** One sign on a small button, with words for those who do not see it. */
export function signButton(sign: string, label: string, press: () => void): HTMLButtonElement {
  const root = element("button", { class: "sign", type: "button", "aria-label": label, title: label }, sign)
  root.addEventListener("click", press)
  return root
}

export const progress = (label: string): HTMLElement => made("vscode-progress-ring", { "aria-label": label })

export function select(
  label: string,
  options: readonly { readonly value: string; readonly label: string }[],
  changed: (value: string) => void,
  isSearchable = false,
): { root: HTMLElement; show(value: string): void } {
  const root = made(
    "vscode-single-select",
    { label, ...(isSearchable && { combobox: "" }) },
    ...options.map((option) => made("vscode-option", { value: option.value }, option.label)),
  )
  root.addEventListener("change", () => changed(root.value))
  return { root, show: (value) => (root.value = value) }
}

export function slider(label: string, minimum: number, maximum: number, changed: (value: number) => void): HTMLInputElement {
  const root = element("input", { type: "range", min: String(minimum), max: String(maximum), "aria-label": label })
  root.addEventListener("input", () => changed(root.valueAsNumber))
  return root
}

export function knobControl(knob: Knob, changed: Changed): Control {
  if (knob.kind === "flag") return flagControl(knob, changed)
  if (knob.kind === "choice") return choiceControl(knob, changed)
  return sizeControl(knob, changed)
}

function flagControl(knob: Knob & { kind: "flag" }, changed: Changed): Control {
  const box = made("vscode-checkbox", { label: knob.label, title: knob.help })
  box.addEventListener("change", () => changed(box.checked))
  // Focus would scroll a box at the edge into the middle, and the click would end elsewhere.
  box.addEventListener("mousedown", (event) => {
    event.preventDefault()
    box.focus({ preventScroll: true })
  })
  return { root: element("div", { class: "knob flag" }, box), show: (value) => (box.checked = value === true) }
}

function choiceControl(knob: Knob & { kind: "choice" }, changed: Changed): Control {
  const { root, show } = select(knob.label, knob.choices, changed)
  return {
    root: element("div", { class: "knob" }, element("span", { class: "name", title: knob.help }, knob.label), root),
    show: (value) => show(String(value)),
  }
}

const several = (most = 2): string => (most > 2 ? `Up to ${most} numbers, as in “32, 64”.` : "One number, or two as in “3, 1”.")

/** A slider for what is usual beside a field for everything that is possible. */
function sizeControl(knob: Knob & { kind: "number" | "sizes" }, changed: Changed): Control {
  const field = made("vscode-textfield", { title: `${knob.help}${knob.kind === "sizes" ? ` ${several(knob.most)}` : ""}` })
  // The name of the input within; it is no attribute.
  field.label = `${knob.label}, exact`
  let shown: KnobValue = knob.initial
  // Of different sizes the slider moves the last, so that what is one pixel high stays so.
  const range = slider(knob.label, knob.minimum, knob.maximum, (size) =>
    changed(Array.isArray(shown) ? [...shown.slice(0, -1), size] : size),
  )
  if (knob.kind === "number" && knob.step !== undefined) range.step = String(knob.step)
  field.addEventListener("input", () => {
    const value = parseKnob(knob, field.value)
    field.invalid = value === undefined
    if (value !== undefined) changed(value)
  })
  const show = (value: KnobValue): void => {
    shown = value
    // What is being typed is left alone.
    if (document.activeElement !== field) {
      field.value = knobText(value, knob)
      field.invalid = false
    }
    const size = Array.isArray(value) ? Number(value.at(-1)) : Number(value)
    if (!Number.isNaN(size)) range.valueAsNumber = Math.min(knob.maximum, size)
    range.setAttribute("aria-valuetext", knobText(value, knob))
  }
  const name = element("span", { class: "name", title: knob.help }, knob.label)
  return { root: element("div", { class: "knob" }, name, element("div", { class: "sliding" }, range, field)), show }
}
