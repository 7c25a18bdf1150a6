/** Floor division of symbolic sizes: a table of rewrite rules, each tried in turn. */
import type { Dim } from "./dim.ts"
import { remembered } from "./dim-memory.ts"
import { isPositive, multipleOf, rangeOf, termMultiple } from "./dim-range.ts"
import {
  atomOf,
  collect,
  divisionAtom,
  type Factor,
  floorOf,
  gcd,
  keyOfDim,
  moduloOf,
  plus,
  settleNumber,
  type Term,
  termOf,
  termsOf,
  times,
} from "./polynomial.ts"

interface Rule {
  readonly law: string
  /** The simpler form, or undefined when the rule does not apply. The divisor is not 0. */
  readonly apply: (dividend: Dim, divisor: Dim) => Dim | undefined
}

const RULES: readonly Rule[] = [
  { law: "x // 1 = x", apply: (x, divisor) => (divisor === 1 ? x : undefined) },
  {
    law: "x // -m = (-x) // m",
    apply: (x, divisor) => (typeof divisor !== "object" && divisor < 0 ? dividePolynomials(times(x, -1), times(divisor, -1)) : undefined),
  },
  { law: "(q·m + r) // m = q + r // m", apply: divideByConstant },
  { law: "(x + r) // m = x // m + r // m when m divides x", apply: takeOutMultiples },
  { law: "(q·y + r) // y = q + r // y", apply: divideByPolynomial },
  { law: "(g·x) // (g·y) = x // y", apply: cancel },
  { law: "(g·x + r) // (g·m) = (x + r // g) // m", apply: cancelConstant },
  { law: "(x // m + r) // n = (x + m·r) // (m·n)", apply: unnest },
  // Bounds take longer to find than the other forms.
  { law: "x // m = k when k·m ≤ x < (k + 1)·m", apply: certainQuotient },
]

export const dividePolynomials: (dividend: Dim, divisor: Dim) => Dim = remembered((dividend, divisor) => {
  if (typeof dividend !== "object" && typeof divisor !== "object") return settleNumber(floorOf(BigInt(dividend), BigInt(divisor)))
  for (const { apply } of RULES) {
    const simpler = apply(dividend, divisor)
    if (simpler !== undefined) return simpler
  }
  const isExact = typeof divisor !== "object" && moduloOf(multipleOf(dividend), BigInt(divisor)) === 0n
  return atomOf(divisionAtom(dividend, divisor, isExact))
})

function certainQuotient(dividend: Dim, divisor: Dim): Dim | undefined {
  if (typeof divisor === "object") {
    const isSmall = (rangeOf(dividend).lower ?? -1n) >= 0n && isPositive(plus(divisor, times(dividend, -1)))
    return isSmall ? 0 : undefined
  }
  const { lower, upper } = rangeOf(dividend)
  if (lower === undefined || upper === undefined) return undefined
  const quotient = floorOf(lower, BigInt(divisor))
  return quotient === floorOf(upper, BigInt(divisor)) ? settleNumber(quotient) : undefined
}

/** Leaves coefficients from 0 to m − 1, and the leading one at most m / 2: of x // m and −((m − 1 − x) // m), which are equal, one is kept. */
function divideByConstant(dividend: Dim, divisor: Dim): Dim | undefined {
  if (typeof divisor === "object") return undefined
  const m = BigInt(divisor)
  const terms = termsOf(dividend)
  const rest = collect(terms.map((term) => ({ ...term, coefficient: moduloOf(term.coefficient, m) })))
  const [lead] = termsOf(rest)
  if (isBackwards(lead, terms, m)) return times(divideReduced(plus(divisor, plus(times(dividend, -1), -1)), divisor), -1)
  return keyOfDim(rest) === keyOfDim(dividend) ? undefined : divideReduced(dividend, divisor)
}

function isBackwards(lead: Term | undefined, terms: readonly Term[], m: bigint): boolean {
  if (!lead || lead.factors.length === 0) return false
  if (lead.coefficient * 2n !== m) return lead.coefficient * 2n > m
  return (terms.find(({ key }) => key === lead.key)?.coefficient ?? 0n) < 0n
}

function divideReduced(dividend: Dim, divisor: number | bigint): Dim {
  const m = BigInt(divisor)
  const terms = termsOf(dividend)
  const quotient = collect(terms.map((term) => ({ ...term, coefficient: floorOf(term.coefficient, m) })))
  const rest = collect(terms.map((term) => ({ ...term, coefficient: moduloOf(term.coefficient, m) })))
  return plus(quotient, dividePolynomials(rest, divisor))
}

