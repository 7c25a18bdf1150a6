/** Whole pieces of networks the way repositories write them: configurations in lists, dense and U-shaped connections, factories, inheritance, decoders. */
import { fresh, type Scope, type Shape, type Step, size, volume } from "./draft.ts"

const axesOf = (shape: Shape): readonly number[] => shape.slice(2)
const dimensions = (shape: Shape): string => `${shape.length - 2}d`
const className = (scope: Scope, stem: string): string => `${stem}${scope.classes.length}`

/** VGG: numbers are convolutions, "M" is a pooling; the list is read by a method. */
const configured: Step = (scope, shape) => {
  const { random } = scope
  const name = className(scope, "Features")
  const config: (number | string)[] = Array.from({ length: random.whole(2, 4) }, () => random.pick([4, 8, 12]))
  const pools = Math.min(...axesOf(shape)) >= 4 ? random.whole(0, 1) : 0
  if (pools) config.splice(random.whole(1, config.length), 0, "M")
  const dim = dimensions(shape)
  scope.classes.push(`class ${name}(nn.Module):
    CONFIG = [${config.map((part) => (typeof part === "string" ? `"${part}"` : part)).join(", ")}]

    def __init__(self, in_channels=${random.pick([3, 7])}, batch_norm=${random.chance(0.5) ? "True" : "False"}):
        super().__init__()
        self.features = self._make_layers(self.CONFIG, in_channels, batch_norm)
        self._initialize_weights()

    def _make_layers(self, config, in_channels, batch_norm):
        layers = []
        for v in config:
            if v == "M":
                layers += [nn.MaxPool${dim}(kernel_size=2, stride=2)]
                continue
            conv = nn.Conv${dim}(in_channels, v, kernel_size=3, padding=1)
            layers += [conv, nn.BatchNorm${dim}(v), nn.ReLU(inplace=True)] if batch_norm else [conv, nn.ReLU(True)]
            in_channels = v
        return nn.Sequential(*layers)

    def _initialize_weights(self):
        for m in self.modules():
            if isinstance(m, (nn.Conv${dim}, nn.Linear)):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                if m.bias is not None:
                    nn.init.constant_(m.bias, 0)
            elif isinstance(m, nn.BatchNorm${dim}):
                m.weight.data.fill_(1)
                m.bias.data.zero_()

    def forward(self, x):
        return self.features(x)`)
  const attribute = fresh(scope, "features")
  scope.init.push(`self.${attribute} = ${name}(${size(scope, shape[1] as number)})`)
  scope.forward.push(`x = self.${attribute}(x)`)
  const last = config.filter((part) => typeof part === "number").at(-1) as number
  return [shape[0] as number, last, ...axesOf(shape).map((axis) => (pools ? axis >> 1 : axis))]
}

/** DenseNet: everything before is joined to the input of each layer. */
const dense: Step = (scope, shape) => {
  const name = className(scope, "Dense")
  const [growth, count] = [scope.random.pick([2, 4]), scope.random.whole(2, 4)]
  const dim = dimensions(shape)
  scope.classes.push(`class ${name}(nn.ModuleDict):
    def __init__(self, num_layers, num_input_features, growth_rate=${growth}):
        super().__init__()
        for i in range(num_layers):
            layer = nn.Sequential(
                nn.BatchNorm${dim}(num_input_features + i * growth_rate),
                nn.ReLU(),
                nn.Conv${dim}(num_input_features + i * growth_rate, growth_rate, 3, padding=1, bias=False),
            )
            self.add_module("denselayer%d" % (i + 1), layer)

    def forward(self, init_features):
        features = [init_features]
        for name, layer in self.items():
            new_features = layer(torch.cat(features, 1))
            features.append(new_features)
        return torch.cat(features, 1)`)
  const attribute = fresh(scope, "dense")
  scope.init.push(`self.${attribute} = ${name}(${count}, num_input_features=${size(scope, shape[1] as number)})`)
  scope.forward.push(`x = self.${attribute}(x)`)
  return [shape[0] as number, (shape[1] as number) + count * growth, ...axesOf(shape)]
}

