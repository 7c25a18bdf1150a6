/** Turns one tree of nodes into another by the least change, so that what moved can be animated and focus stays. */

export function patch(current: Element, wanted: Element): void {
  for (const { name } of [...current.attributes]) if (!wanted.hasAttribute(name)) current.removeAttribute(name)
  for (const { name, value } of [...wanted.attributes]) if (current.getAttribute(name) !== value) current.setAttribute(name, value)
  const [olds, news] = [[...current.childNodes], [...wanted.childNodes]]
  for (const [index, fresh] of news.entries()) {
    const old = olds[index]
    if (!old) current.append(fresh)
    else if (old instanceof Element && fresh instanceof Element && old.tagName === fresh.tagName) patch(old, fresh)
    else if (old.nodeType === fresh.nodeType && !(old instanceof Element)) old.nodeValue = fresh.nodeValue
    else old.replaceWith(fresh)
  }
  for (const old of olds.slice(news.length)) old.remove()
}
