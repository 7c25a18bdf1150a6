/** Lowers JavaScript's imports and exports. */

import type ts from "typescript"
import type { Export, ImportFrom, Statement } from "../tree.ts"
import { lowerExpression } from "./expressions.ts"
import { hasModifier, nameText, type Reading, spanOf } from "./reading.ts"

export function lowerImport(node: ts.ImportDeclaration, reading: Reading): Statement[] {
  const clause = node.importClause
  const isTypeOnly = clause?.phaseModifier === reading.ts.SyntaxKind.TypeKeyword
  const names = clause ? importedNames(clause, reading) : []
  return [
    {
      kind: "importFrom",
      span: spanOf(reading, node),
      module: moduleName(node.moduleSpecifier),
      level: 0,
      names,
      ...(isTypeOnly && { isTypeOnly }),
    },
  ]
}

function importedNames({ name, namedBindings }: ts.ImportClause, reading: Reading): ImportFrom["names"] {
  const names: ImportFrom["names"] = name ? [{ name: "default", alias: nameText(reading, name), span: spanOf(reading, name) }] : []
  if (!namedBindings) return names
  if (reading.ts.isNamespaceImport(namedBindings)) {
    return [...names, { name: "*", alias: nameText(reading, namedBindings.name), span: spanOf(reading, namedBindings) }]
  }
  return [...names, ...namedBindings.elements.filter(({ isTypeOnly }) => !isTypeOnly).map((element) => renamed(element, reading))]
}

function renamed(node: ts.ImportSpecifier | ts.ExportSpecifier, reading: Reading): Export["names"][number] {
  const span = spanOf(reading, node)
  const name = nameText(reading, node.name)
  return node.propertyName ? { name: nameText(reading, node.propertyName), alias: name, span } : { name, span }
}

function moduleName(node: ts.Expression | undefined): string {
  return node && "text" in node ? String(node.text) : ""
}

/** `import x = require("m")` declares `x`; `import x = a.b` does so too. */
export function lowerImportEquals(node: ts.ImportEqualsDeclaration, reading: Reading): Statement[] {
  if (node.isTypeOnly) return []
  const span = spanOf(reading, node)
  const target = lowerExpression(node.name, reading)
  if (!reading.ts.isExternalModuleReference(node.moduleReference)) return [{ kind: "declare", span, binding: "const", target }]
  const argument = lowerExpression(node.moduleReference.expression, reading)
  const callSpan = spanOf(reading, node.moduleReference)
  const callee = { kind: "name" as const, span: { start: callSpan.start, end: callSpan.start + "require".length }, name: "require" }
  const value = {
    kind: "call" as const,
    span: callSpan,
    callee,
    arguments: [{ kind: "argument" as const, span: argument.span, value: argument }],
  }
  return [{ kind: "declare", span, binding: "const", target, value }]
}

/** Wraps a declaration that carries `export`, and perhaps `default`. */
export function withExport(node: ts.Statement, [declaration]: Statement[], reading: Reading): Statement[] {
  const { SyntaxKind: kind } = reading.ts
  if (!declaration) return []
  if (!hasModifier(node, kind.ExportKeyword)) return [declaration]
  const isDefault = hasModifier(node, kind.DefaultKeyword)
  return [{ kind: "export", span: spanOf(reading, node), declaration, names: [], ...(isDefault && { isDefault }) }]
}

export function lowerExport(node: ts.ExportDeclaration, reading: Reading): Statement[] {
  if (node.isTypeOnly) return []
  const module = node.moduleSpecifier && moduleName(node.moduleSpecifier)
  return [{ kind: "export", span: spanOf(reading, node), names: exportedNames(node, reading), ...(module !== undefined && { module }) }]
}

function exportedNames(node: ts.ExportDeclaration, reading: Reading): Export["names"] {
  const { exportClause } = node
  if (!exportClause) return [{ name: "*", span: spanOf(reading, node) }]
  if (reading.ts.isNamespaceExport(exportClause))
    return [{ name: "*", alias: nameText(reading, exportClause.name), span: spanOf(reading, exportClause) }]
  return exportClause.elements.filter(({ isTypeOnly }) => !isTypeOnly).map((element) => renamed(element, reading))
}

/** `export default value`, and TypeScript's `export = value`. */
export function lowerExportAssignment(node: ts.ExportAssignment, reading: Reading): Statement[] {
  return [{ kind: "export", span: spanOf(reading, node), value: lowerExpression(node.expression, reading), names: [], isDefault: true }]
}
