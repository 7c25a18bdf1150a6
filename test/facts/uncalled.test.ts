// Classes that nobody calls: what is said of them holds for every call.
import assert from "node:assert/strict"
import { test } from "node:test"
import { severityOf } from "../../src/facts/problems.ts"
import { analyzed, TORCH } from "./reading.ts"

/** What is said of a layer whose constructor passes things on. */
const problemsOf = (signature: string, layer: string): string[] =>
  analyzed(`${TORCH}
class Block(nn.Module):
    def __init__(self, ${signature}):
        super().__init__()
        self.layer = ${layer}

    def forward(self, x):
        return self.layer(x)
`).problems.map(({ message }) => message)

test("`**kwargs` and `*args` may hold what is missing", () => {
  assert.deepEqual(problemsOf("in_channels, out_channels, **kwargs", "nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)"), [])
  assert.deepEqual(problemsOf("in_channels, *args", "nn.Conv2d(in_channels, *args)"), [])
  assert.deepEqual(problemsOf("**options", "nn.Linear(options['in'], options['out'])"), [])
})

test("without them it is missing for certain", () => {
  const [message, ...others] = problemsOf("in_channels, out_channels", "nn.Conv2d(in_channels, out_channels)")
  assert.match(message ?? "", /misses the argument kernel_size/)
  assert.deepEqual(others, [])
})

test("where nothing is missing, they hold nothing", () => {
  const [model] = analyzed(`${TORCH}
class Head(nn.Module):
    def __init__(self, width=4, **kwargs):
        super().__init__()
        self.layer = nn.Linear(width, 2, **kwargs)

    def forward(self, x):
        return self.layer(x)
`).models
  assert.equal(model?.parameters.total, 10)
})

test("a constructor that is a layer's own may be given anything", () => {
  const { problems } = analyzed(`${TORCH}
class GroupNorm32(nn.GroupNorm):
    def forward(self, x):
        return super().forward(x.float()).type(x.dtype)
`)
  assert.deepEqual(problems, [])
})

test("a problem has to be one for every rank that the code can run on", () => {
  const program = (statement: string) =>
    analyzed(`${TORCH}
class Positions(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.layer = nn.Linear(8, 8)
        self.other = nn.Linear(dim, 8)
        self.narrow = nn.Linear(4, 2)

    def forward(self, data):
        batch, *axes, _ = data.shape
        data = self.layer(data)
        ${statement}
        return data, positions, self.other(mystery(data))
`)
      .problems.filter((problem) => severityOf(problem) !== "hint")
      .map(({ code }) => code)
  assert.deepEqual(program("positions = torch.stack([torch.linspace(-1, 1, size) for size in axes])"), [])
  assert.deepEqual(program("positions = self.narrow(data)"), ["feature-mismatch"])
})

test("who makes a list of modules says what it holds", () => {
  const { models, problems } = analyzed(`${TORCH}
class Ensemble(nn.ModuleList):
    def forward(self, x):
        return torch.cat([module(x) for module in self], 1)
`)
  assert.deepEqual(problems, [])
  assert.equal(models[0]?.parameters.total, undefined)
})

test("code that needs another rank than was tried is not blamed", () => {
  const { problems } = analyzed(`${TORCH}
from einops import rearrange
class Windows(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.layer = nn.Linear(dim, dim)
    def forward(self, x):
        batch, height, width, rows, columns, _, device, heads = *x.shape, x.device, self.heads
        return rearrange(self.layer(x), "b x y w1 w2 d -> (b x y) (w1 w2) d")
`)
  assert.deepEqual(problems, [])
})

test("indices may be one for each example, as labels are", () => {
  const { models, problems } = analyzed(`${TORCH}
class Conditional(nn.Module):
    def __init__(self):
        super().__init__()
        self.label = nn.Embedding(10, 5)
        self.layer = nn.Linear(105, 8)
    def forward(self, z, y):
        return self.layer(torch.cat([z, self.label(y)], dim=1))
`)
  assert.deepEqual(problems, [])
  assert.equal(models[0]?.outputs[0]?.shape?.length, 2)
})

