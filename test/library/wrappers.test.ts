// PEFT's wrappers and `from_pretrained`, from the libraries' source; PEFT's numbers were measured with peft 0.21.2, transformers 5.23.0 and torch 2.13.
import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { test } from "node:test"
import { type Answer, summarize } from "../oracle/command.ts"
import { fetchPureLibraries } from "./fetch.ts"

const PROGRAM = `
from transformers import BertConfig, BertModel, BertForSequenceClassification, GPT2Config, GPT2LMHeadModel
from peft import LoraConfig, get_peft_model
BERT = dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128)
def saved():
    options = LoraConfig(r=8, target_modules=["query", "value"], modules_to_save=["classifier"], task_type="SEQ_CLS")
    return get_peft_model(BertForSequenceClassification(BertConfig(**BERT)), options)
def adapted():
    return get_peft_model(GPT2LMHeadModel(GPT2Config(n_embd=64, n_layer=2, n_head=4, vocab_size=1000)), LoraConfig(r=8, task_type="CAUSAL_LM"))
def local():
    return BertModel.from_pretrained("./bert")
def remote():
    return BertModel.from_pretrained("bert-base-uncased")
`
const CONFIG = {
  model_type: "bert",
  hidden_size: 32,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 64,
  vocab_size: 100,
  max_position_embeddings: 20,
}
/** Total, trainable and buffers; multiply-accumulates for sixteen tokens. */
const MEASURED: Readonly<Record<string, readonly [total: number, trainable: number, buffers: number, macs: number]>> = {
  "saved()": [2061892, 4226, 1024, 1183872],
  "adapted()": [233728, 4096, 0, 2727936],
  // By hand: 16 tokens take 16·4·32² for projections, 2·16²·32 for both products, 16·2·32·64 for the rest and 32² at the end.
  "local()": [13568, 13568, 40, 148480],
}

const library = fetchPureLibraries()
if ("missing" in library) console.error(`LEFT OUT: wrappers of other libraries: ${library.missing}`)
else await compareAll(library.path)

async function compareAll(path: string) {
  const folder = mkdtempSync(`${tmpdir()}/layerscope-wrappers-`)
  mkdirSync(`${folder}/bert`)
  writeFileSync(`${folder}/bert/config.json`, JSON.stringify(CONFIG))
  writeFileSync(`${folder}/program.py`, PROGRAM)
  const jobs = [...Object.keys(MEASURED), "remote()"].map((entry) => ({
    id: entry,
    file: `${folder}/program.py`,
    entry,
    inputs: ["1,16:int64"],
    path: [path],
  }))
  const answers = await summarize(jobs, "--timeout", "60")
  rmSync(folder, { recursive: true })
  for (const [entry, expected] of Object.entries(MEASURED)) test(entry, () => assert.deepEqual(countsOf(answers.get(entry)), expected))
  test("what lies on a hub is unknown, and the reason says what to put where", () => {
    assert.match(answers.get("remote()")?.error ?? "", /`bert-base-uncased` is not in the workspace: put its config.json into the folder/)
  })
}

function countsOf(answer: Answer | undefined) {
  const [model] = answer?.models ?? []
  return [model?.parameters.total, model?.parameters.trainable, model?.parameters.buffers, model?.macs]
}
