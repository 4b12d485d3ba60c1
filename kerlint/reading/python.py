"""Python itself: iteration, assignment, built-in functions and the methods of its containers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
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
from kerlint.reading import arrays, objects, patches, records
from kerlint.reading.arrays.literals import ANSWER
from kerlint.reading.concrete import (
    NEW,
    PLAIN,
    NotKnown,
    abstract,
    as_set,
    concrete,
    contents,
    is_stale,
)
from kerlint.reading.operators import MAX_NUMBER, binary
from kerlint.reading.payloads import (
    Arguments,
    Bound,
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

DICT_METHODS = frozenset({"get", "items", "keys", "values", "update", "pop", "copy", "setdefault"})
ROW = 4  # elements that a list or tuple takes the memory of
MAX_CALLS = 64  # of a function given to map(), filter(), sorted(), ...


def unknown(site: Site, reason: str, expr: str = "") -> Fact:
    return Fact(Unknown(reason, site, expr), site)


LITERALS = (cst.Integer, cst.Float, cst.UnaryOperation)


# -- iteration and assignment ---------------------------------------------------------------------


def iterate(run: Run, fact: Fact) -> tuple[list[Fact], bool]:
    """The elements that iterating over a value gives, and whether these are all."""
    value = fact.value
    if isinstance(value, Sequence):
        if not run.has_room(len(value.items)):
            return [], False
        if value.kind in _IN_ORDER:
            return list(value.items), value.complete
        return _drawn(run, value, fact.site)
    if isinstance(value, Mapping_):
        if not run.has_room(NEW * len(value.entries)):
            return [], False
        return [Fact(key, fact.site) for key in value.entries], value.complete
    if isinstance(value, str) and len(value) <= 256:
        return [Fact(character, fact.site) for character in value], True
    return [], False


_IN_ORDER = frozenset({"list", "tuple", "range"})


def _drawn(run: Run, value: Sequence, site: Site) -> tuple[list[Fact], bool]:
    """What going through a set, view or iterator gives; an iterator gives it once."""
    if value.kind in ("set", "frozenset"):
        if len(value.items) < 2:
            return list(value.items), value.complete
        return [unknown(site, "a set has no order") for _ in value.items], value.complete
    items, complete = list(value.items), value.complete
    if is_stale(value):
        items, complete = [], False
    elif value.born not in (-1, run.clock):
        items, complete = [blurred(item) for item in items], False
    if value.kind == "iterator":
        value.items, value.sources, value.born = [], (), -1
        value.complete = run.loops <= value.depth
        run.activity += 1
    return items, complete


def blurred(fact: Fact) -> Fact:
    """The same place, its value forgotten if it is a plain one."""
    value = fact.value
    if type(value) is Unknown or not isinstance(value, PLAIN):
        return fact
    is_answer = isinstance(value, (bool, int, float)) and value in (0, 1)
    return Fact(Unknown(ANSWER if is_answer else "may have changed", fact.site), fact.site)


def one_of(fact: Fact) -> Fact:
    """What stands for all turns of a loop, by what the first of them is given."""
    value: Payload = fact.value
    if isinstance(value, Sequence):
        items = [one_of(item) for item in value.items]
        whole = value.complete and value.kind == "tuple"
        return Fact(replace(value, items=items, complete=whole), fact.site)
    if isinstance(value, Mapping_):
        return Fact(Mapping_({}, False, value.depth), fact.site)
    if isinstance(value, (Unknown, *PLAIN)):
        return Fact(Unknown("differs in each iteration of a loop", fact.site), fact.site)
    return fact


def blur(value: Payload, deep: bool = False) -> None:
    """Forget the plain values in a container, and how many there are; ``deep``: in others too."""
    pending: list[Payload] = [value]
    seen: set[int] = set()
    while pending:
        container = pending.pop()
        if id(container) in seen:
            continue
        seen.add(id(container))
        if isinstance(container, Sequence):
            if deep:
                pending += [item.value for item in container.items if _holds(item.value)]
            if container.kind not in ("tuple", "range"):
                container.items[:] = [blurred(item) for item in container.items]
                container.complete = False
        elif isinstance(container, Mapping_):
            if deep:
                pending += [i.value for i in container.entries.values() if _holds(i.value)]
            for key, item in container.entries.items():
                container.entries[key] = blurred(item)
            container.complete = False


def _holds(value: Payload) -> bool:
    return isinstance(value, (Sequence, Mapping_))


def _iterator(
    run: Run, items: list[Fact], complete: bool, site: Site, *given: Fact, kind: str = "iterator"
) -> Fact:
    """An iterator or view over what was given."""
    shown = {id(fact.value): fact for fact in given}.values()
    noted = sum(len(f.value.items) for f in shown if isinstance(f.value, Sequence))
    if not run.has_room(len(items) + noted):
        items, complete, shown = [], False, {}.values()
    sources = tuple(
        (fact.value, contents(fact.value))
        for fact in shown
        if isinstance(fact.value, (Sequence, Mapping_))
        and fact.value.complete
        and getattr(fact.value, "kind", "") not in ("tuple", "range", "iterator")
    )
    born = next(
        (f.value.born for f in given if isinstance(f.value, Sequence) and f.value.born >= 0), -1
    )
    return Fact(Sequence(kind, items, complete, run.loops, sources=sources, born=born), site)


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
    run.doubts += 1
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
    from kerlint.reading import expressions, havoc

    base = expressions.evaluate(run, target.value, frame).value
    name = target.attr.value
    if isinstance(base, Instance):
        set_member(run, base, name, fact)
    elif isinstance(base, FileModule):
        # Who reads it before and who behind is not kept apart: other files are read once.
        base.frame.names[name] = unknown(fact.site, "set from another file", name)
    elif isinstance(base, Class):
        base.frame.names[name] = fact
    elif isinstance(base, Unknown):
        if run.loose:
            havoc.set_on_unknown(run, name)
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


def set_member(run: Run, owner: Instance, name: str, fact: Fact) -> None:
    """``owner.name = fact``, as its class allows."""
    from kerlint.reading import calls

    found = calls.find_member(owner.cls, name)
    if found is not None and getattr(found[1].value, "wraps", "") == "property":
        fact = unknown(fact.site, "set through a property", f"self.{name}")
    setter = calls.find_member(owner.cls, "__setattr__")
    if owner.frozen:
        run.doubts += 1  # raises
        return
    if setter is not None:
        fact = unknown(fact.site, "set by __setattr__", f"self.{name}")
        owner.open = True
    owner.attributes[name] = fact


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
        set_entry(run, base, index, fact)
    elif isinstance(base, Sequence):
        deeper = run.loops > base.depth
        if base.kind != "list":
            run.doubts += 1
        elif isinstance(index, int) and not deeper and base.complete:
            if -len(base.items) <= index < len(base.items):
                base.items[index] = fact
            else:
                run.doubts += 1
        elif type(part) is cst.Slice and not deeper and base.complete:
            _set_slice(run, base, part, fact, frame)
        else:
            run.doubts += 1
            base.items[:] = [unknown(fact.site, "an element was replaced") for _ in base.items]
            base.complete = base.complete and type(part) is cst.Index
    elif isinstance(base, Array):
        indices = expressions.indices_of(run, target, frame)
        # In a loop of unknown length one turn was read: what is not written down may differ.
        fixed = not run.loops or isinstance(run.sites.node(fact.site), LITERALS)
        changed = arrays.assigned(base, fact.value, indices, fixed)
        overwrite(run, base, changed, frame)
        _forget_views(run, base, changed, frame)
        assign(run, target.value, Fact(changed, run.site(target)), frame)


def delete_attribute(run: Run, target: cst.Attribute, frame: Frame) -> None:
    """``del thing.name``."""
    from kerlint.reading import expressions, havoc

    base = expressions.evaluate(run, target.value, frame).value
    table = (
        base.attributes
        if isinstance(base, Instance)
        else base.frame.names
        if isinstance(base, Class)
        else {}
    )
    run.activity += 1
    if run.loose and isinstance(base, Unknown):
        havoc.set_on_unknown(run, target.attr.value)
    if table.pop(target.attr.value, None) is None:
        run.doubts += 1


def set_entry(run: Run, base: Mapping_, key: Payload, fact: Fact) -> None:
    """``base[key] = fact``; in a loop of unknown length it may happen, or not."""
    if not isinstance(key, (str, int)):
        base.merge(None, fact.site)
        if isinstance(key, (Sequence, Mapping_)):
            run.doubts += 1
    elif run.loops <= base.depth:
        base.entries[key] = fact
    else:
        old = base.entries.get(key)
        base.complete = base.complete and old is not None
        same = old is not None and _is_same(old, fact)
        plain = old is None or isinstance(fact.value, PLAIN)
        base.entries[key] = fact if same or not plain else blurred(fact)


def _is_same(one: Fact, other: Fact) -> bool:
    a, b = one.value, other.value
    return a is b or (type(a) is type(b) and isinstance(a, PLAIN) and a == b)


def _set_slice(run: Run, base: Sequence, part: cst.Slice, fact: Fact, frame: Frame) -> None:
    from kerlint.reading import expressions

    bounds: list[Any] = [
        None if bound is None else expressions.evaluate(run, bound, frame).value
        for bound in (part.lower, part.upper, part.step)
    ]
    items, complete = iterate(run, fact)
    try:
        if not complete or not all(bound is None or isinstance(bound, int) for bound in bounds):
            raise ValueError
        if len(base.items) + len(items) > MAX_ITEMS:
            raise ValueError
        base.items[slice(*bounds)] = items
    except ValueError:
        run.doubts += 1
        blur(base)


def delete_element(run: Run, target: cst.Subscript, frame: Frame) -> None:
    """``del base[index]``."""
    from kerlint.reading import expressions

    base = expressions.evaluate(run, target.value, frame).value
    indices = expressions.indices_of(run, target, frame)
    run.activity += 1
    index = indices[0] if len(indices) == 1 else None
    if isinstance(base, Mapping_):
        key = index.value if isinstance(index, Fact) else None
        if isinstance(key, (str, int)) and run.loops <= base.depth:
            if base.entries.pop(key, None) is None:
                run.doubts += 1
        else:
            run.doubts += 1
            base.merge(None, run.site(target))
    elif isinstance(base, Sequence):
        number = (
            index.value
            if isinstance(index, Fact)
            else slice(*(None if bound is None else bound.value for bound in index or ()))
            if index
            else None
        )
        try:
            if not base.complete or run.loops > base.depth or base.kind != "list":
                raise ValueError
            del base.items[number]  # type: ignore[arg-type] # what is no index is refused
        except (IndexError, TypeError, ValueError):
            run.doubts += 1
            blur(base)
    elif isinstance(base, Array):
        change_in_place(run, Fact(base))


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
    seen: set[int] = set()
    for start in (frame, *run.frames):
        scope: Frame | None = start
        while scope is not None and id(scope) not in seen:
            seen.add(id(scope))
            _replace_in(run, scope.names, changed, seen)
            scope = scope.parent


def _replace_in(
    run: Run, table: dict[Any, Fact], changed: Callable[[Payload], Payload], seen: set[int]
) -> None:
    for name, held in list(table.items()):
        now = changed(held.value)
        if now is not held.value:
            table[name] = Fact(now, held.site, held.via)
        else:
            _replace_inside(run, held.value, changed, seen)


def _replace_inside(
    run: Run, value: Payload, changed: Callable[[Payload], Payload], seen: set[int]
) -> None:
    kind = type(value)
    if kind not in _HOLDING or id(value) in seen:
        return
    seen.add(id(value))
    if kind is Instance:
        _replace_in(run, value.attributes, changed, seen)
    elif kind is Mapping_:
        _replace_in(run, value.entries, changed, seen)
    elif kind is Class:
        _replace_in(run, value.frame.names, changed, seen)
    else:
        if len(value.items) > _LONG:
            run.steps += len(value.items) // _LONG  # else loops that do this take too long
        for index, held in enumerate(value.items):
            now = changed(held.value)
            if now is not held.value:
                value.items[index] = Fact(now, held.site, held.via)
            else:
                _replace_inside(run, held.value, changed, seen)


_LONG = 64  # elements that are looked at in the time of a step
_HOLDING = frozenset({Class, Instance, Mapping_, Sequence})


# -- built-in functions ---------------------------------------------------------------------------


def _range(run: Run, args: Arguments, site: Site) -> Fact:
    given = [fact.value for fact in args.positional]
    bounds = [bound for bound in given if isinstance(bound, int)]
    run.doubts += len(bounds) != len(given)
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
        if count <= MAX_ITEMS and run.has_room(NEW * count):
            items = [Fact(number, site) for number in numbers]
            return Fact(Sequence("range", items, True, run.loops), site)
    return unknown(site, "range() of an unknown number")


def _len(run: Run, args: Arguments, site: Site) -> Fact:
    value = args.positional[0].value if args.positional else None
    if isinstance(value, Sequence) and value.complete:
        if value.kind != "iterator" and not is_stale(value):
            return Fact(len(value.items), site)
    if isinstance(value, Mapping_) and value.complete:
        return Fact(len(value.entries), site)
    if isinstance(value, Instance):
        made = _own(run, args.positional[0], "__len__", [], site)
        if made is not None:
            return made
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
        given: Payload = args.positional[0].value
        if kind in ("set", "frozenset"):
            inner = given.items if isinstance(given, Sequence) and "set" in given.kind else None
            items, complete = (
                (inner, given.complete) if inner is not None else iterate(run, args.positional[0])
            )
            return Fact(as_set(run, items, kind, complete, run.loops), site)
        items, complete = iterate(run, args.positional[0])
        if not complete and not items:
            if isinstance(given, Unknown):
                return unknown(site, given.reason, given.expr)
        return Fact(Sequence(kind, items, complete, run.loops), site)

    return make


def _own(run: Run, fact: Fact, name: str, given: list[Fact], site: Site) -> Fact | None:
    """What a special method of the user's class returns; None when there is none."""
    from kerlint.reading import calls

    return calls.call_member(run, fact, name, Arguments(given, []), run.sites.node(site))


