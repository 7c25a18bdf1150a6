"""Writes what Keras makes public to `public_names_keras.json`: layers with their signatures, and the names of functions."""

import inspect
import json
from pathlib import Path

import keras

FUNCTIONS = ["ops", "ops.image", "ops.linalg", "ops.nn", "ops.numpy", "random", "activations", "initializers"]


def names(path):
    """What stands directly in a module; modules are left out."""
    module = keras
    for part in path.split("."):
        module = getattr(module, part)
    return {name: getattr(module, name) for name in sorted(dir(module)) if not name.startswith("_") and not inspect.ismodule(getattr(module, name))}


def plain(layer):
    """The constructor's parameters as Python source, without `self` and annotations."""
    parameters = [p.replace(annotation=inspect.Parameter.empty) for p in inspect.signature(layer.__init__).parameters.values() if p.name != "self"]
    return str(inspect.Signature(parameters))[1:-1]


def written(layer):
    """None where a default has no source text."""
    text = plain(layer)
    return None if " at 0x" in text else text


layers = {name: written(value) for name, value in names("layers").items() if inspect.isclass(value)}
found = {"keras": keras.__version__, "layers": layers, **{path: list(names(path)) for path in FUNCTIONS}}
Path(__file__).with_name("public_names_keras.json").write_text(json.dumps(found, indent=1) + "\n")
