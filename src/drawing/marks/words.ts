/** Lines of text, and single large signs. */
import type { Sign, Words } from "../../concepts/scene.ts"
import { textWidth } from "../box.ts"
import { lettering, type Mark } from "../mark.ts"
import { element } from "../svg.ts"

const SIZES = { small: 10.5, normal: 12, large: 15 } as const
const sizeOf = ({ size = "normal" }: Words): number => SIZES[size]

export const words: Mark<Words> = {
  size: (part) => ({
    width: Math.max(...part.lines.map((line) => textWidth(line, sizeOf(part)))),
    height: part.lines.length * sizeOf(part) * 1.4,
  }),
  draw: (part, { x, y, width }, palette) => {
    const size = sizeOf(part)
    const isCentred = part.align !== "start"
    const fill = part.isQuiet ? palette.quiet : palette.foreground
    return element(
      "g",
      {},
      ...part.lines.map((line, index) =>
        lettering(line, isCentred ? x + width / 2 : x, y + size * (1.4 * index + 1.05), palette, {
          size,
          anchor: isCentred ? "middle" : "start",
          fill,
          isStrong: part.size === "large",
        }),
      ),
    )
  },
}

const SIGN_SIZE = 20

export const sign: Mark<Sign> = {
  size: ({ text }) => ({ width: textWidth(text, SIGN_SIZE), height: SIGN_SIZE * 1.3 }),
  draw: ({ text }, { x, y, width }, palette) =>
    lettering(text, x + width / 2, y + SIGN_SIZE, palette, { size: SIGN_SIZE, fill: palette.quiet }),
}
