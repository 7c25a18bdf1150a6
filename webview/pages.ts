/** The pages' text. The bundler finds every page of the folder; a new subject needs no line here. */
import type { Subject } from "../src/concepts/subject.ts"

/** Undefined when there is none. */
export async function pageText({ group, id }: Subject): Promise<string | undefined> {
  try {
    const { default: text } = (await import(`../src/concepts/${group}/${id}.md`)) as { default: string }
    return text
  } catch {
    return undefined
  }
}
