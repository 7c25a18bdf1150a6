/** Asks the driver outside VS Code to look and to act. */

import { post } from "./post.ts"
import type { Request } from "./requests.ts"

const PATIENCE = 45_000

/** Rejects when the driver cannot do it. */
export async function ask(request: Request): Promise<string> {
  const answer = await post(request, PATIENCE)
  if ("failed" in answer) throw new Error(answer.failed)
  return answer.done
}

/** Waits until a condition holds; VS Code says of few things when they are done. */
export async function until<T>(condition: () => T | PromiseLike<T>, what: string, patience = PATIENCE): Promise<NonNullable<T>> {
  for (const start = Date.now(); Date.now() - start < patience; ) {
    const value = await condition()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Waited ${patience / 1000} s in vain for ${what}`)
}
