/** Star imports of packages: what the program sees is what Python would show it, although modules nobody needs are not run. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import type { ModuleRecord } from "../../src/evaluate/modules.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const NET = (name: string, size: number): string =>
  `class ${name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(${size}, ${size}, bias=False)\n    def forward(self, x):\n        return self.fc(x)\n`

const PACKAGE = {
  "/zoo/__init__.py": "from .registry import *\nfrom .small import *\nfrom .large import *\nfrom .broken import *\n",
  "/zoo/registry.py":
    "NETS = {}\ndef register(cls):\n    NETS[cls.__name__] = cls\n    return cls\ndef create(name):\n    return NETS[name]()\ndef names():\n    return sorted(NETS)\n",
  "/zoo/small.py": `import torch.nn as nn\nfrom .registry import register\n__all__ = ["Small"]\n@register\n${NET("Small", 2)}@register\n${NET("Hidden", 5)}`,
  "/zoo/large.py": `import torch.nn as nn\nfrom .registry import register\n@register\n${NET("Large", 4)}`,
  "/zoo/broken.py": "raise RuntimeError('not here')\n",
}

function parametersIn(code: string): { total: unknown; opened: string[] } {
  const modules = new Map<string, ModuleRecord>()
  const { models } = analyze(sourceFile("/main.py", "python", code), "/main.py", memoryHost(PACKAGE), {
    budget: { fuel: 1e7, cancelled: () => false },
    modules,
  })
  const opened = [...modules.values()].filter(({ state }) => state === "done").map(({ path }) => path)
  return { total: models[0]?.parameters.total, opened }
}

test("a name runs the module that defines it, and no other", () => {
  const { total, opened } = parametersIn("from zoo import Large\nmodel = Large()\n")
  assert.equal(total, 16)
  assert.deepEqual(opened.sort(), ["/zoo/__init__.py", "/zoo/large.py", "/zoo/registry.py"])
})

test("an attribute of the package does the same", () => {
  assert.equal(parametersIn("import zoo\nmodel = zoo.Small()\n").total, 4)
})

test("a registry that is read has been filled by all modules before", () => {
  assert.equal(parametersIn("import zoo\nmodel = zoo.create('Hidden')\n").total, 25)
  assert.equal(parametersIn("from zoo.registry import create\nimport zoo\nzoo.names\nmodel = create('Large')\n").total, 16)
})

test("a package's dictionary holds all names", () => {
  assert.equal(parametersIn("import zoo\nmodel = zoo.__dict__['Small']()\n").total, 4)
  assert.equal(parametersIn("import zoo\nname = [n for n in dir(zoo) if n.startswith('La')][0]\nmodel = getattr(zoo, name)()\n").total, 16)
})

test("what `__all__` leaves out stays out", () => {
  assert.equal(parametersIn("import zoo\nmodel = zoo.Hidden()\n").total, undefined)
})

test("a function that a star import brings hides the submodule of its name", () => {
  const files = {
    "/nets/__init__.py": "from .tiny import *\n",
    "/nets/tiny.py": "import torch.nn as nn\ndef tiny(): return nn.Sequential(nn.Linear(3, 5))\n",
  }
  const total = (code: string) =>
    analyze(sourceFile("/main.py", "python", code), "/main.py", memoryHost(files), { budget: { fuel: 1e7, cancelled: () => false } })
      .models[0]?.parameters.total
  assert.equal(total("import nets\nmodel = nets.tiny()\n"), 20)
  assert.equal(total("from nets import tiny\nmodel = tiny()\n"), 20)
})

test("what only a script imports is there for its functions", () => {
  const code = `import torch
class Net(torch.nn.Module):
    def forward(self, x):
        return F.softmax(x @ x.t(), -1)
if __name__ == "__main__":
    from torch.nn import functional as F
`
  const modules = new Map<string, ModuleRecord>()
  const options = { entry: "Net()", modules, budget: { fuel: 1e7, cancelled: () => false } }
  const { models } = analyze(sourceFile("/net.py", "python", code), "/net.py", memoryHost({}), options)
  assert.deepEqual(
    models[0]?.unknowns.map(({ reason }) => reason).filter((reason) => reason.includes("not defined")),
    [],
  )
})

test("modules of a folder without __init__.py are imported from it", () => {
  const tiny = "import torch.nn as nn\ndef tiny(): return nn.Sequential(nn.Linear(3, 5))\n"
  const total = (code: string) =>
    analyze(sourceFile("/main.py", "python", code), "/main.py", memoryHost({ "/nets/tiny.py": tiny, "/all/nets/tiny.py": tiny }), {
      budget: { fuel: 1e7, cancelled: () => false },
    }).models[0]?.parameters.total
  assert.equal(total("from nets import tiny\nmodel = tiny.tiny()\n"), 20)
  assert.equal(total("from all.nets import tiny\nmodel = tiny.tiny()\n"), 20)
  assert.equal(total("from all import nets\nfrom nets import tiny\nmodel = tiny.tiny()\n"), 20)
  assert.equal(total("try:\n    import missing\nexcept ImportError:\n    from nets import tiny\nmodel = tiny.tiny()\n"), 20)
})

test("a function of NumPy is the same however it is imported", () => {
  const made = (start: string, call: string) =>
    parametersIn(`import torch.nn as nn\n${start}\nmodel = nn.Sequential(nn.Linear(int(18.0 / ${call}((2, 3))), 1, bias=False))\n`).total
  assert.equal(made("import numpy as np", "np.prod"), 3)
  assert.equal(made("from numpy import prod", "prod"), 3)
  assert.equal(made("from numpy import prod as product", "product"), 3)
})

test("an installed package that computes beside models is not read, and is there all the same", () => {
  const code = `try:
    import scipy
    from scipy.stats import norm
except ImportError:
    scipy = None
import torch.nn as nn
model = nn.Sequential(nn.Linear(2, 1 if scipy is None else 3))
`
  const reading = (files: Record<string, string>) => {
    const modules = new Map<string, ModuleRecord>()
    const host = memoryHost(files, ["/site-packages"])
    const options = { budget: { fuel: 1e7, cancelled: () => false }, modules }
    const { models } = analyze(sourceFile("/work/main.py", "python", code), "/work/main.py", host, options)
    return { total: models[0]?.parameters.total, states: [...modules.values()].map(({ state }) => state) }
  }
  assert.deepEqual(reading({ "/site-packages/scipy/__init__.py": "x = 1\n" }), { total: 9, states: ["waiting"] })
  // A script's neighbour of that name is its own code, and has what it says.
  const own = { "/work/scipy/__init__.py": "x = 1\n", "/work/scipy/stats.py": "norm = 1\n" }
  assert.deepEqual(reading(own), { total: 9, states: ["waiting", "done"] })
  assert.deepEqual(reading({}), { total: 3, states: [] })
})

test("what an installed package that is not read would give is unknown, with that reason", () => {
  const code = "import pandas as pd\nimport torch.nn as nn\nmodel = nn.Sequential(*[nn.Linear(2, 3)] * pd.read_csv('data.csv').shape[1])\n"
  const host = memoryHost({ "/site-packages/pandas/__init__.py": "def read_csv(path):\n    raise ValueError\n" }, ["/site-packages"])
  const options = { entry: "model", budget: { fuel: 1e7, cancelled: () => false } }
  const { models } = analyze(sourceFile("/work/main.py", "python", code), "/work/main.py", host, options)
  assert.match(models[0]?.unknowns.map(({ reason }) => reason).join() ?? "", /pandas computes beside models, and its source is not read/)
})
