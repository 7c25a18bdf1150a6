// Memory of the examples: weights, the most at once in inference, and what training keeps, against what torch really held.
import { compareMemory } from "./memory.ts"

await compareMemory(({ file }) => file !== undefined, {})
