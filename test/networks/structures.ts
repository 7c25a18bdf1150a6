/** How layers are put together: as attributes, in containers, residually, in branches, in classes of their own; and how the number of axes changes. */
import { fresh, type Layer, type LayerKind, openScope, closeScope, type Scope, type Shape, type Step, size, volume } from "./draft.ts"
import { buffered, gating, scaling } from "./pointwise.ts"
import { sequenceLayers, sequenceSteps } from "./sequences.ts"
import { sequenceIdioms, spatialIdioms } from "./idioms.ts"
import { keeping, spatialLayers, spatialSteps } from "./spatial.ts"
import { vectorLayers, vectorSteps } from "./vectors.ts"

/** What a tensor of rank three stands for: [batch, channels, length] or [batch, steps, features]. */
export type View = "vector" | "sequence" | "spatial"

const LAYERS: Record<View, readonly LayerKind[]> = { vector: vectorLayers, sequence: sequenceLayers, spatial: spatialLayers }
const STEPS: Record<View, readonly Step[]> = {
  vector: vectorSteps,
  sequence: [...sequenceSteps, ...sequenceIdioms],
  spatial: [...spatialSteps, ...spatialIdioms],
}

/** Larger tensors would only make the measuring slow. */
const LIMIT = 120_000

function drawLayer(scope: Scope, shape: Shape, view: View): Layer | undefined {
  const layer = scope.random.pick(LAYERS[view])(scope, shape)
  return layer && volume(layer.shape) <= LIMIT ? layer : undefined
}

function drawLayers(scope: Scope, shape: Shape, view: View, count: number): { layers: Layer[]; shape: Shape } {
  const layers: Layer[] = []
  for (let index = 0; index < count; index++) {
    const layer = drawLayer(scope, layers.at(-1)?.shape ?? shape, view)
    if (layer) layers.push(layer)
  }
  return { layers, shape: layers.at(-1)?.shape ?? shape }
}

