/** One output number of a separable convolution: a sum in each channel for itself, and then their mixture. */
import { grouped } from "../knobs.ts"
import { column, type Part, row, sign, words } from "../scene.ts"
import { channelSum, type Example, spotAt } from "./sliding-example.ts"
import { exampleNumber } from "./sliding.ts"

const MOST = 4

export function separableExample(example: Example, moment: number, channels: number): Part {
  const { row: down, column: across } = spotAt(example, moment)
  const drawn = Math.min(channels, MOST)
  const each = Array.from({ length: drawn }, (_, channel) => channel)
  const sums = each.map((channel) => channelSum(example, channel, down, across))
  const weights = each.map((channel) => exampleNumber(-1, 2, 211, channel))
  const result = sums.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0)
  const written = sums.map((value, at) => `${put(weights[at] ?? 0)} · ${put(value)}`).join(" + ")
  const cells = (values: readonly number[], isMarked = false) => values.map((value) => [{ text: signed(value), isMarked }])
  const names = each.map((channel) => [{ text: `channel ${channel + 1}` }])
  return column(
    [
      row(
        [
          { kind: "grid", id: "example-names", tone: "plain", label: " ", side: 26, cellWidth: 72, cells: names },
          { kind: "grid", id: "example-sums", tone: "first", label: "window · own filter", side: 26, cellWidth: 60, cells: cells(sums) },
          sign("·"),
          {
            kind: "grid",
            id: "example-weights",
            tone: "third",
            label: "1 × 1 filter 1",
            side: 26,
            cellWidth: 60,
            cells: cells(weights),
          },
          sign("="),
          {
            kind: "grid",
            id: "example-result",
            tone: "output",
            label: `output[${down + 1}, ${across + 1}]`,
            side: 26,
            cellWidth: 60,
            cells: cells([result], true),
          },
        ],
        14,
      ),
      words(`${written} = ${signed(result)}`),
      words(
        drawn < channels
          ? `Example numbers, ${drawn} of ${grouped(channels)} channels; biases left out.`
          : "Example numbers; biases left out.",
        { isQuiet: true, size: "small" },
      ),
    ],
    10,
  )
}

const signed = (value: number): string => String(value).replace("-", "−")
const put = (value: number): string => (value < 0 ? `(${signed(value)})` : signed(value))
