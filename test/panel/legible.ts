/** Text in drawings that cannot be read, which axe does not judge: what lies below it is too like it, other text lies over it, or the drawing ends in it. */
import type { Page } from "playwright-core"

/** As WCAG 2.2 asks of small text (1.4.3). */
const LEAST_CONTRAST = 4.5

export const unreadable = (page: Page): Promise<string[]> => page.evaluate(find, LEAST_CONTRAST)

/** Runs in the page. */
function find(leastContrast: number): string[] {
  type Colour = readonly [red: number, green: number, blue: number, alpha: number]
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D
  const known = new Map<string, Colour>()
  const colourOf = (text: string): Colour => {
    const old = known.get(text)
    if (old) return old
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = text
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
    const colour: Colour = [red, green, blue, alpha / 255]
    known.set(text, colour)
    return colour
  }
  const over = ([r1, g1, b1, a]: Colour, [r2, g2, b2]: Colour): Colour => [
    r1 * a + r2 * (1 - a),
    g1 * a + g2 * (1 - a),
    b1 * a + b2 * (1 - a),
    1,
  ]
  const luminance = ([red, green, blue]: Colour): number => {
    const [r = 0, g = 0, b = 0] = [red, green, blue]
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (one: Colour, other: Colour): number => {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right)
    return (high + 0.05) / (low + 0.05)
  }
  const opacityOf = (element: Element | null): number =>
    element === null || element.tagName === "svg" ? 1 : Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement)
  const painted = (element: SVGElement): Colour => {
    const style = getComputedStyle(element)
    const [red, green, blue, alpha] = style.fill === "none" ? ([0, 0, 0, 0] as const) : colourOf(style.fill)
    return [red, green, blue, alpha * Number(style.fillOpacity) * opacityOf(element)]
  }
  const ground = (element: Element | null): Colour => {
    if (element === null) return [255, 255, 255, 1]
    const own = colourOf(getComputedStyle(element).backgroundColor)
    return own[3] === 1 ? own : over(own, ground(element.parentElement))
  }
  const isWithin = ({ left, right, top, bottom }: DOMRect, x: number, y: number): boolean =>
    left <= x && x <= right && top <= y && y <= bottom

  const wrong: string[] = []
  for (const svg of document.querySelectorAll<SVGSVGElement>(".canvas svg, .times svg")) {
    const frame = svg.getBoundingClientRect()
    const below = ground(svg)
    const marks = [...svg.querySelectorAll<SVGGraphicsElement>("rect, path, circle, ellipse, polygon, text")].map((element) => ({
      element,
      box: element.getBoundingClientRect(),
      colour: painted(element),
    }))
    const scale = frame.width / svg.viewBox.baseVal.width
    const lowest = (index: number): number => {
      const { box, colour } = marks[index]!
      const y = (box.top + box.bottom) / 2
      return Math.min(
        ...[0.1, 0.5, 0.9].map((part) => {
          const x = box.left + box.width * part
          const under = marks.slice(0, index).reduce((ground, { element, box: other, colour: fill }) => {
            if (fill[3] === 0 || !(element instanceof SVGGeometryElement) || !isWithin(other, x, y)) return ground
            const point = new DOMPoint(x, y).matrixTransform(element.getScreenCTM()?.inverse())
            return element.isPointInFill(point) ? over(fill, ground) : ground
          }, below)
          return contrast(over(colour, under), under)
        }),
      )
    }
    const texts = marks.flatMap(({ element, box }, index) =>
      element instanceof SVGTextElement && element.textContent ? [{ index, box, text: element.textContent }] : [],
    )
    for (const { index, box, text } of texts) {
      const least = lowest(index)
      if (least < leastContrast) wrong.push(`"${text}" has a contrast of ${least.toFixed(2)}`)
      const outside = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom) / scale
      if (outside > 1) wrong.push(`"${text}" is cut off by ${outside.toFixed(1)}`)
      for (const other of texts) {
        if (other.index <= index) continue
        const wide = (Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)) / scale
        // Boxes of text hold room for letters that reach up or down.
        const high = (Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)) / scale
        if (wide > 1 && high > 4) wrong.push(`"${text}" and "${other.text}" overlap by ${wide.toFixed(1)} × ${high.toFixed(1)}`)
      }
    }
  }
  return wrong
}