def _dict(run: Run, args: Arguments, site: Site) -> Fact:
    return Fact(_mapping(run, args), site)


def _mapping(run: Run, args: Arguments) -> Mapping_:
    mapping = Mapping_({}, True, run.loops)
    for fact in args.positional[:1]:
        if isinstance(fact.value, Mapping_):
            merge(run, mapping, fact.value, fact.site)
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
    drawn: list[Payload] = [
        f.value for f in args.positional if getattr(f.value, "kind", "") == "iterator"
    ]
    twice = len({id(value) for value in drawn}) < len(drawn)
    columns = [iterate(run, fact) for fact in args.positional]
    for value in drawn:
        value.complete = False  # one that is longer than others goes on where zip() left it
    longest = max((len(items) for items, _ in columns), default=0)
    if not run.has_room(ROW * longest):
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
    made = [Fact(Sequence("tuple", row, True, run.loops), site) for row in rows]
    return _iterator(run, made, complete, site, *args.positional)


def _enumerate(run: Run, args: Arguments, site: Site) -> Fact:
    if not args.positional:
        return unknown(site, "enumerate() of nothing")
    items, complete = iterate(run, args.positional[0])
    if not run.has_room(ROW * len(items)):
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
        rows.append(Fact(Sequence("tuple", [number, item], True, run.loops), site))
    return _iterator(run, rows, complete, site, args.positional[0])


