"""Executes recorded models of timm and nanoGPT again, at the recorded commit, under the torch that is installed, and writes what differs.

Code that asks what torch can do (`hasattr(F, "scaled_dot_product_attention")`) takes another way under a newer release than the recorded one,
and some published figures are those of older code. Models are built on the meta device: shapes and counts without numbers.

    python test/corpus/measure_again.py .cache/corpus > test/corpus/measured_again.jsonl
"""

import gzip
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "oracle"))

import torch  # noqa: E402
from torch_macs import MacCounter, plain_kernels  # noqa: E402
from torch_model import CallTrace, tensors_of  # noqa: E402

# timm imports torchvision, whose compiled part a CPU build of torch may lack; no model here uses it.
OPERATORS = torch.library.Library("torchvision", "FRAGMENT")
for name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, name):
        OPERATORS.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

CORPUS = Path(sys.argv[1])
sys.path[:0] = [str(CORPUS / "huggingface+pytorch-image-models"), str(CORPUS / "karpathy+nanoGPT")]


def build(record):
    if record["id"].startswith("nanogpt/"):
        import model as scope
    else:
        import timm

        scope = SimpleNamespace(timm=timm)
    with torch.device("meta"):
        return eval(record["entry"], vars(scope)).eval()


def given(text):
    sizes, dtype = re.match(r"\[([\d,]*)\]:(\w+)", text).groups()
    return torch.zeros([int(size) for size in sizes.split(",") if size], dtype=getattr(torch, dtype), device="meta")


def measured(model, inputs):
    trace = CallTrace(model)
    trace.paths.pop(model)
    with plain_kernels(), MacCounter(trace.current) as counter, trace.follow():
        model(*inputs)
    return trace.outputs, counter


def differences(record, model):
    changed = {}
    buffers = sum(buffer.numel() for buffer in model.buffers())
    if record.get("buffers_total") not in (None, buffers):
        changed["buffers_total"] = buffers
    if not record["input_shapes"]:
        return changed
    outputs, counter = measured(model, [given(text) for text in record["input_shapes"]])
    if record.get("macs") not in (None, counter.total):
        changed["macs"] = counter.total
    rows = {}
    for row in record["per_layer"]:
        name = row["name"]
        if name not in outputs:
            rows[name] = None
            continue
        if counter.by_module.get(name, 0) != row["macs"]:
            rows[name] = {"macs": counter.by_module.get(name, 0)}
    if rows:
        changed["rows"] = rows
    return changed


def is_as_printed(total, record):
    decimals, unit = re.match(r"(\d+) decimals? of (\S+)", record["params_precision"]).groups()
    return abs(total / float(unit) - record["params_millions"]) <= 0.5 * 10 ** -int(decimals) + 1e-9


def again(record):
    model = build(record)
    total = sum(parameter.numel() for parameter in model.parameters())
    if record["source"].startswith("published"):
        return {} if is_as_printed(total, record) else {"params_total": total}
    return differences(record, model)


def wanted(record):
    if record["id"].startswith("timmpub/"):
        return record.get("params_millions") is not None
    return bool(re.match("timm/|nanogpt/", record["id"])) and record["source"].startswith("executed")


def main():
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    failed = defaultdict(list)
    with gzip.open(HERE / "models.jsonl.gz", "rt") as lines:
        records = [record for record in map(json.loads, lines) if wanted(record) and re.search(only, record["id"])]
    for record in records:
        try:
            changed = again(record)
        except Exception as error:
            failed[f"{type(error).__name__}: {str(error)[:100]}"].append(record["id"])
            continue
        if changed:
            print(json.dumps({"id": record["id"], "by": f"executed torch {torch.__version__.split('+')[0]}", **changed}), flush=True)
    for reason, ids in failed.items():
        print(f"{len(ids)} not executed, {reason}: {' '.join(ids)}", file=sys.stderr)


main()
