"""Really evaluates tensor expressions and writes what they give, or how they fail, to `torch_functions.json`."""

import warnings
from pathlib import Path

import torch

from measure_torch_layers import describe_inputs
from torch_cases_functional import functional_sections
from torch_cases_functions import function_sections
from torch_macs import count_macs
from torch_values import HEADER, build_input, describe_error, describe_result, write_cases


def used(texts, expression):
    """Only the inputs an expression names, so that each case stands for itself."""
    code = compile(expression, "case", "eval")
    names = set(code.co_names) | {name for constant in code.co_consts if hasattr(constant, "co_names") for name in constant.co_names}
    return {name: text for name, text in texts.items() if name in names}


def measure(inputs, expression):
    texts = dict(part.split("=") for part in inputs.split(";"))
    torch.manual_seed(0)
    try:
        texts = used(texts, expression)
    except SyntaxError:
        return measure_statement(texts, expression)
    tensors = {name: build_input(text) for name, text in texts.items()}
    row = {"expr": expression, "inputs": describe_inputs(texts)}
    try:
        result, macs = count_macs(lambda: eval(expression, {**HEADER, **tensors}))
    except Exception as error:
        return {**row, "error": describe_error(error)}
    return {**row, **describe_result(result), "macs": macs}


def measure_statement(texts, statement):
    """A statement such as `a += b`: its result is `a` afterwards."""
    tensors = {name: build_input(text) for name, text in texts.items()}
    row = {"expr": statement, "inputs": describe_inputs(texts)}
    try:
        exec(statement, {**HEADER, **tensors})
    except Exception as error:
        return {**row, "error": describe_error(error)}
    raise ValueError(f"only failing statements are measured: {statement}")


def main():
    warnings.simplefilter("ignore")
    cases = [(inputs, expression) for inputs, expressions in [*function_sections(), *functional_sections()] for expression in dict.fromkeys(expressions)]
    rows = [measure(inputs, expression) for inputs, expression in cases]
    head = {"source": f"executed torch {torch.__version__.split('+')[0]}"}
    write_cases(Path(__file__).with_name("torch_functions.json"), head, rows)
    print(f"  of these {sum('error' in row for row in rows)} fail")


if __name__ == "__main__":
    main()