test("but not where that would make features of the examples", () => {
  const { problems } = analyzed(`${TORCH}
class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(100, 36)
        self.reader = nn.LSTM(36, 44, bidirectional=True, batch_first=True)
        self.mood = nn.Linear(44, 3)
    def forward(self, ids):
        states, _ = self.reader(self.embed(ids))
        return self.mood(states.mean(dim=1))
`)
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["feature-mismatch"],
  )
})

test("a forward of any arguments is called with some", () => {
  const { problems } = analyzed(`${TORCH}
class Scale(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale, self.inner = scale, nn.Identity()
    def forward(self, *args, **kwargs):
        return self.inner(*args, **kwargs) * self.scale
`)
  assert.deepEqual(problems, [])
})

/** What is said of a network whose `forward` is given. */
const problemsOfBody = (made: string, signature: string, body: string): string[] =>
  analyzed(`${TORCH}from einops import rearrange
class Net(nn.Module):
    def __init__(self, layers, sizes):
        super().__init__()
        self.layers = layers
        self.sizes = sizes
${made.replace(/^/gm, "        ")}

    def forward(self, ${signature}):
${body.replace(/^/gm, "        ")}
`).problems.map(({ message }) => message)

test("what stands for nothing may be given: a skip that is None by default", () => {
  const made = "self.fuse = nn.Conv2d(12, 4, 1)\nself.stem = nn.Conv2d(3, 4, 1)"
  assert.deepEqual(
    problemsOfBody(made, "x, skip=None", "x = self.stem(x)\nif skip is not None:\n    x = torch.cat([x, skip], 1)\nreturn self.fuse(x)"),
    [],
  )
  // Without the condition it is wrong, whatever is given.
  assert.match(problemsOfBody(made, "x, skip=None", "return self.fuse(self.stem(x))")[0] ?? "", /expects 12 channels, got 4/)
})

test("a list filled on the way out of a loop is not taken for empty", () => {
  assert.deepEqual(
    problemsOfBody(
      "",
      "x",
      "out = []\nfor i, layer in enumerate(self.layers):\n    if i == self.sizes:\n        out.append(x)\n        break\nreturn torch.stack(out)",
    ),
    [],
  )
})

test("what is spread from something unknown is not taken for nothing", () => {
  assert.deepEqual(
    problemsOfBody(
      "",
      "x",
      "def grid(*axes):\n    return torch.meshgrid(*axes)\nreturn torch.stack(grid(*[torch.arange(n) for n in self.sizes]))",
    ),
    [],
  )
})

test("an axis of unknown size may be squeezed away, or not", () => {
  assert.deepEqual(problemsOfBody("", "x", "y = torch.zeros(self.sizes(x), 3, 4)\nreturn y.squeeze(0).permute(1, 0)"), [])
})

test("a normalisation over features tells nothing of the axes of what is unknown", () => {
  assert.deepEqual(
    problemsOfBody("self.norm = nn.BatchNorm1d(4)", "x", "return rearrange(self.norm(self.layers(x)), '(b v) d -> b v d', v=2)"),
    [],
  )
})

test("interpolation tells nothing of the axes of what is unknown", () => {
  assert.deepEqual(
    problemsOfBody("self.conv = nn.Conv1d(4, 4, 3)", "x", "return self.conv(F.interpolate(self.layers(x), scale_factor=2))"),
    [],
  )
})

test("sizes of named axes may be among keywords nobody sees", () => {
  assert.deepEqual(
    problemsOfBody(
      "",
      "x, sizes",
      "options = {'sizes': sizes}\nreturn self.part(x, **options)\n\ndef part(self, x, sizes):\n    return rearrange(x, 'b (h w) d -> b d h w', **sizes)",
    ),
    [],
  )
})

