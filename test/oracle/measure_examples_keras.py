"""Really runs the Keras programs of `media/examples` and writes what they measure to `examples_keras.json`.

Keras runs on its torch backend, so that MACs are counted as for torch; the names that the programs take from
TensorFlow itself are stood in for.
`python measure_examples_keras.py --tensorflow` runs them on TensorFlow instead and only compares shapes and parameters with the JSON.
"""

import os
import sys

ON_TENSORFLOW = "--tensorflow" in sys.argv
os.environ["KERAS_BACKEND"] = "tensorflow" if ON_TENSORFLOW else "torch"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import json
from pathlib import Path
from types import ModuleType

import keras
import numpy

from model_json import write_models
from torch_macs import MacCounter, plain_kernels

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "media" / "examples"

# file, entry (evaluated in the file's own names), inputs
JOBS = [
    ("inception_keras.py", "model", ["2,224,224,3"]),
    ("inception_keras.py", "build_model((96, 80, 3), num_classes=100)", ["1,96,80,3"]),
    ("subclassed_keras.py", "SmallResNet()", ["4,32,32,3"]),
    ("subclassed_keras.py", "SmallResNet(num_classes=100, widths=(8, 16))", ["2,28,30,3"]),
    ("subclassed_keras.py", "ResidualBlock(16, strides=2)", ["1,32,32,8"]),
    ("siamese_keras.py", "siamese", ["5,28,28,1", "5,28,28,1"]),
    ("siamese_keras.py", "encoder", ["3,28,28,1"]),
]


def stand_in_for_tensorflow():
    tensorflow = sys.modules["tensorflow"] = ModuleType("tensorflow")
    tensorflow.keras, tensorflow.nn, tensorflow.random = keras, keras.ops, keras.random
    sys.modules["tensorflow.keras"], sys.modules["tensorflow.keras.layers"] = keras, keras.layers


class CallTrace:
    """Follows which layer runs, by wrapping the one method through which every layer is called."""

    def __init__(self):
        self.running, self.first_outputs, self.paths, self.layers = [], {}, {}, {}

    def current(self):
        return self.running[-1] if self.running else None

    def wrap(self, call):
        def traced(layer, *args, **settings):
            key = id(layer)
            if key not in self.paths:
                above = self.paths.get(self.current())
                self.paths[key] = "" if above is None else f"{above}/{layer.name}".strip("/")
                self.layers[key] = layer
            self.running.append(key)
            try:
                result = call(layer, *args, **settings)
            finally:
                self.running.pop()
            self.first_outputs.setdefault(key, [list(tensor.shape) for tensor in flat(result)])
            return result

        return traced


def flat(value):
    if isinstance(value, dict):
        value = list(value.values())
    return [tensor for item in value for tensor in flat(item)] if isinstance(value, (list, tuple)) else [value]


def own_parameters(layer):
    below = {id(weight) for child in layer._flatten_layers(include_self=False) for weight in child.weights}
    return sum(int(numpy.prod(weight.shape)) for weight in layer.weights if id(weight) not in below)


def rows(trace, macs):
    return [
        {
            "path": path,
            "type": type(trace.layers[key]).__name__,
            "parameters": own_parameters(trace.layers[key]),
            "output": trace.first_outputs[key][0],
            "macs": macs.get(key, 0),
        }
        for key, path in trace.paths.items()
    ]


def tensor_fact(tensor):
    return {"shape": list(tensor.shape), "dtype": keras.backend.standardize_dtype(tensor.dtype)}


def measure(model, inputs):
    tensors = [keras.ops.ones([int(size) for size in text.split(",")]) for text in inputs]
    given = tensors[0] if len(tensors) == 1 else tensors
    model(given)  # Makes the weights.
    trace, original = CallTrace(), keras.layers.Layer.__call__
    keras.layers.Layer.__call__ = trace.wrap(original)
    try:
        with plain_kernels(), MacCounter(trace.current) as counter:
            result = model(given)
    finally:
        keras.layers.Layer.__call__ = original
    trainable = sum(int(numpy.prod(weight.shape)) for weight in model.trainable_weights)
    return {
        "class": type(model).__name__,
        "parameters": {"total": model.count_params(), "trainable": trainable},
        "inputs": [tensor_fact(tensor) for tensor in tensors],
        "outputs": [tensor_fact(tensor) for tensor in flat(result)],
        "macs": counter.total,
        "layers": rows(trace, counter.by_module),
    }


def run(name):
    module = sys.modules[name] = ModuleType(name)
    exec(compile((EXAMPLES / name).read_text(encoding="utf-8"), name, "exec"), module.__dict__)
    return module.__dict__


def without_macs(model):
    return {**model, "macs": None, "layers": [{**row, "macs": None} for row in model["layers"]]}


def main():
    if not ON_TENSORFLOW:
        stand_in_for_tensorflow()
    models = []
    for file, entry, inputs in JOBS:
        keras.utils.clear_session()
        models.append({"file": file, "entry": entry, **measure(eval(entry, run(file)), inputs)})
    path = HERE / "examples_keras.json"
    if not ON_TENSORFLOW:
        return write_models(path, f"executed keras {keras.__version__}", models)
    measured = json.loads(path.read_text(encoding="utf-8"))["models"]
    same = [without_macs(model) for model in measured] == [without_macs(model) for model in models]
    print("TensorFlow gives the same shapes and parameters" if same else "TensorFlow DIFFERS from the committed JSON")


if __name__ == "__main__":
    main()