def _reversed(run: Run, args: Arguments, site: Site) -> Fact:
    if args.positional:
        items, complete = iterate(run, args.positional[0])
        if complete:
            return _iterator(run, items[::-1], True, site, args.positional[0])
    return unknown(site, "an unknown list reversed")


def _ordered(run: Run, items: list[Fact], args: Arguments, site: Site) -> list[Fact] | None:
    """Items sorted with ``key`` and ``reverse`` as given; None when their order is not known."""
    from kerlint.reading import calls

    by = args.get("key")
    turned = args.get("reverse")
    backwards = turned.value if turned is not None else False
    if args.partial or not isinstance(backwards, (bool, int)) or len(items) > MAX_ITEMS:
        return None
    values = items
    if by is not None and by.value is not None:
        if len(items) > MAX_CALLS:
            return None
        node = run.sites.node(site)
        values = [calls.call(run, by, Arguments([item], []), node) for item in items]
    try:
        keys = [concrete(run, value) for value in values]
        order = sorted(range(len(items)), key=keys.__getitem__, reverse=bool(backwards))
    except (NotKnown, TypeError):
        return None
    return [items[index] for index in order]


def all_of(run: Run, fact: Fact) -> tuple[list[Fact], bool]:
    """The elements of a value in whatever order: as ``iterate``, but those of a set are known."""
    value = fact.value
    if isinstance(value, Sequence) and value.kind in ("set", "frozenset"):
        if not run.has_room(len(value.items)):
            return [], False
        return list(value.items), value.complete
    return iterate(run, fact)


