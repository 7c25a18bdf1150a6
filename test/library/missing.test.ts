// Models that need a package which is not there: totals are unknown and name it, never the sum of the parts that were found.
import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { test } from "node:test"
import { summarize } from "../oracle/command.ts"

const PROGRAM = `
import torch.nn as nn
from backbones.mobile import MobileNet, Mixin

class Encoder(MobileNet):
    def __init__(self, depth, **options):
        super().__init__(**options)
        self.depth = depth
        self.extra = nn.Linear(3, 4)
    def forward(self, x):
        return self.features(x)

class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder(depth=3, width=2.0)
        self.head = nn.Linear(4, 2)
    def forward(self, x):
        return self.head(self.encoder(x))

class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Encoder(3), nn.Linear(3, 3)])

class Before(Mixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(4, 2)

class Behind(nn.Module, Mixin):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(4, 2)
`
const WHY = "the module backbones.mobile was not found"
const EXPECTED: readonly (readonly [entry: string, total: number | null, reason: string | undefined])[] = [
  ["Encoder(3)", null, `a base class of Encoder: ${WHY}`],
  ["Whole()", null, `\`encoder\` of Whole: ${WHY}`],
  ["Listed()", null, `\`0\` of ModuleList: ${WHY}`],
  ["Before()", null, `a base class of Before: ${WHY}`],
  // Torch's own constructor calls no further one, so a base behind it makes nothing.
  ["Behind()", 10, undefined],
]

const folder = mkdtempSync(`${tmpdir()}/layerscope-missing-`)
writeFileSync(`${folder}/program.py`, PROGRAM)
const answers = await summarize(EXPECTED.map(([entry]) => ({ id: entry, file: `${folder}/program.py`, entry })))
rmSync(folder, { recursive: true })

for (const [entry, total, reason] of EXPECTED)
  test(`${entry} counts ${total ?? "nothing"}`, () => {
    const [model] = answers.get(entry)?.models ?? []
    assert.equal(model?.parameters.total, total)
    if (reason)
      assert(
        model.unknowns.some((unknown) => unknown.reason === reason),
        JSON.stringify(model.unknowns),
      )
  })
