// Inputs: where the shape that a model is fed comes from, and that the answer is said.

import assert from "node:assert/strict"
import { test } from "node:test"
import { summaryOf } from "../../src/facts/summary.ts"
import { analyzed, hovered, TORCH } from "./reading.ts"

const NET = `${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        return self.pool(self.stem(x))

net = Net()
`

/** Line 16 of the program feeds the model. */
function fed(imports: string, call: string) {
  const [model] = summaryOf(analyzed(`${NET}${imports}\n${call}\n`)).models
  const [input] = model?.inputs ?? []
  return `${input?.origin} ${input?.shape} line ${input?.source?.span.start.line}`
}

const CALLS: readonly (readonly [imports: string, call: string, expected: string])[] = [
  ["", "net(torch.randn(2, 3, 48, 40))", "stated 2,3,48,40 line 16"],
  ["from torchsummary import summary", "summary(net, (3, 48, 40))", "stated N,3,48,40 line 16"],
  ["import torchsummary", "torchsummary.summary(net, input_size=(3, 48, 40))", "stated N,3,48,40 line 16"],
  ["from torchinfo import summary", "summary(net, input_size=(2, 3, 48, 40))", "stated 2,3,48,40 line 16"],
  ["from torchinfo import summary", "summary(net, (3, 48, 40), batch_dim=0)", "stated 1,3,48,40 line 16"],
  ["from torchinfo import summary", "summary(net, input_data=torch.zeros(2, 3, 48, 40))", "stated 2,3,48,40 line 16"],
  ["", 'torch.onnx.export(net, torch.zeros(2, 3, 48, 40), "net.onnx")', "stated 2,3,48,40 line 16"],
  ["", 'torch.onnx.export(net, (torch.zeros(2, 3, 48, 40),), "net.onnx", opset_version=17)', "stated 2,3,48,40 line 16"],
  ["", "fast = torch.jit.trace(net, torch.zeros(2, 3, 48, 40))", "stated 2,3,48,40 line 16"],
  ["from thop import profile", "macs, count = profile(net, inputs=(torch.zeros(2, 3, 48, 40),))", "stated 2,3,48,40 line 16"],
  ["from fvcore.nn import FlopCountAnalysis", "FlopCountAnalysis(net, torch.zeros(2, 3, 48, 40)).total()", "stated 2,3,48,40 line 16"],
  ["from ptflops import get_model_complexity_info", "get_model_complexity_info(net, (3, 48, 40))", "stated 1,3,48,40 line 16"],
  ["from torchinfo import summary", "summary(net)", "assumed N,3,224,224 line undefined"],
]

for (const [imports, call, expected] of CALLS) test(call, () => assert.equal(fed(imports, call), expected))

const CHANNELS_LAST = `${TORCH}
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.Linear(96, 96)

    def forward(self, x):
        B, H, W, C = x.shape
        return self.norm(x)
`

test("a layer that demands the last axis pins that axis alone", () => {
  const [model] = analyzed(CHANNELS_LAST).models
  assert.deepEqual(summaryOf(analyzed(CHANNELS_LAST)).models[0]?.inputs[0]?.shape, ["B", "H", "W", 96])
  assert.equal(model?.inputs[0]?.origin, "assumed")
})

test("the hover of a model names the call that feeds it", () => {
  const text = hovered(`${NET.replace("class Net", "class N|et")}net(torch.zeros(2, 3, 48, 40))\n`)
  assert.match(text ?? "", /The input is that of the call \(line 15\)\./)
})

/** A class nobody calls, whose `forward` carries remarks; the answer is its inputs as the summary says them. */
function remarked(layer: string, signature: string, body: string): string {
  const [model] = summaryOf(
    analyzed(`${TORCH}from jaxtyping import Float, Int

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer = ${layer}

    def forward(self, ${signature}):
${body}
`),
  ).models
  return (model?.inputs ?? []).map(({ shape, dtype, origin }) => `(${shape?.join(", ")}) ${dtype} ${origin}`).join("; ")
}

const CALL = "        return self.layer(x)"
const REMARKS: readonly (readonly [layer: string, signature: string, body: string, expected: string])[] = [
  ["nn.ReLU()", 'x: Float[Tensor, "batch 3 32 32"]', CALL, "(batch, 3, 32, 32) float32 stated"],
  ["nn.Linear(16, 4)", 'x: Float[Tensor, "batch time 16"]', CALL, "(batch, time, 16) float32 assumed"],
  ["nn.Embedding(9, 4)", 'x: Int[Tensor, "batch time"]', CALL, "(batch, time) int64 assumed"],
  ["nn.ReLU()", "x", `        # x: (B, T, C)\n${CALL}`, "(B, T, C) float32 assumed"],
  ["nn.ReLU()", "x", `        # [batch, seq_len, 64]\n${CALL}`, "(batch, seq_len, 64) float32 assumed"],
  ["nn.ReLU()", "\n        x,  # B x C x H x W\n    ", CALL, "(B, C, H, W) float32 assumed"],
  [
    "nn.Conv2d(3, 8, 3)",
    "x",
    `        """x (Tensor): pictures of shape (batch, 3, 64, 48)"""\n${CALL}`,
    "(batch, 3, 64, 48) float32 stated",
  ],
  ["nn.ReLU()", "x", `        """Runs.\n\n        :param x: (B, 5) numbers\n        """\n${CALL}`, "(B, 5) float32 stated"],
  // Remarks age: what the code does comes first, and a wrong one is no error.
  ["nn.Linear(16, 4)", "x", `        # x: (B, T, 32)\n${CALL}`, "(N, 16) float32 assumed"],
  // Words in brackets are no sizes.
  ["nn.Linear(16, 4)", "x", `        """x (Tensor, optional): what comes in (see above, or below)"""\n${CALL}`, "(N, 16) float32 assumed"],
]

for (const [layer, signature, body, expected] of REMARKS)
  test(`remarks: ${layer} on ${signature.trim()} ${body.split("\n")[0]?.trim()}`, () =>
    assert.equal(remarked(layer, signature, body), expected))

test("a remark that is wrong is no problem", () => {
  const text = `${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(16, 4)

    def forward(self, x):
        # x: (B, T, 32)
        return self.layer(x)
`
  assert.deepEqual(analyzed(text).problems, [])
})
