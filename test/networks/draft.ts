/** A network as it is written: classes, each with the lines of its constructor and of its `forward`, always about one tensor `x`. */
import type { Random } from "./random.ts"

export type Shape = readonly number[]

/** A module by the expression that makes it, and the shape it gives. */
export interface Layer {
  readonly make: string
  readonly shape: Shape
}

/** Draws a module that takes this shape; undefined where none of its kind does. */
export type LayerKind = (scope: Scope, shape: Shape) => Layer | undefined

/** Writes code that changes `x`, and answers its new shape; undefined, with nothing written, where it does not apply. */
export type Step = (scope: Scope, shape: Shape) => Shape | undefined

/** A class being written. */
export interface Scope {
  readonly random: Random
  /** finished classes, in the order of the file */
  readonly classes: string[]
  readonly init: string[]
  readonly forward: string[]
  /** numbers that the constructor is given, by value */
  readonly given: Map<number, string>
  names: number
}

export const openScope = (random: Random, classes: string[]): Scope => ({
  random,
  classes,
  init: [],
  forward: [],
  given: new Map(),
  names: 0,
})

/** A name not yet used in this class: `conv3`. */
export const fresh = (scope: Scope, stem: string): string => `${stem}${++scope.names}`

/** The number as the reader would write it here: by its name where the constructor has one. */
export const size = (scope: Scope, value: number): string => scope.given.get(value) ?? String(value)

/** A class of these lines, added to the file. */
export function closeScope(scope: Scope, name: string, result: string, inputs = "x"): void {
  const given = [...scope.given.values()].map((parameter) => `, ${parameter}`).join("")
  const lines = [
    `class ${name}(nn.Module):`,
    `    def __init__(self${given}):`,
    "        super().__init__()",
    ...scope.init.map((line) => `        ${line}`),
    "",
    `    def forward(self, ${inputs}):`,
    ...scope.forward.map((line) => `        ${line}`),
    `        return ${result}`,
  ]
  scope.classes.push(lines.join("\n"))
}

export const volume = (shape: Shape): number => shape.reduce((product, axis) => product * axis, 1)

/** Divisors, 1 and the number itself included. */
export const divisors = (value: number): number[] => Array.from({ length: value }, (_, index) => index + 1).filter((d) => value % d === 0)

/** Arguments as text, those left out dropped. */
export const argumentsText = (parts: readonly (string | false | undefined)[]): string => parts.filter(Boolean).join(", ")

/** One number where all are equal, half of the time a tuple all the same. */
export function perAxis(random: Random, values: readonly number[]): string {
  const equal = values.every((value) => value === values[0])
  return equal && (values.length === 1 || random.chance(0.6))
    ? String(values[0])
    : `(${values.join(", ")}${values.length === 1 ? "," : ""})`
}
