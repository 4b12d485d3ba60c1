"""Python's built-in functions and constants."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from kerlint import keras_api
from kerlint.program.data import LENGTH, Array
from kerlint.program.values import (
    NOWHERE,
    Fact,
    LayerRef,
    ModelRef,
    NumPyInteger,
    Object,
    Site,
    Unknown,
)
from kerlint.reading.interpreter import classes, effects, havoc, patches
from kerlint.reading.interpreter.classes import attributes_of
from kerlint.reading.interpreter.containers import ROW, all_of, blurred, iterate, iterator, merge
from kerlint.reading.interpreter.conversion import (
    NEW,
    PLAIN,
    NotKnown,
    abstract,
    as_set,
    concrete,
    is_stale,
)
from kerlint.reading.interpreter.mutation import set_member
from kerlint.reading.interpreter.operators import MAX_NUMBER, binary
from kerlint.reading.interpreter.state import MAX_ITEMS, Raised, State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    BoundMethod,
    Builtin,
    Class,
    DictValue,
    FileModule,
    Instance,
    ListValue,
    QualifiedName,
    Scope,
    unknown,
)
from kerlint.reading.library import arrays, keras_objects

CONSTANTS: dict[str, AbstractValue] = {
    "True": True,
    "False": False,
    "None": None,
    "__name__": "__main__",
    "__debug__": True,
}

PATH_CONSTANTS: dict[str, AbstractValue] = {
    "math.pi": math.pi,
    "math.e": math.e,
    "math.inf": math.inf,
    "numpy.pi": math.pi,
    "numpy.e": math.e,
    "numpy.inf": math.inf,
    "numpy.newaxis": None,
    "typing.TYPE_CHECKING": False,
}

# Calls from which the program does not come back.
EXITS = frozenset(
    {"exit", "quit", "os._exit", "os.abort", "sys.exit"}
    | {f"pytest.{word}" for word in ("exit", "fail", "skip", "xfail")}
)

DICT_METHODS = frozenset({"get", "items", "keys", "values", "update", "pop", "copy", "setdefault"})
MAX_CALLS = 64  # of a function given to map(), filter(), sorted(), ...


# -- iteration and assignment ---------------------------------------------------------------------


# -- built-in functions ---------------------------------------------------------------------------


def _range(state: State, args: Arguments, site: Site) -> Fact:
    given = [fact.value for fact in args.positional]
    bounds = [bound for bound in given if isinstance(bound, int)]
    state.doubts += len(bounds) != len(given)
    if (
        bounds
        and not args.keywords
        and len(bounds) <= 3
        and not args.partial
        and len(bounds) == len(given)
    ):
        try:
            numbers = range(*bounds)
            count = len(numbers)
        except (TypeError, ValueError, OverflowError):
            return unknown(site, "range() of odd arguments")
        if count <= MAX_ITEMS and state.has_room(NEW * count):
            items = [Fact(number, site) for number in numbers]
            return Fact(ListValue("range", items, True, state.unbounded_loops), site)
    return unknown(site, "range() of an unknown number")


def _len(state: State, args: Arguments, site: Site) -> Fact:
    value = args.positional[0].value if args.positional else None
    if isinstance(value, ListValue) and value.complete:
        if value.kind != "iterator" and not is_stale(value):
            return Fact(len(value.items), site)
    if isinstance(value, DictValue) and value.complete:
        return Fact(len(value.entries), site)
    if isinstance(value, Instance):
        made = _own(state, args.positional[0], "__len__", [], site)
        if made is not None:
            return made
    if isinstance(value, (str, bytes)):
        return Fact(len(value), site)
    if isinstance(value, Array) and value.shape:
        size = value.shape[0]
        if size is not None:
            return Fact(size, site)
    expr = f"len({value.symbol})" if isinstance(value, Unknown) and value.symbol else ""
    return unknown(site, LENGTH, expr)


def _sequence(kind: str) -> Callable[[State, Arguments, Site], Fact]:
    def make(state: State, args: Arguments, site: Site) -> Fact:
        if not args.positional:
            return Fact(ListValue(kind, [], not args.partial, state.unbounded_loops), site)
        if isinstance(args.positional[0].value, Array) and kind != "set":
            return args.positional[0]
        given: AbstractValue = args.positional[0].value
        if kind in ("set", "frozenset"):
            inner = given.items if isinstance(given, ListValue) and "set" in given.kind else None
            items, complete = (
                (inner, given.complete) if inner is not None else iterate(state, args.positional[0])
            )
            return Fact(as_set(state, items, kind, complete, state.unbounded_loops), site)
        items, complete = iterate(state, args.positional[0])
        if not complete and not items:
            if isinstance(given, Unknown):
                return unknown(site, given.reason, given.symbol)
        return Fact(ListValue(kind, items, complete, state.unbounded_loops), site)

    return make


def _own(state: State, fact: Fact, name: str, given: list[Fact], site: Site) -> Fact | None:
    """What a special method of the user's class returns; None when there is none."""
    return state.interpreter.call_member(
        state, fact, name, Arguments(given, []), state.sites.node(site)
    )


