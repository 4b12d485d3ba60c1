"""Python itself: iteration, assignment, built-in functions and the methods of its containers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import libcst as cst

from kerlint import keras_api
from kerlint.program.data import Array
from kerlint.program.values import (
    NOWHERE,
    Fact,
    LayerRef,
    ModelRef,
    Object,
    Site,
    TensorRef,
    Unknown,
)
from kerlint.reading import arrays, objects, patches
from kerlint.reading.payloads import (
    Arguments,
    Builtin,
    Class,
    FileModule,
    Frame,
    Instance,
    Mapping_,
    Partial,
    Path,
    Payload,
    Sequence,
)
from kerlint.reading.run import MAX_ITEMS, Raised, Run

CONSTANTS: dict[str, Payload] = {
    "True": True,
    "False": False,
    "None": None,
    "__name__": "__main__",
    "__debug__": True,
}

PATH_CONSTANTS: dict[str, Payload] = {
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

PLAIN = (str, bool, int, float, complex, bytes, type(None))
DICT_METHODS = frozenset({"get", "items", "keys", "values", "update", "pop", "copy", "setdefault"})


def unknown(site: Site, reason: str, expr: str = "") -> Fact:
    return Fact(Unknown(reason, site, expr), site)


LITERALS = (cst.Integer, cst.Float, cst.UnaryOperation)


# -- iteration and assignment ---------------------------------------------------------------------


def iterate(run: Run, fact: Fact) -> tuple[list[Fact], bool]:
    """The elements that iterating over a value gives, and whether these are all."""
    value = fact.value
    if isinstance(value, Sequence):
        return list(value.items), value.complete
    if isinstance(value, Mapping_):
        return [Fact(key, fact.site) for key in value.entries], value.complete
    if isinstance(value, str) and len(value) <= 256:
        return [Fact(character, fact.site) for character in value], True
    return [], False


def assign(run: Run, target: cst.CSTNode, fact: Fact, frame: Frame) -> None:
    """Bind a target: a name, an attribute, an element, or several at once."""
    if isinstance(fact.value, ModelRef):
        label = target.attr if type(target) is cst.Attribute else target
        if type(label) is cst.Name:
            run.models[fact.value.model].labels.append(label.value)
    if type(target) is cst.Name:
        frame.bind(target.value, fact)
    elif isinstance(target, (cst.Tuple, cst.List)):
        _unpack(run, target, fact, frame)
    elif type(target) is cst.StarredElement:
        assign(run, target.value, fact, frame)
    elif type(target) is cst.Attribute:
        _set_attribute(run, target, fact, frame)
    elif type(target) is cst.Subscript:
        _set_element(run, target, fact, frame)


def _unpack(run: Run, target: cst.Tuple | cst.List, fact: Fact, frame: Frame) -> None:
    elements = target.elements
    items, complete = iterate(run, fact)
    star = next((i for i, e in enumerate(elements) if type(e) is cst.StarredElement), None)
    if isinstance(fact.value, TensorRef):
        items, complete = [fact] * len(elements), True
    if complete and star is None and len(items) == len(elements):
        for element, item in zip(elements, items):
            assign(run, element.value, item, frame)
        return
    if complete and star is not None and len(items) >= len(elements) - 1:
        after = len(elements) - star - 1
        middle = items[star : len(items) - after]
        for element, item in zip(elements[:star], items):
            assign(run, element.value, item, frame)
        kept = Sequence("list", middle, True, run.loops)
        assign(run, elements[star].value, Fact(kept, fact.site), frame)
        for element, item in zip(elements[star + 1 :], items[len(items) - after :]):
            assign(run, element.value, item, frame)
        return
    value = fact.value
    expr = value.expr if isinstance(value, Unknown) else ""
    reason = value.reason if isinstance(value, Unknown) else "unpacked from an unknown value"
    for index, element in enumerate(elements):
        if isinstance(value, Array) and type(element) is cst.Element:
            part = arrays.subscript(value, [Fact(index)])
            assign(run, element.value, Fact(part, fact.site), frame)
            continue
        if type(element) is cst.Element and isinstance(element.value, (cst.Tuple, cst.List)):
            inner = f"{expr}[{index}]" if expr else ""
            nested = Unknown(reason, fact.site, inner)
            assign(run, element.value, Fact(nested, fact.site), frame)
            continue
        name = element.value.value if type(element.value) is cst.Name else ""
        site = run.site(element.value)
        assign(run, element.value, Fact(Unknown(reason, site, str(name)), site), frame)


def _set_attribute(run: Run, target: cst.Attribute, fact: Fact, frame: Frame) -> None:
    from kerlint.reading import calls, expressions

    base = expressions.evaluate(run, target.value, frame).value
    name = target.attr.value
    if isinstance(base, Instance):
        found = calls.find_member(base.cls, name)
        if found is not None and getattr(found[1].value, "wraps", "") == "property":
            fact = unknown(fact.site, "set through a property", f"self.{name}")
        base.attributes[name] = fact
    elif isinstance(base, FileModule):
        # Who reads it before and who behind is not kept apart: other files are read once.
        base.frame.names[name] = unknown(fact.site, "set from another file", name)
    elif isinstance(base, Class):
        base.frame.names[name] = fact
    elif isinstance(base, Path):
        patches.replace(run, base, name, fact)
    elif isinstance(base, (LayerRef, ModelRef)):
        objects.set_attribute(run, base, name, fact, run.site(target))
    elif isinstance(base, (Array, Object)):
        changed = arrays.with_attribute(base, name)
        run.activity += changed is not base
        overwrite(run, base, changed, frame)
        if isinstance(base, Array) and isinstance(changed, Array):
            _forget_views(run, base, changed, frame)


def _set_element(run: Run, target: cst.Subscript, fact: Fact, frame: Frame) -> None:
    from kerlint.reading import expressions

    base = expressions.evaluate(run, target.value, frame).value
    part = target.slice[0].slice if len(target.slice) == 1 else None
    index = expressions.evaluate(run, part.value, frame).value if type(part) is cst.Index else None
    run.activity += 1
    if isinstance(base, Path):
        if base.dotted == "sys.modules" and isinstance(index, str):
            run.patched[f"{patches.MODULES}{index}"] = fact
        elif base.dotted.endswith(".__dict__"):
            patches.replace(run, base, index if isinstance(index, str) else "", fact)
    elif isinstance(base, Mapping_):
        if isinstance(index, (str, int)):
            base.entries[index] = fact
        else:
            base.merge(None, fact.site)
    elif isinstance(base, Sequence):
        if isinstance(index, int) and base.complete and -len(base.items) <= index < len(base.items):
            base.items[index] = fact
        else:
            base.items[:] = [unknown(fact.site, "an element was replaced") for _ in base.items]
            base.complete = base.complete and type(part) is not cst.Slice
    elif isinstance(base, Array):
        indices = expressions.indices_of(run, target, frame)
        # In a loop of unknown length one turn was read: what is not written down may differ.
        fixed = not run.loops or isinstance(run.sites.node(fact.site), LITERALS)
        changed = arrays.assigned(base, fact.value, indices, fixed)
        overwrite(run, base, changed, frame)
        _forget_views(run, base, changed, frame)
        assign(run, target.value, Fact(changed, run.site(target)), frame)


def overwrite(run: Run, old: Array | Object | Sequence, new: Payload, frame: Frame) -> None:
    """Something was changed in place: every name and attribute that holds it sees the change."""
    _replace_held(run, frame, lambda value: new if value is old else value)


def _forget_views(run: Run, old: Array, new: Payload, frame: Frame) -> None:
    """Elements were set: other arrays that show the same numbers may show the change."""

    def changed(value: Payload) -> Payload:
        shares = isinstance(value, Array) and value is not old and value is not new
        if shares and old.site >= 0 and (value.origin, value.site) == (old.origin, old.site):
            return Array(shape=value.shape, origin=value.origin, site=value.site)
        return value

    _replace_held(run, frame, changed)


def change_in_place(run: Run, fact: Fact) -> None:
    """A function has written into an array: nothing is sure of it but its shape."""
    value: Payload = fact.value
    frame = run.frames[-1] if run.frames else run.module
    if isinstance(value, Array) and frame is not None:
        run.activity += 1
        blank = Array(shape=value.shape, origin=value.origin, site=value.site)
        overwrite(run, value, blank, frame)
        _forget_views(run, value, blank, frame)


def shuffle(run: Run, fact: Fact, site: Site) -> None:
    """A list is put into another order: what it holds is known, but no longer where."""
    value: Payload = fact.value
    frame = run.frames[-1] if run.frames else run.module
    if not isinstance(value, Sequence) or frame is None or len(value.items) < 2:
        return
    run.activity += 1
    data = arrays.as_array(value) if value.complete else None
    if data is not None and data.integers is not None:
        overwrite(run, value, data, frame)
    value.items[:] = [unknown(site, "an element of a shuffled list") for _ in value.items]


def _replace_held(run: Run, frame: Frame, changed: Callable[[Payload], Payload]) -> None:
    scopes: list[dict[str, Fact]] = []
    for start in (frame, *run.frames):
        scope: Frame | None = start
        while scope is not None:
            scopes.append(scope.names)
            scope = scope.parent
    for names in scopes:
        for name, held in list(names.items()):
            now = changed(held.value)
            if now is not held.value:
                names[name] = Fact(now, held.site, held.via)
            elif isinstance(held.value, Instance):
                for word, inner in list(held.value.attributes.items()):
                    now = changed(inner.value)
                    if now is not inner.value:
                        held.value.attributes[word] = Fact(now, inner.site, inner.via)


# -- built-in functions ---------------------------------------------------------------------------


def _range(run: Run, args: Arguments, site: Site) -> Fact:
    given = [fact.value for fact in args.positional]
    bounds = [bound for bound in given if isinstance(bound, int)]
    if bounds and not args.partial and len(bounds) == len(given):
        try:
            numbers = range(*bounds[:3])
        except (TypeError, ValueError):
            return unknown(site, "range() of odd arguments")
        if len(numbers) <= MAX_ITEMS:
            items = [Fact(number, site) for number in numbers]
            return Fact(Sequence("list", items, True, run.loops), site)
    return unknown(site, "range() of an unknown number")


def _len(run: Run, args: Arguments, site: Site) -> Fact:
    value = args.positional[0].value if args.positional else None
    if isinstance(value, Sequence) and value.complete:
        return Fact(len(value.items), site)
    if isinstance(value, Mapping_) and value.complete:
        return Fact(len(value.entries), site)
    if isinstance(value, (str, bytes)):
        return Fact(len(value), site)
    if isinstance(value, Array) and value.shape:
        size = value.shape[0]
        if size is not None:
            return Fact(size, site)
    expr = f"len({value.expr})" if isinstance(value, Unknown) and value.expr else ""
    return unknown(site, "the length of something unknown", expr)


def _sequence(kind: str) -> Callable[[Run, Arguments, Site], Fact]:
    def make(run: Run, args: Arguments, site: Site) -> Fact:
        if not args.positional:
            return Fact(Sequence(kind, [], not args.partial, run.loops), site)
        if isinstance(args.positional[0].value, Array) and kind != "set":
            return args.positional[0]
        items, complete = iterate(run, args.positional[0])
        if not complete and not items:
            value = args.positional[0].value
            if isinstance(value, Unknown):
                return unknown(site, value.reason, value.expr)
        return Fact(Sequence(kind, items, complete, run.loops), site)

    return make


def _dict(run: Run, args: Arguments, site: Site) -> Fact:
    return Fact(_mapping(run, args), site)


def _mapping(run: Run, args: Arguments) -> Mapping_:
    mapping = Mapping_({}, True, run.loops)
    for fact in args.positional[:1]:
        if isinstance(fact.value, Mapping_):
            mapping.merge(fact.value, fact.site)
        else:
            pairs, complete = iterate(run, fact)
            mapping.complete = mapping.complete and complete
            for pair in pairs:
                inner, whole = iterate(run, pair)
                if whole and len(inner) == 2 and isinstance(inner[0].value, (str, int)):
                    mapping.entries[inner[0].value] = inner[1]
                else:
                    mapping.complete = False
    if args.partial:
        mapping.merge(None, NOWHERE)
    mapping.entries.update(args.named())
    return mapping


def _zip(run: Run, args: Arguments, site: Site) -> Fact:
    columns = [iterate(run, fact) for fact in args.positional]
    if not columns or args.partial:
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
        complete = False if not length else complete
    else:
        rows = [list(row) for row in zip(*known)]
        complete = all(whole for _, whole in columns)
    made = [Fact(Sequence("tuple", row, True, run.loops), site) for row in rows]
    return Fact(Sequence("list", made, complete, run.loops), site)


def _enumerate(run: Run, args: Arguments, site: Site) -> Fact:
    if not args.positional:
        return unknown(site, "enumerate() of nothing")
    items, complete = iterate(run, args.positional[0])
    start = args.get("start", 1)
    first = start.value if start is not None else 0
    rows = []
    for index, item in enumerate(items):
        number = (
            Fact(first + index, site)
            if isinstance(first, int)
            else unknown(site, "counted from an unknown number")
        )
        rows.append(Fact(Sequence("tuple", [number, item], True, run.loops), site))
    return Fact(Sequence("list", rows, complete, run.loops), site)


def _reversed(run: Run, args: Arguments, site: Site) -> Fact:
    if args.positional:
        items, complete = iterate(run, args.positional[0])
        if complete:
            return Fact(Sequence("list", items[::-1], True, run.loops), site)
    return unknown(site, "an unknown list reversed")


def _sort_key(fact: Fact) -> Any:
    return fact.value


def _sorted(run: Run, args: Arguments, site: Site) -> Fact:
    if args.positional and not args.keywords:
        items, complete = iterate(run, args.positional[0])
        try:
            ordered = sorted(items, key=_sort_key)
        except TypeError:
            ordered = []
        if complete and ordered:
            return Fact(Sequence("list", ordered, True, run.loops), site)
    return unknown(site, "an unknown list sorted")


def _plain(function: Callable[..., Any]) -> Callable[[Run, Arguments, Site], Fact]:
    """A function of plain values, computed when all of them are known."""

    def compute(run: Run, args: Arguments, site: Site) -> Fact:
        values: list[Any] = []
        for fact in args.positional:
            value = fact.value
            if isinstance(value, Sequence) and value.complete:
                inner = [item.value for item in value.items]
                if not all(isinstance(v, PLAIN) for v in inner):
                    return unknown(site, "computed from unknown values")
                values.append(inner)
            elif isinstance(value, PLAIN):
                values.append(value)
            else:
                expr = ""
                if isinstance(value, Unknown) and value.expr and len(args.positional) == 1:
                    expr = f"{function.__name__}({value.expr})"
                return unknown(site, "computed from unknown values", expr)
        if args.partial or args.keywords:
            return unknown(site, "computed from unknown values")
        try:
            result = function(*values)
        except Exception:  # whatever Python raises here, the value is unknown
            return unknown(site, "a computation that Python refuses")
        if isinstance(result, (str, bytes)) and len(result) > MAX_ITEMS:
            return unknown(site, "a very long text")
        return Fact(result, site)

    return compute


def _isinstance(run: Run, args: Arguments, site: Site) -> Fact:
    if len(args.positional) == 2:
        value, kind = args.positional[0].value, args.positional[1].value
        names = [
            item.value.name
            for item in (kind.items if isinstance(kind, Sequence) else [args.positional[1]])
            if isinstance(item.value, Builtin)
        ]
        many = len(kind.items) if isinstance(kind, Sequence) else 1
        types: dict[str, tuple[type, ...]] = {
            "int": (int,),
            "str": (str,),
            "float": (float,),
            "bool": (bool,),
            "bytes": (bytes,),
        }
        if len(names) == many and isinstance(value, PLAIN):
            return Fact(any(isinstance(value, types.get(name, ())) for name in names), site)
        if len(names) == many and isinstance(value, (Sequence, Mapping_)):
            own = value.kind if isinstance(value, Sequence) else "dict"
            return Fact(own in names, site)
    return unknown(site, "a type that is not known")


def _getattr(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import expressions

    if len(args.positional) >= 2 and isinstance(args.positional[1].value, str):
        node = run.sites.node(site)
        fact = expressions.attribute(
            run, args.positional[0], args.positional[1].value, node, Frame()
        )
        if isinstance(fact.value, Path):
            run.use(fact.value.dotted, site, imported=False)
        return fact
    return unknown(site, "an attribute whose name is not known")


def _setattr(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import effects

    owner: Payload = args.positional[0].value if len(args.positional) == 3 else None
    word = args.positional[1].value if owner is not None else None
    if isinstance(owner, (LayerRef, ModelRef)) and isinstance(word, str):
        objects.set_attribute(run, owner, word, args.positional[2], site)
        return Fact(None, site)
    if isinstance(owner, Path):
        patches.replace(run, owner, word if isinstance(word, str) else "", args.positional[2])
        return Fact(None, site)
    if isinstance(owner, (Class, FileModule)):
        attribute = word if isinstance(word, str) else ""
        effects.forget(run, args.positional[0], site, attribute)
        if attribute:
            new = args.positional[2]
            if isinstance(owner, FileModule):
                new = unknown(site, "set from another file", attribute)
            owner.frame.names[attribute] = new
        return Fact(None, site)
    if len(args.positional) == 3 and isinstance(args.positional[0].value, Instance):
        name = args.positional[1].value
        if isinstance(name, str):
            args.positional[0].value.attributes[name] = args.positional[2]
        else:
            args.positional[0].value.open = True
            attributes_of(args.positional[0].value).merge(None, site)
    return Fact(None, site)


def execute_text(run: Run, args: Arguments, site: Site) -> Fact:
    """``exec()`` binds whatever the text says: in the given dictionary, or where it is called."""
    from kerlint.reading import effects

    if len(args.positional) > 1:
        for fact in args.positional[1:]:
            effects.forget(run, fact, site)
        return Fact(None, site)
    effects.bind_anything(run, site)
    return Fact(None, site)


def attributes_of(instance: Instance) -> Mapping_:
    """``instance.__dict__``: what is put into it are attributes, before those of the class."""
    for cls in [instance.cls, *(base.value for base in instance.cls.bases)]:
        if isinstance(cls, Class):
            for name, fact in cls.frame.names.items():
                if isinstance(fact.value, PLAIN):
                    instance.attributes.setdefault(name, fact)
    return Mapping_(cast("dict[str | int, Fact]", instance.attributes), not instance.open)


def _map(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import calls, effects

    if len(args.positional) == 2:
        items, complete = iterate(run, args.positional[1])
        node = run.sites.node(site)
        made = [
            calls.call(run, args.positional[0], Arguments([item], []), node) for item in items[:64]
        ]
        if not complete or len(items) > 64:
            effects.call_back(run, args, site)
        return Fact(Sequence("list", made, complete and len(items) <= 64, run.loops), site)
    effects.call_back(run, args, site)
    return unknown(site, "map() over unknown lists")


def _next(run: Run, args: Arguments, site: Site) -> Fact:
    if args.positional:
        items, _ = iterate(run, args.positional[0])
        if items:
            return items[0]
    return unknown(site, "the next of something unknown")


def _first(run: Run, args: Arguments, site: Site) -> Fact:
    return args.positional[0] if args.positional else unknown(site, "nothing given")


def _none(run: Run, args: Arguments, site: Site) -> Fact:
    return Fact(None, site)


def _leave(run: Run, args: Arguments, site: Site) -> Fact:
    raise Raised("SystemExit")


def _opaque(run: Run, args: Arguments, site: Site) -> Fact:
    return unknown(site, "a result that only running the code can tell")


def _summed(values: list[Any]) -> Any:
    return sum(values)


FUNCTIONS: dict[str, Callable[[Run, Arguments, Site], Fact]] = {
    "range": _range,
    "xrange": _range,
    "len": _len,
    "list": _sequence("list"),
    "tuple": _sequence("tuple"),
    "set": _sequence("set"),
    "frozenset": _sequence("set"),
    "dict": _dict,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "sorted": _sorted,
    "int": _plain(int),
    "float": _plain(float),
    "str": _plain(str),
    "bool": _plain(bool),
    "abs": _plain(abs),
    "min": _plain(min),
    "max": _plain(max),
    "sum": _plain(_summed),
    "round": _plain(round),
    "bin": _plain(bin),
    "chr": _plain(chr),
    "hex": _plain(hex),
    "ord": _plain(ord),
    "pow": _opaque,
    "divmod": _opaque,
    "any": _plain(any),
    "all": _plain(all),
    "isinstance": _isinstance,
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _opaque,
    "map": _map,
    "filter": _opaque,
    "next": _next,
    "iter": _first,
    "print": _none,
    "input": _opaque,
    "open": _opaque,
    "type": _opaque,
    "id": _opaque,
    "repr": _opaque,
    "format": _opaque,
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
    "exit": _leave,
    "quit": _leave,
}


# -- methods of containers ------------------------------------------------------------------------


def method(run: Run, receiver: Fact, name: str, args: Arguments, site: Site) -> Fact | None:
    """Call a method of a list, tuple, dictionary or text; None for any other receiver."""
    value = receiver.value
    if isinstance(value, Sequence):
        return _sequence_method(run, value, name, args, site)
    if isinstance(value, Mapping_):
        return _mapping_method(run, value, name, args, site)
    if isinstance(value, str):
        return _text_method(run, value, name, args, site)
    return None


def _sequence_method(run: Run, value: Sequence, name: str, args: Arguments, site: Site) -> Fact:
    first = args.positional[0] if args.positional else None
    if name in ("append", "add", "extend", "insert", "remove", "pop", "clear", "reverse", "sort"):
        run.activity += 1
        if run.loops > value.depth:
            value.complete = False
    if name in ("append", "add") and first is not None:
        if len(value.items) < MAX_ITEMS:
            value.items.append(first)
        else:
            value.complete = False
        return Fact(None, site)
    if name == "extend" and first is not None:
        items, complete = iterate(run, first)
        if len(value.items) + len(items) <= MAX_ITEMS:
            value.items.extend(items)
        value.complete = value.complete and complete
        return Fact(None, site)
    if name == "insert" and len(args.positional) == 2:
        index = args.positional[0].value
        if isinstance(index, int):
            value.items.insert(index, args.positional[1])
        else:
            value.complete = False
        return Fact(None, site)
    if name == "pop":
        index = first.value if first is not None else -1
        if value.complete and isinstance(index, int) and value.items:
            if -len(value.items) <= index < len(value.items):
                return value.items.pop(index)
        value.complete = False
        return unknown(site, "taken from an unknown list")
    if name == "copy":
        return Fact(Sequence(value.kind, list(value.items), value.complete, run.loops), site)
    if name == "reverse" and value.complete:
        value.items.reverse()
        return Fact(None, site)
    if name == "clear":
        value.items.clear()
        value.complete = True
        return Fact(None, site)
    if name == "index" and first is not None and value.complete:
        for index, item in enumerate(value.items):
            if isinstance(item.value, PLAIN) and item.value == first.value:
                return Fact(index, site)
    if name in ("remove", "sort"):
        value.complete = False
        return Fact(None, site)
    return unknown(site, "the result of a list's method")


def _mapping_method(run: Run, value: Mapping_, name: str, args: Arguments, site: Site) -> Fact:
    key = args.positional[0].value if args.positional else None
    if name in ("update", "pop", "setdefault", "clear", "popitem"):
        run.activity += 1
    if name in ("get", "setdefault", "pop"):
        default = args.positional[1] if len(args.positional) > 1 else args.get("default")
        if isinstance(key, (str, int)) and key in value.entries:
            return value.entries.pop(key) if name == "pop" else value.entries[key]
        if isinstance(key, (str, int)) and value.complete:
            fallback = default if default is not None else Fact(None, site)
            if name == "setdefault":
                value.entries[key] = fallback
            return fallback
        if name != "get":
            value.merge(None, site)
        return unknown(site, "an entry of a dictionary that is not known")
    if name == "keys":
        keys = [Fact(key, site) for key in value.entries]
        return Fact(Sequence("list", keys, value.complete, run.loops), site)
    if name == "values":
        return Fact(Sequence("list", list(value.entries.values()), value.complete, run.loops), site)
    if name == "items":
        rows = [
            Fact(Sequence("tuple", [Fact(key, site), item], True, run.loops), site)
            for key, item in value.entries.items()
        ]
        return Fact(Sequence("list", rows, value.complete, run.loops), site)
    if name == "update":
        made = _mapping(run, args)
        value.merge(made, site)
        return Fact(None, site)
    if name == "copy":
        return Fact(Mapping_(dict(value.entries), value.complete, run.loops), site)
    return unknown(site, "the result of a dictionary's method")


_TEXT_METHODS = frozenset(
    {"capitalize", "endswith", "format", "join", "lower", "lstrip", "replace", "rstrip", "split"}
    | {"startswith", "strip", "title", "upper"}
)


def _text_method(run: Run, value: str, name: str, args: Arguments, site: Site) -> Fact:
    if name in _TEXT_METHODS and not args.partial:
        values: list[Any] = []
        for fact in args.positional:
            inner = fact.value
            if isinstance(inner, Sequence) and inner.complete:
                values.append([item.value for item in inner.items])
            else:
                values.append(inner)
        named = {keyword: fact.value for keyword, fact in args.named().items()}
        flat = [v for item in values for v in (item if isinstance(item, list) else [item])]
        if all(isinstance(v, PLAIN) for v in (*flat, *named.values())) and not (
            name == "format" and any(character.isdigit() for character in value)
        ):
            try:
                result = getattr(value, name)(*values, **named)
            except Exception:  # whatever Python raises here, the value is unknown
                return unknown(site, "text with unknown parts")
            if isinstance(result, list):
                items = [Fact(part, site) for part in result]
                return Fact(Sequence("list", items, True, run.loops), site)
            if isinstance(result, bool) or len(result) <= MAX_ITEMS:
                return Fact(result, site)
    return unknown(site, "text with unknown parts")


# -- functions of the standard library ------------------------------------------------------------


def _partial(run: Run, args: Arguments, site: Site) -> Fact:
    if not args.positional or args.partial:
        return unknown(site, "functools.partial of something unknown")
    made = Partial(args.positional[0], tuple(args.positional[1:]), tuple(args.keywords))
    return Fact(made, site)


def _chain(run: Run, args: Arguments, site: Site) -> Fact:
    items: list[Fact] = []
    complete = not args.partial
    for fact in args.positional:
        inner, whole = iterate(run, fact)
        items.extend(inner)
        complete = complete and whole
    return Fact(Sequence("list", items[:MAX_ITEMS], complete, run.loops), site)


def _copy(run: Run, args: Arguments, site: Site) -> Fact:
    """A copy of a list, dictionary or array; a shallow one shares what is in it, which is rare."""
    if not args.positional:
        return unknown(site, "nothing given")
    return _copied(args.positional[0], site)


def _copied(fact: Fact, site: Site) -> Fact:
    value: Payload = fact.value
    if isinstance(value, Sequence):
        items = [_copied(item, site) for item in value.items]
        return Fact(Sequence(value.kind, items, value.complete, value.depth), fact.site, fact.via)
    if isinstance(value, Mapping_):
        entries = {key: _copied(item, site) for key, item in value.entries.items()}
        return Fact(Mapping_(entries, value.complete, value.depth), fact.site, fact.via)
    if isinstance(value, Array):
        return Fact(value.but(), fact.site, fact.via)
    if isinstance(value, (Instance, LayerRef, ModelRef)):
        return unknown(site, "a copy of an object")
    return fact


def _import_module(run: Run, args: Arguments, site: Site) -> Fact:
    name = args.positional[0].value if len(args.positional) == 1 else None
    if isinstance(name, str) and keras_api.locate(name) is not None:
        run.use(name, site, imported=False)
        return Fact(Path(name), site)
    return unknown(site, "a module whose name is not known")


LIBRARY: dict[str, Callable[[Run, Arguments, Site], Fact]] = {
    "functools.partial": _partial,
    "itertools.chain": _chain,
    "collections.OrderedDict": _dict,
    "copy.copy": _copy,
    "copy.deepcopy": _copy,
    "math.sqrt": _plain(math.sqrt),
    "math.ceil": _plain(math.ceil),
    "math.floor": _plain(math.floor),
    "math.log2": _plain(math.log2),
    "math.log": _plain(math.log),
    "math.exp": _plain(math.exp),
    "math.prod": _plain(math.prod),
    "numpy.prod": _plain(math.prod),
    "typing.cast": lambda run, args, site: (
        args.positional[1] if len(args.positional) > 1 else unknown(site, "typing.cast")
    ),
    "random.shuffle": _none,
    "warnings.filterwarnings": _none,
    "importlib.import_module": _import_module,
    **{path: _leave for path in EXITS if "." in path},
}
