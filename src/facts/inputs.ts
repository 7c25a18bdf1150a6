/** Inputs as people write them: "1,3,224,224" or "2,16:int64". */
import type { Dim } from "../values/dim.ts"

export interface StatedInput {
  readonly shape: readonly Dim[]
  readonly dtype: string
}

/** Reads a `--input` text; an error text when it is none. Brackets and blanks are allowed; the type defaults to float32. */
export function parseInput(text: string): StatedInput | string {
  const [sizes = "", dtype = "float32", ...more] = text.trim().split(":")
  const inner = sizes.trim().replace(/^[[(]\s*|\s*[\])]$/g, "")
  const parts = inner === "" ? [] : inner.split(",").map((part) => part.trim())
  if (parts.at(-1) === "") parts.pop()
  const shape = parts.map(Number)
  if (more.length > 0 || !/^[a-z]+[0-9]*$/.test(dtype.trim()) || shape.some((size) => !Number.isSafeInteger(size) || size < 0))
    return `\`${text}\` is no input; write sizes and, if need be, a type: 1,3,224,224 or 2,16:int64`
  return { shape, dtype: dtype.trim() }
}
