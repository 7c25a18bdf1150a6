/** How the functions of the analysed file were called: a few calls of each are remembered. */
import type { Place } from "../text/source.ts"
import type * as V from "../values/value.ts"

export interface SampledCall {
  readonly callee: V.FunctionValue
  readonly args: V.CallArguments
  readonly place: Place
  readonly self: V.Value | undefined
}

/** The first calls of a function among those of the surest runs. */
interface Sample {
  readonly certainty: number
  readonly calls: SampledCall[]
}

/** By the functions' bodies. */
export type Samples = Map<object, Sample>

/** Calls of one function that are remembered. */
const MAXIMUM_CALLS = 32

export function addSample(samples: Samples, body: object, certainty: number, call: SampledCall): void {
  const known = samples.get(body)
  if (!known || known.certainty < certainty) samples.set(body, { certainty, calls: [call] })
  else if (known.certainty === certainty && known.calls.length < MAXIMUM_CALLS) known.calls.push(call)
}
