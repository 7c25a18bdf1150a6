/** What a subject of the explainer is: one page, one such object, one line in the catalogue. */
import type { Model } from "../model/model.ts"
import type { Dim } from "../values/dim.ts"
import type { Shape } from "../values/shape.ts"
import type { Framework } from "../values/value.ts"
import type { Backend, Measurement } from "./backend.ts"
import type { Group } from "./group.ts"
import type { Scene, Selection } from "./scene.ts"

/** A list has one number for each spatial axis. */
export type KnobValue = number | boolean | string | readonly number[]
export type Knobs = Readonly<Record<string, KnobValue>>

interface KnobBase {
  readonly name: string
  readonly label: string
  /** One sentence. */
  readonly help: string
  /** What the frameworks call it; only such knobs can be written back to code. */
  readonly arguments?: Partial<Record<Framework, string>>
}

export type Knob = KnobBase &
  (
    | {
        readonly kind: "number"
        readonly initial: number
        readonly minimum: number
        readonly maximum: number
        readonly limit: number
        /** Between neighbouring values; 1 unless given. */
        readonly step?: number
      }
    /** One number for all axes or one for each, or one of some words. With `most`, a list of up to so many numbers. */
    | {
        readonly kind: "sizes"
        readonly initial: KnobValue
        readonly minimum: number
        readonly maximum: number
        readonly limit: number
        readonly words?: readonly string[]
        readonly most?: number
      }
    | { readonly kind: "choice"; readonly initial: string; readonly choices: readonly { readonly value: string; readonly label: string }[] }
    | { readonly kind: "flag"; readonly initial: boolean }
  )

/** A named number or shape, for cards, pages and formulas. */
export interface Quantity {
  readonly name: string
  readonly label: string
  /** Words are shown as they are. */
  readonly value: Dim | Shape | string
  /** Says more, such as "11 % of standard". */
  readonly note?: string
}

export interface Numbers {
  readonly quantities: readonly Quantity[]
  /** Why these knobs cannot be: sentences. With any of them there is no diagram and no check. */
  readonly problems: readonly string[]
}

export interface Formula {
  readonly label: string
  /** TeX, with the reader's numbers put in after the symbols. */
  readonly tex: string
}

export interface CheckRow {
  readonly what: string
  readonly predicted: string
  readonly measured: string
  readonly agrees: boolean
}

export interface CheckResult {
  /** What ran it. */
  readonly backend: string
  readonly rows: readonly CheckRow[]
  /** Empty where time is not what the subject is about. */
  readonly timings: readonly (Measurement & { readonly what: string; readonly macs: number })[]
  /** What was measured, drawn: curves, points, weights. */
  readonly picture?: Scene
  /** What was executed, and what was made smaller for it. */
  readonly note: string
}

/** Why a check is not run, and what to do; one or two sentences. */
export interface Refusal {
  readonly refused: string
}

/** What is known of the layer under the cursor; what is symbolic or unknown is null. */
export interface LayerFacts {
  readonly framework: Framework
  /** "torch.nn.Conv2d" */
  readonly qualifiedType: string
  /** "Conv2d" */
  readonly type: string
  /** "layer1.0.conv1" */
  readonly path: string
  readonly weights: readonly { readonly name: string; readonly shape: readonly (number | null)[] }[]
  /** The constructor's, by the framework's own names; what is not known is left out. */
  readonly arguments: Readonly<Record<string, KnobValue | null>>
  readonly input: readonly (number | null)[] | null
  readonly output: readonly (number | null)[] | null
}

/** A place in a model that means this subject. */
export interface Match {
  /** Paths of the layers it consists of. */
  readonly layers: readonly string[]
  /** "Inception block · 1×1 saves 71 % MACs" */
  readonly label: string
  readonly knobs: Knobs
}

export interface Subject {
  /** Names the page's file too. */
  readonly id: string
  readonly title: string
  readonly group: Group
  /** One sentence. */
  readonly summary: string
  readonly knobs: readonly Knob[]
  numbers(knobs: Knobs): Numbers
  formulas(knobs: Knobs): readonly Formula[]
  diagram(knobs: Knobs, selection: Selection): Scene
  /** What the check does, for the line above its button. */
  readonly checked: string
  check(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal>
  /** `beside`: all models of the file, for patterns of several networks. */
  recognise(model: Model, beside?: readonly Model[]): readonly Match[]
  /** Knobs as the layer has them, without those that are not known; undefined when it is none of this subject. */
  fromLayer(facts: LayerFacts): Knobs | undefined
  /** Says more about a layer that other subjects explain, and stands behind them. */
  readonly isBackground?: true
  /** Examples that fit the layer better than the usual ones, for what is not known of it. */
  standIn?(facts: LayerFacts): Knobs
}

export function initialKnobs({ knobs }: Subject): Knobs {
  return Object.fromEntries(knobs.map(({ name, initial }) => [name, initial]))
}
