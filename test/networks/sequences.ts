/** Layers and steps over sequences of features: [batch, steps, features]. */
import { argumentsText, divisors, fresh, type LayerKind, type Scope, type Shape, type Step, size } from "./draft.ts"
import { activation, elementwise, scaling } from "./pointwise.ts"

const WIDTHS = [4, 8, 12, 16, 24]

const featuresOf = (shape: Shape): number => shape.at(-1) as number
const withFeatures = (shape: Shape, features: number): Shape => [...shape.slice(0, -1), features]

/** At least two heads where the width allows it. */
const headsFor = (scope: Scope, width: number): number =>
  scope.random.pick(divisors(width).filter((heads) => heads <= 8 && (heads > 1 || width === 1)))

export const linear: LayerKind = (scope, shape) => {
  const { random } = scope
  const outgoing = random.pick(WIDTHS)
  if (random.chance(0.05)) return { make: `nn.LazyLinear(${outgoing})`, shape: withFeatures(shape, outgoing) }
  const text = argumentsText([size(scope, featuresOf(shape)), size(scope, outgoing), random.chance(0.3) && "bias=False"])
  return { make: `nn.Linear(${text})`, shape: withFeatures(shape, outgoing) }
}

export const lastNormalisation: LayerKind = (scope, shape) => {
  const { random } = scope
  const features = size(scope, featuresOf(shape))
  const kinds = [
    `nn.LayerNorm(${features})`,
    `nn.LayerNorm(${features}, elementwise_affine=False)`,
    `nn.LayerNorm([${features}], bias=False)`,
    `nn.RMSNorm(${features})`,
  ]
  return { make: random.pick(kinds), shape }
}

const encoderLayer: LayerKind = (scope, shape) => {
  const { random } = scope
  const width = featuresOf(shape)
  const inner = random.pick(WIDTHS) * 2
  const options = argumentsText([
    size(scope, width),
    String(headsFor(scope, width)),
    `dim_feedforward=${inner}`,
    "batch_first=True",
    random.chance(0.3) && "norm_first=True",
    random.chance(0.2) && "bias=False",
    random.chance(0.3) && 'activation="gelu"',
  ])
  const make = `nn.TransformerEncoderLayer(${options})`
  return { make: random.chance(0.3) ? `nn.TransformerEncoder(${make}, num_layers=${random.whole(1, 3)})` : make, shape }
}

export const sequenceLayers: readonly LayerKind[] = [linear, linear, lastNormalisation, encoderLayer, activation]

const recurrence: Step = (scope, shape) => {
  const { random } = scope
  const kind = random.pick(["RNN", "GRU", "LSTM"])
  const hidden = random.pick(WIDTHS)
  const layers = random.whole(1, 2)
  const both = random.chance(0.4)
  const first = random.chance(0.8)
  const projection = kind === "LSTM" && random.chance(0.25) ? random.whole(1, hidden - 1) : 0
  const name = fresh(scope, kind.toLowerCase())
  const options = argumentsText([
    size(scope, featuresOf(shape)),
    size(scope, hidden),
    layers > 1 && `num_layers=${layers}`,
    first && "batch_first=True",
    both && "bidirectional=True",
    projection > 0 && `proj_size=${projection}`,
    random.chance(0.2) && "bias=False",
    layers > 1 && random.chance(0.3) && "dropout=0.2",
  ])
  scope.init.push(`self.${name} = nn.${kind}(${options})`)
  scope.forward.push(first ? `x, state = self.${name}(x)` : `x, state = self.${name}(x.transpose(0, 1))`)
  if (!first) scope.forward.push("x = x.transpose(0, 1)")
  return withFeatures(shape, (projection || hidden) * (both ? 2 : 1))
}

/** Only what the network remembers at the end. */
const lastState: Step = (scope, shape) => {
  const kind = scope.random.pick(["GRU", "LSTM"])
  const hidden = scope.random.pick(WIDTHS)
  const name = fresh(scope, "memory")
  scope.init.push(`self.${name} = nn.${kind}(${size(scope, featuresOf(shape))}, ${hidden}, batch_first=True, bidirectional=True)`)
  scope.forward.push(kind === "GRU" ? `_, last = self.${name}(x)` : `_, (last, _) = self.${name}(x)`)
  scope.forward.push("x = torch.cat([last[0], last[1]], dim=-1)")
  return [shape[0] as number, 2 * hidden]
}

