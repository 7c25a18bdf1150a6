/** TeX as MathML, which needs no style sheet and is read aloud by screen readers. */
import katex from "katex"
import { element } from "./element.ts"

export function mathematics(tex: string, display: "inline" | "block"): HTMLElement {
  const markup = katex.renderToString(tex, { output: "mathml", displayMode: display === "block", throwOnError: false })
  const made = element(display === "block" ? "div" : "span", {
    class: `mathematics ${display}`,
    ...(display === "block" && { tabindex: "0", role: "group", "aria-label": "Formula" }),
  })
  const math = new DOMParser().parseFromString(markup, "text/html").querySelector("math")
  if (math) made.append(document.importNode(math, true))
  else made.textContent = tex
  return made
}
