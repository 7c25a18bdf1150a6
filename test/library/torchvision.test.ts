// Models of torchvision, evaluated from their own source as pip fetched it, against what torch measured of the same release.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { type Answer, summarize } from "../oracle/command.ts"
import { differences, inputTexts, readMeasured, table } from "../oracle/measured.ts"
import { fetchLibrary } from "./fetch.ts"

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url))
const MODELS = readMeasured("./torchvision.json", import.meta.url)
const FILES: Record<string, string> = {
  alexnet: "alexnet",
  vgg16: "vgg",
  resnet50: "resnet",
  googlenet: "googlenet",
  densenet121: "densenet",
  mobilenet_v2: "mobilenetv2",
  vit_b_16: "vision_transformer",
  inception_v3: "inception",
  maskrcnn_resnet50_fpn: "detection/mask_rcnn",
}
const library = fetchLibrary()

if ("missing" in library) withoutLibrary(library.missing)
else await compareAll(library.path)

/** A developer's machine may lack pip; it is told so. Continuous integration must have it. */
function withoutLibrary(why: string) {
  const line = `LEFT OUT: ${MODELS.length} models of torchvision were not compared: ${why}`
  console.error(line)
  test("torchvision's source is there", () => assert(!process.env.CI, line))
}

async function compareAll(path: string) {
  findByDottedPath(path)
  const jobs = MODELS.map((model) => ({ id: model.entry, ...located(model.entry, path), inputs: inputTexts(model), path: [path] }))
  const answers = await summarize(jobs, "--timeout", "60")
  for (const model of MODELS) {
    test(`${model.entry}${model.inputs ? ` on (${inputTexts(model).join("), (")})` : ": parameters"}`, () => {
      const answer = answers.get(model.entry) as Answer
      const [got] = answer.models ?? []
      assert(got, `no model: ${answer.error ?? JSON.stringify(answer.problems)}`)
      const found = differences(model, got, true)
      assert.equal(
        found.length,
        0,
        `${found.length} differences\n${table(found)}\n${got.unknowns
          .slice(0, 20)
          .map(({ reason }) => `  unknown: ${reason}`)
          .join("\n")}`,
      )
    })
  }
}

/** Without a file the entry is a dotted path below `--path`. */
function findByDottedPath(path: string) {
  test("an entry without a file is looked up below --path", () => {
    const command = [
      "--import",
      "tsx",
      "src/cli/main.ts",
      "summary",
      "--entry",
      "torchvision.models.resnet50()",
      "--path",
      path,
      "--format",
      "json",
    ]
    const run = spawnSync(process.execPath, [...command, "--timeout", "60", "--input", "1,3,224,224"], {
      cwd: REPOSITORY,
      encoding: "utf8",
    })
    assert.equal(run.status, 0, run.stderr)
    const [model] = JSON.parse(run.stdout).models
    assert.equal(model?.parameters.total, 25_557_032)
    assert.equal(model.macs, 4_089_184_256)
  })
}

/** `torchvision.models.vgg16()` is `vgg16()` at the end of the file that defines it. */
function located(entry: string, path: string): { file: string; entry: string } {
  const name = entry.replace(/\(.*$/, "").split(".").at(-1) ?? ""
  return { file: `${path}/torchvision/models/${FILES[name]}.py`, entry: entry.slice(entry.indexOf(name)) }
}
