/** What VS Code calls to run the suite. A new file of tests is one more import here. */

import { runTests } from "./harness.ts"
import { EXCLUDED, filter } from "./post.ts"
import "./activation.ts"
import "./language.ts"
import "./model.ts"
import "./models.ts"
import "./onboarding.ts"
import "./panel.ts"
import "./snippets.ts"

export async function run(): Promise<void> {
  const failed = await runTests(await filter(), EXCLUDED)
  if (failed) throw new Error(`${failed} failed`)
}