/** Terms of which the symbols' own congruences say that they are multiples. */
function takeOutMultiples(dividend: Dim, divisor: Dim): Dim | undefined {
  if (typeof divisor === "object") return undefined
  const terms = termsOf(dividend)
  const isMultiple = (term: Term) => moduloOf(termMultiple(term), BigInt(divisor)) === 0n
  if (terms.length < 2 || !terms.some(isMultiple)) return undefined
  const multiples = collect(terms.filter(isMultiple))
  const rest = collect(terms.filter((term) => !isMultiple(term)))
  return rest === 0 ? undefined : plus(dividePolynomials(multiples, divisor), dividePolynomials(rest, divisor))
}

/** Polynomial division by the leading term; kept when it leaves less than there was. */
function divideByPolynomial(dividend: Dim, divisor: Dim): Dim | undefined {
  const [lead, ...others] = termsOf(divisor)
  if (typeof divisor !== "object" || !lead) return undefined
  let quotient: Dim = 0
  let rest: Dim = dividend
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const part = firstQuotient(rest, lead)
    if (part === undefined) break
    quotient = plus(quotient, part)
    rest = plus(rest, times(times(part, divisor), -1))
  }
  if (quotient === 0) return undefined
  const isSimpler = others.length === 0 || typeof rest !== "object" || rest.terms.length < termsOf(dividend).length
  return isSimpler ? plus(quotient, rest === 0 ? 0 : dividePolynomials(rest, divisor)) : undefined
}

// Enough for every formula of an architecture; a division that runs longer is left as it is.
const MAXIMUM_ROUNDS = 64

function firstQuotient(dim: Dim, by: Term): Dim | undefined {
  for (const term of termsOf(dim)) {
    const quotient = term.coefficient % by.coefficient === 0n ? withoutFactors(term, by.factors) : undefined
    if (quotient) return collect([termOf(term.coefficient / by.coefficient, quotient)])
  }
  return undefined
}

function withoutFactors({ factors }: Term, removed: readonly Factor[]): readonly Factor[] | undefined {
  const exponents = new Map(removed.map(({ atom, exponent }) => [atom.key, exponent]))
  const left: Factor[] = []
  for (const { atom, exponent } of factors) {
    const remaining = exponent - (exponents.get(atom.key) ?? 0)
    if (remaining < 0) return undefined
    exponents.delete(atom.key)
    if (remaining > 0) left.push({ atom, exponent: remaining })
  }
  return exponents.size === 0 ? left : undefined
}

/** The largest product that divides every term. */
export function commonFactor(terms: readonly Term[]): Term {
  const [first, ...others] = terms
  if (!first) return termOf(1n, [])
  const factors = others.reduce<readonly Factor[]>(
    (common, term) =>
      common.flatMap(({ atom, exponent }) => {
        const shared = Math.min(exponent, term.factors.find((factor) => factor.atom.key === atom.key)?.exponent ?? 0)
        return shared > 0 ? [{ atom, exponent: shared }] : []
      }),
    first.factors,
  )
  return termOf(
    terms.reduce((common, { coefficient }) => gcd(common, coefficient), 0n),
    factors,
  )
}

export function withoutFactor(dim: Dim, { coefficient, factors }: Term): Dim {
  return collect(termsOf(dim).map((term) => termOf(term.coefficient / coefficient, withoutFactors(term, factors) ?? term.factors)))
}

function cancel(dividend: Dim, divisor: Dim): Dim | undefined {
  if (dividend === 0) return 0
  const common = commonFactor([...termsOf(dividend), ...termsOf(divisor)])
  if (common.coefficient === 1n && common.factors.length === 0) return undefined
  return dividePolynomials(withoutFactor(dividend, common), withoutFactor(divisor, common))
}

function cancelConstant(dividend: Dim, divisor: Dim): Dim | undefined {
  if (typeof divisor === "object") return undefined
  const common = termsOf(dividend).reduce(
    (known, { coefficient, factors }) => (factors.length > 0 ? gcd(known, coefficient) : known),
    BigInt(divisor),
  )
  if (common === 1n) return undefined
  const smaller = collect(termsOf(dividend).map((term) => ({ ...term, coefficient: floorOf(term.coefficient, common) })))
  return dividePolynomials(smaller, settleNumber(BigInt(divisor) / common))
}

/** Holds for a positive n: the inner division then rounds nothing away that the outer would keep. */
function unnest(dividend: Dim, divisor: Dim): Dim | undefined {
  const terms = termsOf(dividend)
  const index = terms.findIndex(
    ({ coefficient, factors }) =>
      coefficient === 1n && factors.length === 1 && factors[0]?.exponent === 1 && factors[0].atom.kind === "floorDivide",
  )
  const atom = terms[index]?.factors[0]?.atom
  if (atom?.kind !== "floorDivide" || !isPositive(divisor) || !isPositive(atom.denominator)) return undefined
  const rest = collect(terms.filter((_, position) => position !== index))
  return dividePolynomials(plus(atom.numerator, times(rest, atom.denominator)), times(divisor, atom.denominator))
}
