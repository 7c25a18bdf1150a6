/** NumPy's arrays as far as shapes go: data that programs feed to models. Flat lists of numbers keep their values elsewhere. */
import { product } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import type { FrameworkCatalogue } from "../catalogue.ts"
import { application } from "./apply.ts"
import { creation } from "./create.ts"
import { scikit } from "./scikit.ts"

let table: ReadonlyMap<string, V.Value> | undefined

const valueOf = (name: string): V.Value | undefined => {
  table ??= new Map<string, V.Value>([...creation, ...application, ...scikit])
  return table.get(name)
}

const unknownShape = (): V.UnknownValue => V.unknown("the shape of the array is not known")

const PROPERTIES: Record<string, (array: V.TensorValue) => V.Value> = {
  shape: ({ shape }) => (shape ? V.tuple(shape.map((dim) => V.integer(dim))) : unknownShape()),
  ndim: ({ shape }) => (shape ? V.integer(shape.length) : unknownShape()),
  size: ({ shape }) => (shape ? V.integer(product(shape)) : unknownShape()),
  dtype: ({ dtype }) => (dtype === undefined ? V.unknown("the type of the array is not known") : V.string(dtype)),
  T: ({ shape, dtype }) => V.tensor("numpy", shape?.toReversed(), dtype),
}

function property(name: string): V.PropertyValue | undefined {
  const read = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined
  if (!read) return undefined
  const get = V.native(`numpy.ndarray.${name}`, (_, { positional: [self] }) => (self?.kind === "tensor" ? read(self) : unknownShape()))
  return { kind: "property", form: "property", get }
}

export const numpyCatalogue: FrameworkCatalogue = {
  value: (name) => (/^(?:numpy|sklearn)\./.test(name) ? valueOf(name) : undefined),
  isNamespace: () => false,
  names: () => [],
  closed: [],
  standsIn: (name) => /^sklearn(?:$|\.)/.test(name),
  tensorAttribute: (name) => property(name) ?? valueOf(`numpy.ndarray.${name}`),
}
