/** Five capsules below and two above, in two dimensions, so that routing can be seen. */
import type { Vector } from "./capsule-routing.ts"

export const NAMES = ["face", "house"] as const
export const PARTS = ["eye", "eye", "nose", "mouth", "door"] as const

/** Where the face is, as those parts see it that belong to it. */
const COMMON = 0.6
/** Directions of what each part expects, in radians, when they do not agree. */
const FACE = [2.4, -0.9, 0.1, -2.5, 3.9] as const
const HOUSE = [-1.9, 1.2, 2.9, 0.3, -0.4] as const
const LENGTH = 0.9

const directed = (angle: number): Vector => [LENGTH * Math.cos(angle), LENGTH * Math.sin(angle)]

/** The last part belongs elsewhere, whatever the others agree on. */
export function examplePredictions(agreement: number): readonly (readonly Vector[])[] {
  return PARTS.map((_, part) => {
    const own = FACE[part] ?? 0
    const face = part < PARTS.length - 1 ? COMMON + (1 - agreement) * (own - COMMON) : own
    return [directed(face), directed(HOUSE[part] ?? 0)]
  })
}
