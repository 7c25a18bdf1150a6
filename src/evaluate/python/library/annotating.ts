/** Decorators of installed packages that document, check or time what they are given: shapes do not depend on them, and evaluating them costs much. */
import { define } from "../arguments.ts"
import type { Value } from "../../../values/value.ts"

/** By package; the module within it does not matter. */
const NAMES: Record<string, readonly string[]> = {
  transformers: [
    "auto_docstring",
    "add_start_docstrings",
    "add_start_docstrings_to_model_forward",
    "add_end_docstrings",
    "add_code_sample_docstrings",
    "replace_return_docstrings",
    "deprecate_kwarg",
  ],
  huggingface_hub: ["strict", "validate_hf_hub_args"],
}

/** `@decorate` and `@decorate(options)` alike. */
const harmless = (name: string): Value =>
  define(name, "", (_, __, { positional: [first] }) =>
    first?.kind === "class" || first?.kind === "function" || first?.kind === "native" || first?.kind === "property"
      ? first
      : define(`${name} decorator`, "given", (_interpreter, { given }) => given),
  )

const made = new Map<string, Value>()

/** The stand-in for a member of a package's module. */
export function annotatingDecorator(module: string, name: string): Value | undefined {
  const top = module.split(".", 1)[0] as string
  if (!Object.hasOwn(NAMES, top) || !NAMES[top]?.includes(name)) return undefined
  let value = made.get(name)
  if (!value) made.set(name, (value = harmless(`${top}.${name}`)))
  return value
}
