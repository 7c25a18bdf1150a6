/** NumPy's element types by the values that programs write for them: `np.float32`, `"float32"`, `float`. */
import type { Value } from "../../values/value.ts"

const PYTHON: Record<string, string> = { float: "float64", int: "int64", bool: "bool" }
const SHORT: Record<string, string> = {
  f4: "float32",
  f8: "float64",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  double: "float64",
  single: "float32",
  half: "float16",
  float_: "float64",
  int_: "int64",
  bool_: "bool",
}

/** Undefined for what is not known. */
export function typeNamed(value: Value): string | undefined {
  const written = value.kind === "string" ? value.value : value.kind === "native" || value.kind === "class" ? value.name : undefined
  const name = written?.slice(written.lastIndexOf(".") + 1)
  return name === undefined ? undefined : (PYTHON[name] ?? SHORT[name] ?? (/^(u?int|float)\d+$|^bool$/.test(name) ? name : undefined))
}
