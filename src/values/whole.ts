/** Concrete whole numbers of any size: numbers where they are safe integers, bigints beyond. */

export type Whole = number | bigint

/** The number where it is safe, else the bigint. */
export function normal(value: bigint): Whole {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

export function addWhole(left: Whole, right: Whole): Whole {
  if (typeof left === "number" && typeof right === "number") {
    const sum = left + right
    if (Number.isSafeInteger(sum)) return sum
  }
  return normal(BigInt(left) + BigInt(right))
}

export function multiplyWhole(left: Whole, right: Whole): Whole {
  if (typeof left === "number" && typeof right === "number") {
    const product = left * right
    if (Number.isSafeInteger(product)) return product === 0 ? 0 : product
  }
  return normal(BigInt(left) * BigInt(right))
}

/** Rounds towards minus infinity, as Python does; `divisor` is not 0. */
export function floorDivideWhole(dividend: Whole, divisor: Whole): Whole {
  if (typeof dividend === "number" && typeof divisor === "number") return Math.floor(dividend / divisor) === dividend / divisor ? dividend / divisor : exactFloor(dividend, divisor)
  const [left, right] = [BigInt(dividend), BigInt(divisor)]
  const quotient = left / right
  return normal(left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient)
}

/** Safe integers may differ from a multiple by less than a double tells: the remainder decides. */
function exactFloor(dividend: number, divisor: number): number {
  const remainder = dividend % divisor
  const quotient = (dividend - remainder) / divisor
  return remainder !== 0 && remainder < 0 !== divisor < 0 ? quotient - 1 : quotient
}

export function moduloWhole(dividend: Whole, divisor: Whole): Whole {
  return addWhole(dividend, multiplyWhole(-1, multiplyWhole(divisor, floorDivideWhole(dividend, divisor))))
}

export function greatestCommonDivisor(left: Whole, right: Whole): Whole {
  let [a, b] = [BigInt(left), BigInt(right)]
  while (b !== 0n) [a, b] = [b, a % b]
  return normal(a < 0n ? -a : a)
}
