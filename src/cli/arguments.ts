/** The command line's arguments: what may be written, and what is said when something else is. */
import { parseArgs } from "node:util"

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
}

export const USAGE = `layerscope: shapes, parameters and MACs of model code, without running it

  layerscope summary FILE… [--entry EXPRESSION] [--input SIZES[:TYPE]]… [--path DIR]…
                           [--format table|json|csv|markdown] [--depth N]
  layerscope summary --batch JOBS.jsonl
  layerscope check   FILE…|DIR… [--format text|json|sarif]
  layerscope explain FILE:LINE[:COLUMN]

  --entry    an expression that builds the model: 'resnet50(num_classes=10)'
  --input    sizes of an input, in order; may repeat: 1,3,224,224 or 2,16:int64
  --path     a folder in which imports are looked up; may repeat
  --depth    how many levels of layers the table shows
  --timeout  seconds for each file that is read (default 2)
  --help, --version
`

const FORMATS: Record<Options["command"], readonly string[]> = {
  summary: ["table", "json", "csv", "markdown"],
  check: ["text", "json", "sarif"],
  explain: ["text"],
}

/** Reads the arguments; a text says what is wrong with them and how to mend it. */
export function readArguments(argv: readonly string[]): Options | string {
  const [command = "", ...rest] = argv
  if (!Object.hasOwn(FORMATS, command))
    return command ? `unknown command \`${command}\`; try summary, check or explain` : "say what to do: summary, check or explain"
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
    },
  })
  const format = values.format ?? (FORMATS[command][0] as string)
  const depth = values.depth === undefined ? Number.POSITIVE_INFINITY : Number(values.depth)
  const timeout = values.timeout === undefined ? 2 : Number(values.timeout)
  if (!FORMATS[command].includes(format)) return `unknown format \`${format}\`; ${command} writes ${FORMATS[command].join(", ")}`
  if (!(depth >= 0)) return `--depth takes a whole number, not \`${values.depth}\``
  if (!(timeout > 0)) return `--timeout takes seconds, not \`${values.timeout}\``
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
  }
}
