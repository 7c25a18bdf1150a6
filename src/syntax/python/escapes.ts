/** Decodes the escapes of Python's string literals. pyright's own decoding loses everything beyond U+FFFF. */

import { stringFlag } from "./kinds.ts"

const SPECIAL = /[\\\r]/
const ESCAPE = /\r\n?|\\(?:\r\n|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(N)\{[^}]*\}|([\s\S]))/g
const LETTERS: Record<string, string> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\n": "", "\r": "" }
// The table of Unicode names is larger than this program; the length at least is right.
const NAMED = "\uFFFD"

/** `flags` are the token's; line ends become `\n`, even in raw literals. */
export function decodeEscapes(escaped: string, flags: number): string {
  if (!SPECIAL.test(escaped)) return escaped
  if ((flags & stringFlag.raw) !== 0) return escaped.replace(/\r\n?/g, "\n")
  const isBytes = (flags & stringFlag.bytes) !== 0
  return escaped.replace(ESCAPE, (whole, octal, hex, short, long, name, letter) => {
    if (whole[0] === "\r") return "\n"
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & (isBytes ? 0xff : 0x1ff))
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    if (letter !== undefined) return LETTERS[letter] ?? (/["'\\]/.test(letter) ? letter : whole)
    if (whole === "\\\r\n") return ""
    return isBytes ? whole : name ? NAMED : character(Number.parseInt(short ?? long, 16), whole)
  })
}

function character(code: number, whole: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole
}
