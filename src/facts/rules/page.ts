/** A rule's page as markdown: what it does, why it matters, an example, and how it is mended. */
import { IMPORTS, type Rule } from "./rule.ts"

export function rulePage({ code, severity, title, what, why, language = "python", wrong, right, fix }: Rule): string {
  const imports = importsFor(language, `${wrong}\n${right}`)
  const program = (text: string) => `\`\`\`${language}\n${imports}${text}\n\`\`\``
  const marker = language === "python" ? "#" : "//"
  return [
    `# ${title}`,
    `\`${code}\` · ${severity}`,
    `## What it finds\n\n${what}`,
    `## Why it matters\n\n${why}`,
    `## Example\n\n${program(wrong)}\n\nis reported, and this is not:\n\n${program(right)}`,
    `## How it is mended\n\n${fix}`,
    `## Silencing\n\nA comment behind the line, or alone above it: \`${marker} layerscope: ignore[${code}]\`. The setting \`layerscope.rules\` gives the rule another level, or \`"off"\`.`,
  ].join("\n\n")
}

/** The imports that the example needs. */
function importsFor(language: keyof typeof IMPORTS, text: string): string {
  const lines = IMPORTS[language].split("\n").filter((line) => {
    const name = /(\w+)$/.exec(line.replace(/ from .*$/, ""))?.[1]
    return name !== undefined && new RegExp(`\\b${name}\\b`).test(text)
  })
  return lines.length > 0 ? `${lines.join("\n")}\n\n` : ""
}
