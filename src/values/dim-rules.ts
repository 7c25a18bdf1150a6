/** Rewrite rules for divisions, as a table: each answers the simpler form, or undefined when it does not apply. */
import { add, type Atom, type Dim, type Form, floorDivide, isConcrete, keyOfDim, modulo, multiply, ofTerms, subtract, type Term, termsOf } from "./dim.ts"
import { highest, lowest } from "./dim-range.ts"
import { floorDivideWhole, moduloWhole, multiplyWhole, type Whole } from "./whole.ts"

export interface Rule {
  readonly name: string
  readonly apply: (dividend: Dim, divisor: Dim) => Dim | undefined
}

export function simplify(rules: readonly Rule[], dividend: Dim, divisor: Dim): Dim | undefined {
  for (const { apply } of rules) {
    const simpler = apply(dividend, divisor)
    if (simpler !== undefined) return simpler
  }
  return undefined
}

export const quotientRules: Record<Exclude<Form, "maximum" | "minimum">, readonly Rule[]> = {
  floorDivide: [
    { name: "x // 1 → x", apply: (x, divisor) => (divisor === 1 ? x : undefined) },
    { name: "x // -1 → -x", apply: (x, divisor) => (divisor === -1 ? multiply(-1, x) : undefined) },
    { name: "x // x → 1", apply: (x, divisor) => (keyOfDim(x) === keyOfDim(divisor) && lowest(x) > 0 ? 1 : undefined) },
    { name: "0 <= x < d: x // d → 0", apply: (x, divisor) => (lowest(x) >= 0 && lowest(subtract(divisor, x)) > 0 ? 0 : undefined) },
    { name: "(d·a + r) // d → a + r // d", apply: divideOut },
    { name: "(x // a) // b → x // (a·b)", apply: nested },
    { name: "(g·x + c) // (g·d) → (x + c // g) // d", apply: commonFactor },
  ],
  modulo: [
    { name: "x % 1 → 0", apply: (_, divisor) => (divisor === 1 ? 0 : undefined) },
    { name: "0 <= x < d: x % d → x", apply: (x, divisor) => (lowest(x) >= 0 && lowest(subtract(divisor, x)) > 0 ? x : undefined) },
    { name: "(d·a + r) % d → r % d", apply: remainder },
  ],
}

/** The part of the dividend that the divisor divides term by term, and the rest. */
function split(dividend: Dim, divisor: Dim): { whole: Dim; rest: Dim } | undefined {
  const [by, ...others] = termsOf(divisor)
  if (!by || isConcrete(dividend)) return undefined
  if (others.length > 0) return splitPolynomial(dividend, divisor)
  const whole: Term[] = []
  const rest: Term[] = []
  for (const term of termsOf(dividend)) {
    const quotient = divideTerm(term, by)
    if (quotient) whole.push(quotient)
    else rest.push(term)
  }
  return whole.length > 0 ? splitConstant(whole, rest, by) : splitConstant([], rest, by)
}

/** Takes multiples of a constant divisor out of the constant term: 7 // 2 in (2x + 7) // 2. */
function splitConstant(whole: Term[], rest: Term[], by: Term): { whole: Dim; rest: Dim } | undefined {
  const at = rest.findIndex(({ atoms }) => atoms.length === 0)
  const constant = rest[at]
  if (constant && by.atoms.length === 0 && rest.length > 1) {
    const quotient = floorDivideWhole(constant.coefficient, by.coefficient)
    if (quotient !== 0) {
      whole.push({ ...constant, coefficient: quotient })
      rest[at] = { ...constant, coefficient: moduloWhole(constant.coefficient, by.coefficient) }
    }
  }
  return whole.length > 0 ? { whole: ofTerms(whole), rest: ofTerms(rest) } : undefined
}

