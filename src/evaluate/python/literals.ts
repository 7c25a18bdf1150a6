/** How Python writes numbers and strings: the text of `repr`. */

/** `repr` of a float: the shortest digits that read back, with an exponent below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  if (Object.is(value, -0)) return "-0.0"
  const exponent = value === 0 ? 0 : Number(value.toExponential().split("e")[1])
  if (exponent < -4 || exponent >= 16) return exponential(value.toExponential())
  const text = plain(value, exponent)
  return text.includes(".") ? text : `${text}.0`
}

/** JavaScript itself goes over to exponents below 1e-6 only. */
const plain = (value: number, exponent: number): string => (exponent < -6 ? value.toFixed(20).replace(/0+$/, "") : String(value))

/** "1e-7" as Python writes it: two digits in the exponent, and its sign. */
export function exponential(text: string): string {
  const [digits, exponent] = text.split("e") as [string, string]
  const size = exponent.replace(/^[+-]/, "").padStart(2, "0")
  return `${digits}e${exponent.startsWith("-") ? "-" : "+"}${size}`
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" }

export function stringLiteral(value: string, isBytes = false): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
  const escaped = value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character).replaceAll(quote, `\\${quote}`)
  const visible = escaped.replace(isBytes ? /[\x00-\x1f\x7f-\xff]/g : /[\x00-\x1f\x7f]/g, hexadecimal)
  return `${isBytes ? "b" : ""}${quote}${visible}${quote}`
}

const hexadecimal = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`
