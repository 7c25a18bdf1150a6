"""Calls every function and method of torch's signatures with a grid of plain arguments; what torch answers goes to `torch_grid.json.gz`."""

import gzip
import itertools
import json
import re
import warnings
from pathlib import Path

import torch

from measure_torch_functions import measure

HERE = Path(__file__).parent

# These change the process, read files, need other hardware or memory layouts, or hand out what is no value.
LEFT_OUT = re.compile(
    r"^_|set_|^(get|init|is)_|^(seed|manual_seed|initial_seed|save|load|from_file|from_dlpack|frombuffer|fork|wait|parse_|import_|unify_|merge_)"
    r"|cuda|xpu|ipu|mtia|cpu|pin_memory|share_memory|storage|data_ptr|quantize|q_|qscheme|int_repr|miopen|cudnn|mkldnn|fbgemm|backward|hook"
    r"|resize|apply_|map_|record_stream|numpy|tolist|to_padded|sparse_|^rename|refine|align|names|^dim_order|stride$|_scaled|scaled_|grouped"
    r"|handle_torch|boolean_dispatch|assert_|has_torch|rng|num_threads|autocast|grad_enabled|segment_reduce|hash_tensor|empty|uninit|nested"
    r"|^(choose_|cpp|classproperty|typename|compile|vmap|cond|while_loop|new|type|device|dtype|element_size|ndimension|module_load|stft|istft)"
)

# Argument lists; the tensors among them are inputs by name.
LISTS = [
    ["a"],
    ["a", "b"],
    ["a", "b", "c"],
    ["a", "0"],
    ["a", "1"],
    ["a", "-1"],
    ["a", "2"],
    ["a", "0.5"],
    ["a", "0", "1"],
    ["a", "1", "2"],
    ["a", "2", "1", "1"],
    ["a", "(0, 1)"],
    ["a", "[1]"],
    ["a", "dim=1"],
    ["a", "dim=-1", "keepdim=True"],
    ["a", "0", "b"],
    ["a", "1", "i", "b"],
    ["a", "0", "i"],
    ["a", "m"],
    ["a", "m", "1.0"],
    ["a", "i"],
    ["a", "b", "0.5"],
    ["[a, b]"],
    ["[a, b]", "1"],
    ["a", "dtype=torch.float64"],
    ["a", "(2, -1)"],
    ["a", "4"],
    ["a", "3", "2"],
    ["a", "(2, 2)"],
    ["a", "full_matrices=False"],
]

TENSORS = [
    {"a": "2,3,4", "b": "2,3,4", "c": "2,3,4", "i": "2,3,4:int64", "m": "2,3,4:bool"},
    {"a": "4,4", "b": "4,4", "c": "4,4", "i": "4:int64", "m": "4:bool"},
    {"a": "4,3", "b": "3,5", "c": "5", "i": "4,3:int64", "m": "4,1:bool"},
    {"a": "5", "b": "5", "c": "", "i": "3:int64", "m": "5:bool"},
    {"a": "3,4:int64", "b": "3,4", "c": "4:int64", "i": "3:int64", "m": "3,4:bool"},
    {"a": "2,8,6,5", "b": "4,8,3,3", "c": "4", "i": "2,1,1,1:int64", "m": "6,5:bool"},
]

PREFIXES = {"torch": "torch", "Tensor": "a", "nn.functional": "F"}


def expressions():
    """Pairs of an expression and the inputs it names."""
    sections = json.loads((HERE / "torch_signatures.json").read_text(encoding="utf-8"))
    for section, prefix in PREFIXES.items():
        for name, words in itertools.product((n for n in sections[section] if not LEFT_OUT.search(n)), LISTS):
            if section != "Tensor":
                yield f"{prefix}.{name}({', '.join(words)})"
            elif words[0] == "a":
                yield f"a.{name}({', '.join(words[1:])})"


def used(texts, expression):
    return {name: text for name, text in texts.items() if re.search(rf"\b{name}\b", expression)}


def succeeded():
    """What torch answers with tensors, once for each expression and inputs; what it refuses is no case here."""
    seen = set()
    for expression, texts in itertools.product(expressions(), TENSORS):
        inputs = used(texts, expression)
        key = (expression, tuple(inputs.items()))
        if key in seen:
            continue
        seen.add(key)
        row = measure(inputs, expression)
        if "error" not in row and any("shape" in output for output in row["outputs"]):
            yield row


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    rows = list(succeeded())
    body = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    text = f'{{"source": "executed torch {torch.__version__.split("+")[0]}", "cases": [\n{body}\n]}}\n'
    (HERE / "torch_grid.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"torch_grid.json.gz: {len(rows)} cases")


if __name__ == "__main__":
    main()
