/** The VAE's pictures: the network with its sample, one code number as a distribution, and what pulling them together is good for. */
import { grouped, numberOf, short } from "../knobs.ts"
import { type Cell, column, type Edge, frame, type Part, type Plot, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { curveOf, density } from "./gaussian.ts"
import { computed } from "./variational-code.ts"

export function variationalDiagram(knobs: Knobs, selection: Selection): Scene {
  const { code, z, price } = computed(knobs)
  const latent = numberOf(knobs, "latent")
  const moment = Math.max(0, Math.min(code.length - 1, selection.moment))
  return {
    title: "Variational autoencoder",
    description: `The encoder gives ${latent} means and ${latent} log-variances; noise is scaled and added, and the sample is decoded. The first code number is drawn as ${z.toFixed(3)}; four of them cost ${price.toFixed(3)}.`,
    content: column([
      frame(selection, "network", "Two heads, a sample, a decoder", network(knobs)),
      frame(selection, "arithmetic", "From μ and log σ² to a sample and its price", arithmetic(knobs, moment)),
      frame(selection, "space", "What the price is good for (schematic)", spaces()),
    ]),
    edges: networkEdges(),
    moments: { count: code.length, perRow: 1, names: "code number" },
  }
}

function network(knobs: Knobs): Part {
  const { layers } = computed(knobs)
  const [input, latent] = [numberOf(knobs, "input"), numberOf(knobs, "latent")]
  const weights = (at: number): string => `${short(layers[at]?.parameters ?? 0)} weights`
  const box = (id: string, tone: Tone, label: string, detail: string, width = 96): Part => ({ kind: "box", id, tone, label, detail, width })
  return row(
    [
      box("x", "input", "x", `${grouped(input)} numbers`, 88),
      box("encoder", "kernel", "encoder", weights(0)),
      column(
        [
          box("mean", "first", `μ · ${grouped(latent)}`, weights(1), 108),
          box("spread", "second", `log σ² · ${grouped(latent)}`, weights(2), 108),
          box("noise", "fourth", `ε · ${grouped(latent)}`, "from N(0, 1)", 108),
        ],
        22,
      ),
      { kind: "node", id: "times", tone: "plain", text: "×", radius: 13 },
      { kind: "node", id: "plus", tone: "plain", text: "+", radius: 13 },
      { kind: "node", id: "z", tone: "output", text: "z", radius: 18 },
      box("decoder", "third", "decoder", `${short((layers[3]?.parameters ?? 0) + (layers[4]?.parameters ?? 0))} weights`),
      box("y", "input", "x̂", `${grouped(input)} numbers`, 88),
    ],
    34,
  )
}

const flow = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({ from, to, kind: "flow", ...more })
const networkEdges = (): readonly Edge[] => [
  flow("x", "encoder"),
  flow("encoder", "mean"),
  flow("encoder", "spread"),
  flow("mean", "plus", { tone: "first" }),
  flow("spread", "times", { tone: "second", label: "σ" }),
  flow("noise", "times", { tone: "fourth", isDashed: true }),
  flow("times", "plus"),
  flow("plus", "z", { tone: "output" }),
  flow("z", "decoder"),
  flow("decoder", "y"),
]

const digits = (value: number): string => (Math.abs(value) < 0.005 ? "0" : value.toFixed(2).replace("-", "−"))

function arithmetic(knobs: Knobs, moment: number): Part {
  const { code, price } = computed(knobs)
  const beta = numberOf(knobs, "beta")
  const header = ["", "μ", "log σ²", "σ", "ε", "z = μ + σε", "KL"]
  const lines = code.map((each, at) => [
    `z${"₁₂₃₄"[at]}`,
    ...[each.mean, each.logVariance, each.deviation, each.noise, each.sample, each.divergence].map(digits),
  ])
  const tones: readonly (Tone | undefined)[] = [undefined, "first", "second", "second", "fourth", "output", "warning"]
  const cells = [header, ...lines].map((line, at) =>
    line.map(
      (text, across): Cell => ({
        text,
        isRead: at - 1 === moment,
        isFaint: at - 1 > moment,
        ...(tones[across] !== undefined && { tone: tones[across] as Tone }),
        ...(at > 0 && { moment: at - 1 }),
      }),
    ),
  )
  return row(
    [
      column(
        [
          { kind: "grid", id: "code", tone: "plain", label: "Four code numbers of an example", cells, side: 26, cellWidth: 66 },
          words(
            `β · sum of KL = ${beta} · ${(beta === 0 ? code.reduce((sum, each) => sum + each.divergence, 0) : price / beta).toFixed(3)} = ${price.toFixed(3)}`,
          ),
        ],
        14,
      ),
      distribution(knobs, moment),
    ],
    30,
  )
}

function distribution(knobs: Knobs, moment: number): Plot {
  const { code } = computed(knobs)
  const { mean, deviation, sample } = code[moment] ?? { mean: 0, deviation: 1, sample: 0 }
  const edge = Math.max(4, Math.ceil(Math.abs(mean) + 3 * deviation), Math.ceil(Math.abs(sample)))
  const own = (x: number): number => density(x, mean, deviation)
  return {
    kind: "plot",
    id: "distribution",
    label: `z${"₁₂₃₄"[moment]} of the example, and what it should resemble`,
    width: 230,
    height: 140,
    x: { label: "z", from: -edge, to: edge, ticks: [-edge, 0, edge] },
    y: { label: "density", from: 0, to: Math.max(0.5, own(mean) * 1.05) },
    curves: [
      { tone: "output", name: "q(z | x)", isFilled: true, points: curveOf(own, -edge, edge, 121) },
      { tone: "plain", name: "p(z) = N(0, 1)", isDashed: true, points: curveOf((x) => density(x), -edge, edge) },
    ],
    dots: [{ x: sample, y: own(sample), tone: "fourth", radius: 5, hint: "the sample" }],
  }
}

const CENTRES = [
  [1.7, 0.9, "first"],
  [-1.5, 1.4, "second"],
  [0.1, -1.9, "third"],
] as const

/** Around a centre, as far as the deviation goes. */
const circle = (x: number, y: number, radius: number): readonly (readonly [number, number])[] =>
  Array.from({ length: 41 }, (_, at) => {
    const angle = (2 * Math.PI * at) / 40
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const
  })

function space(id: string, label: string, isVariational: boolean): Plot {
  const scale = isVariational ? 0.45 : 1
  return {
    kind: "plot",
    id,
    label,
    width: 200,
    height: 170,
    x: { label: "first code number", from: -3, to: 3, ticks: [-3, 0, 3] },
    y: { label: "second", from: -3, to: 3, ticks: [-3, 0, 3] },
    curves: isVariational
      ? [
          ...CENTRES.map(([x, y, tone]) => ({ tone, points: circle(scale * x, scale * y, 0.75) })),
          { tone: "plain" as const, isDashed: true, name: "where N(0, 1) draws", points: circle(0, 0, 2) },
        ]
      : [{ tone: "plain" as const, isDashed: true, name: "no distribution is known", points: [] }],
    dots: [
      ...CENTRES.flatMap(([x, y, tone]) =>
        Array.from({ length: 7 }, (_, at) => ({
          x: scale * x + 0.3 * Math.cos(2.4 * at) * Math.sqrt(at / 3),
          y: scale * y + 0.3 * Math.sin(2.4 * at) * Math.sqrt(at / 3),
          tone,
        })),
      ),
      { x: 0.25, y: 0.1, tone: "warning" as const, radius: 6, hint: "a random code" },
    ],
  }
}

const spaces = (): Part =>
  row(
    [
      space("plain", "Autoencoder: points", false),
      space("variational", "VAE: overlapping clouds", true),
      words(
        [
          "A random code (red) falls between",
          "the points of an autoencoder, where",
          "the decoder never was; in a VAE it",
          "falls where clouds overlap.",
        ],
        {
          align: "start",
          isQuiet: true,
        },
      ),
    ],
    24,
  )
