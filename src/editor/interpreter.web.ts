/** In a browser no Python is installed: imports are looked up in the workspace alone, and what is missing is named. */
import type { Disposable } from "vscode"

export const packageFolders = async (): Promise<string[]> => []

export const interpreterChanged = (): Disposable => ({ dispose() {} })
