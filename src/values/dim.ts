/** Sizes: whole numbers that may depend on symbols, and what is proven about them. Numbers are computed here at once; the rest is polynomials. */
import { dividePolynomials } from "./dim-division.ts"
import { extreme } from "./dim-extremes.ts"
import { isDivisible, provenOrder, provenSame } from "./dim-proofs.ts"
import { codeOf, textOf } from "./dim-text.ts"
import { type Atom, atomOf, plus, settleNumber, symbolAtom, symbolsIn, type Term, times } from "./polynomial.ts"

/** A number where it is a safe integer, a bigint where it is larger; else an object. */
export type Dim = number | bigint | SymbolicDim

/** A normalised polynomial with whole coefficients over symbols, floor divisions, maxima and minima. Immutable. */
export interface SymbolicDim {
  readonly kind: "dim"
  readonly terms: readonly Term[]
}

export interface DimSymbol {
  readonly name: string
  readonly id: number
  /** The smallest value it can have. */
  readonly lower?: number
  readonly upper?: number
  readonly multipleOf?: number
  /** Set when nobody knows it, and why. */
  readonly reason?: string
}

let lastSymbol = 0

/** A new symbol, different from every other, even of the same name. */
export function symbol(name: string, more: Pick<DimSymbol, "lower" | "upper" | "multipleOf" | "reason"> = {}): Dim {
  if (more.lower !== undefined && more.lower === more.upper) return more.lower
  return atomOf(symbolAtom({ name, id: ++lastSymbol, ...more }))
}

export const isConcrete = (dim: Dim): dim is number | bigint => typeof dim !== "object"

export function add(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") {
    const result = a + b
    if (Number.isSafeInteger(result)) return result
  }
  if (isConcrete(a) && isConcrete(b)) return settleNumber(BigInt(a) + BigInt(b))
  return plus(a, b)
}

export function subtract(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") {
    const result = a - b
    if (Number.isSafeInteger(result)) return result
  }
  if (isConcrete(a) && isConcrete(b)) return settleNumber(BigInt(a) - BigInt(b))
  return plus(a, times(b, -1))
}

export function multiply(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") {
    const result = a * b
    // Adding 0 turns -0 into 0.
    if (Number.isSafeInteger(result)) return result + 0
  }
  if (isConcrete(a) && isConcrete(b)) return settleNumber(BigInt(a) * BigInt(b))
  return times(a, b)
}

export const negate = (dim: Dim): Dim => subtract(0, dim)

/** Rounds towards minus infinity, as Python's `//`. Division by 0 gives a size nobody knows. */
export function floorDivide(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number" && b !== 0) {
    const rest = a % b
    const quotient = (a - rest) / b
    return (rest !== 0 && rest < 0 !== b < 0 ? quotient - 1 : quotient) + 0
  }
  if (isConcrete(b) && Number(b) === 0) return symbol("?", { reason: `${dimText(a)} is divided by 0` })
  return dividePolynomials(a, b)
}

export function ceilDivide(a: Dim, b: Dim): Dim {
  // For a positive divisor this form rewrites further than −(−a // b) does.
  return lessThan(0, b) ? floorDivide(add(a, subtract(b, 1)), b) : negate(floorDivide(negate(a), b))
}

/** What `floorDivide` leaves over; it has the divisor's sign, as Python's `%`. */
export function modulo(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number" && b !== 0) {
    const rest = a % b
    return (rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest) + 0
  }
  return subtract(a, multiply(floorDivide(a, b), b))
}

/** The exponent is a whole number of 0 or more. */
export function power(base: Dim, exponent: number): Dim {
  if (isConcrete(base)) return settleNumber(BigInt(base) ** BigInt(exponent))
  let result: Dim = 1
  for (let count = 0; count < exponent; count++) result = multiply(result, base)
  return result
}

export const minimum = (a: Dim, b: Dim): Dim => (isConcrete(a) && isConcrete(b) ? (a < b ? a : b) : extreme("minimum", [a, b]))
export const maximum = (a: Dim, b: Dim): Dim => (isConcrete(a) && isConcrete(b) ? (a > b ? a : b) : extreme("maximum", [a, b]))

/** Numbers are multiplied first: a product of formulas takes longer. */
export const product = (dims: readonly Dim[]): Dim =>
  dims.filter((dim) => !isConcrete(dim)).reduce(multiply, dims.filter(isConcrete).reduce<Dim>(multiply, 1))
export const sum = (dims: readonly Dim[]): Dim => dims.reduce(add, 0)

/** Whether two sizes are equal for all values of their symbols, or for none; undefined when that depends, or is not proven. */
export function equals(a: Dim, b: Dim): boolean | undefined {
  // A number and a bigint are never of equal value: bigints are kept for what no safe integer can be.
  return isConcrete(a) && isConcrete(b) ? a === b : provenSame(a, b)
}

/** True or false when proven for all values of the symbols. */
export function lessThan(a: Dim, b: Dim): boolean | undefined {
  return isConcrete(a) && isConcrete(b) ? a < b : provenOrder(a, b, 1)
}

export function atMost(a: Dim, b: Dim): boolean | undefined {
  return isConcrete(a) && isConcrete(b) ? a <= b : provenOrder(a, b, 0)
}

export function divides(divisor: Dim, dim: Dim): boolean | undefined {
  if (typeof divisor === "number" && typeof dim === "number") return divisor === 0 ? dim === 0 : dim % divisor === 0
  return isDivisible(dim, divisor)
}

/** Puts other sizes in the place of symbols; a symbol for which nothing is given stays. */
export function substitute(dim: Dim, replacement: (symbol: DimSymbol) => Dim | undefined): Dim {
  if (isConcrete(dim)) return dim
  return sum(
    dim.terms.map(({ coefficient, factors }) =>
      factors.reduce<Dim>(
        (result, { atom, exponent }) => multiply(result, power(replaced(atom, replacement), exponent)),
        settleNumber(coefficient),
      ),
    ),
  )
}

function replaced(atom: Atom, replacement: (symbol: DimSymbol) => Dim | undefined): Dim {
  switch (atom.kind) {
    case "symbol":
      return replacement(atom.symbol) ?? atomOf(atom)
    case "floorDivide":
      return floorDivide(substitute(atom.numerator, replacement), substitute(atom.denominator, replacement))
    default:
      return atom.members.map((member) => substitute(member, replacement)).reduce(atom.kind === "maximum" ? maximum : minimum)
  }
}

/** All symbols it depends on, each once. */
export const symbolsOf = (dim: Dim): readonly DimSymbol[] => (isConcrete(dim) ? [] : symbolsIn(dim))

/** Whether it depends on a symbol nobody knows. */
export const isUnknown = (dim: Dim): boolean => typeof dim === "object" && symbolsIn(dim).some(({ reason }) => reason !== undefined)

/** For people: "9·in_ch + 64", "⌊(H + 1)/2⌋". */
export const dimText = (dim: Dim): string => (isConcrete(dim) ? String(dim).replace("-", "−") : textOf(dim))

/** For programs: names, integers, + - * // ( ), such as "9*in_ch+64"; null when it is unknown or cannot be said with these. */
export const dimCode = (dim: Dim): string | null => (isConcrete(dim) ? String(dim) : isUnknown(dim) ? null : codeOf(dim))
