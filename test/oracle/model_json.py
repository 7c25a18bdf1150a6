"""Writes measured models as JSON with one line for each layer, so that differences read well."""

import json


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def model_text(model):
    layers = model.get("layers")
    head = compact({key: value for key, value in model.items() if key != "layers"})
    if layers is None:
        return head
    return head[:-1] + ',"layers":[\n' + ",\n".join(f"  {compact(layer)}" for layer in layers) + "]}"


def write_models(path, source, models):
    body = ",\n".join(model_text(model) for model in models)
    path.write_text(f'{{"source": {json.dumps(source)}, "models": [\n{body}\n]}}\n', encoding="utf-8")
    print(f"{path.name}: {len(models)} models, {path.stat().st_size // 1024} KB")
    for model in models:
        total, macs = model["parameters"]["total"], model.get("macs")
        print(
            f"  {model.get('file', '')} {model['entry']}: {total:,} parameters, {f'{macs:,}' if macs is not None else 'no'} MACs"
        )