def make_dict(state: State, args: Arguments, site: Site) -> Fact:
    return Fact(mapping_of(state, args), site)


def mapping_of(state: State, args: Arguments) -> DictValue:
    mapping = DictValue({}, True, state.unbounded_loops)
    for fact in args.positional[:1]:
        if isinstance(fact.value, DictValue):
            merge(state, mapping, fact.value, fact.site)
        else:
            pairs, complete = iterate(state, fact)
            mapping.complete = mapping.complete and complete
            for pair in pairs:
                inner, whole = iterate(state, pair)
                if whole and len(inner) == 2 and isinstance(inner[0].value, (str, int)):
                    mapping.entries[inner[0].value] = inner[1]
                else:
                    mapping.complete = False
    if args.partial:
        mapping.merge(None, NOWHERE)
    mapping.entries.update(args.named())
    return mapping


def _zip(state: State, args: Arguments, site: Site) -> Fact:
    drawn: list[AbstractValue] = [
        f.value for f in args.positional if getattr(f.value, "kind", "") == "iterator"
    ]
    twice = len({id(value) for value in drawn}) < len(drawn)
    columns = [iterate(state, fact) for fact in args.positional]
    for value in drawn:
        value.complete = False  # one that is longer than others goes on where zip() left it
    longest = max((len(items) for items, _ in columns), default=0)
    if not state.has_room(ROW * longest):
        return unknown(site, "zip() of very long lists")
    if twice or not columns or args.partial or args.keywords:
        return unknown(site, "zip() of unknown lists")
    complete = any(whole for _, whole in columns)
    known = [items for items, whole in columns if items or whole]
    if len(known) < len(columns):
        # One side is unknown: pair what is known with unknowns, at the known length.
        length = min((len(items) for items, whole in columns if whole), default=0)
        rows = [
            [
                items[i] if i < len(items) else unknown(site, "one side of zip() is unknown")
                for items, _ in columns
            ]
            for i in range(length)
        ]
        complete = False  # the unknown side may be the shorter one
    else:
        rows = [list(row) for row in zip(*known)]
        complete = all(whole for _, whole in columns)
    made = [Fact(ListValue("tuple", row, True, state.unbounded_loops), site) for row in rows]
    return iterator(state, made, complete, site, *args.positional)


def _enumerate(state: State, args: Arguments, site: Site) -> Fact:
    if not args.positional:
        return unknown(site, "enumerate() of nothing")
    given = args.positional[0]
    items, complete = iterate(state, given)
    if type(given.value) is Object:
        items = arrays.batch_of(state, given.value, site)
    if not state.has_room(ROW * len(items)):
        return unknown(site, "enumerate() of a very long list")
    start = args.get("start", 1)
    first = start.value if start is not None else 0
    rows = []
    for index, item in enumerate(items):
        number = (
            Fact(first + index, site)
            if isinstance(first, int)
            else unknown(site, "counted from an unknown number")
        )
        rows.append(Fact(ListValue("tuple", [number, item], True, state.unbounded_loops), site))
    return iterator(state, rows, complete, site, args.positional[0])


def _reversed(state: State, args: Arguments, site: Site) -> Fact:
    if args.positional:
        items, complete = iterate(state, args.positional[0])
        if complete:
            return iterator(state, items[::-1], True, site, args.positional[0])
    return unknown(site, "an unknown list reversed")


