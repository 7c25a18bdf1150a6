/** Layers that the framework does not see, or that nobody needs: forgotten constructors, plain lists, layers made too often or for nothing. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import { childrenOf, isModule, parametersOf } from "../../layers/modules.ts"
import type { Place } from "../../text/source.ts"
import type { InstanceValue, Value } from "../../values/value.ts"
import {
  type Defined,
  definedClasses,
  hasOwnBasesOnly,
  nodesOf,
  plainCalls,
  type SelfAssignment,
  seenAs,
  selfAssignments,
  type within,
} from "./classes.ts"
import { type Evidence, type Finder, problem } from "./evidence.ts"

export const missingSuperInit: Finder = (evidence) =>
  definedClasses(evidence).flatMap((defined) => {
    const constructor = defined.method("__init__")
    const { node, value } = defined
    if (!constructor || node.decorators.length > 0 || value.metaclass || value.bases.length !== 1 || !hasOwnBasesOnly(defined)) return []
    if ([...nodesOf(constructor.body)].some((part) => mayInitialise(part, constructor.parameters[0]?.target))) return []
    const first = selfAssignments(constructor).find((assignment) => isModule(seenAs(evidence, assignment.value)))
    if (!first) return []
    const why = defined.framework === "torch" ? "torch refuses the first layer" : "Keras refuses to call it"
    // Keras raises only when the layer is called, which may be elsewhere.
    const place = placeOf(
      evidence,
      defined.framework === "torch" ? first.statement.span : (constructor.body[0]?.span ?? first.statement.span),
    )
    return problem("missing-super-init", evidence, place, `${value.name} never calls super().__init__(): ${why}`)
  })

const placeOf = ({ file }: Evidence, span: Place["span"]): Place => ({ file, span })

/** `super`, `__init__`, or the object handed to somebody else. */
function mayInitialise(part: ReturnType<typeof within> extends Generator<infer T> ? T : never, self: unknown): boolean {
  if (part.kind === "name") return part.name === "super"
  if (part.kind === "attribute") return part.name.startsWith("__")
  const name = (self as { name?: string } | undefined)?.name
  if (part.kind !== "call") return false
  const isOwnMethod = part.callee.kind === "attribute" && part.callee.object.kind === "name" && part.callee.object.name === name
  return isOwnMethod || part.arguments.some(({ value }) => value.kind === "name" && value.name === name)
}

/** Attributes in which torch itself keeps things. */
const REGISTRIES: ReadonlySet<string> = new Set(["_parameters", "_buffers", "_modules"])

export const unregisteredLayers: Finder = (evidence) => {
  const registered = new Set(evidence.modules.flatMap((module) => childrenOf(module).map(([, child]) => child)))
  return definedClasses(evidence)
    .filter(({ framework }) => framework === "torch")
    .flatMap((defined) => plainLists(evidence, defined, registered))
}

function plainLists(evidence: Evidence, defined: Defined, registered: ReadonlySet<InstanceValue>): FoundProblem[] {
  const constructor = defined.method("__init__")
  if (!constructor) return []
  const assignments = selfAssignments(constructor)
  return [...(defined.instances[0]?.attributes.keys() ?? [])].flatMap((name) => {
    const own = assignments.filter((assignment) => assignment.name === name)
    const [assignment] = own
    if (REGISTRIES.has(name) || !assignment || own.length !== 1) return []
    const all = defined.instances.map(({ attributes }) => attributes.get(name))
    if (!all.every((value) => value && hidesLayers(value, defined, registered))) return []
    const [first] = all
    if (!first) return []
    const kind = first.kind === "dictionary" ? "dictionary" : first.kind
    const message = `the ${modulesIn(first).length} layers of \`${name}\` stand in a plain ${kind}: parameters(), to() and state_dict() do not see them`
    return problem("unregistered-layers", evidence, placeOf(evidence, assignment.value.span), message)
  })
}

/** All are layers with weights, made by the class itself, and nothing else holds them. */
function hidesLayers(value: Value, { node, value: cls }: Defined, registered: ReadonlySet<InstanceValue>): boolean {
  const modules = modulesIn(value)
  const isHere = ({ place: { file, span } }: InstanceValue): boolean =>
    file === cls.place?.file && node.span.start <= span.start && span.end <= node.span.end
  return modules.length > 0 && modules.every((module) => isHere(module) && !registered.has(module)) && modules.some(hasWeights)
}

const hasWeights = (module: InstanceValue): boolean =>
  parametersOf(module).length > 0 || childrenOf(module).some(([, child]) => hasWeights(child))

