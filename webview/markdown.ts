/** The pages' markdown as elements: headings, paragraphs, lists, emphasis, code, links, formulas, and the reader's numbers. */
import { element } from "./element.ts"
import { mathematics } from "./mathematics.ts"

export interface Reader {
  /** The text of a quantity, for `{{macs}}`. */
  readonly quantity: (name: string) => string | undefined
  readonly open: (url: string) => void
}

export function pageOf(markdown: string, reader: Reader): HTMLElement[] {
  return markdown
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== "" && !block.startsWith("# "))
    .map((block) => blockOf(block, reader))
}

function blockOf(block: string, reader: Reader): HTMLElement {
  const heading = /^(#{2,3}) (.*)$/.exec(block)
  if (heading) return element(heading[1] === "##" ? "h3" : "h4", {}, ...inline(heading[2] ?? "", reader))
  if (block.startsWith("- "))
    return element("ul", {}, ...block.split(/\n(?=- )/).map((item) => element("li", {}, ...inline(item.slice(2), reader))))
  if (block.startsWith("$$")) return mathematics(filledFormula(block.replaceAll("$$", ""), reader), "block")
  return element("p", {}, ...inline(block, reader))
}

// One line for each kind of inline markup: how it is written, what it becomes.
const INLINE: readonly (readonly [RegExp, (found: RegExpExecArray, reader: Reader) => Node])[] = [
  [/\*\*(.+?)\*\*/s, ([, text = ""], reader) => element("strong", {}, ...inline(text, reader))],
  [/\*(.+?)\*/s, ([, text = ""], reader) => element("em", {}, ...inline(text, reader))],
  [/`(.+?)`/s, ([, text = ""]) => element("code", {}, text)],
  [/\[(.+?)\]\((https:[^)\s]+)\)/s, ([, text = "", url = ""], reader) => link(text, url, reader)],
  [/\$(.+?)\$/s, ([, text = ""], reader) => mathematics(filledFormula(text, reader), "inline")],
]

function inline(text: string, reader: Reader): Node[] {
  const plain = text.replaceAll("\n", " ")
  const found = INLINE.map(([pattern, make]) => ({ match: pattern.exec(plain), make }))
    .filter(({ match }) => match !== null)
    .sort((left, right) => (left.match?.index ?? 0) - (right.match?.index ?? 0))[0]
  if (!found?.match) return plain === "" ? [] : [document.createTextNode(filled(plain, reader))]
  const { index, 0: whole } = found.match
  const before = plain.slice(0, index)
  return [
    ...(before === "" ? [] : [document.createTextNode(filled(before, reader))]),
    found.make(found.match, reader),
    ...inline(plain.slice(index + whole.length), reader),
  ]
}

const filled = (text: string, { quantity }: Reader): string => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => quantity(name) ?? "?")

/** A bare comma in a number would be set as punctuation. */
const filledFormula = (tex: string, reader: Reader): string => filled(tex, reader).replace(/(\d),(?=\d)/g, "$1{,}")

function link(text: string, url: string, { open }: Reader): HTMLElement {
  const made = element("a", { href: url }, text)
  made.addEventListener("click", (event) => {
    event.preventDefault()
    open(url)
  })
  return made
}
