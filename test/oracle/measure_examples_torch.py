"""Really runs the PyTorch programs of `media/examples` and writes what they measure to `examples_torch.json`."""

import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

from model_json import write_models
from torch_model import measure_model

EXAMPLES = Path(__file__).parents[2] / "media" / "examples"

# file, entry (evaluated in the file's own names), inputs
JOBS = [
    ("lenet5.py", "LeNet5()", ["1,1,32,32"]),
    ("lenet5.py", "LeNet5(num_classes=47)", ["16,1,32,32"]),
    ("vgg.py", "model", ["1,3,224,224"]),
    ("vgg.py", "VGG('vgg16', batch_norm=False)", ["1,3,224,224"]),
    ("vgg.py", "VGG('vgg13', num_classes=10)", ["2,3,64,48"]),
    ("resnet.py", "resnet18()", ["1,3,224,224"]),
    ("resnet.py", "resnet34(num_classes=100)", ["1,3,224,224"]),
    ("resnet.py", "resnet50(num_classes=10)", ["2,3,224,224"]),
    ("resnet.py", "ResNet(Bottleneck, [2, 2, 2, 2], num_classes=5)", ["1,3,96,160"]),
    ("gpt.py", "model", ["1,128:int64"]),
    ("gpt.py", "model", ["2,128:int64", "2,128:int64"]),
    ("gpt.py", "GPT(GPTConfig(vocab_size=65, n_layer=6, block_size=256, bias=True))", ["1,256:int64"]),
    ("gpt.py", "CausalSelfAttention(GPTConfig(n_embd=64, n_head=4))", ["3,50,64"]),
    ("captioner.py", "Captioner(vocab_size=5000)", ["4,3,224,224", "4,19:int64"]),
    ("captioner.py", "Encoder(300)", ["2,3,128,128"]),
    ("captioner.py", "Decoder(128, 256, 1000, num_layers=3)", ["2,128", "2,12:int64"]),
    ("vae.py", "VAE()", ["16,1,28,28"]),
    ("vae.py", "VAE(in_channels=3, hidden_dims=(32, 64, 128), latent_dim=64, image_size=64)", ["2,3,64,64"]),
    ("dcgan.py", "netG", ["8,100,1,1"]),
    ("dcgan.py", "netD", ["8,3,64,64"]),
    ("notebook.ipynb", "model", ["64,1,28,28"]),
    ("notebook.ipynb", "ConvBlock(3, 12)", ["1,3,30,31"]),
]


def source_of(path):
    """A notebook is its code cells one after another, without the lines that speak to Jupyter."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return "\n".join(line for cell in cells for line in cell.splitlines() if not line.startswith(("%", "!")))


def run(name):
    module = sys.modules[name] = type(sys)(name)
    exec(compile(source_of(EXAMPLES / name), name, "exec"), module.__dict__)
    return module.__dict__


def main():
    # Plots are not measured.
    sys.modules["matplotlib"] = sys.modules["matplotlib.pyplot"] = MagicMock()
    import torch

    namespaces = {name: run(name) for name in dict.fromkeys(file for file, _, _ in JOBS)}
    models = [{"file": file, "entry": entry, **measure_model(eval(entry, namespaces[file]), inputs)} for file, entry, inputs in JOBS]
    write_models(Path(__file__).with_name("examples_torch.json"), f"executed torch {torch.__version__.split('+')[0]}", models)


if __name__ == "__main__":
    main()
