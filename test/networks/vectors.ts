/** Layers and steps over rows of features: [batch, features]. */
import { fresh, type LayerKind, type Step, size } from "./draft.ts"
import { activation, elementwise } from "./pointwise.ts"
import { lastNormalisation, linear } from "./sequences.ts"

const batchNormalisation: LayerKind = (scope, shape) => ({
  make: scope.random.pick([
    `nn.BatchNorm1d(${size(scope, shape[1] as number)})`,
    "nn.LazyBatchNorm1d()",
    `nn.GroupNorm(1, ${size(scope, shape[1] as number)})`,
  ]),
  shape,
})

const unflatten: LayerKind = (_, shape) => {
  const [batch, features] = shape as [number, number]
  return features % 2 === 0
    ? { make: `nn.Sequential(nn.Unflatten(1, (2, ${features / 2})), nn.Flatten())`, shape: [batch, features] }
    : undefined
}

export const vectorLayers: readonly LayerKind[] = [linear, linear, linear, batchNormalisation, lastNormalisation, activation, unflatten]

const bilinear: Step = (scope, shape) => {
  const [batch, features] = shape as [number, number]
  const name = fresh(scope, "bilinear")
  const out = scope.random.whole(1, 6)
  scope.init.push(
    `self.${name} = nn.Bilinear(${size(scope, features)}, ${size(scope, features)}, ${out}${scope.random.chance(0.3) ? ", bias=False" : ""})`,
  )
  scope.forward.push(`x = self.${name}(x, torch.tanh(x))`)
  return [batch, out]
}

/** Experts weighted by a gate. */
const experts: Step = (scope, shape) => {
  const [batch, features] = shape as [number, number]
  const [list, gate] = [fresh(scope, "experts"), fresh(scope, "router")]
  const count = scope.random.whole(2, 4)
  const out = scope.random.pick([4, 8])
  const given = size(scope, features)
  scope.init.push(
    `self.${list} = nn.ModuleList([nn.Sequential(nn.Linear(${given}, ${out}), nn.ReLU(), nn.Linear(${out}, ${out})) for _ in range(${count})])`,
  )
  scope.init.push(`self.${gate} = nn.Linear(${given}, ${count})`)
  scope.forward.push(`weights = F.softmax(self.${gate}(x), dim=-1)`, `outputs = torch.stack([expert(x) for expert in self.${list}], dim=1)`)
  scope.forward.push(
    scope.random.pick([
      "x = (weights.unsqueeze(-1) * outputs).sum(dim=1)",
      'x = torch.einsum("be,bed->bd", weights, outputs)',
      "x = torch.bmm(weights.unsqueeze(1), outputs).squeeze(1)",
    ]),
  )
  return [batch, out]
}

/** Mean and variance, as a variational encoder has them. */
const reparameterised: Step = (scope, shape) => {
  const [batch, features] = shape as [number, number]
  const [mean, variance] = [fresh(scope, "mu"), fresh(scope, "logvar")]
  const out = scope.random.pick([2, 4, 8])
  for (const name of [mean, variance]) scope.init.push(`self.${name} = nn.Linear(${size(scope, features)}, ${out})`)
  scope.forward.push(
    `mu, logvar = self.${mean}(x), self.${variance}(x)`,
    "std = torch.exp(0.5 * logvar)",
    "x = mu + torch.randn_like(std) * std",
  )
  return [batch, out]
}

/** All pairs of features. */
const crossed: Step = (scope, shape) => {
  const [batch, features] = shape as [number, number]
  if (features > 12) return undefined
  scope.forward.push(
    scope.random.pick([
      "x = (x.unsqueeze(2) * x.unsqueeze(1)).flatten(1)",
      'x = torch.einsum("bi,bj->bij", x, x).reshape(x.size(0), -1)',
      "x = torch.bmm(x[:, :, None], x[:, None]).view(len(x), -1)",
    ]),
  )
  return [batch, features * features]
}

/** Distances to learned points. */
const distances: Step = (scope, shape) => {
  const [batch, features] = shape as [number, number]
  const name = fresh(scope, "centers")
  scope.init.push(`self.${name} = nn.Parameter(torch.rand(5, ${size(scope, features)}))`)
  scope.forward.push(
    scope.random.pick([
      `x = ((x.unsqueeze(1) - self.${name}) ** 2).sum(-1)`,
      `x = x.mm(self.${name}.t())`,
      `x = F.cosine_similarity(x.unsqueeze(1), self.${name}, dim=-1)`,
      `x = torch.addmm(torch.zeros(5), x, self.${name}.t())`,
    ]),
  )
  return [batch, 5]
}

/** The same layer several times. */
const shared: Step = (scope, shape) => {
  const [, features] = shape as [number, number]
  const name = fresh(scope, "shared")
  scope.init.push(`self.${name} = nn.Linear(${size(scope, features)}, ${size(scope, features)})`)
  scope.forward.push(`for _ in range(${scope.random.whole(2, 3)}):`, `    x = torch.tanh(self.${name}(x))`)
  return shape
}

/** Tied weights: the decoder is the encoder's matrix. */
const tied: Step = (scope, shape) => {
  const [batch, features] = shape as [number, number]
  const [encoder, decoder] = [fresh(scope, "encode"), fresh(scope, "decode")]
  scope.init.push(`self.${encoder} = nn.Linear(${size(scope, features)}, ${size(scope, features)}, bias=False)`)
  scope.init.push(
    `self.${decoder} = nn.Linear(${size(scope, features)}, ${size(scope, features)})`,
    `self.${decoder}.weight = self.${encoder}.weight`,
  )
  scope.forward.push(`x = self.${decoder}(F.relu(self.${encoder}(x)))`)
  return [batch, features]
}

const frozen: Step = (scope, shape) => {
  const [batch, features] = shape as [number, number]
  const name = fresh(scope, "frozen")
  scope.init.push(`self.${name} = nn.Linear(${size(scope, features)}, 6)`)
  scope.init.push(
    ...scope.random.pick([
      [`self.${name}.requires_grad_(False)`],
      [`for p in self.${name}.parameters():`, "    p.requires_grad = False"],
      [`self.${name}.weight.requires_grad = False`],
    ]),
  )
  scope.forward.push(`x = self.${name}(x)`)
  return [batch, 6]
}

const normed: Step = (scope, shape) => {
  const [batch, features] = shape as [number, number]
  const name = fresh(scope, "normed")
  const wrapper = scope.random.pick(["weight_norm", "spectral_norm", "parametrizations.weight_norm", "parametrizations.spectral_norm"])
  scope.init.push(`self.${name} = nn.utils.${wrapper}(nn.Linear(${size(scope, features)}, 6))`)
  scope.forward.push(`x = self.${name}(x)`)
  return [batch, 6]
}

export const vectorSteps: readonly Step[] = [
  bilinear,
  experts,
  reparameterised,
  crossed,
  distances,
  shared,
  tied,
  frozen,
  normed,
  elementwise,
]
