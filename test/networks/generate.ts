/** Draws a whole program from a seed: a network, an input, and how it ends. */
import { closeScope, fresh, openScope, type Scope, type Shape } from "./draft.ts"
import { type Random, seeded } from "./random.ts"
import { run, toSequence, toSpatial, toVector, type View } from "./structures.ts"

export interface Network {
  readonly seed: number
  readonly text: string
  /** "2,3,16,16" or "2,7:int64" */
  readonly input: string
}

const HEADER = [
  "import copy",
  "import math",
  "from collections import OrderedDict",
  "from dataclasses import dataclass",
  "from functools import partial",
  "",
  "import torch",
  "import torch.nn as nn",
  "import torch.nn.functional as F",
  "",
  "",
]

export function drawNetwork(seed: number): Network {
  const random = seeded(seed)
  const scope = openScope(random, [])
  const start = drawInput(scope, random)
  let { shape, view } = start
  for (let part = random.whole(1, 3); part > 0; part--) {
    shape = run(scope, shape, view, random.whole(1, 5)) ?? shape
    // A step may have taken the sequence to one row.
    if (shape.length === 2) view = "vector"
    if (part > 1) [shape, view] = turn(scope, shape, view)
  }
  const result = finish(scope, shape, view)
  closeScope(scope, "Net", result)
  return { seed, text: [...HEADER, scope.classes.join("\n\n\n"), ""].join("\n"), input: start.input }
}

/** Images most often; tokens go through an embedding at once. */
function drawInput(scope: Scope, random: Random): { shape: Shape; view: View; input: string } {
  const batch = random.whole(1, 3)
  const kind = random.pick(["image", "image", "image", "signal", "volume", "sequence", "sequence", "tokens", "vector"])
  const side = () => random.whole(6, 14)
  const spatial: Record<string, number> = { signal: 1, image: 2, volume: 3 }
  const axes = spatial[kind]
  if (axes) {
    const sides = random.chance(0.6) ? Array<number>(axes).fill(side()) : Array.from({ length: axes }, side)
    const shape = [batch, random.pick([1, 3, 4, 8]), ...sides]
    return { shape, view: "spatial", input: shape.join(",") }
  }
  if (kind === "vector") {
    const shape = [batch + 1, random.whole(3, 20)]
    return { shape, view: "vector", input: shape.join(",") }
  }
  const width = random.pick([4, 8, 16])
  const length = random.whole(3, 9)
  if (kind === "sequence") return { shape: [batch, length, width], view: "sequence", input: `${batch},${length},${width}` }
  const name = fresh(scope, "embed")
  scope.init.push(`self.${name} = nn.Embedding(${random.whole(10, 40)}, ${width}${random.chance(0.2) ? ", padding_idx=0" : ""})`)
  scope.forward.push(`x = self.${name}(x)`)
  return { shape: [batch, length, width], view: "sequence", input: `${batch},${length}:int64` }
}

/** Another view of the same numbers. */
function turn(scope: Scope, shape: Shape, view: View): [Shape, View] {
  if (view === "vector") return [toSpatial(scope, shape), "spatial"]
  if (scope.random.chance(0.4)) return [toVector(scope, shape), "vector"]
  if (view === "spatial") return [toSequence(scope, shape), "sequence"]
  scope.forward.push(`x = x.${scope.random.pick(["transpose(1, 2)", "permute(0, 2, 1)"])}`)
  return [[shape[0] as number, shape[2] as number, shape[1] as number], "spatial"]
}

/** A head, and the form of what is returned. */
function finish(scope: Scope, shape: Shape, view: View): string {
  const { random } = scope
  if (random.chance(0.6)) {
    const [, features] = view === "vector" ? shape : toVector(scope, shape)
    const name = fresh(scope, "head")
    const classes = random.pick([1, 2, 5, 10])
    scope.init.push(`self.${name} = nn.Linear(${features}, ${classes})`)
    scope.forward.push(`x = self.${name}(x)`)
  }
  return random.pick([
    "x",
    "x",
    "x",
    "x",
    "F.log_softmax(x, dim=1)",
    "x, x.mean()",
    '{"logits": x, "prediction": x.argmax(dim=-1)}',
    "x.squeeze()",
  ])
}
