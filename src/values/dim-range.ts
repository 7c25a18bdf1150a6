/** Between which bounds a size lies, and of what it is certainly a multiple. */
import type { Dim, SymbolicDim } from "./dim.ts"
import {
  type Atom,
  atomOf,
  collect,
  type Factor,
  floorOf,
  gcd,
  plus,
  settleNumber,
  type Term,
  termOf,
  termsOf,
  times,
} from "./polynomial.ts"

/** Undefined: without end. */
export type Bound = bigint | undefined
export interface Interval {
  readonly lower: Bound
  readonly upper: Bound
}

const ranges = new WeakMap<SymbolicDim, Interval>()

export function rangeOf(dim: Dim): Interval {
  if (typeof dim !== "object") return { lower: BigInt(dim), upper: BigInt(dim) }
  const known = ranges.get(dim)
  if (known) return known
  const opposite = lowerBound(times(dim, -1), { left: MAXIMUM_STEPS })
  const interval: Interval = { lower: lowerBound(dim, { left: MAXIMUM_STEPS }), upper: opposite === undefined ? undefined : -opposite }
  ranges.set(dim, interval)
  return interval
}
export const isPositive = (dim: Dim): boolean => (rangeOf(dim).lower ?? 0n) > 0n

// How often a bound may be sought by replacing a floor division or an extreme by something simpler. Formulas of architectures need 2 or 3.
const MAXIMUM_STEPS = 8
interface Search {
  left: number
}
// Longer formulas get the plain bound of interval arithmetic.
const MAXIMUM_TERMS = 10
const MAXIMUM_DEGREE = 6

/** The best lower bound that three ways find: term by term; counted from the symbols' own bounds; with floor divisions loosened. */
function lowerBound(dim: Dim, search: Search): Bound {
  const terms = termsOf(dim)
  const plain = sumOf(terms.map((term) => termRange(term).lower))
  const isMixed = terms.some(({ coefficient }) => coefficient < 0n) && terms.length > 1
  if (!isMixed || search.left-- <= 0 || terms.length > MAXIMUM_TERMS || terms.some(({ factors }) => factors.length > MAXIMUM_DEGREE))
    return plain
  const shifted = sumOf(termsOf(fromBounds(terms)).map((term) => termRange(term).lower))
  return greatest([plain, shifted, ...loosened(terms, search)])
}

const sumOf = (bounds: readonly Bound[]): Bound =>
  bounds.reduce((total, bound) => (total === undefined || bound === undefined ? undefined : total + bound), 0n)
const greatest = (bounds: readonly Bound[]): Bound =>
  bounds.reduce((best, bound) => (best === undefined || (bound !== undefined && bound > best) ? bound : best), undefined)
const least = (bounds: readonly Bound[]): Bound =>
  bounds.reduce((best, bound) => (best === undefined || (bound !== undefined && bound < best) ? bound : best), undefined)

/** Writes each atom as its lower bound plus something of 0 or more: H·W − H with H, W ≥ 1 becomes u·t + u. */
function fromBounds(terms: readonly Term[]): Dim {
  const replacements = new Map<string, Dim>()
  const replace = ({ atom }: Factor): Dim => {
    const known = replacements.get(atom.key)
    if (known !== undefined) return known
    const { lower, upper } = atomRange(atom)
    const excess = {
      kind: "symbol",
      key: `+${atom.key}`,
      symbol: {
        name: "",
        id: replacements.size,
        lower: 0,
        ...(lower !== undefined && upper !== undefined && { upper: Number(upper - lower) }),
      },
    } as const
    const shifted = lower === undefined ? atomOf(atom) : plus(atomOf(excess), settleNumber(lower))
    replacements.set(atom.key, shifted)
    return shifted
  }
  return terms.reduce<Dim>((total, { coefficient, factors }) => {
    const powers = factors.flatMap((factor) => new Array<Dim>(factor.exponent).fill(replace(factor)))
    return plus(total, powers.reduce(times, settleNumber(coefficient)))
  }, 0)
}

/** Bounds of what is certainly no larger: x // m lies between (x − m + 1) / m and x / m, a maximum is at least each of its members. */
function loosened(terms: readonly Term[], search: Search): Bound[] {
  for (const [index, term] of terms.entries()) {
    const place = term.factors.findIndex(({ atom, exponent }) => exponent === 1 && atom.kind !== "symbol")
    const factor = term.factors[place]
    if (!factor) continue
    const others = collect([
      termOf(
        1n,
        term.factors.filter((_, position) => position !== place),
      ),
    ])
    if (
      typeof others === "object" &&
      !others.terms.every(({ factors }) => factors.every(({ atom }) => (atomRange(atom).lower ?? -1n) >= 0n))
    )
      continue
    const rest = collect(terms.filter((_, position) => position !== index))
    const found = loosenedAtom(factor.atom, term.coefficient, others, rest, search)
    if (found.length > 0) return found
  }
  return []
}

