/** The panel: one subject with the reader's numbers. It owns the knobs and what is selected, and draws itself anew when they change. */
import { SUBJECTS, subjectOf } from "../src/concepts/catalogue.ts"
import { NOTHING_SELECTED, type Selection } from "../src/concepts/scene.ts"
import { initialKnobs, type Knobs, type KnobValue, type Numbers, type Subject } from "../src/concepts/subject.ts"
import { changesOf } from "./changes.ts"
import { Check } from "./check.ts"
import { button, type Control, knobControl, select } from "./controls.ts"
import { element, section } from "./element.ts"
import { listen, remember, remembered, send } from "./host.ts"
import { pageOf } from "./markdown.ts"
import type { OpenedLayer, ToPanel } from "./messages.ts"
import { pageText } from "./pages.ts"
import { Picture } from "./picture.ts"
import { cards, formulaRows, quantityNamed } from "./quantities.ts"

interface State {
  subject: Subject
  knobs: Knobs
  selection: Selection
  layer: OpenedLayer | undefined
  /** As the code has them; what it does not say is left out. */
  inCode: Knobs
}

const [firstSubject] = SUBJECTS
const state: State = { subject: firstSubject as Subject, knobs: {}, selection: NOTHING_SELECTED, layer: undefined, inCode: {} }

const controls = new Map<string, Control>()
const heading = element("h1", {})
const summary = element("p", { class: "summary" })
const origin = element("div", { class: "origin" })
const subjects = select(
  "Subject",
  SUBJECTS.map(({ id, title }) => ({ value: id, label: title })),
  (id) => openOther(id),
  true,
)
const knobs = element("div", { class: "knobs", role: "group", "aria-label": "Knobs" })
const changed = element("div", { class: "changed" })
const problem = element("div", { class: "notice failed", role: "alert" })
const numberCards = element("dl", { class: "cards" })
const formulas = element("div", { class: "formulas" })
const page = element("article", { class: "page" })
const picture = new Picture({
  select: (selection) => {
    state.selection = selection
    renderSoon()
  },
  exportAs: (format, content) => send({ kind: "export", format, content, name: state.subject.id }),
  grab: () => {
    grabbed = state.knobs
  },
  drag: (by) => {
    for (const [name, distance] of Object.entries(by)) turnTo(name, distance)
  },
})
const check = new Check((request) => send({ kind: "run-check", request, subject: state.subject.id, knobs: state.knobs }))

const isCalm = (): boolean =>
  matchMedia("(prefers-reduced-motion: reduce)").matches || document.body.classList.contains("vscode-reduce-motion")

function open({ subject: id, knobs: given, layer }: Extract<ToPanel, { kind: "open" }>): void {
  const subject = subjectOf(id) ?? (firstSubject as Subject)
  const inCode = (layer && subject.fromLayer(layer.facts)) ?? {}
  Object.assign(state, {
    subject,
    layer,
    inCode,
    selection: NOTHING_SELECTED,
    knobs: { ...initialKnobs(subject), ...(layer && subject.standIn?.(layer.facts)), ...inCode, ...given },
  })
  heading.textContent = subject.title
  summary.textContent = subject.summary
  subjects.show(subject.id)
  buildKnobs()
  showOrigin()
  check.reset(subject)
  render()
  if (!isCalm()) picture.play()
  if (subject.numbers(state.knobs).problems.length === 0)
    check.start((request) => send({ kind: "run-check", request, subject: subject.id, knobs: state.knobs }))
  void showPage()
}

/** Another subject for the same layer: what both have in common stays as it is. */
function openOther(id: string): void {
  const names = new Set(subjectOf(id)?.knobs.map(({ name, kind }) => `${name} ${kind}`))
  const common = state.subject.knobs
    .filter(({ name, kind }) => names.has(`${name} ${kind}`))
    .map(({ name }) => [name, state.knobs[name] as KnobValue])
  open({ kind: "open", subject: id, knobs: Object.fromEntries(common), ...(state.layer && { layer: state.layer }) })
}

function buildKnobs(): void {
  controls.clear()
  for (const knob of state.subject.knobs)
    controls.set(
      knob.name,
      knobControl(knob, (value) => turn(knob.name, value)),
    )
  knobs.replaceChildren(...[...controls.values()].map(({ root }) => root))
}

