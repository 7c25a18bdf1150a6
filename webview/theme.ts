/** The editor's theme, by its kind. */
import type { Theme } from "../src/drawing/palette.ts"

const THEMES: readonly (readonly [string, Theme])[] = [
  ["vscode-high-contrast-light", "high-contrast-light"],
  ["vscode-high-contrast", "high-contrast"],
  ["vscode-light", "light"],
]

/** VS Code names the theme's kind in a class of the body. */
export const themeNow = (): Theme => THEMES.find(([name]) => document.body.classList.contains(name))?.[1] ?? "dark"