test("a loss is called with as much as it wants", () => {
  assert.deepEqual(analyzed(`${TORCH}\nclass Own(nn.L1Loss):\n    pass\n`).problems, [])
})

test("a shortcut that does not stride with its branch fits pictures of one pixel, and no others", () => {
  const residual = (stride: string) =>
    analyzed(`${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.conv = nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.shortcut = nn.Conv2d(8, 16, 1${stride})

    def forward(self, x):
        x = self.stem(x)
        return self.conv(x) + self.shortcut(x)
`).problems.map(({ code }) => code)
  assert.deepEqual(residual(""), ["broadcast-mismatch"])
  assert.deepEqual(residual(", stride=2"), [])
})

test("what comes back from below fits pictures of some sizes, not the smallest", () => {
  const { problems } = analyzed(`${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList([nn.Conv2d(3, 3, 4, 2, 1) for _ in range(6)])
        self.up = nn.Upsample(scale_factor=32)

    def forward(self, x):
        skip = self.down[0](x)
        y = skip
        for layer in self.down[1:]:
            y = layer(y)
        return torch.cat([self.up(y), skip], 1)
`)
  assert.deepEqual(problems, [])
})

test("a state that nobody gives may be both states of an LSTM", () => {
  const { problems } = analyzed(`${TORCH}
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 16, batch_first=True)

    def forward(self, x, hidden):
        output, hidden = self.lstm(x.view(1, 1, -1), hidden)
        return output, hidden
`)
  assert.deepEqual(
    problems.map(({ message }) => message),
    [],
  )
})

test("a normalisation that takes sequences, too, does not make a sequence of what goes through a linear layer", () => {
  const { problems, models } = analyzed(`${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.before = nn.BatchNorm1d(3)
        self.hidden = nn.Linear(3, 10, bias=False)
        self.after = nn.BatchNorm1d(10)

    def forward(self, x):
        return self.after(self.hidden(self.before(x)))
`)
  assert.deepEqual(
    problems.map(({ message }) => message),
    [],
  )
  assert.equal(models[0]?.inputs[0]?.shape?.length, 2)
})

test("a single layer that is trained is a model; one that is only tried is none", () => {
  const program = `${TORCH}
model = nn.Linear(3, 1)
print(model(torch.zeros(8, 3)))
`
  assert.deepEqual(analyzed(program).models, [])
  const [model] = analyzed(`${program}optimizer = torch.optim.SGD(model.parameters(), lr=0.1)`).models
  assert.equal(model?.parameters.total, 4)
  assert.equal(model?.macs, 24)
})

test("what the constructor is given and is called with tensors may hold weights: the total is unknown, not the sum of the rest", () => {
  const wrapper = (call: string): unknown =>
    analyzed(`${TORCH}
class Wrapper(nn.Module):
    def __init__(self, student, width):
        super().__init__()
        self.student = student
        self.width = width
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(${call})
`).models[0]?.parameters.total
  assert.equal(wrapper("self.student(x)"), undefined)
  assert.equal(wrapper("self.student.encode(x)"), undefined)
  assert.equal(wrapper("x * self.width"), 10)
})

test("the same holds for Keras", () => {
  const { models } = analyzed(`
import keras

class Distiller(keras.Model):
    def __init__(self, student, teacher):
        super().__init__()
        self.teacher = teacher
        self.student = student

    def call(self, x):
        return self.student(x)
`)
  assert.equal(models[0]?.parameters.total, undefined)
})

test("where the model is never run, whatever it is given may hold weights", () => {
  const { models } = analyzed(`
import keras

class Distiller(keras.Model):
    def __init__(self, student):
        super().__init__()
        self.student = student
`)
  assert.equal(models[0]?.parameters.total, undefined)
})

