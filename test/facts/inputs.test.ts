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
