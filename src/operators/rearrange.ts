/** The notation of einops: "b c (h p) w -> b (c p) h w" takes axes apart and puts them together. Source: https://einops.rocks/api/rearrange/ */
import { type Dim, dimText, divides, equals, floorDivide, product } from "../values/dim.ts"
import type { Problem } from "../values/problem.ts"
import { type Shape, shapeText } from "../values/shape.ts"
import { free, type Outcome } from "./outcome.ts"

/** One axis of a side: the names it is made of, none for an axis of size 1. "…" stands for any number of axes, which brackets merge into one. */
export interface Group {
  readonly names: readonly string[]
  readonly isMerged: boolean
}

const ELLIPSIS = "…"

/** Both sides of a pattern, or what is wrong with it. */
export function parsePattern(pattern: string): { readonly left: readonly Group[]; readonly right: readonly Group[] } | string {
  const sides = pattern.replaceAll("...", ELLIPSIS).split("->")
  if (sides.length !== 2) return `the pattern \`${pattern}\` has no arrow`
  const [left, right] = sides.map(groupsOf)
  return left && right ? { left, right } : `the pattern \`${pattern}\` has brackets that do not match`
}

/** The axes of one side; undefined when its brackets do not match. */
export function groupsOf(side: string): Group[] | undefined {
  const groups: Group[] = []
  let open: string[] | undefined
  for (const word of side.replace(/[()]/g, " $& ").split(/\s+/).filter(Boolean)) {
    if (word === "(") {
      if (open) return undefined
      open = []
    } else if (word === ")") {
      if (!open) return undefined
      groups.push({ names: open, isMerged: true })
      open = undefined
    } else if (open) {
      if (word !== "1") open.push(word)
    } else groups.push({ names: word === "1" ? [] : [word], isMerged: false })
  }
  return open ? undefined : groups
}

/**
 * Rearranges, repeats or reduces: names only on the right are new axes, names only on the left are reduced away.
 *
 *   sizes     lengths stated for names
 *   problems  rank-mismatch, rearrange-mismatch
 */
export function rearrange(shape: Shape, pattern: string, sizes: ReadonlyMap<string, Dim>): Outcome | string {
  const parsed = parsePattern(pattern)
  if (typeof parsed === "string") return parsed
  const { left, right } = parsed
  const dots = left.findIndex(isOpen)
  const hidden = dots < 0 ? [] : shape.slice(dots, shape.length - (left.length - dots - 1))
  const wanted = dots < 0 ? left.length : left.length - 1
  if (dots < 0 ? shape.length !== wanted : shape.length < wanted)
    return free(shape, [
      { code: "rank-mismatch", message: `expects ${wanted} dimensions for \`${pattern}\`, got ${shape.length}: ${shapeText(shape)}` },
    ])
  const known = new Map(sizes)
  const problems: Problem[] = []
  left.forEach((group, axis) => {
    if (axis !== dots) takeApart(group, shape[axis < dots || dots < 0 ? axis : axis - 1 + hidden.length] as Dim, known, pattern, problems)
  })
  const missing = right.flatMap(({ names }) => names).find((name) => name !== ELLIPSIS && !known.has(name) && Number.isNaN(Number(name)))
  if (missing !== undefined) return `the size of \`${missing}\` is not stated`
  const sizeOf = (name: string): readonly Dim[] => (name === ELLIPSIS ? hidden : [known.get(name) ?? Number(name)])
  const result = right.flatMap((group) => (isOpen(group) ? hidden : [product(group.names.flatMap(sizeOf))]))
  return free(result, problems.slice(0, 1))
}

/** An ellipsis without brackets: as many axes as there are. */
const isOpen = ({ names, isMerged }: Group): boolean => !isMerged && names[0] === ELLIPSIS

/** Works out the one unknown name of an axis made of several. */
function takeApart({ names: group }: Group, size: Dim, known: Map<string, Dim>, pattern: string, problems: Problem[]): void {
  const open = group.filter((name) => !known.has(name) && Number.isNaN(Number(name)))
  const rest = product(group.filter((name) => !open.includes(name)).map((name) => known.get(name) ?? Number(name)))
  const fail = () =>
    problems.push({
      code: "rearrange-mismatch",
      message: `cannot match an axis of ${dimText(size)} with \`(${group.join(" ")})\` in \`${pattern}\``,
    })
  const [name] = open
  if (name === undefined) {
    if (equals(rest, size) === false) fail()
    return
  }
  if (open.length === 1 && divides(rest, size) === false) fail()
  known.set(name, rest === 1 ? size : floorDivide(size, rest))
}
