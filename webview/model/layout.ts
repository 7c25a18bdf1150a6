/** The layout engine in a worker of its own, so that the page stays responsive. The one file that knows the library. */
import ELK, { type ElkNode as Question } from "elkjs/lib/elk-api.js"
import type { ElkNode } from "../../src/drawing/graph/plan.ts"

export interface LayoutEngine {
  place(question: ElkNode): Promise<ElkNode>
}

/** `address` is the worker's script. A worker must come from the page's own origin, so the script is fetched and given as a blob. */
export function startLayout(address: string): LayoutEngine {
  const engine = fetch(address)
    .then((answer) => answer.blob())
    .then((script) => {
      const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }))
      return new ELK({ workerFactory: () => new Worker(url) })
    })
  return { place: async (question) => (await (await engine).layout(question as Question)) as ElkNode }
}
