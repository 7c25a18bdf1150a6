/** A model's graph in the forms of other programs: a table for spreadsheets and for LaTeX, a diagram for Mermaid. */
import type { GraphNode, ModelGraph } from "./graph.ts"
import { detailOf, headingOf } from "./plan.ts"
import type { Visible } from "./visible.ts"

const COLUMNS = ["Layer", "Type", "Output", "Parameters", "MACs", "Memory (bytes)"] as const

const cellsOf = ({ path, label, shape, parameters, macs, memory }: GraphNode): readonly string[] => [
  path,
  label,
  shape ?? "",
  parameters === null ? "" : String(parameters),
  macs === null ? "" : String(macs),
  memory === null ? "" : String(memory),
]

/** What was made somewhere: modules, and each call of one that is drawn call by call. */
const modulesOf = ({ nodes }: ModelGraph): readonly GraphNode[] =>
  nodes.filter(({ kind, place }) => kind !== "repeat" && place !== undefined)

/** RFC 4180; a cell that a spreadsheet would take for a formula is given as text. */
const csvCell = (text: string): string => {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const asCsv = (graph: ModelGraph): string =>
  [COLUMNS, ...modulesOf(graph).map(cellsOf)].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("")

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "×": "$\\times$",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
}
const latexText = (text: string): string => text.replace(/[\\×~^&%$#_{}]/g, (character) => LATEX[character] ?? `\\${character}`)
const latexNumber = (text: string): string => (text === "" ? "--" : text.replace(/\B(?=(\d{3})+$)/g, "\\,"))

/** For the package booktabs. */
export function asLatex(graph: ModelGraph): string {
  const lines = modulesOf(graph)
    .slice(0)
    .map((node) => {
      const [path = "", type = "", shape = "", ...numbers] = cellsOf(node)
      return `  ${[path, type, shape].map(latexText).join(" & ")} & ${numbers.slice(0, 2).map(latexNumber).join(" & ")} \\\\`
    })
  const total = `  Total & & & ${[graph.parameters, graph.macs].map((value) => latexNumber(value === null ? "" : String(value))).join(" & ")} \\\\`
  return [
    "\\begin{tabular}{lllrr}",
    "  \\toprule",
    "  Layer & Type & Output & Parameters & MACs \\\\",
    "  \\midrule",
    ...lines,
    "  \\midrule",
    total,
    "  \\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n")
}

const mermaidText = (text: string): string => text.replace(/["<>&#]/g, (character) => `#${character.charCodeAt(0)};`)

/** What is seen now: open boxes are subgraphs. */
export function asMermaid({ nodes, edges }: Visible): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]))
  const children = new Map<string | undefined, GraphNode[]>()
  for (const node of nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node])
  const draw = (node: GraphNode, indentation: string): string[] => {
    const inner = children.get(node.id)
    const name = names.get(node.id)
    const text = mermaidText([headingOf(node), detailOf(node)].filter(Boolean).join("\n")).replaceAll("\n", "<br/>")
    if (!inner) return [`${indentation}${name}["${text}"]`]
    return [`${indentation}subgraph ${name}["${text}"]`, ...inner.flatMap((child) => draw(child, `${indentation}  `)), `${indentation}end`]
  }
  const roots = nodes.filter(({ parent }) => parent === undefined || !names.has(parent))
  const lines = edges.map(
    ({ from, to, label }) => `  ${names.get(from)} -->${label === undefined ? "" : `|"${mermaidText(label)}"|`} ${names.get(to)}`,
  )
  return ["flowchart TD", ...roots.flatMap((node) => draw(node, "  ")), ...lines, ""].join("\n")
}
