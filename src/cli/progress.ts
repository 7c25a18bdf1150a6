/** A progress bar on a terminal's stderr; nothing where there is no terminal, or little to do. */

export interface Progress {
  show(what: string): void
  clear(): void
}

const SILENT: Progress = { show() {}, clear() {} }
const WIDTH = 24
const CLEAR = "\r\u001b[K"

export function progress(total: number): Progress {
  if (total < 4 || !process.stderr.isTTY) return SILENT
  let done = 0
  return {
    show(what) {
      const filled = Math.round((done / total) * WIDTH)
      process.stderr.write(`${CLEAR}${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${done}/${total} ${what.slice(-48)}`)
      done++
    },
    clear() {
      process.stderr.write(CLEAR)
    },
  }
}
