/** Exact decimal rounding of doubles, half to even, as Python's `round` and "%.2f" do it. */

/** A double as mantissa · 2^exponent with whole numbers. */
function decompose(value: number): { mantissa: bigint; exponent: number } {
  let exponent = 0
  let mantissa = value
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2
    exponent--
  }
  return { mantissa: BigInt(mantissa), exponent }
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  if (twice < denominator) return quotient
  return twice > denominator || quotient % 2n === 1n ? quotient + 1n : quotient
}

/** |value| · 10^digits rounded to a whole number. `value` is finite. */
function scaled(value: number, digits: number): bigint {
  const { mantissa, exponent } = decompose(Math.abs(value))
  const up = 10n ** BigInt(Math.max(digits, 0))
  const down = 10n ** BigInt(Math.max(-digits, 0)) * 2n ** BigInt(-exponent)
  return divideHalfEven(mantissa * up, down)
}

/** "%.{digits}f" without the sign. */
export function fixedText(value: number, digits: number): string {
  const text = scaled(value, digits)
    .toString()
    .padStart(digits + 1, "0")
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** `round(value)`: the nearest whole number. */
export function roundToWhole(value: number): bigint {
  const whole = scaled(value, 0)
  return value < 0 ? -whole : whole
}

/** `round(value, digits)` for a float. */
export function roundToDigits(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 22) return value
  const text = digits >= 0 ? fixedText(value, digits) : `${scaled(value, digits)}e${-digits}`
  return value < 0 ? -Number(text) : Number(text)
}

/** `round(value, -digits)` for an integer. */
export function roundInteger(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(digits)
  const rounded = divideHalfEven(value < 0n ? -value : value, unit) * unit
  return value < 0n ? -rounded : rounded
}
