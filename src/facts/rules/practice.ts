/** Rules of practice: what every framework accepts, and what is still seldom meant. They are hints and never errors. */
import type { RuleText } from "./rule.ts"

export const practiceRules = {
  "double-softmax": {
    severity: "hint",
    title: "Softmax or sigmoid stands before a loss that applies it itself.",
    what: "`CrossEntropyLoss`, `BCEWithLogitsLoss` or a Keras loss with `from_logits=True` gets what softmax or sigmoid has made.",
    why: "Softmax of numbers between 0 and 1 is nearly even: gradients become small, training is slow, and the loss cannot come near zero.",
    wrong:
      "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5), nn.Softmax(dim=1))\nloss = nn.CrossEntropyLoss()(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))",
    right:
      "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5))\nloss = nn.CrossEntropyLoss()(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))",
    fix: "Let the model end in its last linear layer, and apply softmax where probabilities are read.",
  },
  "missing-softmax": {
    severity: "hint",
    title: "A loss that wants probabilities gets plain scores.",
    what: "`NLLLoss` gets no log-probabilities, `BCELoss` no probabilities, or a Keras cross entropy without `from_logits=True` gets a layer without activation.",
    why: "The loss takes a logarithm, or believes that one was taken: of scores of any size it makes nonsense, or `nan`.",
    wrong:
      "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5))\nloss = nn.NLLLoss()(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))",
    right:
      "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5), nn.LogSoftmax(dim=1))\nloss = nn.NLLLoss()(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))",
    fix: "Use the loss that takes logits (`CrossEntropyLoss`, `BCEWithLogitsLoss`, `from_logits=True`), or end the model in the activation.",
  },
  "regression-activation": {
    severity: "hint",
    title: "A model that predicts numbers ends in an activation that has no negative ones.",
    what: "ReLU stands behind the last dense layer, and a loss for numbers compares the result, which is not the input given back.",
    why: "Targets below zero cannot be reached, and where all outputs are zero no gradient is left to move them.",
    wrong:
      "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU())\nloss = nn.MSELoss()(model(torch.randn(8, 20)), torch.randn(8, 1))",
    right:
      "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 1))\nloss = nn.MSELoss()(model(torch.randn(8, 20)), torch.randn(8, 1))",
    fix: "Let the model end in its last linear layer; use softplus or an exponential where numbers must be positive.",
  },
  "stacked-linear": {
    severity: "hint",
    title: "Two linear layers or convolutions follow each other without a non-linearity.",
    what: "Only the second layer uses what the first gives, nothing but dropout stands between, and the first is no narrow factor made to save weights.",
    why: "The product of two matrices is a matrix: the two layers can do nothing that one cannot, and cost more.",
    wrong: "model = nn.Sequential(nn.Linear(20, 32), nn.Linear(32, 5))",
    right: "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5))",
    fix: "Put an activation between them, or make them one layer.",
  },
  "bias-before-normalisation": {
    severity: "hint",
    title: "A layer has a bias, and batch normalisation follows at once.",
    what: "A convolution or linear layer with a bias feeds nothing but a batch normalisation of the same channels. It is said once of a class or function, at the first of such layers.",
    why: "The normalisation subtracts the mean of each channel, and the bias with it; its own shift takes the bias's place.",
    wrong: "model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU())",
    right: "model = nn.Sequential(nn.Conv2d(3, 16, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU())",
    fix: "Make the layer with `bias=False` (`use_bias=False` in Keras, `useBias: false` in TensorFlow.js).",
  },
  "vanishing-gradients": {
    severity: "hint",
    title: "Many sigmoids or hyperbolic tangents follow each other.",
    what: "More than three layers in a row end in sigmoid, or more than seven in tanh, without normalisation or a way around.",
    why: "Sigmoid's slope is at most 1/4 and tanh's at most 1: each layer shrinks the gradient, and the first layers hardly learn.",
    wrong:
      "model = nn.Sequential(nn.Linear(9, 9), nn.Sigmoid(), nn.Linear(9, 9), nn.Sigmoid(), nn.Linear(9, 9), nn.Sigmoid(), nn.Linear(9, 9), nn.Sigmoid(), nn.Linear(9, 2))",
    right:
      "model = nn.Sequential(nn.Linear(9, 9), nn.ReLU(), nn.Linear(9, 9), nn.ReLU(), nn.Linear(9, 9), nn.ReLU(), nn.Linear(9, 9), nn.ReLU(), nn.Linear(9, 2))",
    fix: "Use ReLU or one of its kin in hidden layers, normalisation between them, or shortcuts around them.",
  },
  "dropout-at-end": {
    severity: "hint",
    title: "Dropout stands behind the last layer.",
    what: "What the last linear layer gives goes through dropout, and then into a loss or a softmax at the end of the model.",
    why: "Scores of classes are set to zero at random and the rest is scaled up: the loss judges noise that says nothing of the model.",
    wrong: "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5), nn.Dropout(0.5), nn.LogSoftmax(dim=1))",
    right: "model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 5), nn.LogSoftmax(dim=1))",
    fix: "Move the dropout before the last linear layer.",
  },
  "batch-merged": {
    severity: "hint",
    title: "A `view` mixes the batch with the features.",
    what: "Images are laid out as rows, each example becomes several of them, and the model gives that many results more than it was given examples.",
    why: "`-1` stands where the batch belongs, so that a wrong number of features passes unseen, and rows answer for parts of an image.",
    wrong:
      "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = nn.Conv2d(3, 16, 3, padding=1)\n        self.fc = nn.Linear(16 * 4 * 4, 10)\n\n    def forward(self, x):\n        return self.fc(self.conv(x).view(-1, 16 * 4 * 4))\n\nscores = Net()(torch.randn(8, 3, 16, 16))",
    right:
      "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = nn.Conv2d(3, 16, 3, padding=1)\n        self.fc = nn.Linear(16 * 16 * 16, 10)\n\n    def forward(self, x):\n        return self.fc(self.conv(x).flatten(1))\n\nscores = Net()(torch.randn(8, 3, 16, 16))",
    fix: "Keep the batch: `x.flatten(1)` or `x.view(x.size(0), -1)`, and make the linear layer for as many features.",
  },
  "unregistered-layers": {
    severity: "hint",
    title: "Layers are kept in a plain list or dictionary.",
    what: "An attribute of a torch module is a list, tuple or dictionary of layers with weights that nothing else holds.",
    why: "`parameters()` does not find the weights: the optimiser never changes them, `to()` leaves them where they are, and `state_dict()` forgets them.",
    wrong:
      "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.blocks = [nn.Linear(20, 20) for _ in range(3)]\n\n    def forward(self, x):\n        for block in self.blocks:\n            x = F.relu(block(x))\n        return x",
    right:
      "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.blocks = nn.ModuleList([nn.Linear(20, 20) for _ in range(3)])\n\n    def forward(self, x):\n        for block in self.blocks:\n            x = F.relu(block(x))\n        return x",
    fix: "Wrap the list in `nn.ModuleList`, the dictionary in `nn.ModuleDict`.",
  },
  "unused-layer": {
    severity: "hint",
    title: "A layer is made and never used.",
    what: "A class assigns a layer to an attribute that is named nowhere else in the file, and reaches its layers in no other way.",
    why: "Its weights take memory and stand in every saved state; more often, `forward` was meant to use it.",
    wrong:
      "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.first = nn.Linear(20, 20)\n        self.second = nn.Linear(20, 20)\n\n    def forward(self, x):\n        return F.relu(self.first(x))",
    right:
      "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.first = nn.Linear(20, 20)\n        self.second = nn.Linear(20, 20)\n\n    def forward(self, x):\n        return F.relu(self.second(F.relu(self.first(x))))",
    fix: "Use the layer in `forward`, or take it out.",
  },
  "layer-in-forward": {
    severity: "hint",
    title: "A layer with weights is made while the model runs.",
    what: "`forward` or `call` makes a layer with weights each time it runs, in no branch and for no attribute that is checked first.",
    why: "Each call starts with new random weights; the optimiser does not know them, and nothing that is learned stays.",
    wrong:
      "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.first = nn.Linear(20, 20)\n\n    def forward(self, x):\n        return nn.Linear(20, 5)(F.relu(self.first(x)))",
    right:
      "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.first = nn.Linear(20, 20)\n        self.last = nn.Linear(20, 5)\n\n    def forward(self, x):\n        return self.last(F.relu(self.first(x)))",
    fix: "Make the layer in the constructor and keep it as an attribute.",
  },
  "shape-remark": {
    severity: "hint",
    title: "A comment or an annotation states another shape than the one that is computed.",
    what: "A comment that is nothing but a shape, behind a statement, or an annotation of jaxtyping differs in its number of axes or in a number.",
    why: "Whoever reads the line believes the remark; remarks about shapes are the first thing to age when code changes.",
    wrong: "x = torch.zeros(8, 3, 32, 32)\ny = nn.Conv2d(3, 16, 3)(x)  # (8, 16, 32, 32)",
    right: "x = torch.zeros(8, 3, 32, 32)\ny = nn.Conv2d(3, 16, 3)(x)  # (8, 16, 30, 30)",
    fix: "Write the shape that is meant, or change the code until it is.",
  },
} as const satisfies Record<string, RuleText>
