"""Describes what torch code gives as plain JSON, and builds the tensors that cases name as their inputs."""

import json

import torch

HEADER = {
    "torch": torch,
    "nn": torch.nn,
    "F": torch.nn.functional,
    "Tensor": torch.Tensor,
    "math": __import__("math"),
}


def dtype_name(dtype):
    return str(dtype).removeprefix("torch.")


def build_input(text):
    """`2,3,4` is a float32 tensor of that shape, `2,3:int64` one of small indices, `2,3:bool` a mask, `:float32` a scalar."""
    sizes, _, dtype = text.partition(":")
    shape = [int(size) for size in sizes.split(",") if size.strip()]
    dtype = getattr(torch, dtype or "float32")
    if dtype == torch.bool:
        return (torch.arange(max(1, torch.Size(shape).numel())) % 2 == 0)[: torch.Size(shape).numel()].reshape(shape)
    if not dtype.is_floating_point and not dtype.is_complex:
        return torch.arange(torch.Size(shape).numel(), dtype=dtype).remainder(2).reshape(shape)
    return torch.rand(shape, dtype=dtype)


def describe_tensor(tensor):
    described = {"shape": list(tensor.shape)}
    if tensor.dtype != torch.float32:
        described["dtype"] = dtype_name(tensor.dtype)
    return described


def flatten(value):
    """The leaves of a result in order: tensors as shape (and dtype unless float32), plain Python values as `value`."""
    if isinstance(value, torch.Tensor):
        return [describe_tensor(value)]
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in flatten(item)]
    if isinstance(value, (tuple, list)):
        return [leaf for item in value for leaf in flatten(item)]
    if isinstance(value, (torch.dtype, torch.device)):
        return [{"value": str(value)}]
    if isinstance(value, (bool, int, str)) or value is None:
        return [{"value": value}]
    if isinstance(value, float):
        return [{"value": float(f"{value:.6g}") if abs(value) < 1e300 and value == value else str(value)}]
    return [{"type": type(value).__name__}]


def structure(value):
    """How the leaves are nested: `(t, (t, t))`, `[t, t]`, `{out: t}`; `t` a tensor, `v` a plain value."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {structure(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(structure(item) for item in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(structure(item) for item in value) + ")"
    return "t" if isinstance(value, torch.Tensor) else "v"


def describe_result(value):
    described = {"outputs": flatten(value)}
    if structure(value) != "t":
        described["structure"] = structure(value)
    return described


def describe_error(error):
    lines = [line for line in str(error).splitlines() if line.strip()]
    # Keras names the layer first and the reason after it.
    reason = lines[1] if len(lines) > 1 and lines[0].startswith("Exception encountered") else (lines or [""])[0]
    return f"{type(error).__name__}: {reason[:200]}"


def write_cases(path, head, cases):
    """One case a line, so that differences read well."""
    body = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{opening}, "cases": [\n{body}\n]}}\n')
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size // 1024} KB")
