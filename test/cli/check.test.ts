// `layerscope check` in a project's life: levels, a baseline that stays true while code moves, and SARIF as its schema wants it.
import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
import Ajv from "ajv-draft-04"
import addFormats from "ajv-formats"
import { readArguments } from "../../src/cli/arguments.ts"
import { check } from "../../src/cli/check.ts"

const folder = mkdtempSync(join(tmpdir(), "layerscope check "))
const model = join(folder, "model.py")
const baseline = join(folder, "baseline.json")

const HEAD = "import torch\nimport torch.nn as nn\nx = torch.zeros(1, 3, 8, 8)\n"
const CHANNELS = "conv = nn.Conv2d(4, 8, 3)\nconv(x)\n"
const FEATURES = "head = nn.Linear(16, 2)\nhead(x)\n"
/** A hint, no error. */
const PRACTICE = `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.norm = nn.BatchNorm2d(8)
    def forward(self, x):
        return self.norm(self.conv(x))
Net()(x)
`

function run(...args: string[]) {
  const options = readArguments(["check", ...args])
  if (typeof options === "string") return { status: 2, output: "", error: options }
  let [written, error] = ["", ""]
  const status = check(options, { write: (text) => void (written += text), error: (text) => void (error += text) })
  return { status, output: written, error }
}

const codes = (output: string): string[] => [...output.matchAll(/\[([a-z-]+)\]$/gm)].map(([, code]) => code as string)

test("the exit status is 1 for errors, and 0 for hints alone", () => {
  writeFileSync(model, HEAD + CHANNELS + PRACTICE)
  assert.deepEqual([run(model).status, codes(run(model).output)], [1, ["channel-mismatch", "bias-before-normalisation"]])
  writeFileSync(model, HEAD + PRACTICE)
  assert.deepEqual([run(model).status, codes(run(model).output)], [0, ["bias-before-normalisation"]])
})

test("--rule gives rules other levels, and the exit status follows", () => {
  writeFileSync(model, HEAD + CHANNELS + PRACTICE)
  const gentle = run(model, "--rule", "channel-mismatch=warning", "--rule", "bias-before-normalisation=off")
  assert.deepEqual([gentle.status, codes(gentle.output)], [0, ["channel-mismatch"]])
  assert.match(gentle.output, /: warning: /)
  assert.equal(run(model, "--rule", "channel-mismatch=off", "--rule", "bias-before-normalisation=error").status, 1)
})

test("a rule or level that does not exist is said, not passed over", () => {
  for (const [rule, message] of [
    ["channels=off", /`channels` is no code/],
    ["channel-mismatch=loud", /`loud` is no level/],
    ["channel-mismatch", /CODE=LEVEL/],
  ] as const) {
    const { status, error } = run(model, "--rule", rule)
    assert.equal(status, 2)
    assert.match(error, message)
  }
})

test("what stands in the baseline is not reported, wherever its line moves; what is new is", () => {
  writeFileSync(model, HEAD + CHANNELS)
  assert.deepEqual(run(model, "--write-baseline", baseline), {
    status: 0,
    output: "",
    error: `layerscope: ${baseline} holds 1 problem\n`,
  })
  assert.deepEqual(run(model, "--baseline", baseline), { status: 0, output: "", error: "" })
  const moved = `"""Documentation\nabove."""\n${HEAD}\n\nif True:\n    conv = nn.Conv2d(4, 8, 3)\n    conv(x)\n`
  writeFileSync(model, moved + FEATURES)
  const later = run(model, "--baseline", baseline)
  assert.deepEqual([later.status, codes(later.output)], [1, ["feature-mismatch"]])
})

test("a second line like the first is new", () => {
  writeFileSync(model, HEAD + CHANNELS)
  run(model, "--write-baseline", baseline)
  writeFileSync(model, `${HEAD}${CHANNELS}y = 1\nconv(x)\n`)
  assert.equal(run(model, "--baseline", baseline).output.split("\n").length - 1, 1)
})

