/** The page that draws a whole model: what is open, chosen and searched for, and the tools around the drawing. */
import { drawGraph } from "../../src/drawing/graph/draw-graph.ts"
import { asCsv, asLatex, asMermaid } from "../../src/drawing/graph/export.ts"
import { type GraphNode, MEASURES, type Measure, type ModelGraph } from "../../src/drawing/graph/graph.ts"
import { type Plan, planOf, questionOf } from "../../src/drawing/graph/plan.ts"
import { allOpen, ancestorsOf, openAtFirst, type Visible, visiblePart } from "../../src/drawing/graph/visible.ts"
import { ALONE, EDITOR } from "../../src/drawing/palette.ts"
import { select, signButton } from "../controls.ts"
import { element } from "../element.ts"
import { themeNow } from "../theme.ts"
import { startLayout } from "./layout.ts"
import type { Comparison, ExportFormat, FromModelPage, ToModelPage } from "./messages.ts"
import { Viewport } from "./viewport.ts"

declare function acquireVsCodeApi(): { postMessage(message: FromModelPage): void }

const host = acquireVsCodeApi()
const send = (message: FromModelPage): void => host.postMessage(message)

const main = document.getElementById("model") ?? document.body
const engine = startLayout(main.dataset["worker"] ?? "")

interface State {
  graph: ModelGraph | undefined
  open: Set<string>
  measure: Measure
  selected: string | undefined
  found: ReadonlySet<string>
  plan: Plan | undefined
  visible: Visible | undefined
}

const state: State = {
  graph: undefined,
  open: new Set(),
  measure: "parameters",
  selected: undefined,
  found: new Set(),
  plan: undefined,
  visible: undefined,
}

const viewport = new Viewport()
const heading = element("h1", {})
const totals = element("p", { class: "totals" })
const notice = element("p", { class: "notice", role: "status" })
const found = element("span", { class: "found", role: "status", "aria-live": "polite" })
const search = element("input", { type: "search", placeholder: "Find a layer or operator", "aria-label": "Find a layer or operator" })
const chooser = element("select", { "aria-label": "Model" })
const comparison = element("select", { "aria-label": "Compare with" })
const differences = element("details", { class: "differences" })
const measures = select(
  "Colour by",
  MEASURES.map(({ name, label }) => ({ value: name, label })),
  (name) => {
    state.measure = name as Measure
    draw(true)
  },
)

/** Only the newest question's answer is drawn. */
let asked = 0

async function arrange(keepsPlace: boolean): Promise<void> {
  const { graph, open } = state
  if (!graph) return
  const mine = ++asked
  const visible = visiblePart(graph, open)
  const answer = await engine.place(questionOf(visible))
  if (mine !== asked) return
  state.visible = visible
  state.plan = planOf(visible, answer)
  draw(keepsPlace)
}