/** U-Net: down, up, and the skipped tensor joined after padding it alike. */
const unet: Step = (scope, shape) => {
  const axes = axesOf(shape)
  if (axes.length !== 2 || Math.min(...axes) < 4 || volume(shape) > 8000) return undefined
  const name = className(scope, "UNet")
  const base = scope.random.pick([4, 6])
  scope.classes.push(`def double_conv(in_channels, out_channels):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(out_channels, out_channels, 3, padding=1),
        nn.ReLU(inplace=True),
    )


class ${name}(nn.Module):
    def __init__(self, n_channels, base=${base}, bilinear=${scope.random.chance(0.5) ? "True" : "False"}):
        super().__init__()
        self.inc = double_conv(n_channels, base)
        self.down = nn.Sequential(nn.MaxPool2d(2), double_conv(base, base * 2))
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = double_conv(base * 3, base)
        else:
            self.up = nn.ConvTranspose2d(base * 2, base, kernel_size=2, stride=2)
            self.conv = double_conv(base * 2, base)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.up(self.down(x1))
        dy, dx = x1.size()[2] - x2.size()[2], x1.size()[3] - x2.size()[3]
        x2 = F.pad(x2, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.conv(torch.cat([x2, x1], dim=1))`)
  const attribute = fresh(scope, "unet")
  scope.init.push(`self.${attribute} = ${name}(${size(scope, shape[1] as number)})`)
  scope.forward.push(`x = self.${attribute}(x)`)
  return [shape[0] as number, base, ...axes]
}

/** A base class with a hook method, and a subclass that says how. */
const inherited: Step = (scope, shape) => {
  const name = className(scope, "Conv")
  const dim = dimensions(shape)
  const out = scope.random.pick([4, 8])
  scope.classes.push(`class ${name}Base(nn.Module):
    norm = None

    def __init__(self, in_channels, out_channels, **kwargs):
        super(${name}Base, self).__init__()
        kwargs.setdefault("kernel_size", 3)
        self.conv = nn.Conv${dim}(in_channels, out_channels, padding=kwargs["kernel_size"] // 2, **kwargs)
        self.bn = self.norm(out_channels) if self.norm is not None else nn.Identity()

    def activate(self, x):
        raise NotImplementedError

    def forward(self, x):
        return self.activate(self.bn(self.conv(x)))


class ${name}(${name}Base):
    norm = ${scope.random.chance(0.5) ? `partial(nn.BatchNorm${dim}, eps=1e-3)` : `partial(nn.GroupNorm, 2)`}

    def activate(self, x):
        return F.hardswish(x)

    def forward(self, x):
        out = super().forward(x)
        return out if out.shape != x.shape else out + x`)
  const attribute = fresh(scope, "conv")
  scope.init.push(
    `self.${attribute} = ${name}(${size(scope, shape[1] as number)}, ${out}${scope.random.chance(0.5) ? ", kernel_size=5, bias=False" : ""})`,
  )
  scope.forward.push(`x = self.${attribute}(x)`)
  return [shape[0] as number, out, ...axesOf(shape)]
}

/** Patches cut by unfold or by a strided convolution. */
const patches: Step = (scope, shape) => {
  const axes = axesOf(shape)
  const [batch, channels] = shape as [number, number]
  if (axes.length !== 2 || Math.min(...axes) < 4) return undefined
  const count = axes.map((axis) => Math.floor((axis - 2) / 2) + 1) as [number, number]
  const name = fresh(scope, "patch")
  if (scope.random.chance(0.5)) {
    scope.init.push(`self.${name} = nn.Linear(${channels * 4}, 8)`)
    scope.forward.push(`x = self.${name}(F.unfold(x, kernel_size=2, stride=2).transpose(1, 2))`)
    scope.forward.push(`x = x.transpose(1, 2).reshape(-1, 8, ${count.join(", ")})`)
  } else {
    scope.init.push(`self.${name} = nn.Conv2d(${size(scope, channels)}, 8, kernel_size=2, stride=2)`)
    scope.forward.push(`x = self.${name}(x)`)
  }
  return [batch, 8, ...count]
}

