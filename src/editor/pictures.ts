/** The small picture in a layer's hover. Hovers see no theme variables, so the colours come from the theme's kind. */
import type { Scene } from "../concepts/scene.ts"
import { drawScene } from "../drawing/draw.ts"
import { ALONE, type Theme } from "../drawing/palette.ts"

/** SVG as text; undefined where it cannot be drawn. */
export const pictureFor = (scene: Scene | undefined, theme: Theme): string | undefined =>
  scene && drawScene(scene, ALONE[theme], { margin: 4 }).svg
