/** The pages' text. The bundler finds every page of the folder; a new subject needs no line here. */

/** Undefined when there is none. */
export async function pageText(id: string): Promise<string | undefined> {
  try {
    const { default: text } = (await import(`../src/concepts/${id}.md`)) as { default: string }
    return text
  } catch {
    return undefined
  }
}
