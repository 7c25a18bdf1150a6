/** Loads a native TensorFlow.js from a folder that was probed before. */
import { createRequire } from "node:module"
import type { Library } from "./backend.ts"

export const loadNative = (folder: string): Library => createRequire(`${folder}/`)(folder) as Library
