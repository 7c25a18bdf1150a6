/** What frameworks' names mean: one look-up over all of them; each framework keeps its own lazy table. */
import type { Framework, Value } from "../values/value.ts"
import { kerasCatalogue, tfjsCatalogue } from "./keras/catalogue.ts"
import { numpyCatalogue } from "./numpy/catalogue.ts"
import { torchCatalogue } from "./torch/catalogue.ts"

/** One framework's table. */
export interface FrameworkCatalogue {
  /** The value of a qualified name, aliases included. */
  value(qualifiedName: string): Value | undefined
  isNamespace(name: string): boolean
  /** All qualified names, aliases left out; none where the table is not complete enough to say what is missing. */
  names(): Iterable<string>
  /** Packages whose source is never evaluated. */
  readonly closed: readonly string[]
  /** The name under which installed source holds what the table leaves out, when it is looked for at all. */
  sourceName?(qualifiedName: string): string | undefined
  /** Whether it knows some of a package's names even where the package is not installed. */
  standsIn?(name: string): boolean
  /** A method (native) or attribute (property) of the framework's tensors. */
  tensorAttribute(name: string): Value | undefined
  /** Whether tensors may have an attribute that the table leaves out; where this is not said, they may. */
  mayHave?(name: string): boolean
}

const CATALOGUES: Partial<Record<Framework, FrameworkCatalogue>> = {
  torch: torchCatalogue,
  keras: kerasCatalogue,
  tfjs: tfjsCatalogue,
  numpy: numpyCatalogue,
}
const ALL: readonly FrameworkCatalogue[] = Object.values(CATALOGUES)

/** The value of "torch.nn.Conv2d" and the like; undefined when it is not covered. */
export function catalogueValue(qualifiedName: string): Value | undefined {
  for (const catalogue of ALL) {
    const value = catalogue.value(qualifiedName)
    if (value) return value
  }
  return undefined
}

export const isNamespace = (name: string): boolean => ALL.some((catalogue) => catalogue.isNamespace(name))

/** The names directly below a namespace: what `dir(torch.nn)` lists. */
export function membersOf(namespace: string): string[] {
  const found = new Set<string>()
  for (const catalogue of ALL)
    for (const name of catalogue.names())
      if (name.startsWith(`${namespace}.`)) found.add(name.slice(namespace.length + 1).split(".")[0] as string)
  return [...found].sort()
}

/** Where installed source holds a member of a namespace: `tensorflow.keras.applications` is `keras.applications`. */
export const sourceName = (qualifiedName: string): string | undefined =>
  ALL.map((catalogue) => catalogue.sourceName?.(qualifiedName)).find((name) => name !== undefined)

/** Whether some names of a package are known although it is not there. */
export const standsIn = (name: string): boolean => ALL.some((catalogue) => catalogue.standsIn?.(name) === true)

/** Whether source at or below this dotted name is never evaluated. */
export const isClosed = (name: string): boolean =>
  ALL.some(({ closed }) => closed.some((root) => name === root || name.startsWith(`${root}.`)))

/** Whether the framework's own tensors certainly have nothing of that name. */
export const tensorLacks = (framework: Framework, name: string): boolean =>
  tensorAttribute(framework, name) === undefined && CATALOGUES[framework]?.mayHave?.(name) === false

export const tensorAttribute = (framework: Framework, name: string): Value | undefined => CATALOGUES[framework]?.tensorAttribute(name)
