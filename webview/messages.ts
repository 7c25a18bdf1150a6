/**
 * What the host and the panel say to each other. Types only.
 *
 * The panel says `ready` when it listens; the host answers with `open`, and may send `open` again at any time (another layer under the cursor):
 * a whole snapshot each time, never a difference. The page around it, which the host makes, needs no more than this:
 *
 *     <!DOCTYPE html>
 *     <html lang="en">
 *     <head>
 *       <meta charset="utf-8">
 *       <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${cspSource} data: blob:; style-src ${cspSource}; script-src 'nonce-${nonce}'">
 *       <meta name="viewport" content="width=device-width, initial-scale=1">
 *       <link rel="stylesheet" href="${styleUri}">      dist/panel.css
 *       <title>Explain Layer</title>
 *     </head>
 *     <body>
 *       <main id="panel"></main>
 *       <script nonce="${nonce}" src="${scriptUri}"></script>      dist/panel.js
 *     </body>
 *     </html>
 *
 * VS Code itself sets the theme's variables on <html> and its kind as a class on <body>.
 */
import type { CheckResult, Knobs, LayerFacts } from "../src/concepts/subject.ts"

/** The layer or block the panel was opened for. */
export interface OpenedLayer {
  /** Such as "layer1.0.conv1". */
  readonly name: string
  /** Such as "Conv2d in ResNet · resnet.py:12". */
  readonly place: string
  readonly facts: LayerFacts
  /** False where arguments cannot be written back, as in an installed package. */
  readonly canWrite: boolean
}

export interface Change {
  /** In the framework's own word. */
  readonly argument: string
  /** In its language: `3`, `(3, 1)`, `True`, `"same"`. */
  readonly value: string
}

export type CheckOutcome =
  | { readonly kind: "result"; readonly result: CheckResult }
  | { readonly kind: "refused" | "failed"; readonly reason: string }

export type ToPanel =
  /** `knobs` stand over those of the layer, and need not be all. */
  | { readonly kind: "open"; readonly subject: string; readonly knobs?: Knobs; readonly layer?: OpenedLayer }
  | { readonly kind: "check-result"; readonly request: number; readonly outcome: CheckOutcome }

export type FromPanel =
  | { readonly kind: "ready" }
  | { readonly kind: "run-check"; readonly request: number; readonly subject: string; readonly knobs: Knobs }
  /** One undoable edit. */
  | { readonly kind: "write-to-code"; readonly changes: readonly Change[] }
  /** Show the layer's line in the editor. */
  | { readonly kind: "reveal" }
  | { readonly kind: "open-external"; readonly url: string }
  /** `content` is SVG text, or a PNG as base64. */
  | { readonly kind: "export"; readonly format: "svg" | "png"; readonly name: string; readonly content: string }
