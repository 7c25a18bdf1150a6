"""Really executes every PyTorch and Keras snippet and writes what it measured to `snippets_torch.json` and `snippets_keras.json`.

Tab stops are filled with their defaults; models are made and called on the inputs that `snippets.txt` gives, or, for Keras, on
those the model itself asks for. Only snippets that are new or changed are executed, all of them with `--all`.
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import hashlib
import json
import re
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
SNIPPETS = HERE.parents[1] / "snippets" / "python.json"
CASES = HERE / "snippets.txt"
FILES = {"PyTorch": HERE / "snippets_torch.json", "Keras": HERE / "snippets_keras.json"}
# A Keras layer alone is put behind such an input.
PICTURE = "keras.Input((32, 32, 3))"


def filled(body):
    return re.sub(r"\$\{\d+:([^}]*)\}", r"\1", "\n".join(body)).replace("$0", "")


def digest(code):
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def read_cases():
    """title: inputs; expressions that must run, too. Inputs are called a, b, c there."""
    cases = {}
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            title, rest = re.fullmatch(r"(.+? \(\w+\)): (.*)", line).groups()
            inputs, *also = rest.split("; ")
            cases[title] = (inputs.split(), also)
    return cases


def shapes(value):
    if isinstance(value, dict):
        return [shape for each in value.values() for shape in shapes(each)]
    if isinstance(value, (list, tuple)):
        return [shape for each in value for shape in shapes(each)]
    return [list(value.shape)]


def parsed(text):
    sizes, _, dtype = text.partition(":")
    return tuple(int(size) for size in sizes.split(",") if size), dtype or "float32"


def run_also(namespace, tensors, expressions):
    names = {**namespace, **dict(zip("abc", tensors))}
    for expression in expressions:
        eval(expression, names)
    return expressions


def measure_torch(title, code, inputs, also):
    import torch
    from torch import nn

    torch.manual_seed(0)
    namespace = {"torch": torch, "nn": nn}
    exec(code if code.startswith("class") else f"model = nn.Sequential({code})", namespace)
    made = re.findall(r"^class (\w+)\(nn\.Module\)", code, re.MULTILINE)
    if not inputs:
        raise ValueError(f"{CASES.name} has no inputs for it")
    model = namespace[made[-1]]() if made else namespace["model"]
    tensors = [torch.ones(shape, dtype=getattr(torch, dtype)) for shape, dtype in map(parsed, inputs)]
    outputs = model.eval()(*tensors)
    parameters = sum(weight.numel() for weight in model.parameters())
    ran = run_also({**namespace, "model": model}, tensors, also)
    return [{"name": "model", "inputs": inputs, "parameters": parameters, "outputs": shapes(outputs)}], ran


def asked_for(model):
    """Two examples, and seven of whatever else is open."""
    sizes = lambda shape: ",".join(str(size or (2 if axis == 0 else 7)) for axis, size in enumerate(shape))
    return [sizes(each.shape) + ("" if each.dtype == "float32" else f":{each.dtype}") for each in model.inputs]


def measure_keras(title, code, inputs, also):
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    namespace = {"keras": keras, "layers": layers}
    whole = re.search(r"keras\.(Model|Sequential)\(", code)
    exec(code if whole else f"model = keras.Sequential([{PICTURE}, {code}])", namespace)
    models, ran = [], []
    for name, model in namespace.items():
        if not isinstance(model, keras.Model):
            continue
        texts = asked_for(model)
        tensors = [keras.ops.ones(shape, dtype=dtype) for shape, dtype in map(parsed, texts)]
        outputs = model(tensors[0] if len(tensors) == 1 else tensors)
        models.append({"name": name, "inputs": texts, "parameters": model.count_params(), "outputs": shapes(outputs)})
        if name == "model":
            ran = run_also(namespace, tensors, also)
    return models, ran


def measure(framework, everything):
    import importlib.metadata

    path, measures = FILES[framework], {"PyTorch": measure_torch, "Keras": measure_keras}[framework]
    kept = {} if everything or not path.exists() else {each["title"]: each for each in json.loads(path.read_text())["snippets"]}
    cases, done, failed, fresh = read_cases(), [], [], 0
    for title, snippet in json.loads(SNIPPETS.read_text(encoding="utf-8")).items():
        if not title.endswith(f"({framework})"):
            continue
        code = filled(snippet["body"])
        inputs, also = cases.get(title, ([], []))
        old = kept.get(title)
        if old and old["digest"] == digest(code) and old.get("also", []) == also:
            done.append(old)
            continue
        try:
            models, ran = measures(title, code, inputs, also)
        except Exception as error:
            failed.append(f"{title} does not run: {type(error).__name__}: {error}")
            continue
        fresh += 1
        done.append({"title": title, "digest": digest(code), "models": models, **({"also": ran} if ran else {})})
    versions = [f"{name} {importlib.metadata.version(name)}" for name in (["torch"] if framework == "PyTorch" else ["keras", "tensorflow_cpu"])]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in done)
    path.write_text(f'{{"source": "executed {", ".join(versions)}", "snippets": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path.name}: {len(done)} snippets, {fresh} executed now")
    # What runs is kept; the others are told, and are missed by the tests.
    if failed:
        raise SystemExit("\n".join(failed))


if __name__ == "__main__":
    # Each framework in a process of its own.
    chosen = [word for word in sys.argv[1:] if word in FILES]
    if chosen:
        measure(chosen[0], "--all" in sys.argv)
    else:
        runs = [subprocess.run([sys.executable, __file__, framework, *sys.argv[1:]]) for framework in FILES]
        sys.exit(max(run.returncode for run in runs))
