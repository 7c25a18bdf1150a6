/** The normal form of symbolic sizes: sums of terms in one order, so that equal polynomials look the same. */
import type { Dim, DimSymbol, SymbolicDim } from "./dim.ts"
import { remembered } from "./dim-memory.ts"

/** What a polynomial treats as a variable. Atoms with the same key are the same number. */
export type Atom =
  | { readonly kind: "symbol"; readonly symbol: DimSymbol; readonly key: string }
  | { readonly kind: "floorDivide"; readonly numerator: Dim; readonly denominator: Dim; readonly key: string; readonly isExact: boolean }
  | { readonly kind: "maximum" | "minimum"; readonly members: readonly Dim[]; readonly key: string }

export interface Factor {
  readonly atom: Atom
  readonly exponent: number
}

/** coefficient · atom^exponent · …; the constant term has no factors. */
export interface Term {
  readonly coefficient: bigint
  readonly factors: readonly Factor[]
  readonly key: string
}

// Sizes with more terms than this are given up: no formula that people wrote has them, and products of such would take seconds.
const MAXIMUM_TERMS = 400
// The same for floor divisions, maxima and minima inside each other.
const MAXIMUM_KEY = 1500

export function settleNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

export const termsOf = (dim: Dim): readonly Term[] => {
  if (typeof dim === "object") return dim.terms
  return dim === 0 ? [] : [{ coefficient: BigInt(dim), factors: [], key: "" }]
}

export const symbolAtom = (symbol: DimSymbol): Atom => ({ kind: "symbol", symbol, key: `s${symbol.id}` })

export function divisionAtom(numerator: Dim, denominator: Dim, isExact: boolean): Atom {
  return { kind: "floorDivide", numerator, denominator, isExact, key: `(${keyOfDim(numerator)})/(${keyOfDim(denominator)})` }
}

export function extremeAtom(kind: "maximum" | "minimum", members: readonly Dim[]): Atom {
  const keyed = members.map((member) => ({ member, key: keyOfDim(member) })).sort((a, b) => (a.key < b.key ? -1 : 1))
  return { kind, members: keyed.map(({ member }) => member), key: `${kind}(${keyed.map(({ key }) => key).join(",")})` }
}

export function keyOfDim(dim: Dim): string {
  return typeof dim === "object" ? dim.terms.map(({ coefficient, key }) => `${coefficient}*${key}`).join("+") : String(dim)
}

let lastGivenUp = 0

/** A size nobody knows in the place of one that is too large to work with. */
const givenUp = (): Dim =>
  atomOf({ kind: "symbol", symbol: { name: "?", id: -++lastGivenUp, reason: "its formula is too long to follow" }, key: `g${lastGivenUp}` })

export function atomOf(atom: Atom): Dim {
  if (atom.key.length > MAXIMUM_KEY) return givenUp()
  return { kind: "dim", terms: [{ coefficient: 1n, factors: [{ atom, exponent: 1 }], key: atom.key }] }
}

export const plus = remembered((a, b) => collect([...termsOf(a), ...termsOf(b)]))

export const times = remembered((a, b) => {
  if (a === 1) return b
  if (b === 1) return a
  const [left, right] = [termsOf(a), termsOf(b)]
  if (left.length * right.length > MAXIMUM_TERMS * 10) return givenUp()
  return collect(left.flatMap((one) => right.map((other) => termProduct(one, other))))
})

function termProduct(one: Term, other: Term): Term {
  const coefficient = one.coefficient * other.coefficient
  if (one.factors.length === 0) return { ...other, coefficient }
  if (other.factors.length === 0) return { ...one, coefficient }
  const exponents = new Map<string, Factor>()
  for (const factor of [...one.factors, ...other.factors]) {
    const known = exponents.get(factor.atom.key)
    exponents.set(factor.atom.key, known ? { atom: factor.atom, exponent: known.exponent + factor.exponent } : factor)
  }
  return termOf(
    coefficient,
    [...exponents.values()].sort((a, b) => compareAtoms(a.atom, b.atom)),
  )
}

/** A term from factors that are in order. */
export function termOf(coefficient: bigint, factors: readonly Factor[]): Term {
  return {
    coefficient,
    factors,
    key: factors.map(({ atom, exponent }) => (exponent === 1 ? atom.key : `${atom.key}^${exponent}`)).join("*"),
  }
}

