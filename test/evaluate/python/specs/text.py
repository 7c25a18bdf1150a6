"layer%d.%s" % (3, "conv")  # => 'layer3.conv'
"%02d" % 7, "%5.2f|" % 3.14159, "%s" % [1, 2], "%r" % "a", "%x" % 255, "%%"  # => ('07', ' 3.14|', '[1, 2]', "'a'", 'ff', '%%')
"%(name)s=%(value)d" % {"name": "n", "value": 3}  # => 'n=3'
"%-6s|" % "ab", "%6s|" % "ab", "%+d" % 4, "%e" % 12345.678, "%g" % 0.0001, "%g" % 1e10  # => ('ab    |', '    ab|', '+4', '1.234568e+04', '0.0001', '1e+10')
i = 5
x = 3.14159265
f"layer{i}", f"{i:02d}", f"{x:.2f}", f"{x:8.3f}|", f"{i!r:>4}", f"{'a':^5}|", f"{i=}"  # => ('layer5', '05', '3.14', '   3.142|', '   5', '  a  |', 'i=5')
f"{1234567:,}", f"{1234567.891:,.2f}", f"{0.1234:.1%}", f"{255:#x}", f"{255:08b}", f"{i:<4}|", f"{-i:05d}"  # => ('1,234,567', '1,234,567.89', '12.3%', '0xff', '11111111', '5   |', '-0005')
f"{x:e}", f"{x:.3g}", f"{1e20:g}", f"{100:g}", f"{2.0}", f"{x:{8}.{2}f}|"  # => ('3.141593e+00', '3.14', '1e+20', '100', '2.0', '    3.14|')
f"{'é':>3}", f"{True}", f"{None}", f"{[1, 'a']}", f"{(1,)}", f"{ {'a': 1} }"  # => ('  é', 'True', 'None', "[1, 'a']", '(1,)', "{'a': 1}")
f"{0.5:.0f}", f"{1.5:.0f}", f"{2.5:.0f}", f"{0.125:.2f}", f"{1e-10:.3f}"  # => ('0', '2', '2', '0.12', '0.000')
f"{1_000_000:_}", f"{3:+}", f"{3: }", f"{'abc':.2}", f"{'x':*^7}"  # => ('1_000_000', '+3', ' 3', 'ab', '***x***')
"{} {}".format(1, "a"), "{1} {0}".format(1, 2), "{a.real} {b[0]} {c[k]}".format(a=1, b=[2], c={"k": 3})  # => ('1 a', '2 1', '1 2 3')
"{:>{w}}".format("a", w=4), "{{}}".format(), "{:.3f}".format(2), "{!r}".format("q")  # => ('   a', '{}', '2.000', "'q'")
"{name}_{i:03d}".format(name="n", i=7), "{n}".format_map({"n": 1})  # => ('n_007', '1')
format(3.14159, ".2f"), format(10, "b"), format("a")  # => ('3.14', '1010', 'a')
"a,b,,c".split(","), " a  b ".split(), "a.b.c".rsplit(".", 1), "a.b.c".split(".", 1), "".split(), "".split(",")  # => (['a', 'b', '', 'c'], ['a', 'b'], ['a.b', 'c'], ['a', 'b.c'], [], [''])
"a\nb\n".splitlines()  # => ['a', 'b']
"k=v=w".partition("="), "k=v=w".rpartition("="), "kv".partition("=")  # => (('k', '=', 'v=w'), ('k=v', '=', 'w'), ('kv', '', ''))
"-".join(["a", "b"]), "".join(str(n) for n in range(3))  # => ('a-b', '012')
",".join([1])  # raises TypeError
"conv1.weight".startswith("conv"), "x".startswith(("a", "x")), "x.py".endswith(".py")  # => (True, True, True)
"abcabc".replace("b", "X"), "abcabc".replace("b", "X", 1), "aaa".count("a"), "abc".find("c"), "abc".find("z"), "abcabc".rfind("b")  # => ('aXcaXc', 'aXcabc', 3, 2, -1, 4)
"abc".index("z")  # raises ValueError
"  a ".strip(), "xxaxx".strip("x"), "xxaxx".lstrip("x"), "a.py".removesuffix(".py"), "ab".removeprefix("a")  # => ('a', 'a', 'axx', 'a', 'b')
"Hello World".upper(), "HI".lower(), "hello world".title(), "hello".capitalize(), "aB".swapcase()  # => ('HELLO WORLD', 'hi', 'Hello World', 'Hello', 'Ab')
"7".zfill(3), "-7".zfill(4), "a".ljust(3) + "|", "a".rjust(3), "a".center(4) + "|", "ab".center(5)  # => ('007', '-007', 'a  |', '  a', ' a  |', '  ab ')
"12".isdigit(), "a1".isalnum(), "a".isalpha(), "".isdigit(), "A".isupper(), "a b".isidentifier()  # => (True, True, True, False, True, False)
"abc"[0], "abc"[-1], "abc"[1:], "abc"[::-1], "abc"[5:]  # => ('a', 'c', 'bc', 'cba', '')
"abc"[7]  # raises IndexError
"b" in "abc", "z" not in "abc", len("héllo"), "ab" * 3, 2 * "ab"  # => (True, True, 5, 'ababab', 'abab')
str(1), str(1.0), str(None), str([1, "a", None]), str({"a": (1,)}), repr("it's"), repr('a"b\'c'), repr("a\nb\\")  # => ('1', '1.0', 'None', "[1, 'a', None]", "{'a': (1,)}", '"it\'s"', '\'a"b\\\'c\'', "'a\\nb\\\\'")
str(True), repr(b"ab\x00"), str(1e-7), str(2**70), repr("é")  # => ('True', "b'ab\\x00'", '1e-07', '1180591620717411303424', "'é'")
b"abc"[0], b"ab" + b"c", "é".encode(), b"abc".decode(), len(b"abc")  # => (97, b'abc', b'\xc3\xa9', 'abc', 3)
"abc".translate(str.maketrans("ab", "xy"))  # => 'xyc'
"resnet50".isalpha(), sorted("banana"), list("abc"), tuple("ab"), "".join(reversed("abc"))  # => (False, ['a', 'a', 'a', 'b', 'n', 'n'], ['a', 'b', 'c'], ('a', 'b'), 'cba')