/** Steps through time with a cell. */
const cells: Step = (scope, shape) => {
  const { random } = scope
  const kind = random.pick(["RNNCell", "GRUCell", "LSTMCell"])
  const hidden = random.pick(WIDTHS)
  const name = fresh(scope, "cell")
  scope.init.push(`self.${name} = nn.${kind}(${size(scope, featuresOf(shape))}, ${hidden})`)
  scope.forward.push(`state = x.new_zeros(x.size(0), ${hidden})`, "states = []")
  if (kind === "LSTMCell") scope.forward.push("carry = torch.zeros_like(state)")
  scope.forward.push("for step in range(x.size(1)):")
  scope.forward.push(
    kind === "LSTMCell" ? `    state, carry = self.${name}(x[:, step], (state, carry))` : `    state = self.${name}(x[:, step], state)`,
  )
  scope.forward.push("    states.append(state)", "x = torch.stack(states, dim=1)")
  return withFeatures(shape, hidden)
}

const multihead: Step = (scope, shape) => {
  const { random } = scope
  const width = featuresOf(shape)
  const cross = random.chance(0.3)
  const other = random.pick(WIDTHS)
  const name = fresh(scope, "attention")
  const first = random.chance(0.7)
  const options = argumentsText([
    size(scope, width),
    String(headsFor(scope, width)),
    first && "batch_first=True",
    random.chance(0.2) && "bias=False",
    random.chance(0.15) && "add_bias_kv=True",
    random.chance(0.1) && "add_zero_attn=True",
    cross && `kdim=${other}, vdim=${other}`,
  ])
  scope.init.push(`self.${name} = nn.MultiheadAttention(${options})`)
  if (cross) {
    const memory = fresh(scope, "to_memory")
    scope.init.push(`self.${memory} = nn.Linear(${size(scope, width)}, ${other})`)
    scope.forward.push(`memory = self.${memory}(x)`)
  }
  const source = cross ? "memory" : "x"
  const [query, key] = first ? ["x", source] : ["x.transpose(0, 1)", `${source}.transpose(0, 1)`]
  scope.forward.push(`y, _ = self.${name}(${query}, ${key}, ${key}${random.chance(0.3) ? ", need_weights=False" : ""})`)
  scope.forward.push(first ? "x = x + y" : "x = x + y.transpose(0, 1)")
  return shape
}

const PRODUCTS: readonly (readonly string[])[] = [
  ["scores = q @ k.transpose(-2, -1) * self.HEADS ** -0.5", "x = scores.softmax(dim=-1) @ v"],
  ["scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(q.size(-1))", "x = torch.matmul(F.softmax(scores, dim=-1), v)"],
  ['scores = torch.einsum("bhid,bhjd->bhij", q, k)', 'x = torch.einsum("bhij,bhjd->bhid", torch.softmax(scores, -1), v)'],
  ["x = F.scaled_dot_product_attention(q, k, v)"],
  ["x = F.scaled_dot_product_attention(q, k, v, is_causal=True)"],
  [
    "mask = torch.tril(torch.ones(x.size(1), x.size(1), device=x.device)).bool()",
    'scores = (q @ k.transpose(-2, -1)).masked_fill(~mask, float("-inf"))',
    "x = F.softmax(scores, dim=-1) @ v",
  ],
]

/** Attention as people write it: one projection or three, heads split off by view and permute. */
const ownAttention: Step = (scope, shape) => {
  const { random } = scope
  const width = featuresOf(shape)
  const heads = headsFor(scope, width)
  const [count, output] = [fresh(scope, "heads"), fresh(scope, "out")]
  const written = size(scope, width)
  scope.init.push(`self.${count} = ${heads}`)
  if (random.chance(0.5)) {
    const name = fresh(scope, "qkv")
    scope.init.push(`self.${name} = nn.Linear(${written}, ${written} * 3, bias=${random.chance(0.5) ? "True" : "False"})`)
    scope.forward.push("b, n, c = x.shape")
    scope.forward.push(
      `q, k, v = self.${name}(x).reshape(b, n, 3, self.${count}, c // self.${count}).permute(2, 0, 3, 1, 4)${random.chance(0.5) ? ".unbind(0)" : ""}`,
    )
  } else {
    const names = ["q", "k", "v"].map((letter) => fresh(scope, `to_${letter}`))
    for (const name of names) scope.init.push(`self.${name} = nn.Linear(${written}, ${written})`)
    scope.forward.push("b, n, c = x.size()")
    const split = names.map((name) => `self.${name}(x).view(b, n, self.${count}, -1).transpose(1, 2)`)
    scope.forward.push(...split.map((text, index) => `${"qkv"[index]} = ${text}`))
  }
  scope.forward.push(...random.pick(PRODUCTS).map((line) => line.replace("HEADS", count)))
  scope.init.push(`self.${output} = nn.Linear(${written}, ${written})`)
  scope.forward.push(`x = self.${output}(x.transpose(1, 2).${random.chance(0.5) ? "reshape(b, n, c)" : "contiguous().view(b, n, -1)"})`)
  return shape
}

