/** Colours by meaning: the editor's own variables where there are some, literal ones for pictures that stand alone. */
import type { Tone } from "../concepts/scene.ts"

export interface Palette {
  readonly tones: Readonly<Record<Tone, string>>
  readonly foreground: string
  /** On strong fills, where the foreground would be too like them. */
  readonly ink: string
  readonly quiet: string
  readonly line: string
  readonly background: string
  readonly font: string
  /** How strongly tones fill. */
  readonly fill: number
}

export type Theme = "light" | "dark" | "high-contrast" | "high-contrast-light"

const SANS = "system-ui, -apple-system, 'Segoe UI', Ubuntu, sans-serif"

const tonesOf = ([blue, orange, green, purple, red, yellow, foreground]: readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
]): Palette["tones"] => ({
  input: blue,
  kernel: orange,
  output: green,
  first: blue,
  second: purple,
  third: orange,
  fourth: yellow,
  warning: red,
  plain: foreground,
})

/** For the panel, which sees the theme. */
export const EDITOR: Palette = {
  tones: tonesOf([
    "var(--scene-blue)",
    "var(--scene-orange)",
    "var(--scene-green)",
    "var(--scene-purple)",
    "var(--scene-red)",
    "var(--scene-yellow)",
    "var(--vscode-foreground)",
  ]),
  foreground: "var(--vscode-foreground)",
  ink: "var(--scene-ink)",
  quiet: "var(--scene-quiet)",
  line: "var(--scene-line)",
  background: "var(--vscode-editor-background)",
  font: "var(--vscode-font-family)",
  fill: 0.16,
}

export const ALONE: Readonly<Record<Theme, Palette>> = {
  light: {
    tones: tonesOf(["#1a6fc4", "#c65d00", "#2f8132", "#6f42c1", "#c72e0f", "#8a6d00", "#3b3b3b"]),
    foreground: "#3b3b3b",
    ink: "#000000",
    quiet: "#565656",
    line: "#b4b4b4",
    background: "#ffffff",
    font: SANS,
    fill: 0.14,
  },
  dark: {
    tones: tonesOf(["#4ea8f5", "#e8955a", "#89d185", "#b99cf0", "#f48771", "#d7ba4a", "#cccccc"]),
    foreground: "#cccccc",
    ink: "#ffffff",
    quiet: "#b4b4b4",
    line: "#5a5a5a",
    background: "#1f1f1f",
    font: SANS,
    fill: 0.18,
  },
  "high-contrast": {
    tones: tonesOf(["#7cc4ff", "#ffb070", "#a5f0a0", "#d8b4ff", "#ff9c8a", "#ffe066", "#ffffff"]),
    foreground: "#ffffff",
    ink: "#ffffff",
    quiet: "#ffffff",
    line: "#ffffff",
    background: "#000000",
    font: SANS,
    fill: 0.12,
  },
  "high-contrast-light": {
    tones: tonesOf(["#0f4a85", "#8a3c00", "#185a1b", "#4b1f9e", "#9b1c00", "#5c4a00", "#292929"]),
    foreground: "#292929",
    ink: "#000000",
    quiet: "#292929",
    line: "#292929",
    background: "#ffffff",
    font: SANS,
    fill: 0.08,
  },
}
