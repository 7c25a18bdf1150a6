a = [3, 1, 2]
a.append(4), a  # => (None, [3, 1, 2, 4])
a.extend([5, 6]), a  # => (None, [3, 1, 2, 4, 5, 6])
a.insert(0, 0), a  # => (None, [0, 3, 1, 2, 4, 5, 6])
a.pop(), a.pop(0), a  # => (6, 0, [3, 1, 2, 4, 5])
a.remove(4), a  # => (None, [3, 1, 2, 5])
a.sort(), a  # => (None, [1, 2, 3, 5])
a.reverse(), a  # => (None, [5, 3, 2, 1])
a.index(3), a.count(3), len(a)  # => (1, 1, 4)
a.index(99)  # raises ValueError
a[0], a[-1], a[1:], a[::-1], a[1:3], a[-2:]  # => (5, 1, [3, 2, 1], [1, 2, 3, 5], [3, 2], [2, 1])
a[10]  # raises IndexError
a[1:2] = [7, 8, 9]
a  # => [5, 7, 8, 9, 2, 1]
del a[0]
a  # => [7, 8, 9, 2, 1]
del a[0:2]
a  # => [9, 2, 1]
a[0] = 10
a  # => [10, 2, 1]
a += [1]
a  # => [10, 2, 1, 1]
a * 2, [0] * 3, 2 * [1]  # => ([10, 2, 1, 1, 10, 2, 1, 1], [0, 0, 0], [1, 1])
b = a.copy()
b.clear(), b, a  # => (None, [], [10, 2, 1, 1])
sorted([3, 1, 2], reverse=True), sorted(["bb", "a"], key=len), sorted([(2, "b"), (1, "c"), (2, "a")])  # => ([3, 2, 1], ['a', 'bb'], [(1, 'c'), (2, 'a'), (2, 'b')])
[1, [2, 3]], [i * i for i in range(4) if i % 2]  # => ([1, [2, 3]], [1, 9])
list(range(5)), list(range(2, 10, 3)), list(range(5, 0, -2)), range(10)[2:8:2], len(range(0, 10, 3)), range(5)[-1]  # => ([0, 1, 2, 3, 4], [2, 5, 8], [5, 3, 1], range(2, 8, 2), 4, 4)
3 in range(5), 7 in range(0, 10, 2), list(reversed(range(3))), range(3) == range(0, 3)  # => (True, False, [2, 1, 0], True)
list(zip([1, 2, 3], "ab")), list(enumerate("ab", 1)), dict(zip("ab", [1, 2]))  # => ([(1, 'a'), (2, 'b')], [(1, 'a'), (2, 'b')], {'a': 1, 'b': 2})
list(map(lambda x, y: x + y, [1, 2], [10, 20])), list(filter(None, [0, 1, "", 2])), list(filter(lambda v: v > 1, [1, 2, 3]))  # => ([11, 22], [1, 2], [2, 3])
any([0, 1]), all([1, 0]), all([]), any([])  # => (True, False, True, False)
t = (1, 2, 3)
t[0], t[1:], t + (4,), t * 2, t.index(2), t.count(1), 2 in t, (1,) + (), tuple([1])  # => (1, (2, 3), (1, 2, 3, 4), (1, 2, 3, 1, 2, 3), 1, 1, True, (1,), (1,))
x, *y, z = range(5)
x, y, z  # => (0, [1, 2, 3], 4)
d = {"a": 1, "b": 2}
d["a"], d.get("z"), d.get("z", 3), "a" in d, len(d)  # => (1, None, 3, True, 2)
d["z"]  # raises KeyError
d["c"] = 3
d  # => {'a': 1, 'b': 2, 'c': 3}
list(d), list(d.keys()), list(d.values()), list(d.items())  # => (['a', 'b', 'c'], ['a', 'b', 'c'], [1, 2, 3], [('a', 1), ('b', 2), ('c', 3)])
d.pop("c"), d.pop("c", None), d  # => (3, None, {'a': 1, 'b': 2})
d.pop("zz")  # raises KeyError
d.setdefault("e", []), d  # => ([], {'a': 1, 'b': 2, 'e': []})
d.update({"f": 1}, g=2), d  # => (None, {'a': 1, 'b': 2, 'e': [], 'f': 1, 'g': 2})
d.update([("h", 3)]), d  # => (None, {'a': 1, 'b': 2, 'e': [], 'f': 1, 'g': 2, 'h': 3})
del d["a"]
d  # => {'b': 2, 'e': [], 'f': 1, 'g': 2, 'h': 3}
{**d, "b": 9}  # => {'b': 9, 'e': [], 'f': 1, 'g': 2, 'h': 3}
d | {"b": 0}  # => {'b': 0, 'e': [], 'f': 1, 'g': 2, 'h': 3}
{k: v for k, v in d.items() if v}  # => {'b': 2, 'f': 1, 'g': 2, 'h': 3}
dict(a=1, b=2), dict([("x", 1)]), dict({"y": 2}, z=3), dict.fromkeys(["a", "b"], 0), dict.fromkeys("ab")  # => ({'a': 1, 'b': 2}, {'x': 1}, {'y': 2, 'z': 3}, {'a': 0, 'b': 0}, {'a': None, 'b': None})
{1: "a", True: "b"}[1]  # => 'b'
d == {"b": 2}, {"a": 1, "b": 2} == {"b": 2, "a": 1}  # => (False, True)
d.popitem()  # => ('h', 3)
d.copy() == d  # => True
len(d.keys() & {"b", "zz"}), sorted(d.keys() - {"b"})  # => (1, ['e', 'f', 'g'])
s = {1, 2}
s.add(3), len(s), 3 in s  # => (None, 3, True)
sorted(s | {5}), sorted(s & {1, 9}), sorted(s - {1}), sorted(s ^ {1, 7})  # => ([1, 2, 3, 5], [1], [2, 3], [2, 3, 7])
s.discard(99), s.remove(1), sorted(s)  # => (None, None, [2, 3])
s.remove(99)  # raises KeyError
{1, 2} == {2, 1}, {1} < {1, 2}, {1, 2} <= {1, 2}, {1}.issubset([1, 2]), {1}.isdisjoint({2}), sorted({1}.union([2], [3]))  # => (True, True, True, True, True, [1, 2, 3])
set(), frozenset([1]), {1}, sorted(set("hello"))  # => (set(), frozenset({1}), {1}, ['e', 'h', 'l', 'o'])
it = iter([1, 2, 3])
next(it), next(it), next(it), next(it, "end")  # => (1, 2, 3, 'end')
next(it)  # raises StopIteration
list(it)  # => []
def gen():
    yield 1
    yield 2
list(gen()), sum(gen()), next(gen()), tuple(gen())  # => ([1, 2], 3, 1, (1, 2))
slice(1, 2), slice(1, 10, 2).indices(5), slice(None).stop  # => (slice(1, 2, None), (1, 5, 2), None)
[1, 2, 3][slice(1, None)]  # => [2, 3]
[*range(3), *"ab"], [] or "empty", 0 and 1  # => ([0, 1, 2, 'a', 'b'], 'empty', 0)
nested = [[0] * 2] * 2
nested[0][0] = 1
nested  # => [[1, 0], [1, 0]]
len([1]), len({}), len(())  # => (1, 0, 0)
len(5)  # raises TypeError
len(None)  # raises TypeError
iter(5)  # raises TypeError
[] < [1], [1] == [1.0], [1, [2]] == [1, [2]]  # => (True, True, True)
sum(x * y for x, y in zip([1, 2], [3, 4]))  # => 11
list(zip()), list(zip([1], [])), max((1, "a"), (1, "b"))  # => ([], [], (1, 'b'))
