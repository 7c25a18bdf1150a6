/** Sizes that nobody states go through Python's operators and functions as symbols; what depends on more is unknown and says why. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { symbol } from "../../../src/values/dim.ts"
import { integer, type UnknownValue, unknown, type Value } from "../../../src/values/value.ts"
import { answersOf } from "./running.ts"

const names: Record<string, Value> = {
  hidden: { kind: "unknown", reason: "hidden is not stated", symbol: "hidden" } satisfies UnknownValue,
  rate: { kind: "unknown", reason: "rate is not stated", symbol: "rate", type: "float" } satisfies UnknownValue,
  n: integer(symbol("n", { lower: 1 })),
  odd: integer(symbol("odd")),
  nothing: unknown("it is read from a file"),
}

/** Each line is `expression  # expected`. */
function agrees(title: string, text: string): void {
  test(title, () => {
    const lines = text.trim().split("\n")
    const answers = answersOf(text.trim(), names)
    assert.deepEqual(
      answers.map(({ line, text: actual }) => `${lines[line]?.split("  # ")[0]}  # ${actual}`),
      lines,
    )
  })
}

agrees(
  "whole-number arithmetic gives sizes",
  `
hidden * 4 + 1  # => 4·hidden + 1
3 * n - n  # => 2·n
hidden // 2  # => ⌊hidden/2⌋
(8 * n) // 4  # => 2·n
n * n  # => n²
n ** 2  # => n²
-n + n  # => 0
n << 3  # => 8·n
abs(n)  # => n
`,
)

agrees(
  "floats that sizes enter give sizes again",
  `
int(hidden * 4.0)  # => 4·hidden
int(hidden * 0.5)  # => ⌊hidden/2⌋
int(hidden / 4)  # => ⌊hidden/4⌋
int(2 * n / 2)  # => n
round(n)  # => n
__import__("math") and 1  # => 1
int(hidden * 2.5 * 2)  # => 5·hidden
4 * n / n  # => 4.0
`,
)

agrees(
  "what is no whole ratio stays unknown",
  `
int(n * 0.1)  # unknown: it depends on a size that is not stated
n ** 0.5  # unknown: it depends on a size that is not stated
n / 3  # unknown: it is (n) / 3, which depends on sizes that are not stated
rate * 2  # unknown: it depends on rate, which is not stated
nothing + 1  # unknown: it is read from a file
nothing + "a"  # unknown: it is read from a file
1 / odd  # unknown: it is divided by odd, which may be 0
`,
)

agrees(
  "comparisons are decided only where they are proven",
  `
n > 0  # => True
n >= 2  # unknown: the comparison depends on a size that is not stated
n == n  # => True
n + 1 > n  # => True
2 * n == 3  # => False
n * 0.5 > 0  # => True
n is None  # => False
nothing is None  # unknown: it is read from a file
nothing == 1  # unknown: it is read from a file
1 if n else 2  # => 1
isinstance(n, int)  # => True
isinstance(nothing, int)  # unknown: it is read from a file
isinstance(rate, str)  # unknown: rate is not stated
`,
)

agrees(
  "minima, maxima, sums and lengths are sizes too",
  `
max(n, 8)  # => max(n, 8)
max(n, 1)  # => n
min(n, 4, n)  # => min(n, 4)
sum([n, 1, n])  # => 2·n + 1
len(range(n))  # => n
len(range(0, 4 * n, 2))  # => 2·n
list(range(n))  # unknown: a loop runs n times
[0] * n  # unknown: how often the list is repeated is not known
"a" * n  # unknown: how often the string is repeated is not known
f"layer{n}" == "layer1"  # unknown: part of the text is not known
`,
)

agrees(
  "absurd sizes are given up at once",
  `
"a" * 10**12  # unknown: the string is too long
[0] * 10**12  # unknown: the list is too long
list(range(10**12))  # unknown: the range is too long
len(range(10**12))  # => 1000000000000
10 ** 10 ** 10  # unknown: a shift or power by 10000000000 is not evaluated
1 << 10 ** 9  # unknown: a shift or power by 1000000000 is not evaluated
10 ** 12 in range(10 ** 13)  # => True
"%99999999d" % 1  # unknown: a part of the text is not known
"a".center(10 ** 9)  # unknown: a part of the text is not known
`,
)

test("doubling a list or text in a loop ends", () => {
  const text = `
a, b, c = [0], "x", [1]
for _ in range(60):
    a = a + a
    b += b
    c += c
isinstance(a, list), isinstance(b, str)
a
b
`
  const [kinds, ...grown] = answersOf(text).map((answer) => answer.text)
  assert.equal(kinds, "unknown: no text of a tuple")
  for (const answer of grown) assert.match(answer, /^unknown: .* (too long|limit)/)
})

agrees(
  "what the library knows only when a program runs is unknown, and says why",
  `
open("weights.bin").read()  # unknown: it reads a file
__import__("os").getcwd()  # unknown: it depends on the files of the machine
`,
)

test("members that are not evaluated are unknown, not missing", () => {
  const answers = answersOf(
    "import subprocess, collections, random\nsubprocess.run\ncollections.something\nrandom.random()\nrandom.seed(0)",
  )
  assert.deepEqual(
    answers.map(({ text }) => text),
    ["unknown: subprocess.run is not evaluated", "unknown: collections.something is not evaluated", "unknown: it is random", "=> None"],
  )
})
