import abc, enum, typing, contextlib, argparse
from dataclasses import dataclass, field, replace, asdict, fields, is_dataclass
from enum import Enum, IntEnum, auto
from typing import NamedTuple, Optional, List, Dict, Union, Any, Callable, Generic, TypeVar, cast, Protocol, Literal, get_args
@dataclass
class Config:
    width: int
    depth: int = 4
    ratio: float = 0.5
    stages: List[int] = field(default_factory=list)
    kind: typing.ClassVar[str] = "net"
    def __post_init__(self):
        self.hidden = int(self.width * self.ratio)
c = Config(64)
c, c.depth, c.hidden, c.stages, Config.kind, c == Config(64), c == Config(65)  # => (Config(width=64, depth=4, ratio=0.5, stages=[]), 4, 32, [], 'net', True, False)
Config(64, stages=[1, 2]).stages, Config(1, 2, 3.0).depth, c.stages is Config(64).stages  # => ([1, 2], 2, False)
Config()  # raises TypeError
Config(1, colour=2)  # raises TypeError
replace(c, depth=9), asdict(c), [f.name for f in fields(c)], is_dataclass(c), is_dataclass(3)  # => (Config(width=64, depth=9, ratio=0.5, stages=[]), {'width': 64, 'depth': 4, 'ratio': 0.5, 'stages': []}, ['width', 'depth', 'ratio', 'stages'], True, False)
@dataclass
class Wide(Config):
    extra: Optional[int] = None
    depth: int = 12
Wide(8), Wide(8, 1, 1.0, [], 5).extra, isinstance(Wide(1), Config)  # => (Wide(width=8, depth=12, ratio=0.5, stages=[], extra=None), 5, True)
class Color(Enum):
    RED = 1
    GREEN = auto()
    CRIMSON = 1
Color.RED, Color.GREEN.value, Color.RED.name, Color(2), Color["RED"], list(Color), len(Color), Color.CRIMSON is Color.RED  # => (<Color.RED: 1>, 2, 'RED', <Color.GREEN: 2>, <Color.RED: 1>, [<Color.RED: 1>, <Color.GREEN: 2>], 2, True)
Color.RED == Color.RED, Color.RED == 1, isinstance(Color.RED, Color), str(Color.RED), f"{Color.RED}", Color.RED in Color, {Color.RED: 1}[Color.RED]  # => (True, False, True, 'Color.RED', 'Color.RED', True, 1)
Color(99)  # raises ValueError
Color["BLUE"]  # raises KeyError
class Size(IntEnum):
    SMALL = 1
    BIG = 2
Size.BIG + 1, Size.BIG > Size.SMALL, Size.BIG == 2, [10, 20, 30][Size.BIG], Size(1), max(Size), str(Size.BIG)  # => (3, True, True, 30, <Size.SMALL: 1>, <Size.BIG: 2>, '2')
class Mode(str, Enum):
    A = "a"
    B = "b"
Mode.A == "a", Mode("b"), Mode.A.value, {"a": 5}[Mode.A], {Mode.A: 1}["a"], {Mode.B: 2}[Mode.B], Mode.A.upper(), isinstance(Mode.A, str), Mode.A in ("a", "c")  # => (True, <Mode.B: 'b'>, 'a', 5, 1, 2, 'A', True, True)
class Planet(Enum):
    EARTH = (3, 4)
    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius
    @property
    def total(self):
        return self.mass + self.radius
Planet.EARTH.mass, Planet.EARTH.total, Planet.EARTH.value  # => (3, 7, (3, 4))
class Block(NamedTuple):
    size: int
    stride: int = 1
    def area(self):
        return self.size * self.stride
b = Block(3)
b, b.stride, b.area(), b[0], b._replace(stride=2), tuple(b), Block(size=2, stride=5)  # => (Block(size=3, stride=1), 1, 3, 3, Block(size=3, stride=2), (3, 1), Block(size=2, stride=5))
class Config2(dict):
    def __getattr__(self, name):
        return self[name]
    def __setattr__(self, name, value):
        self[name] = value
d = Config2(a=1, b=2)
d.c = 3
d["a"], d.a, d.c, len(d), list(d), "b" in d, d.get("zz", 0), isinstance(d, dict), d  # => (1, 1, 3, 3, ['a', 'b', 'c'], True, 0, True, {'a': 1, 'b': 2, 'c': 3})
class Stack(list):
    def peek(self):
        return self[-1]
s = Stack([1, 2])
s.append(3), s.peek(), len(s), s, s[0], list(s), s == [1, 2, 3]  # => (None, 3, 3, [1, 2, 3], 1, [1, 2, 3], True)
class Failure(ValueError):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code
try:
    raise Failure(7)
except ValueError as error:
    caught = (str(error), error.code, error.args, type(error).__name__)
caught  # => ('code 7', 7, ('code 7',), 'Failure')
try:
    {}["k"]
except (IndexError, KeyError) as error:
    caught = repr(error)
caught  # => "KeyError('k')"
class Base(abc.ABC):
    @abc.abstractmethod
    def run(self): ...
    @classmethod
    def make(cls):
        return cls.__name__
    @staticmethod
    def add(a, b):
        return a + b
class Derived(Base):
    def run(self):
        return super().make()
Derived().run(), Derived.make(), Derived.add(1, 2), issubclass(Derived, Base), Derived.__mro__[1].__name__, Derived.__name__, Derived().__class__.__name__  # => ('Derived', 'Derived', 3, True, 'Base', 'Derived', 'Derived')
class Temperature:
    def __init__(self):
        self._t = 1
    @property
    def t(self):
        return self._t
    @t.setter
    def t(self, value):
        self._t = value * 2
