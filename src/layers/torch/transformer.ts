/** The Transformer of torch: encoder and decoder layers out of attention, two linear layers and normalisation, and their stacks. */
import type { Arguments } from "../arguments.ts"
import { isModule } from "../modules.ts"
import * as V from "../../values/value.ts"
import { cloneModule } from "./clone.ts"
import { callWith, type Entry } from "./define.ts"
import { type Layer, type LayerDefinition, layer } from "./layer.ts"

const OPTIONS =
  "dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-05, batch_first=False, norm_first=False, bias=True, device=None, dtype=None"

/** Makes a layer of the catalogue. */
function build(call: Arguments, name: string, positional: readonly V.Value[], keywords: Record<string, V.Value | undefined> = {}): V.Value {
  const cls = call.interpreter.catalogue(`torch.nn.${name}`)
  const named = Object.entries(keywords).flatMap(([key, value]): [string, V.Value][] => (value ? [[key, value]] : []))
  return cls
    ? call.interpreter.call(cls, { positional, keywords: new Map(named) }, call.place)
    : V.unknown(`${name} is not in the catalogue`, call.place)
}

/** Keywords in the order of Python calls, without those that are None. */
const keywords = (named: Record<string, V.Value | undefined>): Map<string, V.Value> =>
  new Map(Object.entries(named).flatMap(([key, value]): [string, V.Value][] => (value ? [[key, value]] : [])))

function attentionOf(call: Arguments): V.Value {
  return build(call, "MultiheadAttention", [call.required("d_model"), call.required("nhead")], {
    dropout: call.value("dropout"),
    bias: call.read("bias"),
    batch_first: call.read("batch_first"),
  })
}

function normOf(call: Arguments): V.Value {
  return build(call, "LayerNorm", [call.required("d_model")], { eps: call.value("layer_norm_eps"), bias: call.read("bias") })
}

/** The children both kinds of layer have, in torch's order. */
function blockChildren(call: Arguments, attentions: readonly string[], norms: number): Record<string, V.Value> {
  const [width, hidden, bias] = [call.required("d_model"), call.required("dim_feedforward"), call.read("bias")]
  const children: Record<string, V.Value> = {}
  for (const name of attentions) children[name] = attentionOf(call)
  children["linear1"] = build(call, "Linear", [width, hidden], { bias })
  children["dropout"] = build(call, "Dropout", [call.required("dropout")])
  children["linear2"] = build(call, "Linear", [hidden, width], { bias })
  for (let index = 1; index <= norms; index++) children[`norm${index}`] = normOf(call)
  for (let index = 1; index <= norms; index++) children[`dropout${index}`] = build(call, "Dropout", [call.required("dropout")])
  return children
}

/** Runs parts of a layer by name. */
class Parts {
  constructor(
    readonly call: Arguments,
    readonly layer: Layer,
  ) {}

  run(name: string, ...inputs: V.Value[]): V.Value {
    const part = this.call.interpreter.findAttribute(this.layer.self, name)
    return part ? callWith(this.call.interpreter, part, inputs, this.call.place) : this.call.unclear(`the layer has no ${name}`)
  }

  add(left: V.Value, right: V.Value): V.Value {
    return this.call.interpreter.binary("+", left, right)
  }

  /** Attention without its weights, then dropout. */
  attend(name: string, query: V.Value, memory: V.Value, mask: V.Value | undefined, padding: V.Value | undefined, dropout: string): V.Value {
    const { interpreter, place } = this.call
    const part = interpreter.findAttribute(this.layer.self, name)
    if (!part) return this.call.unclear(`the layer has no ${name}`)
    const result = interpreter.call(
      part,
      { positional: [query, memory, memory], keywords: keywords({ attn_mask: mask, key_padding_mask: padding, need_weights: V.FALSE }) },
      place,
    )
    const output = result.kind === "tuple" ? (result.items[0] ?? V.NONE) : result
    return this.run(dropout, output)
  }

  /** Two linear layers with the activation between them. */
  feedForward(input: V.Value, dropout: string): V.Value {
    const hidden = this.run("linear1", input)
    return this.run(dropout, this.run("linear2", this.run("dropout", this.activate(hidden))))
  }

  activate(input: V.Value): V.Value {
    const { interpreter, place } = this.call
    const chosen = this.layer.value("activation")
    const callee = chosen?.kind === "string" ? interpreter.catalogue(`torch.nn.functional.${chosen.value}`) : chosen
    return callee ? callWith(interpreter, callee, [input], place) : input
  }

