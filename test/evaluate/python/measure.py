"""Writes what CPython gives behind every expression of the specs: `expression  # => repr`, or `# raises Error`.

python3 test/evaluate/python/measure.py test/evaluate/python/specs/*.py
"""
import ast
import re
import sys
import warnings

warnings.simplefilter("ignore")

for path in sys.argv[1:]:
    text = open(path).read()
    lines = text.split("\n")
    scope = {"__name__": "spec"}
    for node in ast.parse(text).body:
        source = ast.Module([node], [])
        if not isinstance(node, ast.Expr):
            exec(compile(source, path, "exec"), scope)
            continue
        try:
            result = "=> " + repr(eval(compile(ast.Expression(node.value), path, "eval"), scope))
        except Exception as error:
            result = "raises " + type(error).__name__
        line = re.sub(r"\s+# (=>|raises) .*$", "", lines[node.end_lineno - 1])
        lines[node.end_lineno - 1] = f"{line}  # {result}"
    open(path, "w").write("\n".join(lines))
