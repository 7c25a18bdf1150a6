// Notebooks as one text, and the way back.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { joinCells, offsetInNotebook, placeInNotebook, readNotebook } from "../../src/syntax/notebook.ts"
import { parse } from "../../src/syntax/parse.ts"
import { sourceFile } from "../../src/text/source.ts"
import { read } from "./bare.ts"

const cell = (source: string | string[], cell_type = "code") => ({ cell_type, source })
const text = (...sources: string[]) => joinCells(sources).text

test("code cells in order, prose left out, with a map back and forth", () => {
  const reading = readNotebook(JSON.stringify({ cells: [cell("# Title", "markdown"), cell(["import a\n", "x = 1"]), cell("y = x")] }))
  assert.ok(reading.ok)
  const { notebook } = reading
  assert.equal(notebook.text, "import a\nx = 1\ny = x\n")
  for (const [at, place] of [
    ["x = 1", { cell: 1, offset: 9 }],
    ["y = x", { cell: 2, offset: 0 }],
  ] as const) {
    assert.deepEqual(placeInNotebook(notebook, notebook.text.indexOf(at)), place)
    assert.equal(offsetInNotebook(notebook, place), notebook.text.indexOf(at))
  }
  assert.equal(offsetInNotebook(notebook, { cell: 0, offset: 0 }), undefined)
})

test("magics become comments of the same length", () => {
  assert.equal(
    text("%matplotlib inline\n!pip install x \\\n  y\n  %timeit f()\nmodel?\n?model\nx = 1"),
    "#matplotlib inline\n#pip install x #\n  #\n  #timeit f()\n#odel?\n#model\nx = 1\n".replace("x #", "x \\"),
  )
  assert.equal(text("%%time\nx = 1"), "#%time\nx = 1\n")
  assert.equal(text("%%bash\nls (\n\necho"), "#%bash\n#s (\n\n#cho\n")
})

test("a percent sign that goes on with an expression is no magic", () => {
  for (const source of ["x = (a\n  % b)", "x = a \\\n  % b", 's = """\n%d\n!x\n"""', "y = [\n  '%d'\n  % 3]"])
    assert.equal(text(source), `${source}\n`)
})

test("what a shell command assigns is a name nobody knows", () => {
  const joined = text("files = !ls -l\nx = 1 if a != b else 2")
  assert.equal(joined, "files = ______\nx = 1 if a != b else 2\n")
  assert.deepEqual(read(joined).problems, [])
})

test("a file that is no notebook is a problem, not an exception", () => {
  for (const [json, message] of [
    ["{", /not valid JSON/],
    ["[]", /no list of cells/],
    ["{}", /no list of cells/],
    ['{"cells": 3}', /no list of cells/],
  ] as const) {
    const reading = readNotebook(json)
    assert.ok(!reading.ok && message.test(reading.message), json)
  }
  for (const json of [
    '{"cells": [null, 3, {}, {"cell_type": "code"}]}',
    '{"cells": []}',
    '{"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]}',
  ]) {
    assert.ok(readNotebook(json).ok, json)
  }
})

test("the example notebook reads without complaint, awaiting at top level too", () => {
  const reading = readNotebook(readFileSync(new URL("../../media/examples/notebook.ipynb", import.meta.url), "utf8"))
  assert.ok(reading.ok)
  const source = `${reading.notebook.text}\nawait f()\n`
  assert.deepEqual(parse(sourceFile("a.ipynb", "python", source)).problems, [])
})