test("a baseline is the same text however the lines are numbered, and says what is gone", () => {
  writeFileSync(model, HEAD + FEATURES + CHANNELS)
  run(model, "--write-baseline", baseline)
  const before = readFileSync(baseline, "utf8")
  writeFileSync(model, `\n\n${HEAD}${CHANNELS}${FEATURES}`)
  run(model, "--write-baseline", baseline)
  assert.equal(readFileSync(baseline, "utf8"), before)
  writeFileSync(model, HEAD)
  assert.match(run(model, "--baseline", baseline).error, /2 of the baseline's problems are gone/)
})

test("a baseline that is missing or something else gives status 2", () => {
  assert.match(run(model, "--baseline", join(folder, "none.json")).error, /no such file; write one with --write-baseline/)
  for (const content of ["{", "[]", '{"version":2}', '{"version":1}']) {
    writeFileSync(baseline, content)
    const { status, error } = run(model, "--baseline", baseline)
    assert.equal(status, 2)
    assert.match(error, /baseline/)
  }
})

test("what an imported function does wrong is reported once, however many files call it", () => {
  writeFileSync(join(folder, "shared.py"), "import torch.nn as nn\n\ndef run(x):\n    return nn.Conv2d(4, 8, 3)(x)\n")
  const callers = ["one", "two"].map((name) => join(folder, `${name}.py`))
  for (const path of callers) writeFileSync(path, "import torch\nimport shared\n\nshared.run(torch.zeros(1, 3, 8, 8))\n")
  for (const files of [callers.slice(1), callers]) assert.deepEqual(codes(run(...files).output), ["channel-mismatch"])
})

// It comes with Microsoft's matchers for tests; 2.1.0-rtm.5 is the text that OASIS made the standard.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
addFormats(ajv as never)
const isSarif = ajv.compile(schema)

const sarif = (...args: string[]) => {
  const { output } = run(...args, "--format", "sarif")
  const log = JSON.parse(output)
  isSarif(log)
  assert.deepEqual(isSarif.errors ?? [], [])
  return log.runs[0]
}

test("SARIF is valid with problems of each level, without any, and with files that cannot be read", () => {
  writeFileSync(model, HEAD + CHANNELS + PRACTICE)
  const { results, tool, invocations } = sarif(model, "--rule", "channel-mismatch=warning", join(folder, "missing.py"))
  assert.deepEqual(
    results.map(({ ruleId, level, ruleIndex }: { ruleId: string; level: string; ruleIndex: number }) => [
      ruleId,
      level,
      tool.driver.rules[ruleIndex].id,
    ]),
    [
      ["channel-mismatch", "warning", "channel-mismatch"],
      ["bias-before-normalisation", "note", "bias-before-normalisation"],
    ],
  )
  assert.equal(invocations[0].executionSuccessful, false)
  assert.match(invocations[0].toolExecutionNotifications[0].message.text, /no such file/)
  writeFileSync(model, HEAD)
  assert.deepEqual(sarif(model).results, [])
})

test("the schema refuses what is no SARIF", () => {
  assert.equal(isSarif({ version: "2.1.0", runs: [{ results: [] }] }), false)
})

test("SARIF names files as the repository does, and problems so that scanners follow them", () => {
  const result = (text: string) => {
    writeFileSync(model, text)
    return sarif(model).results[0]
  }
  const [before, after] = [result(HEAD + CHANNELS), result(`\n\n${HEAD}${CHANNELS}`)]
  assert.notEqual(before.locations[0].physicalLocation.region.startLine, after.locations[0].physicalLocation.region.startLine)
  assert.deepEqual(before.partialFingerprints, after.partialFingerprints)
  // Outside the folder the command runs in: an address, in which a blank is written %20.
  assert.match(before.locations[0].physicalLocation.artifactLocation.uri, /^file:\/\/\/.*layerscope%20check%20/)
  const own = sarif("media/examples", "--rule", "bias-before-normalisation=error").results
  for (const { locations } of own) {
    const { uri, uriBaseId } = locations[0].physicalLocation.artifactLocation
    assert.match(uri, /^media\/examples\/\w+/)
    assert.equal(uriBaseId, "%SRCROOT%")
  }
})
