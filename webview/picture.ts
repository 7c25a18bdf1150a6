/** The drawing on screen: put in place, pointed at, played, zoomed, exported. */
import type { Scene, Selection } from "../src/concepts/scene.ts"
import { drawScene } from "../src/drawing/draw.ts"
import { ALONE, EDITOR } from "../src/drawing/palette.ts"
import { signButton, slider } from "./controls.ts"
import { element } from "./element.ts"
import { patch } from "./patch.ts"
import { themeNow } from "./theme.ts"

export interface PictureEvents {
  select(selection: Selection): void
  exportAs(format: "svg" | "png", content: string): void
  /** A part of the drawing is taken hold of, and then moved by so many of its units from where it was. */
  grab(): void
  drag(by: Readonly<Record<string, number>>): void
}

/** From one moment to the next. */
const BEAT = 850
const ZOOM = { least: 0.5, most: 4, factor: 1.25 }
/** Made smaller than that its small print is no longer read; a narrow panel scrolls instead, until the reader asks for the whole. */
const LEGIBLE = 0.8
const LARGEST = 1.15

export class Picture {
  readonly root: HTMLElement
  readonly #events: PictureEvents
  readonly #canvas = element("div", { class: "canvas", tabindex: "0" })
  readonly #play = signButton("▶", "Play", () => this.#playOrPause())
  readonly #moments: HTMLInputElement
  readonly #said = element("span", { class: "said" })
  readonly #transport: HTMLElement
  #scene: Scene | undefined
  #selection: Selection = { moment: 0, toggled: [] }
  #timer: ReturnType<typeof setInterval> | undefined
  #zoom = 1
  #isWhole = false

  constructor(events: PictureEvents) {
    this.#events = events
    this.#moments = slider("Moment of the animation", 0, 1, (moment) => this.#goTo(moment))
    this.#transport = element("div", { class: "transport" }, this.#play, this.#moments, this.#said)
    this.root = element(
      "section",
      { class: "picture", "aria-label": "Diagram" },
      element("div", { class: "tools" }, this.#transport, this.#tools()),
      this.#canvas,
    )
    this.#canvas.addEventListener("pointermove", (event) => this.#point(event))
    this.#canvas.addEventListener("pointerdown", (event) => this.#grab(event))
    this.#canvas.addEventListener("click", (event) => this.#toggle(event.target))
    this.#canvas.addEventListener("keydown", (event) => this.#press(event))
  }

  show(scene: Scene | undefined, selection: Selection): void {
    this.#scene = scene
    this.#selection = selection
    this.#canvas.hidden = this.#transport.hidden = scene === undefined
    if (!scene) return this.pause()
    const parsed = new DOMParser().parseFromString(drawScene(scene, EDITOR, { isLive: true }).svg, "image/svg+xml").documentElement
    const [old] = this.#canvas.children
    const fresh = document.importNode(parsed, true)
    if (old) patch(old, fresh)
    else this.#canvas.append(fresh)
    this.#fit()
    this.#tell(scene)
  }

  /** Through once, then it rests. */
  play(): void {
    if (this.#timer !== undefined || this.#count() < 2) return
    this.#timer = setInterval(() => this.#step(), BEAT)
    this.#name("❚❚", "Pause")
  }

  pause(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#name("▶", "Play")
  }

  #name(sign: string, label: string): void {
    this.#play.textContent = sign
    this.#play.ariaLabel = this.#play.title = label
  }

  #playOrPause(): void {
    if (this.#timer !== undefined) return this.pause()
    if (this.#selection.moment >= this.#count() - 1) this.#moveTo(0)
    this.play()
  }

  #step(): void {
    if (document.hidden) return
    if (this.#selection.moment >= this.#count() - 1) return this.pause()
    this.#moveTo(this.#selection.moment + 1)
  }

  #count(): number {
    return this.#scene?.moments?.count ?? 0
  }

  #moveTo(moment: number): void {
    this.#select({ ...this.#selection, moment: Math.max(0, Math.min(this.#count() - 1, moment)) })
  }

