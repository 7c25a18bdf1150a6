/** The live check: asks the host to run it, and sets what was predicted beside what was executed. */
import { column, type Scene } from "../src/concepts/scene.ts"
import { short } from "../src/concepts/knobs.ts"
import type { CheckResult, CheckRow, Subject } from "../src/concepts/subject.ts"
import { drawScene } from "../src/drawing/draw.ts"
import { EDITOR } from "../src/drawing/palette.ts"
import { button, enable, progress } from "./controls.ts"
import { element, section } from "./element.ts"
import type { CheckOutcome } from "./messages.ts"

export class Check {
  readonly root: HTMLElement
  readonly #about = element("p", { class: "quiet" })
  readonly #run: HTMLElement
  readonly #state = element("span", { class: "state", role: "status", "aria-live": "polite" })
  readonly #result = element("div", { class: "result" })
  #request = 0

  constructor(run: (request: number) => void) {
    this.#run = button("Run check", () => this.start(run), "primary")
    this.root = section("Live check", "check", this.#about, element("div", { class: "run" }, this.#run, this.#state), this.#result)
  }

  reset({ checked }: Subject): void {
    this.#request++
    this.#about.textContent = checked
    this.#state.replaceChildren()
    this.#result.replaceChildren()
    enable(this.#run, true)
  }

  start(run: (request: number) => void): void {
    this.#request++
    enable(this.#run, false)
    this.#state.replaceChildren(progress("The check is running"), "running …")
    run(this.#request)
  }

  /** The knobs were turned after it ran. */
  outdate(isPossible: boolean): void {
    this.#request++
    enable(this.#run, isPossible)
    const isShown = this.#result.childElementCount > 0
    this.#result.classList.toggle("outdated", isShown)
    this.#state.replaceChildren(isShown ? "The knobs have changed since; run it again." : "")
  }

  /** An answer to an older question is passed over. */
  answer(request: number, outcome: CheckOutcome): void {
    if (request !== this.#request) return
    enable(this.#run, true)
    this.#state.replaceChildren()
    this.#result.classList.remove("outdated")
    this.#result.replaceChildren(...(outcome.kind === "result" ? resultOf(outcome.result) : [refusal(outcome)]))
    this.#result.hidden = false
  }
}

function refusal({ kind, reason }: Extract<CheckOutcome, { reason: string }>): HTMLElement {
  const title = kind === "refused" ? "Not run: " : "The check failed: "
  const advice = kind === "refused" ? "" : " Run it again; when it fails again, the Layerscope output says more."
  return element(
    "p",
    { class: kind === "refused" ? "notice" : "notice failed", role: "alert" },
    element("strong", {}, title),
    reason,
    advice,
  )
}

function resultOf(result: CheckResult): HTMLElement[] {
  const isRight = result.rows.every(({ agrees }) => agrees)
  const verdict = element(
    "p",
    { class: isRight ? "verdict agrees" : "verdict differs" },
    isRight ? "✓ Predicted and executed agree." : "✗ Predicted and executed differ.",
  )
  const pictures = [...(result.timings.length > 0 ? [timings(result)] : []), ...(result.picture ? [pictured(result.picture)] : [])]
  return [verdict, table(result.rows), ...pictures, element("p", { class: "quiet" }, `${result.note} Ran on ${result.backend}.`)]
}

function table(rows: readonly CheckRow[]): HTMLElement {
  const head = element(
    "tr",
    {},
    ...["", "Predicted", "Executed", "Agree"].map((name) =>
      element("th", { scope: "col" }, name || element("span", { class: "unseen" }, "What")),
    ),
  )
  const lines = rows.map(({ what, predicted, measured, agrees }) =>
    element(
      "tr",
      agrees ? {} : { class: "differs" },
      element("th", { scope: "row" }, what),
      element("td", {}, predicted),
      element("td", {}, measured),
      element(
        "td",
        { class: "mark" },
        element("span", { "aria-hidden": "true" }, agrees ? "✓" : "✗"),
        element("span", { class: "unseen" }, agrees ? "agrees" : "differs"),
      ),
    ),
  )
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...lines))
}

const TONES = ["first", "second", "third", "fourth"] as const

function timings({ timings: measured }: CheckResult): HTMLElement {
  const rows = measured.map(({ what, milliseconds, macs }, index) => ({
    label: what,
    value: milliseconds,
    text: `${milliseconds.toPrecision(3)} ms · ${short(macs)} MACs`,
    tone: TONES[index % TONES.length] ?? ("first" as const),
  }))
  const runs = Math.min(...measured.map(({ runs: count }) => count))
  const scene: Scene = {
    title: "Measured time",
    description: rows.map(({ label, text }) => `${label}: ${text}`).join("; "),
    content: column([{ kind: "bars", id: "times", label: `Measured time, median of ${runs} runs or more`, width: 200, rows }]),
  }
  return pictured(scene)
}

function pictured(scene: Scene): HTMLElement {
  const parsed = new DOMParser().parseFromString(drawScene(scene, EDITOR, { margin: 6 }).svg, "image/svg+xml").documentElement
  parsed.querySelector("title")?.remove()
  return element("div", { class: "times" }, document.importNode(parsed, true))
}
