"""Really runs models of `media/examples` and of torchvision and writes what they leave in memory to `memory.json`.

training   bytes that autograd keeps in training mode: the memory behind all saved tensors, each piece once, without parameters and buffers
peak       bytes alive at once in inference, the inputs included, when every tensor is given up after the operator that uses it last
weights    bytes of parameters and buffers by data type
"""

import json
import sys
from pathlib import Path

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "library"))

from measure_examples_torch import run
from measure_torchvision import import_torchvision

PHOTO = ["1,3,224,224"]
EXAMPLE_JOBS = [
    ("lenet5.py", "LeNet5()", ["4,1,32,32"]),
    ("vgg.py", "VGG('vgg16', batch_norm=False)", PHOTO),
    ("vgg.py", "VGG('vgg13', num_classes=10)", ["2,3,64,48"]),
    ("resnet.py", "resnet18()", PHOTO),
    ("resnet.py", "resnet50(num_classes=10)", ["2,3,64,96"]),
    ("vae.py", "VAE()", ["16,1,28,28"]),
    ("dcgan.py", "netG", ["8,100,1,1"]),
    ("dcgan.py", "netD", ["8,3,64,64"]),
    ("gpt.py", "GPT(GPTConfig(vocab_size=65, n_layer=2, n_head=4, n_embd=64, block_size=32, bias=True))", ["2,32:int64"]),
]
LIBRARY_NAMES = (
    "alexnet vgg16 vgg11_bn resnet18 resnet50 resnext50_32x4d wide_resnet50_2 squeezenet1_1 densenet121 mobilenet_v2 "
    "mobilenet_v3_small mnasnet1_0 shufflenet_v2_x1_0 efficientnet_b0 regnet_y_400mf convnext_tiny vit_b_16 swin_t"
).split()
LIBRARY_JOBS = [(f"torchvision.models.{name}()", PHOTO) for name in LIBRARY_NAMES]


def tensor_of(text):
    sizes, _, dtype = text.partition(":")
    shape = [int(size) for size in sizes.split(",")]
    return torch.zeros(shape, dtype=torch.int64) if dtype == "int64" else torch.rand(shape)


def storages(tensors):
    return {tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in tensors}


def training_bytes(model, inputs):
    model.train()
    weights = storages([*model.parameters(), *model.buffers()])
    kept = {}
    alive = []

    def pack(tensor):
        alive.append(tensor)  # its memory must not be used anew while we count
        kept.update(storages([tensor]))
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = model(*inputs)
    del output
    return sum(size for at, size in kept.items() if at not in weights)


class Recorder(TorchDispatchMode):
    """Operators in order: which pieces of memory each reads and makes. Nothing is freed, so that addresses stay apart."""

    def __init__(self):
        super().__init__()
        self.steps = []
        self.alive = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        read = [x for x in tree_flatten((args, kwargs))[0] if isinstance(x, torch.Tensor)]
        made = [x for x in tree_flatten(result)[0] if isinstance(x, torch.Tensor)]
        self.alive += [*read, *made]
        self.steps.append((storages(read), storages(made)))
        return result


def peak_bytes(model, inputs):
    model.eval()
    with torch.no_grad(), Recorder() as recorder:
        output = model(*inputs)
    given = storages(inputs)
    weights = storages([*model.parameters(), *model.buffers()])
    results = storages([x for x in tree_flatten(output)[0] if isinstance(x, torch.Tensor)])
    sizes, born, last = {}, {}, {}
    for step, (read, made) in enumerate(recorder.steps):
        for at, size in {**read, **made}.items():
            if at in weights:
                continue
            sizes[at] = size
            born.setdefault(at, -1 if at in given or at in read else step)
            last[at] = step
    end = len(recorder.steps)
    for at in [*given, *results]:
        last[at] = end
    return max(sum(size for at, size in sizes.items() if born[at] <= step <= last[at]) for step in range(end))


def weight_bytes(model):
    found = {}
    for tensor in [*dict.fromkeys([*model.parameters(), *model.buffers()])]:
        name = str(tensor.dtype).removeprefix("torch.")
        found[name] = found.get(name, 0) + tensor.numel() * tensor.element_size()
    return found


def measured(model, texts):
    inputs = [tensor_of(text) for text in texts]
    return {
        "inputs": texts,
        "weights": weight_bytes(model),
        "peak": peak_bytes(model, inputs),
        "training": training_bytes(model, inputs),
    }


def main():
    torch.manual_seed(0)
    torchvision, _library = import_torchvision()
    models = []
    for file, entry, inputs in EXAMPLE_JOBS:
        names = run(file)
        models.append({"file": file, "entry": entry, **measured(eval(entry, names), inputs)})
    for entry, inputs in LIBRARY_JOBS:
        models.append({"entry": entry, **measured(eval(entry, {"torchvision": torchvision}), inputs)})
    version = torch.__version__.split("+")[0]
    lines = ",\n".join(json.dumps(model) for model in models)
    (HERE / "memory.json").write_text(f'{{"source": "executed torch {version}", "models": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
