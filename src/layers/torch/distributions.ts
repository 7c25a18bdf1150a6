/**
 * `torch.distributions`: what a sample, a log-probability and an entropy look like, from the shapes of the parameters.
 *
 *   source  https://docs.pytorch.org/docs/stable/distributions.html
 */
import type { Shape } from "../../values/shape.ts"
import { broadcastAll } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import type { Arguments } from "../arguments.ts"
import { type Entry, functions, method, nativeClass } from "./define.ts"
import { shapeOf } from "./tensors.ts"

/** Shapes of one draw: independent ones, and the axes of each. */
interface Drawn {
  readonly batch: Shape
  readonly event: Shape
  readonly dtype: V.DataType | undefined
}

/** One family: its arguments, and how many trailing axes of each parameter are no batch. */
interface Family {
  readonly signature: string
  readonly parameters: Readonly<Record<string, number>>
  /** the parameter whose last axis is the event's */
  readonly event?: string
  /** of samples; that of the parameters when it is left out */
  readonly dtype?: V.DataType
}

const plain = (...names: readonly string[]): Family => ({
  signature: `${names.join(", ")}, validate_args=None`,
  parameters: Object.fromEntries(names.map((name) => [name, 0])),
})
const binary = (first = ""): Family => ({
  signature: `${first}probs=None, logits=None, validate_args=None`,
  parameters: { probs: 0, logits: 0 },
})
const choosing = (first: string, more: Partial<Family>): Family => ({
  signature: `${first}probs=None, logits=None, validate_args=None`,
  parameters: { probs: 1, logits: 1 },
  ...more,
})

const FAMILIES: Readonly<Record<string, Family>> = {
  Normal: plain("loc", "scale"),
  LogNormal: plain("loc", "scale"),
  Laplace: plain("loc", "scale"),
  Cauchy: plain("loc", "scale"),
  Gumbel: plain("loc", "scale"),
  VonMises: plain("loc", "concentration"),
  Uniform: plain("low", "high"),
  Beta: plain("concentration1", "concentration0"),
  Kumaraswamy: plain("concentration1", "concentration0"),
  Gamma: plain("concentration", "rate"),
  InverseGamma: plain("concentration", "rate"),
  Weibull: plain("scale", "concentration"),
  Pareto: plain("scale", "alpha"),
  FisherSnedecor: plain("df1", "df2"),
  Exponential: plain("rate"),
  Poisson: plain("rate"),
  Chi2: plain("df"),
  HalfNormal: plain("scale"),
  HalfCauchy: plain("scale"),
  StudentT: { signature: "df, loc=0.0, scale=1.0, validate_args=None", parameters: { df: 0, loc: 0, scale: 0 } },
  Bernoulli: binary(),
  ContinuousBernoulli: binary(),
  Geometric: binary(),
  Binomial: binary("total_count=1, "),
  NegativeBinomial: binary("total_count, "),
  RelaxedBernoulli: binary("temperature, "),
  Categorical: choosing("", { dtype: "int64" }),
  OneHotCategorical: choosing("", { event: "probs" }),
  OneHotCategoricalStraightThrough: choosing("", { event: "probs" }),
  Multinomial: choosing("total_count=1, ", { event: "probs" }),
  RelaxedOneHotCategorical: choosing("temperature, ", { event: "probs" }),
  Dirichlet: { signature: "concentration, validate_args=None", parameters: { concentration: 1 }, event: "concentration" },
  MultivariateNormal: {
    signature: "loc, covariance_matrix=None, precision_matrix=None, scale_tril=None, validate_args=None",
    parameters: { loc: 1, covariance_matrix: 2, precision_matrix: 2, scale_tril: 2 },
    event: "loc",
  },
  LowRankMultivariateNormal: {
    signature: "loc, cov_factor, cov_diag, validate_args=None",
    parameters: { loc: 1, cov_factor: 2, cov_diag: 1 },
    event: "loc",
  },
}

const NAME = "torch.distributions"

function drawnOf(call: Arguments, value: V.Value): Drawn {
  if (value.kind === "instance" && value.state && isDrawn(value.state)) return value.state
  return call.unclear("the shapes of the distribution are not known")
}

const isDrawn = (state: unknown): state is Drawn => typeof state === "object" && state !== null && "batch" in state && "event" in state