function loosenedAtom(atom: Atom, coefficient: bigint, others: Dim, rest: Dim, search: Search): Bound[] {
  const scaled = times(others, settleNumber(coefficient))
  if (atom.kind === "floorDivide") {
    if (typeof atom.denominator === "object" || atom.denominator <= 0) return []
    const divisor = BigInt(atom.denominator)
    const bound = coefficient < 0n ? atom.numerator : plus(atom.numerator, settleNumber(1n - divisor))
    const lower = lowerBound(plus(times(rest, atom.denominator), times(scaled, bound)), search)
    return lower === undefined ? [] : [-floorOf(-lower, divisor)]
  }
  if (atom.kind === "symbol" || (atom.kind === "maximum") !== coefficient > 0n) return []
  return atom.members.map((member) => lowerBound(plus(rest, times(scaled, member)), search))
}

function termRange({ coefficient, factors }: Term): Interval {
  const range = factors.map(factorRange).reduce(intervalProduct, { lower: 1n, upper: 1n })
  return coefficient < 0n
    ? { lower: scale(range.upper, coefficient), upper: scale(range.lower, coefficient) }
    : { lower: scale(range.lower, coefficient), upper: scale(range.upper, coefficient) }
}

const scale = (bound: Bound, by: bigint): Bound => (bound === undefined ? undefined : bound * by)

function factorRange({ atom, exponent }: Factor): Interval {
  const base = atomRange(atom)
  let range = base
  for (let count = 1; count < exponent; count++) range = intervalProduct(range, base)
  return exponent % 2 === 0 && (range.lower === undefined || range.lower < 0n) ? { lower: 0n, upper: range.upper } : range
}

function intervalProduct(a: Interval, b: Interval): Interval {
  if ((a.lower ?? -1n) >= 0n && (b.lower ?? -1n) >= 0n) {
    const isZero = a.upper === 0n || b.upper === 0n
    const upper = isZero ? 0n : a.upper === undefined || b.upper === undefined ? undefined : a.upper * b.upper
    return { lower: (a.lower as bigint) * (b.lower as bigint), upper }
  }
  if (a.lower === undefined || a.upper === undefined || b.lower === undefined || b.upper === undefined)
    return { lower: undefined, upper: undefined }
  const corners = [a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper]
  return { lower: least(corners), upper: greatest(corners) }
}

const bigOf = (value: number | undefined): Bound => (value === undefined || !Number.isFinite(value) ? undefined : BigInt(value))

export function atomRange(atom: Atom): Interval {
  switch (atom.kind) {
    case "symbol":
      return { lower: bigOf(atom.symbol.lower), upper: bigOf(atom.symbol.upper) }
    case "floorDivide":
      return quotientRange(rangeOf(atom.numerator), rangeOf(atom.denominator))
    case "maximum": {
      const members = atom.members.map(rangeOf)
      return {
        lower: greatest(members.map(({ lower }) => lower)),
        upper: members.some(({ upper }) => upper === undefined) ? undefined : greatest(members.map(({ upper }) => upper)),
      }
    }
    case "minimum": {
      const members = atom.members.map(rangeOf)
      return {
        lower: members.some(({ lower }) => lower === undefined) ? undefined : least(members.map(({ lower }) => lower)),
        upper: least(members.map(({ upper }) => upper)),
      }
    }
  }
}

/** Bounds of a quotient with a positive divisor; nothing is said of others. */
function quotientRange(numerator: Interval, { lower: least, upper: most }: Interval): Interval {
  if (least === undefined || least <= 0n) return { lower: undefined, upper: undefined }
  const { lower, upper } = numerator
  return {
    lower: lower === undefined ? undefined : lower < 0n ? floorOf(lower, least) : most === undefined ? 0n : floorOf(lower, most),
    upper: upper === undefined ? undefined : upper >= 0n ? floorOf(upper, least) : most === undefined ? -1n : floorOf(upper, most),
  }
}

/** A number that certainly divides the size; 0 for the size 0. */
export function multipleOf(dim: Dim): bigint {
  return termsOf(dim).reduce((common, term) => gcd(common, termMultiple(term)), 0n)
}

export const termMultiple = ({ coefficient, factors }: Term): bigint =>
  factors.reduce((multiple, { atom, exponent }) => multiple * atomMultiple(atom) ** BigInt(exponent), coefficient)

function atomMultiple(atom: Atom): bigint {
  if (atom.kind === "symbol") return BigInt(atom.symbol.multipleOf ?? 1)
  if (atom.kind !== "floorDivide") return atom.members.reduce<bigint>((common, member) => gcd(common, multipleOf(member)), 0n)
  return atom.isExact && typeof atom.denominator !== "object" ? multipleOf(atom.numerator) / BigInt(atom.denominator) : 1n
}
