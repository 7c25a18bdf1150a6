/** The groups of subjects, in the order of the tree and the palette; each is a folder beside this file. */
export const GROUPS = [
  { name: "foundations", title: "Foundations" },
  { name: "convolution", title: "Convolution" },
  { name: "detection", title: "Detection and masks" },
  { name: "sequences", title: "Sequences" },
  { name: "attention", title: "Attention" },
  { name: "generative", title: "Generative models" },
  { name: "few-examples", title: "Few examples, and parts" },
] as const

export type Group = (typeof GROUPS)[number]["name"]

export const groupTitle = (group: Group): string => GROUPS.find(({ name }) => name === group)?.title ?? group
