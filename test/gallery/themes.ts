/** VS Code's default themes as a webview sees them: the variables the panel uses, with the class of the body. */

type Variables = Readonly<Record<string, string>>

const FONTS: Variables = {
  "font-family": "system-ui, Ubuntu, 'DejaVu Sans', sans-serif",
  "font-size": "13px",
  "font-weight": "normal",
  "editor-font-family": "'DejaVu Sans Mono', monospace",
}

export interface GalleryTheme {
  readonly body: string
  readonly variables: Variables
}

export const THEMES: Readonly<Record<string, GalleryTheme>> = {
  light: {
    body: "vscode-light",
    variables: {
      ...FONTS,
      foreground: "#3b3b3b", descriptionForeground: "#616161", errorForeground: "#c72e0f", focusBorder: "#005fb8", "editor-background": "#ffffff", "editor-foreground": "#3b3b3b",
      "charts-blue": "#1a85ff", "charts-orange": "#d18616", "charts-green": "#388a34", "charts-purple": "#652d90", "charts-red": "#e51400", "charts-yellow": "#bf8803",
      "panel-border": "#e5e5e5", "widget-border": "#e5e5e5", "button-background": "#005fb8", "button-foreground": "#ffffff", "button-hoverBackground": "#0258a8", "button-secondaryBackground": "#e5e5e5", "button-secondaryForeground": "#3b3b3b", "button-secondaryHoverBackground": "#cccccc",
      "input-background": "#ffffff", "input-foreground": "#3b3b3b", "settings-textInputBackground": "#ffffff", "settings-textInputForeground": "#3b3b3b", "settings-textInputBorder": "#cecece", "settings-dropdownBackground": "#ffffff", "settings-dropdownForeground": "#3b3b3b", "settings-dropdownBorder": "#cecece", "settings-dropdownListBorder": "#e5e5e5",
      "settings-checkboxBackground": "#f8f8f8", "settings-checkboxForeground": "#3b3b3b", "settings-checkboxBorder": "#cecece", "list-activeSelectionBackground": "#e8e8e8", "list-activeSelectionForeground": "#000000", "list-hoverBackground": "#f2f2f2",
      "textLink-foreground": "#005fb8", "textLink-activeForeground": "#005fb8", "textPreformat-foreground": "#3b3b3b", "textPreformat-background": "#0000001f", "toolbar-hoverBackground": "#b8b8b850", "testing-iconPassed": "#2e7d32", "inputValidation-errorBorder": "#be1100", "inputValidation-infoBorder": "#007acc", "progressBar-background": "#005fb8",
    },
  },
  dark: {
    body: "vscode-dark",
    variables: {
      ...FONTS,
      foreground: "#cccccc", descriptionForeground: "#9d9d9d", errorForeground: "#f85149", focusBorder: "#0078d4", "editor-background": "#1f1f1f", "editor-foreground": "#cccccc",
      "charts-blue": "#3794ff", "charts-orange": "#d18616", "charts-green": "#89d185", "charts-purple": "#b180d7", "charts-red": "#f14c4c", "charts-yellow": "#cca700",
      "panel-border": "#2b2b2b", "widget-border": "#313131", "button-background": "#0078d4", "button-foreground": "#ffffff", "button-hoverBackground": "#026ec1", "button-secondaryBackground": "#313131", "button-secondaryForeground": "#cccccc", "button-secondaryHoverBackground": "#3c3c3c",
      "input-background": "#313131", "input-foreground": "#cccccc", "settings-textInputBackground": "#313131", "settings-textInputForeground": "#cccccc", "settings-textInputBorder": "#3c3c3c", "settings-dropdownBackground": "#313131", "settings-dropdownForeground": "#cccccc", "settings-dropdownBorder": "#3c3c3c", "settings-dropdownListBorder": "#454545",
      "settings-checkboxBackground": "#313131", "settings-checkboxForeground": "#cccccc", "settings-checkboxBorder": "#3c3c3c", "list-activeSelectionBackground": "#04395e", "list-activeSelectionForeground": "#ffffff", "list-hoverBackground": "#2a2d2e",
      "textLink-foreground": "#4daafc", "textLink-activeForeground": "#4daafc", "textPreformat-foreground": "#d0d0d0", "textPreformat-background": "#3c3c3c", "toolbar-hoverBackground": "#5a5d5e50", "testing-iconPassed": "#73c991", "inputValidation-errorBorder": "#be1100", "inputValidation-infoBorder": "#007acc", "progressBar-background": "#0078d4",
    },
  },
  "high-contrast": {
    body: "vscode-high-contrast",
    variables: {
      ...FONTS,
      foreground: "#ffffff", descriptionForeground: "#ffffffb3", errorForeground: "#f48771", focusBorder: "#f38518", contrastBorder: "#6fc3df", contrastActiveBorder: "#f38518", "editor-background": "#000000", "editor-foreground": "#ffffff",
      "charts-blue": "#3794ff", "charts-orange": "#d18616", "charts-green": "#89d185", "charts-purple": "#b180d7", "charts-red": "#f14c4c", "charts-yellow": "#cca700",
      "panel-border": "#6fc3df", "button-foreground": "#ffffff", "button-background": "#000000", "button-border": "#6fc3df", "button-secondaryForeground": "#ffffff", "button-secondaryBackground": "#000000",
      "input-background": "#000000", "input-foreground": "#ffffff", "settings-textInputBackground": "#000000", "settings-textInputForeground": "#ffffff", "settings-textInputBorder": "#6fc3df", "settings-dropdownBackground": "#000000", "settings-dropdownForeground": "#ffffff", "settings-dropdownBorder": "#6fc3df", "settings-dropdownListBorder": "#6fc3df",
      "settings-checkboxBackground": "#000000", "settings-checkboxForeground": "#ffffff", "settings-checkboxBorder": "#6fc3df",
      "textLink-foreground": "#21a6ff", "textLink-activeForeground": "#21a6ff", "textPreformat-foreground": "#ffffff", "textPreformat-background": "#000000", "testing-iconPassed": "#73c991", "inputValidation-errorBorder": "#6fc3df", "inputValidation-infoBorder": "#6fc3df", "progressBar-background": "#6fc3df",
    },
  },
}
