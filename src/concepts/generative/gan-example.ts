/** A GAN of fully connected layers, what its verdicts cost, and the best discriminator there is. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"
import { denseChain, totalOf } from "./counted-layers.ts"
import { density } from "./gaussian.ts"

export function ganOf(knobs: Knobs) {
  const [latent, hidden, size] = [numberOf(knobs, "latent"), numberOf(knobs, "hidden"), numberOf(knobs, "size")]
  const [real, fake] = [numberOf(knobs, "real"), numberOf(knobs, "fake")]
  const generator = denseChain([latent, hidden, size])
  const discriminator = denseChain([size, hidden, 1])
  return {
    latent,
    hidden,
    size,
    real,
    fake,
    generator: totalOf(generator, "parameters"),
    discriminator: totalOf(discriminator, "parameters"),
    macs: totalOf(generator, "macs"),
    isMinimax: knobs["loss"] === "minimax",
    /** What the discriminator pays, and what the generator gets to learn from. */
    cost: -Math.log(real) - Math.log(1 - fake),
    push: knobs["loss"] === "minimax" ? fake : 1 - fake,
  }
}

/** With both distributions known: p ÷ (p + p′). */
export const bestVerdict = (x: number, apart: number): number => {
  const [data, made] = [density(x, apart / 2), density(x, -apart / 2)]
  return data + made === 0 ? 0.5 : data / (data + made)
}
