/** Symbolic numbers as text: for people, and as the JSON contract writes them. */
import type { Atom, Dim, Term } from "./dim.ts"

interface Notation {
  readonly times: string
  readonly plus: string
  readonly minus: string
  readonly floor: (left: string, right: string) => string
  readonly modulo: (left: string, right: string) => string
  readonly power: (base: string, exponent: number) => string
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

const PEOPLE: Notation = {
  times: "·",
  plus: " + ",
  minus: " − ",
  floor: (left, right) => `⌊${left}/${right}⌋`,
  modulo: (left, right) => `(${left} mod ${right})`,
  power: (base, exponent) => base + [...String(exponent)].map((digit) => SUPERSCRIPTS[Number(digit)]).join(""),
}

const CODE: Notation = {
  times: "*",
  plus: "+",
  minus: "-",
  floor: (left, right) => `(${left}//${right})`,
  modulo: (left, right) => `(${left}-${right}*(${left}//${right}))`,
  power: (base, exponent) => Array(exponent).fill(base).join("*"),
}

/** "9·in_ch·64 + 64", "⌊(H − 1)/2⌋ + 1" */
export const dimText = (dim: Dim): string => write(dim, PEOPLE)

/** Names, integers, + - * // ( ); null when it hangs on something nobody knows, or on a maximum, which the contract cannot write. */
export function dimCode(dim: Dim): string | null {
  if (typeof dim !== "object") return String(dim)
  return dim.terms.some(({ atoms }) => atoms.some(isUnwritable)) ? null : write(dim, CODE)
}

function isUnwritable(atom: Atom): boolean {
  if (atom.kind === "symbol") return atom.reason !== undefined
  if (atom.kind === "maximum" || atom.kind === "minimum") return true
  return [atom.left, atom.right].some((part) => dimCode(part) === null)
}

function write(dim: Dim, notation: Notation): string {
  if (typeof dim !== "object") return String(dim)
  return dim.terms.map((term, index) => writeTerm(term, index === 0, notation)).join("")
}

function writeTerm({ coefficient, atoms }: Term, isFirst: boolean, notation: Notation): string {
  const isNegative = coefficient < 0
  const size = String(coefficient).replace("-", "")
  const factors = [...(size === "1" && atoms.length > 0 ? [] : [size]), ...powers(atoms, notation)]
  const sign = isFirst ? (isNegative ? "-" : "") : isNegative ? notation.minus : notation.plus
  return sign + factors.join(notation.times)
}

function powers(atoms: readonly Atom[], notation: Notation): string[] {
  const counts = new Map<string, { text: string; count: number }>()
  for (const atom of atoms) {
    const before = counts.get(atom.key)
    counts.set(atom.key, { text: before?.text ?? writeAtom(atom, notation), count: (before?.count ?? 0) + 1 })
  }
  return [...counts.values()].map(({ text, count }) => (count === 1 ? text : notation.power(text, count)))
}

function writeAtom(atom: Atom, notation: Notation): string {
  if (atom.kind === "symbol") return atom.name
  const [left, right] = [grouped(atom.left, notation), grouped(atom.right, notation)]
  if (atom.kind === "floorDivide") return notation.floor(left, right)
  if (atom.kind === "modulo") return notation.modulo(left, right)
  return `${atom.kind === "maximum" ? "max" : "min"}(${write(atom.left, notation)}, ${write(atom.right, notation)})`
}

const grouped = (dim: Dim, notation: Notation): string => (typeof dim === "object" && (dim.terms.length > 1 || notation === CODE) && !isBareSymbol(dim) ? `(${write(dim, notation)})` : write(dim, notation))

const isBareSymbol = (dim: Dim): boolean => typeof dim === "object" && dim.terms.length === 1 && dim.terms[0]?.coefficient === 1 && dim.terms[0].atoms.length === 1
