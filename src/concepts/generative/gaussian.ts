/** Normal distributions by their formulas: density, divergence from the standard one, and curves to draw. */

export const deviationOf = (logVariance: number): number => Math.exp(logVariance / 2)

export const density = (x: number, mean = 0, deviation = 1): number =>
  Math.exp(-((x - mean) ** 2) / (2 * deviation ** 2)) / (deviation * Math.sqrt(2 * Math.PI))

/** Of N(μ, σ²) from N(0, 1), in nats. */
export const divergence = (mean: number, logVariance: number): number => 0.5 * (mean ** 2 + Math.exp(logVariance) - logVariance - 1)

export function curveOf(value: (x: number) => number, from: number, to: number, samples = 81): readonly (readonly [number, number])[] {
  return Array.from({ length: samples }, (_, at) => {
    const x = from + ((to - from) * at) / (samples - 1)
    return [x, value(x)] as const
  })
}