function modulesIn(value: Value): InstanceValue[] {
  if (value.kind === "list" || value.kind === "tuple") return (value.items as readonly Value[]).filter(isModule)
  return value.kind === "dictionary" ? [...value.entries.values()].map((entry) => entry.value).filter(isModule) : []
}

/** Names by which a class reaches its layers without saying which. */
const DYNAMIC: ReadonlySet<string> = new Set([
  ...[
    "children",
    "modules",
    "named_children",
    "named_modules",
    "_modules",
    "getattr",
    "__dict__",
    "vars",
    "layers",
    "_layers",
    "get_submodule",
  ],
  ...["locals", "eval", "exec", "__getattr__", "__getattribute__", "__getitem__"],
])

export const unusedLayer: Finder = (evidence) => {
  const mentions = mentionsIn(evidence)
  return definedClasses(evidence).flatMap((defined) => {
    const constructor = defined.method("__init__")
    if (!constructor || !defined.method("forward", "call") || !hasOwnBasesOnly(defined) || reachesDynamically(defined)) return []
    return selfAssignments(constructor).flatMap((assignment) => unused(evidence, assignment, mentions))
  })
}

function unused(evidence: Evidence, { name, value, statement }: SelfAssignment, mentions: ReadonlyMap<string, number>): FoundProblem[] {
  const made = seenAs(evidence, value)
  if (!isModule(made) || made.class.layer === undefined || mentions.get(name) !== 1) return []
  if (REGISTERING.has(made.class.name)) return []
  const message = `\`${name}\` is made and never used${hasWeights(made) ? ": its weights are stored and never trained" : ""}`
  return problem("unused-layer", evidence, placeOf(evidence, statement.span), message, made)
}

/** They are made to register layers that others hold, too. */
const REGISTERING: ReadonlySet<string> = new Set(["ModuleList", "ModuleDict", "ParameterList", "ParameterDict"])

/** How often each name stands behind a dot; texts that hold it count, too, and remarks do not. Read from the text, for this is done at each keystroke. */
function mentionsIn({ file, tree }: Evidence): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const count = (name: string) => found.set(name, (found.get(name) ?? 0) + 1)
  let from = 0
  for (const end of [...tree.comments, undefined]) {
    const code = file.text.slice(from, end?.span.start ?? file.text.length)
    for (const [, name, quoted] of code.matchAll(/\.\s*([A-Za-z_]\w*)|["']([^"'\n]*)["']/g)) {
      if (name) count(name)
      for (const word of quoted?.match(/\w+/g) ?? []) count(word)
    }
    from = end?.span.end ?? from
  }
  return found
}

const reachesDynamically = ({ node }: Defined): boolean =>
  [...nodesOf(node.body)].some(
    (part) =>
      (part.kind === "attribute" && DYNAMIC.has(part.name)) || (part.kind === "name" && DYNAMIC.has(part.name) && part.name !== "layers"),
  )

/** Layers with weights, by name: what a finished call made is no longer there to be counted. */
const WEIGHTED =
  /^(?:Linear|Bilinear|Dense|EinsumDense|Embedding(?:Bag)?|LSTM|GRU|RNN|SimpleRNN|\w*Conv\w*\d[dD](?:Transpose)?|(?:Batch|Layer|Group)Norm\w*|\w+Normalization|Multi[hH]eadAttention|Transformer\w*)$/

export const layerInForward: Finder = (evidence) =>
  definedClasses(evidence).flatMap((defined) => {
    const forward = defined.method(defined.framework === "torch" ? "forward" : "call")
    if (!forward || isHandled(forward)) return []
    return plainCalls(forward.body).flatMap((call) => {
      const made = seenAs(evidence, call)
      if (!isModule(made) || made.place.span.start !== call.span.start || made.class.layer === undefined) return []
      if (!WEIGHTED.test(made.class.name)) return []
      return problem(
        "layer-in-forward",
        evidence,
        placeOf(evidence, call.span),
        `${made.class.name} is made anew in each call, with new random weights`,
        made,
      )
    })
  })

/** Somebody who sets the weights himself wants only the operation. */
const isHandled = (method: { readonly body: Parameters<typeof nodesOf>[0] }): boolean =>
  [...nodesOf(method.body)].some((part) => part.kind === "attribute" && HANDLING.has(part.name))

const HANDLING: ReadonlySet<string> = new Set(["weight", "bias", "load_state_dict", "set_weights", "add_module", "register_module"])