def _sorted(run: Run, args: Arguments, site: Site) -> Fact:
    if len(args.positional) == 1:
        items, complete = all_of(run, args.positional[0])
        ordered = _ordered(run, items, args, site) if complete else None
        if ordered is not None:
            if "set" in getattr(args.positional[0].value, "kind", "") and args.get("key"):
                ordered = [blurred(item) for item in ordered]
            return Fact(Sequence("list", ordered, True, run.loops), site)
        if complete and "key" not in args.named():
            made = [unknown(site, "an unknown list sorted") for _ in items]
            return Fact(Sequence("list", made, True, run.loops), site)
    return unknown(site, "an unknown list sorted")


def _extreme(function: Callable[..., Any]) -> Callable[[Run, Arguments, Site], Fact]:
    """``min`` or ``max``: which of the values it is."""
    plain = _plain(function)

    def choose(run: Run, args: Arguments, site: Site) -> Fact:
        if len(args.positional) == 1 and not isinstance(args.positional[0].value, Unknown):
            items, complete = all_of(run, args.positional[0])
            unordered = "set" in getattr(args.positional[0].value, "kind", "")
        else:
            items, complete, unordered = list(args.positional), True, False
        if complete and items and not args.partial and set(args.named()) <= {"key", "default"}:
            by = Arguments([], [given for given in args.keywords if given[0] == "key"])
            largest = function is max
            ordered = _ordered(run, items[::-1] if largest else items, by, site)
            if ordered is not None and not (unordered and by.keywords):
                return ordered[-1 if largest else 0]
        if args.keywords:
            return unknown(site, "computed from unknown values")
        return plain(run, args, site)

    return choose


def _plain(
    function: Callable[..., Any], text: bool = False
) -> Callable[[Run, Arguments, Site], Fact]:
    """A function of known values; ``text``: what it gives depends on how they are printed."""

    def compute(run: Run, args: Arguments, site: Site) -> Fact:
        if args.partial or args.keywords and function.__name__ not in _TAKES_KEYWORDS:
            return unknown(site, "computed from unknown values")
        try:
            values = [concrete(run, fact, text) for fact in args.positional]
            named = {name: concrete(run, fact) for name, fact in args.named().items()}
        except NotKnown:
            value = args.positional[0].value if len(args.positional) == 1 else None
            expr = ""
            if isinstance(value, Unknown) and value.expr:
                expr = f"{function.__name__}({value.expr})"
            return unknown(site, "computed from unknown values", expr)
        finally:
            for fact in args.positional:
                if isinstance(fact.value, Sequence) and fact.value.kind == "iterator":
                    iterate(run, fact)
                    fact.value.complete = function not in (all, any)  # they may stop early
        try:
            result = function(*values, **named)
        except Exception as error:  # whatever Python raises here, the value is unknown
            if run.trying and function in (int, float) and isinstance(error, ValueError):
                raise Raised(ValueError) from None  # ``int("many")``: a handler takes it
            return unknown(site, "a computation that Python refuses")
        if isinstance(result, int) and abs(result) > MAX_NUMBER:
            return unknown(site, "a very large number")
        parts = result if isinstance(result, (list, tuple)) else ()
        if not all(isinstance(part, PLAIN) for part in parts):
            return unknown(site, "elements that may be shared with other values")
        return abstract(run, result, site, run.loops)

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


