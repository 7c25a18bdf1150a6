// Models that no name of the file holds: what functions return, what functions keep, what lost its name.
import assert from "node:assert/strict"
import { test } from "node:test"
import { analyze, type Analysis } from "../../src/facts/analyze.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { analyzed, TORCH } from "./reading.ts"

const STACK = `${TORCH}
class Stack(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(one, other) for one, other in zip(sizes, sizes[1:])])

    def forward(self, x):
        return self.layers(x)
`

const listed = ({ models }: Analysis): [string, unknown][] => models.map(({ name, parameters }) => [name, parameters.total])

test("a function that returns a model when it is told nothing shows that model in the place of its class", () => {
  const builders = `
def _stack(sizes, **kwargs):
    return Stack(sizes, **kwargs)

def small(pretrained=False, **kwargs):
    return _stack([4, 3, 2], **kwargs)

def large():
    model = Stack([4, 8, 2])
    return model
`
  assert.deepEqual(listed(analyzed(STACK + builders)), [
    ["small", 23],
    ["large", 58],
  ])
})

test("decorators do not hide it", () => {
  const builders = `
import functools

def documented(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

@documented
def small():
    return Stack([4, 3, 2])
`
  assert.deepEqual(listed(analyzed(STACK + builders)), [["small", 23]])
})

test("a class that needs no arguments is shown beside what functions make of it", () => {
  const program = `${STACK.replace("sizes):", "sizes=(4, 2)):")}
def large():
    return Stack([4, 8, 2])
`
  assert.deepEqual(listed(analyzed(program)), [
    ["Stack", 10],
    ["large", 58],
  ])
})

test("functions that return something else, want something, or are called by the file are left alone", () => {
  const program = `${STACK}
def of(sizes):
    return Stack(sizes)

def output():
    return Stack([4, 2])(torch.zeros(1, 4))

def made():
    return Stack([4, 2])

model = made()
`
  assert.deepEqual(listed(analyzed(program)), [["Stack", 10]])
})

test("what goes wrong while such a function runs is nobody's problem", () => {
  const program = `${STACK}
def broken():
    Stack([4, 2])(torch.zeros(1, 5))
    return Stack([4, 2])
`
  assert.deepEqual(analyzed(program).problems, [])
})

/** A script beside `stack.py`. */
function script(text: string): Analysis {
  const file = sourceFile("train.py", "python", text)
  const host = memoryHost({ "/stack.py": STACK })
  return analyze(file, "/train.py", host, { budget: { fuel: 5_000_000, cancelled: () => false } })
}

test("a model of another file's class that a function keeps to itself is shown where it is made", () => {
  const found = script(`
import torch
from stack import Stack

def main():
    network = Stack([4, 3, 2])
    network(torch.zeros(5, 4))

if __name__ == "__main__":
    main()
`)
  assert.deepEqual(listed(found), [["network", 23]])
  assert.equal(found.models[0]?.macs, 90)
  assert.equal(found.models[0]?.place.file, found.file)
})

test("a model that lost its name to what a file holds is shown all the same, once", () => {
  const found = script(`
import torch
from torch import nn
from stack import Stack

model = nn.DataParallel(Stack([4, 3, 2]))
model = torch.load("best.pt")
`)
  assert.deepEqual(listed(found), [["model", 23]])
})
