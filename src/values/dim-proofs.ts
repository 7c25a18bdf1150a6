/** What can be proven of two sizes for all values of their symbols. */
import type { Dim } from "./dim.ts"
import { remembered } from "./dim-memory.ts"
import { commonFactor, dividePolynomials, withoutFactor } from "./dim-division.ts"
import { atomRange, multipleOf, rangeOf, termMultiple } from "./dim-range.ts"
import { atomOf, divisionAtom, floorOf, gcd, moduloOf, plus, settleNumber, type Term, termsOf, times } from "./polynomial.ts"

export const provenSame = remembered((a, b): boolean | undefined => {
  if (a === b) return true
  const difference = halved(plus(a, times(b, -1)))
  if (typeof difference !== "object") return difference === 0
  return isNeverZero(difference) ? false : undefined
})

/** Whether a + gap ≤ b: the gap is 1 for "less than" and 0 for "at most". */
export const provenOrder = (a: Dim, b: Dim, gap: 0 | 1): boolean | undefined => ORDERS[gap](a, b)

const ORDERS = [remembered((a, b) => ordered(a, b, 0)), remembered((a, b) => ordered(a, b, 1))] as const

function ordered(a: Dim, b: Dim, gap: 0 | 1): boolean | undefined {
  const { lower, upper } = rangeOf(halved(plus(b, times(a, -1))))
  if (lower !== undefined && lower >= BigInt(gap)) return true
  return upper !== undefined && upper < BigInt(gap) ? false : undefined
}

/** (x + 1) // 2 is x − x // 2: both forms stay in formulas, as people write them, and become one here. */
function halved(dim: Dim): Dim {
  let result = dim
  for (const { coefficient, factors } of termsOf(dim)) {
    const [factor] = factors
    if (factor?.atom.kind !== "floorDivide" || factors.length > 1 || factor.exponent > 1 || factor.atom.denominator !== 2) continue
    const { numerator } = factor.atom
    if (!termsOf(numerator).some((term) => term.factors.length === 0)) continue
    const lower = plus(numerator, -1)
    const other = plus(lower, times(atomOf(divisionAtom(lower, 2, false)), -1))
    result = plus(result, times(plus(other, times(atomOf(factor.atom), -1)), settleNumber(coefficient)))
  }
  return result
}

function isNeverZero(difference: Dim): boolean {
  const { lower, upper } = rangeOf(difference)
  if ((lower !== undefined && lower > 0n) || (upper !== undefined && upper < 0n)) return true
  const common = commonFactor(termsOf(difference))
  if (!common.factors.every(({ atom }) => isNonZero(atomRange(atom)))) return false
  return hasRemainder(termsOf(withoutFactor(difference, common)))
}

const isNonZero = ({ lower, upper }: { lower: bigint | undefined; upper: bigint | undefined }): boolean =>
  (lower !== undefined && lower > 0n) || (upper !== undefined && upper < 0n)

/** 7·C − 512 is never 0, since 7 does not divide 512. */
function hasRemainder(terms: readonly Term[]): boolean {
  const step = terms.reduce((known, term) => (term.factors.length > 0 ? gcd(known, termMultiple(term)) : known), 0n)
  const constant = terms.find(({ factors }) => factors.length === 0)?.coefficient ?? 0n
  return step === 0n ? constant !== 0n : moduloOf(constant, step) !== 0n
}

export function isDivisible(dim: Dim, divisor: Dim): boolean | undefined {
  if (typeof divisor === "object") return isDivisibleByFormula(dim, divisor)
  const m = BigInt(divisor)
  if (m === 0n) return provenSame(dim, 0)
  if (moduloOf(multipleOf(dim), m) === 0n) return true
  const rest = termsOf(dim).reduce((known, term) => (term.factors.length > 0 ? gcd(known, termMultiple(term)) : known), m < 0n ? -m : m)
  const constant = termsOf(dim).find(({ factors }) => factors.length === 0)?.coefficient ?? 0n
  if (moduloOf(constant, rest) !== 0n) return false
  return isBetweenMultiples(dim, m) ? false : undefined
}

function isBetweenMultiples(dim: Dim, m: bigint): boolean {
  const { lower, upper } = rangeOf(dim)
  if (lower === undefined || upper === undefined) return false
  return moduloOf(lower, m) !== 0n && floorOf(lower, m) === floorOf(upper, m) && moduloOf(upper, m) !== 0n
}

function isDivisibleByFormula(dim: Dim, divisor: Dim): boolean | undefined {
  const quotient = dividePolynomials(dim, divisor)
  const rest = plus(dim, times(times(quotient, divisor), -1))
  if (rest === 0) return true
  const isSmaller = isPositiveBelow(dim, divisor)
  return isSmaller ? false : undefined
}

const isPositiveBelow = (dim: Dim, divisor: Dim): boolean => provenOrder(0, dim, 1) === true && provenOrder(dim, divisor, 1) === true