function draw(keepsPlace: boolean): void {
  const { graph, plan, measure, selected } = state
  if (!graph || !plan) return
  const text = drawGraph(graph, plan, EDITOR, { measure, found: state.found, isLive: true, ...(selected !== undefined && { selected }) })
  const focused = (document.activeElement as HTMLElement | null)?.dataset?.["node"]
  viewport.show(
    document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true) as unknown as SVGSVGElement,
    keepsPlace,
  )
  if (focused !== undefined)
    viewport.canvas.querySelector<SVGElement>(`[data-node="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
  main.dataset["drawn"] = String(plan.nodes.length)
}

function show({ graph, models, chosen, comparison: kind }: Extract<ToModelPage, { kind: "show" }>): void {
  const isSame = state.graph?.name === graph.name
  const known = new Set(graph.nodes.map(({ id }) => id))
  state.graph = graph
  state.open = isSame ? new Set([...state.open].filter((id) => known.has(id))) : openAtFirst(graph)
  if (!isSame) state.selected = undefined
  heading.textContent = graph.name
  const count = (value: number | null): string => (value === null ? "?" : value.toLocaleString("en-US"))
  totals.textContent = `${count(graph.parameters)} parameters · ${count(graph.macs)} MACs · ${megabytes(graph.memory)} of activations`
  chooser.replaceChildren(
    ...models.map((name, index) => element("option", { value: String(index), ...(index === chosen && { selected: "" }) }, name)),
  )
  chooser.hidden = models.length < 2
  showComparison(models, chosen, graph, kind)
  notice.textContent = ""
  void arrange(isSame)
}

const megabytes = (bytes: number | null): string =>
  bytes === null ? "?" : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

function showComparison(models: readonly string[], chosen: number, graph: ModelGraph, kind: Comparison): void {
  const options = [
    element("option", { value: "none" }, "Compare with …"),
    element("option", { value: "head" }, "the last commit"),
    ...models.flatMap((name, index) => (index === chosen ? [] : [element("option", { value: String(index) }, name)])),
    ...(kind === "elsewhere" ? [element("option", { value: "elsewhere" }, graph.comparedWith ?? "")] : []),
  ]
  comparison.replaceChildren(...options)
  comparison.value = String(kind)
  const changed = graph.nodes.filter(({ change }) => change !== undefined)
  differences.hidden = graph.comparedWith === undefined
  differences.open = true
  differences.replaceChildren(
    element(
      "summary",
      {},
      changed.length === 0 ? `No difference to ${graph.comparedWith}` : `${changed.length} differences to ${graph.comparedWith}`,
    ),
    element("ul", {}, ...changed.map((node) => difference(node))),
  )
}

function difference(node: GraphNode): HTMLElement {
  const jump = element("button", { type: "button", class: "link" }, node.path || node.label)
  jump.addEventListener("click", () => void reach(node.id))
  return element("li", { class: node.change?.kind ?? "" }, jump, ` ${node.change?.kind}: ${node.change?.text}`)
}

/** Opens what hides a box, and brings it into sight. */
async function reach(id: string): Promise<void> {
  const { graph } = state
  if (!graph) return
  for (const ancestor of ancestorsOf(graph, id)) state.open.add(ancestor)
  state.selected = id
  await arrange(true)
  const placed = state.plan?.nodes.find(({ node }) => node.id === id)
  if (placed) viewport.reveal(placed.x, placed.y, placed.width, placed.height)
}

function toggle(id: string): void {
  if (!state.visible?.openable.has(id)) return
  if (state.open.has(id)) state.open.delete(id)
  else state.open.add(id)
  void arrange(true)
}

function openAll(isOpen: boolean): void {
  const { graph } = state
  if (!graph) return
  state.open = isOpen ? allOpen(graph) : new Set()
  void arrange(false)
}

function choose(id: string): void {
  state.selected = id
  draw(true)
  const node = state.graph?.nodes.find((each) => each.id === id)
  const place = node?.place ?? state.graph?.nodes.find(({ path, place: known }) => known && path === node?.path)?.place
  if (place) send({ kind: "reveal", ...place })
}

const idOf = (target: EventTarget | null): string | undefined =>
  (target as Element | null)?.closest<SVGElement>("[data-node]")?.dataset["node"]

function listenToGraph(): void {
  const { canvas } = viewport
  canvas.addEventListener("click", (event) => {
    const id = idOf(event.target)
    if (id === undefined || canvas.classList.contains("dragged")) return
    choose(id)
  })
  canvas.addEventListener("dblclick", (event) => {
    const id = idOf(event.target)
    if (id !== undefined) toggle(id)
  })
  canvas.addEventListener("keydown", (event) => {
    const id = idOf(event.target)
    if (id === undefined || (event.key !== "Enter" && event.key !== " ")) return
    event.preventDefault()
    if (event.key === "Enter") toggle(id)
    else choose(id)
  })
}

/** Boxes whose name, path or type holds the text. Those within closed boxes are reached one after the other by Enter. */
let hits: readonly GraphNode[] = []
let hit = -1

function find(): void {
  const text = search.value.trim().toLowerCase()
  hits =
    text === ""
      ? []
      : (state.graph?.nodes ?? []).filter(
          ({ label, path, kind }) => kind !== "repeat" && `${label} ${kind === "operation" ? "" : path}`.toLowerCase().includes(text),
        )
  hit = -1
  state.found = new Set(hits.map(({ id }) => id))
  found.textContent = text === "" ? "" : `${hits.length} found`
  draw(true)
}

async function nextHit(): Promise<void> {
  if (hits.length === 0) return
  hit = (hit + 1) % hits.length
  found.textContent = `${hit + 1} of ${hits.length}`
  await reach((hits[hit] as GraphNode).id)
}

const EXPORTS: Readonly<
  Record<ExportFormat, { readonly label: string; content(graph: ModelGraph, alone: string): string | Promise<string> }>
> = {
  svg: { label: "SVG", content: (_, alone) => alone },
  png: { label: "PNG", content: (_, alone) => asPng(alone) },
  json: { label: "JSON", content: (graph) => `${JSON.stringify(graph, undefined, 2)}\n` },
  csv: { label: "CSV", content: asCsv },
  tex: { label: "LaTeX table", content: asLatex },
  mmd: { label: "Mermaid", content: () => (state.visible ? asMermaid(state.visible) : "") },
}

async function exportAs(format: ExportFormat): Promise<void> {
  const { graph, plan, measure } = state
  if (!graph || !plan) return
  const alone = drawGraph(graph, plan, ALONE[themeNow()], { measure })
  send({
    kind: "export",
    format,
    name: graph.name.replace(/[^\w.-]+/g, "_") || "model",
    content: await EXPORTS[format].content(graph, alone),
  })
}

/** Canvases have an end; a very long graph is drawn smaller. */
const LONGEST = 12_000

async function asPng(svg: string): Promise<string> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const scale = Math.min(2, LONGEST / Math.max(image.width, image.height))
  const canvas = element("canvas", { width: String(Math.round(image.width * scale)), height: String(Math.round(image.height * scale)) })
  const context = canvas.getContext("2d")
  if (!context) return ""
  context.fillStyle = ALONE[themeNow()].background
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL("image/png").replace(/^data:image\/png;base64,/, "")
}

function exportMenu(): HTMLElement {
  const menu = element("select", { "aria-label": "Export" }, element("option", { value: "" }, "Export …"))
  for (const [format, { label }] of Object.entries(EXPORTS)) menu.append(element("option", { value: format }, label))
  menu.addEventListener("change", () => {
    if (menu.value !== "") void exportAs(menu.value as ExportFormat)
    menu.value = ""
  })
  return menu
}

function build(): void {
  search.addEventListener("input", find)
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") void nextHit()
  })
  chooser.addEventListener("change", () => send({ kind: "choose", index: Number(chooser.value) }))
  comparison.addEventListener("change", () => {
    const { value } = comparison
    send({ kind: "compare", with: value === "head" || value === "none" ? value : Number(value) })
  })
  const view = element(
    "div",
    { class: "zoom", role: "group", "aria-label": "View" },
    signButton("−", "Zoom out", () => viewport.zoom(1 / 1.2)),
    signButton("+", "Zoom in", () => viewport.zoom(1.2)),
    signButton("Fit", "Fit", () => viewport.fit()),
    signButton("Open all", "Open all boxes, of blocks that repeat the first", () => openAll(true)),
    signButton("Close all", "Close all boxes", () => openAll(false)),
  )
  const tools = element(
    "div",
    { class: "bar" },
    search,
    found,
    element("label", { class: "measure" }, "Colour by ", measures.root),
    view,
    chooser,
    comparison,
    exportMenu(),
  )
  main.append(element("header", {}, heading, totals, tools, differences, notice), viewport.root)
  listenToGraph()
}

/** Parts made in the line are marked, and the first is brought into sight. */
function follow(uri: string, line: number): void {
  const node = state.graph?.nodes.find(({ place }) => place?.uri === uri && place.line === line)
  if (!node || node.id === state.selected) return
  void reach(node.id)
}

build()
window.addEventListener("message", ({ data }: MessageEvent<ToModelPage>) => {
  if (data.kind === "show") show(data)
  else if (data.kind === "cursor") follow(data.uri, data.line)
  else if (data.kind === "notice") notice.textContent = data.text
})
send({ kind: "ready" })
