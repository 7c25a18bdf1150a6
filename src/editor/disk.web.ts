/** In a browser there is no disk that we could read ourselves. */
export const openDisk = (): undefined => undefined
