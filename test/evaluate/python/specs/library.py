import math, itertools, functools, collections, copy, operator, re, string, json, os, types, bisect
from collections import OrderedDict, defaultdict, namedtuple, Counter, deque
math.floor(2.7), math.ceil(2.1), math.floor(-2.5), math.trunc(-2.5), math.sqrt(16), math.log2(8), math.log(math.e), math.log(8, 2), math.log10(1000)  # => (2, 3, -3, -2, 4.0, 3.0, 1.0, 3.0, 3.0)
math.prod([2, 3, 4]), math.gcd(12, 18), math.lcm(4, 6), math.factorial(5), math.comb(5, 2), math.perm(5, 2), math.isqrt(17)  # => (24, 6, 12, 120, 10, 20, 4)
math.pi, math.inf, math.isnan(math.nan), math.isclose(0.1 + 0.2, 0.3), math.pow(2, 3), math.exp(0), math.fabs(-1), math.hypot(3, 4), math.cos(0)  # => (3.141592653589793, inf, True, True, 8.0, 1.0, 1.0, 5.0, 1.0)
math.sqrt(-1)  # raises ValueError
math.ceil(64 * 0.25), math.floor(math.log2(64)), int(math.log(64, 2)), math.fsum([0.1] * 10), math.copysign(1, -0.0)  # => (16, 6, 6, 1.0, -1.0)
list(itertools.chain([1], [2, 3])), list(itertools.chain.from_iterable([[1], [2]])), list(itertools.product([1, 2], "ab")), list(itertools.product([0, 1], repeat=2))  # => ([1, 2, 3], [1, 2], [(1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')], [(0, 0), (0, 1), (1, 0), (1, 1)])
list(itertools.islice(itertools.count(3), 4)), list(itertools.accumulate([1, 2, 3])), list(itertools.accumulate([1, 2, 3], operator.mul)), list(zip(itertools.count(), "ab"))  # => ([3, 4, 5, 6], [1, 3, 6], [1, 2, 6], [(0, 'a'), (1, 'b')])
list(itertools.combinations([1, 2, 3], 2)), list(itertools.permutations([1, 2, 3], 2)), list(itertools.combinations_with_replacement("ab", 2)), list(itertools.repeat(1, 3))  # => ([(1, 2), (1, 3), (2, 3)], [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)], [('a', 'a'), ('a', 'b'), ('b', 'b')], [1, 1, 1])
list(itertools.zip_longest([1, 2], "a")), list(itertools.starmap(pow, [(2, 3)])), list(itertools.takewhile(lambda v: v < 3, [1, 2, 3, 1])), list(itertools.dropwhile(lambda v: v < 3, [1, 3, 1]))  # => ([(1, 'a'), (2, None)], [8], [1, 2], [3, 1])
[(k, list(g)) for k, g in itertools.groupby("aabb")], list(itertools.pairwise([1, 2, 3])), list(itertools.islice("abcdef", 1, 5, 2)), list(itertools.compress("abc", [1, 0, 1])), list(itertools.filterfalse(None, [0, 1]))  # => ([('a', ['a', 'a']), ('b', ['b', 'b'])], [(1, 2), (2, 3)], ['b', 'd'], ['a', 'c'], [0])
list(itertools.islice(itertools.cycle("ab"), 5)), list(zip("abc", itertools.cycle([1, 2])))  # => (['a', 'b', 'a', 'b', 'a'], [('a', 1), ('b', 2), ('c', 1)])
add = functools.partial(lambda a, b=2, *c: (a, b, c), 1)
add(), add(5), add(b=7), functools.reduce(operator.add, [1, 2, 3], 10), functools.reduce(lambda a, b: a * b, [2, 3])  # => ((1, 2, ()), (1, 5, ()), (1, 7, ()), 16, 6)
functools.partial(add, 9).args, functools.partial(int, base=2)("101"), add.keywords  # => ((1, 9), 5, {})
@functools.lru_cache(maxsize=None)
def square(v):
    return v * v
@functools.wraps(square)
def other(v):
    return v
square(4), other.__name__, other(2)  # => (16, 'square', 2)
class Lazy:
    count = 0
    @functools.cached_property
    def value(self):
        Lazy.count += 1
        return 42
