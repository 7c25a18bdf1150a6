"""Measures what one value of the last window of a network sees of its input, by the gradient that reaches the input, and writes `receptive_fields.json`.

All weights are made positive, so that nothing cancels; maxima become averages over the same windows, so that every element counts.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "library"))

from measure_torchvision import import_torchvision

# name, the last layer that slides a window, side of the input: more than what is seen
JOBS = [
    ("alexnet", "features.12", 512),
    ("vgg11", "features.20", 512),
    ("squeezenet1_1", "features.12.expand3x3", 512),
    ("resnet18", "layer4.1.conv2", 1024),
    ("googlenet", "inception5b.branch2.1.conv", 1024),
    ("mobilenet_v2", "features.18.0", 1024),
]


def averaged(pool):
    return nn.AvgPool2d(pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode)


def prepared(model):
    model.eval()
    for parent in list(model.modules()):
        for name, child in parent.named_children():
            if isinstance(child, nn.MaxPool2d):
                setattr(parent, name, averaged(child))
            elif isinstance(child, (nn.ReLU, nn.ReLU6)):
                setattr(parent, name, nn.Identity())
    for parameter in model.parameters():
        parameter.data = torch.full_like(parameter, 0.01)
    return model.double()


def seen_by(model, layer, side):
    results = []
    module = dict(model.named_modules())[layer]
    module.register_forward_hook(lambda _, __, output: results.append(output))
    image = torch.rand(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    model(image)
    height, width = results[0].shape[-2:]
    results[0][0, 0, height // 2, width // 2].backward()
    touched = image.grad[0].abs().sum(0) > 0
    return [int(touched.any(axis).sum()) for axis in (1, 0)]


def main():
    torchvision, _library = import_torchvision()
    models = []
    for name, layer, side in JOBS:
        model = prepared(getattr(torchvision.models, name)())
        models.append({"entry": f"torchvision.models.{name}()", "layer": layer, "side": side, "sizes": seen_by(model, layer, side)})
    lines = ",\n".join(json.dumps(model) for model in models)
    version = torch.__version__.split("+")[0]
    (HERE / "receptive_fields.json").write_text(f'{{"source": "executed torch {version}", "models": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
