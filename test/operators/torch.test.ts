/** Operators against what torch measured: shapes, multiply-accumulates and refusals of its layers. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { flatten } from "../../src/operators/arrange.ts"
import { attend } from "../../src/operators/attend.ts"
import { convolve, convolveTransposed } from "../../src/operators/convolve.ts"
import { bilinear, einsum, linear, matmul } from "../../src/operators/multiply.ts"
import { adaptivePool, pool } from "../../src/operators/pool.ts"
import { type Gates, recur } from "../../src/operators/recur.ts"
import { fold, interpolate, pad, pixelShuffle, pixelUnshuffle, unfold } from "../../src/operators/resize.ts"
import { index, type Part } from "../../src/operators/index.ts"
import type { Window } from "../../src/operators/window.ts"
import type { Dim } from "../../src/values/dim.ts"
import type { Problem } from "../../src/values/problem.ts"
import type { Shape } from "../../src/values/shape.ts"

interface Case {
  readonly layer?: string
  readonly expr?: string
  readonly call?: string
  readonly inputs: Record<string, { readonly shape: readonly number[] }>
  readonly outputs?: readonly { readonly shape: readonly number[] }[]
  readonly macs?: number
  readonly error?: string
}

const casesOf = (name: string): readonly Case[] =>
  JSON.parse(readFileSync(new URL(`../oracle/${name}.json`, import.meta.url), "utf8")).cases

type Literal = number | boolean | string | null | Literal[]
/** Arguments of a layer as it is written, by name. */
type Arguments = Record<string, Literal>

/** Reads plain arguments: numbers, strings, True, False, None, tuples and lists. Undefined for anything else. */
function argumentsOf(text: string, names: readonly string[]): Arguments | undefined {
  const [, , inside] = /^([\w.]+)\((.*)\)$/.exec(text) ?? []
  if (inside === undefined) return undefined
  const keyword = inside
    .replaceAll("'", '"')
    .replace(/\bTrue\b/g, "true")
    .replace(/\bFalse\b/g, "false")
    .replace(/\bNone\b/g, "null")
    .replaceAll("(", "[")
    .replaceAll(/,?\)/g, "]")
    .replaceAll(/\b([a-z_]+)=/g, '"$1=",')
  let items: Literal[]
  try {
    items = JSON.parse(`[${keyword}]`)
  } catch {
    return undefined
  }
  const found: Arguments = {}
  for (let position = 0, place = 0; position < items.length; position++) {
    const item = items[position]
    if (typeof item === "string" && item.endsWith("=")) found[item.slice(0, -1)] = items[++position] ?? null
    else found[names[place++] as string] = item as Literal
  }
  return found
}

interface Result {
  readonly shapes: readonly Shape[]
  readonly macs: Dim
  readonly problems: readonly Problem[]
}

const one = ({ shape, macs, problems }: { shape: Shape; macs: Dim; problems: readonly Problem[] }): Result => ({
  shapes: [shape],
  macs,
  problems,
})

const each = (value: Literal | undefined, count: number, fallback: number): number[] =>
  Array.isArray(value) ? (value as number[]) : new Array<number>(count).fill((value as number | undefined) ?? fallback)

function windowsOf(given: Arguments, count: number, stride: Literal | undefined = 1): Window[] {
  const { kernel_size, padding, dilation } = given
  return each(kernel_size, count, 1).map((size, axis) => ({
    size,
    stride: each(given.stride ?? stride, count, 1)[axis] as number,
    padding: typeof padding === "string" ? (padding as "same") : (each(padding, count, 0)[axis] as number),
    dilation: each(dilation, count, 1)[axis] as number,
  }))
}

const CONVOLUTION = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"]
const TRANSPOSED = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "groups", "bias", "dilation"]
const POOL = ["kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"]
const AVERAGE = ["kernel_size", "stride", "padding", "ceil_mode"]
const RECURRENT = ["input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional", "proj_size"]

