/** Python programs that would run for ever or fill the memory. */

export const HOSTILE_PYTHON: Record<string, string> = {
  "nested comprehensions": `
a = [[[[i for i in range(1000)] for j in range(1000)] for k in range(1000)] for l in range(1000)]
`,
  "huge dictionaries": `
d = {i: [i] * 100 for i in range(10**6)}
e = {(i, j): {i: j} for i in range(1000) for j in range(1000)}
`,
  "nested repetitions of lists": `
a = [[[0] * 1000] * 1000] * 1000
b = [[0] * 1000 for _ in range(10**6)]
c = [x for r in a for s in r for x in s]
`,
  "long texts, many times": `
a = 'ab' * 900000
b = [a + str(i) for i in range(100000)]
c = ''.join(b)
d = c.replace('a', c)
`,
  "a text that grows": `
s = ''
for i in range(10**6):
    s += 'x' * 1000
t = s.upper().split('x')
`,
  "a regular expression that backtracks": `
import re
m = re.match(r'(a+)+$', 'a' * 40 + 'b')
n = re.sub(r'(x|xx)*y', '', 'x' * 50)
`,
  "many regular expressions that backtrack": `
import re
for i in range(1000):
    m = re.findall(r'(\\w+\\s?)+$', 'word ' * 30 + '!')
`,
  "powers of powers": `
a = 10**10**10
b = 2**2**2**2**2**2
c = pow(3, 10**9)
d = pow(7, 10**12, 13)
`,
  "squares of squares": `
a = 3
for i in range(60):
    a = a * a
b = str(a)
`,
  "a number that grows": `
a = 3 ** 100000
for i in range(10**6):
    a = a * 3 + 1
print(a)
`,
  factorials: `
import math
a = math.factorial(10**7)
b = 1
for i in range(1, 10**5):
    b *= i
`,
  combinations: `
import math
a = math.comb(10**7, 5 * 10**6)
b = math.perm(10**6)
c = math.gcd(10**1000, 3**1000)
`,
  "a deep recursion": `
import sys
sys.setrecursionlimit(10**9)
def f(n):
    return 0 if n == 0 else 1 + f(n - 1)
a = f(10**6)
`,
  "a recursion that doubles": `
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
a = fib(60)
`,
  "Ackermann's function": `
def A(m, n):
    return n + 1 if m == 0 else A(m - 1, 1) if n == 0 else A(m - 1, A(m, n - 1))
a = A(4, 4)
`,
  "a chain of generators": `
def g(it):
    for x in it:
        yield x
it = range(10**5)
for i in range(100):
    it = g(it)
last = list(it)
`,
  "generators that double": `
def g(it):
    for x in it:
        yield x
        yield x
it = [1]
for i in range(60):
    it = g(it)
last = list(it)
`,
  "a chain of generator expressions": `
it = (i for i in range(100000))
for k in range(200):
    it = (x for x in it)
last = sum(it)
`,
  "products and permutations": `
import itertools
a = list(itertools.product(range(100), repeat=10))
b = list(itertools.permutations(range(12)))
c = list(itertools.combinations(range(60), 30))
`,
  "iterators without end": `
import itertools
a = list(itertools.count())
b = list(itertools.cycle([1]))
c = list(itertools.repeat(1))
d = list(itertools.chain.from_iterable([range(10**5)] * 1000))
`,
  "sorting again and again": `
a = sorted(range(10**6), key=lambda x: -x)
b = sorted([str(i) for i in range(90000)])
for i in range(1000):
    a = sorted(a)
`,
  "sets that grow": `
s = set(range(10**6))
for i in range(10**4):
    s = s | set(range(i, i + 1000))
`,
  "copies by slices": `
a = list(range(100000))
for i in range(10**6):
    b = a[:]
    c = a[::-1]
`,
  "a list that grows": `
a = []
for i in range(10**7):
    a.append([i] * 10)
`,
  "a list that doubles itself": `
a = [1]
while len(a) < 10**9:
    a.extend(a)
`,
  "long searches in lists": `
a = list(range(100000))
n = 0
for i in range(10**5):
    if -1 in a:
        n += 1
`,
  "long sums": `
a = [0] * 900000
for i in range(10**6):
    n = a.count(1)
    s = sum(a)
    m = max(a)
`,
  "deep copies": `
import copy
a = [[0] * 1000 for _ in range(100)]
for i in range(10**5):
    b = copy.deepcopy(a)
`,
  "paddings of a thousand millions": `
a = '%1000000000d' % 5
b = f'{5:>1000000000}'
c = '{:0>999999999}'.format(1)
d = 'x'.ljust(10**10)
e = 'x'.center(10**9)
f = '1'.zfill(10**9)
`,
  "texts of large containers": `
import json
a = json.dumps([[0] * 1000] * 1000)
b = str([[0] * 1000] * 1000)
c = repr({i: [0] * 100 for i in range(10000)})
`,
  "a list in a list in a list": `
a = []
for i in range(10**6):
    a = [a]
b = str(a)
c = (a == a)
import copy
d = copy.deepcopy(a)
`,
  "a dictionary in a dictionary in a dictionary": `
a = {}
for i in range(100000):
    a = {'k': a}
print(a)
`,
  "lists that hold one list twice, compared": `
a = [1]
b = [1]
for i in range(60):
    a = [a, a]
    b = [b, b]
x = a == b
y = str(a)
z = a < b
`,
  "lists that hold one list twice, copied": `
import copy
a = [1]
for i in range(60):
    a = [a, a]
b = copy.deepcopy(a)
`,
  "tuples that hold one tuple twice, as keys": `
a = (1,)
for i in range(40):
    a = (a, a)
d = {a: 1}
s = {a}
`,
  "nested loops": `
i = 0
while i < 10**6:
    j = 0
    while j < 10**6:
        j += 1
    i += 1
`,
  "nested ranges": `
n = 0
for i in range(10**5):
    for j in range(10**5):
        n += i * j
`,
  "many layers": `
import torch.nn as nn
m = nn.Sequential(*[nn.Linear(10, 10) for _ in range(50000)])
`,
  "a list of a million layers": `
import torch.nn as nn
class M(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList()
        for i in range(10**6):
            self.l.append(nn.Conv2d(3, 3, 3))
    def forward(self, x):
        for l in self.l:
            x = l(x)
        return x
m = M()
`,
}
