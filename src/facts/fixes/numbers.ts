/** A number of the file that should be another one: the size that came instead of the size expected, or what makes their products agree. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import type { Node, NumberLiteral } from "../../syntax/tree.ts"
import type { Analysis } from "../analyze.ts"
import { nodesOf } from "../practice/classes.ts"
import { type Candidate, replace } from "./rewriting.ts"

/** Numbers near the problem come first. */
export function otherNumbers(analysis: Analysis, problem: FoundProblem, [site]: readonly Node[]): readonly Candidate[] {
  const told = [...new Set(problem.message.replace(/(?<=\d),(?=\d{3}\b)/g, "").match(/\d+/g) ?? [])].map(Number)
  const distance = ({ span }: Node) => Math.abs(span.start - (site?.span.start ?? 0))
  const literals = [...nodesOf(analysis.tree.body)]
    .filter((node): node is NumberLiteral => node.kind === "number" && !node.isFloat)
    .toSorted((left, right) => distance(left) - distance(right))
  const wanted = wantedInstead(problem, told)
  const single = literals.flatMap((literal) =>
    (told.includes(Number(literal.value)) ? wanted(Number(literal.value)) : scaled(Number(literal.value), told)).map((number) =>
      change([literal], number),
    ),
  )
  return [...single, ...together(analysis, literals, told)]
}

const change = (literals: readonly NumberLiteral[], number: number): Candidate => ({
  title: `Change ${literals[0]?.value} to ${number}`,
  edits: literals.map((literal) => replace(literal, String(number))),
  mayFollow: true,
  isLast: true,
})

/** More than these for one number are guesswork. */
const MAXIMUM_EACH = 4

function wantedInstead({ code }: FoundProblem, told: readonly number[]): (old: number) => readonly number[] {
  const others = told.flatMap((one) => told.flatMap((other) => related(one, other)))
  const all = [...new Set([...told, ...others, ...(/index/.test(code) ? told.map((number) => number - 1) : [])])]
  return (old) =>
    all
      .filter((number) => number !== old && number > 0)
      .sort((left, right) => Number(!told.includes(left)) - Number(!told.includes(right)) || Math.abs(left - old) - Math.abs(right - old))
      .slice(0, MAXIMUM_EACH)
}

/** Sizes beyond this are products, and their divisors say nothing. */
const LARGEST_DIVISOR = 5000

/** What divides the one and lies nearest to the other, and their quotient. */
function related(one: number, other: number): number[] {
  if (one === other || one <= 0 || other <= 0 || one > 1_000_000 || other > LARGEST_DIVISOR) return []
  const near = Array.from({ length: 2 * other }, (_, index) => index + 1).filter((number) => one % number === 0)
  const nearest = near.sort((left, right) => Math.abs(left - other) - Math.abs(right - other)).slice(0, 2)
  return [...nearest, ...(one % other === 0 ? [one / other] : [])]
}

/** A factor of one of the sizes, scaled so that the product becomes the other. */
function scaled(old: number, told: readonly number[]): readonly number[] {
  if (old < 2) return []
  const found = told.flatMap((from) => told.flatMap((to) => (from !== to && from % old === 0 ? [(old * to) / from] : [])))
  return [...new Set(found)].filter((number) => Number.isInteger(number) && number > 1).slice(0, 2)
}

/** The same number more than once on a line: height and width. */
function together({ file }: Analysis, literals: readonly NumberLiteral[], told: readonly number[]): Candidate[] {
  const groups = new Map<string, NumberLiteral[]>()
  for (const literal of literals) {
    const key = `${file.text.slice(0, literal.span.start).split("\n").length} ${literal.value}`
    groups.set(key, [...(groups.get(key) ?? []), literal])
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flatMap((group) =>
      told
        .filter((number) => number > 0 && number !== Number(group[0]?.value))
        .slice(0, MAXIMUM_EACH)
        .map((number) => change(group, number)),
    )
}
