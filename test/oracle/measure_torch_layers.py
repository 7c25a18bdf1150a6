"""Really builds and calls every torch.nn layer over a grid of arguments and writes `torch_layers.json`."""

import copy
import warnings
from collections import OrderedDict
from pathlib import Path

import torch

from cases import default_call, layer_cases
from torch_macs import count_macs
from torch_values import HEADER, build_input, describe_error, describe_result, write_cases

NAMES = {**HEADER, "copy": copy, "OrderedDict": OrderedDict}


def shapes(named):
    return {name: list(tensor.shape) for name, tensor in named}


def describe_inputs(texts):
    described = {}
    for name, text in texts.items():
        tensor = build_input(text)
        described[name] = {"shape": list(tensor.shape), **({} if tensor.dtype == torch.float32 else {"dtype": str(tensor.dtype)[6:]})}
    return described


def measure(constructor, texts, call):
    """One row: what the layer holds after its first call, what it gave, or how building or calling it failed."""
    row = {"layer": constructor, "inputs": describe_inputs(texts)}
    if call != default_call(texts):
        row["call"] = call
    torch.manual_seed(0)
    try:
        layer = eval(constructor, dict(NAMES)).eval()
    except Exception as error:
        return {**row, "fails": "constructor", "error": describe_error(error)}
    tensors = {name: build_input(text) for name, text in texts.items()}
    try:
        result, macs = count_macs(lambda: eval(call, {**NAMES, "layer": layer, **tensors}))
    except Exception as error:
        return {**row, "fails": "call", "error": describe_error(error)}
    return {**row, **describe_result(result), **describe_weights(layer), "macs": macs}


def describe_weights(layer):
    parameters = list(layer.named_parameters())
    described = {"parameters": sum(tensor.numel() for _, tensor in parameters)}
    frozen = sum(tensor.numel() for _, tensor in parameters if not tensor.requires_grad)
    if frozen:
        described["trainable"] = described["parameters"] - frozen
    if parameters:
        described["weights"] = shapes(parameters)
    if list(layer.named_buffers()):
        described["buffers"] = shapes(layer.named_buffers())
    return described


def main():
    warnings.simplefilter("ignore")
    rows = [measure(*case) for case in layer_cases("torch_layers.txt")]
    head = {"source": f"executed torch {torch.__version__.split('+')[0]}", "mode": "eval"}
    write_cases(Path(__file__).with_name("torch_layers.json"), head, rows)
    print(f"  of these {sum('fails' in row for row in rows)} fail")


if __name__ == "__main__":
    main()
