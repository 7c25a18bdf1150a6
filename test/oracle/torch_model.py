"""Measures one torch model: totals, and a row for each module in the order in which the calls begin."""

import warnings
from contextlib import contextmanager

import torch
from torch.nn.modules import module as hooks

from torch_macs import MacCounter, plain_kernels
from torch_values import build_input, dtype_name


def tensors_of(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in tensors_of(item)]
    return []


class CallTrace:
    """Follows which module runs; keeps the order of first calls and the shapes these gave."""

    def __init__(self, model):
        self.paths = {module: path for path, module in model.named_modules()}
        self.running = []
        self.outputs = {}

    def current(self):
        return self.running[-1] if self.running else ""

    def enter(self, module, _inputs):
        path = self.paths.get(module, self.current())
        self.running.append(path)
        self.outputs.setdefault(path, None)

    def leave(self, module, _inputs, result):
        path = self.running.pop()
        if module in self.paths and self.outputs[path] is None:
            self.outputs[path] = [list(tensor.shape) for tensor in tensors_of(result)]

    @contextmanager
    def follow(self):
        handles = [hooks.register_module_forward_pre_hook(self.enter), hooks.register_module_forward_hook(self.leave)]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


def shape_and_dtype(tensor):
    return {"shape": list(tensor.shape), "dtype": dtype_name(tensor.dtype)}


def totals(model):
    parameters = list(model.parameters())
    return {
        "total": sum(p.numel() for p in parameters),
        "trainable": sum(p.numel() for p in parameters if p.requires_grad),
        "buffers": sum(b.numel() for b in model.buffers()),
    }


def row(path, module, shapes, macs):
    described = {"path": path, "type": type(module).__name__, "parameters": sum(p.numel() for p in module.parameters(recurse=False))}
    if shapes:
        described["output"] = shapes[0]
        if len(shapes) > 1:
            described["outputs"] = shapes
    return {**described, "macs": macs}


def rows(model, trace, counter):
    modules = dict(model.named_modules())
    called = [row(path, modules[path], shapes, counter.by_module[path]) for path, shapes in trace.outputs.items()]
    silent = [
        row(path, m, None, 0) for path, m in modules.items() if path not in trace.outputs and any(True for _ in m.parameters(recurse=False))
    ]
    return called + silent


def measure_model(model, inputs):
    """`inputs` are texts such as `1,3,224,224` or `2,128:int64`; without any, only the parameters are counted."""
    warnings.simplefilter("ignore")
    model.eval()
    name = type(model).__name__
    if not inputs:
        return {"class": name, "parameters": totals(model)}
    tensors = [build_input(text) for text in inputs]
    trace = CallTrace(model)
    with plain_kernels(), trace.follow(), MacCounter(trace.current) as counter:
        result = model(*tensors)
    return {
        "class": name,
        # Lazy layers have their weights only now.
        "parameters": totals(model),
        "inputs": [shape_and_dtype(tensor) for tensor in tensors],
        "outputs": [shape_and_dtype(tensor) for tensor in tensors_of(result)],
        "macs": counter.total,
        "layers": rows(model, trace, counter),
    }