  /** Two keys may be pressed within a frame. */
  #select(selection: Selection): void {
    this.#selection = selection
    this.#events.select(selection)
  }

  #goTo(moment: number): void {
    this.pause()
    if (moment !== this.#selection.moment) this.#moveTo(moment)
  }

  #tell({ moments }: Scene): void {
    this.#transport.hidden = !moments || moments.count < 2
    if (!moments) return
    const text = `${moments.names} ${this.#selection.moment + 1} of ${moments.count}`
    this.#moments.max = String(moments.count - 1)
    this.#moments.valueAsNumber = this.#selection.moment
    this.#moments.setAttribute("aria-valuetext", text)
    this.#said.textContent = text
    this.#canvas.setAttribute("aria-label", `Diagram. Arrow keys move the ${moments.names}.`)
    this.#canvas.setAttribute("role", "group")
  }

  #point({ target }: Event): void {
    const moment = (target as Element).closest("[data-moment]")?.getAttribute("data-moment")
    if (moment !== null && moment !== undefined) this.#goTo(Number(moment))
  }

  /** Keys turn the knobs themselves, so that dragging is never the only way. */
  #grab(event: PointerEvent): void {
    const held = (event.target as Element).closest<SVGElement>("[data-drag]")
    const [svg] = this.#canvas.children
    if (!held || !svg) return
    event.preventDefault()
    const { x = "", y = "", scale = "1" } = held.dataset
    const width = Number(svg.getAttribute("viewBox")?.split(" ")[2] ?? 1)
    const unit = (svg.getBoundingClientRect().width / width) * Number(scale)
    const move = (at: PointerEvent): void =>
      this.#events.drag({ [x]: (at.clientX - event.clientX) / unit, [y]: (at.clientY - event.clientY) / unit })
    const drop = (): void => {
      removeEventListener("pointermove", move)
      removeEventListener("pointerup", drop)
      removeEventListener("pointercancel", drop)
    }
    addEventListener("pointermove", move)
    addEventListener("pointerup", drop)
    addEventListener("pointercancel", drop)
    this.#events.grab()
  }

  #toggle(target: EventTarget | null): boolean {
    const name = (target as Element).closest("[data-frame]")?.getAttribute("data-frame")
    if (!name) return false
    const { toggled } = this.#selection
    this.#select({ ...this.#selection, toggled: toggled.includes(name) ? toggled.filter((other) => other !== name) : [...toggled, name] })
    return true
  }

  #press(event: KeyboardEvent): void {
    const { moment } = this.#selection
    const perRow = this.#scene?.moments?.perRow ?? 1
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: perRow,
      ArrowUp: -perRow,
      Home: -moment,
      End: this.#count() - 1 - moment,
    }
    const step = steps[event.key]
    const isPress = event.key === "Enter" || event.key === " "
    if (isPress && !this.#toggle(event.target)) this.#playOrPause()
    if (step !== undefined && this.#count() > 1) this.#goTo(moment + step)
    if (isPress || step !== undefined) event.preventDefault()
  }

  #tools(): HTMLElement {
    return element(
      "div",
      { class: "zoom", role: "group", "aria-label": "View and export" },
      signButton("−", "Zoom out", () => this.#zoomTo(this.#zoom / ZOOM.factor)),
      signButton("+", "Zoom in", () => this.#zoomTo(this.#zoom * ZOOM.factor)),
      signButton("Fit", "Fit to width", () => this.#fitWhole()),
      signButton("SVG", "Export as SVG", () => this.#exportSvg()),
      signButton("PNG", "Export as PNG", () => void this.#exportPng()),
    )
  }

  #fitWhole(): void {
    this.#isWhole = true
    this.#zoomTo(1)
  }

  #zoomTo(zoom: number): void {
    this.#zoom = Math.max(ZOOM.least, Math.min(ZOOM.most, zoom))
    this.#fit()
  }

  /** As wide as the panel, where that is neither much larger than it was drawn nor too small to be read. */
  #fit(): void {
    const [svg] = this.#canvas.children
    const [, , width = 0, height = 0] = (svg?.getAttribute("viewBox") ?? "").split(" ").map(Number)
    const room = this.#canvas.clientWidth - 18
    // Hidden, it has no width.
    if (room <= 0 || !svg) return
    const fitting = Math.min(LARGEST, room / width)
    const scale = (this.#isWhole ? fitting : Math.max(LEGIBLE, fitting)) * this.#zoom
    svg.setAttribute("width", String(Math.round(width * scale)))
    svg.setAttribute("height", String(Math.round(height * scale)))
  }

  refit(): void {
    this.#fit()
  }

  #drawnAlone() {
    return this.#scene && drawScene(this.#scene, ALONE[themeNow()])
  }

  #exportSvg(): void {
    const drawing = this.#drawnAlone()
    if (drawing) this.#events.exportAs("svg", drawing.svg)
  }

  async #exportPng(): Promise<void> {
    const drawing = this.#drawnAlone()
    if (!drawing) return
    const image = new Image()
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.svg)}`
    await image.decode()
    const canvas = element("canvas", { width: String(drawing.width * 2), height: String(drawing.height * 2) })
    const context = canvas.getContext("2d")
    if (!context) return
    context.fillStyle = ALONE[themeNow()].background
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    this.#events.exportAs("png", canvas.toDataURL("image/png").replace(/^data:image\/png;base64,/, ""))
  }
}
