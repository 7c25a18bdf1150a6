/** A plain editor: JSON-RPC over the pipes of `layerscope lsp --stdio`, with nothing of ours in it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const COMMAND = join(import.meta.dirname, "../../dist/cli.js")

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

type Handler = (message: Message) => boolean

export class PlainClient {
  readonly process: ChildProcessWithoutNullStreams
  readonly exited: Promise<number | null>
  /** everything on stdout that is no message, which must be nothing */
  noise = ""
  /** what the server asked or told, in order */
  readonly heard: Message[] = []
  private received = Buffer.alloc(0)
  private lastId = 0
  private waiting: Handler[] = []

  constructor(environment: Record<string, string> = {}) {
    // No environment of the one who runs the tests.
    const { VIRTUAL_ENV, CONDA_PREFIX, ...inherited } = process.env
    this.process = spawn(process.execPath, [COMMAND, "lsp", "--stdio"], { env: { ...inherited, ...environment } })
    this.process.stdout.on("data", (chunk: Buffer) => this.receive(chunk))
    this.exited = new Promise((resolve) => this.process.on("exit", resolve))
  }

  request<T = unknown>(method: string, params: unknown = null): Promise<T> {
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.waiting.push((message) => {
        if (message.id !== id || message.method !== undefined) return false
        if (message.error) reject(new Error(message.error.message))
        else resolve(message.result as T)
        return true
      })
      this.send({ id, method, params })
    })
  }

  notify(method: string, params: unknown = null): void {
    this.send({ method, params })
  }

  /** The next notification of that name which is the one meant. */
  told<T>(method: string, isMeant: (params: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve) =>
      this.waiting.push((message) => {
        if (message.method !== method || !isMeant(message.params as T)) return false
        resolve(message.params as T)
        return true
      }),
    )
  }

  /** What an editor says first. */
  async initialize(folder: string | undefined, options: unknown = undefined, capabilities: object = {}): Promise<{ capabilities: object }> {
    const answer = await this.request<{ capabilities: object }>("initialize", {
      processId: process.pid,
      rootUri: folder === undefined ? null : pathToFileURL(folder).href,
      capabilities,
      initializationOptions: options,
    })
    this.notify("initialized", {})
    return answer
  }

  open(uri: string, text: string, languageId = "python"): void {
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } })
  }

  async shutdown(): Promise<number | null> {
    await this.request("shutdown")
    this.notify("exit")
    return this.exited
  }

  private send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message })
    this.process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk])
    for (;;) {
      const end = this.received.indexOf("\r\n\r\n")
      if (end < 0) return
      const head = this.received.subarray(0, end).toString()
      const length = Number(/^Content-Length: (\d+)$/im.exec(head)?.[1])
      if (!(length >= 0)) {
        this.noise += head
        this.received = this.received.subarray(end + 4)
        continue
      }
      if (this.received.length < end + 4 + length) return
      const body = this.received.subarray(end + 4, end + 4 + length).toString()
      this.received = this.received.subarray(end + 4 + length)
      this.handle(JSON.parse(body) as Message)
    }
  }

  private handle(message: Message): void {
    if (message.method !== undefined) this.heard.push(message)
    // A request of the server; an editor that has nothing to say answers null.
    if (message.method !== undefined && message.id !== undefined) this.send({ id: message.id, result: null })
    const heard = this.waiting.find((handle) => handle(message))
    if (heard) this.waiting = this.waiting.filter((handle) => handle !== heard)
  }
}