def in_order(state: State, items: list[Fact], args: Arguments, site: Site) -> list[Fact] | None:
    """Items sorted with ``key`` and ``reverse`` as given; None when their order is not known."""
    by = args.get("key")
    turned = args.get("reverse")
    backwards = turned.value if turned is not None else False
    if args.partial or not isinstance(backwards, (bool, int)) or len(items) > MAX_ITEMS:
        return None
    values = items
    if by is not None and by.value is not None:
        if len(items) > MAX_CALLS:
            return None
        node = state.sites.node(site)
        values = [state.interpreter.call(state, by, Arguments([item], []), node) for item in items]
    try:
        keys = [concrete(state, value) for value in values]
        order = sorted(range(len(items)), key=keys.__getitem__, reverse=bool(backwards))
    except (NotKnown, TypeError):
        return None
    return [items[index] for index in order]


def _sorted(state: State, args: Arguments, site: Site) -> Fact:
    if len(args.positional) == 1:
        items, complete = all_of(state, args.positional[0])
        ordered = in_order(state, items, args, site) if complete else None
        if ordered is not None:
            if "set" in getattr(args.positional[0].value, "kind", "") and args.get("key"):
                ordered = [blurred(item) for item in ordered]
            return Fact(ListValue("list", ordered, True, state.unbounded_loops), site)
        if complete and "key" not in args.named():
            made = [unknown(site, "an unknown list sorted") for _ in items]
            return Fact(ListValue("list", made, True, state.unbounded_loops), site)
    return unknown(site, "an unknown list sorted")


def _extreme(function: Callable[..., Any]) -> Callable[[State, Arguments, Site], Fact]:
    """``min`` or ``max``: which of the values it is."""
    plain = lifted(function)

    def choose(state: State, args: Arguments, site: Site) -> Fact:
        if len(args.positional) == 1 and not isinstance(args.positional[0].value, Unknown):
            items, complete = all_of(state, args.positional[0])
            unordered = "set" in getattr(args.positional[0].value, "kind", "")
        else:
            items, complete, unordered = list(args.positional), True, False
        if complete and items and not args.partial and set(args.named()) <= {"key", "default"}:
            by = Arguments([], [given for given in args.keywords if given[0] == "key"])
            largest = function is max
            ordered = in_order(state, items[::-1] if largest else items, by, site)
            if ordered is not None and not (unordered and by.keywords):
                return ordered[-1 if largest else 0]
        if args.keywords:
            return unknown(site, "computed from unknown values")
        return plain(state, args, site)

    return choose


def lifted(
    function: Callable[..., Any], text: bool = False
) -> Callable[[State, Arguments, Site], Fact]:
    """A function of known values; ``text``: what it gives depends on how they are printed."""

    def compute(state: State, args: Arguments, site: Site) -> Fact:
        if args.partial or args.keywords and function.__name__ not in _TAKES_KEYWORDS:
            return unknown(site, "computed from unknown values")
        try:
            values = [concrete(state, fact, text) for fact in args.positional]
            named = {name: concrete(state, fact) for name, fact in args.named().items()}
        except NotKnown:
            value = args.positional[0].value if len(args.positional) == 1 else None
            expr = ""
            if isinstance(value, Unknown) and value.symbol:
                expr = f"{function.__name__}({value.symbol})"
            return unknown(site, "computed from unknown values", expr)
        finally:
            for fact in args.positional:
                if isinstance(fact.value, ListValue) and fact.value.kind == "iterator":
                    iterate(state, fact)
                    fact.value.complete = function not in (all, any)  # they may stop early
        try:
            result = function(*values, **named)
        except Exception as error:  # whatever Python raises here, the value is unknown
            if state.trying and function in (int, float) and isinstance(error, ValueError):
                raise Raised(ValueError) from None  # ``int("many")``: a handler takes it
            return unknown(site, "a computation that Python refuses")
        if isinstance(result, int) and abs(result) > MAX_NUMBER:
            return unknown(site, "a very large number")
        parts = result if isinstance(result, (list, tuple)) else ()
        if not all(isinstance(part, PLAIN) for part in parts):
            return unknown(site, "elements that may be shared with other values")
        return abstract(state, result, site, state.unbounded_loops)

    return compute


_TAKES_KEYWORDS = frozenset({"_summed", "_rounded", "int", "_power"})


_TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "bytes": (bytes,),
    "complex": (complex,),
    "dict": (),
    "float": (float,),
    "frozenset": (),
    "int": (int,),
    "list": (),
    "object": (object,),
    "range": (),
    "set": (),
    "str": (str,),
    "tuple": (),
}


