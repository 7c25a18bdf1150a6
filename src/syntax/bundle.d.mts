/** Types of `bundle.mjs`, for tests. */

import type { BuildOptions, Plugin } from "esbuild"

export const slimPyright: Plugin
export function typescriptParserSource(): Promise<string | undefined>
export function typescriptBundle(): Promise<BuildOptions>
