/** What the panel does when it is used, in a real browser and under a strict content-security policy. */
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Page } from "playwright-core"
import { close, open, posted, startPanels } from "./opening.ts"

startPanels()

/** What was turned is drawn in the next frame. */
const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))

async function card(page: Page, label: string): Promise<string> {
  await drawn(page)
  return page
    .locator(".card", { has: page.getByText(label, { exact: true }) })
    .locator("dd")
    .innerText()
}
/** Types into a knob's field, as a person would. */
async function type(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: `${label}, exact` })
  await field.fill(text)
  await field.blur()
  await drawn(page)
}

test("a knob changes drawing, numbers and formulas at once, and the check says it is outdated", async () => {
  const page = await open({ kind: "open", subject: "convolution" })
  await page.locator(".verdict").waitFor({ timeout: 20_000 })
  assert.equal(await card(page, "Parameters"), "448")
  await type(page, "Kernel size", "5, 3")
  await type(page, "Stride", "2")
  assert.equal(await card(page, "Parameters"), "736")
  assert.equal(await card(page, "Output"), "16 × 15 × 16")
  assert.match(await page.locator(".state").innerText(), /run it again/)
  await page.getByRole("button", { name: "Run check" }).click()
  await page.locator(".result:not(.outdated) .verdict.agrees").waitFor({ timeout: 20_000 })
  assert.match(await page.locator("tbody").innerText(), /16 × 15 × 16\s+16 × 15 × 16/)
  await close(page)
})

test("knobs that cannot be are explained, and come back", async () => {
  const page = await open({ kind: "open", subject: "convolution" })
  await type(page, "Groups", "2")
  assert.equal(await page.getByRole("alert").innerText(), "2 groups do not divide 3 channels in.")
  assert.equal(await page.locator(".canvas").isVisible(), false)
  await type(page, "Groups", "1")
  assert.equal(await page.locator(".canvas").isVisible(), true)
  await close(page)
})

test("a box on a plane is dragged by the mouse, and its knobs follow", async () => {
  const page = await open({ kind: "open", subject: "intersection-over-union" })
  assert.equal(await card(page, "IoU"), "0.290")
  const box = await page.locator('[data-drag="prediction"]').first().boundingBox()
  assert(box)
  await page.mouse.move(box.x + 8, box.y + 30)
  await page.mouse.down()
  // Four cells to the left, two up: onto the object.
  await page.mouse.move(box.x + 8 - (box.width / 10) * 4, box.y + 30 - (box.height / 8) * 2, { steps: 4 })
  await page.mouse.up()
  assert.equal(await card(page, "IoU"), "1.000")
  assert.equal(await page.getByRole("textbox", { name: "Prediction: left, exact" }).inputValue(), "4")
  await close(page)
})

test("what is no number leaves everything as it is", async () => {
  const page = await open({ kind: "open", subject: "convolution" })
  await page.getByRole("textbox", { name: "Filters, exact" }).fill("many")
  assert.equal(await card(page, "Output"), "16 × 32 × 32")
  await close(page)
})

test("arrow keys move the output cell, Enter opens and closes a frame", async () => {
  const page = await open({ kind: "open", subject: "convolution" })
  await page.locator(".canvas").focus()
  for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key)
  await page.locator(".said", { hasText: "output cell 8 of 25" }).waitFor()
  await page.getByText(/output\[2, 3\] = /).waitFor()
  await page.getByRole("button", { name: "How one output number is made" }).focus()
  await page.keyboard.press("Enter")
  await page.getByText(/output\[2, 3\] = /).waitFor({ state: "detached" })
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-expanded")), "false")
  await close(page)
})

test("pointing at an output number shows where it comes from", async () => {
  const page = await open({ kind: "open", subject: "convolution" })
  await page.locator('[data-moment="12"]').hover()
  await page.locator(".said", { hasText: "output cell 13 of 25" }).waitFor()
  await close(page)
})

test("the animation plays, pauses, and does not start by itself where motion is reduced", async () => {
  const calm = await open({ kind: "open", subject: "convolution" })
  await calm.getByRole("button", { name: "Play" }).waitFor()
  await close(calm)
  const page = await open({ kind: "open", subject: "convolution" }, { motion: "no-preference" })
  // A busy machine may miss one moment, but not all that follow.
  await page.locator(".said", { hasText: /output cell ([3-9]|\d\d) of/ }).waitFor({ timeout: 20_000 })
  await page.getByRole("button", { name: "Pause" }).click()
  const said = await page.locator(".said").innerText()
  await page.waitForTimeout(1200)
  assert.equal(await page.locator(".said").innerText(), said)
  await close(page)
})

const LAYER = {
  name: "stem",
  place: "Conv2d in Net · net.py:7",
  canWrite: true,
  facts: {
    framework: "torch",
    qualifiedType: "torch.nn.Conv2d",
    type: "Conv2d",
    path: "stem",
    weights: [{ name: "weight", shape: [64, 3, 7, 7] }],
    arguments: { in_channels: 3, out_channels: 64, kernel_size: 7, stride: 2, padding: 3, dilation: 1, groups: 1, bias: false },
    input: [null, 3, 224, 224],
    output: [null, 64, 112, 112],
  },
} as const

