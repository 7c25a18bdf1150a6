/** What a loss is given: logits, probabilities, or numbers; and the last layer that does not fit it. */
import { MODULE } from "../../layers/modules.ts"
import { stateOf } from "../../layers/keras/state.ts"
import { fullName, lossName } from "../../layers/keras/losses.ts"
import type { Place } from "../../text/source.ts"
import { equals } from "../../values/dim.ts"
import type { InstanceValue, TensorValue, Value } from "../../values/value.ts"
import { differsInTraining, isAlways } from "./conditions.ts"
import { callNode, type Evidence, type Finder, problem, siteOf } from "./evidence.ts"
import { type Flow, inputOf, isLayerStep, ownActivation, type Passage, type Step } from "./flow.ts"
import { unrunLosses } from "./unrun.ts"

/** What a loss is told, from where, and what stands at the end of the model. */
interface Judged {
  /** the loss's name, as the reader wrote it */
  readonly loss: string
  readonly wants: Wanted
  /** the step that made what the loss compares with its targets */
  readonly end: Step
  readonly place: Place
  readonly passage: Passage
}

type Wanted = "logits" | "sigmoid logits" | "log-probabilities" | "probabilities" | "numbers"

const TORCH_LOSSES: Record<string, Wanted> = {
  CrossEntropyLoss: "logits",
  cross_entropy: "logits",
  BCEWithLogitsLoss: "sigmoid logits",
  binary_cross_entropy_with_logits: "sigmoid logits",
  NLLLoss: "log-probabilities",
  nll_loss: "log-probabilities",
  BCELoss: "probabilities",
  binary_cross_entropy: "probabilities",
  MSELoss: "numbers",
  mse_loss: "numbers",
  L1Loss: "numbers",
  l1_loss: "numbers",
  SmoothL1Loss: "numbers",
  smooth_l1_loss: "numbers",
  HuberLoss: "numbers",
  huber_loss: "numbers",
}

const KERAS_LOSSES: Record<string, Wanted> = {
  categorical_crossentropy: "probabilities",
  sparse_categorical_crossentropy: "probabilities",
  binary_crossentropy: "probabilities",
  mean_squared_error: "numbers",
  mean_absolute_error: "numbers",
  huber: "numbers",
}

function judged(evidence: Evidence): readonly Judged[] {
  const { flow } = evidence
  if (differsInTraining(evidence)) return []
  const unrun = unrunLosses(evidence, new Set(Object.keys(TORCH_LOSSES))).flatMap(({ name, end, passage }): Judged[] => {
    const wants = TORCH_LOSSES[name]
    return wants && passage.root?.class.mro.some(({ qualifiedName }) => qualifiedName === MODULE)
      ? [{ loss: name, wants, end: shapeMakerOf(end), place: end.event.place, passage }]
      : []
  })
  return [
    ...flow.steps.flatMap((step) => torchLoss(flow, step)),
    ...flow.passages.flatMap((passage) => kerasLoss(evidence, passage)),
    ...unrun,
  ]
}

/** A training loop may have no round; what it would do is known all the same. */
function torchLoss(flow: Flow, step: Step): Judged[] {
  const wants = TORCH_LOSSES[step.event.name]
  const end = flow.stepOf(inputOf(step))
  if (!wants || !end || inputOf(step)?.framework !== "torch") return []
  return [{ loss: step.event.name, wants, end: shapeMakerOf(end), place: step.event.place, passage: end.passage }]
}

/** Steps that only lay the same numbers out anew say nothing of them. */
const LAYOUTS: ReadonlySet<string> = new Set([
  "view",
  "reshape",
  "squeeze",
  "flatten",
  "unsqueeze",
  "transpose",
  "permute",
  "contiguous",
  "float",
])

function shapeMakerOf(step: Step): Step {
  const [source] = step.sources
  return source && LAYOUTS.has(step.event.name) && inputOf(step)?.producer === source.event.id ? shapeMakerOf(source) : step
}

