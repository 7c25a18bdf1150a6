"""Really evaluates tensor expressions and writes what they give, or how they fail, to `torch_functions.json`."""

import warnings
from pathlib import Path

import torch

from cases import function_cases
from measure_torch_layers import describe_inputs
from torch_macs import count_macs
from torch_values import HEADER, build_input, describe_error, describe_result, write_cases


def measure(texts, expression):
    torch.manual_seed(0)
    tensors = {name: build_input(text) for name, text in texts.items()}
    row = {"expr": expression, "inputs": describe_inputs(texts)}
    try:
        result, macs = count_macs(lambda: evaluate(expression, {**HEADER, **tensors}))
    except Exception as error:
        return {**row, "error": describe_error(error)}
    return {**row, **describe_result(result), "macs": macs}


def evaluate(expression, names):
    """The value of an expression; of a statement such as `a += b` the value of `a` afterwards."""
    try:
        code = compile(expression, "case", "eval")
    except SyntaxError:
        exec(expression, names)
        return names["a"]
    return eval(code, names)


def main():
    warnings.simplefilter("ignore")
    rows = [measure(texts, expression) for texts, expression in function_cases("torch_functions.txt")]
    head = {"source": f"executed torch {torch.__version__.split('+')[0]}"}
    write_cases(Path(__file__).with_name("torch_functions.json"), head, rows)
    print(f"  of these {sum('error' in row for row in rows)} fail")


if __name__ == "__main__":
    main()
