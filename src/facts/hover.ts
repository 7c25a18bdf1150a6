/** What a hover says of the code at an offset: as markdown for editors, as text for the command line. */
import type { Scene } from "../concepts/scene.ts"
import { type Range, rangeOf } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import { type Target, targetAt } from "./at.ts"
import { layerLines, layerSubject } from "./hover-layer.ts"
import { classLines } from "./hover-model.ts"
import { valueLines } from "./hover-value.ts"
import { type Line, markdownOf, textOfLines } from "./markdown.ts"
import { pictureOf } from "./picture.ts"
import { rowsOf } from "./rows.ts"

export interface HoverFact {
  readonly range: Range
  readonly markdown: string
  readonly text: string
  /** the layer it is about, for links */
  readonly layer?: LayerSubject
  /** the operation drawn small; colours come with the theme */
  readonly picture?: Scene
}

export interface LayerSubject {
  /** "torch.nn.Conv2d" */
  readonly type: string
  /** page of the framework's documentation */
  readonly documentation?: string
}

export interface HoverOptions {
  /** the most telling thing of the line, whatever the offset points at */
  readonly isWholeLine?: boolean
}

export function hoverAt(analysis: Analysis, offset: number, { isWholeLine = false }: HoverOptions = {}): HoverFact | undefined {
  const target = targetAt(analysis, offset, isWholeLine)
  if (!target) return undefined
  const lines = linesOf(analysis, target)
  if (lines.length === 0) return undefined
  const span = target.kind === "class" ? (target.node.nameSpan ?? target.node.span) : target.node.span
  const layer = target.kind === "layer" ? layerSubject(target.instance) : undefined
  const row = target.kind === "layer" ? rowsOf(analysis, target.node, target.all)[0] : undefined
  const picture = row && pictureOf(row)
  return {
    range: rangeOf({ file: analysis.file, span }),
    markdown: markdownOf(lines),
    text: textOfLines(lines),
    ...(layer && { layer }),
    ...(picture && { picture }),
  }
}

function linesOf(analysis: Analysis, target: Target): Line[] {
  if (target.kind === "class") return classLines(analysis, target.node)
  return target.kind === "layer" ? layerLines(analysis, target) : valueLines(analysis, target.node, target.observation)
}
