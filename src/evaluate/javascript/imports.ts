/** JavaScript's imports: the catalogue for TensorFlow.js, files for relative paths, unknown for every other package. */
import { isNamespace } from "../../layers/catalogue.ts"
import * as V from "../../values/value.ts"
import type { Evaluation } from "../evaluation.ts"
import { ensureRun, openModule } from "../modules.ts"
import type { Scope } from "../scope.ts"

/** All packages of TensorFlow.js give one namespace. */
const TENSORFLOW = /^@tensorflow\/tfjs(-node|-node-gpu|-core|-layers|-converter|-backend-\w+|-react-native)?$|tfjs@|\/tf(\.min)?\.js$/
const EXTENSIONS = ["", ".js", ".ts", ".mjs", ".tsx", ".jsx", ".cjs", ".mts", "/index.js", "/index.ts"]

export function importJavaScript(evaluation: Evaluation, scope: Scope, name: string): V.Value {
  if (TENSORFLOW.test(name) && isNamespace("tfjs")) return { kind: "module", name: "tfjs", attributes: new Map(), catalogue: true }
  if (!/^\.{0,2}\//.test(name)) return V.unknown(`the package ${name} is not evaluated`, evaluation.place)
  const path = resolve(scope.module.folder, name)
  for (const candidate of [...EXTENSIONS.map((extension) => path + extension), path.replace(/\.js$/, ".ts")]) {
    const module = openModule(evaluation, candidate, candidate, false)
    if (!module) continue
    ensureRun(evaluation, module)
    return module.attributes.get("module.exports") ?? module
  }
  return V.unknown(`the file ${name} was not found`, evaluation.place)
}

function resolve(folder: string, name: string): string {
  const parts = name.startsWith("/") ? [] : folder.split("/")
  for (const part of name.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "." && part !== "") parts.push(part)
  }
  return parts.join("/") || "/"
}
