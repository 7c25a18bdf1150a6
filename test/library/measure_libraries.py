"""Really runs models of the pinned libraries and writes what they measure to `libraries.json`."""

import json
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "oracle"))

from model_json import write_models
from torch_model import measure_model

LIBRARIES = ["transformers", "segmentation_models_pytorch", "efficientnet_pytorch", "einops", "vit_pytorch", "timm", "peft"]


def main():
    """`libraries.txt` has one model a line: what is imported, the expression, its inputs, parted by " | "."""
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
