/** Rectangles, and how wide a text is without a browser to ask. */

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Place extends Size {
  readonly x: number
  readonly y: number
  /** Room that a label takes outside; edges begin and end beyond it. */
  readonly above?: number
  readonly below?: number
}

const NARROW = new Set("iljtfrI.,:;'|!()[] ·")
const WIDE = new Set("mwMW%@#→∑×+=<>−")

/** An estimate for common sans-serif fonts, on the generous side. */
export function textWidth(text: string, size: number): number {
  let width = 0
  for (const character of text)
    width += NARROW.has(character)
      ? 0.36
      : WIDE.has(character)
        ? 0.88
        : character >= "A" && character <= "Z"
          ? 0.7
          : character >= "0" && character <= "9"
            ? 0.64
            : 0.6
  return width * size
}

export const centre = ({ x, y, width, height }: Place): readonly [number, number] => [x + width / 2, y + height / 2]
export const right = ({ x, width }: Place): number => x + width
export const bottom = ({ y, height }: Place): number => y + height
/** Ends of edges: outside the labels. */
export const over = ({ y, above = 0 }: Place): number => y - above
export const under = ({ y, height, below = 0 }: Place): number => y + height + below
