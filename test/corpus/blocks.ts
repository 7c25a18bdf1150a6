/** The program around an entry: what stands before it in the readme's block, or below `if __name__ == "__main__":`, makes the names it reads. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { numbersIn } from "./settings.ts"
import type { ModelRecord } from "./truth.ts"

/** Writes that part of the program below `folder`, for entries that read a name it makes; undefined where the file itself will do. */
export function writeBlock(record: ModelRecord, repository: string, folder: string): string | undefined {
  const before = withNumbers(record, repository) ?? blockBefore(record, repository)
  if (before === undefined || !(before.text === "" || makesNames(before.text, record.entry))) return undefined
  const file = join(folder, `${record.id.replaceAll(/[^\w.-]+/g, "_")}.py`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, before.whole)
  return file
}

/** The file with the numbers of its options behind it: functions read them when they are called. */
function withNumbers(record: ModelRecord, repository: string): Before | undefined {
  const numbers = numbersIn(record)
  return numbers === "" ? undefined : { text: "", whole: `${readFileSync(join(repository, record.path), "utf8")}\n${numbers}` }
}

interface Before {
  readonly text: string
  readonly whole: string
}

function blockBefore({ readme_block, path, entry }: ModelRecord, repository: string): Before | undefined {
  if (readme_block !== undefined) {
    const text = cut(readmeBlocks(repository)[readme_block] ?? "", entry)
    return text === undefined ? undefined : { text, whole: text }
  }
  const source = join(repository, path)
  if (!existsSync(source) || !path.endsWith(".py")) return undefined
  const [above = "", block] = readFileSync(source, "utf8").split(/^if __name__ == ['"]__main__['"]:.*\n/m)
  const text = block === undefined ? undefined : cut(block.replaceAll(/^ {4}/gm, ""), entry)
  return text === undefined ? undefined : { text, whole: above + text }
}

function readmeBlocks(repository: string): string[] {
  const readme = join(repository, "README.md")
  return existsSync(readme) ? [...readFileSync(readme, "utf8").matchAll(/```python\n(.*?)```/gs)].map(([, text = ""]) => text) : []
}

/** Up to the statement that makes the entry: the same call of the same class, at the left margin. */
function cut(block: string, entry: string): string | undefined {
  const called = /^[\w.]+(?=\()/.exec(entry)?.[0]
  const statement = called === undefined ? undefined : new RegExp(`^\\w+ = ${called.replaceAll(".", "\\.")}\\(`, "m").exec(block)
  return statement ? block.slice(0, statement.index) : undefined
}

const makesNames = (text: string, entry: string): boolean => {
  const made = [...text.matchAll(/^(\w+) = /gm)].map(([, name]) => name)
  const imported = [...text.matchAll(/^from [\w.]+ import (.+)$/gm)].flatMap(([, names = ""]) => names.split(/\s*,\s*/))
  const positional = entry.replaceAll(/\w+=(?!=)/g, "")
  return [...made, ...imported].some((name) => new RegExp(`(?<![\\w.'"])${name}(?![\\w'"])`).test(positional))
}
