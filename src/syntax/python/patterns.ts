/** Lowers the patterns of Python's `match`. */

import type {
  ErrorNode,
  ExpressionNode,
  PatternAsNode,
  PatternAtomNode,
  PatternCaptureNode,
  PatternClassNode,
  PatternLiteralNode,
  PatternMappingNode,
  PatternSequenceNode,
  PatternValueNode,
} from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import type { Pattern } from "../tree.ts"
import { lowerExpression } from "./expressions.ts"
import { nodeKind } from "./kinds.ts"
import { endOf, outerSpan, type Reading, spanBetween } from "./reading.ts"

type Lowering = (node: never, reading: Reading) => Pattern

const lowerings: Record<number, Lowering> = {
  [nodeKind.patternSequence]: lowerSequence,
  [nodeKind.patternAs]: lowerAs,
  [nodeKind.patternLiteral]: lowerValue,
  [nodeKind.patternValue]: lowerValue,
  [nodeKind.patternClass]: lowerClassPattern,
  [nodeKind.patternCapture]: lowerCapture,
  [nodeKind.patternMapping]: lowerMapping,
  [nodeKind.error]: lowerBroken,
}

export function lowerPattern(node: PatternAtomNode, reading: Reading): Pattern {
  return (lowerings[node.nodeType] ?? lowerBroken)(node as never, reading)
}

function lowerValue(node: PatternLiteralNode | PatternValueNode, reading: Reading): Pattern {
  return { kind: "valuePattern", span: outerSpan(reading, node), value: lowerExpression(node.d.expr, reading) }
}

/** pyright gives the valid pattern `{}` as an error about which it does not complain. */
function lowerBroken(node: ErrorNode, reading: Reading): Pattern {
  const open = /\{\s*$/.exec(reading.text.slice(0, node.start))
  if (open && reading.text[node.start] === "}")
    return { kind: "mappingPattern", span: spanBetween(reading, open.index, endOf(node)), entries: [] }
  const span = outerSpan(reading, node)
  return { kind: "valuePattern", span, value: { kind: "broken", span, children: [] } }
}

function lowerSequence(node: PatternSequenceNode, reading: Reading): Pattern {
  return { kind: "sequencePattern", span: outerSpan(reading, node), elements: node.d.entries.map((entry) => lowerPattern(entry, reading)) }
}

/** Every pattern comes wrapped as `a | b as name`, mostly with one alternative and no name. */
function lowerAs(node: PatternAsNode, reading: Reading): Pattern {
  const patterns = node.d.orPatterns.map((pattern) => lowerPattern(pattern, reading))
  const span = outerSpan(reading, node)
  const [first] = patterns
  const pattern: Pattern = patterns.length === 1 && first ? first : { kind: "alternatives", span: { ...span }, patterns }
  if (!node.d.target) return pattern
  return { kind: "capturePattern", span, name: node.d.target.d.value, pattern }
}

function lowerCapture(node: PatternCaptureNode, reading: Reading): Pattern {
  const { isStar, isWildcard, target } = node.d
  const name = isWildcard || target.d.value === "_" ? undefined : target.d.value
  return { kind: isStar ? "starPattern" : "capturePattern", span: outerSpan(reading, node), ...(name !== undefined && { name }) }
}

function lowerMapping(node: PatternMappingNode, reading: Reading): Pattern {
  const pattern: Pattern = { kind: "mappingPattern", span: outerSpan(reading, node), entries: [] }
  for (const { d } of node.d.entries) {
    if ("target" in d) pattern.rest = d.target.d.value
    else pattern.entries.push({ key: lowerKey(d.keyPattern, reading), value: lowerPattern(d.valuePattern, reading) })
  }
  return pattern
}

function lowerKey(node: PatternLiteralNode | PatternValueNode | ErrorNode, reading: Reading): ReturnType<typeof lowerExpression> {
  return lowerExpression("expr" in node.d ? node.d.expr : (node as ExpressionNode), reading)
}

function lowerClassPattern(node: PatternClassNode, reading: Reading): Pattern {
  const { className, args } = node.d
  return {
    kind: "classPattern",
    span: outerSpan(reading, node),
    class: lowerExpression(className, reading),
    positional: args.filter(({ d }) => !d.name).map(({ d }) => lowerPattern(d.pattern, reading)),
    keywords: args.flatMap(({ d }) => (d.name ? [{ name: d.name.d.value, value: lowerPattern(d.pattern, reading) }] : [])),
  }
}