def _isinstance(state: State, args: Arguments, site: Site) -> Fact:

    if len(args.positional) == 2:
        value, kind = args.positional[0].value, args.positional[1].value
        kinds = kind.items if isinstance(kind, ListValue) else [args.positional[1]]
        names = [name for item in kinds if (name := _type_name(item.value)) is not None]
        many = len(kind.items) if isinstance(kind, ListValue) else 1
        if isinstance(value, NumPyInteger) or isinstance(value, Array) and value.numpy:
            # ``np.float64`` is a ``float``, but ``np.int64`` is not an ``int``.
            if len(names) == many and set(names).isdisjoint({"complex", "float", "object"}):
                return Fact(False, site)
            return unknown(site, "a type of NumPy")
        if len(names) == many and isinstance(value, PLAIN) and _TYPES.keys() >= set(names):
            return Fact(any(isinstance(value, _TYPES[name]) for name in names), site)
        if len(names) == many and isinstance(value, (ListValue, DictValue)):
            own = value.kind if isinstance(value, ListValue) else "dict"
            if own not in ("iterator", "view"):
                return Fact(own in names or "object" in names, site)
        if isinstance(value, Instance) and isinstance(kind, Class):
            line = classes.lineage(value.cls)
            if kind in line or all(isinstance(cls, Class) for cls in line):
                return Fact(kind in line, site)
    return unknown(site, "a type that is not known")


def _type_name(value: AbstractValue) -> str | None:
    """The name of a type of Python, also as code for Python 2 as well writes it."""
    if isinstance(value, Builtin):
        return value.name
    return _SIX.get(value.dotted) if isinstance(value, QualifiedName) else None


_SIX = {
    "six.binary_type": "bytes",
    "six.integer_types": "int",
    "six.string_types": "str",
    "six.text_type": "str",
}


def _type(state: State, args: Arguments, site: Site) -> Fact:
    """The class of an object of the user."""
    value: AbstractValue = args.positional[0].value if len(args.positional) == 1 else None
    if isinstance(value, Instance):
        return Fact(value.cls, site)
    return unknown(site, "a type that only running the code can tell")


def _hasattr(state: State, args: Arguments, site: Site) -> Fact:
    """``hasattr()`` of modules of Keras, as the target release has them, and of user objects."""

    owner: AbstractValue = args.positional[0].value if len(args.positional) == 2 else None
    name = args.positional[1].value if len(args.positional) == 2 else None
    found: bool | None = None
    if isinstance(name, str) and isinstance(owner, QualifiedName) and not name.startswith("_"):
        found = _keras_has(state, owner.dotted, name)
    elif isinstance(name, str) and isinstance(owner, Instance):
        if name in owner.attributes or classes.find_member(owner.cls, name) is not None:
            found = True
        elif classes.has_no(owner, name):
            found = False
    if found is None:
        return unknown(site, "a result that only running the code can tell")
    return Fact(found, site)


def _keras_has(state: State, owner: str, name: str) -> bool | None:
    """Whether a public module of Keras has a name; None when that is not known for certain."""
    located = keras_api.locate(owner)
    if located is None or state.project is None or state.patched or ".src" in owner:
        return None
    symbol = keras_api.symbol(located.name) if located.name is not None else None
    if symbol is not None and symbol.is_class:
        return None
    path = f"{owner}.{name}"
    if keras_api.exists(path, state.project.release):
        return True
    return False if keras_api.releases_of(path) else None


def _getattr(state: State, args: Arguments, site: Site) -> Fact:
    if len(args.positional) >= 2 and isinstance(args.positional[1].value, str):
        node = state.sites.node(site)
        fact = state.interpreter.attribute(
            state, args.positional[0], args.positional[1].value, node, Scope()
        )
        if isinstance(fact.value, QualifiedName):
            if len(args.positional) < 3:
                state.use(fact.value.dotted, site, imported=False)
            elif keras_api.locate(fact.value.dotted) and not keras_api.exists(fact.value.dotted):
                return unknown(site, "an attribute that Keras may not have")
        elif len(args.positional) >= 3 and isinstance(fact.value, BoundMethod):
            return unknown(site, "an attribute that may be missing")
        owner: AbstractValue = args.positional[0].value
        if len(args.positional) == 3 and isinstance(fact.value, Unknown):
            if isinstance(owner, Instance) and classes.has_no(owner, args.positional[1].value):
                return args.positional[2]
        return fact
    return unknown(site, "an attribute whose name is not known")


