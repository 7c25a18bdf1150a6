/** Models that the program prints with `summary()`: each as it stood at that line, where the end of the file shows another. */
import type { Evaluation } from "../evaluate/evaluation.ts"
import { statedInputs } from "../layers/modules.ts"
import { buildModel } from "../model/build.ts"
import type { Model } from "../model/model.ts"
import { runOnFound } from "../model/run.ts"
import type { Place } from "../text/source.ts"
import { dimText } from "../values/dim.ts"
import { shapeText } from "../values/shape.ts"
import type { InstanceValue } from "../values/value.ts"
import { callInTrace } from "./find.ts"

/** A program that prints more is a notebook of experiments; each print costs a run. */
const MAXIMUM_PRINTED = 40

/** Gathers what the file prints while it runs. */
export function watchSummaries(evaluation: Evaluation): Model[] {
  const printed: Model[] = []
  evaluation.onSummary = (root, place) => {
    if (place.file !== evaluation.observedFile || printed.length >= MAXIMUM_PRINTED) return
    printed.push(snapshot(evaluation, root, place))
  }
  return printed
}

function snapshot(evaluation: Evaluation, root: InstanceValue, place: Place): Model {
  const { observedFile, onSummary } = evaluation
  evaluation.observedFile = undefined
  evaluation.onSummary = undefined
  try {
    const framework = root.class.mro.some(({ qualifiedName }) => qualifiedName.startsWith("tfjs.")) ? "tfjs" : "keras"
    const called = statedInputs(root) ? undefined : callInTrace(evaluation.trace, root)
    const { inputs, events, output, gaps, changes } = called ?? runOnFound(evaluation, root, framework)
    evaluation.heap.begin()
    // Keras makes weights when the input is first seen.
    if (changes) evaluation.heap.apply(changes)
    const model = buildModel({ name: nameAt(place) ?? root.class.name, place, root, inputs, events, output, gaps })
    evaluation.heap.rollback()
    return model
  } finally {
    evaluation.observedFile = observedFile
    evaluation.onSummary = onSummary
  }
}

/** `discriminator` of `discriminator.summary()`. */
function nameAt({ file, span }: Place): string | undefined {
  return /^([\w.]+)\s*\.\s*summary\b/.exec(file.text.slice(span.start, span.end))?.[1]
}

/** Those that look like none of the models listed, nor like one printed before. */
export function unlisted(models: readonly Model[], printed: readonly Model[]): Model[] {
  const seen = new Set(models.map(lookOf))
  return printed.filter((model) => {
    const look = lookOf(model)
    return !seen.has(look) && Boolean(seen.add(look))
  })
}

const lookOf = ({ layers, parameters: { trainable } }: Model): string =>
  JSON.stringify([
    trainable === undefined ? "?" : dimText(trainable),
    layers.map(({ path, type, parameters, output }) => [
      path,
      type,
      parameters === undefined ? "?" : dimText(parameters),
      output?.shape ? shapeText(output.shape) : "?",
    ]),
  ])
