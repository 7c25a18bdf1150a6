/** Looks at a file that nobody has open: only the rows of its models are kept, never the analysis. */
import type { ModuleRecord } from "../evaluate/modules.ts"
import { STOP_REASONS } from "../evaluate/raised.ts"
import { type Analysis, analyze } from "../facts/analyze.ts"
import { modelRows } from "../facts/model-rows.ts"
import type { Budget, Host } from "../text/host.ts"
import { sourceFile } from "../text/source.ts"
import type { FileModels, Submission } from "./protocol.ts"
import { uriOf } from "./uris.ts"

/** What lies there changes only when packages are installed. */
const PACKAGES = /\/(site-packages|dist-packages|node_modules|lib\/python[\d.]+)\//

/** The modules it imports are its own and go with it, so that nothing of the open documents changes. */
export function fileModels({ uri, path, language, text }: Submission, host: Host, budget: Budget): FileModels {
  const modules = new Map<string, ModuleRecord>()
  const analysis = analyze(sourceFile(uri, language, text), path, host, { budget, modules })
  return {
    rows: modelRows(analysis),
    imports: [...modules.keys()].filter((imported) => !PACKAGES.test(imported)).map(uriOf),
    isCutOff: isCutOff(analysis),
    isPending: analysis.isPending,
  }
}

const isCutOff = ({ gaps, models }: Analysis): boolean =>
  [...gaps, ...models.flatMap(({ unknowns }) => unknowns)].some(
    ({ reason }) => reason === STOP_REASONS.time || reason === STOP_REASONS.cancelled,
  )