def _setattr(state: State, args: Arguments, site: Site) -> Fact:
    owner: AbstractValue = args.positional[0].value if len(args.positional) == 3 else None
    word = args.positional[1].value if owner is not None else None
    if isinstance(owner, (Instance, Object, Unknown)) and isinstance(word, str):
        keras_objects.note_attribute(state, owner, word, args.positional[2], site)
    if isinstance(owner, (LayerRef, ModelRef)) and isinstance(word, str):
        keras_objects.set_attribute(state, owner, word, args.positional[2], site)
        return Fact(None, site)
    if isinstance(owner, QualifiedName):
        patches.replace(state, owner, word if isinstance(word, str) else "", args.positional[2])
        return Fact(None, site)
    if isinstance(owner, FileModule):
        attribute = word if isinstance(word, str) else ""
        effects.forget(state, args.positional[0], site, attribute)
        if attribute:
            owner.scope.names[attribute] = unknown(site, "set from another file", attribute)
        return Fact(None, site)
    if isinstance(owner, Instance):
        if isinstance(word, str):
            set_member(state, owner, word, args.positional[2])
        else:
            owner.open = True
            attributes_of(owner).merge(None, site)
    elif isinstance(owner, Class):
        if isinstance(word, str):
            owner.scope.names[word] = args.positional[2]
        else:
            for name, fact in owner.scope.names.items():
                owner.scope.names[name] = blurred(fact)
    elif isinstance(owner, Unknown) and state.loose and isinstance(word, str):
        havoc.set_on_unknown(state, word)
    return Fact(None, site)


def execute_text(state: State, args: Arguments, site: Site) -> Fact:
    """``exec()`` binds whatever the text says: in the given dictionary, or where it is called."""
    if len(args.positional) > 1:
        for fact in args.positional[1:]:
            effects.forget(state, fact, site)
        return Fact(None, site)
    effects.bind_anything(state, site)
    return Fact(None, site)


def _map(state: State, args: Arguments, site: Site) -> Fact:
    if len(args.positional) == 2:
        items, complete = iterate(state, args.positional[1])
        node = state.sites.node(site)
        callee = args.positional[0]
        made = [
            state.interpreter.call(state, callee, Arguments([item], []), node)
            for item in items[:MAX_CALLS]
        ]
        known = complete and len(items) <= MAX_CALLS
        if not known:
            effects.call_back(state, args, site)
        fact = iterator(state, made, known, site, args.positional[1])
        if not isinstance(callee.value, Builtin) and isinstance(fact.value, ListValue):
            fact.value.born = state.clock  # by then the function may give something else
        return fact
    effects.call_back(state, args, site)
    return unknown(site, "map() over unknown lists")


def _filter(state: State, args: Arguments, site: Site) -> Fact:
    if len(args.positional) == 2:
        items, complete = iterate(state, args.positional[1])
        node = state.sites.node(site)
        callee = args.positional[0]
        kept: list[Fact] = []
        complete = complete and len(items) <= MAX_CALLS
        for item in items[:MAX_CALLS]:
            asked = item
            if callee.value is not None:
                asked = state.interpreter.call(state, callee, Arguments([item], []), node)
            known = state.interpreter.truth(state, asked)
            complete = complete and known is not None
            if known is not False:
                kept.append(item)
        fact = iterator(state, kept, complete, site, args.positional[1])
        if callee.value is not None and isinstance(fact.value, ListValue):
            fact.value.born = state.clock
        return fact
    return unknown(site, "filter() of unknown lists")


def _iter(state: State, args: Arguments, site: Site) -> Fact:
    if len(args.positional) != 1:
        return unknown(site, "an iterator over something unknown")
    given = args.positional[0]
    if isinstance(given.value, (Array, Unknown)) or getattr(given.value, "kind", "") == "iterator":
        return given
    items, complete = iterate(state, given)
    return iterator(state, items, complete, site, given)


def _next(state: State, args: Arguments, site: Site) -> Fact:
    value: AbstractValue = args.positional[0].value if args.positional else None
    if (
        isinstance(value, ListValue)
        and value.kind == "iterator"
        and state.unbounded_loops <= value.depth
    ):
        items, complete, sources, born = value.items, value.complete, value.sources, value.born
        given, known = iterate(state, args.positional[0])
        if given and born in (-1, state.clock):
            # What comes next of a generator depends on what happens until it is asked.
            value.items, value.complete, value.sources = items[1:], complete and born < 0, sources
            return given[0] if known or not isinstance(given[0].value, PLAIN) else blurred(given[0])
        if known and len(args.positional) == 2:
            return args.positional[1]
    elif isinstance(value, (ListValue, DictValue)):
        items, _ = iterate(state, args.positional[0])
        state.doubts += 1
        if items:
            return blurred(items[0])
    return unknown(site, "the next of something unknown")