/** A module as an attribute of its own. */
function attribute(scope: Scope, shape: Shape, view: View): Shape | undefined {
  const layer = drawLayer(scope, shape, view)
  if (!layer) return undefined
  const name = fresh(scope, (/nn\.(\w+)\(/.exec(layer.make)?.[1] ?? "layer").toLowerCase())
  const ways = [`self.${name} = ${layer.make}`, `self.add_module("${name}", ${layer.make})`, `setattr(self, f"${name}", ${layer.make})`]
  scope.init.push(scope.random.chance(0.8) ? (ways[0] as string) : scope.random.pick(ways))
  scope.forward.push(scope.random.chance(0.95) ? `x = self.${name}(x)` : `x = getattr(self, "${name}")(x)`)
  return layer.shape
}

/** Several modules one after another, in one of the containers. */
function container(scope: Scope, shape: Shape, view: View): Shape | undefined {
  const { layers, shape: after } = drawLayers(scope, shape, view, scope.random.whole(2, 4))
  if (layers.length < 2) return undefined
  const makes = layers.map(({ make }) => make)
  const name = fresh(scope, "layers")
  const named = makes.map((make, index) => `("step${index}", ${make})`).join(", ")
  const forms: readonly (readonly [string, readonly string[]])[] = [
    [`nn.Sequential(${makes.join(", ")})`, [`x = self.${name}(x)`]],
    [`nn.Sequential(*[${makes.join(", ")}])`, [`x = self.${name}(x)`]],
    [`nn.Sequential(OrderedDict([${named}]))`, [`x = self.${name}(x)`]],
    [`nn.ModuleList([${makes.join(", ")}])`, [`for layer in self.${name}:`, "    x = layer(x)"]],
    [`nn.ModuleList([${makes.join(", ")}])`, [`for index in range(len(self.${name})):`, `    x = self.${name}[index](x)`]],
    [`nn.ModuleDict([${named}])`, [`for key, layer in self.${name}.items():`, "    x = layer(x)"]],
  ]
  const [made, lines] = scope.random.pick(forms)
  scope.init.push(`self.${name} = ${made}`)
  scope.forward.push(...lines)
  return after
}

/** A list filled in a loop, as depth-parametrised networks have it. */
function repeated(scope: Scope, shape: Shape, view: View): Shape | undefined {
  const layer = drawLayer(scope, shape, view)
  if (!layer || layer.shape.join() !== shape.join() || layer.make.includes("Lazy")) return undefined
  const name = fresh(scope, "stack")
  const count = scope.random.whole(2, 4)
  const lists = [
    [`self.${name} = nn.ModuleList([${layer.make} for _ in range(${count})])`],
    [`self.${name} = nn.ModuleList()`, `for _ in range(${count}):`, `    self.${name}.append(${layer.make})`],
    ["layers = []", `for index in range(${count}):`, `    layers += [${layer.make}, nn.Tanh()]`, `self.${name} = nn.Sequential(*layers)`],
  ]
  const chosen = scope.random.pick(lists)
  scope.init.push(...chosen)
  scope.forward.push(...(chosen.length === 4 ? [`x = self.${name}(x)`] : [`for layer in self.${name}:`, "    x = x + layer(x)"]))
  return shape
}

/** x plus what layers make of it; a projection where the shapes differ. */
function residual(scope: Scope, shape: Shape, view: View): Shape | undefined {
  const saved = fresh(scope, "identity")
  const name = fresh(scope, "branch")
  const channels = view === "spatial" ? 1 : shape.length - 1
  const kinds = view === "spatial" ? keeping : (LAYERS[view][0] as LayerKind)
  const layer = kinds(scope, shape)
  if (!layer || layer.make.includes("Lazy")) return undefined
  scope.init.push(`self.${name} = nn.Sequential(${layer.make}, nn.ReLU())`)
  scope.forward.push(`${saved} = x`, `x = self.${name}(x)`)
  const [before, after] = [shape[channels] as number, layer.shape[channels] as number]
  if (before !== after) {
    const shortcut = fresh(scope, "shortcut")
    const made =
      view === "spatial"
        ? `nn.Conv${shape.length - 2}d(${size(scope, before)}, ${size(scope, after)}, 1, bias=False)`
        : `nn.Linear(${size(scope, before)}, ${size(scope, after)})`
    scope.init.push(`self.${shortcut} = ${made}`)
    scope.forward.push(`${saved} = self.${shortcut}(${saved})`)
  }
  scope.forward.push(scope.random.pick([`x = x + ${saved}`, `x += ${saved}`, `x = torch.add(x, ${saved})`]))
  return layer.shape
}

/** Several branches from one tensor, joined along the channels or features. */
function branches(scope: Scope, shape: Shape, view: View): Shape | undefined {
  const axis = view === "spatial" ? 1 : shape.length - 1
  const kind = view === "spatial" ? keeping : (LAYERS[view][0] as LayerKind)
  const layers = Array.from({ length: scope.random.whole(2, 3) }, () => kind(scope, shape)).filter((layer) => layer !== undefined)
  const names = layers.map(({ make }) => {
    const name = fresh(scope, "path")
    scope.init.push(`self.${name} = ${make}`)
    return name
  })
  const calls = names.map((name) => `self.${name}(x)`).join(", ")
  const dim = scope.random.chance(0.5) ? axis : axis - shape.length
  scope.forward.push(
    scope.random.pick([
      `x = torch.cat([${calls}], dim=${dim})`,
      `x = torch.cat((${calls}), ${dim})`,
      `x = torch.concat([${calls}], axis=${dim})`,
    ]),
  )
  const total = layers.reduce((sum, layer) => sum + (layer.shape[axis] as number), 0)
  return shape.map((extent, index) => (index === axis ? total : extent))
}

/** A class of its own, given its width, used once or twice. */
function block(scope: Scope, shape: Shape, view: View): Shape | undefined {
  const inner = openScope(scope.random, scope.classes)
  const width = shape[view === "spatial" ? 1 : shape.length - 1] as number
  if (scope.random.chance(0.7) && width > 3) inner.given.set(width, "width")
  const after = run(inner, shape, view, scope.random.whole(1, 3), false)
  if (!after || inner.forward.length === 0) return undefined
  const name = `Block${scope.classes.length}`
  const given = [...inner.given]
    .map(([value, parameter]) => (scope.random.chance(0.5) ? size(scope, value) : `${parameter}=${size(scope, value)}`))
    .join(", ")
  closeScope(inner, name, "x")
  const attributeName = fresh(scope, "block")
  const lazy = inner.init.some((line) => line.includes("Lazy"))
  const twice = after.join() === shape.join() && !lazy && scope.random.chance(0.3)
  scope.init.push(`self.${attributeName} = ${twice ? `nn.Sequential(${name}(${given}), ${name}(${given}))` : `${name}(${given})`}`)
  scope.forward.push(`x = self.${attributeName}(x)`)
  return after
}

type Form = (scope: Scope, shape: Shape, view: View) => Shape | undefined
const plain: Form = (scope, shape, view) => scope.random.pick(STEPS[view])(scope, shape)
const general: Form = (scope, shape) => scope.random.pick([scaling, gating, buffered])(scope, shape)
const FLAT: readonly Form[] = [
  attribute,
  attribute,
  attribute,
  attribute,
  container,
  container,
  repeated,
  residual,
  branches,
  plain,
  plain,
  plain,
  general,
]
const NESTED: readonly Form[] = [...FLAT, block, block]

/** Runs so many steps on x; code that a step wrote before it gave up stays out. */
export function run(scope: Scope, shape: Shape, view: View, count: number, nested = true): Shape | undefined {
  let current = shape
  for (let index = 0; index < count; index++) {
    const [init, forward] = [scope.init.length, scope.forward.length]
    const after = scope.random.pick(nested ? NESTED : FLAT)(scope, current, view)
    if (after && volume(after) <= LIMIT && (after.length === current.length || view !== "sequence")) current = after
    else {
      scope.init.length = init
      scope.forward.length = forward
    }
  }
  return current
}

/** To rows of features. */
export function toVector(scope: Scope, shape: Shape): Shape {
  const [batch, second] = shape as [number, number]
  const axes = shape.slice(2).map((_, index) => index + 2)
  const forms: readonly (readonly [string, number])[] = [
    ["torch.flatten(x, 1)", volume(shape) / batch],
    ["x.flatten(1)", volume(shape) / batch],
    ["x.view(x.size(0), -1)", volume(shape) / batch],
    ["x.reshape(x.shape[0], -1)", volume(shape) / batch],
    [`x.mean([${axes.join(", ")}])`, second],
    [`x.sum(dim=(${axes.join(", ")}${axes.length === 1 ? "," : ""}))`, second],
    ["x.flatten(2).max(dim=2)[0]", second],
    ["x.flatten(2)[..., 0]", second],
  ]
  const [text, features] = scope.random.pick(volume(shape) / batch > 400 ? forms.slice(4) : forms)
  scope.forward.push(`x = ${text.replace("x.view", "x.contiguous().view")}`)
  return [batch, features]
}

/** From channels and positions to steps and features. */
export function toSequence(scope: Scope, shape: Shape): Shape {
  const [batch, channels, ...axes] = shape as [number, number, ...number[]]
  const length = volume(axes)
  const forms = ["x.flatten(2).transpose(1, 2)", "x.flatten(start_dim=2).permute(0, 2, 1)", "x.reshape(x.shape[0], x.shape[1], -1).mT"]
  if (axes.length === 2) forms.push(`x.permute(0, 2, 3, 1).reshape(x.size(0), -1, ${channels})`)
  scope.forward.push(`x = ${scope.random.pick(forms)}`)
  return [batch, length, channels]
}

/** From rows to signals or images. */
export function toSpatial(scope: Scope, shape: Shape): Shape {
  const [batch, features] = shape as [number, number]
  const name = fresh(scope, "project")
  const [channels, side] = [scope.random.pick([2, 4, 8]), scope.random.whole(3, 6)]
  const axes = scope.random.chance(0.5) ? [side] : [side, side]
  scope.init.push(`self.${name} = nn.Linear(${features}, ${channels * volume(axes)})`)
  scope.forward.push(
    `x = self.${name}(x).${scope.random.pick(["view", "reshape"])}(${scope.random.pick(["-1", "x.size(0)", String(batch)])}, ${channels}, ${axes.join(", ")})`,
  )
  return [batch, channels, ...axes]
}
