/** Small programs for the specs of facts: `|` marks where the reader points. */
import assert from "node:assert/strict"
import { type Analysis, analyze } from "../../src/facts/analyze.ts"
import { hintsIn } from "../../src/facts/hints.ts"
import { hoverAt } from "../../src/facts/hover.ts"
import { memoryHost } from "../../src/text/host.ts"
import { type Language, sourceFile } from "../../src/text/source.ts"

const EXTENSIONS = { python: "py", javascript: "js", typescript: "ts" } as const

export const TORCH = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"

export function analyzed(text: string, language: Language = "python"): Analysis {
  const file = sourceFile(`model.${EXTENSIONS[language]}`, language, text)
  return analyze(file, `/model.${EXTENSIONS[language]}`, memoryHost({}), { budget: { fuel: 5_000_000, cancelled: () => false } })
}

/** The hover's text at the `|`. */
export function hovered(marked: string, language: Language = "python"): string | undefined {
  const offset = marked.lastIndexOf("|")
  assert(offset >= 0, "no | in the program")
  return hoverAt(analyzed(marked.slice(0, offset) + marked.slice(offset + 1), language), offset)?.text
}

/** The program's lines that have a hint, with it behind them. */
export function hinted(text: string, language: Language = "python"): string[] {
  const lines = text.split("\n")
  return hintsIn(analyzed(text, language)).map(({ at, text: hint }) => `${lines[at.line]?.trim()}  # ${hint}`)
}
