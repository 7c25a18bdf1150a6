/** Stands in for VS Code's native logger where it cannot be compiled: the same functions, appending to the same files. */

const { appendFileSync, mkdirSync } = require("node:fs")
const { dirname } = require("node:path")

const LEVELS = ["trace", "debug", "info", "warn", "error", "critical"]

class Logger {
  constructor(_kind, _name, path) {
    this.path = path
    this.level = 0
  }
  write(level, text) {
    if (LEVELS.indexOf(level) >= this.level) appendFileSync(this.path, `${new Date().toISOString()} [${level}] ${text}\n`)
  }
  getLevel() {
    return this.level
  }
  setLevel(level) {
    this.level = level
  }
  setPattern() {}
  clearFormatters() {}
  flush() {}
  drop() {}
}

for (const level of LEVELS) {
  Logger.prototype[level] = function (text) {
    this.write(level, text)
  }
}

async function createLogger(_name, path) {
  mkdirSync(dirname(path), { recursive: true })
  return new Logger("rotating", _name, path)
}

module.exports = {
  version: 0,
  setLevel() {},
  setFlushOn() {},
  Logger,
  createRotatingLogger: createLogger,
  createAsyncRotatingLogger: createLogger,
}
