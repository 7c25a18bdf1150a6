"""Counts multiply-accumulates at torch's operator level while code really runs, and says which module they belong to."""

import math
from collections import defaultdict
from contextlib import contextmanager

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten


def matrix_product(a, b):
    return math.prod(a.shape[:-1]) * b.shape[-1] * a.shape[-1]


def convolution(args, result):
    # As torch.utils.flop_counter: one per kernel element per output position, for a transposed one per input position.
    image, weight, transposed = args[0], args[1], args[6]
    positions = (image if transposed else result).shape[2:]
    return image.shape[0] * math.prod(positions) * math.prod(weight.shape)


# Whatever is not listed here counts nothing: element-wise work, normalisation, pooling, interpolation, look-up.
MACS = {
    aten.convolution: convolution,
    aten.mm: lambda args, _: matrix_product(args[0], args[1]),
    aten.addmm: lambda args, _: matrix_product(args[1], args[2]),
    aten._addmm_activation: lambda args, _: matrix_product(args[1], args[2]),
    aten.bmm: lambda args, _: matrix_product(args[0], args[1]),
    aten.baddbmm: lambda args, _: matrix_product(args[1], args[2]),
    aten.addbmm: lambda args, _: matrix_product(args[1], args[2]),
    aten.mv: lambda args, _: args[0].numel(),
    aten.addmv: lambda args, _: args[1].numel(),
    aten.dot: lambda args, _: args[0].numel(),
    aten.vdot: lambda args, _: args[0].numel(),
    # The trilinear product of nn.Bilinear: batch · in1 · in2 · out.
    aten._trilinear: lambda args, result: result.numel() * args[0].shape[-1] * args[2].shape[-1],
}

# Fused kernels would hide their products. The settings of `plain_kernels` avoid them; meeting one all the same is an error.
HIDING = {
    aten.mkldnn_rnn_layer,
    aten._scaled_dot_product_flash_attention_for_cpu,
    aten._scaled_dot_product_flash_attention,
    aten._scaled_dot_product_efficient_attention,
    aten._native_multi_head_attention,
    aten._transformer_encoder_layer_fwd,
}


class MacCounter(TorchDispatchMode):
    """Adds up MACs; `current()` names the module that is running."""

    def __init__(self, current=lambda: ""):
        super().__init__()
        self.current = current
        self.by_module = defaultdict(int)

    @property
    def total(self):
        return sum(self.by_module.values())

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        operator = function.overloadpacket
        if operator in HIDING:
            raise AssertionError(f"{operator} hides its products from the count")
        if operator in MACS:
            self.by_module[self.current()] += MACS[operator](args, result)
        return result


@contextmanager
def plain_kernels():
    """Attention by its two products, recurrence step by step, no fused encoder layer."""
    fast_path = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH), torch.backends.mkldnn.flags(enabled=False), torch.no_grad():
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast_path)


def count_macs(run):
    """Runs `run` and answers its result and its MACs."""
    with plain_kernels(), MacCounter() as counter:
        result = run()
    return result, counter.total
