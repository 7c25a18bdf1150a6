"""Really runs the programs with faults and their mended twins, and writes down what torch, Keras and TensorFlow.js said: measure_programs.py [FILE.jsonl]."""

import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

HERE = Path(__file__).parent
NAME = "program.py"


def run_python(code, call):
    """The error as (type, message, line of the program), or None."""
    source = code if call is None else code + "\n" + call + "\n"
    try:
        exec(compile(source, NAME, "exec"), {"__name__": "__main__"})
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == NAME]
        return type(error).__name__, str(error), lines[-1]
    return None


def run_forked(code, call):
    """In a process of its own, which has imported the frameworks already."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        sys.stdout = open(os.devnull, "w")
        try:
            answer = run_python(code, call)
        except BaseException as error:
            answer = ("Broken", repr(error), 0)
        os.write(send, json.dumps(answer)[:60_000].encode())
        os._exit(0)
    os.close(send)
    with os.fdopen(receive) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else ("Broken", "no answer", 0)


def run_script(code, call):
    code = code if call is None else code + "\n" + call + "\n"
    suffix = ".mjs" if re.search(r"^import ", code, re.M) else ".cjs"
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        path = Path(folder) / f"program{suffix}"
        path.write_text(code, encoding="utf-8")
        done = subprocess.run(["node", "--stack-trace-limit=200", str(path)], capture_output=True, text=True, timeout=120)
        if done.returncode == 0:
            return None
        lines = [int(number) for number in re.findall(rf"{re.escape(path.name)}:(\d+):\d+", done.stderr)]
        error = re.search(r"^(?:Uncaught )?(\w*Error): (.*)", done.stderr, re.M)
        return (error.group(1), error.group(2), lines[0]) if error and lines else ("Broken", done.stderr[-400:], 0)


def measured(program):
    run, call = run_script if program["framework"] == "tfjs" else run_forked, program.get("call")
    error, twin = run(program["code"], call), run(program["fixed"], call)
    if error is None or error[0] == "Broken" or twin is not None:
        raise SystemExit(f"{program['id']}: {error and error[:3]}; mended: {twin}")
    kind, message, line = error
    alone = call is None or run(program["code"], None) is not None
    return {**program, "error": message[:600], "error_type": kind, "line": line, "called": alone}


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "programs.jsonl"
    programs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if any(program["framework"] == "keras" for program in programs):
        import tensorflow  # noqa: F401
        import keras  # noqa: F401
    import torch

    # Threads of the parent are not there in its children.
    torch.set_num_threads(1)
    failed = 0
    results = []
    for program in programs:
        try:
            results.append(measured(program))
        except SystemExit as told:
            failed += 1
            print(told, file=sys.stderr)
    if failed:
        raise SystemExit(f"{failed} programs are not as they should be; nothing was written")
    path.write_text("".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results), encoding="utf-8")


main()