lazy = Lazy()
lazy.value, lazy.value, Lazy.count  # => (42, 42, 1)
od = OrderedDict([("a", 1), ("b", 2)])
list(od.items()), od["a"], od.move_to_end("a"), list(od), od.popitem(last=False), list(od)  # => ([('a', 1), ('b', 2)], 1, None, ['b', 'a'], ('b', 2), ['a'])
dd = defaultdict(list)
dd["x"].append(1), dd["x"], list(dd), dd.get("y"), len(dd)  # => (None, [1], ['x'], None, 1)
Point = namedtuple("Point", "x y", defaults=[0])
p = Point(1)
p, p.x, p.y, p[0], p._replace(x=5), p._asdict(), Point._fields, Point(y=3, x=2), Point._make([7, 8])  # => (Point(x=1, y=0), 1, 0, 1, Point(x=5, y=0), {'x': 1, 'y': 0}, ('x', 'y'), Point(x=2, y=3), Point(x=7, y=8))
x0, y0 = p
x0, y0, p == (1, 0), isinstance(p, tuple), isinstance(p, Point), len(p)  # => (1, 0, True, True, True, 2)
Point()  # raises TypeError
c = Counter("abca")
c["a"], c["zz"], c.most_common(1), sum(c.values()), sorted(c.elements())  # => (2, 0, [('a', 2)], 4, ['a', 'a', 'b', 'c'])
q = deque([1, 2, 3], maxlen=3)
q.appendleft(0), q.popleft(), q.rotate(1), list(q)  # => (None, 0, None, [2, 1])
deq = deque()
deq.append(1), deq.extend([2, 3]), deq.pop(), list(deq)  # => (None, None, 3, [1, 2])
inner = [1, [2]]
shallow, deep = copy.copy(inner), copy.deepcopy(inner)
inner[1].append(3)  # => None
shallow, deep, inner  # => ([1, [2, 3]], [1, [2]], [1, [2, 3]])
class Thing:
    def __init__(self, size):
        self.size = size
        self.parts = [size]
t1 = Thing(3)
t2 = copy.deepcopy(t1)
t2.parts.append(4)  # => None
t1.parts, t2.parts, t2.size, t1 is t2, isinstance(t2, Thing)  # => ([3], [3, 4], 3, False, True)
operator.itemgetter(1)([5, 6]), operator.itemgetter("a", "b")({"a": 1, "b": 2}), operator.attrgetter("size")(t1), operator.mul(3, 4), operator.lt(1, 2)  # => (6, (1, 2), 3, 12, True)
re.match(r"(\w+)(\d)", "layer4").groups(), re.sub(r"\d+", "N", "a1b22"), re.findall(r"\d+", "a1b22"), re.split(r"[.,]", "a.b,c"), re.search("z", "abc"), bool(re.match("a", "abc"))  # => (('layer', '4'), 'aNbN', ['1', '22'], ['a', 'b', 'c'], None, True)
re.sub(r"(\w)(\d)", r"\2\1", "a1"), re.match(r"(?P<name>[a-z]+)", "ab1").group("name"), re.compile(r"^b(\d+)$").match("b12").group(1), re.fullmatch("a", "ab"), re.sub("x", lambda m: m.group(0).upper(), "axb")  # => ('1a', 'ab', '12', None, 'aXb')
re.match("B", "b", re.IGNORECASE).group(), re.match("b", "ab"), re.search("b", "ab").start(), re.split(r"(\d)", "a1b"), re.findall(r"(\w)(\d)", "a1b2")  # => ('b', None, 1, ['a', '1', 'b'], [('a', '1'), ('b', '2')])
string.ascii_lowercase[:3], string.digits, json.loads('{"a": [1, 2.5, null, true]}'), json.loads("[]")  # => ('abc', '0123456789', {'a': [1, 2.5, None, True]}, [])
os.path.join("a", "b", "c.py"), os.path.basename("a/b.py"), os.path.dirname("a/b.py"), os.path.splitext("a/b.tar.gz"), os.environ.get("LAYERSCOPE_NOT_SET", "7")  # => ('a/b/c.py', 'b.py', 'a', ('a/b.tar', '.gz'), '7')
ns = types.SimpleNamespace(a=1, b="x")
ns.a, ns  # => (1, namespace(a=1, b='x'))
bisect.bisect([1, 3, 5], 3), bisect.bisect_left([1, 3, 5], 3)  # => (2, 1)
