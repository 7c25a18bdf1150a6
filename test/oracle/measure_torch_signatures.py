"""Writes the signatures of torch's public names to `torch_signatures.json`, as Python source without annotations."""

import inspect
import json
import re
import typing
from pathlib import Path

import torch
import torch.nn.utils.prune


def plain(signature):
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values() if parameter.name != "self"
    ]
    text = str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty))[1:-1]
    return re.sub(r"<function (\w+) at 0x[0-9a-f]+>", r"\1", text)


def of_class(layer):
    """The constructor's signature; where it is hidden behind `*args` (LSTM and its kin) the first declared overload's."""
    overloads = typing.get_overloads(layer.__init__)
    return plain(inspect.signature(overloads[0] if overloads else layer.__init__))


def from_documentation(function):
    """Built-in functions carry their signature only in the first lines of their documentation."""
    pattern = re.escape(function.__name__.split(".")[-1]) + r"\((.*?)\)\s*(->|$|\n)"
    found = re.search(pattern, (function.__doc__ or "")[:600], re.DOTALL)
    return without_types(" ".join(found[1].split())) if found else None


def without_types(text):
    """`input: Tensor, r: int = 2` as `input, r=2`; Markdown's escapes are taken back."""
    plainly = re.sub(r"\b(\w+): [^,=()\[\]]*(?:\[[^\]]*(?:\[[^\]]*\][^\]]*)*\])?", lambda found: found[1], text.replace("\\*", "*"))
    return re.sub(r"(\w)\s*= ", r"\1=", plainly)


def of_function(function):
    wrapped = inspect.unwrap(function)
    overloads = getattr(function, "__annotations__", {}) and typing.get_overloads(wrapped)
    try:
        signature = plain(inspect.signature(overloads[0] if overloads else wrapped))
    except (TypeError, ValueError):
        return from_documentation(function)
    return from_documentation(function) if signature in ("*args, **kwargs", "") else signature


def public(module):
    return [(name, value) for name, value in sorted(vars(module).items()) if not name.startswith("_")]


def collect(names, signature_of):
    return {name: signature for name, value in names if (signature := signature_of(value)) is not None}


def main():
    functional = [(n, f) for n, f in public(torch.nn.functional) if callable(f) and not inspect.isclass(f) and n[0].islower()]
    functions = [(n, f) for n, f in public(torch) if inspect.isbuiltin(f) or (inspect.isfunction(f) and f.__module__ == "torch.functional")]
    methods = [
        (n, f)
        for n in sorted(dir(torch.Tensor))
        if not n.startswith("_") and callable(f := getattr(torch.Tensor, n)) and not inspect.isclass(f)
    ]
    spaces = {
        "nn.init": torch.nn.init,
        "nn.utils": torch.nn.utils,
        "nn.utils.rnn": torch.nn.utils.rnn,
        "nn.utils.parametrize": torch.nn.utils.parametrize,
        "nn.utils.parametrizations": torch.nn.utils.parametrizations,
        "nn.utils.prune": torch.nn.utils.prune,
    }
    sections = {
        "nn": collect([(n, c) for n, c in public(torch.nn) if inspect.isclass(c) and issubclass(c, torch.nn.Module)], of_class),
        "nn.forward": collect(
            [
                (n, c.forward)
                for n, c in public(torch.nn)
                if inspect.isclass(c) and issubclass(c, torch.nn.Module) and "_unimplemented" not in c.forward.__name__
            ],
            lambda f: plain(inspect.signature(f)),
        ),
        "nn.functional": collect(functional, of_function),
        **{
            name: collect([(n, f) for n, f in public(space) if inspect.isfunction(f) and f.__module__.startswith("torch.nn")], of_function)
            for name, space in spaces.items()
        },
        "torch": collect(functions, of_function),
        "Tensor": collect(methods, lambda f: from_documentation(f)),
    }
    path = Path(__file__).with_name("torch_signatures.json")
    body = ",\n".join(
        f' "{section}": {{\n' + ",\n".join(f"{json.dumps(n)}: {json.dumps(s)}" for n, s in names.items()) + "}"
        for section, names in sections.items()
    )
    path.write_text(f'{{"source": "torch {torch.__version__.split("+")[0]}",\n{body}}}\n', encoding="utf-8")
    print(f"{path.name}: { {section: len(names) for section, names in sections.items()} }, {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
