/** The public repositories that the truth names: found in an ignored folder, fetched where the network allows, and loudly missed otherwise. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"

interface Source {
  readonly repo: string
  readonly commit: string
  readonly fetched_as?: string
}

/** Entries name these packages as the index ships them: public names are made when a release is built. */
const PACKAGES: Readonly<Record<string, string>> = { "keras-team/keras": "keras==3.15.1" }

const HOST = "https://github.com"
// A clone of the largest of them over a slow line.
const FETCH_LIMIT = 20 * 60_000

/** `owner+name@commit` where a repository is needed at two commits, else `owner+name`; undefined when there is neither. */
export function folderOf(root: string, { repo, commit }: Source): string | undefined {
  const plain = join(root, repo.replace("/", "+"))
  return [`${plain}@${commit.slice(0, 7)}`, plain].find((folder) => existsSync(folder))
}

/** Fetches what is missing; answers what could not be had, one line each, with how to get it. */
export function provide(root: string, sources: readonly Source[]): string[] {
  const missing = new Map(sources.filter((source) => !folderOf(root, source)).map((source) => [`${source.repo}@${source.commit}`, source]))
  mkdirSync(root, { recursive: true })
  return [...missing.values()].flatMap((source) => {
    const commands = commandsFor(root, source)
    process.stderr.write(`${source.repo}: not in ${root}, fetching\n`)
    return fetchBy(commands)
      ? []
      : [`${source.repo} is missing; get it with: ${commands.lines.map((words) => words.join(" ")).join(" && ")}`]
  })
}

interface Commands {
  readonly folder: string
  readonly lines: readonly (readonly string[])[]
}

function commandsFor(root: string, { repo, commit, fetched_as }: Source): Commands {
  const revision = commit.split(" ")[0] as string
  const folder = `${join(root, repo.replace("/", "+"))}${fetched_as?.includes("fork") ? `@${revision.slice(0, 7)}` : ""}`
  const requirement = PACKAGES[repo]
  if (requirement) return { folder, lines: [["python3", "-m", "pip", "install", "--no-deps", "--target", folder, requirement]] }
  const address = `${HOST}/${(fetched_as ?? repo).split(" ")[0]}.git`
  const clone = ["git", "clone", "--no-checkout", "--filter=blob:none", address, folder]
  return { folder, lines: [clone, ["git", "-C", folder, "checkout", "--detach", revision]] }
}

function fetchBy({ folder, lines }: Commands): boolean {
  const quiet = { stdio: "ignore", timeout: FETCH_LIMIT, env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } } as const
  try {
    for (const [program = "", ...words] of lines) execFileSync(program, words, quiet)
    return true
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return false
  }
}
