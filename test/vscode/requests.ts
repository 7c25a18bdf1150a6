/** What the suite, inside VS Code, may ask of the driver that holds the window. Typed once, for both. */

export type Place = "workbench" | "panel"

export type Request =
  /** Writes a picture of the window to the ignored `test/screenshots/`. */
  | { kind: "screenshot"; name: string }
  /** The text shown there. */
  | { kind: "text"; place: Place; selector?: string }
  | { kind: "click"; place: Place; selector: string }
  /** Sets the value of a control, with the events a person's hand would cause. */
  | { kind: "fill"; place: Place; selector: string; value: string }
  | { kind: "press"; key: string }
  /** The pointer rests on this text in the editor; answers the hover's text. */
  | { kind: "hover"; text: string }
  | { kind: "theme"; theme: "light" | "dark" | "high contrast" | "high contrast light" }

export type Answer = { done: string } | { failed: string }
