// Memory of torchvision's models, read from their own source, against what torch really held.
import assert from "node:assert/strict"
import { test } from "node:test"
import { compareMemory } from "../oracle/memory.ts"
import { fetchLibrary } from "./fetch.ts"

const library = fetchLibrary()
if ("missing" in library) test("torchvision's source is there", () => assert(!process.env.CI, library.missing))
else await compareMemory(({ file }) => file === undefined, { path: [library.path] })