/** The shape of a parameter; a number has none. */
function parameterShape(call: Arguments, value: V.Value): Shape {
  if (value.kind === "integer" || value.kind === "float" || value.kind === "boolean") return []
  if (value.kind !== "tensor") return call.unclear(value.kind === "unknown" ? value.reason : `a parameter is a ${value.kind}`)
  return shapeOf(call, value)
}

const broadcastOf = (call: Arguments, shapes: readonly Shape[]): Shape => {
  const { shape, problems } = broadcastAll(shapes)
  for (const problem of problems) call.interpreter.problem(problem, call.place)
  return shape
}

/** Fills an object: its shapes, its parameters spread over the batch, and its moments. */
function fill(
  call: Arguments,
  self: V.Value,
  drawn: Drawn,
  sources: readonly V.TensorValue[],
  more: readonly [string, V.Value][] = [],
): V.Value {
  if (self.kind !== "instance") return V.NONE
  self.state = drawn
  call.interpreter.heap.touch(self.attributes)
  const whole = [...drawn.batch, ...drawn.event]
  const sizes = (shape: Shape) => V.tuple(shape.map((size) => V.integer(size)))
  for (const [name, value] of more) self.attributes.set(name, value)
  self.attributes.set("batch_shape", sizes(drawn.batch))
  self.attributes.set("event_shape", sizes(drawn.event))
  for (const moment of ["mean", "variance", "stddev", "mode"])
    self.attributes.set(moment, V.tensor("torch", whole, moment === "mode" ? drawn.dtype : (sources[0]?.dtype ?? "float32")))
  return V.NONE
}

const initialiser = (name: string, family: Family): V.NativeValue =>
  method(`${NAME}.${name}.__init__`, family.signature, (call, self) => {
    const given = Object.entries(family.parameters).flatMap(([parameter, axes]): [string, Shape, number][] => {
      const value = call.value(parameter)
      return value ? [[parameter, parameterShape(call, value), axes]] : []
    })
    const batch = broadcastOf(
      call,
      given.map(([, shape, axes]) => shape.slice(0, Math.max(0, shape.length - axes))),
    )
    const [first] = given
    const event = family.event && first ? first[1].slice(-1) : []
    const tensors = given.flatMap(([parameter]) => tensorIn(call.value(parameter)))
    const dtype = family.dtype ?? tensors[0]?.dtype ?? "float32"
    return fill(call, self, { batch, event, dtype }, tensors, parametersOf(family, given, batch))
  })

const tensorIn = (value: V.Value | undefined): V.TensorValue[] => (value?.kind === "tensor" ? [value] : [])

/** Parameters as attributes: each of the batch's shape, and either of `probs` and `logits` where one is given. */
function parametersOf({ parameters }: Family, given: readonly [string, Shape, number][], batch: Shape): [string, V.Value][] {
  const known = given.map(([name, shape, axes]): [string, V.Value] => [
    name,
    V.tensor("torch", [...batch, ...shape.slice(shape.length - axes)], "float32"),
  ])
  const [first] = known
  const twins = first && "logits" in parameters ? ["probs", "logits"].map((name): [string, V.Value] => [name, first[1]]) : []
  return [...twins, ...known]
}

const sourcesOf = (self: V.Value): V.TensorValue[] =>
  self.kind === "instance" ? ["loc", "probs", "mean"].flatMap((name) => tensorIn(self.attributes.get(name))).slice(0, 1) : []

/** A draw. */
const sampling = (name: string, signature: string): [string, V.NativeValue] => [
  name,
  method(`${NAME}.Distribution.${name}`, signature, (call, self) => {
    const { batch, event, dtype } = drawnOf(call, self)
    const more = call.has("sample_shape") ? call.sizes("sample_shape") : []
    return call.emit(sourcesOf(self), { shape: [...more, ...batch, ...event] }, dtype)
  }),
]

/** Something of a value: its trailing axes are the event's. */
const judging = (name: string, keepsEvent: boolean): [string, V.NativeValue] => [
  name,
  method(`${NAME}.Distribution.${name}`, "value", (call, self) => {
    const { batch, event } = drawnOf(call, self)
    const value = call.tensor("value")
    const shape = shapeOf(call, value)
    const outer = broadcastOf(call, [shape.slice(0, Math.max(0, shape.length - event.length)), batch])
    return call.emit([value], { shape: keepsEvent ? [...outer, ...event] : outer }, "float32")
  }),
]

const entropy: [string, V.NativeValue] = [
  "entropy",
  method(`${NAME}.Distribution.entropy`, "", (call, self) => call.emit(sourcesOf(self), { shape: drawnOf(call, self).batch }, "float32")),
]