test("a layer opens with its own numbers, and a changed knob is written back in the framework's words", async () => {
  const page = await open({ kind: "open", subject: "convolution", layer: LAYER })
  assert.equal(await card(page, "Output"), "64 × 112 × 112")
  assert.equal(await card(page, "Parameters"), "9,408")
  assert.equal(await page.getByRole("button", { name: "Write to code" }).count(), 0)
  await type(page, "Kernel size", "5, 3")
  await page.getByText("Bias", { exact: true }).click()
  await page.locator(".changed code", { hasText: "bias=True" }).waitFor()
  await page.getByRole("button", { name: "Write to code" }).click()
  const message = (await posted(page)).find(({ kind }) => kind === "write-to-code")
  assert.deepEqual(message, {
    kind: "write-to-code",
    changes: [
      { argument: "kernel_size", value: "(5, 3)" },
      { argument: "bias", value: "True" },
    ],
  })
  await page.getByRole("button", { name: "Show in code" }).click()
  assert((await posted(page)).some(({ kind }) => kind === "reveal"))
  await close(page)
})

test("what the code does not say is named", async () => {
  const page = await open({ kind: "open", subject: "convolution", layer: { ...LAYER, facts: { ...LAYER.facts, input: null } } })
  assert.match(await page.locator(".origin").innerText(), /Not known from the code, so an example stands in: image size/)
  await close(page)
})

test("without 1×1 reduction the Inception block costs more", async () => {
  const page = await open({ kind: "open", subject: "inception-block" })
  assert.equal(await card(page, "MACs").then((text) => text.split("\n")[0]), "128,049,152")
  await page.getByText("With 1×1 reduction", { exact: true }).click()
  assert.equal(await card(page, "MACs").then((text) => text.split("\n")[0]), "303,464,448")
  assert.match((await page.locator(".canvas").textContent()) ?? "", /416 × 28 × 28/)
  await close(page)
})

test("another subject takes over what both have in common", async () => {
  const page = await open({ kind: "open", subject: "convolution", knobs: { in_channels: 24, out_channels: 48, image: 40 } })
  await page.getByRole("combobox", { name: "Subject" }).click()
  await page.getByRole("option", { name: "Depthwise-separable convolution" }).click()
  assert.equal(await card(page, "Output"), "48 × 40 × 40")
  await close(page)
})

test("pictures are exported as SVG and PNG that stand alone, links go to the host", async () => {
  const page = await open({ kind: "open", subject: "convolution" })
  await page.getByRole("button", { name: "Export as SVG" }).click()
  await page.getByRole("button", { name: "Export as PNG" }).click()
  await page.waitForFunction(
    () => (window as unknown as { posted: { kind: string }[] }).posted.filter(({ kind }) => kind === "export").length === 2,
  )
  await page.getByRole("link", { name: "Neocognitron" }).click()
  const [svg, png] = (await posted(page)).filter((message) => message.kind === "export")
  assert(svg?.content.startsWith("<svg") && !svg.content.includes("var("))
  assert.equal(
    Buffer.from(png?.content ?? "", "base64")
      .subarray(1, 4)
      .toString(),
    "PNG",
  )
  assert((await posted(page)).some((message) => message.kind === "open-external" && message.url.startsWith("https://doi.org/")))
  await close(page)
})

test("a check that fails says what to do", async () => {
  const page = await open({ kind: "open", subject: "convolution", knobs: { in_channels: 8192, out_channels: 8192 } })
  await page.locator(".notice", { hasText: "Choose fewer channels" }).waitFor()
  await close(page)
})

test("in a narrow panel nothing is cut off", async () => {
  const page = await open({ kind: "open", subject: "depthwise-separable" }, { width: 420 })
  await page.locator(".verdict").waitFor({ timeout: 20_000 })
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
  await close(page)
})

test("a narrow panel scrolls a wide drawing, small print stays to be read, and Fit shows the whole", async () => {
  const page = await open({ kind: "open", subject: "lstm" }, { width: 480 })
  const scale = (): Promise<number> =>
    page
      .locator(".canvas svg")
      .first()
      .evaluate((svg) => svg.getBoundingClientRect().width / Number(svg.getAttribute("viewBox")?.split(" ")[2]))
  assert((await scale()) > 0.79)
  await page.getByRole("button", { name: "Fit to width" }).click()
  const canvas = await page.locator(".canvas").evaluate((element) => [element.scrollWidth, element.clientWidth] as const)
  assert.equal(canvas[0], canvas[1])
  await close(page)
})

test("a convolution over sequences is one pixel high, and its slider moves the length", async () => {
  const facts = {
    ...LAYER.facts,
    type: "Conv1d",
    qualifiedType: "torch.nn.Conv1d",
    weights: [{ name: "weight", shape: [8, 4, 5] }],
    arguments: { in_channels: 4, out_channels: 8, kernel_size: 5, stride: 2, padding: 2, dilation: 1, groups: 1, bias: false },
    input: null,
    output: null,
  }
  const page = await open({ kind: "open", subject: "convolution", layer: { ...LAYER, facts } })
  assert.equal(await card(page, "Output"), "8 × 1 × 32")
  await page.getByRole("slider", { name: "Kernel size" }).fill("7")
  assert.equal(await card(page, "Parameters"), "224")
  await page.getByRole("button", { name: "Write to code" }).click()
  const message = (await posted(page)).find(({ kind }) => kind === "write-to-code")
  assert.deepEqual(message, { kind: "write-to-code", changes: [{ argument: "kernel_size", value: "7" }] })
  await page.screenshot({ path: new URL("../screenshots/panel-sequence.png", import.meta.url).pathname, fullPage: true })
  await close(page)
})
