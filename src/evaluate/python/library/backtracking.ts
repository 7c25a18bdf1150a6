/** How long a regular expression may take: JavaScript's engine tries alternatives one after another and cannot be interrupted. */

/** What a group holds that can match in more than one way. */
interface Group {
  isAmbiguous: boolean
  /** the first characters of its alternatives */
  readonly starts: string[]
  /** where the present alternative starts */
  start: number
}

const TOKEN = /\\(?:[\s\S])|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:P?<?[=!:>]|P?<\w+>|P=\w+))?|\)|\||[*+?]\??|\{\d*,?\d*\}\??|[\s\S]/g
const isRepeating = (token: string): boolean => /^[*+]/.test(token) || /^\{\d*,\d*\}/.test(token) || /^\{\d\d*\}/.test(token)
const isOpenEnded = (token: string): boolean => /^[*+]/.test(token) || /^\{\d*,\}/.test(token)
const isQuantifier = (token: string): boolean => /^(?:[*+?]|\{\d*,?\d*\})/.test(token)

/** How many attempts a search in a text of that length takes at the most. */
export function attemptsOf(pattern: string, length: number): number {
  const tokens = pattern.match(TOKEN) ?? []
  return isExplosive(tokens) ? 2 ** length : length ** (tokens.filter(isOpenEnded).length + 1)
}

/** A repeated group that matches one text in several ways: each repetition multiplies the attempts. */
function isExplosive(tokens: readonly string[]): boolean {
  const groups: Group[] = [newGroup(0)]
  for (const [index, token] of tokens.entries()) {
    const group = groups.at(-1) as Group
    if (index === group.start) group.starts.push(token)
    if (token.startsWith("(")) groups.push(newGroup(index + 1))
    else if (token === "|") group.start = index + 1
    else if (token === ")" && groups.length > 1) {
      groups.pop()
      const isAmbiguous = group.isAmbiguous || areAmbiguous(group.starts)
      if (isAmbiguous && isRepeating(tokens[index + 1] ?? "")) return true
      if (isAmbiguous) (groups.at(-1) as Group).isAmbiguous = true
    } else if (isQuantifier(token)) group.isAmbiguous = true
  }
  return false
}

const newGroup = (start: number): Group => ({ isAmbiguous: false, starts: [], start })

/** Alternatives that start with different plain characters exclude each other. */
const areAmbiguous = (starts: readonly string[]): boolean =>
  starts.length > 1 && (new Set(starts).size < starts.length || !starts.every((start) => /^(?:[\w-]|\\[^\w\s])$/.test(start)))
