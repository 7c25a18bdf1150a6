// Analyses a program from memory and gives its models with sizes as text.
import assert from "node:assert/strict"
import { analyze } from "../../src/facts/analyze.ts"
import type { Model } from "../../src/model/model.ts"
import type { Language } from "../../src/text/source.ts"
import { sourceFile } from "../../src/text/source.ts"
import { type Dim, dimText } from "../../src/values/dim.ts"

export interface Seen {
  readonly problems: readonly string[]
  readonly models: readonly Model[]
}

export function seen(language: Language, text: string, entry?: string): Seen {
  const path = language === "python" ? "/case.py" : "/case.ts"
  const host = { readFile: () => ({ state: "absent" as const }), importRoots: [] }
  const options = { budget: { fuel: 2e6, cancelled: () => false }, ...(entry !== undefined && { entry }) }
  const analysis = analyze(sourceFile(`file://${path}`, language, text), path, host, options)
  assert.equal(analysis.failure, undefined)
  return { problems: analysis.problems.map(({ code }) => code), models: analysis.models }
}

/** The one model that `entry` names. */
export function model(language: Language, text: string, entry = "model"): Model {
  const [found] = seen(language, text, entry).models
  return found ?? assert.fail("no model")
}

export const shapeOf = (shape: readonly Dim[] | undefined): string => (shape ? `(${shape.map(dimText).join(", ")})` : "?")
export const outputs = ({ outputs: found }: Model): string => found.map(({ shape }) => shapeOf(shape)).join(" ")
export const total = ({ parameters }: Model): string => (parameters.total === undefined ? "?" : dimText(parameters.total))
export const trainable = ({ parameters }: Model): string => (parameters.trainable === undefined ? "?" : dimText(parameters.trainable))
export const paths = ({ layers }: Model): string[] => layers.map(({ path }) => path).filter((path) => path !== "")
