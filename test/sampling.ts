/** What the fast part looks at of a long list; the slow part runs the files that are called `.sampled.` again and looks at all of it. */

const IS_WHOLE = process.env["LAYERSCOPE_TEST_WHOLE"] === "1"

/** One of `step`, spread over the list. */
export const sampled = <Item>(items: readonly Item[], step: number): readonly Item[] =>
  IS_WHOLE ? items : items.filter((_, index) => index % step === 0)

/** All or nothing: the fast part does not look at these. */
export const leftToSlow = <Item>(items: readonly Item[]): readonly Item[] => (IS_WHOLE ? items : [])

/** How often something random is tried; a seed makes the tries the same ones each time. */
export const tries = (whole: number, step: number): number => (IS_WHOLE ? whole : Math.ceil(whole / step))
