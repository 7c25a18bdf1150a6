/** The layout engine in a worker of its own, so that the page stays responsive. The one file that knows the library. */
import ELK, { type ElkNode as Question } from "elkjs/lib/elk-api.js"
import { type ElkNode, OPTIONS } from "../../src/drawing/graph/plan.ts"

export interface LayoutEngine {
  place(question: ElkNode): Promise<ElkNode>
}

/** The library loads and compiles half of itself when it is first asked: it is, while the host still works out the graph. */
const WARMING: ElkNode = {
  id: "",
  layoutOptions: OPTIONS,
  children: [
    { id: "a", width: 1, height: 1 },
    { id: "b", width: 1, height: 1 },
  ],
  edges: [{ id: "edge0", sources: ["a"], targets: ["b"] }],
}

/** `address` is the worker's script. A worker must come from the page's own origin, so the script is fetched and given as a blob. */
export function startLayout(address: string): LayoutEngine {
  const engine = fetch(address)
    .then((answer) => answer.blob())
    .then((script) => {
      const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }))
      const made = new ELK({ workerFactory: () => new Worker(url) })
      void made.layout(WARMING as Question)
      return made
    })
  return { place: async (question) => (await (await engine).layout(question as Question)) as ElkNode }
}
