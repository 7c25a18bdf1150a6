/** Saves what a panel made where the user says. */
import * as vscode from "vscode"
import { bytesOf } from "./base-sixty-four.ts"

/** A PNG comes as base64, everything else as text. */
export async function saveExport(format: string, name: string, content: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  const proposal = `${name.replace(/[^\w.-]+/g, "-") || "diagram"}.${format}`
  const target = await vscode.window.showSaveDialog({
    filters: { [format.toUpperCase()]: [format] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, proposal) }),
  })
  if (target) await vscode.workspace.fs.writeFile(target, format === "png" ? bytesOf(content) : new TextEncoder().encode(content))
}
