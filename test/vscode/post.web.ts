/** Brings a request to the driver by HTTP: it serves the extension, too. */
import * as vscode from "vscode"
import type { Answer, Request } from "./requests.ts"

export async function post(request: Request): Promise<Answer> {
  const answer = await fetch(driver("driver"), { method: "POST", body: JSON.stringify(request) })
  return (await answer.json()) as Answer
}

const driver = (path: string): string =>
  vscode.extensions
    .getExtension("layerscope.layerscope")
    ?.extensionUri.with({ path: `/${path}` })
    .toString(true) ?? ""

/** Only tests whose name contains it are run. */
export const filter = async (): Promise<string> => (await fetch(driver("filter"))).text()

/** Why tests are left out here, by name; all others run in a browser too. */
export const EXCLUDED: Readonly<Record<string, string>> = {
  "a native library is never taken from the workspace, and a machine's setting is obeyed in trusted folders only":
    "a browser loads no native libraries",
}
