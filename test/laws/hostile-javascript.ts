/** JavaScript programs that would run for ever or fill the memory. */

export const HOSTILE_JAVASCRIPT: Record<string, string> = {
  "JavaScript: a loop without end": `
while (true) { let x = 1 }
`,
  "JavaScript: a long loop": `
let s = 0
for (let i = 0; i < 1e18; i++) { s += i }
`,
  "JavaScript: enormous arrays": `
const a = new Array(1e9).fill(0)
const b = Array.from({length: 1e9}, (_, i) => i)
const c = Array(1e8).fill().map(() => Array(1e8).fill(0))
const d = [...Array(1e7).keys()]
`,
  "JavaScript: repeated text": `
const a = 'a'.repeat(1e12)
let b = 'x'
for (let i = 0; i < 200; i++) b = b + b
const c = 'x'.padStart(1e10)
const d = 'x'.padEnd(1e9, 'ab')
`,
  "JavaScript: nested arrays": `
const a = Array.from({length: 1000}, () => Array.from({length: 1000}, () => Array.from({length: 1000}, () => Array.from({length: 1000}, (_, i) => i))))
`,
  "JavaScript: arrays that double": `
let a = [1]
for (let i = 0; i < 200; i++) a = a.concat(a)
let b = [1]
for (let i = 0; i < 200; i++) b = [...b, ...b]
let c = [1]
while (true) c.push(...c)
`,
  "JavaScript: recursions": `
function f(n) { return f(n + 1) } f(0)
const g = () => g()
g()
const fib = n => n < 2 ? n : fib(n-1) + fib(n-2)
fib(60)
`,
  "JavaScript: regular expressions": `
const m = /(a+)+$/.test('a'.repeat(40) + 'b')
const s = 'x'.repeat(50).replace(/(x|xx)*y/g, '')
new RegExp('(a+)+$').exec('a'.repeat(40) + 'b')
'a'.repeat(40).split(/(a+)+b/)
`,
  "JavaScript: powers": `
const a = 10n ** 10n ** 10n
const b = 2 ** 2 ** 2 ** 2 ** 2
let c = 3n
for (let i = 0; i < 60; i++) c = c * c
`,
  "JavaScript: generators": `
function* g() { while (true) yield 1 } const a = [...g()]
function* h(it) { for (const x of it) { yield x; yield x } } let it = [1]
for (let i = 0; i < 60; i++) it = h(it)
const b = [...it]
`,
  "JavaScript: maps of long arrays": `
let a = Array(100000).fill(0)
for (let i = 0; i < 1e6; i++) a = a.map(x => x + 1).filter(x => x).slice().reverse()
const b = a.flatMap(x => a)
`,
  "JavaScript: objects that grow": `
const o = {}
for (let i = 0; i < 1e7; i++) o['k' + i] = {i, a: [i]}
const p = JSON.stringify(o)
let q = {}
for (let i = 0; i < 1e6; i++) q = {...q, [i]: q}
`,
  "JavaScript: arrays that hold one array twice": `
let a = {}
for (let i = 0; i < 1e5; i++) a = {a}
const s = JSON.stringify(a)
let b = [1]
for (let i = 0; i < 60; i++) b = [b, b]
const t = JSON.stringify(b)
const u = String(b)
const v = b.flat(Infinity)
`,
  "TensorFlow.js: a million layers": `
import * as tf from '@tensorflow/tfjs'
const m = tf.sequential()
for (let i = 0; i < 1e6; i++) m.add(tf.layers.dense({units: 4, inputShape: [4]}))
`,
  "TensorFlow.js: enormous tensors": `
import * as tf from '@tensorflow/tfjs'
const x = tf.zeros([1e9, 1e9])
const y = tf.range(0, 1e9)
const z = tf.linspace(0, 1, 1e9)
const w = x.split(1e6)
let v = x
while (true) v = tf.concat([v, v])
`,
  "JavaScript: text that joins itself": `
let s = 'ab'
for (let i = 0; i < 60; i++) s = s.split('').join(s)
let t = 'a'
for (let i = 0; i < 60; i++) t = t.replaceAll('a', 'aa')
let u = 'x'
for (let i = 0; i < 60; i++) u = \`\${u}\${u}\`
`,
  "JavaScript: sorting again and again": `
const a = Array.from({length: 100000}, (_, i) => i)
for (let i = 0; i < 1e5; i++) a.sort((x, y) => y - x)
a.includes(-1)
a.indexOf(-1)
`,
  "JavaScript: accessors that ask themselves": `
class A { get x() { return this.x } toString() { return \`\${this}\` } } const a = new A()
a.x
\`\${a}\`
a + a
`,
  "JavaScript: patterns that grow": `
let [a, ...b] = Array(1e7).fill(0)
for (;;) { [a, ...b] = [...b, a, a] }
`,
}
