/** In a browser there are no Python environments. */
export const environmentsIn = (): string[] => []

export const environmentOf = (path: string): string => path

export const activeEnvironment = (): string | undefined => undefined

export const packagesOf = async (): Promise<string[]> => []
