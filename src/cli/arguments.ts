/** The command line's arguments: what may be written, and what is said when something else is. */
import { parseArgs } from "node:util"
import type { Level, Levels } from "../facts/levels.ts"
import { RULES } from "../facts/rules/catalogue.ts"

export interface Options {
  readonly command: "summary" | "check" | "explain"
  readonly files: readonly string[]
  readonly entry: string | undefined
  readonly inputs: readonly string[]
  readonly paths: readonly string[]
  readonly format: string
  readonly depth: number
  readonly batch: string | undefined
  readonly timeout: number
  /** of rules, where the caller wants others than the table's */
  readonly levels: Levels
  /** a file of problems that are not reported */
  readonly baseline: string | undefined
  /** the file to which all problems are written, so that they are known from now on */
  readonly writeBaseline: string | undefined
}

export const USAGE = `layerscope: shapes, parameters and MACs of model code, without running it

  layerscope summary FILE… [--entry EXPRESSION] [--input SIZES[:TYPE]]… [--path DIR]…
                           [--format table|json|csv|markdown] [--depth N]
  layerscope summary --batch JOBS.jsonl
  layerscope check   FILE…|DIR… [--format text|json|sarif] [--rule CODE=LEVEL]…
                           [--baseline FILE] [--write-baseline FILE]
  layerscope explain FILE:LINE[:COLUMN]
  layerscope lsp --stdio    a language server, for editors

  --entry    an expression that builds the model: 'resnet50(num_classes=10)'
  --input    sizes of an input, in order; may repeat: 1,3,224,224 or 2,16:int64
  --path     a folder in which imports are looked up; may repeat
  --depth    how many levels of layers the table shows
  --timeout  seconds for each file that is read (default 2)
  --rule     another level for a rule: error, warning, hint or off; may repeat
  --baseline        problems in this file are known and not reported
  --write-baseline  writes what is found to the file, as known from now on
  --help, --version

  Exit status: 0 all is well, 1 problems of level error, 2 wrong usage or something cannot be read
`

const FORMATS: Record<Options["command"], readonly string[]> = {
  summary: ["table", "json", "csv", "markdown"],
  check: ["text", "json", "sarif"],
  explain: ["text"],
}

/** Reads the arguments; a text says what is wrong with them and how to mend it. */
export function readArguments(argv: readonly string[]): Options | string {
  const [command = "", ...rest] = argv
  if (command === "lsp") return "the language server speaks over standard input and output only; write layerscope lsp --stdio"
  if (!Object.hasOwn(FORMATS, command))
    return command ? `unknown command \`${command}\`; try summary, check, explain or lsp` : "say what to do: summary, check or explain"
  try {
    return checked(command as Options["command"], rest)
  } catch (thrown) {
    return `${(thrown as Error).message.split("\n")[0]}; see layerscope --help`
  }
}

function checked(command: Options["command"], rest: readonly string[]): Options | string {
  const { values, positionals } = parseArgs({
    args: [...rest],
    allowPositionals: true,
    options: {
      entry: { type: "string" },
      input: { type: "string", multiple: true },
      path: { type: "string", multiple: true },
      format: { type: "string" },
      depth: { type: "string" },
      batch: { type: "string" },
      timeout: { type: "string" },
      ...(command === "check" && CHECK_OPTIONS),
    },
  })
  const format = values.format ?? (FORMATS[command][0] as string)
  const depth = values.depth === undefined ? Number.POSITIVE_INFINITY : Number(values.depth)
  const timeout = values.timeout === undefined ? 2 : Number(values.timeout)
  if (!FORMATS[command].includes(format)) return `unknown format \`${format}\`; ${command} writes ${FORMATS[command].join(", ")}`
  if (!(depth >= 0)) return `--depth takes a whole number, not \`${values.depth}\``
  if (!(timeout > 0)) return `--timeout takes seconds, not \`${values.timeout}\``
  const { rule = [], baseline, "write-baseline": writeBaseline } = values as CheckValues
  const levels = readLevels(rule)
  if (typeof levels === "string") return levels
  if (positionals.length === 0 && values.batch === undefined && values.entry === undefined)
    return `name a file: layerscope ${command} model.py`
  return {
    command,
    files: positionals,
    entry: values.entry,
    inputs: values.input ?? [],
    paths: values.path ?? [],
    format,
    depth,
    batch: values.batch,
    timeout,
    levels,
    baseline,
    writeBaseline,
  }
}

const CHECK_OPTIONS = {
  rule: { type: "string", multiple: true },
  baseline: { type: "string" },
  "write-baseline": { type: "string" },
} as const

interface CheckValues {
  readonly rule?: readonly string[]
  readonly baseline?: string
  readonly "write-baseline"?: string
}

const LEVELS: ReadonlySet<string> = new Set<Level>(["error", "warning", "hint", "off"])
const CODES: ReadonlySet<string> = new Set(RULES.map(({ code }) => code))

/** `channel-mismatch=warning`; a text says what is wrong. */
function readLevels(rules: readonly string[]): Levels | string {
  const pairs = rules.map((rule) => [rule.slice(0, rule.lastIndexOf("=")), rule.slice(rule.lastIndexOf("=") + 1)] as const)
  for (const [code, level] of pairs) {
    if (!CODES.has(code)) return `--rule takes CODE=LEVEL, and \`${code}\` is no code of a rule; problems show theirs in brackets`
    if (!LEVELS.has(level)) return `--rule takes CODE=LEVEL, and \`${level}\` is no level; write error, warning, hint or off`
  }
  return Object.fromEntries(pairs) as Levels
}