export const spatialIdioms: readonly Step[] = [configured, dense, unet, inherited, patches]

/** A pre-norm block as nanoGPT writes it, with a configuration object and clones. */
const transformerBlocks: Step = (scope, shape) => {
  const { random } = scope
  const width = shape[2] as number
  const name = className(scope, "GPT")
  const heads = random.pick([1, 2, 4].filter((count) => width % count === 0))
  scope.classes.push(`@dataclass
class ${name}Config:
    n_embd: int = ${width + 4}
    n_head: int = ${heads}
    n_layer: int = ${random.whole(1, 3)}
    bias: bool = ${random.chance(0.5) ? "True" : "False"}


class ${name}Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        assert config.n_embd % config.n_head == 0
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)
        self.n_head, self.n_embd = config.n_head, config.n_embd
        self.register_buffer("bias", torch.tril(torch.ones(32, 32)).view(1, 1, 32, 32))

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
        k = k.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        q = q.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        v = v.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float("-inf"))
        y = F.softmax(att, dim=-1) @ v
        return self.c_proj(y.transpose(1, 2).contiguous().view(B, T, C))


class ${name}Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.ln_1 = nn.LayerNorm(config.n_embd)
        self.attn = ${name}Attention(config)
        self.ln_2 = nn.LayerNorm(config.n_embd)
        self.mlp = nn.ModuleDict(dict(c_fc=nn.Linear(config.n_embd, 4 * config.n_embd), act=nn.GELU(), c_proj=nn.Linear(4 * config.n_embd, config.n_embd)))
        m = self.mlp
        self.mlpf = lambda x: m.c_proj(m.act(m.c_fc(x)))

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlpf(self.ln_2(x))`)
  const attribute = fresh(scope, "blocks")
  const config = `${name}Config(n_embd=${size(scope, width)})`
  scope.init.push(
    random.chance(0.5)
      ? `self.${attribute} = nn.ModuleList([${name}Block(${config}) for _ in range(${name}Config.n_layer)])`
      : `self.${attribute} = nn.ModuleList([copy.deepcopy(${name}Block(${config})) for _ in range(2)])`,
  )
  scope.forward.push(`for block in self.${attribute}:`, "    x = block(x)")
  return shape
}

/** Encoder and decoder of torch. */
const transformer: Step = (scope, shape) => {
  const { random } = scope
  const width = shape[2] as number
  const name = fresh(scope, "transformer")
  const heads = random.pick([1, 2, 4].filter((count) => width % count === 0))
  if (random.chance(0.5)) {
    scope.init.push(
      `self.${name} = nn.Transformer(d_model=${size(scope, width)}, nhead=${heads}, num_encoder_layers=1, num_decoder_layers=${random.whole(1, 2)}, dim_feedforward=16, batch_first=True)`,
    )
    scope.forward.push(`mask = nn.Transformer.generate_square_subsequent_mask(x.size(1))`, `x = self.${name}(x, x, tgt_mask=mask)`)
    return shape
  }
  const layer = fresh(scope, "layer")
  scope.init.push(
    `self.${layer} = nn.TransformerDecoderLayer(${size(scope, width)}, ${heads}, 24, batch_first=True, norm_first=${random.chance(0.5) ? "True" : "False"})`,
  )
  scope.init.push(`self.${name} = nn.TransformerDecoder(self.${layer}, ${random.whole(1, 2)}, norm=nn.LayerNorm(${size(scope, width)}))`)
  scope.forward.push(`x = self.${name}(x, x.flip(1))`)
  return shape
}

