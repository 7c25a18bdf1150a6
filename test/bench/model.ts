/** How long "Show Model" takes for large models: their graph, and the page from nothing to the drawing. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Browser } from "playwright-core"
import { graphOf } from "../../src/facts/graph.ts"
import { modelsOf, showing, startModelPage } from "../gallery/model-page.ts"
import { launchChromium } from "../host/chromium.ts"
import { type Line, measured, milliseconds, percentile } from "./measuring.ts"

const EXAMPLES = fileURLToPath(new URL("../../media/examples/", import.meta.url))
const RUNS = 5

/** An example of ours, made larger. */
const LARGE: readonly { readonly what: string; readonly file: string; readonly from: string; readonly to: string }[] = [
  { what: "ResNet-152", file: "resnet.py", from: "return ResNet(BasicBlock, [3, 4, 6, 3]", to: "return ResNet(Bottleneck, [3, 8, 36, 3]" },
  { what: "a GPT of 96 blocks", file: "gpt.py", from: "n_layer=4", to: "n_layer=96" },
]

export async function model(): Promise<Line[]> {
  const browser = await launchChromium()
  const lines: Line[] = []
  for (const { what, file, from, to } of LARGE) {
    const models = modelsOf(EXAMPLES + file, readFileSync(EXAMPLES + file, "utf8").replace(from, to))
    const shown = models.at(-1)!
    const graph = percentile(
      measured(RUNS, () => graphOf(shown), 3),
      0.5,
    )
    const page = await opened(browser, showing(models))
    lines.push({
      what: `Show Model of ${what}`,
      result: `${milliseconds(graph + page)}: graph ${milliseconds(graph)}, page ${milliseconds(page)}`,
      target: "under a second",
      isMet: graph + page < 1000,
    })
  }
  await browser.close()
  return lines
}

/** The median from an empty page to the drawing, its layout engine started with it. */
async function opened(browser: Browser, message: object): Promise<number> {
  const server = await startModelPage(message)
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } })
    const start = performance.now()
    await page.goto(server.address, { waitUntil: "commit" })
    await page.locator("[data-drawn]").waitFor({ timeout: 60_000 })
    times.push(performance.now() - start)
    await page.close()
  }
  server.close()
  return percentile(
    times.sort((left, right) => left - right),
    0.5,
  )
}
