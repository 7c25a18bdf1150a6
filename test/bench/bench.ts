/** `npm run bench`: measures what the project promises of speed and prints it with the promise. Names filter: `npm run bench -- keystrokes`. */
import { activation } from "./activation.ts"
import { drawing } from "./drawing.ts"
import { keystrokes } from "./keystrokes.ts"
import type { Line } from "./measuring.ts"
import { model } from "./model.ts"
import { summary } from "./summary.ts"
import { torchvision } from "./torchvision.ts"

const MEASUREMENTS: Record<string, () => Line[] | Promise<Line[]>> = { keystrokes, activation, drawing, model, summary, torchvision }

const wanted = process.argv.slice(2)
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  for (const { what, result, target, isMet } of await measure())
    console.log(`${isMet === undefined ? "LEFT OUT" : isMet ? "met     " : "MISSED  "} ${what}: ${result} (${target})`)
}
