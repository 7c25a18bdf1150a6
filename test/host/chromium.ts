/** The browser that shows the workbench: found, or installed on Debian as root, or asked for in one line. */

import { readFileSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"
import { isProgram, run, which } from "./run.ts"

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"]

const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
]

// A sandbox wants rights that containers do not give; the rest keeps the browser from talking to anyone but us.
const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: SWITCHES })
}

/** Its path; rejects with the one line that says what to install. */
export async function findChromium(): Promise<string> {
  const found = findInstalled() ?? (isDebianRoot() ? await installOnDebian() : undefined)
  if (found) return found
  throw new Error(
    "Chromium is missing: install Chromium or Google Chrome, or set LAYERSCOPE_CHROMIUM to the path of one, and run this again",
  )
}

function findInstalled(): string | undefined {
  const stated = process.env["LAYERSCOPE_CHROMIUM"]
  if (stated) return stated
  return NAMES.map(which).find((path) => path !== undefined) ?? APPLICATIONS.find(isProgram)
}

function isDebianRoot(): boolean {
  if (process.getuid?.() !== 0 || !which("apt-get")) return false
  return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"))
}

async function installOnDebian(): Promise<string | undefined> {
  console.log("Installing Debian's Chromium")
  await run("apt-get", ["update"])
  await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { environment: { DEBIAN_FRONTEND: "noninteractive" } })
  return findInstalled()
}
