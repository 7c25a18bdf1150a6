/** The labelled models: which subjects are truly in them, judged from their source and the papers. The code itself is not kept here. */
import { readFileSync } from "node:fs"

export interface Label {
  readonly repo: string
  readonly commit: string
  /** Within the repository; left out where the entry names its package. */
  readonly path?: string
  readonly entry: string
  readonly inputs?: readonly unknown[]
  readonly keywords?: Readonly<Record<string, unknown>>
  /** Seen as the editor sees it: one of the models of the whole file, which then say what they are called with. The entry is its name. */
  readonly isInFile?: boolean
  /** Ids of all measured subjects that are present. */
  readonly subjects: readonly string[]
  /** Could be argued either way, and is not counted. */
  readonly open?: readonly string[]
}

export const LABELS: readonly Label[] = readFileSync(new URL("labels.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Label)

/**
 * Subjects that are patterns, and what counts as one. Others are single layers, whose type is the answer already, or tasks that no graph shows.
 * A subject is counted only where labels exist for it.
 */
export const MEASURED: Readonly<Record<string, string>> = {
  attention:
    "values mixed by shares that a softmax gives to scores of queries and keys, as an operation or written out, or to scores of a small network",
  "activation-maps": "feature maps, their mean over all places, one linear layer (or 1 × 1 convolution) to the classes",
  "auxiliary-classifiers": "a head of its own on an activation inside, with the same answer as the main one, called or for training only",
  autoencoder: "rebuilds its input through something at most half its size",
  "basic-cnn": "convolutions and poolings of pictures in one row, then fully connected layers to the result",
  bert: "embedded tokens, attention that sees both sides, and segments, a first token's head or hidden tokens that are predicted",
  capsules: "shares that agreement moves: routing",
  cogan: "two generators, or two discriminators, that share layers, in one model",
  cyclegan: "pictures to pictures of the same size, trained both ways round, and the discriminators of a file that has such",
  dcgan: "a vector that convolutions alone grow to a picture ended by tanh or sigmoid, and the convolutional discriminator beside it",
  "decoder-block": "self-attention of what is written, then attention to what is read",
  "depthwise-separable": "one filter for each channel, then across channels; gates computed from the value itself may stand between",
  "encoder-block": "attention of a sequence to itself that sees both sides, then a network for each position, both with a shortcut",
  "encoder-decoder": "recurrent networks joined by a state, or maps that shrink and grow back by several steps; autoencoders",
  "few-shot": "queries compared with means of examples by one encoder",
  gan: "a generator from noise, and the discriminator in the same file that judges what it makes",
  gates: "LSTM or GRU",
  gpt: "embedded tokens that pass nothing but blocks of causal self-attention",
  gru: "GRU",
  "image-captioner": "a recurrence writes words from feature maps of a picture",
  "inception-block": "at least three branches of convolutions over the same value, some with a 1 × 1 reduction first, concatenated",
  infogan: "a generator from noise and codes, and what recovers two or more of the codes",
  lstm: "LSTM",
  "mask-rcnn": "regions cut out, convolved and enlarged to masks",
  "positional-encoding":
    "a table of places added to the vectors that attention reads, or queries and keys turned by their places; relative biases, and modules without attention, are left open",
  "recurrent-network": "recurrence without gates",
  "sequence-to-sequence": "one recurrence reads, another writes what comes out",
  "sequence-to-vector": "a recurrence whose last state, or a mean of all, becomes one result for the sequence",
  shortcuts: "what went in is added to what came out, or dense concatenations",
  siamese: "one encoder applied to two inputs and compared, in the model or by its loss",
  transformer: "encoder blocks, and decoder blocks that read their result",
  "vector-to-sequence": "one vector begins a recurrence that writes a sequence",
  "variational-autoencoder": "mean and log-variance of a code, and a sample of it",
  "what-filters-learn": "a convolution of a grey or colour picture itself, with square filters 3 to 11 wide",
}
