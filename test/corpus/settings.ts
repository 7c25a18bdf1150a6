/** Values of names that entries use and no file defines, as the records' notes state them. */
import type { ModelRecord } from "./truth.ts"

type Setting = readonly [name: string, value: string]

const GPT = `{"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12, "drop_rate": 0.1, "qkv_bias": False}`
const SMALL = `"vocab_size": 1000, "context_length": 256, "emb_dim": 128, "n_heads": 8, "n_layers": 3, "hidden_dim": 256, "n_kv_groups": 2`
// The notes leave these open; no count depends on them.
const ROTATION = `"rope_base": 10000.0, "dtype": __import__("torch").float32`
const FREQUENCIES = `"rope_freq": {"factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_context_length": 8192}`
const QWEN = `${SMALL}, ${ROTATION}, "head_dim": 16, "qk_norm": True`
const EXPERTS = `"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 64`
const SNLI =
  "n_embed=1000, d_embed=100, d_proj=300, d_hidden=300, n_layers=1, birnn=False, dp_ratio=0.2, projection=True, fix_emb=True, d_out=4, n_cells=1"

/** By the start of the record's id and the name. */
const STATED: readonly (readonly [prefix: string, name: string, value: string])[] = [
  ["llms/ch04/", "GPT_CONFIG_124M", GPT],
  ["llms/llama3/", "CFG", `{${SMALL}, ${ROTATION}, ${FREQUENCIES}}`],
  ["llms/qwen3/", "CFG", `{${QWEN}}`],
  ["llms/qwen3/", "MOE", `{${QWEN}, ${EXPERTS}}`],
  ["examples/legacy/snli/", "cfg", `__import__("types").SimpleNamespace(${SNLI})`],
]

const uses = (entry: string, name: string): boolean => new RegExp(`(?<![\\w.])${name}(?!\\w)(?!\\s*=[^=])`).test(entry)

/** Numbers that a script reads from its options, as the note states them behind "so": `so nc = 3, ngf = ndf = 64`. */
export const numbersIn = ({ note = "" }: ModelRecord): string =>
  (/\bso (\w+ = .*)/.exec(note)?.[1] ?? "")
    .split(", ")
    .filter((text) => /^(?:\w+ = )+\d+$/.test(text))
    .map((text) => `${text}\n`)
    .join("")

/** A single `setup` expression is what the entry calls `v`. */
export function settingsFor({ id, entry, setup = [] }: ModelRecord): Setting[] {
  const [only] = setup
  const stated = STATED.filter(([prefix, name]) => id.startsWith(prefix) && uses(entry, name)).map(
    ([, name, value]): Setting => [name, value],
  )
  return only !== undefined && setup.length === 1 && uses(entry, "v") ? [...stated, ["v", only]] : stated
}
