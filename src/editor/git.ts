/** What the last commit says of a file, through VS Code's own Git extension. */
import * as vscode from "vscode"

/** The part of the extension's interface that is used (version 1). */
interface GitInterface {
  getRepository(uri: vscode.Uri): { show(reference: string, path: string): Promise<string> } | null
}

export async function committedText(uri: vscode.Uri): Promise<{ text: string } | { missing: string }> {
  const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitInterface }>("vscode.git")
  if (!extension) return { missing: vscode.l10n.t("The Git extension is not here, so there is no last commit to compare with.") }
  try {
    const git = (await extension.activate()).getAPI(1)
    const repository = git.getRepository(uri)
    if (!repository) return { missing: vscode.l10n.t("This file is in no Git repository.") }
    return { text: await repository.show("HEAD", uri.fsPath) }
  } catch {
    return { missing: vscode.l10n.t("The last commit does not hold this file.") }
  }
}
