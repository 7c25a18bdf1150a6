"""Reads the cases: plain text, one a line, so that adding one is adding a line."""

from pathlib import Path


def lines_of(name):
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def layer_cases(name):
    """`constructor | inputs | call` → the constructor, the inputs' texts by name, the call."""
    cases = []
    for line in lines_of(name):
        constructor, inputs, call = [part.strip() for part in f"{line} | |".split("|")[:3]]
        texts = dict(zip("abcd", inputs.split(";")))
        cases.append((constructor, texts, call or default_call(texts)))
    return cases


def default_call(texts):
    return f"layer({', '.join(texts)})"


def function_cases(name):
    """The texts of those inputs that an expression names, and the expression; a line `with …` names the inputs of those after it."""
    cases, texts = [], {}
    for line in lines_of(name):
        if line.startswith("with "):
            texts = dict(part.split("=") for part in line.removeprefix("with ").split(";"))
        else:
            cases.append((used(texts, line), line))
    return cases


def used(texts, line):
    code = compile(line, "case", "exec")
    inner = [constant for constant in code.co_consts if hasattr(constant, "co_names")]
    names = {name for part in (code, *inner) for name in part.co_names}
    return {name: text for name, text in texts.items() if name in names}