temp = Temperature()
temp.t = 5
temp.t, hasattr(temp, "t"), hasattr(temp, "zz"), getattr(temp, "zz", None), vars(temp)  # => (10, True, False, None, {'_t': 10})
setattr(temp, "q", 3), temp.q  # => (None, 3)
getattr(temp, "nothing")  # raises AttributeError
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, item: T):
        self.item = item
Box(3).item, Box[int](4).item, cast(int, "a"), typing.TYPE_CHECKING  # => (3, 4, 'a', False)
isinstance(3, Union[int, str]), isinstance([], (list, tuple)), isinstance(3, int | None), isinstance(None, int | None)  # => (True, True, True, True)
isinstance([], typing.Sequence), isinstance({}, typing.Mapping), isinstance(3, typing.Iterable), isinstance("a", typing.Iterable), isinstance(len, typing.Callable)  # => (True, True, False, True, True)
get_args(Literal["a", "b"])  # => ('a', 'b')
@contextlib.contextmanager
def opened(v):
    yield v + 1
with opened(2) as got:
    inside = got
inside  # => 3
parser = argparse.ArgumentParser()
_ = parser.add_argument("--batch-size", "-b", type=int, default="32")  # => _StoreAction(option_strings=['--batch-size', '-b'], dest='batch_size', nargs=None, const=None, default='32', type=<class 'int'>, choices=None, required=False, help=None, metavar=None)
_ = parser.add_argument("--fast", action="store_true")  # => _StoreTrueAction(option_strings=['--fast'], dest='fast', nargs=0, const=True, default=False, type=None, choices=None, required=False, help=None, metavar=None)
_ = parser.add_argument("--lr", default=0.1)  # => _StoreAction(option_strings=['--lr'], dest='lr', nargs=None, const=None, default=0.1, type=None, choices=None, required=False, help=None, metavar=None)
_ = parser.add_argument("--name")  # => _StoreAction(option_strings=['--name'], dest='name', nargs=None, const=None, default=None, type=None, choices=None, required=False, help=None, metavar=None)
args = parser.parse_args([])
args.batch_size, args.fast, args.lr, args.name, vars(args)  # => (32, False, 0.1, None, {'batch_size': 32, 'fast': False, 'lr': 0.1, 'name': None})
class Meta(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.tag = "t"
        return made
Dynamic = type("Dynamic", (Box,), {"extra": 5})
Dynamic(1).item, Dynamic.extra, Dynamic.__name__, Dynamic.__bases__[0].__name__  # => (1, 5, 'Dynamic', 'Box')
class Plain: pass
Plain().__class__ is Plain, Plain.__module__ == __name__, type(Plain()) is Plain, isinstance(Plain(), object), Plain.__doc__  # => (True, True, True, True, None)
class Vec:
    def __init__(self, x): self.x = x
    def __add__(self, o): return Vec(self.x + o.x)
    def __eq__(self, o): return self.x == o.x
    def __lt__(self, o): return self.x < o.x
    def __len__(self): return 3
    def __getitem__(self, i): return self.x * i
    def __contains__(self, i): return i == 1
    def __call__(self, y): return self.x + y
    def __repr__(self): return f"Vec({self.x})"
    def __iter__(self): return iter([self.x, 0])
Vec(1) + Vec(2), Vec(1) == Vec(1), sorted([Vec(3), Vec(1)]), len(Vec(0)), Vec(2)[4], 1 in Vec(0), Vec(1)(5), list(Vec(9)), [Vec(1)] == [Vec(1)], f"{Vec(3)}", max(Vec(1), Vec(4)), bool(Vec(0))  # => (Vec(3), True, [Vec(1), Vec(3)], 3, 8, True, 6, [9, 0], True, 'Vec(3)', Vec(4), True)
sum([Vec(1), Vec(2)], Vec(0))  # => Vec(3)
a, b2 = Vec(7)
a, b2  # => (7, 0)
class AttrDict(dict):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.__dict__ = self
ad = AttrDict(a=1)
ad.b = 2
ad["c"] = 3
ad.a, ad["b"], ad.c, len(ad), hasattr(ad, "zz"), sorted(ad)  # => (1, 2, 3, 3, False, ['a', 'b', 'c'])
class Options:
    def __init__(self, **kwargs):
        self.__dict__.update(kwargs)
        vars(self)["late"] = 1
        self.__dict__["more"] = 2
op = Options(width=3)
op.width, op.late, op.more, sorted(vars(op)), sorted(op.__dict__.items())  # => (3, 1, 2, ['late', 'more', 'width'], [('late', 1), ('more', 2), ('width', 3)])
class Member:
    def __init__(self, x):
        for key, value in {"p": x, "q": x + 1}.items():
            setattr(self, key, value)
    def __hash__(self):
        return 1
    def __ne__(self, other):
        return False
Member(3).p, Member(3).q, Member(1) != Member(2), len({Member(1): 2})  # => (3, 4, False, 1)
class Counted:
    total = 0
    def __init__(self):
        Counted.total += 1
        self.__class__.total += 1
    def __del__(self): ...
    @classmethod
    def build(cls, *args, **kwargs):
        return cls(*args, **kwargs)
isinstance(Counted.build(), Counted), Counted.total  # => (True, 2)
