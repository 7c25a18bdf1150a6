# Whole numbers: floor semantics, big integers, true division.
7 // 2  # => 3
-7 // 2  # => -4
7 // -2  # => -4
-7 % 3  # => 2
7 % -3  # => -2
7 / 2  # => 3.5
6 / 2  # => 3.0
2 ** 10  # => 1024
2 ** -1  # => 0.5
2 ** 100  # => 1267650600228229401496703205376
(-2) ** 3  # => -8
10 ** 20 // 3  # => 33333333333333333333
1 << 10  # => 1024
1023 >> 3  # => 127
5 & 3, 5 | 3, 5 ^ 3, ~5  # => (1, 7, 6, -6)
True + True  # => 2
True & False  # => False
1 // 0  # raises ZeroDivisionError
1 / 0  # raises ZeroDivisionError
divmod(17, 5)  # => (3, 2)
divmod(-17, 5)  # => (-4, 3)
divmod(7.5, 2)  # => (3.0, 1.5)
pow(3, 4, 5)  # => 1
-7.5 // 2  # => -4.0
-7.5 % 2  # => 0.5
7.5 % -2  # => -0.5
1e300 * 1e10  # => inf
0.1 + 0.2  # => 0.30000000000000004
1 / 3  # => 0.3333333333333333
float("inf"), float("-inf")  # => (inf, -inf)
# Rounding
round(0.5), round(1.5), round(2.5), round(-0.5)  # => (0, 2, 2, 0)
round(2.675, 2)  # => 2.67
round(1234.5678, -2)  # => 1200.0
round(1250, -2), round(1350, -2)  # => (1200, 1400)
round(3.0)  # => 3
round(1e20)  # => 100000000000000000000
round(0.15, 1), round(0.25, 1), round(0.35, 1)  # => (0.1, 0.2, 0.3)
int(3.99), int(-3.99), int("  42 "), int("-7"), int("ff", 16), int("0b101", 2), int("1_000")  # => (3, -3, 42, -7, 255, 5, 1000)
int("x")  # raises ValueError
int(None)  # raises TypeError
float("3.5"), float("1e3"), float(" -2 "), float(7)  # => (3.5, 1000.0, -2.0, 7.0)
int(64 * 0.25), int(24 * 1.3), int(96 * 4.0)  # => (16, 31, 384)
bool(0), bool(""), bool([]), bool(0.0), bool("0"), bool(None)  # => (False, False, False, False, True, False)
abs(-3), abs(-2.5), abs(True)  # => (3, 2.5, 1)
min(3, 1, 2), max([4, 9, 2]), max("apple", "fig", key=len), min([], default=0)  # => (1, 9, 'apple', 0)
min(1, 0.5), max(2, 2.0)  # => (0.5, 2)
max([])  # raises ValueError
sum([1, 2, 3]), sum([0.5, 1]), sum([[1], [2]], [])  # => (6, 1.5, [1, 2])
hex(255), oct(8), bin(10), hex(-255)  # => ('0xff', '0o10', '0b1010', '-0xff')
chr(97), ord("a")  # => ('a', 97)
(5).bit_length(), (2.0).is_integer(), (3).real, (3).denominator  # => (3, True, 3, 1)
# Comparison
1 < 2, 1 == 1.0, 2 >= 3, 1 != 1  # => (True, True, False, False)
1 < 2.5 < 3  # => True
"a" < "b", [1, 2] < [1, 3], (1, 2) < (1, 2, 0), [2] > [1, 5]  # => (True, True, True, True)
1 == "1", None == 0, [] == (), (1, 2) == (1, 2)  # => (False, False, False, True)
None < 1  # raises TypeError
1 + "a"  # raises TypeError
"a" + 1  # raises TypeError
[1] + (2,)  # raises TypeError
-None  # raises TypeError
not 0, not [1]  # => (True, False)
1e16, 1e15, 123456789012345680.0, 1e-5, 0.0001, 1e22, -0.0  # => (1e+16, 1000000000000000.0, 1.2345678901234568e+17, 1e-05, 0.0001, 1e+22, -0.0)
1e100, 3.14159, 100.0  # => (1e+100, 3.14159, 100.0)
float("nan") == float("nan")  # => False
1000000 ** 3  # => 1000000000000000000
isinstance(True, int), isinstance(1, bool), isinstance(1.0, (int, float)), isinstance("a", str)  # => (True, False, True, True)
isinstance(None, type(None)), isinstance([], list), isinstance({}, dict), isinstance(int, type)  # => (True, True, True, True)
issubclass(bool, int), issubclass(int, (str, float))  # => (True, False)
type(1), type("a"), type(None).__name__, type([]).__name__, type(1.5)  # => (<class 'int'>, <class 'str'>, 'NoneType', 'list', <class 'float'>)
int.__name__, dict.__name__  # => ('int', 'dict')
(1).__class__  # => <class 'int'>
callable(len), callable(3), callable(int)  # => (True, False, True)
