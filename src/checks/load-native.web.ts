/** In a browser nothing is native. */
export function loadNative(): never {
  throw new Error("a browser has no native libraries")
}
