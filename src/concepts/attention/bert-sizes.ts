/** What BERT holds and costs: tables, encoder blocks and heads by the shapes of their weights. */
import { attend } from "../../operators/attend.ts"
import { linear } from "../../operators/multiply.ts"
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { countOf } from "./gpt-sizes.ts"

/** Rows of the table of segments: first and second sentence. */
export const SEGMENTS = 2

export interface BertSizes {
  readonly layers: number
  readonly heads: number
  readonly width: number
  readonly inner: number
  readonly vocabulary: number
  readonly positions: number
  readonly labels: number
  readonly task: Task
}

export const TASKS = [
  { value: "pretrain", label: "Pre-training: hidden tokens, next sentence" },
  { value: "classify", label: "Classify the text, from C" },
  { value: "tag", label: "Tag every token, from T" },
  { value: "span", label: "Find an answer's start and end, from T" },
] as const
export type Task = (typeof TASKS)[number]["value"]

export const readBert = (knobs: Knobs): BertSizes => ({
  layers: numberOf(knobs, "num_hidden_layers"),
  heads: numberOf(knobs, "num_attention_heads"),
  width: numberOf(knobs, "hidden_size"),
  inner: numberOf(knobs, "intermediate_size"),
  vocabulary: numberOf(knobs, "vocab_size"),
  positions: numberOf(knobs, "max_positions"),
  labels: numberOf(knobs, "labels"),
  task: TASKS.find(({ value }) => value === knobs["task"])?.value ?? "pretrain",
})

type Shapes = readonly (readonly number[])[]

const dense = (from: number, to: number): Shapes => [[from, to], [to]]
const norm = (width: number): Shapes => [[width], [width]]

// What is put on top for each task. The scores of hidden tokens reuse the token table.
const HEADS: Readonly<Record<Task, (sizes: BertSizes) => Shapes>> = {
  pretrain: ({ width, vocabulary }) => [...dense(width, width), ...norm(width), [vocabulary], ...dense(width, 2)],
  classify: ({ width, labels }) => dense(width, labels),
  tag: ({ width, labels }) => dense(width, labels),
  span: ({ width }) => dense(width, 2),
}

export function bertParameters(sizes: BertSizes) {
  const { layers, width, inner, vocabulary, positions, task } = sizes
  const tables = [vocabulary * width, positions * width, SEGMENTS * width] as const
  const inBlock = countOf([
    ...[0, 1, 2, 3].flatMap(() => dense(width, width)),
    ...dense(width, inner),
    ...dense(inner, width),
    ...norm(width),
    ...norm(width),
  ])
  const pooler = countOf(dense(width, width))
  const encoder = tables.reduce((sum, size) => sum + size, 0) + countOf(norm(width)) + layers * inBlock + pooler
  return { tables, inBlock, pooler, encoder, head: countOf(HEADS[task](sizes)) }
}

/** Multiply-accumulates of the blocks for so many positions; padding is computed too. */
export function encoderMacs({ layers, heads, width, inner }: BertSizes, length: number): number {
  const product = (from: number, to: number): number => Number(linear([length, from], [to, from]).macs)
  const each = [heads, length, width / heads]
  return layers * (4 * product(width, width) + Number(attend(each, each, each).macs) + product(width, inner) + product(inner, width))
}
