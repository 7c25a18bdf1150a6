/** Makes elements of the page. Text goes in as text, never as markup. */

export type Child = Node | string

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

/** A part of the page under its heading. */
export function section(title: string, name: string, ...children: readonly Child[]): HTMLElement {
  return element("section", { class: name, "aria-labelledby": `${name}-title` }, element("h2", { id: `${name}-title` }, title), ...children)
}
