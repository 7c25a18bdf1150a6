/** The tensor functions a live check may use, under TensorFlow.js' own names and argument orders; a check that needs another adds a line here. */

/** A tensor that a backend holds. */
export interface Held {
  readonly shape: readonly number[]
  /** Number of elements. */
  readonly size: number
}

type Unary = (x: Held) => Held
type Binary = (left: Held | number, right: Held | number) => Held
type Reduction = (x: Held, axis?: number | readonly number[], keepDims?: boolean) => Held

export interface Tensors {
  readonly matMul: (left: Held, right: Held, transposeLeft?: boolean, transposeRight?: boolean) => Held
  readonly add: Binary
  readonly sub: Binary
  readonly mul: Binary
  readonly div: Binary
  readonly pow: Binary
  readonly maximum: Binary
  readonly minimum: Binary
  /** Boolean: what `where` reads. */
  readonly greater: Binary
  readonly less: Binary
  readonly equal: Binary
  readonly where: (condition: Held, yes: Held, no: Held) => Held
  readonly exp: Unary
  readonly log: Unary
  readonly sqrt: Unary
  readonly square: Unary
  readonly abs: Unary
  readonly neg: Unary
  readonly sin: Unary
  readonly cos: Unary
  readonly sigmoid: Unary
  readonly tanh: Unary
  readonly relu: Unary
  readonly elu: Unary
  readonly selu: Unary
  readonly erf: Unary
  readonly softplus: Unary
  readonly leakyRelu: (x: Held, alpha?: number) => Held
  readonly softmax: (x: Held, axis?: number) => Held
  readonly clipByValue: (x: Held, from: number, to: number) => Held
  readonly sum: Reduction
  readonly mean: Reduction
  readonly max: Reduction
  readonly min: Reduction
  readonly argMax: (x: Held, axis?: number) => Held
  readonly reshape: (x: Held, shape: readonly number[]) => Held
  readonly transpose: (x: Held, permutation?: readonly number[]) => Held
  readonly expandDims: (x: Held, axis?: number) => Held
  readonly squeeze: (x: Held, axes?: readonly number[]) => Held
  readonly slice: (x: Held, begin: readonly number[], size?: readonly number[]) => Held
  readonly gather: (x: Held, indices: Held, axis?: number) => Held
  readonly stack: (parts: readonly Held[], axis?: number) => Held
  readonly unstack: (x: Held, axis?: number) => readonly Held[]
  readonly concat: (parts: readonly Held[], axis?: number) => Held
  readonly tile: (x: Held, times: readonly number[]) => Held
  readonly pad: (x: Held, paddings: readonly (readonly [number, number])[], value?: number) => Held
  readonly oneHot: (indices: Held, depth: number) => Held
  readonly scalar: (value: number) => Held
  readonly zeros: (shape: readonly number[]) => Held
  readonly ones: (shape: readonly number[]) => Held
  readonly range: (start: number, stop: number, step?: number, dtype?: "float32" | "int32") => Held
  readonly cast: (x: Held, dtype: "float32" | "int32" | "bool") => Held
  readonly randomUniform: (shape: readonly number[], from?: number, to?: number, dtype?: "float32", seed?: number) => Held
  readonly randomNormal: (shape: readonly number[], mean?: number, deviation?: number, dtype?: "float32", seed?: number) => Held
  readonly avgPool: (image: Held, size: readonly [number, number], strides: readonly [number, number], padding: "valid" | "same") => Held
  readonly maxPool: (image: Held, size: readonly [number, number], strides: readonly [number, number], padding: "valid" | "same") => Held
  readonly image: {
    readonly resizeBilinear: (images: Held, size: readonly [number, number], alignCorners?: boolean, halfPixelCenters?: boolean) => Held
    readonly resizeNearestNeighbor: (
      images: Held,
      size: readonly [number, number],
      alignCorners?: boolean,
      halfPixelCenters?: boolean,
    ) => Held
  }
  readonly conv2d: (image: Held, kernel: Held, strides: readonly [number, number], padding: "valid" | "same") => Held
  readonly conv2dTranspose: (
    image: Held,
    kernel: Held,
    outputShape: readonly number[],
    strides: readonly [number, number],
    padding: "valid" | "same",
  ) => Held
}

/** How `train` moves the variables. */
export interface Training {
  readonly optimizer: "sgd" | "adam" | "rmsprop"
  readonly learningRate: number
  readonly steps: number
  /** Weights are kept within ± this after each step, as in WGAN's critic. */
  readonly clip?: number
}

/** One of several that are trained by turns, each on a loss of its own, as generator and discriminator are. */
export interface Player extends Omit<Training, "steps"> {
  readonly variables: readonly Held[]
  readonly loss: (round: number) => Held
  /** Of this player in each round; 1 unless given. */
  readonly steps?: number
}
