/** The part of Node's assertions that the suite uses, where there is no Node. */

export class AssertionError extends Error {
  override name = "AssertionError"
}

function fail(message: string | undefined, usual: string): never {
  throw new AssertionError(message ?? usual)
}

const shown = (value: unknown): string => JSON.stringify(value, undefined, 1) ?? String(value)

function ok(value: unknown, message?: string): asserts value {
  if (!value) fail(message, `${shown(value)} is not truthy`)
}

/** Plain data, arrays and the classes that VS Code answers with. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false
  const [keys, others] = [Object.keys(one), Object.keys(other)]
  const at = (value: object, key: string): unknown => (value as Record<string, unknown>)[key]
  return keys.length === others.length && keys.every((key) => others.includes(key) && isSame(at(one, key), at(other, key)))
}

const assert = Object.assign(ok, {
  ok,
  equal(actual: unknown, expected: unknown, message?: string) {
    if (!Object.is(actual, expected)) fail(message, `${shown(actual)} is not ${shown(expected)}`)
  },
  notEqual(actual: unknown, expected: unknown, message?: string) {
    if (Object.is(actual, expected)) fail(message, `${shown(actual)} was not to be`)
  },
  deepEqual(actual: unknown, expected: unknown, message?: string) {
    if (!isSame(actual, expected)) fail(message, `${shown(actual)}\nis not\n${shown(expected)}`)
  },
  match(text: string, pattern: RegExp, message?: string) {
    if (!pattern.test(text)) fail(message, `${pattern} does not match:\n${text}`)
  },
})

export default assert
