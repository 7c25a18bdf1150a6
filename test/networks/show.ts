/** Prints the networks of some seeds as JSON lines: node --import tsx test/networks/show.ts FIRST COUNT */
import { drawNetwork } from "./generate.ts"

const [first = 1, count = 10] = process.argv.slice(2).map(Number)
for (let seed = first; seed < first + count; seed++) console.log(JSON.stringify(drawNetwork(seed)))
