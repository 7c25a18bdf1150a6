/** How long a turned knob waits for its picture: numbers, formulas and drawing of every subject, and the slowest of them. */
import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import { initialKnobs } from "../../src/concepts/subject.ts"
import { drawScene } from "../../src/drawing/draw.ts"
import { EDITOR } from "../../src/drawing/palette.ts"
import { type Line, measured, milliseconds, percentile } from "./measuring.ts"

/** Sixty pictures a second. */
const FRAME = 1000 / 60

export function drawing(): Line[] {
  const times = SUBJECTS.map((subject) => {
    const knobs = initialKnobs(subject)
    const runs = measured(20, (moment) => {
      subject.numbers(knobs)
      subject.formulas(knobs)
      drawScene(subject.diagram(knobs, { moment, toggled: [] }), EDITOR)
    })
    return { id: subject.id, time: percentile(runs, 0.95) }
  })
  const slowest = times.reduce((left, right) => (right.time > left.time ? right : left))
  return [
    {
      what: `A knob's picture, slowest of ${times.length} subjects (${slowest.id})`,
      result: `${milliseconds(slowest.time)} p95`,
      target: "within one frame of 16.7 ms",
      isMet: slowest.time <= FRAME,
    },
  ]
}
