/** A drawing that is moved and zoomed: wheel, drag, keys; and the small map that shows where one is. */
import { element } from "../element.ts"

const ZOOM = { least: 0.08, most: 4, step: 1.2 }
/** Graphs taller than this many screens get a map. */
const MAP_FROM = 1.4
const MAP = { width: 150, height: 170 }

export class Viewport {
  readonly root: HTMLElement
  readonly #canvas = element("div", {
    class: "graph",
    tabindex: "0",
    role: "group",
    "aria-label": "Model graph. Arrow keys move it, plus and minus zoom, 0 fits.",
  })
  readonly #map = element("div", { class: "map", "aria-hidden": "true" })
  readonly #frame = element("div", { class: "map-frame" })
  #size = { width: 1, height: 1 }
  #scale = 1
  #x = 0
  #y = 0

  constructor() {
    this.root = element("div", { class: "viewport" }, this.#canvas, this.#map)
    this.#canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false })
    this.#canvas.addEventListener("pointerdown", (event) => this.#drag(event))
    this.#canvas.addEventListener("keydown", (event) => this.#press(event))
    this.#map.addEventListener("pointerdown", (event) => this.#jump(event))
    new ResizeObserver(() => this.#apply()).observe(this.#canvas)
  }

  get canvas(): HTMLElement {
    return this.#canvas
  }

  /** Puts a drawing in; `keepsPlace` leaves the view where it is. */
  show(svg: SVGSVGElement, keepsPlace: boolean): void {
    const [, , width = 1, height = 1] = (svg.getAttribute("viewBox") ?? "").split(" ").map(Number)
    this.#size = { width, height }
    this.#canvas.replaceChildren(svg)
    const small = svg.cloneNode(true) as SVGSVGElement
    for (const label of small.querySelectorAll("text, title")) label.remove()
    for (const part of small.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex")
    this.#map.replaceChildren(small, this.#frame)
    if (keepsPlace) this.#apply()
    else this.fit()
  }

  fit(): void {
    const { clientWidth, clientHeight } = this.#canvas
    if (clientWidth === 0) return
    const wide = clientWidth / this.#size.width
    // A tall graph is read from the top: it fits the width, and stays legible.
    this.#scale = Math.max(ZOOM.least, Math.min(1.1, wide, Math.max(clientHeight / this.#size.height, 0.62)))
    this.#x = (clientWidth - this.#size.width * this.#scale) / 2
    this.#y = Math.max(0, (clientHeight - this.#size.height * this.#scale) / 2)
    this.#apply()
  }

  zoom(factor: number, atX = this.#canvas.clientWidth / 2, atY = this.#canvas.clientHeight / 2): void {
    const scale = Math.max(ZOOM.least, Math.min(ZOOM.most, this.#scale * factor))
    const change = scale / this.#scale
    this.#x = atX - (atX - this.#x) * change
    this.#y = atY - (atY - this.#y) * change
    this.#scale = scale
    this.#apply()
  }

  /** Moves a place of the drawing into the middle, when it is not seen. */
  reveal(x: number, y: number, width: number, height: number): void {
    const { clientWidth, clientHeight } = this.#canvas
    const [left, top] = [x * this.#scale + this.#x, y * this.#scale + this.#y]
    const isSeen = left >= 0 && top >= 0 && left + width * this.#scale <= clientWidth && top + height * this.#scale <= clientHeight
    if (isSeen) return
    this.#x = clientWidth / 2 - (x + width / 2) * this.#scale
    this.#y = clientHeight / 2 - (y + Math.min(height, 60) / 2) * this.#scale
    this.#apply()
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const { left, top } = this.#canvas.getBoundingClientRect()
    if (event.ctrlKey || event.metaKey) return this.zoom(Math.exp(-event.deltaY * 0.005), event.clientX - left, event.clientY - top)
    this.#x -= event.shiftKey ? event.deltaY : event.deltaX
    this.#y -= event.shiftKey ? 0 : event.deltaY
    this.#apply()
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return
    let [x, y] = [event.clientX, event.clientY]
    const move = (at: PointerEvent): void => {
      this.#x += at.clientX - x
      this.#y += at.clientY - y
      ;[x, y] = [at.clientX, at.clientY]
      this.#canvas.classList.add("dragged")
      this.#apply()
    }
    const drop = (): void => {
      removeEventListener("pointermove", move)
      removeEventListener("pointerup", drop)
      setTimeout(() => this.#canvas.classList.remove("dragged"))
    }
    addEventListener("pointermove", move)
    addEventListener("pointerup", drop)
  }

  #press(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [60, 0],
      ArrowRight: [-60, 0],
      ArrowUp: [0, 60],
      ArrowDown: [0, -60],
      PageUp: [0, 400],
      PageDown: [0, -400],
    }
    const zooms: Readonly<Record<string, number>> = { "+": ZOOM.step, "=": ZOOM.step, "-": 1 / ZOOM.step }
    const move = moves[event.key]
    const factor = zooms[event.key]
    if (move) {
      this.#x += move[0]
      this.#y += move[1]
      this.#apply()
    } else if (factor !== undefined) this.zoom(factor)
    else if (event.key === "0") this.fit()
    else return
    event.preventDefault()
  }

  #jump(event: PointerEvent): void {
    const { left, top, width } = this.#map.getBoundingClientRect()
    const unit = this.#size.width / width
    this.#x = this.#canvas.clientWidth / 2 - (event.clientX - left) * unit * this.#scale
    this.#y = this.#canvas.clientHeight / 2 - (event.clientY - top) * unit * this.#scale
    this.#apply()
  }

  #apply(): void {
    const [svg] = this.#canvas.children
    const { clientWidth, clientHeight } = this.#canvas
    // Some of it always stays in sight.
    this.#x = Math.max(60 - this.#size.width * this.#scale, Math.min(clientWidth - 60, this.#x))
    this.#y = Math.max(60 - this.#size.height * this.#scale, Math.min(clientHeight - 60, this.#y))
    svg?.setAttribute("width", String(this.#size.width * this.#scale))
    svg?.setAttribute("height", String(this.#size.height * this.#scale))
    if (svg instanceof SVGElement) svg.style.transform = `translate(${this.#x}px, ${this.#y}px)`
    this.#showMap(clientWidth, clientHeight)
  }

  #showMap(clientWidth: number, clientHeight: number): void {
    const { width, height } = this.#size
    const isLarge = width * this.#scale > clientWidth * MAP_FROM || height * this.#scale > clientHeight * MAP_FROM
    this.#map.hidden = !isLarge
    if (!isLarge) return
    const unit = Math.min(MAP.width / width, MAP.height / height)
    const [small] = this.#map.children
    small?.setAttribute("width", String(width * unit))
    small?.setAttribute("height", String(height * unit))
    this.#map.style.width = `${width * unit}px`
    this.#map.style.height = `${height * unit}px`
    const style = this.#frame.style
    style.left = `${(-this.#x / this.#scale) * unit}px`
    style.top = `${(-this.#y / this.#scale) * unit}px`
    style.width = `${(clientWidth / this.#scale) * unit}px`
    style.height = `${(clientHeight / this.#scale) * unit}px`
  }
}
