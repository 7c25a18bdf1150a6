/** resnet50 out of torchvision's source: our command against Python with torch and torchinfo on the meta device, process start to printed summary. */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { fetchLibrary } from "../library/fetch.ts"
import { type Line, milliseconds, percentile } from "./measuring.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
export const PYTHONS = [`${ROOT}.cache/oracle/venv/bin/python`, "python3", "python"]
const RUNS = 7
const PARAMETERS = /25[,.]?557[,.]?032/

// torchvision's compiled operators do not load beside every build of torch; its models need no more than their names.
const NAMES =
  'import torch\nnames = torch.library.Library("torchvision", "DEF")\nnames.define("nms(Tensor dets, Tensor scores, float threshold) -> Tensor")\nnames.define("qnms(Tensor dets, Tensor scores, float threshold) -> Tensor")\n'
export const IMPORTS = `${NAMES}import torchvision, torchinfo\n`

const BY_TORCHINFO =
  "with torch.device('meta'): model = torchvision.models.resnet50()\ntorchinfo.summary(model, input_size=(1, 3, 224, 224), device='meta', depth=4)"

export function summary(): Line[] {
  const what = "Summary of resnet50 from torchvision's source"
  const missing = (why: string): Line[] => [{ what, result: why, target: "at least 10 times faster than Python", isMet: undefined }]
  const library = fetchLibrary()
  if ("missing" in library) return missing(library.missing)
  if (!existsSync(`${ROOT}dist/cli.js`)) return missing("dist/ is not built")
  const ours = timed(process.execPath, [
    `${ROOT}dist/cli.js`,
    "summary",
    "--entry",
    "torchvision.models.resnet50()",
    "--path",
    library.path,
    "--input",
    "1,3,224,224",
  ])
  const python = PYTHONS.find((path) => spawnSync(path, ["-c", IMPORTS], { stdio: "ignore", env: withLibrary(library.path) }).status === 0)
  if (!python) return missing(`${milliseconds(ours)}; no Python with torch, torchvision and torchinfo to compare with`)
  const theirs = timed(python, ["-c", IMPORTS + BY_TORCHINFO], withLibrary(library.path))
  return [
    {
      what,
      result: `${milliseconds(ours)} against ${milliseconds(theirs)}: ${(theirs / ours).toFixed(1)} times faster`,
      target: "at least 10 times faster than Python",
      isMet: theirs / ours >= 10,
    },
  ]
}

/** The same source on both sides. */
export const withLibrary = (path: string): NodeJS.ProcessEnv => ({ ...process.env, PYTHONPATH: path })

/** The median of some runs; each must print the right number of parameters. */
function timed(program: string, parameters: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now()
    const printed = execFileSync(program, parameters, { encoding: "utf8", maxBuffer: 1e8, env })
    if (!PARAMETERS.test(printed)) throw new Error(`${program} printed no summary of resnet50:\n${printed.slice(0, 500)}`)
    return performance.now() - start
  })
  return percentile(
    times.sort((left, right) => left - right),
    0.5,
  )
}
