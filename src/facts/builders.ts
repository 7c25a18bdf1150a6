/** Functions nobody calls that make Keras or TensorFlow.js models: each is called once with open arguments, and what it makes is shown. */
import { closureOf } from "../evaluate/calls.ts"
import type { Evaluation } from "../evaluate/evaluation.ts"
import type { ModuleRecord } from "../evaluate/modules.ts"
import { Raised, Stopped } from "../evaluate/raised.ts"
import { isListedByKeras, isModule, modulesBelow, statedInputs } from "../layers/modules.ts"
import { openCall } from "../model/run.ts"
import type * as V from "../values/value.ts"
import type { Candidate } from "./find.ts"

/** Each costs what it costs to build its models. */
const MAXIMUM_BUILDERS = 24
const MAKES_MODEL = /\b(?:sequential|model|functional)\s*\(/i

export function modelsOfBuilders(evaluation: Evaluation, record: ModuleRecord): Candidate[] {
  const functions = [...new Set(record.scope.variables.values())].filter(
    (value): value is V.FunctionValue => value.kind === "function" && value.place.file === record.file && isBuilder(value),
  )
  const called = spansSeen(evaluation)
  return functions
    .filter((builder) => !isCalled(builder, called))
    .slice(0, MAXIMUM_BUILDERS)
    .flatMap((builder) => modelsOf(evaluation, builder))
}

const bodyText = (builder: V.FunctionValue): string => {
  const { span } = closureOf(builder).node
  return builder.place.file.text.slice(span.start, span.end)
}

const isBuilder = (builder: V.FunctionValue): boolean => MAKES_MODEL.test(bodyText(builder))

const spansSeen = ({ observations }: Evaluation): number[] =>
  [...observations.keys()].flatMap((node) => ("span" in node ? [(node.span as { start: number }).start] : [])).sort((a, b) => a - b)

/** Whether anything in its body was evaluated. */
function isCalled(builder: V.FunctionValue, seen: readonly number[]): boolean {
  const { body } = closureOf(builder).node
  const [start, end] = [body[0]?.span.start ?? 0, body.at(-1)?.span.end ?? 0]
  return seen.some((at) => at >= start && at < end)
}

/** The models it makes that are no parts of others. Problems count only where nothing was left open. */
function modelsOf(evaluation: Evaluation, builder: V.FunctionValue): Candidate[] {
  const [made, known] = [evaluation.instances.length, evaluation.problems.length]
  const args = openCall(evaluation, builder)
  evaluation.refuel()
  try {
    evaluation.call(builder, args, builder.place)
  } catch (thrown) {
    if (thrown instanceof Stopped && (thrown.why === "pending" || thrown.why === "cancelled")) throw thrown
    if (!(thrown instanceof Raised || thrown instanceof Stopped)) throw thrown
  }
  if (args.positional.length > 0) evaluation.problems.length = known
  const models = evaluation.instances
    .slice(made)
    .filter((instance) => isModule(instance) && isListedByKeras(instance) && modulesBelow(instance).length > 1)
  const parts = new Set(
    models.flatMap((model) =>
      modulesBelow(model)
        .slice(1)
        .map(([, part]) => part),
    ),
  )
  return models
    .filter((model) => !parts.has(model) && (statedInputs(model) !== undefined || models.length === 1))
    .map((root) => ({ root, name: models.length > 1 ? `${builder.name}: ${root.class.name}` : builder.name, place: builder.place }))
}
