/** What a live check may ask of whatever executes tensors. Images are [batch, height, width, channels]; kernels [height, width, channels, filters]. */
import type { Held, Player, Tensors, Training } from "./tensors.ts"

export interface Sliding {
  readonly strides: readonly [number, number]
  /** Before and after, for height and width. */
  readonly padding: readonly [readonly [number, number], readonly [number, number]]
  readonly dilations: readonly [number, number]
}

export interface Measurement {
  /** Median of the runs after the first, which warms up. */
  readonly milliseconds: number
  readonly runs: number
}

export interface Backend {
  /** Such as "TensorFlow.js 4.22.0 · WebAssembly (SIMD)". */
  readonly name: string
  /** Multiply-accumulates of one run that it can repeat a few times within a second. */
  readonly macsPerRun: number
  randomNormal(shape: readonly number[]): Held
  tensor(values: Float32Array, shape: readonly number[]): Held
  conv2d(image: Held, kernel: Held, sliding: Sliding): Held
  /** Kernel [height, width, channels, multiplier]: every channel has filters of its own. */
  depthwiseConv2d(image: Held, kernel: Held, sliding: Sliding): Held
  /** Depthwise, then pointwise with a kernel [1, 1, channels · multiplier, filters]. */
  separableConv2d(image: Held, depthwise: Held, pointwise: Held, sliding: Sliding): Held
  maxPool(image: Held, size: readonly [number, number], sliding: Sliding): Held
  concat(parts: readonly Held[], axis: number): Held
  /** Equal pieces along an axis. */
  split(whole: Held, pieces: number, axis: number): readonly Held[]
  add(left: Held, right: Held): Held
  values(tensor: Held): Promise<Float32Array>
  /** The one number of a scalar. */
  number(scalar: Held): Promise<number>
  /** Everything else, by TensorFlow.js' names. */
  readonly tensors: Tensors
  /** Gives back what was made on the way to the result. */
  tidy<Result extends Held | readonly Held[]>(make: () => Result): Result
  /** Of a scalar, at these values: the derivative by each of them, by back-propagation. */
  gradients(loss: (...at: readonly Held[]) => Held, at: readonly Held[]): readonly Held[]
  /** A tensor that `train` may change. */
  variable(initial: Held): Held
  /** Moves the variables down the gradient of the loss; the loss before each step. */
  train(variables: readonly Held[], loss: (step: number) => Held, training: Training): Promise<Float32Array>
  /** As `train`, but several by turns; each player's loss before each of its steps. */
  trainInTurns(players: readonly Player[], rounds: number): Promise<readonly Float32Array[]>
  /** Runs each of them several times, in turns, so that what else the machine does strikes all alike; waits for each, and gives back what it made. */
  time(...runs: readonly (() => Held)[]): Promise<readonly Measurement[]>
  /** Gives back all tensors. */
  dispose(): void
}
