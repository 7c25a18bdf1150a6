/** The pages of the rules in VS Code: a problem's code links to one, and it opens as a preview. */
import * as vscode from "vscode"
import { RULES } from "../facts/rules/catalogue.ts"
import { rulePage } from "../facts/rules/page.ts"

const SCHEME = "layerscope-rule"
const FOLDER = "/rules/"

/** What stands before a code in the links of problems. */
export const rulePagesAt = (context: vscode.ExtensionContext): string => `${vscode.env.uriScheme}://${context.extension.id}${FOLDER}`

export function registerRulePages(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, { provideTextDocumentContent: ({ path }) => pageOf(codeIn(path)) }),
    vscode.window.registerUriHandler({ handleUri: ({ path }) => showPage(codeIn(path)) }),
  )
}

const codeIn = (path: string): string => (path.split("/").at(-1) ?? "").replace(/\.md$/, "")

function pageOf(code: string): string | undefined {
  const rule = RULES.find((candidate) => candidate.code === code)
  return rule && rulePage(rule)
}

/** Links come from anywhere: what is no rule of ours opens nothing. */
async function showPage(code: string): Promise<void> {
  if (pageOf(code) === undefined) return
  await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.from({ scheme: SCHEME, path: `/${code}.md` }))
}
