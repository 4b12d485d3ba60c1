"""Functions of the standard library: copies, partial functions, arithmetic, and exits."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Callable

from kerlint import keras_api
from kerlint.lazy_dataclass import replace
from kerlint.program.data import Array
from kerlint.program.values import Fact, LayerRef, ModelRef, NumPyInteger, Site
from kerlint.reading.interpreter.containers import ROW, blurred, iterate, iterator
from kerlint.reading.interpreter.conversion import NEW, NotKnown
from kerlint.reading.interpreter.mutation import change_in_place
from kerlint.reading.interpreter.state import MAX_ITEMS, State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    Builtin,
    DictValue,
    Instance,
    ListValue,
    Partial,
    QualifiedName,
    unknown,
)
from kerlint.reading.library import records
from kerlint.reading.library.builtins import (
    EXITS,
    MAX_CALLS,
    leave,
    lifted,
    make_dict,
    none,
    product,
)


def _repeated(state: State, args: Arguments, site: Site) -> Fact:
    """``functools.reduce``."""
    if len(args.positional) in (2, 3) and not args.partial:
        items, complete = iterate(state, args.positional[1])
        items = [*args.positional[2:], *items]
        if complete and 0 < len(items) <= MAX_CALLS:
            node, made = state.sites.node(site), items[0]
            for item in items[1:]:
                made = state.interpreter.call(
                    state, args.positional[0], Arguments([made, item], []), node
                )
            return made
    return unknown(site, "reduce() of unknown lists")


def _partial(state: State, args: Arguments, site: Site) -> Fact:
    if not args.positional or args.partial:
        return unknown(site, "functools.partial of something unknown")
    made = Partial(args.positional[0], tuple(args.positional[1:]), tuple(args.keywords))
    return Fact(made, site)


def _chain(state: State, args: Arguments, site: Site) -> Fact:
    items: list[Fact] = []
    complete = not args.partial
    for fact in args.positional:
        if len(items) > MAX_ITEMS:
            break
        inner, whole = iterate(state, fact)
        items.extend(inner)
        complete = complete and whole
    complete = complete and len(items) <= MAX_ITEMS
    return iterator(state, items[:MAX_ITEMS], complete, site, *args.positional)


def _copy(state: State, args: Arguments, site: Site) -> Fact:
    """A copy of a list, dictionary or array that shares what is in it."""
    fact = args.positional[0] if len(args.positional) == 1 else unknown(site, "nothing given")
    value: AbstractValue = fact.value
    if isinstance(value, ListValue) and value.kind not in ("iterator", "view"):
        if not state.has_room(len(value.items)):
            return unknown(site, "a copy of a very long list")
        return Fact(replace(value, items=list(value.items)), fact.site, fact.copied_through)
    if isinstance(value, DictValue):
        if not state.has_room(NEW * len(value.entries)):
            return unknown(site, "a copy of a very large dictionary")
        return Fact(replace(value, entries=dict(value.entries)), fact.site, fact.copied_through)
    return _deepcopy(state, args, site)


def _deepcopy(state: State, args: Arguments, site: Site) -> Fact:
    if not args.positional:
        return unknown(site, "nothing given")
    try:
        return _copied(state, args.positional[0], site, {}, 0)
    except NotKnown:
        return unknown(site, "a copy of a very large container")


def _copied(
    state: State, fact: Fact, site: Site, done: dict[int, AbstractValue], depth: int
) -> Fact:
    value: AbstractValue = fact.value
    if id(value) in done:
        return Fact(done[id(value)], fact.site, fact.copied_through)
    if isinstance(value, ListValue) and value.kind not in ("iterator", "view"):
        if depth > _MAX_NESTED or not state.has_room(ROW + NEW * len(value.items), few=not depth):
            raise NotKnown
        made = done[id(value)] = replace(value, items=[])
        made.items.extend(_copied(state, item, site, done, depth + 1) for item in value.items)
        return Fact(made, fact.site, fact.copied_through)
    if isinstance(value, DictValue):
        if depth > _MAX_NESTED or not state.has_room(ROW + NEW * len(value.entries), few=not depth):
            raise NotKnown
        table = done[id(value)] = replace(value, entries={})
        table.entries.update(
            {
                key: _copied(state, item, site, done, depth + 1)
                for key, item in value.entries.items()
            }
        )
        return Fact(table, fact.site, fact.copied_through)
    if isinstance(value, Array):
        done[id(value)] = value.replace()
        return Fact(done[id(value)], fact.site, fact.copied_through)
    if isinstance(value, (Instance, LayerRef, ModelRef, ListValue)):
        return unknown(site, "a copy of an object")
    return fact


_MAX_NESTED = 200  # containers in containers that are copied


def _shuffle(state: State, args: Arguments, site: Site) -> Fact:
    value: AbstractValue = args.positional[0].value if args.positional else None
    if isinstance(value, ListValue):
        value.items[:] = [blurred(item) for item in value.items]
        state.has_room(len(value.items))
        state.mutations += 1
    elif args.positional:
        change_in_place(state, args.positional[0])
    return Fact(None, site)


def _import_module(state: State, args: Arguments, site: Site) -> Fact:
    name = args.positional[0].value if len(args.positional) == 1 else None
    if isinstance(name, str) and keras_api.locate(name) is not None:
        state.use(name, site, imported=False)
        return Fact(QualifiedName(name), site)
    return unknown(site, "a module whose name is not known")


_product = lifted(product)


def _numpy_product(state: State, args: Arguments, site: Site) -> Fact:
    made = _product(state, args, site)
    return Fact(NumPyInteger(made.value), site) if type(made.value) is int else made


LIBRARY: dict[str, Callable[[State, Arguments, Site], Fact]] = {
    "functools.partial": _partial,
    "functools.reduce": _repeated,
    "collections.namedtuple": lambda state, args, site: records.named_tuple(state, args, site),
    "dataclasses.field": lambda state, args, site: records.field_of(state, args, site),
    "dataclasses.replace": lambda state, args, site: records.replaced(state, args, site),
    "dataclasses.asdict": lambda state, args, site: records.as_dict(state, args, site),
    "functools.wraps": lambda state, args, site: Fact(Builtin("functools.wraps"), site),
    "itertools.chain": _chain,
    "collections.OrderedDict": make_dict,
    "copy.copy": _copy,
    "copy.deepcopy": _deepcopy,
    "math.sqrt": lifted(math.sqrt),
    "math.ceil": lifted(math.ceil),
    "math.floor": lifted(math.floor),
    "math.log2": lifted(math.log2),
    "math.log": lifted(math.log),
    "math.exp": lifted(math.exp),
    "math.prod": _product,
    "numpy.prod": _numpy_product,
    "typing.cast": lambda state, args, site: (
        args.positional[1] if len(args.positional) > 1 else unknown(site, "typing.cast")
    ),
    "os.path.join": lifted(posixpath.join),
    "random.shuffle": _shuffle,
    "warnings.filterwarnings": none,
    "importlib.import_module": _import_module,
    **{path: leave for path in EXITS if "." in path},
}
