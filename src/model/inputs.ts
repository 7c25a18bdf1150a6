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

const mentions = (spatial: readonly DimSymbol[], dim: Dim): boolean => symbolsOf(dim).some((symbol) => spatial.includes(symbol))

const sizesOf = (spatial: readonly DimSymbol[], size: number): Map<DimSymbol, number> => new Map(spatial.map((symbol) => [symbol, size]))

function candidates(spatial: readonly DimSymbol[], constraints: readonly Constraint[]): number[] {
  const fitting: number[] = []
  for (let size = 1; size <= LARGEST_SIZE; size++) {
    const at = (dim: Dim) => substitute(dim, (symbol) => (spatial.includes(symbol) ? size : undefined))
    if (constraints.every(({ expected, actual }) => equals(at(expected), at(actual)) === true)) fitting.push(size)
    else if (fitting.length > 0) break
  }
  return fitting
}

/** The tensor an input stands for while its shape is being found: layers refine it, for its shape has no reason to be unknown. */
export const blankInput = (framework: V.Framework): V.TensorValue => V.tensor(framework, undefined, undefined)

/** What to say when nothing tells an input's shape. */
export const unstated = (name: string): string =>
  `the shape of the input \`${name}\` is stated nowhere; say \`# layerscope: input (1, 3, 224, 224)\``

/** The symbols of an image's sides: all sizes behind batch and channels that are bare symbols. */
export function spatialSymbols(shape: Shape): DimSymbol[] {
  return shape.slice(2).flatMap((dim) => (isConcrete(dim) ? [] : symbolsOf(dim)))
}

export const substituteShape = (shape: Shape, sizes: ReadonlyMap<DimSymbol, number>): Shape =>
  shape.map((dim) => substitute(dim, (symbol) => sizes.get(symbol)))
