/** The subject "basic CNN": convolution, pooling, convolution, pooling, fully connected: the plain network for pictures. */
import { grouped, percent, texNumber as tex } from "../knobs.ts"
import type { Knobs, Numbers, Subject } from "../subject.ts"
import { checkCnn } from "./cnn-check.ts"
import { cnnScene } from "./cnn-diagram.ts"
import { plainNetworks } from "./cnn-in-models.ts"
import { CNN_KNOBS, cnnCosts, cnnLayers, readCnn } from "./cnn-layers.ts"

function numbers(knobs: Knobs): Numbers {
  const layers = cnnLayers(knobs)
  const problems = layers.flatMap((layer) => layer.problems)
  if (problems.length > 0) return { quantities: [], problems: [...new Set(problems)] }
  const { image, channels, classes, other } = readCnn(knobs)
  const { parameters: drawn, macs, connected, maps, features, sees } = cnnCosts(layers)
  const parameters = drawn + other
  return {
    quantities: [
      { name: "input", label: "Picture", value: [channels, ...image] },
      { name: "maps", label: "Last maps", value: maps, note: `${grouped(features)} numbers when flattened` },
      { name: "classes", label: "Scores", value: classes },
      { name: "parameters", label: "Parameters", value: parameters, ...(other > 0 && { note: `${grouped(other)} of layers not drawn` }) },
      { name: "connected", label: "Of them fully connected", value: percent(connected.parameters, parameters) },
      { name: "macs", label: "MACs", value: macs, note: `${percent(macs - connected.macs, macs)} in convolutions` },
      { name: "sees", label: "One last number sees", value: [sees, sees], note: "pixels" },
    ],
    problems,
  }
}

function formulas(knobs: Knobs) {
  const layers = cnnLayers(knobs)
  const { other } = readCnn(knobs)
  const { parameters, maps, features, sees } = cnnCosts(layers)
  const weights = [...layers.map((layer) => layer.parameters), other].filter((count) => count > 0).map(tex)
  const windows = layers.flatMap(({ window }) => (window ? [window] : []))
  const steps = windows.map(({ size }, index) => {
    const jump = windows.slice(0, index).reduce((product, { stride }) => product * stride, 1)
    return jump === 1 ? `${size - 1}` : `${size - 1} \\cdot ${jump}`
  })
  return [
    { label: "Flattened", tex: `C \\cdot H \\cdot W = ${maps.map(tex).join(" \\cdot ")} = ${tex(features)}` },
    { label: "Parameters", tex: `${weights.join(" + ")} = ${tex(parameters + other)}` },
    { label: "One number sees", tex: `1 + \\sum_l (k_l - 1) \\prod_{i < l} s_i = 1 + ${steps.join(" + ")} = ${tex(sees)}` },
  ]
}

export const basicCnn: Subject = {
  id: "basic-cnn",
  title: "Basic CNN",
  group: "convolution",
  summary:
    "Convolution, pooling, convolution, pooling, then fully connected layers: from pixels to strokes to shapes to one score for each class.",
  knobs: CNN_KNOBS,
  numbers,
  formulas,
  diagram: cnnScene,
  checked:
    "Runs the network on a random picture: shapes, parameters, one number by hand, and by its gradient how many pixels one of the last numbers sees.",
  check: checkCnn,
  recognise: plainNetworks,
  // One layer alone is no network.
  fromLayer: () => undefined,
}
