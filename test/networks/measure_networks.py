"""Really runs the networks that the generator draws and writes what they give, a row each, to `networks.json.gz`."""

import gzip
import hashlib
import json
import subprocess
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "oracle"))

import torch  # noqa: E402

from torch_model import measure_model  # noqa: E402
from torch_values import describe_error  # noqa: E402

COUNT = 6000


def networks(first, count):
    """The programs as the generator prints them."""
    command = ["node", "--import", "tsx", str(HERE / "show.ts"), str(first), str(count)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parents[1]).stdout
    return [json.loads(line) for line in printed.splitlines()]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def rows_of(layers):
    """A line a module, in the order of the paths: what `networks.test.ts` writes of ours in the same way."""
    lines = [json.dumps([row["path"], row["parameters"], row.get("output"), row["macs"]], separators=(",", ":")) for row in layers]
    return "\n".join(sorted(lines))


def measure(network):
    """The digest of the program, then parameters, trainable, buffers, MACs, outputs, digest of rows; or how torch refuses it."""
    names = {"__name__": "network"}
    torch.manual_seed(0)
    try:
        exec(compile(network["text"], "network", "exec"), names)
        model = measure_model(names["Net"](), [network["input"]])
    except Exception as error:
        return [digest(network["text"]), describe_error(error)], ""
    parameters = model["parameters"]
    outputs = [",".join(map(str, output["shape"])) + ("" if output["dtype"] == "float32" else f":{output['dtype']}") for output in model["outputs"]]
    rows = rows_of(model["layers"])
    counts = [parameters["total"], parameters["trainable"], parameters["buffers"], model["macs"]]
    return [digest(network["text"]), *counts, ";".join(outputs), digest(rows)], rows


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    if len(sys.argv) > 2:  # FIRST COUNT: prints instead of writing.
        for network in networks(*sys.argv[1:3]):
            row, rows = measure(network)
            print(network["seed"], json.dumps(row), rows if len(sys.argv) > 3 else "", sep="\n" if len(sys.argv) > 3 else " ")
        return
    rows = [measure(network)[0] for network in networks(1, COUNT)]
    body = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    text = f'{{"source":"executed torch {torch.__version__.split("+")[0]}","first":1,"networks":[\n{body}\n]}}\n'
    # Without a time stamp, so that equal measurements are equal files.
    (HERE / "networks.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"networks.json.gz: {len(rows)} networks, {sum(len(row) == 2 for row in rows)} refused by torch")


if __name__ == "__main__":
    main()