def _isinstance(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import calls

    if len(args.positional) == 2:
        value, kind = args.positional[0].value, args.positional[1].value
        names = [
            item.value.name
            for item in (kind.items if isinstance(kind, Sequence) else [args.positional[1]])
            if isinstance(item.value, Builtin)
        ]
        many = len(kind.items) if isinstance(kind, Sequence) else 1
        if len(names) == many and isinstance(value, PLAIN) and _TYPES.keys() >= set(names):
            return Fact(any(isinstance(value, _TYPES[name]) for name in names), site)
        if len(names) == many and isinstance(value, (Sequence, Mapping_)):
            own = value.kind if isinstance(value, Sequence) else "dict"
            if own not in ("iterator", "view"):
                return Fact(own in names or "object" in names, site)
        if isinstance(value, Instance) and isinstance(kind, Class):
            line = calls.lineage(value.cls)
            if kind in line or all(isinstance(cls, Class) for cls in line):
                return Fact(kind in line, site)
    return unknown(site, "a type that is not known")


def _type(run: Run, args: Arguments, site: Site) -> Fact:
    """The class of an object of the user."""
    value: Payload = args.positional[0].value if len(args.positional) == 1 else None
    if isinstance(value, Instance):
        return Fact(value.cls, site)
    return unknown(site, "a type that only running the code can tell")


def _hasattr(run: Run, args: Arguments, site: Site) -> Fact:
    """``hasattr()`` of modules of Keras, as the target release has them, and of user objects."""
    from kerlint.reading import calls

    owner: Payload = args.positional[0].value if len(args.positional) == 2 else None
    name = args.positional[1].value if len(args.positional) == 2 else None
    found: bool | None = None
    if isinstance(name, str) and isinstance(owner, Path) and not name.startswith("_"):
        found = _keras_has(run, owner.dotted, name)
    elif isinstance(name, str) and isinstance(owner, Instance):
        if name in owner.attributes or calls.find_member(owner.cls, name) is not None:
            found = True
        elif calls.has_no(owner, name):
            found = False
    if found is None:
        return unknown(site, "a result that only running the code can tell")
    return Fact(found, site)


def _keras_has(run: Run, owner: str, name: str) -> bool | None:
    """Whether a public module of Keras has a name; None when that is not known for certain."""
    located = keras_api.locate(owner)
    if located is None or run.project is None or run.patched or ".src" in owner:
        return None
    symbol = keras_api.symbol(located.name) if located.name is not None else None
    if symbol is not None and symbol.is_class:
        return None
    path = f"{owner}.{name}"
    if keras_api.exists(path, run.project.release):
        return True
    return False if keras_api.releases_of(path) else None


def _getattr(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import calls, expressions

    if len(args.positional) >= 2 and isinstance(args.positional[1].value, str):
        node = run.sites.node(site)
        fact = expressions.attribute(
            run, args.positional[0], args.positional[1].value, node, Frame()
        )
        if isinstance(fact.value, Path):
            if len(args.positional) < 3:
                run.use(fact.value.dotted, site, imported=False)
            elif keras_api.locate(fact.value.dotted) and not keras_api.exists(fact.value.dotted):
                return unknown(site, "an attribute that Keras may not have")
        elif len(args.positional) >= 3 and isinstance(fact.value, Bound):
            return unknown(site, "an attribute that may be missing")
        owner: Payload = args.positional[0].value
        if len(args.positional) == 3 and isinstance(fact.value, Unknown):
            if isinstance(owner, Instance) and calls.has_no(owner, args.positional[1].value):
                return args.positional[2]
        return fact
    return unknown(site, "an attribute whose name is not known")


def _setattr(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import effects, havoc

    owner: Payload = args.positional[0].value if len(args.positional) == 3 else None
    word = args.positional[1].value if owner is not None else None
    if isinstance(owner, (LayerRef, ModelRef)) and isinstance(word, str):
        objects.set_attribute(run, owner, word, args.positional[2], site)
        return Fact(None, site)
    if isinstance(owner, Path):
        patches.replace(run, owner, word if isinstance(word, str) else "", args.positional[2])
        return Fact(None, site)
    if isinstance(owner, FileModule):
        attribute = word if isinstance(word, str) else ""
        effects.forget(run, args.positional[0], site, attribute)
        if attribute:
            owner.frame.names[attribute] = unknown(site, "set from another file", attribute)
        return Fact(None, site)
    if isinstance(owner, Instance):
        if isinstance(word, str):
            set_member(run, owner, word, args.positional[2])
        else:
            owner.open = True
            attributes_of(owner).merge(None, site)
    elif isinstance(owner, Class):
        if isinstance(word, str):
            owner.frame.names[word] = args.positional[2]
        else:
            for name, fact in owner.frame.names.items():
                owner.frame.names[name] = blurred(fact)
    elif isinstance(owner, Unknown) and run.loose and isinstance(word, str):
        havoc.set_on_unknown(run, word)
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
    """``instance.__dict__``: what is put into it are attributes."""
    return Mapping_(cast("dict[str | int, Fact]", instance.attributes), not instance.open)


def _map(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import calls, effects

    if len(args.positional) == 2:
        items, complete = iterate(run, args.positional[1])
        node = run.sites.node(site)
        callee = args.positional[0]
        made = [calls.call(run, callee, Arguments([item], []), node) for item in items[:MAX_CALLS]]
        known = complete and len(items) <= MAX_CALLS
        if not known:
            effects.call_back(run, args, site)
        fact = _iterator(run, made, known, site, args.positional[1])
        if not isinstance(callee.value, Builtin) and isinstance(fact.value, Sequence):
            fact.value.born = run.clock  # by then the function may give something else
        return fact
    effects.call_back(run, args, site)
    return unknown(site, "map() over unknown lists")


def _filter(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import calls, expressions

    if len(args.positional) == 2:
        items, complete = iterate(run, args.positional[1])
        node = run.sites.node(site)
        callee = args.positional[0]
        kept: list[Fact] = []
        complete = complete and len(items) <= MAX_CALLS
        for item in items[:MAX_CALLS]:
            asked = item
            if callee.value is not None:
                asked = calls.call(run, callee, Arguments([item], []), node)
            known = expressions.truth(run, asked)
            complete = complete and known is not None
            if known is not False:
                kept.append(item)
        fact = _iterator(run, kept, complete, site, args.positional[1])
        if callee.value is not None and isinstance(fact.value, Sequence):
            fact.value.born = run.clock
        return fact
    return unknown(site, "filter() of unknown lists")


def _iter(run: Run, args: Arguments, site: Site) -> Fact:
    if len(args.positional) != 1:
        return unknown(site, "an iterator over something unknown")
    given = args.positional[0]
    if isinstance(given.value, (Array, Unknown)) or getattr(given.value, "kind", "") == "iterator":
        return given
    items, complete = iterate(run, given)
    return _iterator(run, items, complete, site, given)


def _next(run: Run, args: Arguments, site: Site) -> Fact:
    value: Payload = args.positional[0].value if args.positional else None
    if isinstance(value, Sequence) and value.kind == "iterator" and run.loops <= value.depth:
        items, complete, sources, born = value.items, value.complete, value.sources, value.born
        given, known = iterate(run, args.positional[0])
        if given and born in (-1, run.clock):
            # What comes next of a generator depends on what happens until it is asked.
            value.items, value.complete, value.sources = items[1:], complete and born < 0, sources
            return given[0] if known or not isinstance(given[0].value, PLAIN) else blurred(given[0])
        if known and len(args.positional) == 2:
            return args.positional[1]
    elif isinstance(value, (Sequence, Mapping_)):
        items, _ = iterate(run, args.positional[0])
        run.doubts += 1
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


def _repeated(run: Run, args: Arguments, site: Site) -> Fact:
    """``functools.reduce``."""
    from kerlint.reading import calls

    if len(args.positional) in (2, 3) and not args.partial:
        items, complete = iterate(run, args.positional[1])
        items = [*args.positional[2:], *items]
        if complete and 0 < len(items) <= MAX_CALLS:
            node, made = run.sites.node(site), items[0]
            for item in items[1:]:
                made = calls.call(run, args.positional[0], Arguments([made, item], []), node)
            return made
    return unknown(site, "reduce() of unknown lists")


def _first(run: Run, args: Arguments, site: Site) -> Fact:
    return args.positional[0] if args.positional else unknown(site, "nothing given")


def _none(run: Run, args: Arguments, site: Site) -> Fact:
    return Fact(None, site)


def _leave(run: Run, args: Arguments, site: Site) -> Fact:
    raise Raised(SystemExit)


def _opaque(run: Run, args: Arguments, site: Site) -> Fact:
    return unknown(site, "a result that only running the code can tell")


def _bool(run: Run, args: Arguments, site: Site) -> Fact:
    from kerlint.reading import expressions

    known = expressions.truth(run, args.positional[0]) if args.positional else False
    if known is not None:
        return Fact(known, site)
    value: Payload = args.positional[0].value
    expr = f"bool({value.expr})" if isinstance(value, Unknown) and value.expr else ""
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


def _product(values: Any, start: Any = 1) -> Any:
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


FUNCTIONS: dict[str, Callable[[Run, Arguments, Site], Fact]] = {
    "range": _range,
    "xrange": _range,
    "len": _len,
    "list": _sequence("list"),
    "tuple": _sequence("tuple"),
    "set": _sequence("set"),
    "frozenset": _sequence("frozenset"),
    "dict": _dict,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "sorted": _sorted,
    "int": _plain(int),
    "float": _plain(float),
    "str": _plain(str, text=True),
    "bool": _bool,
    "abs": _plain(abs),
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": _plain(_summed),
    "round": _plain(_rounded),
    "bin": _plain(bin),
    "chr": _plain(chr),
    "hex": _plain(hex),
    "oct": _plain(oct),
    "ord": _plain(ord),
    "pow": _plain(_power),
    "divmod": _plain(divmod),
    "any": _plain(any),
    "all": _plain(all),
    "isinstance": _isinstance,
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _hasattr,
    "map": _map,
    "filter": _filter,
    "next": _next,
    "iter": _iter,
    "print": _none,
    "input": _opaque,
    "open": _opaque,
    "type": _type,
    "id": _opaque,
    "repr": _plain(repr, text=True),
    "format": _plain(_formatted, text=True),
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


_CHANGES = frozenset(
    {"append", "add", "extend", "insert", "remove", "pop", "clear", "reverse", "sort", "discard"}
    | {"update", "difference_update", "intersection_update", "symmetric_difference_update"}
)


def _sequence_method(run: Run, value: Sequence, name: str, args: Arguments, site: Site) -> Fact:
    if value.kind in ("set", "frozenset"):
        return _set_method(run, value, name, args, site)
    first = args.positional[0] if args.positional else None
    if name in ("index", "count") and len(args.positional) == 1:
        return _plain(getattr(list, name))(
            run, Arguments([Fact(value), *args.positional], args.keywords), site
        )
    if value.names and name in ("_replace", "_asdict"):
        return records.tuple_method(run, value, name, args, site)
    if name == "copy" and value.kind == "list":
        items, complete = iterate(run, Fact(value, site))
        return Fact(Sequence("list", items, complete, run.loops), site)
    if value.kind != "list" or name not in _CHANGES:
        return unknown(site, "the result of a list's method")
    run.activity += 1
    deeper = run.loops > value.depth
    none = Fact(None, site)
    if name == "append" and first is not None:
        if len(value.items) < MAX_ITEMS:
            value.items.append(first)
        value.complete = value.complete and not deeper and len(value.items) < MAX_ITEMS
        return none
    if name == "extend" and first is not None:
        items, complete = iterate(run, first)
        if len(value.items) + len(items) <= MAX_ITEMS:
            value.items.extend(items)
        else:
            complete = False
        value.complete = value.complete and complete and not deeper
        run.doubts += not complete
        return none
    if name == "clear" and not deeper:
        value.items.clear()
        value.complete = True
        return none
    cheap = name in ("insert", "pop") or run.has_room(len(value.items))
    if value.complete and not deeper and not args.partial and cheap:
        index = first.value if first is not None else -1
        if name == "insert" and len(value.items) >= MAX_ITEMS:
            value.complete = False
            return none
        if name == "insert" and len(args.positional) == 2 and isinstance(index, int):
            value.items.insert(max(-MAX_ITEMS, min(index, MAX_ITEMS)), args.positional[1])
            return none
        if name == "pop" and isinstance(index, int):
            if -len(value.items) <= index < len(value.items):
                return value.items.pop(index)
        if name == "reverse":
            value.items.reverse()
            return none
        if name == "sort":
            ordered = _ordered(run, value.items, args, site)
            if ordered is not None:
                value.items[:] = ordered
            else:
                run.doubts += 1
                value.items[:] = [blurred(item) for item in value.items]
            return none
        if name == "remove" and first is not None:
            place = _plain(list.index)(run, Arguments([Fact(value), first], []), site).value
            if isinstance(place, int):
                del value.items[place]
                return none
    run.doubts += 1
    blur(value)
    if name == "insert":
        value.items.extend(args.positional[1:2])
        return none
    if name == "pop":
        return unknown(site, "taken from an unknown list")
    return none if name in _CHANGES else unknown(site, "the result of a list's method")


_SET_VALUES = frozenset(
    {"union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset"}
    | {"isdisjoint"}
)


def _set_method(run: Run, value: Sequence, name: str, args: Arguments, site: Site) -> Fact:
    if name == "copy" or (name == "union" and not args.positional):
        return Fact(as_set(run, value.items, value.kind, value.complete, run.loops), site)
    kind = frozenset if value.kind == "frozenset" else set
    if name in _SET_VALUES:
        return _plain(getattr(kind, name))(
            run, Arguments([Fact(value), *args.positional], args.keywords), site
        )
    if name not in _CHANGES or value.kind == "frozenset":
        return unknown(site, "the result of a set's method")
    run.activity += 1
    given = list(args.positional)
    try:
        if name == "pop" or not value.complete or run.loops > value.depth:
            raise NotKnown
        if name == "add" and len(given) == 1:
            _add_to_set(run, value, given[0])
            return Fact(None, site)
        changed = concrete(run, Fact(value))
        getattr(changed, name)(*(concrete(run, fact) for fact in given))
        if len(changed) > MAX_ITEMS:
            raise NotKnown
        value.items[:] = as_set(
            run,
            [*value.items, *(f for fact in given for f in _members(run, fact, name))],
            "set",
            True,
            0,
        ).items
        value.items[:] = [item for item in value.items if concrete(run, item) in changed]
    except (NotKnown, TypeError, ValueError, KeyError, AttributeError):
        run.doubts += 1
        value.complete = False
        if name in ("add", "update"):
            value.items.extend(f for fact in given for f in _members(run, fact, name))
        else:
            value.items.clear()
        if name == "pop":
            return unknown(site, "some element of a set")
    return Fact(None, site)


def _add_to_set(run: Run, value: Sequence, fact: Fact) -> None:
    """Add an element that is not there yet; raises ``NotKnown`` where that is not known."""
    wanted = concrete(run, fact)
    hash(wanted)
    count = len(value.items)
    if count >= MAX_ITEMS or not run.has_room(count // _COMPARED):
        raise NotKnown
    for item in value.items:
        held = concrete(run, item)
        if held is wanted or held == wanted:
            return
    value.items.append(fact)


_COMPARED = 8  # elements that are compared in the time that it takes to make one


def _members(run: Run, fact: Fact, name: str) -> list[Fact]:
    """The elements that a method adds with an argument."""
    return [fact] if name == "add" else all_of(run, fact)[0] if name.endswith("update") else []


_VIEWS = frozenset({"keys", "values", "items"})


def merge(run: Run, base: Mapping_, other: Mapping_ | None, site: Site) -> None:
    """``base.update(other)``, unless that is more than kerlint copies."""
    if other is not None and not run.has_room(NEW * len(other.entries)):
        other = None
    base.merge(other, site)


def _mapping_method(run: Run, value: Mapping_, name: str, args: Arguments, site: Site) -> Fact:
    key = args.positional[0].value if args.positional else None
    deeper = run.loops > value.depth
    if name in ("update", "pop", "setdefault", "clear", "popitem"):
        run.activity += 1
    if name in ("get", "setdefault", "pop"):
        default = args.positional[1] if len(args.positional) > 1 else args.get("default")
        known = not (deeper and name == "pop")
        if known and isinstance(key, (str, int)) and key in value.entries:
            return value.entries.pop(key) if name == "pop" else value.entries[key]
        if (
            known
            and isinstance(key, (str, int))
            and value.complete
            and (default is not None or name != "pop")
        ):
            fallback = default if default is not None else Fact(None, site)
            if name == "setdefault":
                set_entry(run, value, key, fallback)
                return value.entries[key]
            return fallback
        if name == "setdefault" and isinstance(key, (str, int)) and default is not None:
            value.entries[key] = blurred(default)
            return value.entries[key]
        if name != "get":
            run.doubts += 1
            value.merge(None, site)
        return unknown(site, "an entry of a dictionary that is not known")
    whole = Fact(value, site)
    if name in _VIEWS and not run.has_room(ROW * len(value.entries)):
        return unknown(site, "a view of a very large dictionary")
    if name == "keys":
        keys = [Fact(key, site) for key in value.entries]
        return _iterator(run, keys, value.complete, site, whole, kind="view")
    if name == "values":
        values = list(value.entries.values())
        return _iterator(run, values, value.complete, site, whole, kind="view")
    if name == "items":
        rows = [
            Fact(Sequence("tuple", [Fact(key, site), item], True, run.loops), site)
            for key, item in value.entries.items()
        ]
        return _iterator(run, rows, value.complete, site, whole, kind="view")
    if name == "update":
        made = _mapping(run, args)
        if deeper:
            for word, fact in made.entries.items():
                set_entry(run, value, word, fact)
            made = Mapping_({}, made.complete)
        value.merge(made, site)
        return Fact(None, site)
    if name == "copy":
        copy = Mapping_({}, True, run.loops)
        merge(run, copy, value, site)
        return Fact(copy, site)
    if name == "clear":
        value.entries.clear()
        value.complete = not deeper
        return Fact(None, site)
    if name == "popitem":
        if value.complete and value.entries and not deeper:
            last, item = value.entries.popitem()
            return Fact(Sequence("tuple", [Fact(last, site), item], True, run.loops), site)
        run.doubts += 1
        value.merge(None, site)
    return unknown(site, "the result of a dictionary's method")


_TEXT_METHODS = frozenset(
    {"capitalize", "casefold", "count", "endswith", "find", "format", "index", "isalnum"}
    | {"isalpha", "isdigit", "islower", "isnumeric", "isspace", "isupper", "join", "lower"}
    | {"lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rpartition"}
    | {"rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title"}
    | {"upper", "zfill", "center", "ljust", "rjust"}
)


def _stays_short(value: str, name: str, values: list[Any], named: dict[str, Any]) -> bool:
    """Whether the result of a method of a text is short enough to be computed."""
    given = [*values, *named.values()]
    if any(isinstance(each, int) and each > MAX_ITEMS for each in given):
        return False
    if name == "format":
        # ``{:>99999}``, also where the width comes from an argument: ``{:>{width}}``.
        if any(character.isdigit() for character in value):
            return False
        if _INNER_FIELD.search(value) and not all(map(_is_narrow, given)):
            return False
        return value.count("{") * max(map(_length, given), default=0) <= _MAX_LETTERS
    if name == "join":
        between = len(value) * len(values[0])
        return between + sum(map(len, values[0])) <= _MAX_LETTERS
    if name == "replace":
        old, new = values[:2]
        return len(value) + value.count(old) * len(new) <= _MAX_LETTERS
    return True


_MAX_LETTERS = 100_000  # of a text while it is made; it is kept when it has MAX_ITEMS at most
_INNER_FIELD = re.compile(r"\{[^{}]{0,99}\{")


def _is_narrow(value: Any) -> bool:
    """Whether a value that is used as a width keeps a text short."""
    if isinstance(value, int):
        return abs(value) < 1000
    return not isinstance(value, str) or not any(c.isdigit() for c in value)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, (str, bytes)) else len(str(value))


def _text_method(run: Run, value: str, name: str, args: Arguments, site: Site) -> Fact:
    if name in _TEXT_METHODS and not args.partial:
        try:
            printed = name == "format"
            values = [concrete(run, fact, printed) for fact in args.positional]
            named = {word: concrete(run, fact, printed) for word, fact in args.named().items()}
            if name == "join":
                values = [list(values[0])] if not isinstance(values[0], str) else values
                unordered = "set" in getattr(args.positional[0].value, "kind", "")
                if unordered and len(values[0]) > 1:
                    raise NotKnown
                for fact in args.positional:
                    iterate(run, fact)
            if not _stays_short(value, name, values, named):
                raise NotKnown
            return abstract(run, getattr(value, name)(*values, **named), site, run.loops)
        except Exception:  # whatever Python raises here, the value is unknown
            return unknown(site, "text with unknown parts")
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
        if len(items) > MAX_ITEMS:
            break
        inner, whole = iterate(run, fact)
        items.extend(inner)
        complete = complete and whole
    complete = complete and len(items) <= MAX_ITEMS
    return _iterator(run, items[:MAX_ITEMS], complete, site, *args.positional)


def _copy(run: Run, args: Arguments, site: Site) -> Fact:
    """A copy of a list, dictionary or array that shares what is in it."""
    fact = args.positional[0] if len(args.positional) == 1 else unknown(site, "nothing given")
    value: Payload = fact.value
    if isinstance(value, Sequence) and value.kind not in ("iterator", "view"):
        if not run.has_room(len(value.items)):
            return unknown(site, "a copy of a very long list")
        return Fact(replace(value, items=list(value.items)), fact.site, fact.via)
    if isinstance(value, Mapping_):
        if not run.has_room(NEW * len(value.entries)):
            return unknown(site, "a copy of a very large dictionary")
        return Fact(replace(value, entries=dict(value.entries)), fact.site, fact.via)
    return _deepcopy(run, args, site)


def _deepcopy(run: Run, args: Arguments, site: Site) -> Fact:
    if not args.positional:
        return unknown(site, "nothing given")
    try:
        return _copied(run, args.positional[0], site, {}, 0)
    except NotKnown:
        return unknown(site, "a copy of a very large container")


def _copied(run: Run, fact: Fact, site: Site, done: dict[int, Payload], depth: int) -> Fact:
    value: Payload = fact.value
    if id(value) in done:
        return Fact(done[id(value)], fact.site, fact.via)
    if isinstance(value, Sequence) and value.kind not in ("iterator", "view"):
        if depth > _MAX_NESTED or not run.has_room(ROW + NEW * len(value.items), few=not depth):
            raise NotKnown
        made = done[id(value)] = replace(value, items=[])
        made.items.extend(_copied(run, item, site, done, depth + 1) for item in value.items)
        return Fact(made, fact.site, fact.via)
    if isinstance(value, Mapping_):
        if depth > _MAX_NESTED or not run.has_room(ROW + NEW * len(value.entries), few=not depth):
            raise NotKnown
        table = done[id(value)] = replace(value, entries={})
        table.entries.update(
            {key: _copied(run, item, site, done, depth + 1) for key, item in value.entries.items()}
        )
        return Fact(table, fact.site, fact.via)
    if isinstance(value, Array):
        done[id(value)] = value.but()
        return Fact(done[id(value)], fact.site, fact.via)
    if isinstance(value, (Instance, LayerRef, ModelRef, Sequence)):
        return unknown(site, "a copy of an object")
    return fact


_MAX_NESTED = 200  # containers in containers that are copied


def _shuffle(run: Run, args: Arguments, site: Site) -> Fact:
    value: Payload = args.positional[0].value if args.positional else None
    if isinstance(value, Sequence):
        value.items[:] = [blurred(item) for item in value.items]
        run.has_room(len(value.items))
        run.activity += 1
    elif args.positional:
        change_in_place(run, args.positional[0])
    return Fact(None, site)


def _import_module(run: Run, args: Arguments, site: Site) -> Fact:
    name = args.positional[0].value if len(args.positional) == 1 else None
    if isinstance(name, str) and keras_api.locate(name) is not None:
        run.use(name, site, imported=False)
        return Fact(Path(name), site)
    return unknown(site, "a module whose name is not known")


LIBRARY: dict[str, Callable[[Run, Arguments, Site], Fact]] = {
    "functools.partial": _partial,
    "functools.reduce": _repeated,
    "collections.namedtuple": lambda run, args, site: records.named_tuple(run, args, site),
    "dataclasses.field": lambda run, args, site: records.field_of(run, args, site),
    "dataclasses.replace": lambda run, args, site: records.replaced(run, args, site),
    "dataclasses.asdict": lambda run, args, site: records.as_dict(run, args, site),
    "functools.wraps": lambda run, args, site: Fact(Builtin("functools.wraps"), site),
    "itertools.chain": _chain,
    "collections.OrderedDict": _dict,
    "copy.copy": _copy,
    "copy.deepcopy": _deepcopy,
    "math.sqrt": _plain(math.sqrt),
    "math.ceil": _plain(math.ceil),
    "math.floor": _plain(math.floor),
    "math.log2": _plain(math.log2),
    "math.log": _plain(math.log),
    "math.exp": _plain(math.exp),
    "math.prod": _plain(_product),
    "numpy.prod": _plain(_product),
    "typing.cast": lambda run, args, site: (
        args.positional[1] if len(args.positional) > 1 else unknown(site, "typing.cast")
    ),
    "random.shuffle": _shuffle,
    "warnings.filterwarnings": _none,
    "importlib.import_module": _import_module,
    **{path: _leave for path in EXITS if "." in path},
}