interface Family {
  readonly pattern: RegExp
  readonly names: readonly string[]
  readonly least: number
  readonly apply: (given: Arguments, inputs: readonly Shape[], axes: number, name: string) => Result
}

const FAMILIES: readonly Family[] = [
  {
    pattern: /^nn\.Conv(\d)d\(/,
    names: CONVOLUTION,
    least: 100,
    apply: (given, [image = []], axes) => {
      const groups = (given.groups as number | undefined) ?? 1
      const kernel = [given.out_channels as number, (given.in_channels as number) / groups, ...each(given.kernel_size, axes, 1)]
      return one(convolve(image, kernel, windowsOf(given, axes), groups))
    },
  },
  {
    pattern: /^nn\.ConvTranspose(\d)d\(/,
    names: TRANSPOSED,
    least: 40,
    apply: (given, [image = []], axes) => {
      const groups = (given.groups as number | undefined) ?? 1
      const kernel = [given.in_channels as number, (given.out_channels as number) / groups, ...each(given.kernel_size, axes, 1)]
      return one(convolveTransposed(image, kernel, windowsOf(given, axes), each(given.output_padding, axes, 0), groups))
    },
  },
  {
    pattern: /^nn\.MaxPool(\d)d\(/,
    names: POOL,
    least: 40,
    apply: (given, [image = []], axes) => one(pool(image, windowsOf(given, axes, given.kernel_size), given.ceil_mode === true)),
  },
  {
    pattern: /^nn\.AvgPool(\d)d\(/,
    names: AVERAGE,
    least: 25,
    apply: (given, [image = []], axes) => one(pool(image, windowsOf(given, axes, given.kernel_size), given.ceil_mode === true)),
  },
  {
    pattern: /^nn\.Adaptive(?:Avg|Max)Pool(\d)d\(/,
    names: ["output_size"],
    least: 20,
    apply: ({ output_size }, [image = []], axes) =>
      one(
        adaptivePool(
          image,
          (Array.isArray(output_size) ? output_size : new Array(axes).fill(output_size)).map(
            (size) => (size as number | null) ?? undefined,
          ),
        ),
      ),
  },
  {
    pattern: /^nn\.Linear\(/,
    names: ["in_features", "out_features"],
    least: 10,
    apply: (given, [input = []]) => one(linear(input, [given.out_features as number, given.in_features as number])),
  },
  {
    pattern: /^nn\.Bilinear\(/,
    names: ["in1_features", "in2_features", "out_features"],
    least: 2,
    apply: (given, [left = [], right = []]) =>
      one(bilinear(left, right, [given.out_features as number, given.in1_features as number, given.in2_features as number])),
  },
  {
    pattern: /^nn\.(?:RNN|GRU|LSTM)\(/,
    names: RECURRENT,
    least: 30,
    apply: (given, [sequence = []], _, name) => {
      const gates = { "nn.RNN": 1, "nn.GRU": 3, "nn.LSTM": 4 }[name] as Gates
      const cell = {
        gates,
        inputSize: given.input_size as number,
        hiddenSize: given.hidden_size as number,
        layers: (given.num_layers as number | undefined) ?? 1,
        directions: given.bidirectional ? 2 : 1,
        isBatchFirst: given.batch_first === true,
        ...(given.proj_size ? { projection: given.proj_size as number } : {}),
      } as const
      const { shapes, ...rest } = recur(sequence, cell)
      return { ...rest, shapes: shapes.slice(0, gates === 4 ? 3 : 2) }
    },
  },
  {
    pattern: /^nn\.Unfold\(/,
    names: ["kernel_size", "dilation", "padding", "stride"],
    least: 3,
    apply: (given, [image = []]) => one(unfold(image, windowsOf(given, 2))),
  },
  {
    pattern: /^nn\.Fold\(/,
    names: ["output_size", "kernel_size", "dilation", "padding", "stride"],
    least: 3,
    apply: (given, [columns = []]) => one(fold(columns, each(given.output_size, 2, 1), windowsOf(given, 2))),
  },
  {
    pattern: /^nn\.PixelShuffle\(/,
    names: ["upscale_factor"],
    least: 2,
    apply: ({ upscale_factor }, [image = []]) => one(pixelShuffle(image, upscale_factor as number)),
  },
  {
    pattern: /^nn\.PixelUnshuffle\(/,
    names: ["downscale_factor"],
    least: 2,
    apply: ({ downscale_factor }, [image = []]) => one(pixelUnshuffle(image, downscale_factor as number)),
  },
  {
    pattern: /^nn\.Flatten\(/,
    names: ["start_dim", "end_dim"],
    least: 5,
    apply: ({ start_dim, end_dim }, [input = []]) =>
      one(flatten(input, (start_dim as number | undefined) ?? 1, (end_dim as number | undefined) ?? -1)),
  },
  {
    pattern: /^nn\.(?:Zero|Reflection|Replication|Circular)Pad(\d)d\(/,
    names: ["padding"],
    least: 10,
    apply: ({ padding }, [image = []], axes) => one(pad(image, each(padding, 2 * axes, 0))),
  },
  {
    pattern: /^nn\.Upsample\(/,
    names: ["size", "scale_factor", "mode"],
    least: 10,
    apply: ({ size, scale_factor }, [image = []]) =>
      one(
        interpolate(
          image,
          size !== undefined && size !== null
            ? { sizes: each(size, image.length - 2, 1) }
            : { factors: each(scale_factor, image.length - 2, 1) },
        ),
      ),
  },
]

// Refusals that concern shapes. The others are about arguments and types, of which operators know nothing.
const SHAPE_ERRORS =
  /expected input\[|Kernel size: .* can't be greater|Expected \dD|Expected 2 to 3 dim|tensor expected for input|Calculated output size|shapes cannot be multiplied|at least 1D|batch dimensions do not match|does not match weight size|input.size\(-1\)|Expected input to be/

for (const { pattern, names, least, apply } of FAMILIES) {
  test(`${pattern.source} as torch measured it`, () => {
    let compared = 0
    for (const item of casesOf("torch_layers")) {
      const { layer = "", call, inputs, outputs, macs, error } = item
      const [, axes = "0"] = pattern.exec(layer) ?? []
      // The plain RNN takes its nonlinearity before `bias`.
      const own = layer.startsWith("nn.RNN(") ? [...names.slice(0, 3), "nonlinearity", ...names.slice(3)] : names
      const given = pattern.test(layer) && !/\)\./.test(layer) ? argumentsOf(layer, own) : undefined
      if (!given || (call && error) || (call && /hx|output_size|\[|pack/.test(call))) continue
      if (error && !SHAPE_ERRORS.test(error)) continue
      const result = apply(
        given,
        Object.values(inputs).map(({ shape }) => shape),
        Number(axes),
        layer.slice(0, layer.indexOf("(")),
      )
      compared++
      if (error) {
        assert(
          result.problems.some(({ undecided }) => !undecided),
          `${layer} on ${JSON.stringify(inputs)}: ${error}`,
        )
        continue
      }
      const measured = (outputs ?? []).map(({ shape }) => shape)
      assert.deepEqual(
        { layer, shapes: result.shapes.slice(0, measured.length), problems: result.problems },
        { layer, shapes: given.return_indices ? measured.map(() => measured[0]).slice(0, 1) : measured, problems: [] },
      )
      assert.equal(result.macs, macs, layer)
    }
    assert(compared >= least, `only ${compared} cases were compared`)
  })
}

test("einsum as torch measured it", () => {
  let compared = 0
  for (const { expr = "", inputs, outputs, macs, error } of casesOf("torch_functions")) {
    const [, equation, operands = ""] = /^torch\.einsum\('([^']+)', \[?([a-c](?:, [a-c])*)\]?\)$/.exec(expr) ?? []
    if (equation === undefined) continue
    compared++
    const outcome = einsum(
      equation,
      operands.split(", ").map((name) => inputs[name]?.shape as Shape),
    )
    if (error) assert(typeof outcome === "string" || outcome.problems.length > 0, expr)
    else assert.deepEqual([expr, outcome], [expr, { shape: outputs?.[0]?.shape, macs, problems: [] }])
  }
  assert(compared >= 20)
})

test("attention as torch measured it", () => {
  let compared = 0
  for (const { expr = "", inputs, outputs, macs } of casesOf("torch_functions")) {
    const [, sliced] =
      /^F\.scaled_dot_product_attention\(a, b(\[:, :2\])?, c(?:\[:, :2\])?(?:, (?:enable_gqa|dropout_p|attn_mask)=.*)?\)$/.exec(expr) ?? []
    if (!expr.startsWith("F.scaled_dot_product_attention(a, b") || !outputs || /b\[[^,]*\],/.test(expr)) continue
    const take = (name: string): Shape => (inputs[name]?.shape ?? []).map((size, axis) => (sliced && axis === 1 ? 2 : size))
    compared++
    assert.deepEqual(
      [expr, attend(inputs.a?.shape as Shape, take("b"), take("c"), sliced !== undefined)],
      [expr, { shape: outputs[0]?.shape, macs, problems: [] }],
    )
  }
  assert(compared >= 4)
})

test("matrix products as torch measured them", () => {
  let compared = 0
  for (const { expr = "", inputs, outputs, macs, error } of casesOf("torch_functions")) {
    const [, left, right] = /^(?:torch\.matmul\()?([ab])(?: @ |, )([ab])\)?$/.exec(expr) ?? []
    if (!left || !right || !/@|matmul/.test(expr)) continue
    compared++
    const outcome = matmul(inputs[left]?.shape as Shape, inputs[right]?.shape as Shape)
    if (error) assert(outcome.problems.length > 0, expr)
    else assert.deepEqual([expr, outcome], [expr, { shape: outputs?.[0]?.shape, macs, problems: [] }])
  }
  assert(compared >= 5)
})

test("indexing as torch measured it", () => {
  let compared = 0
  for (const { expr = "", inputs, outputs, error } of casesOf("torch_functions")) {
    const [, inside] = /^a\[([^\]a-zA-Z]*(?:None[^\]a-zA-Z]*)*|(?:[^a-z]|None)*\])\]$/.exec(expr) ?? []
    const parts = inside === undefined ? undefined : partsOf(inside)
    if (!parts || error?.includes("step must")) continue
    compared++
    const outcome = index(inputs.a?.shape as Shape, parts)
    if (error) assert(outcome.problems.length > 0 || /out of bounds/.test(error), expr)
    else assert.deepEqual([expr, outcome.shape, outcome.problems], [expr, outputs?.[0]?.shape, []])
  }
  assert(compared >= 35, String(compared))
})

/** Reads an index of numbers, slices, None, ellipses and lists of numbers. */
function partsOf(text: string): Part[] | undefined {
  const parts: Part[] = []
  for (const item of text.replace(/^\((.*)\)$/, "$1").match(/\[[^[\]]*\]|[^,]+/g) ?? []) {
    const written = item.trim()
    const [, lower, upper, , step] = /^(-?\d*):(-?\d*)(:(\d*))?$/.exec(written) ?? []
    if (written === "None") parts.push({ kind: "new" })
    else if (written === "...") parts.push({ kind: "ellipsis" })
    else if (/^-?\d+$/.test(written)) parts.push({ kind: "number", at: Number(written) })
    else if (/^\[[\d, ]+\]$/.test(written)) parts.push({ kind: "tensor", shape: [written.split(",").length] })
    else if (lower !== undefined)
      parts.push({
        kind: "slice",
        lower: lower === "" ? undefined : Number(lower),
        upper: upper === "" || upper === undefined ? undefined : Number(upper),
        step: step ? Number(step) : 1,
      })
    else return undefined
  }
  return parts
}