test("a class may be meant to be made with a count that is 0 by default", () => {
  const routed = (argument: string) =>
    analyzed(`${TORCH}
def convolution(inputs, outputs, **more):
    if more["count"] > 0:
        return nn.Conv2d(inputs, outputs, 1, groups=more.pop("count"))
    return nn.Conv2d(inputs, outputs, 1, **more)

class Routed(nn.Module):
    def __init__(self, inputs, outputs, count=0):
        super().__init__()
        self.convolve = convolution(inputs, outputs, ${argument})

    def forward(self, x):
        return self.convolve(x)
`).problems.map(({ message }) => message)
  assert.deepEqual(routed("count=count"), [])
  assert.deepEqual(routed("count=0"), ["Conv2d has no argument count"])
})

test("an attention of Keras may be given the list that it wants", () => {
  const { problems } = analyzed(`import keras
class Additive(keras.layers.Attention):
    def call(self, inputs, mask=None):
        return super().call(inputs, mask=mask)
`)
  assert.deepEqual(problems, [])
})

test("lists of layers that are empty may be filled by whoever uses the model", () => {
  const messages = (last: string): string[] =>
    analyzed(`${TORCH}
class Ensemble(nn.ModuleList):
    def forward(self, x):
        return torch.cat([module(x) for module in self], 1)

class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.branches = nn.ModuleList()

    def forward(self, x):
        return torch.stack([branch(x) for branch in self.branches])
${last}`)
      .problems.filter((problem) => severityOf(problem) === "error")
      .map(({ message }) => message)
  assert.deepEqual(messages(""), [])
  assert.deepEqual(messages("Ensemble()(torch.zeros(1, 3))\n"), ["cat joins an empty list of tensors"])
})

test("a layer by default may be meant to be another one, and a list that is empty to hold something", () => {
  const block = (kernel: string): string[] =>
    analyzed(`${TORCH}
class Block(nn.Module):
    def __init__(self, inputs, outputs, which=nn.Conv2d, anchors=()):
        super().__init__()
        self.count = len(anchors[0])
        self.conv = which(inputs, outputs)
        self.last = nn.Conv2d(inputs, outputs${kernel})

    def forward(self, x):
        return self.last(x) + self.conv(x)
`).problems.map(({ message }) => message)
  assert.deepEqual(block(", 3"), [])
  assert.match(block("")[0] ?? "", /misses the argument kernel_size/)
})

test("defaults that the file never uses prove nothing, unless every choice fails", () => {
  const attention = (scale: string): string[] =>
    analyzed(`${TORCH}
class Attention(nn.Module):
    def __init__(self, dim=100, heads=8):
        super().__init__()
        self.heads, self.width = heads, dim // heads
        self.key = nn.Linear(dim, dim)
        self.last = nn.Linear(dim, 7)

    def forward(self, x):
        key = self.key(x)
        split = key.reshape(key.shape[0], key.shape[1], self.heads, self.width)
        return self.last(x)${scale}

def small(dropout, **kwargs):
    return nn.Sequential(Attention(dim=64, heads=4), nn.Dropout(dropout))
`).problems.map(({ code }) => code)
  assert.deepEqual(attention(""), [])
  assert.deepEqual(attention(" + torch.zeros(5)"), ["broadcast-mismatch"])
})

test("a pooled axis that becomes 1 on a square image is spread over the other", () => {
  const { problems } = analyzed(`${TORCH}
class Excitation(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(8, 8, 1)

    def forward(self, x):
        x = self.layer(x)
        return x * F.avg_pool2d(x, x.size(2))
`)
  assert.deepEqual(problems, [])
})

test("what a function is given is not its own, and options that are handed on may hold what is missing", () => {
  const { problems } = analyzed(`${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 4)

    def forward(self, x, *args, **options):
        return self.loss(x, *args, **options)

    def loss(self, x, *, classes):
        return self.layer(x)

def nodes(net: Net):
    return net.graph.nodes

nodes(Net())
`)
  assert.deepEqual(problems, [])
})
