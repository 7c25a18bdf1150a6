/** Starts one of our programs as a worker of the browser. */

declare global {
  /** In such a worker: the folder of our programs, with a slash at its end. */
  var LAYERSCOPE_BASE: string
}

/** Browsers start workers of the page's own origin only, and programs may come from elsewhere: what is started is a line that loads the program. */
export function startWorker(base: string, program: string): Worker {
  const line = `self.LAYERSCOPE_BASE=${JSON.stringify(base)};importScripts(${JSON.stringify(base + program)})`
  const address = URL.createObjectURL(new Blob([line], { type: "text/javascript" }))
  return new Worker(address, { name: `Layerscope ${program}` })
}
