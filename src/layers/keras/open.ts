/** Sizes that `Input` leaves open, the batch among them: a symbol here, `None` where the program reads a shape. */
import { type Dim, type DimSymbol, isConcrete, symbolsOf } from "../../values/dim.ts"

const open = new WeakSet<DimSymbol>()

export function leaveOpen(dim: Dim): Dim {
  for (const symbol of symbolsOf(dim)) open.add(symbol)
  return dim
}

/** Whether Keras would show `None` for this size. */
export const isOpen = (dim: Dim): boolean => !isConcrete(dim) && symbolsOf(dim).some((symbol) => open.has(symbol))
