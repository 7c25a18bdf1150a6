/** The small picture in a layer's hover. Hovers see no theme variables, so the colours come from the theme's kind. */
import type { Theme } from "../drawing/palette.ts"
import type { HoverFact } from "../facts/hover.ts"

export function pictureFor(_fact: HoverFact, _theme: Theme): string | undefined {
  return undefined
}