/** Keras and TensorFlow.js: the loss stands in `compile`, the model's output is judged by it. */
function kerasLoss(evidence: Evidence, passage: Passage): Judged[] {
  const { root, outputs } = passage
  const [output, ...others] = outputs
  const end = output && evidence.flow.stepOf(output)
  if (!root || !end || others.length > 0 || root.class.layer?.framework === "torch" || !passage.isWhole) return []
  const { loss } = stateOf(root)
  const name = lossName(loss)
  const known = name === undefined ? undefined : KERAS_LOSSES[fullName(name)]
  const from = known === "probabilities" ? takesLogits(evidence, loss) : false
  if (!name || !known || from === undefined) return []
  return [{ loss: name, wants: from ? "logits" : known, end, place: end.owner?.place ?? end.event.place, passage }]
}

/** Whether a loss of Keras was made for logits; undefined when nobody can tell. */
function takesLogits({ tree, file }: Evidence, loss: Value | undefined): boolean | undefined {
  const only = loss?.kind === "list" ? loss.items[0] : loss
  if (only?.kind === "string" || only?.kind === "native") return false
  if (only?.kind !== "instance" || only.place.file !== file) return undefined
  const call = callNode(tree, only.place.span)
  if (!call || call.arguments.some(({ spread }) => spread)) return undefined
  const given = call.arguments.find(({ name }) => name === "from_logits") ?? call.arguments.find(({ name }, index) => index === 0 && !name)
  if (!given) return false
  return given.value.kind === "constant" ? given.value.value === "True" : undefined
}

/** What a step does to its input's numbers; a layer with weights that does nothing else gives logits. */
function activationOf(step: Step): string | undefined {
  const name = step.event.name.toLowerCase().replaceAll("_", "")
  if (ACTIVATIONS.has(name)) return name
  return isLayerStep(step, HEADS) && step.owner
    ? ownActivation(step.owner)
    : name === "activation" && step.owner
      ? ownActivation(step.owner)
      : undefined
}

const ACTIVATIONS: ReadonlySet<string> = new Set(["softmax", "logsoftmax", "sigmoid", "logsigmoid", "tanh", "relu", "relu6"])
const HEADS: ReadonlySet<string> = new Set(["Linear", "Conv1d", "Conv2d", "Dense", "Conv1D", "Conv2D"])

/** Activations before which the wanted kind of number is squeezed a second time. */
const DOUBLED: Partial<Record<Wanted, readonly string[]>> = { logits: ["softmax", "sigmoid"], "sigmoid logits": ["sigmoid", "softmax"] }

export const doubleSoftmax: Finder = (evidence) =>
  judged(evidence).flatMap(({ loss, wants, end }) => {
    const activation = activationOf(end)
    if (!activation || !DOUBLED[wants]?.includes(activation)) return []
    const own = wants === "logits" ? "softmax" : "sigmoid"
    return problem(
      "double-softmax",
      evidence,
      siteOf(evidence, end),
      `${loss} applies ${own} itself and wants what comes before this ${activation}`,
      end.owner,
    )
  })

const MISSING: Partial<Record<Wanted, string>> = { "log-probabilities": "log-probabilities", probabilities: "probabilities" }

export const missingSoftmax: Finder = (evidence) =>
  judged(evidence).flatMap(({ loss, wants, end }) => {
    const activation = activationOf(end)
    const wanted = MISSING[wants]
    const isRaw = activation === "linear" || (wants === "log-probabilities" && activation !== undefined && !activation.startsWith("log"))
    if (!wanted || !isRaw) return []
    const given = activation === "linear" ? "scores of any size" : `what ${activation} gives`
    return problem("missing-softmax", evidence, siteOf(evidence, end), `${loss} wants ${wanted}, and gets ${given}`, end.owner)
  })

