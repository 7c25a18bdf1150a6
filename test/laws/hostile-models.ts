/** Python programs with models that would run for ever or fill the memory. */

export const HOSTILE_MODELS: Record<string, string> = {
  "a forward without end": `
import torch, torch.nn as nn
class M(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(8, 8)
    def forward(self, x):
        while True:
            x = self.l(x)
        return x
m = M()
y = m(torch.zeros(1, 8))
`,
  "a formula that grows": `
import torch, torch.nn as nn
class M(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.n = a
        for i in range(1000):
            self.n = self.n * (self.n + b) // 3
        self.l = nn.Linear(self.n, b)
    def forward(self, x):
        return self.l(x)
`,
  "a shape that grows": `
import torch, torch.nn as nn
class M(nn.Module):
    def __init__(self, a):
        super().__init__()
        self.l = nn.Linear(a, a)
    def forward(self, x):
        for i in range(200):
            x = torch.cat([x, x.transpose(0, 1).reshape(x.shape[0], -1)], 1)
        return self.l(x)
`,
  "a recursion in unknown branches": `
def f(n, a):
    if a > n:
        return f(n - 1, a)
    return f(n + 1, a) + f(n + 2, a)
import sys
x = f(0, len(sys.argv))
class A:
    def __init__(self, a):
        self.x = f(0, a)
import torch.nn as nn
class B(nn.Module):
    def __init__(self, a):
        super().__init__()
        self.l = nn.Linear(f(0, a), 3)
`,
  "enormous tensors": `
import torch
x = torch.zeros(10**9, 10**9)
y = torch.arange(10**9)
z = torch.linspace(0, 1, 10**8)
w = x.tolist()
v = torch.ones(1000, 1000).tolist()
t = torch.tensor([[0] * 1000] * 1000)
`,
  "arithmetic on constant tensors": `
import torch
a = torch.arange(10000)
for i in range(10**5):
    a = a + 1
    b = [int(v) for v in a]
`,
  "maps of maps": `
a = list(map(lambda x: list(map(lambda y: y, range(100000))), range(100000)))
b = list(filter(lambda x: x, range(10**6)))
c = list(zip(*[range(100000)] * 100))
d = list(enumerate(range(10**6)))
`,
  "a reduction that grows": `
import functools
a = functools.reduce(lambda x, y: x + [y] * 1000, range(10**5), [])
`,
  "a cached recursion": `
import functools
@functools.lru_cache(None)
def f(n):
    return f(n + 1)
f(0)
`,
  "arguments that double": `
def f(*a):
    return f(*a, *a)
f(1)
`,
  "many keywords": `
def f(**k):
    return len(k)
for i in range(10**5):
    f(**{str(j): j for j in range(1000)})
`,
  "a text that joins itself": `
s = 'ab'
for i in range(60):
    s = s.join(s)
`,
  "a text that replaces itself": `
s = 'a'
for i in range(60):
    s = s.replace('a', 'aa')
`,
  "a long text, split again and again": `
s = 'a ' * 400000
for i in range(10**5):
    t = s.split()
`,
  "a text that formats itself": `
s = 'x'
for i in range(60):
    s = f'{s}{s}'
t = '%s%s' % (s, s)
u = '{0}{0}'.format(s)
`,
  "exceptions in a loop": `
for i in range(10**6):
    try:
        raise ValueError(i)
    except ValueError as e:
        x = e
`,
  "a recursion in finally": `
def f():
    try:
        f()
    finally:
        f()
f()
`,
  "assignments in a test": `
n = 0
while (n := n + 1):
    a = [m := n, n]
`,
  "decorators that double": `
def d(f):
    def g(*a):
        return f(*a) + f(*a)
    return g
def f(x):
    return 1
for i in range(60):
    f = d(f)
x = f(1)
`,
  "properties and operators that ask themselves": `
class A:
    @property
    def x(self):
        return self.x
A().x
class B:
    def __getattribute__(self, n):
        return self.n
B().z
class C:
    def __eq__(self, o):
        return self == o
    def __hash__(self):
        return hash(self)
    def __str__(self):
        return str(self)
    def __iter__(self):
        return iter(self)
    def __len__(self):
        return len(self)
    def __bool__(self):
        return bool(self)
    def __add__(self, o):
        return self + o
c = C()
x = [c == c, hash(c), str(c), list(c), len(c), bool(c), c + c, f'{c}', c in [c], {c: c}]
`,
  "tensors of a hundred thousand axes": `
import torch
x = torch.zeros(*[2] * 100000)
y = x.reshape(-1)
z = torch.zeros(2).expand(*[10**6] * 1000, 2)
`,
  "a tensor in a thousand million pieces": `
import torch
x = torch.zeros(10**9, 2)
ys = x.split(1)
zs = list(x)
ws = torch.unbind(x)
vs = x.chunk(10**8)
us = x[:100000].unbind(0)
for i in range(1000):
    t = list(x[:100000])
`,
  "a hundred thousand nested containers": `
import torch.nn as nn
m = nn.Linear(1, 1)
for i in range(100000):
    m = nn.Sequential(m)
import torch
y = m(torch.zeros(1, 1))
`,
  "containers that hold one container twice": `
import torch.nn as nn, torch
m = nn.Linear(1, 1)
for i in range(60):
    m = nn.Sequential(m, m)
y = m(torch.zeros(1, 1))
`,
  "modules that double": `
import torch.nn as nn, torch
class R(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.a = R(n - 1) if n else nn.Linear(1, 1)
        self.b = R(n - 1) if n else nn.Linear(1, 1)
    def forward(self, x):
        return self.b(self.a(x))
m = R(40)
`,
  "operators in a long loop": `
import torch
for i in range(10**9):
    x = torch.zeros(3)
    y = x + i
    z = y @ y
`,
  "a hundred thousand Keras layers": `
import keras
x = keras.Input((8,))
y = x
for i in range(100000):
    y = keras.layers.Dense(8)(y)
m = keras.Model(x, y)
`,
  "a Keras tensor that doubles": `
import keras
x = keras.Input((8,))
y = x
for i in range(60):
    y = keras.layers.Concatenate()([y, y])
m = keras.Model(x, y)
`,
  "numbers of a million digits": `
a = int('9' * 900000)
b = str(10 ** 100000)
c = int('1' * 100000) * int('2' * 100000)
for i in range(1000):
    b = str(10 ** 100000 + i)
`,
  "shifts in a loop": `
a = 1
for i in range(10**6):
    a <<= 1000
b = a & (a - 1)
`,
  "divisions of large numbers": `
a = 7 ** 300000
for i in range(10**5):
    b = a // 3 ** 100000
    c = a % 12345678901234567890
`,
  "squares without end": `
a = 3
while True:
    a = a ** 2
`,
}
