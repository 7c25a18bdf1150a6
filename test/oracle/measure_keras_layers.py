"""Really builds and calls Keras 3 layers and writes `keras_layers.json`.

Keras runs on its torch backend here, so that MACs are counted by the same operator counter as torch's own layers.
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import warnings
from pathlib import Path

import keras
import numpy
from keras import layers
from keras.src import backend

from cases import default_call, function_cases, layer_cases
from torch_macs import count_macs
from torch_values import describe_error, describe_result, write_cases

# A rolled loop runs the first step once more to learn its shapes. Unrolled, each step runs once.
rolled = backend.rnn
backend.rnn = lambda *args, **settings: rolled(*args, **{**settings, "unroll": True})
# Stacked cells are run on the first step once more only to draw dropout masks, which inference has none of.
layers.RNN._maybe_config_dropout_masks = lambda *args: None


def build_input(text):
    """Integers are 0, 1, 0, 1, … as in the torch cases."""
    sizes, _, dtype = text.partition(":")
    shape = tuple(int(size) for size in sizes.split(",") if size.strip())
    if dtype:
        return keras.ops.convert_to_tensor((numpy.arange(numpy.prod(shape)) % 2).reshape(shape).astype(dtype))
    return keras.ops.convert_to_tensor(numpy.random.default_rng(0).random(shape, dtype="float32"))


def describe_inputs(texts):
    described = {}
    for name, text in texts.items():
        sizes, _, dtype = text.partition(":")
        described[name] = {"shape": [int(size) for size in sizes.split(",")], **({"dtype": dtype} if dtype else {})}
    return described


def shapes(weights):
    """Names as Keras gives them, below the layer's own name."""
    return {"/".join(weight.path.split("/")[1:]) or weight.name: list(weight.shape) for weight in weights}


def describe_weights(layer):
    if not isinstance(layer, layers.Layer):
        return {}
    described = {"parameters": layer.count_params()}
    trainable = sum(int(numpy.prod(weight.shape)) for weight in layer.trainable_weights)
    if trainable != described["parameters"]:
        described["trainable"] = trainable
    # Seeds of random layers are variables, but no parameters.
    for name, weights in (("weights", layer.trainable_weights), ("frozen", layer.non_trainable_weights)):
        if weights:
            described[name] = shapes(weights)
    return described


def measure(constructor, texts, call):
    keras.utils.clear_session()
    row = {"layer": constructor, "inputs": describe_inputs(texts), **({"call": call} if call != default_call(texts) else {})}
    tensors = {name: build_input(text) for name, text in texts.items()}
    names = {"keras": keras, "layers": layers, **tensors}
    try:
        layer = eval(constructor, dict(names))
    except Exception as error:
        return {**row, "fails": "constructor", "error": describe_error(error)}
    try:
        # The first call makes the weights; the second is the one that is counted.
        eval(call, {**names, "layer": layer})
        result, macs = count_macs(lambda: eval(call, {**names, "layer": layer}))
    except Exception as error:
        return {**row, "fails": "call", "error": describe_error(error)}
    return {**row, **describe_result(result), **describe_weights(layer), "macs": macs}


def measure_operator(texts, expression):
    tensors = {name: build_input(text) for name, text in texts.items()}
    row = {"expr": expression, "inputs": describe_inputs(texts)}
    try:
        result, macs = count_macs(lambda: eval(expression, {"keras": keras, **tensors}))
    except Exception as error:
        return {**row, "error": describe_error(error)}
    return {**row, **describe_result(result), "macs": macs}


def main():
    warnings.simplefilter("ignore")
    rows = [measure(*case) for case in layer_cases("keras_layers.txt")]
    rows += [measure_operator(texts, expression) for texts, expression in function_cases("keras_functions.txt")]
    write_cases(Path(__file__).with_name("keras_layers.json"), {"source": f"executed keras {keras.__version__}", "mode": "inference"}, rows)
    print(f"  of these {sum('error' in row for row in rows)} fail")


if __name__ == "__main__":
    main()