const expansion: [string, V.NativeValue] = [
  "expand",
  method(`${NAME}.Distribution.expand`, "batch_shape, _instance=None", (call, self) => {
    const drawn = { ...drawnOf(call, self), batch: call.sizes("batch_shape") }
    if (self.kind !== "instance") return V.NONE
    const copy = call.interpreter.instantiate(self.class, call.place)
    fill(call, copy, drawn, sourcesOf(self))
    return copy
  }),
]

const DISTRIBUTION = nativeClass({
  name: `${NAME}.Distribution`,
  attributes: [
    sampling("sample", "sample_shape=None"),
    sampling("rsample", "sample_shape=None"),
    judging("log_prob", false),
    judging("cdf", true),
    judging("icdf", true),
    entropy,
    expansion,
    // What else there is is not told.
    [
      "__getattr__",
      method(`${NAME}.Distribution.__getattr__`, "name", (call) => V.unknown("this part of a distribution is not followed", call.place)),
    ],
  ],
})

/** Distributions of distributions. */
const COMPOSED: Readonly<Record<string, { readonly signature: string; readonly drawn: (call: Arguments) => Drawn }>> = {
  Independent: {
    signature: "base_distribution, reinterpreted_batch_ndims, validate_args=None",
    drawn: (call) => {
      const { batch, event, dtype } = drawnOf(call, call.required("base_distribution"))
      const outer = Math.max(0, batch.length - call.integer("reinterpreted_batch_ndims"))
      return { batch: batch.slice(0, outer), event: [...batch.slice(outer), ...event], dtype }
    },
  },
  MixtureSameFamily: {
    signature: "mixture_distribution, component_distribution, validate_args=None",
    drawn: (call) => {
      const { batch, event, dtype } = drawnOf(call, call.required("component_distribution"))
      return { batch: batch.slice(0, -1), event, dtype }
    },
  },
}

/** Names of which only the existence is told: they hold no weights, and what they give is not followed. */
const UNFOLLOWED =
  "TransformedDistribution LKJCholesky Wishart LogisticNormal GeneralizedPareto ExponentialFamily AbsTransform AffineTransform CatTransform ComposeTransform CorrCholeskyTransform CumulativeDistributionTransform ExpTransform IndependentTransform LowerCholeskyTransform PositiveDefiniteTransform PowerTransform ReshapeTransform SigmoidTransform SoftplusTransform TanhTransform SoftmaxTransform StackTransform StickBreakingTransform Transform"

const anything = (name: string): V.NativeValue => method(`${NAME}.${name}.__init__`, "*args, **kwargs", () => V.NONE)

const classNamed = (name: string, initialise: V.NativeValue): Entry => {
  let made: V.ClassValue | undefined
  return [
    `${NAME}.${name}`,
    () => (made ??= nativeClass({ name: `${NAME}.${name}`, bases: [DISTRIBUTION], attributes: [["__init__", initialise]] })),
  ]
}

const classes: readonly Entry[] = [
  [`${NAME}.Distribution`, () => DISTRIBUTION],
  ...Object.entries(FAMILIES).map(([name, family]) => classNamed(name, initialiser(name, family))),
  ...Object.entries(COMPOSED).map(([name, { signature, drawn }]) =>
    classNamed(
      name,
      method(`${NAME}.${name}.__init__`, signature, (call, self) => fill(call, self, drawn(call), [])),
    ),
  ),
  ...UNFOLLOWED.split(" ").map((name) => classNamed(name, anything(name))),
]

const moduleName = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()

/** Each class stands in a module of its own, too: `torch.distributions.normal.Normal`. */
const inModules = classes.map(([name, make]): Entry => [name.replace(/\.(\w+)$/, (_, own: string) => `.${moduleName(own)}.${own}`), make])

export const distributionEntries: readonly Entry[] = [
  ...classes,
  ...inModules,
  ...functions(`${NAME}.kl_divergence ${NAME}.kl.kl_divergence`, "p, q", (call) => {
    const [one, other] = ["p", "q"].map((name) => drawnOf(call, call.required(name)))
    const sources = ["p", "q"].flatMap((name) => sourcesOf(call.required(name)))
    return call.emit(sources, { shape: broadcastOf(call, [one?.batch ?? [], other?.batch ?? []]) }, "float32")
  }),
]
export const distributionNamespaces: readonly string[] = [...new Set(inModules.map(([name]) => name.slice(0, name.lastIndexOf("."))))]
