/** Symbolic sizes as text: for people, and for programs as the JSON contract wants it. */
import type { Dim, DimSymbol, SymbolicDim } from "./dim.ts"
import { type Atom, type Factor, symbolsIn, type Term } from "./polynomial.ts"

type Names = ReadonlyMap<number, string>

/** "9·in_ch + 64", "⌊(H + 1)/2⌋", "max(H, 7)" */
export const textOf = (dim: SymbolicDim): string => peopleText(dim, namesIn(dim, "′"))

function peopleText(dim: Dim, names: Names): string {
  if (typeof dim !== "object") return String(dim).replace("-", "−")
  return dim.terms.map((term, index) => `${signOf(term, index, " − ", " + ", "−")}${termText(term, names)}`).join("")
}

function termText({ coefficient, factors }: Term, names: Names): string {
  const parts = factors.map(({ atom, exponent }) => `${atomText(atom, names)}${exponent > 1 ? superscript(exponent) : ""}`)
  return [...sizeOf(coefficient, parts), ...parts].join("·")
}

const superscript = (exponent: number): string => [...String(exponent)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")

function atomText(atom: Atom, names: Names): string {
  switch (atom.kind) {
    case "symbol":
      return names.get(atom.symbol.id) ?? atom.symbol.name
    case "floorDivide":
      return `⌊${grouped(atom.numerator, names)}/${grouped(atom.denominator, names)}⌋`
    default:
      return `${atom.kind === "maximum" ? "max" : "min"}(${atom.members.map((member) => peopleText(member, names)).join(", ")})`
  }
}

const grouped = (dim: Dim, names: Names): string => (isSimple(dim) ? peopleText(dim, names) : `(${peopleText(dim, names)})`)
const isSimple = (dim: Dim): boolean =>
  typeof dim !== "object" ||
  (dim.terms.length === 1 &&
    dim.terms[0]?.coefficient === 1n &&
    dim.terms[0].factors.length === 1 &&
    dim.terms[0].factors[0]?.exponent === 1)

/** "9*in_ch+64", "(H+1)//2"; null where these signs do not suffice. */
export function codeOf(dim: SymbolicDim): string | null {
  return codeText(dim, namesIn(dim, "_"))
}

function codeText(dim: Dim, names: Names): string | null {
  if (typeof dim !== "object") return String(dim)
  const parts = dim.terms.map((term) => termCode(term, names, dim.terms.length === 1 && term.coefficient === 1n))
  if (parts.includes(null)) return null
  return dim.terms.map((term, index) => `${signOf(term, index, "-", "+", "-")}${parts[index]}`).join("")
}

function termCode({ coefficient, factors }: Term, names: Names, isAlone: boolean): string | null {
  const parts = factors.flatMap(({ atom, exponent }: Factor) => new Array<string | null>(exponent).fill(atomCode(atom, names)))
  if (parts.includes(null)) return null
  // A division takes no brackets where nothing stands beside it.
  const closed = parts.length === 1 && isAlone ? parts : parts.map((part) => (part?.includes("//") ? `(${part})` : part))
  return [...sizeOf(coefficient, parts), ...closed].join("*")
}

function atomCode(atom: Atom, names: Names): string | null {
  if (atom.kind === "symbol") return names.get(atom.symbol.id) ?? atom.symbol.name
  if (atom.kind !== "floorDivide") return null
  const [numerator, denominator] = [codeText(atom.numerator, names), codeText(atom.denominator, names)]
  if (numerator === null || denominator === null) return null
  return `${isSimple(atom.numerator) && !numerator.includes("//") ? numerator : `(${numerator})`}//${isSimple(atom.denominator) && !denominator.includes("//") ? denominator : `(${denominator})`}`
}

const sizeOf = (coefficient: bigint, others: readonly unknown[]): string[] => {
  const size = String(coefficient).replace("-", "")
  return size === "1" && others.length > 0 ? [] : [size]
}

function signOf({ coefficient }: Term, index: number, minus: string, plus: string, leading: string): string {
  if (index === 0) return coefficient < 0n ? leading : ""
  return coefficient < 0n ? minus : plus
}

/** Symbols by name; a second one of the same name is marked, since it is another number. */
function namesIn(dim: SymbolicDim, mark: string): Names {
  const taken = new Set<string>()
  return new Map(
    symbolsIn(dim).map(({ id, name }: DimSymbol) => {
      let unique = name
      while (taken.has(unique)) unique += mark
      taken.add(unique)
      return [id, unique]
    }),
  )
}
