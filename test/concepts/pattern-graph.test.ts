/** The graph patterns are looked for in: who reads what, also where a tensor is written into. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { patternGraph } from "../../src/concepts/pattern-graph.ts"
import { torchModel } from "./reading.ts"

/** Names of the operations that made the model's result, from the end. */
function wayTo(forward: string, layers = "self.a = nn.Linear(8, 8)"): readonly string[] {
  const model = torchModel(layers, forward, "Net()(torch.zeros(2, 8))")
  const graph = patternGraph(model)
  const names: string[] = []
  for (let node = graph[model.producers[0] ?? -1]; node; node = graph[node.inputs.at(-1) ?? -1]) names.push(node.name)
  return names
}

test("what is written into a tensor is read with it", () => {
  assert.deepEqual(wayTo("y = torch.zeros(2, 8)\ny[:, :4] = self.a(x)[:, :4]\nreturn torch.relu(y)"), [
    "relu",
    "setitem",
    "getitem",
    "linear",
  ])
  assert.deepEqual(wayTo("y = self.a(x)\ny.clamp_(0, 1)\nreturn torch.relu(y)"), ["relu", "clamp", "linear"])
})

test("what was read before is not changed by what is written later", () =>
  assert.deepEqual(wayTo("y = torch.relu(x)\nz = torch.exp(y)\ny[:, 0] = self.a(x)[:, 0]\nreturn z"), ["exp", "relu"]))