def _power(base: Any, exponent: Any, modulus: Any = None) -> Any:
    if modulus is not None:
        return pow(base, exponent, modulus)
    return binary("**", pow, base, exponent)


def _formatted(value: Any, spec: str = "") -> str:
    if any(len(digits) > 3 for digits in re.findall(r"\d+", spec)):
        raise NotKnown
    return format(value, spec)


def _first(state: State, args: Arguments, site: Site) -> Fact:
    return args.positional[0] if args.positional else unknown(site, "nothing given")


def none(state: State, args: Arguments, site: Site) -> Fact:
    return Fact(None, site)


def leave(state: State, args: Arguments, site: Site) -> Fact:
    raise Raised(SystemExit)


def _opaque(state: State, args: Arguments, site: Site) -> Fact:
    return unknown(site, "a result that only running the code can tell")


def _bool(state: State, args: Arguments, site: Site) -> Fact:
    known = state.interpreter.truth(state, args.positional[0]) if args.positional else False
    if known is not None:
        return Fact(known, site)
    value: AbstractValue = args.positional[0].value
    expr = f"bool({value.symbol})" if isinstance(value, Unknown) and value.symbol else ""
    return unknown(site, "computed from unknown values", expr)


def _summed(values: Any, start: Any = 0) -> Any:
    if not isinstance(start, (list, tuple)):
        return sum(values, start)
    # Python copies what it has so far with each step, which takes the square of the time.
    kind = type(start)
    parts = [start, *values]
    if not all(type(part) is kind for part in parts) or sum(map(len, parts)) > MAX_ITEMS:
        raise NotKnown
    return kind(item for part in parts for item in part)


def product(values: Any, start: Any = 1) -> Any:
    """``math.prod`` that gives up where numbers become as large as kerlint computes none."""
    result = start
    for value in values:
        result = result * value
        if isinstance(result, int) and abs(result) > MAX_NUMBER:
            raise NotKnown
    return result


def _rounded(number: Any, digits: Any = None) -> Any:
    if isinstance(digits, int) and abs(digits) > _MAX_DIGITS:
        raise NotKnown  # Python computes a power of ten with that many
    return round(number, digits)


_MAX_DIGITS = 400  # the largest numbers that are written out, floats, have some 310


FUNCTIONS: dict[str, Callable[[State, Arguments, Site], Fact]] = {
    "range": _range,
    "xrange": _range,
    "len": _len,
    "list": _sequence("list"),
    "tuple": _sequence("tuple"),
    "set": _sequence("set"),
    "frozenset": _sequence("frozenset"),
    "dict": make_dict,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "sorted": _sorted,
    "int": lifted(int),
    "float": lifted(float),
    "str": lifted(str, text=True),
    "bool": _bool,
    "abs": lifted(abs),
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": lifted(_summed),
    "round": lifted(_rounded),
    "bin": lifted(bin),
    "chr": lifted(chr),
    "hex": lifted(hex),
    "oct": lifted(oct),
    "ord": lifted(ord),
    "pow": lifted(_power),
    "divmod": lifted(divmod),
    "any": lifted(any),
    "all": lifted(all),
    "isinstance": _isinstance,
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _hasattr,
    "map": _map,
    "filter": _filter,
    "next": _next,
    "iter": _iter,
    "print": none,
    "input": _opaque,
    "open": _opaque,
    "type": _type,
    "id": _opaque,
    "repr": lifted(repr, text=True),
    "format": lifted(_formatted, text=True),
    "callable": _opaque,
    "eval": _opaque,
    "exec": execute_text,
    "vars": _opaque,
    "object": _opaque,
    "property": _first,
    "staticmethod": _first,
    "classmethod": _first,
    "locals": _opaque,
    "globals": _opaque,
    "super": _opaque,
    "functools.wraps": _first,
    "exit": leave,
    "quit": leave,
}


# -- methods of containers ------------------------------------------------------------------------


# -- functions of the standard library ------------------------------------------------------------