export const regressionActivation: Finder = (evidence) =>
  judged(evidence).flatMap(({ loss, wants, end, passage }) => {
    const activation = activationOf(end)
    if (wants !== "numbers" || (activation !== "relu" && activation !== "relu6") || !endsHead(end)) return []
    if (passage.inputs.some((input) => isSameShape(input, end.event.outputs[0]))) return []
    return problem(
      "regression-activation",
      evidence,
      siteOf(evidence, end),
      `${loss} compares numbers, and ${activation} at the end gives none below zero`,
      end.owner,
    )
  })

/** A dense layer, activated by itself or by the step. */
const endsHead = (end: Step): boolean => {
  const [source] = end.sources
  return isLayerStep(end, HEADS) || (source !== undefined && isLayerStep(source, HEADS) && source.event.name !== "Conv2d")
}

/** An autoencoder gives what it was given. */
const isSameShape = ({ shape }: TensorValue, other: TensorValue | undefined): boolean =>
  shape === undefined ||
  other?.shape === undefined ||
  (shape.length === other.shape.length && shape.slice(1).every((size, axis) => equals(size, other.shape?.[axis + 1] ?? 0) !== false))

/** What comes out of the model is partly set to zero, and the loss looks at it. */
export const dropoutAtEnd: Finder = (evidence) =>
  [...judged(evidence), ...ends(evidence)].flatMap(({ end }) => {
    const dropped = isLayerStep(end, DROPOUTS) ? end : !isLayerStep(end, HEADS) && isSquashed(end) ? end.sources[0] : undefined
    const [head] = dropped?.sources ?? []
    if (!dropped || !head || !isLayerStep(dropped, DROPOUTS) || !isLayerStep(head, HEADS) || !hasChance(dropped.owner)) return []
    return problem(
      "dropout-at-end",
      evidence,
      siteOf(evidence, dropped),
      "dropout after the last layer sets scores of classes to zero",
      dropped.owner,
    )
  })

const isSquashed = (end: Step): boolean => /softmax|sigmoid/.test(activationOf(end) ?? "")

const DROPOUTS: ReadonlySet<string> = new Set(["Dropout"])

const hasChance = (layer: InstanceValue | undefined): boolean => {
  const chance = layer && (layer.attributes.get("p") ?? stateOf(layer).arguments.get("rate"))
  return chance?.kind !== "float" || chance.value > 0
}

/** Softmax at the end of a model shows its head also where no loss is seen; so do vectors of another size, where the file has one model. */
const ends = (evidence: Evidence): readonly { readonly end: Step }[] =>
  differsInTraining(evidence) ? [] : headsOf(evidence).filter(({ end }) => isAlways(evidence, siteOf(evidence, end)))

const headsOf = ({ flow }: Evidence): readonly { readonly end: Step }[] =>
  flow.passages.flatMap((passage) => {
    const { root, outputs, isWhole } = passage
    const [output, ...others] = outputs
    const end = output && flow.stepOf(output)
    const isHead = end && (isSquashed(end) || isOnlyHead(flow, passage, end))
    return root && isWhole && others.length === 0 && isHead ? [{ end }] : []
  })

/** Parts of models may well end in dropout: what follows is still to learn from it. */
const PART = /enc|emb|block|feed|ff|mlp|layer|head|proj|back|attention|extract|module|cell|tower/i

function isOnlyHead(flow: Flow, { root, inputs, outputs }: Passage, end: Step): boolean {
  const roots = new Set(flow.passages.map((passage) => passage.root?.class))
  const [output] = outputs
  return (
    (roots.size === 1 || flow.passages.every((passage) => passage.root === root || passage.root?.class.layer !== undefined)) &&
    root !== undefined &&
    !PART.test(root.class.name) &&
    isLayerStep(end, DROPOUTS) &&
    output?.shape?.length === 2 &&
    inputs.every((input) => !isSameShape(input, output))
  )
}
