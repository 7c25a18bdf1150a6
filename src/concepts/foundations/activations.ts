/** The activation functions of the explainer: value, derivative, formula, and the tensor operation that executes it. */
import type { Held, Tensors } from "../tensors.ts"

export interface Activation {
  readonly name: string
  readonly label: string
  /** Classes and functions of the frameworks that mean it, lower case without separators. */
  readonly types: readonly string[]
  readonly tex: string
  readonly derivativeTex: string
  value(x: number, slope: number): number
  derivative(x: number, slope: number): number
  execute(tensors: Tensors, x: Held, slope: number): Held
  /** The steepest it ever is. */
  readonly steepest: number
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)

/** Gauss' error function; Abramowitz and Stegun 1964, 7.1.26, to 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x))
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x))
}

const normal = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2

export const ACTIVATIONS: readonly Activation[] = [
  {
    name: "sigmoid",
    label: "Sigmoid",
    types: ["sigmoid", "hardsigmoid", "logsigmoid"],
    tex: "\\sigma(x) = \\frac{1}{1 + e^{-x}}",
    derivativeTex: "\\sigma(x)\\,(1 - \\sigma(x))",
    value: sigmoid,
    derivative: (x) => sigmoid(x) * (1 - sigmoid(x)),
    execute: (tensors, x) => tensors.sigmoid(x),
    steepest: 0.25,
  },
  {
    name: "tanh",
    label: "Tanh",
    types: ["tanh", "hardtanh"],
    tex: "\\tanh x = \\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
    derivativeTex: "1 - \\tanh^2 x",
    value: Math.tanh,
    derivative: (x) => 1 - Math.tanh(x) ** 2,
    execute: (tensors, x) => tensors.tanh(x),
    steepest: 1,
  },
  {
    name: "relu",
    label: "ReLU",
    types: ["relu", "relu6"],
    tex: "\\max(0, x)",
    derivativeTex: "[x > 0]",
    value: (x) => Math.max(0, x),
    derivative: (x) => (x > 0 ? 1 : 0),
    execute: (tensors, x) => tensors.relu(x),
    steepest: 1,
  },
  {
    name: "leaky-relu",
    label: "Leaky ReLU",
    types: ["leakyrelu", "prelu", "rrelu"],
    tex: "\\max(\\alpha x, x)",
    derivativeTex: "x > 0 \\mathbin{?} 1 : \\alpha",
    value: (x, slope) => (x > 0 ? x : slope * x),
    derivative: (x, slope) => (x > 0 ? 1 : slope),
    execute: (tensors, x, slope) => tensors.leakyRelu(x, slope),
    steepest: 1,
  },
  {
    name: "elu",
    label: "ELU",
    types: ["elu", "selu", "celu"],
    tex: "x > 0 \\mathbin{?} x : e^{x} - 1",
    derivativeTex: "x > 0 \\mathbin{?} 1 : e^{x}",
    value: (x) => (x > 0 ? x : Math.expm1(x)),
    derivative: (x) => (x > 0 ? 1 : Math.exp(x)),
    execute: (tensors, x) => tensors.elu(x),
    steepest: 1,
  },
  {
    name: "gelu",
    label: "GELU",
    types: ["gelu"],
    tex: "x\\,\\Phi(x)",
    derivativeTex: "\\Phi(x) + x\\,\\varphi(x)",
    value: (x) => x * normal(x),
    derivative: (x) => normal(x) + x * density(x),
    execute: (tensors, x) => tensors.mul(tensors.mul(x, 0.5), tensors.add(tensors.erf(tensors.mul(x, Math.SQRT1_2)), 1)),
    steepest: 1.129,
  },
  {
    name: "silu",
    label: "SiLU (Swish)",
    types: ["silu", "swish", "hardswish", "mish"],
    tex: "x\\,\\sigma(x)",
    derivativeTex: "\\sigma(x)\\,(1 + x\\,(1 - \\sigma(x)))",
    value: (x) => x * sigmoid(x),
    derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    execute: (tensors, x) => tensors.mul(x, tensors.sigmoid(x)),
    steepest: 1.1,
  },
]

export const activationNamed = (name: unknown): Activation =>
  ACTIVATIONS.find((activation) => activation.name === name) ?? (ACTIVATIONS[0] as Activation)

/** Of "LeakyReLU", "torch.nn.functional.leaky_relu", "leaky_relu". */
export function activationOf(type: string): Activation | undefined {
  const plain = type
    .slice(type.lastIndexOf(".") + 1)
    .toLowerCase()
    .replaceAll("_", "")
  return ACTIVATIONS.find(({ types }) => types.includes(plain))
}
