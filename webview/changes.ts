/** What was turned, as arguments of the reader's own layer in its own words. */
import { literal } from "../src/concepts/knobs.ts"
import type { Knobs, KnobValue, LayerFacts, Subject } from "../src/concepts/subject.ts"
import type { Change } from "./messages.ts"

export function changesOf(subject: Subject, knobs: Knobs, inCode: Knobs, facts: LayerFacts): Change[] {
  return subject.knobs.flatMap(({ name, arguments: names }) => {
    const argument = names?.[facts.framework]
    const value = knobs[name]
    if (argument === undefined || value === undefined || !(name in inCode) || String(value) === String(inCode[name])) return []
    return takes(facts, argument) ? [{ argument, value: literal(inItsAxes(facts, value), facts.framework) }] : []
  })
}

/** A depthwise layer has no `filters`, though the knob shows how many there are. TensorFlow.js' names are known in Keras' spelling. */
function takes({ arguments: given }: LayerFacts, argument: string): boolean {
  return argument in given || argument.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) in given
}

/** A layer of one dimension is shown as a picture one pixel high. */
const inItsAxes = ({ weights }: LayerFacts, value: KnobValue): KnobValue =>
  Array.isArray(value) && weights.some(({ shape }) => shape.length === 3) ? (value.at(-1) as number) : value
