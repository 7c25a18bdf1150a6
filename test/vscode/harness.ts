/** A test runner for the extension host, where node's own cannot run: tests in order, a line for each, one closing line. */

import { ask } from "./driver.ts"

interface Test {
  name: string
  body: () => Promise<void> | void
}

const LIMIT = 90_000

const tests: Test[] = []

export function test(name: string, body: Test["body"]): void {
  tests.push({ name, body })
}

/** Runs those whose name contains the filter, without those that are excluded for a reason. Resolves to the number that failed; none run counts as one. */
export async function runTests(filter: string, excluded: Readonly<Record<string, string>>): Promise<number> {
  const unknown = Object.keys(excluded).filter((name) => !tests.some((each) => each.name === name))
  if (unknown.length) throw new Error(`No test is called ${unknown.join(", ")}`)
  for (const [name, reason] of Object.entries(excluded)) console.log(`– ${name}: ${reason}`)
  const chosen = tests.filter(({ name }) => name.includes(filter) && !Object.hasOwn(excluded, name))
  let failed = 0
  for (const each of chosen) if (!(await passes(each))) failed++
  console.log(`${chosen.length - failed} passed, ${failed} failed`)
  return chosen.length ? failed : 1
}

async function passes({ name, body }: Test): Promise<boolean> {
  const start = Date.now()
  try {
    await Promise.race([body(), late()])
    console.log(`✔ ${name} (${Date.now() - start} ms)`)
    return true
  } catch (error) {
    console.log(`✖ ${name} (${Date.now() - start} ms)\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    await ask({ kind: "screenshot", name: `failed-${name.replace(/\W+/g, "-")}` }).catch(() => undefined)
    return false
  }
}

function late(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`not done after ${LIMIT / 1000} s`)), LIMIT))
}
