/** Python's builtin exceptions and warnings. Source: https://docs.python.org/3/library/exceptions.html#exception-hierarchy */
import type { ClassValue } from "../../values/value.ts"
import { declareClass } from "./declared.ts"
import { exceptionMethods } from "./methods/object.ts"
import { objectType } from "./object.ts"

/** Each class before those derived from it. */
const TREE: Record<string, string> = {
  BaseException: "GeneratorExit KeyboardInterrupt SystemExit Exception BaseExceptionGroup",
  Exception:
    "ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError NameError OSError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError TypeError ValueError Warning ExceptionGroup",
  ArithmeticError: "FloatingPointError OverflowError ZeroDivisionError",
  ImportError: "ModuleNotFoundError",
  LookupError: "IndexError KeyError",
  NameError: "UnboundLocalError",
  OSError:
    "BlockingIOError ChildProcessError ConnectionError FileExistsError FileNotFoundError InterruptedError IsADirectoryError NotADirectoryError PermissionError ProcessLookupError TimeoutError",
  ConnectionError: "BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError",
  RuntimeError: "NotImplementedError RecursionError",
  SyntaxError: "IndentationError",
  IndentationError: "TabError",
  ValueError: "UnicodeError",
  UnicodeError: "UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError",
  Warning:
    "BytesWarning DeprecationWarning EncodingWarning FutureWarning ImportWarning PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning UserWarning",
}

export const exceptionTypes: ReadonlyMap<string, ClassValue> = declareTree()

function declareTree(): Map<string, ClassValue> {
  const types = new Map([["BaseException", declareClass("BaseException", objectType, exceptionMethods)]])
  for (const [base, names] of Object.entries(TREE))
    for (const name of names.split(" ")) types.set(name, declareClass(name, types.get(base)))
  const operatingSystemError = types.get("OSError")
  if (operatingSystemError) for (const alias of ["IOError", "EnvironmentError"]) types.set(alias, operatingSystemError)
  return types
}
