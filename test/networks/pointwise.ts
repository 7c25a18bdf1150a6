/** Layers and steps that keep the shape of any tensor. */
import { fresh, type LayerKind, size, type Step } from "./draft.ts"

const ACTIVATIONS = [
  "nn.ReLU()",
  "nn.ReLU(inplace=True)",
  "nn.GELU()",
  "nn.SiLU()",
  "nn.Tanh()",
  "nn.Sigmoid()",
  "nn.LeakyReLU(0.2)",
  "nn.ELU(alpha=0.5)",
  "nn.Hardswish()",
  "nn.Mish()",
  "nn.Softplus()",
  "nn.PReLU()",
  "nn.Dropout(0.1)",
  "nn.Identity()",
  "nn.Softmax(dim=1)",
]

export const activation: LayerKind = (scope, shape) => {
  const prelu = `nn.PReLU(${size(scope, shape[1] ?? 1)})`
  return { make: scope.random.chance(0.1) && shape.length > 1 ? prelu : scope.random.pick(ACTIVATIONS), shape }
}

const EXPRESSIONS = [
  "F.relu(x)",
  "torch.relu(x)",
  "x.relu()",
  "torch.sigmoid(x) * x",
  "F.gelu(x, approximate='tanh')",
  "x.clamp(min=0, max=6)",
  "torch.tanh(x) + 1",
  "F.dropout(x, p=0.5, training=self.training)",
  "F.leaky_relu(x, 0.1)",
  "F.softmax(x, dim=-1)",
  "(x - x.mean()) / (x.std() + 1e-5)",
  "x / x.norm(dim=1, keepdim=True)",
  "torch.where(x > 0, x, torch.zeros_like(x))",
  "x.masked_fill(x < 0, 0.0)",
  "torch.exp(-x ** 2)",
  "x.contiguous().clone()",
  "F.normalize(x, dim=1)",
  "x - x.amax(dim=-1, keepdim=True)",
  "torch.flip(x, dims=[-1])",
  "torch.roll(x, 1, dims=-1)",
  "torch.cumsum(x, dim=-1)",
  "x.sort(dim=-1)[0]",
  "x.abs().sqrt().neg().exp()",
  "torch.maximum(x, torch.tensor(0.0))",
  "0.5 * x * (1 + torch.erf(x / math.sqrt(2)))",
  "x.type_as(x).float().to(x.device)",
  "x.double().mean(dim=-1, keepdim=True).to(x.dtype) * x",
  "torch.lerp(x, x.neg(), 0.5)",
  "torch.addcmul(x, x, x, value=0.1)",
  "x.div(2).add_(1).mul_(0.5)",
  "F.layer_norm(x, x.shape[-1:])",
  "F.glu(torch.cat([x, x], dim=-1), dim=-1)",
  "torch.stack([x, x], dim=0).sum(0)",
  "torch.fft.ifft(torch.fft.fft(x)).real",
  "torch.gather(x, -1, torch.zeros_like(x, dtype=torch.long))",
  "x[..., torch.randperm(x.size(-1))]",
  "x[x.argsort(dim=0)[:, 0].reshape(x.size(0), -1)[:, 0]]",
  "torch.index_select(x, 0, torch.arange(x.size(0)))",
  "torch.triu(x) if x.dim() > 2 else x",
  "x.unsqueeze(1).squeeze(1).movedim(0, -1).movedim(-1, 0)",
  "(x > 0.5).float() * x + (x <= 0.5).to(torch.float32)",
  "torch.cat(torch.chunk(x, 2, dim=-1), dim=-1)",
  "torch.cat([t for t in x.split(1, dim=-1)], dim=-1)",
  "x.view(-1, x.shape[-1]).view(*x.shape) if x.is_contiguous() else x",
  "F.one_hot(x.argmax(-1), x.size(-1)).to(x)",
  "x.std(dim=-1, unbiased=False, keepdim=True) * x",
  "torch.logsumexp(x, dim=-1, keepdim=True) - x",
  "x.expand_as(x).reshape(x.shape)",
  "F.gumbel_softmax(x, dim=-1)",
  "torch.baddbmm(x, x @ x.mT, x) if x.dim() == 3 else x",
]

/** An expression on x alone. */
export const elementwise: Step = (scope, shape) => {
  scope.forward.push(`x = ${scope.random.pick(EXPRESSIONS)}`)
  return shape
}

/** A learned number for each channel or feature, as a parameter of the class. */
export const scaling: Step = (scope, shape) => {
  const name = fresh(scope, "scale")
  const axis = scope.random.chance(0.5) ? 1 : shape.length - 1
  const sizes = shape.map((extent, index) => (index === axis ? size(scope, extent) : "1"))
  scope.init.push(
    `self.${name} = nn.Parameter(torch.${scope.random.pick(["ones", "zeros", "randn"])}(${sizes.join(", ")})${scope.random.chance(0.15) ? ", requires_grad=False" : ""})`,
  )
  scope.forward.push(`x = x ${scope.random.pick(["*", "+"])} self.${name}`)
  return shape
}

/** The first half gates the second. */
export const gating: Step = (scope, shape) => {
  const channels = shape[1] as number
  if (channels % 2 !== 0) return undefined
  const ways = [
    "a, b = x.chunk(2, dim=1)",
    "a, b = torch.split(x, x.size(1) // 2, dim=1)",
    `a, b = x[:, :${channels / 2}], x[:, ${channels / 2}:]`,
  ]
  scope.forward.push(scope.random.pick(ways), "x = a * torch.sigmoid(b)")
  return shape.map((extent, index) => (index === 1 ? extent / 2 : extent))
}

/** A buffer that goes along. */
export const buffered: Step = (scope, shape) => {
  const name = fresh(scope, "offset")
  scope.init.push(
    `self.register_buffer("${name}", torch.zeros(${size(scope, shape.at(-1) as number)})${scope.random.chance(0.2) ? ", persistent=False" : ""})`,
  )
  scope.forward.push(`x = x + self.${name}`)
  return shape
}
