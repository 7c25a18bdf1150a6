/** When a diagram is sound, and any settings of a subject's knobs. */
import assert from "node:assert/strict"
import fc from "fast-check"
import type { Scene } from "../../src/concepts/scene.ts"
import type { Knob, Knobs, Subject } from "../../src/concepts/subject.ts"
import { drawScene } from "../../src/drawing/draw.ts"
import { EDITOR } from "../../src/drawing/palette.ts"

/** Names of elements that were opened, closed in the right order. */
export function isBalanced(svg: string): boolean {
  const open: string[] = []
  for (const [, closing, name = "", rest = ""] of svg.matchAll(/<(\/?)(\w+)([^>]*)>/g)) {
    if (closing) {
      if (open.pop() !== name) return false
    } else if (!rest.endsWith("/")) open.push(name)
  }
  return open.length === 0
}

/** What every drawing has to be: well-formed, of real numbers, within a strict policy, described, and plain data. */
export function assertSound(scene: Scene): void {
  const { svg } = drawScene(scene, EDITOR, { isLive: true })
  assert(isBalanced(svg), "unbalanced")
  assert(!/NaN|undefined|Infinity|\[object/.test(svg), svg.match(/.{60}(NaN|undefined|Infinity|\[object).{20}/)?.[0])
  assert(!/ style=|<script|<style/.test(svg), "a strict policy forbids it")
  assert(!/(width|height)="-/.test(svg), "negative size")
  assert.match(svg, /<desc>[^<]{40,}<\/desc>/)
  // Plain data: nothing is lost on the way to the page, but for the sign of zero.
  assert.deepEqual(withoutNegativeZero(structuredClone(scene)), JSON.parse(JSON.stringify(scene)))
}

function withoutNegativeZero(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNegativeZero)
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutNegativeZero(inner)]))
  return value === 0 ? 0 : value
}

const valueOf = (knob: Knob): fc.Arbitrary<Knobs[string]> => {
  if (knob.kind === "flag") return fc.boolean()
  if (knob.kind === "choice") return fc.constantFrom(...knob.choices.map(({ value }) => value))
  if (knob.kind === "number" && knob.step !== undefined && knob.step % 1 !== 0)
    return fc.double({ min: knob.minimum, max: knob.limit, noNaN: true, noDefaultInfinity: true })
  const size = fc.integer({ min: knob.minimum, max: Math.min(knob.limit, knob.maximum * 2) })
  if (knob.kind === "number") return size
  return fc.oneof(size, fc.tuple(size, size), ...(knob.words ?? []).map((word) => fc.constant(word)))
}

export const knobsOf = (subject: Subject): fc.Arbitrary<Knobs> =>
  fc.record(Object.fromEntries(subject.knobs.map((knob) => [knob.name, valueOf(knob)])))
