/** Inputs nobody states: what a model's layers demand, solved where they pin sizes down, assumed where they do not. */
import { type Dim, type DimSymbol, equals, isConcrete, substitute, symbolsOf } from "../values/dim.ts"
import type { Shape } from "../values/shape.ts"
import * as V from "../values/value.ts"
import type { Input } from "./model.ts"

/** A size that must come out equal for the code to run, with symbols of the inputs in it. */
export interface Constraint {
  readonly expected: Dim
  readonly actual: Dim
}

/** What image models are usually fed when nothing says otherwise. Source: the ImageNet crop of Krizhevsky et al. 2012. */
const USUAL_IMAGE_SIZE = 224
/** Larger images than this are not tried. */
const LARGEST_SIZE = 1024
/** How many other sizes that fit are named. */
const MAXIMUM_ALTERNATIVES = 8

export interface Solution {
  /** sizes by symbol */
  readonly sizes: ReadonlyMap<DimSymbol, number>
  readonly origin: Input["origin"]
  readonly alternatives: readonly number[]
}

/**
 * Finds the smallest square image that satisfies all constraints.
 *
 *   spatial      the symbols of height and width, which are taken to be equal
 *   constraints  pairs of sizes the layers compare
 */
export function solveSizes(spatial: readonly DimSymbol[], constraints: readonly Constraint[], isImage: boolean): Solution {
  const bound = constraints.filter(({ expected, actual }) => mentions(spatial, expected) || mentions(spatial, actual))
  if (bound.length > 0) {
    const fitting = candidates(spatial, bound)
    const [smallest, ...alternatives] = fitting
    if (smallest !== undefined)
      return { sizes: sizesOf(spatial, smallest), origin: "solved", alternatives: alternatives.slice(0, MAXIMUM_ALTERNATIVES) }
  }
  return isImage
    ? { sizes: sizesOf(spatial, USUAL_IMAGE_SIZE), origin: "assumed", alternatives: [] }
    : { sizes: new Map(), origin: "assumed", alternatives: [] }
}

/**
 * Conditions between two sizes of a picture that no picture of more than one pixel meets: its side and the half of it, where only one of two
 * branches strides.
 */
export function hopeless<Condition extends Constraint>(spatial: readonly DimSymbol[], constraints: readonly Condition[]): Condition[] {
  const between = constraints.filter(({ expected, actual }) => mentions(spatial, expected) && mentions(spatial, actual))
  const sizes = Array.from({ length: LARGEST_SIZE - 1 }, (_, index) => index + 2)
  return between.filter(
    (constraint) =>
      sizes.every((size) => fits(spatial, constraint, size) === false) && !sizes.every((size) => isSpread(spatial, constraint, size)),
  )
}

/** A side that is 1 is spread over the other. */
const isSpread = (spatial: readonly DimSymbol[], { expected, actual }: Constraint, size: number): boolean =>
  [expected, actual].some((dim) => substitute(dim, (symbol) => (spatial.includes(symbol) ? size : undefined)) === 1)

const mentions = (spatial: readonly DimSymbol[], dim: Dim): boolean => symbolsOf(dim).some((symbol) => spatial.includes(symbol))

const sizesOf = (spatial: readonly DimSymbol[], size: number): Map<DimSymbol, number> => new Map(spatial.map((symbol) => [symbol, size]))

function candidates(spatial: readonly DimSymbol[], constraints: readonly Constraint[]): number[] {
  const fitting: number[] = []
  for (let size = 1; size <= LARGEST_SIZE; size++) {
    if (constraints.every((constraint) => fits(spatial, constraint, size) === true)) fitting.push(size)
    else if (fitting.length > 0) break
  }
  return fitting
}

function fits(spatial: readonly DimSymbol[], { expected, actual }: Constraint, size: number): boolean | undefined {
  const at = (dim: Dim) => substitute(dim, (symbol) => (spatial.includes(symbol) ? size : undefined))
  return equals(at(expected), at(actual))
}

/** The tensor an input stands for while its shape is being found: layers refine it, for its shape has no reason to be unknown. */
export const blankInput = (framework: V.Framework): V.TensorValue => V.tensor(framework, undefined, undefined)

/** What to say when nothing tells an input's shape. */
export const unstated = (name: string): string =>
  `the shape of the input \`${name}\` is stated nowhere; say \`# layerscope: input (1, 3, 224, 224)\``

/**
 * The symbols of an image's sides: two or more axes between or behind batch and channels. Channels are the axis whose size is known; where
 * it is the last, the image has them last. Where none is known nothing tells the axes apart.
 */
export function spatialSymbols(shape: Shape): DimSymbol[] {
  const behind = shape.slice(1)
  const [first] = behind
  const last = behind.at(-1)
  const isChannelsLast = shape.length > 3 && first !== undefined && !isConcrete(first) && last !== undefined && isConcrete(last)
  const isUntold = shape.length > 3 && !isChannelsLast && first !== undefined && !isConcrete(first)
  const sides = isUntold ? [] : isChannelsLast ? behind.slice(0, -1) : behind.slice(1)
  return sides.flatMap((dim) => (isConcrete(dim) ? [] : symbolsOf(dim)))
}

/** Sizes that one comparison alone pins down: `C` where a layer demands 96 of it. Those that are told two sizes are left out. */
export function pinnedSizes(constraints: readonly Constraint[]): Map<DimSymbol, number> {
  const told = new Map<DimSymbol, Set<number>>()
  for (const { expected, actual } of constraints)
    for (const [dim, size] of [[expected, actual] as const, [actual, expected] as const]) {
      const [only] = symbolsOf(dim)
      if (typeof size !== "number" || size < 1 || !only || !isBare(dim, only)) continue
      told.set(only, (told.get(only) ?? new Set()).add(size))
    }
  return new Map([...told].flatMap(([symbol, sizes]) => (sizes.size === 1 ? [[symbol, [...sizes][0] as number] as const] : [])))
}

/** Whether a size is the symbol itself: it then takes the symbol's value wherever that is put. */
const isBare = (dim: Dim, symbol: DimSymbol): boolean =>
  symbolsOf(dim).length === 1 && PROBES.every((probe) => substitute(dim, (each) => (each === symbol ? probe : undefined)) === probe)

// Two values far apart: no rounded quotient and no other polynomial in use meets both.
const PROBES = [3, 1009, 65537]

export const substituteShape = (shape: Shape, sizes: ReadonlyMap<DimSymbol, number>): Shape =>
  shape.map((dim) => substitute(dim, (symbol) => sizes.get(symbol)))
