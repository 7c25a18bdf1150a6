/** Self, causal and cross-attention side by side: who may see whom, and what each is used for. */
import { type Cell, column, type Part, row, type Tone, words } from "../scene.ts"
import type { Reading } from "./attention-sizes.ts"

interface Kind {
  readonly reading: Reading
  readonly title: string
  readonly tone: Tone
  readonly rows: number
  readonly columns: number
  readonly uses: readonly string[]
}

const KINDS: readonly Kind[] = [
  {
    reading: "self",
    title: "self",
    tone: "first",
    rows: 5,
    columns: 5,
    uses: ["understanding text (BERT),", "pictures in patches, sets,", "molecules, recommendations"],
  },
  {
    reading: "causal",
    title: "causal",
    tone: "second",
    rows: 5,
    columns: 5,
    uses: ["writing: language, code,", "music, speech (GPT);", "a mask hides what follows"],
  },
  {
    reading: "cross",
    title: "cross",
    tone: "third",
    rows: 4,
    columns: 6,
    uses: ["translation, captions,", "speech to text, pictures", "made from a description"],
  },
]

const SIDE = 22

export function attentionKinds(chosen: Reading): Part {
  return row(
    KINDS.map((kind) => {
      const cells = Array.from({ length: kind.rows }, (_, position) =>
        Array.from({ length: kind.columns }, (__, place): Cell => {
          const isSeen = kind.reading !== "causal" || place <= position
          return isSeen ? { text: "", strength: kind.reading === chosen ? 0.8 : 0.35 } : { text: "−∞", isPadding: true }
        }),
      )
      const grid: Part = {
        kind: "grid",
        id: `kind-${kind.reading}`,
        label: kind.reading === chosen ? `${kind.title}: chosen` : kind.title,
        tone: kind.tone,
        side: SIDE,
        cells,
        detail: `${kind.rows} ask, ${kind.columns} ${kind.reading === "cross" ? "others are read" : "are read"}`,
      }
      return column([grid, words(kind.uses, { size: "small" })], 8)
    }),
    44,
    "start",
  )
}
