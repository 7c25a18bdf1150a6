/** The releases of VS Code the suite runs in: the oldest the manifest admits, and the newest that was seen to run. */

export interface Release {
  name: "oldest" | "newest"
  /** The release of VS Code, for people. */
  vscode: string
  /** The npm package `code-server` that carries it. */
  codeServer: string
  /** The Node it was made for, taken from npm where another one runs this. */
  node: string
}

export const RELEASES: Record<Release["name"], Release> = {
  oldest: { name: "oldest", vscode: "1.93.1", codeServer: "4.93.1", node: "20.20.2" },
  newest: { name: "newest", vscode: "1.139.1", codeServer: "4.139.1", node: "24.21.0" },
}

export function releaseNamed(name: string): Release {
  if (name === "oldest" || name === "newest") return RELEASES[name]
  throw new Error(`There is no release "${name}"; say oldest or newest`)
}