/** Sequence to sequence: a decoder attends to what the encoder gave, step by step. */
const decoding: Step = (scope, shape) => {
  const [batch, length, width] = shape as [number, number, number]
  const hidden = scope.random.pick([6, 8])
  const [encoder, cell, score] = ["encoder", "decoder", "score"].map((stem) => fresh(scope, stem)) as [string, string, string]
  scope.init.push(
    `self.${encoder} = nn.GRU(${size(scope, width)}, ${hidden}, batch_first=True)`,
    `self.${cell} = nn.GRUCell(${hidden}, ${hidden})`,
    `self.${score} = nn.Linear(${hidden} * 2, 1)`,
  )
  scope.forward.push(
    `memory, state = self.${encoder}(x)`,
    "state, steps = state.squeeze(0), []",
    `for _ in range(${Math.min(length, 3)}):`,
    `    repeated = state.unsqueeze(1).expand(-1, memory.size(1), -1)`,
    `    energy = self.${score}(torch.cat((memory, repeated), dim=2)).squeeze(2)`,
    "    context = torch.bmm(F.softmax(energy, dim=1).unsqueeze(1), memory).squeeze(1)",
    `    state = self.${cell}(context, state)`,
    "    steps.append(state)",
    "x = torch.stack(steps, 1)",
  )
  return [batch, Math.min(length, 3), hidden]
}

const packed: Step = (scope, shape) => {
  const [batch, length, width] = shape as [number, number, number]
  const name = fresh(scope, "lstm")
  scope.init.push(`self.${name} = nn.LSTM(${size(scope, width)}, 6, batch_first=True)`)
  scope.forward.push(
    `packed = nn.utils.rnn.pack_padded_sequence(x, [${length}] * x.size(0), batch_first=True, enforce_sorted=False)`,
    `output, _ = self.${name}(packed)`,
    "x, lengths = nn.utils.rnn.pad_packed_sequence(output, batch_first=True)",
  )
  return [batch, length, 6]
}

/** Sines and cosines as the transformer's paper has them. */
const sinusoidal: Step = (scope, shape) => {
  const width = shape[2] as number
  if (width % 2 !== 0) return undefined
  const name = className(scope, "Positional")
  scope.classes.push(`class ${name}(nn.Module):
    def __init__(self, d_model, max_len=64):
        super().__init__()
        pe = torch.zeros(max_len, d_model)
        position = torch.arange(0, max_len, dtype=torch.float).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2).float() * (-math.log(10000.0) / d_model))
        pe[:, 0::2] = torch.sin(position * div_term)
        pe[:, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe.unsqueeze(0))

    def forward(self, x):
        return x + self.pe[:, : x.size(1)].requires_grad_(False)`)
  const attribute = fresh(scope, "positional")
  scope.init.push(`self.${attribute} = ${name}(${size(scope, width)})`)
  scope.forward.push(`x = self.${attribute}(x)`)
  return shape
}

/** Parameters kept in a list or by name. */
const keptParameters: Step = (scope, shape) => {
  const width = shape[2] as number
  const name = fresh(scope, "weights")
  if (scope.random.chance(0.5)) {
    scope.init.push(
      `self.${name} = nn.ParameterList([nn.Parameter(torch.randn(${size(scope, width)}, ${size(scope, width)})) for _ in range(2)])`,
    )
    scope.forward.push(`for w in self.${name}:`, "    x = torch.tanh(x @ w)")
  } else {
    scope.init.push(
      `self.${name} = nn.ParameterDict({"w": nn.Parameter(torch.randn(${size(scope, width)}, 5)), "b": nn.Parameter(torch.zeros(5))})`,
    )
    scope.forward.push(`x = torch.matmul(x, self.${name}["w"]) + self.${name}["b"]`)
    return [...shape.slice(0, 2), 5]
  }
  return shape
}

export const sequenceIdioms: readonly Step[] = [transformerBlocks, transformer, decoding, packed, sinusoidal, keptParameters]
