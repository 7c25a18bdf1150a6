/** How many bytes an element of each data type takes. */
import type { DataType } from "./value.ts"

const BYTES: Readonly<Record<string, number>> = {
  float64: 8,
  int64: 8,
  uint64: 8,
  complex64: 8,
  complex128: 16,
  float16: 2,
  bfloat16: 2,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

/** Four where the type is not known or none of the others: float32 and int32 are most of what there is. */
export const bytesOf = (dtype: DataType | undefined): number => BYTES[dtype ?? ""] ?? 4
