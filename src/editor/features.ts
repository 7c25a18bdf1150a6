/** Facts in the words of the language server protocol. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeLens,
  type Command,
  type Diagnostic,
  DiagnosticSeverity,
  type Hover,
  type InlayHint,
  InlayHintKind,
  MarkupKind,
} from "vscode-languageserver"
import type { FixFact } from "../facts/fixes/fixes.ts"
import type { HintFact } from "../facts/hints.ts"
import type { HoverFact } from "../facts/hover.ts"
import type { LensFact } from "../facts/lenses.ts"
import type { ProblemFact } from "../facts/problems.ts"
import type { Position } from "../text/source.ts"
import { COMMANDS, type DocumentPlace, type InputChange } from "./protocol.ts"
import { base64Of } from "./base-sixty-four.ts"
import { uriOf } from "./uris.ts"

const SEVERITIES = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, hint: DiagnosticSeverity.Hint } as const

const link = (title: string, place: DocumentPlace): string =>
  `[${title}](command:${COMMANDS.explain}?${encodeURIComponent(JSON.stringify([place]))} "Draws it, with knobs and a live check")`

/** `picture` is an SVG as text. Only layers and models can be explained, and only where `place` can be opened in our panel. */
export function hoverOf({ markdown, range, layer }: HoverFact, place: DocumentPlace | undefined, picture: string | undefined): Hover {
  const image = picture === undefined ? [] : [`![the operation](data:image/svg+xml;base64,${base64Of(picture)})`]
  const explain = layer && place ? [link("Explain layer", place)] : []
  const links = [...explain, ...(layer?.documentation ? [`[Docs](${layer.documentation})`] : [])]
  // Hovers scroll when they are high: the links stand in the first line, the picture last.
  const [title = "", ...rest] = markdown.split("\n\n")
  const value = [[title, ...links].join(" · "), ...rest, ...image].join("\n\n")
  return { range, contents: { kind: MarkupKind.Markdown, value } }
}

/** What is known, what was assumed, and the way to the panel. */
export function lensesOf(fact: LensFact, uri: string): CodeLens[] {
  const place: DocumentPlace = { uri, position: fact.at, ...(fact.subject !== undefined && { subject: fact.subject }) }
  const range = { start: fact.at, end: fact.at }
  const explain: Command = { title: fact.title, command: COMMANDS.explain, arguments: [place] }
  if (fact.subject !== undefined) return [{ range, command: explain }]
  const change: InputChange | undefined = fact.input && { ...place, proposal: fact.input.proposal }
  return [
    { range, command: explain },
    ...(fact.input && change ? [{ range, command: { title: fact.input.title, command: COMMANDS.changeInput, arguments: [change] } }] : []),
    { range, command: { ...explain, title: "Explain" } },
  ]
}

/** For editors without our commands: what is known and what was assumed, as lines that do nothing. */
export function plainLensesOf({ at, title, input }: LensFact): CodeLens[] {
  const range = { start: at, end: at }
  const titles = input ? [title, input.title.split(" · ")[0] ?? ""] : [title]
  return titles.map((text) => ({ range, command: { title: text, command: "" } }))
}

export function hintOf({ at, text, tooltip }: HintFact): InlayHint {
  return { position: at, label: text, kind: InlayHintKind.Type, paddingLeft: true, ...(tooltip && { tooltip }) }
}

/** The code links to the rule's page where the editor shows pages, else to the layer's documentation. */
export function diagnosticOf(
  { range, code, severity, message, documentation, related }: ProblemFact,
  pages: string | undefined,
): Diagnostic {
  const href = pages === undefined ? documentation : pages + code
  return {
    range,
    code,
    message,
    severity: SEVERITIES[severity],
    source: SOURCE,
    relatedInformation: related.map(({ uri, range: at, message: text }) => ({ location: { uri: uriOf(uri), range: at }, message: text })),
    ...(href !== undefined && { codeDescription: { href } }),
  }
}

/** Fixes belong to a problem that the editor shows at their place; the others are refactorings. */
export function actionsOf(fixes: readonly PlacedFix[], diagnostics: readonly Diagnostic[]): CodeAction[] {
  const preferred = new Set<Diagnostic>()
  return fixes.map(({ uri, range, text, title, problem }) => {
    const edit = { changes: { [uri]: [{ range, newText: text }] } }
    if (!problem) return { title, kind: CodeActionKind.RefactorRewrite, edit }
    const mended = diagnostics.find(
      ({ source, code, range: { start } }) => source === SOURCE && code === problem.code && isSamePosition(start, problem.range.start),
    )
    const isPreferred = mended !== undefined && !preferred.has(mended)
    if (mended) preferred.add(mended)
    return { title, kind: CodeActionKind.QuickFix, ...(mended && { diagnostics: [mended] }), isPreferred, edit }
  })
}

/** A fix in the document that it changes. */
export type PlacedFix = FixFact & { readonly uri: string }

const SOURCE = "Layerscope"
const isSamePosition = (one: Position, other: Position): boolean => one.line === other.line && one.character === other.character