/** Adds up terms of the same factors and brings them into order. */
export function collect(terms: readonly Term[]): Dim {
  const sums = new Map<string, Term>()
  for (const term of terms) {
    const known = sums.get(term.key)
    sums.set(term.key, known ? { ...known, coefficient: known.coefficient + term.coefficient } : term)
  }
  const kept = [...sums.values()].filter(({ coefficient }) => coefficient !== 0n)
  if (kept.length > MAXIMUM_TERMS) return givenUp()
  const inexact = kept.findIndex(isReducible)
  if (inexact >= 0) return withoutExactDivision(kept, inexact)
  const [first] = kept
  if (!first) return 0
  if (kept.length === 1 && first.factors.length === 0) return settleNumber(first.coefficient)
  return { kind: "dim", terms: kept.sort(compareTerms) } satisfies SymbolicDim
}

const isReducible = ({ coefficient, factors }: Term): boolean => factors.some((factor) => reduction(coefficient, factor) > 1n)

/** By what an exact division x // m with a coefficient can be undone: 4·(x // 8) is x // 2. */
function reduction(coefficient: bigint, { atom }: Factor): bigint {
  if (atom.kind !== "floorDivide" || !atom.isExact || typeof atom.denominator === "object") return 1n
  return gcd(coefficient, BigInt(atom.denominator))
}

function withoutExactDivision(terms: readonly Term[], index: number): Dim {
  const { coefficient, factors } = terms[index] as Term
  const place = factors.findIndex((factor) => reduction(coefficient, factor) > 1n)
  const factor = factors[place] as Factor
  const atom = factor.atom as Extract<Atom, { kind: "floorDivide" }>
  const common = reduction(coefficient, factor)
  const left = BigInt(atom.denominator as number | bigint) / common
  const quotient = left === 1n ? atom.numerator : atomOf(divisionAtom(atom.numerator, settleNumber(left), true))
  const others = factors.flatMap((other, position) =>
    position !== place ? [other] : other.exponent > 1 ? [{ ...other, exponent: other.exponent - 1 }] : [],
  )
  const rest = collect(terms.filter((_, position) => position !== index))
  return plus(rest, times(collect([termOf(coefficient / common, others)]), quotient))
}

export const degree = ({ factors }: Term): number => factors.reduce((total, { exponent }) => total + exponent, 0)

/** Higher degrees first, then symbols in the order in which they were made: an order in which polynomials can be divided. */
export function compareTerms(a: Term, b: Term): number {
  const difference = degree(b) - degree(a)
  if (difference !== 0) return difference
  for (const [index, factor] of a.factors.entries()) {
    const other = b.factors[index] as Factor
    const order = compareAtoms(factor.atom, other.atom) || other.exponent - factor.exponent
    if (order !== 0) return order
  }
  return 0
}

function compareAtoms(a: Atom, b: Atom): number {
  if (a.key === b.key) return 0
  if (a.kind === "symbol" && b.kind === "symbol") return a.symbol.id - b.symbol.id
  if (a.kind === "symbol") return -1
  if (b.kind === "symbol") return 1
  return a.key < b.key ? -1 : 1
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

export const floorOf = (a: bigint, b: bigint): bigint => {
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}
export const moduloOf = (a: bigint, b: bigint): bigint => a - floorOf(a, b) * b

const symbolCache = new WeakMap<SymbolicDim, readonly DimSymbol[]>()

export function symbolsIn(dim: SymbolicDim): readonly DimSymbol[] {
  const known = symbolCache.get(dim)
  if (known) return known
  const found = new Map<number, DimSymbol>()
  for (const { factors } of dim.terms)
    for (const { atom } of factors) for (const symbol of symbolsOfAtom(atom)) found.set(symbol.id, symbol)
  const symbols = [...found.values()]
  symbolCache.set(dim, symbols)
  return symbols
}

function symbolsOfAtom(atom: Atom): readonly DimSymbol[] {
  if (atom.kind === "symbol") return [atom.symbol]
  const parts = atom.kind === "floorDivide" ? [atom.numerator, atom.denominator] : atom.members
  return parts.flatMap((part) => (typeof part === "object" ? symbolsIn(part) : []))
}
