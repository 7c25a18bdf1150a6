/** The public repositories that the truth names: found in an ignored folder, cloned where the network allows, and loudly missed otherwise. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"

interface Source {
  readonly repo: string
  readonly commit: string
  readonly fetched_as?: string
}

const HOST = "https://github.com"
// A clone of the largest of them over a slow line.
const CLONE_LIMIT = 20 * 60_000

/** `owner+name@commit` where a repository is needed at two commits, else `owner+name`; undefined when there is neither. */
export function folderOf(root: string, { repo, commit }: Source): string | undefined {
  const plain = join(root, repo.replace("/", "+"))
  return [`${plain}@${commit.slice(0, 7)}`, plain].find((folder) => existsSync(folder))
}

/** Clones what is missing; answers what could not be had, one line each, with how to get it. */
export function provide(root: string, sources: readonly Source[]): string[] {
  const missing = new Map(sources.filter((source) => !folderOf(root, source)).map((source) => [`${source.repo}@${source.commit}`, source]))
  mkdirSync(root, { recursive: true })
  return [...missing.values()].flatMap((source) => {
    const command = commandFor(root, source)
    process.stderr.write(`${source.repo}: not in ${root}, cloning\n`)
    return clone(command) ? [] : [`${source.repo} is missing; get it with: ${command.text}`]
  })
}

interface CloneCommand {
  readonly address: string
  readonly commit: string
  readonly folder: string
  readonly text: string
}

function commandFor(root: string, { repo, commit, fetched_as }: Source): CloneCommand {
  const address = `${HOST}/${(fetched_as ?? repo).split(" ")[0]}.git`
  const revision = commit.split(" ")[0] as string
  const folder = `${join(root, repo.replace("/", "+"))}${fetched_as?.includes("fork") ? `@${revision.slice(0, 7)}` : ""}`
  return { address, commit: revision, folder, text: `git clone ${address} '${folder}' && git -C '${folder}' checkout ${revision}` }
}

function clone({ address, commit, folder }: CloneCommand): boolean {
  const quiet = { stdio: "ignore", timeout: CLONE_LIMIT, env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } } as const
  try {
    execFileSync("git", ["clone", "--no-checkout", "--filter=blob:none", address, folder], quiet)
    execFileSync("git", ["-C", folder, "checkout", "--detach", commit], quiet)
    return true
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return false
  }
}
