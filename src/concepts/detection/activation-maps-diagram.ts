/** The picture of activation maps: feature maps times weights, cell by cell; then the mask, and the image under it. */
import { type Cell, column, frame, type Grid, type Part, row, type Scene, type Selection, sign, type Tone, words } from "../scene.ts"
import type { Knobs } from "../subject.ts"
import { settingsOf } from "./activation-maps.ts"
import { enlarged, exampleMap, FEATURES, featureAt, MAP, maskOf, PICTURE, PIXELS, type SeenClass } from "./seen-animal.ts"

const signed = (value: number, digits: number): string => value.toFixed(digits).replace("-", "−")

export function activationMapScene(knobs: Knobs, selection: Selection): Scene {
  const { animal, isGradient, map, image, channels, threshold } = settingsOf(knobs)
  const moment = Math.max(0, Math.min(MAP * MAP - 1, selection.moment))
  const kept = maskOf(knobs).flat().filter(Boolean).length
  return {
    title: "Activation maps and masking",
    description: `${channels} feature maps of ${map} × ${map}, weighted for the class ${animal.name}, make one map; enlarged to ${image} × ${image} and cut at ${threshold} of its largest value it is a mask. In the example the mask keeps ${kept} of ${PICTURE ** 2} pixels.`,
    content: column([
      frame(
        selection,
        "weighted",
        `Feature maps times ${isGradient ? "mean gradients" : "weights"} of “${animal.name}”`,
        weighted(knobs, moment),
      ),
      frame(selection, "masked", "Enlarged, cut off, multiplied with the image", masked(knobs)),
    ]),
    moments: { count: MAP * MAP, perRow: MAP, names: "cell" },
  }
}

const TONES: readonly Tone[] = ["first", "second", "third"]

/** What a feature counts for: with gradients the classifier's weight, shared out over all cells. */
const weightsOf = ({ weights }: SeenClass, isGradient: boolean): readonly number[] =>
  weights.map((weight) => (isGradient ? weight / MAP ** 2 : weight))

const cellsOf = (text: (y: number, x: number) => Cell): Grid["cells"] =>
  Array.from({ length: MAP }, (_, y) => Array.from({ length: MAP }, (__, x) => ({ ...text(y, x), moment: y * MAP + x })))

function weighted(knobs: Knobs, moment: number): Part {
  const { animal, isGradient } = settingsOf(knobs)
  const [atY, atX] = [Math.floor(moment / MAP), moment % MAP]
  const isHere = (y: number, x: number): boolean => y === atY && x === atX
  const weights = weightsOf(animal, isGradient)
  const digits = isGradient ? 3 : 1
  const maps = FEATURES.flatMap(({ name }, feature): Part[] => [
    words(`${feature > 0 && (weights[feature] ?? 0) >= 0 ? "+ " : ""}${signed(weights[feature] ?? 0, digits)} ×`, { size: "large" }),
    {
      kind: "grid",
      id: `map${feature}`,
      tone: TONES[feature] as Tone,
      label: name,
      cells: cellsOf((y, x) => ({
        text: String(featureAt(feature, y, x)),
        strength: featureAt(feature, y, x) / 11,
        isRead: isHere(y, x),
      })),
      side: 20,
    },
  ])
  const sum = (y: number, x: number): number => {
    const value = weights.reduce((total, weight, feature) => total + weight * featureAt(feature, y, x), 0)
    return isGradient ? Math.max(0, value) : value
  }
  const most = Math.max(...exampleMap(animal).flat()) / (isGradient ? MAP ** 2 : 1)
  const result: Grid = {
    kind: "grid",
    id: "activation-map",
    tone: "output",
    label: `map of “${animal.name}”`,
    cells: cellsOf((y, x) => ({
      text: signed(sum(y, x), isGradient ? 2 : 1),
      strength: Math.max(0, Math.min(1, sum(y, x) / most)) * 0.8,
      isMarked: isHere(y, x),
    })),
    side: 20,
    cellWidth: 32,
  }
  const terms = weights
    .map((weight, feature) => `${signed(weight, digits)} · ${featureAt(feature, atY, atX)}`)
    .join(" + ")
    .replaceAll("+ −", "− ")
  const total = weights.reduce((all, weight, feature) => all + weight * featureAt(feature, atY, atX), 0)
  const line = `row ${atY + 1}, column ${atX + 1}:  ${terms} = ${signed(total, isGradient ? 3 : 1)}${isGradient && total < 0 ? ", ReLU: 0" : ""}`
  return column([row([...maps, sign("="), result], 10), words(line)], 12)
}

function picture(id: string, label: string, tone: Tone, strength: (y: number, x: number) => number): Grid {
  const cells = Array.from({ length: PICTURE }, (_, y) =>
    Array.from({ length: PICTURE }, (__, x): Cell => ({ text: "", strength: strength(y, x) })),
  )
  return { kind: "grid", id, tone, label, cells, side: 9 }
}

function masked(knobs: Knobs): Part {
  const { animal, threshold, image, map } = settingsOf(knobs)
  const large = enlarged(animal)
  const most = Math.max(...large.flat(), 1e-9)
  const mask = maskOf(knobs)
  const isKept = (y: number, x: number): boolean => mask[y]?.[x] === true
  const pixel = (y: number, x: number): number => PIXELS[y]?.[x] ?? 0
  return column(
    [
      row(
        [
          picture("image", "image", "input", pixel),
          sign("×"),
          picture("mask", `mask: at least ${threshold} of the most`, "kernel", (y, x) => (isKept(y, x) ? 0.9 : 0)),
          sign("="),
          picture("result", "what is left", "input", (y, x) => (isKept(y, x) ? pixel(y, x) : 0)),
          picture("heat", "map, enlarged", "output", (y, x) => (large[y]?.[x] ?? 0) / most),
        ],
        14,
      ),
      words(`in a network with these sizes: ${map} × ${map} cells enlarged to ${image} × ${image} pixels`, { isQuiet: true }),
    ],
    8,
  )
}
