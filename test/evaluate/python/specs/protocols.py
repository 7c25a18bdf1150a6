# Protocols that libraries build on: attribute access of a class's own, mappings, views, code objects, copied functions.
import dataclasses
import functools
import importlib
import types
from collections.abc import MutableMapping
class Renamed:
    names = {"width": "hidden"}
    def __init__(self):
        self.hidden = 8
    def __getattribute__(self, key):
        if key != "names" and key in super().__getattribute__("names"):
            key = super().__getattribute__("names")[key]
        return super().__getattribute__(key)
    def __setattr__(self, key, value):
        if key in super().__getattribute__("names"):
            key = super().__getattribute__("names")[key]
        super().__setattr__(key, value)
renamed = Renamed()
renamed.width, renamed.hidden, getattr(renamed, "depth", 3), hasattr(renamed, "width"), hasattr(renamed, "depth")  # => (8, 8, 3, True, False)
renamed.width = 9
renamed.hidden  # => 9
class Table(MutableMapping):
    shared = {"a": 1}
    def __init__(self):
        self.own = {}
    def __getitem__(self, key):
        return self.own[key] if key in self.own else self.shared[key]
    def __setitem__(self, key, value):
        self.own[key] = value
    def __delitem__(self, key):
        del self.own[key]
    def __iter__(self):
        return iter({**self.shared, **self.own})
    def __len__(self):
        return len(self.shared.keys() | self.own.keys())
    def find(self, key):
        return super().get(key, "none")
table = Table()
table["b"] = 2
table.get("a"), table.get("z"), table.find("b"), table.find("z"), "a" in table, "z" in table, list(table.keys()), list(table.items()), len(table)  # => (1, None, 2, 'none', True, False, ['a', 'b'], [('a', 1), ('b', 2)], 2)
table.setdefault("c", 3), table.pop("b"), table.pop("z", 0), sorted(table.values())  # => (3, 2, 0, [1, 3])
table.update({"d": 4}, e=5)  # => None
sorted(table)  # => ['a', 'c', 'd', 'e']
sorted({"a": 1}.keys() | {"a": "b"}.values()), sorted({"a": 1, "b": 2}.keys() & ["a", "c"]), {"a": 1}.keys() - {"a"}  # => (['a', 'b'], ['a'], set())
def measured(one, two=2, *rest, **others):
    local = one
    return local
measured.__code__.co_varnames, measured.__code__.co_argcount, measured.__code__.co_name  # => (('one', 'two', 'rest', 'others', 'local'), 2, 'measured')
twin = types.FunctionType(measured.__code__, measured.__globals__, name="twin", argdefs=measured.__defaults__, closure=measured.__closure__)
twin(5), functools.update_wrapper(twin, measured)(6)  # => (5, 6)
@dataclasses.dataclass
class Options:
    width: int
    depth: int = 2
    names: list = dataclasses.field(default_factory=list)
[(f.name, f.default is dataclasses.MISSING, f.default_factory is dataclasses.MISSING) for f in dataclasses.fields(Options)]  # => [('width', True, True), ('depth', False, True), ('names', True, False)]
importlib.import_module("math").floor(2.5), importlib.import_module("collections.abc").Mapping is not None  # => (2, True)
class Wrapper:
    def __init__(self, inner):
        self.inner = inner
    def __getattr__(self, name):
        if name in ("inner", "missing"):
            raise AttributeError(name)
        return getattr(self.inner, name)
wrapper = Wrapper("abc")
class Lender:
    def __init__(self):
        self.kept = {"a": 1}
    def __getattr__(self, name):
        if "kept" not in self.__dict__:
            raise AttributeError(name)
        return self.__dict__["kept"][name] if name in self.kept else getattr(self.__class__, name)
Lender().a, hasattr(Lender(), "b")  # => (1, False)
hasattr(wrapper, "missing"), getattr(wrapper, "missing", 1), hasattr(wrapper, "upper"), wrapper.upper(), hasattr(wrapper, "nowhere")  # => (False, 1, True, 'ABC', False)
def halve(n):
    part = n // 2
    return sorted(locals()), locals()["part"], "part" in globals()
halve(9), globals()["halve"](4)[1], callable(globals().get("halve")), globals().get("missing", 7)  # => ((['n', 'part'], 4, False), 2, True, 7)
for name in ("first", "second"):
    globals()[name] = len(name)
first, second, globals()["second"]  # => (5, 6, 6)
globals()["missing"]  # raises KeyError
vars().get("part", 3), "halve" in vars()  # => (3, True)