const positionsAdded: Step = (scope, shape) => {
  const name = fresh(scope, "position")
  const [, length, width] = shape as [number, number, number]
  if (scope.random.chance(0.5)) {
    scope.init.push(`self.${name} = nn.Embedding(${length + 4}, ${size(scope, width)})`)
    scope.forward.push(`x = x + self.${name}(torch.arange(x.size(1), device=x.device))`)
  } else {
    scope.init.push(`self.${name} = nn.Parameter(torch.zeros(1, ${length}, ${size(scope, width)}))`)
    scope.forward.push(`x = x + self.${name}[:, :x.shape[1]]`)
  }
  return shape
}

const classToken: Step = (scope, shape) => {
  const [batch, length, width] = shape as [number, number, number]
  const name = fresh(scope, "token")
  scope.init.push(`self.${name} = nn.Parameter(torch.randn(1, 1, ${size(scope, width)}))`)
  scope.forward.push(`x = torch.cat((self.${name}.expand(x.shape[0], -1, -1), x), dim=1)`)
  return [batch, length + 1, width]
}

/** Mixing along the sequence, as MLP-Mixer does. */
const mixing: Step = (scope, shape) => {
  const [batch, length, width] = shape as [number, number, number]
  const name = fresh(scope, "mix")
  const out = scope.random.pick([length, length + 2])
  scope.init.push(`self.${name} = nn.Linear(${length}, ${out})`)
  scope.forward.push(
    `x = self.${name}(x.${scope.random.pick(["transpose(1, 2)", "permute(0, 2, 1)", "mT", "swapaxes(-1, -2)"])}).transpose(1, 2)`,
  )
  return [batch, out, width]
}

/** Products with parameters of the class itself. */
const ownProduct: Step = (scope, shape) => {
  const { random } = scope
  const width = featuresOf(shape)
  const out = random.pick(WIDTHS)
  const name = fresh(scope, "weight")
  const forms: readonly (readonly [string, string])[] = [
    [`${size(scope, width)}, ${out}`, `x @ self.${name}`],
    [`${out}, ${size(scope, width)}`, `F.linear(x, self.${name})`],
    [`${size(scope, width)}, ${out}`, `torch.einsum("btd,de->bte", x, self.${name})`],
    [`${size(scope, width)}, ${out}`, `torch.matmul(x, self.${name})`],
    [`${shape[0]}, ${size(scope, width)}, ${out}`, `torch.bmm(x, self.${name})`],
    [`${size(scope, width)}, ${out}`, `torch.tensordot(x, self.${name}, dims=1)`],
  ]
  const [sizes, text] = random.pick(forms)
  scope.init.push(`self.${name} = nn.Parameter(torch.empty(${sizes}))`)
  scope.forward.push(`x = ${text}`)
  return withFeatures(shape, out)
}

const shortened: Step = (scope, shape) => {
  const [batch, length, width] = shape as [number, number, number]
  if (length < 4) return undefined
  const forms: readonly (readonly [string, number])[] = [
    ["x[:, ::2]", Math.ceil(length / 2)],
    ["x[:, 1:]", length - 1],
    ["x[:, -3:, :]", 3],
    ["x[:, torch.arange(0, 3)]", 3],
    ["x.topk(3, dim=1)[0]", 3],
    ["torch.narrow(x, 1, 1, 2)", 2],
    ["x.unfold(1, 2, 2).mean(-1)", Math.floor(length / 2)],
    ["x.repeat(1, 2, 1)", length * 2],
    ["x.repeat_interleave(2, dim=1)", length * 2],
  ]
  const [text, out] = scope.random.pick(forms)
  scope.forward.push(`x = ${text}`)
  return [batch, out, width]
}

export const sequenceSteps: readonly Step[] = [
  recurrence,
  recurrence,
  lastState,
  cells,
  multihead,
  ownAttention,
  ownAttention,
  positionsAdded,
  classToken,
  mixing,
  ownProduct,
  shortened,
  scaling,
  elementwise,
]
