/** Saves a picture of the panel where the user says. */
import * as vscode from "vscode"

export async function saveExport(format: "svg" | "png", name: string, content: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  const proposal = `${name.replace(/[^\w.-]+/g, "-") || "diagram"}.${format}`
  const target = await vscode.window.showSaveDialog({
    filters: { [format.toUpperCase()]: [format] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, proposal) }),
  })
  if (target) await vscode.workspace.fs.writeFile(target, format === "svg" ? Buffer.from(content, "utf8") : Buffer.from(content, "base64"))
}
