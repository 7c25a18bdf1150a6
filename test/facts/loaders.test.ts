// Data loaders: what a model is fed follows from what one example of the dataset is.

import assert from "node:assert/strict"
import { test } from "node:test"
import { summaryOf } from "../../src/facts/summary.ts"
import { analyzed, TORCH } from "./reading.ts"

const PROGRAM = `${TORCH}import os
from PIL import Image
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset, TensorDataset, random_split
from torchvision import datasets, transforms
from torchvision.transforms import v2
from tqdm import tqdm

class Net(nn.Module):
    def forward(self, x):
        return x

net = Net()
`

/** The first input of the model, and how many batches the loop has. */
function fed(program: string): string {
  const { models } = summaryOf(analyzed(`${PROGRAM}${program}\n`))
  const [input] = models[0]?.inputs ?? []
  return `(${input?.shape?.join(", ")}) ${input?.dtype} ${input?.origin}`
}

const RESIZED = "transforms.Compose([transforms.Resize((40, 48)), transforms.ToTensor()])"
const FOLDER = `class Folder(Dataset):
    def __init__(self, root, transform=None):
        self.names = os.listdir(root)
        self.transform = transform

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        picture = Image.open(self.names[index]).convert("RGB")
        if self.transform:
            picture = self.transform(picture)
        return {"picture": picture, "label": 1}
`

const PROGRAMS: readonly (readonly [says: string, program: string, expected: string])[] = [
  [
    "tensors",
    "for x, y in DataLoader(TensorDataset(torch.zeros(100, 7), torch.zeros(100)), batch_size=16):\n    net(x)",
    "(16, 7) float32 stated",
  ],
  [
    "a smaller last batch is all there is",
    "for x, y in DataLoader(TensorDataset(torch.zeros(10, 7), torch.zeros(10)), batch_size=16):\n    net(x)",
    "(10, 7) float32 stated",
  ],
  ["a list of examples", "for x in DataLoader([torch.zeros(3, 4)] * 8, batch_size=4):\n    net(x)", "(4, 3, 4) float32 stated"],
  ["numbers become int64", "for x, y in DataLoader([(1, 2.0)] * 8, batch_size=4):\n    net(x)", "(4) int64 stated"],
  ["decimals become float64", "for x, y in DataLoader([(1, 2.0)] * 8, batch_size=4):\n    net(y)", "(4) float64 stated"],
  [
    "a published dataset",
    'for x, y in DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64):\n    net(x)',
    "(64, 1, 28, 28) float32 stated",
  ],
  [
    "a published dataset, resized",
    `for i, (x, y) in enumerate(tqdm(DataLoader(datasets.CIFAR10(".", transform=${RESIZED}), 32))):\n    net(x)`,
    "(32, 3, 40, 48) float32 stated",
  ],
  [
    "the labels",
    'for x, y in DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64):\n    net(y)',
    "(64) int64 stated",
  ],
  [
    "the newer transforms",
    'to = v2.Compose([v2.ToImage(), v2.RandomResizedCrop(96), v2.ToDtype(torch.float32, scale=True)])\nfor x, y in DataLoader(datasets.ImageFolder("data", to), batch_size=8):\n    net(x)',
    "(8, 3, 96, 96) float32 stated",
  ],
  [
    "a dataset of the user's over files nobody sees",
    `${FOLDER}\nfor batch in DataLoader(Folder("data", transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor()])), batch_size=8):\n    net(batch["picture"])`,
    "(8, 3, 224, 224) float32 stated",
  ],
  [
    "parts of a dataset",
    "train, test = random_split(TensorDataset(torch.zeros(100, 7)), [0.9, 0.1])\nfor (x,) in DataLoader(test, batch_size=64):\n    net(x)",
    "(10, 7) float32 stated",
  ],
  [
    "datasets joined",
    "both = ConcatDataset([TensorDataset(torch.zeros(3, 7)), TensorDataset(torch.zeros(4, 7))])\n(x,) = next(iter(DataLoader(both, batch_size=64)))\nnet(x)",
    "(7, 7) float32 stated",
  ],
  [
    "what joins examples is run",
    "pad = lambda examples: torch.stack(examples).transpose(0, 1)\nfor x in DataLoader([torch.zeros(3, 4)] * 8, batch_size=2, collate_fn=pad):\n    net(x)",
    "(3, 2, 4) float32 stated",
  ],
]

for (const [says, program, expected] of PROGRAMS) test(says, () => assert.equal(fed(program), expected))

test("a loop over batches of unknown number knows what one of them costs", () => {
  const [model] = summaryOf(
    analyzed(
      `${PROGRAM.replace("return x", "return F.conv2d(x, torch.zeros(4, 3, 3, 3))")}\nfor x, y in DataLoader(datasets.ImageFolder("d", ${RESIZED}), batch_size=2):\n    net(x)\n`,
    ),
  ).models
  assert.equal(model?.macs, 2 * 4 * 38 * 46 * 27)
})

test("the number of batches is rounded up, or down when the last is dropped", () => {
  const lengths = (more: string) =>
    fed(`net(torch.zeros(len(DataLoader(datasets.CIFAR10(".", transform=transforms.ToTensor()), batch_size=300${more}))))`)
  assert.equal(lengths(""), "(167) float32 stated")
  assert.equal(lengths(", drop_last=True"), "(166) float32 stated")
})

test("a model that does not fit its data is a problem", () => {
  const { problems } = analyzed(
    `${TORCH}from torch.utils.data import DataLoader\nfrom torchvision import datasets, transforms\n\nnet = nn.Conv2d(1, 8, 3)\nfor x, y in DataLoader(datasets.CIFAR10(".", transform=transforms.ToTensor()), batch_size=32):\n    net(x)\n`,
  )
  assert.deepEqual(
    problems.map(({ code, place }) => [code, place.file.text.slice(place.span.start, place.span.end)]),
    [["channel-mismatch", "net(x)"]],
  )
})