/** The knobs as they were when something in the drawing was taken hold of. */
let grabbed: Knobs = {}

function turnTo(name: string, distance: number): void {
  const knob = state.subject.knobs.find((each) => each.name === name)
  if (knob?.kind !== "number") return
  const value = Math.max(knob.minimum, Math.min(knob.limit, stepped(Number(grabbed[name] ?? knob.initial) + distance, knob.step)))
  if (value !== state.knobs[name]) turn(name, value)
}

const stepped = (value: number, step = 1): number => Number((Math.round(value / step) * step).toPrecision(6))

function turn(name: string, value: KnobValue): void {
  state.knobs = { ...state.knobs, [name]: value }
  state.selection = { ...state.selection, moment: 0 }
  picture.pause()
  check.outdate(state.subject.numbers(state.knobs).problems.length === 0)
  renderSoon()
}

let isDue = false

/** At most once a frame. */
function renderSoon(): void {
  if (isDue) return
  isDue = true
  requestAnimationFrame(() => {
    isDue = false
    render()
  })
}

let drawnFor: Knobs | undefined

function render(): void {
  const { subject, knobs: values, selection } = state
  const numbers = subject.numbers(values)
  const isPossible = numbers.problems.length === 0
  picture.show(isPossible ? subject.diagram(values, selection) : undefined, selection)
  // Moving through the animation changes nothing else.
  if (drawnFor === values) return
  drawnFor = values
  for (const [name, control] of controls) control.show(values[name] as KnobValue)
  problem.hidden = isPossible
  problem.textContent = numbers.problems.join(" ")
  numberCards.replaceChildren(...cards(numbers))
  formulas.replaceChildren(...(isPossible ? formulaRows(subject.formulas(values)) : []))
  showChanges()
  remember({ subject: subject.id, knobs: values, layer: state.layer })
  void showPage(numbers)
}

async function showPage(numbers: Numbers = state.subject.numbers(state.knobs)): Promise<void> {
  const { subject } = state
  const text = await pageText(subject)
  if (subject !== state.subject || text === undefined) return
  page.replaceChildren(
    ...pageOf(text, { quantity: (name) => quantityNamed(numbers, name), open: (url) => send({ kind: "open-external", url }) }),
  )
}

function showOrigin(): void {
  const { layer, inCode, subject } = state
  if (!layer) return origin.replaceChildren()
  const missing = subject.knobs.filter(({ name }) => !(name in inCode)).map(({ label }) => label.toLowerCase())
  const isForeign = Object.keys(inCode).length === 0
  const note = isForeign
    ? "Its numbers do not fit this subject; an example is shown."
    : missing.length > 0
      ? `Not known from the code, so an example stands in: ${missing.join(", ")}.`
      : ""
  origin.replaceChildren(
    element("p", {}, element("code", {}, layer.name), ` ${layer.place}`, ...(note ? [element("span", { class: "note" }, note)] : [])),
    button("Show in code", () => send({ kind: "reveal" })),
  )
}

function showChanges(): void {
  const { subject, knobs: values, inCode, layer } = state
  const found = layer?.canWrite ? changesOf(subject, values, inCode, layer.facts) : []
  const text = found.map(({ argument, value }) => `${argument}=${value}`).join(", ")
  changed.replaceChildren(
    ...(found.length === 0
      ? []
      : [element("code", {}, text), button("Write to code", () => send({ kind: "write-to-code", changes: found }), "primary")]),
  )
}

function build(root: HTMLElement): void {
  const head = element("header", {}, element("div", { class: "titles" }, heading, subjects.root), summary, origin)
  root.append(
    head,
    element(
      "div",
      { class: "bench" },
      element("div", { class: "stage" }, problem, picture.root),
      element("div", { class: "side" }, section("Knobs", "turn", knobs, changed)),
    ),
    section("In numbers", "numbers", numberCards, formulas),
    check.root,
    section("What it is", "about", page),
  )
  new ResizeObserver(() => picture.refit()).observe(root)
}

function start(): void {
  build(document.getElementById("panel") ?? document.body)
  listen((message) => {
    if (message.kind === "open") open(message)
    else check.answer(message.request, message.outcome)
  })
  const earlier = remembered() as { subject: string; knobs: Knobs; layer?: OpenedLayer } | undefined
  if (earlier) open({ kind: "open", ...earlier })
  send({ kind: "ready" })
}

start()
