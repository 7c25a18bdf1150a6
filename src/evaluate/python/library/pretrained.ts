/** `from_pretrained`: the configuration where it lies in the workspace; what lies on a hub is unknown, and the reason says what to put where. */
import * as V from "../../../values/value.ts"
import type { Evaluation } from "../../evaluation.ts"
import { textAt } from "../../modules.ts"

/** Methods of installed packages that read files or download them. Their source is not run: it would end in the network. */
const READERS = /^transformers\..*\.(?:PreTrainedModel|PreTrainedConfig|PretrainedConfig|_BaseAutoModelClass|AutoConfig)\.from_pretrained$/

/** What a call of such a method gives; undefined for every other function. */
export function pretrained(evaluation: Evaluation, name: string, call: V.CallArguments): V.Value | undefined {
  if (!name.endsWith(".from_pretrained") || !READERS.test(name)) return undefined
  const [cls, given] = call.positional
  const path = given ?? call.keywords.get("pretrained_model_name_or_path")
  const why = (reason: string): V.UnknownValue => ({ ...V.unknown(reason, evaluation.place), mayHoldWeights: true })
  if (path?.kind !== "string") return why("which pretrained model is loaded is not known")
  const settings = configuration(evaluation, path.value)
  const wanted = `\`${path.value}\` is not in the workspace: put its config.json into the folder ${path.value} beside this file`
  if (!settings || cls?.kind !== "class") return why(wanted)
  const isConfiguration = /\.PreTrainedConfig\.|\.PretrainedConfig\./.test(name)
  const configClass = isConfiguration ? cls : configClassOf(evaluation, cls)
  if (!configClass) return why(`which class reads the configuration of \`${path.value}\` is not known`)
  const kind = evaluation.findAttribute(configClass, "model_type")
  const stated = settings.model_type
  if (kind?.kind === "string" && typeof stated === "string" && kind.value !== stated)
    return why(`the configuration of \`${path.value}\` is for ${stated}, and ${cls.name} is not`)
  const entries = Object.entries(settings).filter(([key]) => !["model_type", "architectures", "transformers_version"].includes(key))
  const keywords = new Map([...entries.map(([key, value]) => [key, valueOf(value)] as const), ...call.keywords])
  keywords.delete("pretrained_model_name_or_path")
  const made = evaluation.call(configClass, { positional: [], keywords }, evaluation.place)
  return isConfiguration ? made : evaluation.call(cls, { positional: [made], keywords: new Map() }, evaluation.place)
}

/** The config.json of a folder, beside the analysed file or below an import root. */
function configuration(evaluation: Evaluation, path: string): Record<string, unknown> | undefined {
  const folders = [evaluation.main?.scope.module.folder, ...evaluation.importRoots].filter((folder) => folder !== undefined)
  const places = path.startsWith("/") ? [path] : folders.map((folder) => `${folder}/${path.replace(/^\.\//, "").replace(/\/$/, "")}`)
  for (const place of places) {
    const text = textAt(evaluation, place.endsWith(".json") ? place : `${place}/config.json`)
    if (text !== undefined) return objectIn(text)
  }
  return undefined
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function valueOf(value: unknown): V.Value {
  if (typeof value === "string") return V.string(value)
  if (typeof value === "boolean") return value ? V.TRUE : V.FALSE
  if (typeof value === "number") return Number.isInteger(value) ? V.integer(value) : { kind: "float", value }
  if (Array.isArray(value)) return V.list(value.map(valueOf))
  if (value !== null && typeof value === "object")
    return V.dictionaryOf(new Map(Object.entries(value).map(([key, held]) => [key, valueOf(held)])))
  return V.NONE
}

/** The class's own `config_class`; else the configuration of its module whose name its name begins with, the longest. */
function configClassOf(evaluation: Evaluation, cls: V.ClassValue): V.ClassValue | undefined {
  const own = evaluation.findAttribute(cls, "config_class")
  if (own?.kind === "class") return own
  const module = evaluation.loadedModule(cls.qualifiedName.slice(0, cls.qualifiedName.lastIndexOf(".")))
  const names = module?.kind === "module" ? [...module.attributes.keys()] : []
  const fitting = names.filter((name) => name.endsWith("Config") && cls.name.startsWith(name.slice(0, -"Config".length)))
  const longest = fitting.sort((left, right) => right.length - left.length)[0]
  const found = longest !== undefined && module ? evaluation.findAttribute(module, longest) : undefined
  return found?.kind === "class" ? found : undefined
}
