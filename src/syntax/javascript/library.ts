/** The only door to TypeScript's parser, opened when the first JavaScript or TypeScript file is read: it is larger than all the rest. */
import type ts from "typescript"
import { loadTypeScript } from "./load-library.ts"

/** With one function that the package exports but does not declare; the methods of nodes that call it are not in the parser. */
export type TypeScript = typeof ts & { getTokenPosOfNode(node: ts.Node, file: ts.SourceFile): number }

let loaded: TypeScript | undefined

export function typescript(): TypeScript {
  loaded ??= loadTypeScript()
  return loaded
}
