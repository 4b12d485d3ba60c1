# silent: KER000: a form feed, a walrus in a subscript, star expressions, positional-only, semicolons, nonlocal chains
import keras

def f(a, /, *args, b: "int" = 2, **kw): return a; pass

sizes = [3, 4]
first = sizes[i := 0]
for x in *sizes, 5: last = x
match sizes:
    case [3, *rest] if len(rest) == 1: n = rest[0]
    case {"n": int(n)} | [n, _, _]: pass
try:
    raise ExceptionGroup("g", [ValueError()])
except* ValueError: pass
with (open(__file__) as one, open(__file__) as two): text = one.read()
lam = lambda *a, k=1, **z: (yield)
async def g(): return [x async for x in h() if await x]
@(lambda fn: fn)
def dec() -> (yield_ := 3): ...
print(f"{sizes!r:>{10}} {'a' 'b'}", *sizes, sep="")
model = keras.Sequential([keras.Input((n,)), keras.layers.Dense(2)])
