/** Maxima and minima of symbolic sizes: members that are proven not to matter are dropped. */
import type { Dim } from "./dim.ts"
import { provenOrder } from "./dim-proofs.ts"
import { atomOf, extremeAtom, keyOfDim, termsOf } from "./polynomial.ts"

type Kind = "maximum" | "minimum"

export function extreme(kind: Kind, dims: readonly Dim[]): Dim {
  const members: Dim[] = []
  for (const dim of new Map(dims.flatMap((each) => flattened(kind, each)).map((each) => [keyOfDim(each), each])).values()) {
    if (members.some((member) => outdoes(kind, member, dim))) continue
    const kept = members.filter((member) => !outdoes(kind, dim, member))
    members.splice(0, members.length, ...kept, dim)
  }
  const [first, ...others] = members
  return first !== undefined && others.length === 0 ? first : atomOf(extremeAtom(kind, members))
}

const outdoes = (kind: Kind, winner: Dim, loser: Dim): boolean =>
  (kind === "maximum" ? provenOrder(loser, winner, 0) : provenOrder(winner, loser, 0)) === true

/** The members of a maximum inside a maximum. */
function flattened(kind: Kind, dim: Dim): readonly Dim[] {
  const [term, ...others] = termsOf(dim)
  const [factor, ...more] = term?.factors ?? []
  const isSole = term?.coefficient === 1n && others.length === 0 && more.length === 0 && factor?.exponent === 1
  return isSole && factor?.atom.kind === kind ? factor.atom.members : [dim]
}
