// Counts multiply-accumulates of TensorFlow.js kernels while they really run, by the convention of `torch_macs.py`.
import * as tf from "@tensorflow/tfjs"

const product = (numbers) => numbers.reduce((all, number) => all * number, 1)
const last = (shape, back = 1) => shape[shape.length - back]

// One per kernel element per output position: the filter's last axis is the output's channels.
const convolution = ([, filter], [output]) => product(output.slice(0, -1)) * product(filter)
// Depthwise: each input channel has its own `multiplier` filters.
const depthwise = ([, filter], [output]) => product(output.slice(0, -1)) * product(filter)
// A transposed convolution is the gradient of a convolution: one per kernel element per position of what comes in.
const transposed = ([incoming, filter]) => product(incoming.slice(0, -1)) * product(filter)
// The inner size is what `a` has besides the rows of the result.
const matrices = ([a], [output]) => (product(a) / last(output, 2)) * (product(output) / product(a.slice(0, -2)))

const MACS = {
  Conv2D: convolution,
  FusedConv2D: convolution,
  Conv3D: convolution,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2D: depthwise,
  Conv2DBackpropInput: transposed,
  Conv3DBackpropInputV2: transposed,
  BatchMatMul: matrices,
  _FusedMatMul: matrices,
}

/** The MACs of profiled kernels; null where an einsum ran, whose equation the profile does not tell. */
export function kernelMacs(kernels) {
  if (kernels.some((kernel) => kernel.name === "Einsum")) return null
  return kernels.reduce((sum, kernel) => sum + (MACS[kernel.name]?.(kernel.inputShapes, kernel.outputShapes) ?? 0), 0)
}

/** Runs `run` and answers its result and its MACs. */
export async function countMacs(run) {
  let result
  const { kernels } = await tf.profile(() => {
    result = run()
    return tf.scalar(0)
  })
  return { result, macs: kernelMacs(kernels) }
}
