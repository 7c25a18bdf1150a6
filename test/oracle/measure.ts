// `npm run oracle`: sets up the measuring environment in the ignored cache and writes every measured JSON again.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url))
const VENV = `${REPOSITORY}.cache/oracle/venv`
const PYTHON = `${VENV}/bin/python`

// In this order: the last but one compares TensorFlow's shapes with what the torch backend of Keras gave.
const MEASURES = [
  [PYTHON, "test/oracle/measure_torch_layers.py"],
  [PYTHON, "test/oracle/measure_torch_functions.py"],
  [PYTHON, "test/oracle/measure_torch_signatures.py"],
  [PYTHON, "test/oracle/measure_torch_grid.py"],
  [PYTHON, "test/networks/measure_networks.py"],
  [PYTHON, "test/oracle/measure_examples_torch.py"],
  [PYTHON, "test/oracle/measure_memory.py"],
  [PYTHON, "test/oracle/measure_receptive_fields.py"],
  [PYTHON, "test/oracle/measure_keras_layers.py"],
  [PYTHON, "test/oracle/measure_examples_keras.py"],
  [PYTHON, "test/oracle/measure_examples_keras.py", "--tensorflow"],
  [PYTHON, "test/oracle/measure_snippets.py", "--all"],
  [PYTHON, "test/library/measure_torchvision.py"],
  [PYTHON, "test/oracle/measure_public_names.py"],
  ["node", "test/oracle/measure_public_names.mjs"],
  ["node", "test/oracle/measure_tfjs_layers.mjs"],
  ["node", "--import", "tsx", "test/oracle/measure_examples_tfjs.mjs"],
]

function run(command: string, ...words: string[]) {
  // Without a fixed seed the order of sets, and with it some error messages, would change from run to run.
  const environment = { ...process.env, PYTHONHASHSEED: "0", PYTHONDONTWRITEBYTECODE: "1" }
  const { status } = spawnSync(command, words, { cwd: REPOSITORY, env: environment, stdio: "inherit" })
  if (status !== 0) {
    console.error(`failed: ${[command, ...words].join(" ")}`)
    process.exit(1)
  }
}

if (!existsSync(PYTHON)) run("python3", "-m", "venv", VENV)
run(PYTHON, "-m", "pip", "install", "--quiet", "-r", "test/oracle/requirements.txt")
for (const [command, ...words] of MEASURES) run(command as string, ...words)