  /** A residual step: normalised before or after, by `norm_first`. */
  residual(input: V.Value, norm: string, step: (value: V.Value) => V.Value): V.Value {
    const isFirst = this.layer.flag("norm_first") === true
    return isFirst ? this.add(input, step(this.run(norm, input))) : this.run(norm, this.add(input, step(input)))
  }
}

const encoderLayer: LayerDefinition = {
  name: "nn.TransformerEncoderLayer",
  signature: `d_model, nhead, ${OPTIONS}`,
  input: "src, src_mask=None, src_key_padding_mask=None, is_causal=False",
  sentence: "Self-attention and two linear layers, each with a residual connection and normalisation.",
  formula: "4 · d_model² + 2 · d_model · dim_feedforward + 9 · d_model + dim_feedforward",
  children: (args) => blockChildren(args, ["self_attn"], 2),
  forward: (call, self) => {
    const parts = new Parts(call, self)
    const attended = parts.residual(call.read("src") ?? V.NONE, "norm1", (x) =>
      parts.attend("self_attn", x, x, call.value("src_mask"), call.value("src_key_padding_mask"), "dropout1"),
    )
    return parts.residual(attended, "norm2", (x) => parts.feedForward(x, "dropout2"))
  },
}

const decoderLayer: LayerDefinition = {
  name: "nn.TransformerDecoderLayer",
  signature: `d_model, nhead, ${OPTIONS}`,
  input:
    "tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, tgt_is_causal=False, memory_is_causal=False",
  sentence: "Self-attention, attention to the encoder's output, and two linear layers.",
  formula: "8 · d_model² + 2 · d_model · dim_feedforward + 15 · d_model + dim_feedforward",
  children: (args) => blockChildren(args, ["self_attn", "multihead_attn"], 3),
  forward: (call, self) => {
    const parts = new Parts(call, self)
    const memory = call.read("memory") ?? V.NONE
    const own = parts.residual(call.read("tgt") ?? V.NONE, "norm1", (x) =>
      parts.attend("self_attn", x, x, call.value("tgt_mask"), call.value("tgt_key_padding_mask"), "dropout1"),
    )
    const crossed = parts.residual(own, "norm2", (x) =>
      parts.attend("multihead_attn", x, memory, call.value("memory_mask"), call.value("memory_key_padding_mask"), "dropout2"),
    )
    return parts.residual(crossed, "norm3", (x) => parts.feedForward(x, "dropout3"))
  },
}

/** As many copies of a layer; each with weights of its own. */
function copies(call: Arguments, original: V.Value, count: V.Value): V.Value {
  if (!isModule(original)) return original.kind === "unknown" ? original : V.unknown("what is repeated is no module", call.place)
  const number = call.wholeOf(count, "num_layers")
  const items = Array.from({ length: Math.max(0, Math.min(number, 10_000)) }, () => cloneModule(call.interpreter, original, call.place))
  return build(call, "ModuleList", [V.list(items)])
}

/** Runs the stacked layers, then the last normalisation. */
function runStack(call: Arguments, self: Layer, first: V.Value, more: readonly V.Value[], named: ReadonlyMap<string, V.Value>): V.Value {
  const { interpreter, place } = call
  const layers = interpreter.iterate(interpreter.findAttribute(self.self, "layers") ?? V.list())
  if (!Array.isArray(layers)) return layers as V.UnknownValue
  let value = first
  for (const item of layers as V.Value[]) value = interpreter.call(item, { positional: [value, ...more], keywords: named }, place)
  const norm = self.value("norm")
  return norm ? callWith(interpreter, norm, [value], place) : value
}

const encoder: LayerDefinition = {
  name: "nn.TransformerEncoder",
  signature: "encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True",
  input: "src, mask=None, src_key_padding_mask=None, is_causal=None",
  sentence: "Repeats an encoder layer.",
  attributes: () => ({ encoder_layer: V.NONE, norm: V.NONE }),
  children: (args) => ({
    layers: copies(args, args.required("encoder_layer"), args.required("num_layers")),
    norm: args.read("norm") ?? V.NONE,
  }),
  forward: (call, self) =>
    runStack(
      call,
      self,
      call.read("src") ?? V.NONE,
      [],
      keywords({ src_mask: call.value("mask"), src_key_padding_mask: call.value("src_key_padding_mask") }),
    ),
}

