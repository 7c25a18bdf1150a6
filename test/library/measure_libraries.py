"""Really runs models of the pinned libraries and writes what they measure to `libraries.json`."""

import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "oracle")]

from measure_torchvision import import_torchvision
from model_json import write_models
from torch_model import measure_model

LIBRARIES = ["transformers", "einops", "vit_pytorch", "peft"]


def main():
    """`libraries.txt` has one model a line: what is imported, the expression, its inputs, parted by " | "."""
    _torchvision = import_torchvision()
    models = []
    for line in (HERE / "libraries.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        imports, entry, *inputs = line.split(" | ")
        scope = {}
        exec(imports, scope)
        model = eval(entry, scope)
        models.append({"imports": imports, "entry": entry, **measure_model(model, inputs)})
    versions = ", ".join(f"{name} {version(name)}" for name in ["torch", *LIBRARIES])
    write_models(HERE / "libraries.json", f"executed {versions}", models)


if __name__ == "__main__":
    main()