/** Exact division by a polynomial of several terms, leading term by leading term. */
function splitPolynomial(dividend: Dim, divisor: Dim): { whole: Dim; rest: Dim } | undefined {
  const [lead] = termsOf(divisor)
  let rest = dividend
  let whole: Dim = 0
  for (let round = 0; round < 16 && !(isConcrete(rest) && rest === 0); round++) {
    const [first] = termsOf(rest)
    const quotient = first && lead && divideTerm(first, lead)
    if (!quotient) return undefined
    const part = ofTerms([quotient])
    whole = add(whole, part)
    rest = subtract(rest, multiply(part, divisor))
  }
  return isConcrete(rest) && rest === 0 ? { whole, rest } : undefined
}

function divideTerm(term: Term, by: Term): Term | undefined {
  if (moduloWhole(term.coefficient, by.coefficient) !== 0) return undefined
  const atoms = [...term.atoms]
  for (const atom of by.atoms) {
    const at = atoms.findIndex(({ key }) => key === atom.key)
    if (at < 0) return undefined
    atoms.splice(at, 1)
  }
  return { coefficient: floorDivideWhole(term.coefficient, by.coefficient), atoms, key: atoms.map(({ key }) => key).join("·") }
}

function divideOut(dividend: Dim, divisor: Dim): Dim | undefined {
  const parts = split(dividend, divisor)
  return parts && add(parts.whole, isConcrete(parts.rest) && parts.rest === 0 ? 0 : floorDivide(parts.rest, divisor))
}

function remainder(dividend: Dim, divisor: Dim): Dim | undefined {
  const known = congruence(dividend, divisor)
  if (known !== undefined) return known
  const parts = split(dividend, divisor)
  return parts && modulo(parts.rest, divisor)
}

/** Terms whose symbols are multiples of something drop out of a remainder by a constant. */
function congruence(dividend: Dim, divisor: Dim): Dim | undefined {
  if (!isConcrete(divisor) || isConcrete(dividend)) return undefined
  const kept = dividend.terms.filter((term) => moduloWhole(stepOf(term), divisor) !== 0)
  return kept.length < dividend.terms.length ? modulo(ofTerms(kept), divisor) : undefined
}

/** A number that divides the term whatever its symbols are. */
function stepOf({ coefficient, atoms }: Term): Whole {
  return atoms.reduce<Whole>((known, atom) => multiplyWhole(known, (atom.kind === "symbol" && atom.multipleOf) || 1), coefficient)
}

/** Holds for positive constants. */
function nested(dividend: Dim, divisor: Dim): Dim | undefined {
  const inner = soleAtom(dividend)
  if (inner?.kind !== "floorDivide" || !isPositive(divisor) || !isPositive(inner.right)) return undefined
  return floorDivide(inner.left, multiply(inner.right, divisor))
}

const isPositive = (dim: Dim): boolean => lowest(dim) > 0 && highest(dim) > 0

function soleAtom(dim: Dim): Atom | undefined {
  const [term, ...others] = termsOf(dim)
  return term && others.length === 0 && term.coefficient === 1 && term.atoms.length === 1 ? term.atoms[0] : undefined
}

/** A factor of all coefficients and of a constant divisor is taken out of both. */
function commonFactor(dividend: Dim, divisor: Dim): Dim | undefined {
  if (!isConcrete(divisor) || isConcrete(dividend) || !(divisor > 1)) return undefined
  const factor = dividend.terms.filter(({ atoms }) => atoms.length > 0).reduce<Whole>((known, { coefficient }) => common(known, coefficient), divisor)
  if (factor === 1) return undefined
  const smaller = dividend.terms.map((term) => ({ ...term, coefficient: floorDivideWhole(term.coefficient, factor) }))
  return floorDivide(ofTerms(smaller), floorDivideWhole(divisor, factor))
}

function common(left: Whole, right: Whole): Whole {
  let [a, b] = [left, right]
  while (b !== 0) [a, b] = [b, moduloWhole(a, b)]
  return a < 0 ? multiplyWhole(a, -1) : a
}