const decoder: LayerDefinition = {
  name: "nn.TransformerDecoder",
  signature: "decoder_layer, num_layers, norm=None",
  input:
    "tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, tgt_is_causal=None, memory_is_causal=False",
  sentence: "Repeats a decoder layer.",
  attributes: () => ({ decoder_layer: V.NONE, norm: V.NONE }),
  children: (args) => ({
    layers: copies(args, args.required("decoder_layer"), args.required("num_layers")),
    norm: args.read("norm") ?? V.NONE,
  }),
  forward: (call, self) => {
    const named = keywords({
      tgt_mask: call.value("tgt_mask"),
      memory_mask: call.value("memory_mask"),
      tgt_key_padding_mask: call.value("tgt_key_padding_mask"),
      memory_key_padding_mask: call.value("memory_key_padding_mask"),
    })
    return runStack(call, self, call.read("tgt") ?? V.NONE, [call.read("memory") ?? V.NONE], named)
  },
}

const LAYER_KEYS = ["dim_feedforward", "dropout", "activation", "layer_norm_eps", "batch_first", "norm_first", "bias"]

/** One side of the whole Transformer, unless the user brings their own. */
function side(args: Arguments, kind: "Encoder" | "Decoder"): V.Value {
  const custom = args.value(`custom_${kind.toLowerCase()}`)
  if (custom) return custom
  const options = Object.fromEntries(LAYER_KEYS.map((key) => [key, args.read(key)]))
  const one = build(args, `Transformer${kind}Layer`, [args.required("d_model"), args.required("nhead")], options)
  return build(args, `Transformer${kind}`, [one, args.required(`num_${kind.toLowerCase()}_layers`), normOf(args)])
}

const transformer: LayerDefinition = {
  name: "nn.Transformer",
  signature:
    "d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1, activation='relu', custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-05, batch_first=False, norm_first=False, bias=True, device=None, dtype=None",
  input:
    "src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, src_is_causal=None, tgt_is_causal=None, memory_is_causal=False",
  sentence: "An encoder and a decoder of attention layers.",
  children: (args) => ({ encoder: side(args, "Encoder"), decoder: side(args, "Decoder") }),
  forward: (call, { self }) => {
    const { interpreter, place } = call
    const part = (name: string) => interpreter.findAttribute(self, name) ?? V.NONE
    const memory = interpreter.call(
      part("encoder"),
      {
        positional: [call.read("src") ?? V.NONE],
        keywords: keywords({ mask: call.value("src_mask"), src_key_padding_mask: call.value("src_key_padding_mask") }),
      },
      place,
    )
    const named = keywords({
      tgt_mask: call.value("tgt_mask"),
      memory_mask: call.value("memory_mask"),
      tgt_key_padding_mask: call.value("tgt_key_padding_mask"),
      memory_key_padding_mask: call.value("memory_key_padding_mask"),
    })
    return interpreter.call(part("decoder"), { positional: [call.read("tgt") ?? V.NONE, memory], keywords: named }, place)
  },
  more: [["generate_square_subsequent_mask", { kind: "property", form: "staticmethod", get: squareMask() }]],
}

/** A square of minus infinity above the diagonal. */
function squareMask(): V.NativeValue {
  return V.native("torch.nn.Transformer.generate_square_subsequent_mask", (interpreter, { positional, keywords: named }) => {
    // Old releases made it a method, so that `self` may come first.
    const size =
      positional.find((value) => value.kind === "integer" || value.kind === "unknown") ??
      named.get("sz") ??
      V.unknown("the size of the mask is not known")
    const length = interpreter.dim(size)
    return V.tensor("torch", [length, length], "float32")
  })
}

/** Wrappers that run the module they hold. */
const wrappers: Entry[] = [
  "nn.DataParallel",
  "nn.parallel.DataParallel",
  "nn.parallel.DistributedDataParallel",
  "nn.parallel.distributed.DistributedDataParallel",
].map((name) =>
  layer({
    name,
    signature:
      name.endsWith("DataParallel") && !name.includes("Distributed")
        ? "module, device_ids=None, output_device=None, dim=0"
        : "module, device_ids=None, output_device=None, dim=0, **kwargs",
    input: "*inputs, **kwargs",
    sentence: "Runs a module on several devices.",
    attributes: () => ({ module: V.NONE }),
    children: (args) => ({ module: args.required("module") }),
    forward: (call, { self }) => {
      const named = call.value("kwargs")
      const given =
        named?.kind === "dictionary"
          ? [...named.entries.values()].flatMap(({ key, value }): [string, V.Value][] =>
              key.kind === "string" ? [[key.value, value]] : [],
            )
          : []
      return call.interpreter.call(
        call.interpreter.findAttribute(self, "module") ?? V.NONE,
        { positional: call.items("inputs"), keywords: new Map(given) },
        call.place,
      )
    },
  }),
)

export const transformers: readonly Entry[] = [
  layer(encoderLayer),
  layer(decoderLayer),
  layer(encoder),
  layer(decoder),
  layer(transformer),
  ...wrappers,
]
