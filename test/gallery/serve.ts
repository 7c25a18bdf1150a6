/** `npm run gallery`: the panel in a browser, every subject in every theme. */
import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import { startGallery } from "./gallery.ts"
import { THEMES } from "./themes.ts"

const { address } = await startGallery(Number(process.argv[2] ?? 0))
for (const { id } of SUBJECTS) for (const theme of Object.keys(THEMES)) console.log(`${address}?subject=${id}&theme=${theme}`)
