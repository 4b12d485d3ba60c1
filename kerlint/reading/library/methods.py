"""The methods of lists, tuples, sets, dictionaries and strings."""

from __future__ import annotations

import re
from typing import Any

from kerlint.program.values import Fact, Site
from kerlint.reading.interpreter.containers import (
    ROW,
    all_of,
    blur,
    blurred,
    iterate,
    iterator,
    merge,
    set_entry,
)
from kerlint.reading.interpreter.conversion import NotKnown, abstract, as_set, concrete
from kerlint.reading.interpreter.state import MAX_ITEMS, State
from kerlint.reading.interpreter.values import Arguments, DictValue, ListValue, unknown
from kerlint.reading.library import records
from kerlint.reading.library.builtins import in_order, lifted, mapping_of


def method(state: State, receiver: Fact, name: str, args: Arguments, site: Site) -> Fact | None:
    """Call a method of a list, tuple, dictionary or text; None for any other receiver."""
    value = receiver.value
    if isinstance(value, ListValue):
        return _sequence_method(state, value, name, args, site)
    if isinstance(value, DictValue):
        return _mapping_method(state, value, name, args, site)
    if isinstance(value, str):
        return _text_method(state, value, name, args, site)
    return None


_CHANGES = frozenset(
    {"append", "add", "extend", "insert", "remove", "pop", "clear", "reverse", "sort", "discard"}
    | {"update", "difference_update", "intersection_update", "symmetric_difference_update"}
)


def _sequence_method(
    state: State, value: ListValue, name: str, args: Arguments, site: Site
) -> Fact:
    if value.kind in ("set", "frozenset"):
        return _set_method(state, value, name, args, site)
    first = args.positional[0] if args.positional else None
    if name in ("index", "count") and len(args.positional) == 1:
        return lifted(getattr(list, name))(
            state, Arguments([Fact(value), *args.positional], args.keywords), site
        )
    if value.names and name in ("_replace", "_asdict"):
        return records.tuple_method(state, value, name, args, site)
    if name == "copy" and value.kind == "list":
        items, complete = iterate(state, Fact(value, site))
        return Fact(ListValue("list", items, complete, state.unbounded_loops), site)
    if name in ("tolist", "to_list", "drop") and value.kind == "index" and value.complete:
        gone = first.value if name == "drop" and first is not None else None
        kept = [item for item in value.items if item.value != gone]
        if name == "drop" and not isinstance(gone, (str, int)):
            return unknown(site, "some of the columns")
        kind = "index" if name == "drop" else "list"
        return Fact(ListValue(kind, kept, True, state.unbounded_loops), site)
    if value.kind != "list" or name not in _CHANGES:
        return unknown(site, "the result of a list's method")
    state.mutations += 1
    deeper = state.unbounded_loops > value.depth
    none = Fact(None, site)
    if name == "append" and first is not None:
        if len(value.items) < MAX_ITEMS:
            value.items.append(first)
        value.complete = value.complete and not deeper and len(value.items) < MAX_ITEMS
        return none
    if name == "extend" and first is not None:
        items, complete = iterate(state, first)
        if len(value.items) + len(items) <= MAX_ITEMS:
            value.items.extend(items)
        else:
            complete = False
        value.complete = value.complete and complete and not deeper
        state.doubts += not complete
        return none
    if name == "clear" and not deeper:
        value.items.clear()
        value.complete = True
        return none
    cheap = name in ("insert", "pop") or state.has_room(len(value.items))
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
            ordered = in_order(state, value.items, args, site)
            if ordered is not None:
                value.items[:] = ordered
            else:
                state.doubts += 1
                value.items[:] = [blurred(item) for item in value.items]
            return none
        if name == "remove" and first is not None:
            place = lifted(list.index)(state, Arguments([Fact(value), first], []), site).value
            if isinstance(place, int):
                del value.items[place]
                return none
    state.doubts += 1
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


def _set_method(state: State, value: ListValue, name: str, args: Arguments, site: Site) -> Fact:
    if name == "copy" or (name == "union" and not args.positional):
        return Fact(
            as_set(state, value.items, value.kind, value.complete, state.unbounded_loops), site
        )
    kind = frozenset if value.kind == "frozenset" else set
    if name in _SET_VALUES:
        return lifted(getattr(kind, name))(
            state, Arguments([Fact(value), *args.positional], args.keywords), site
        )
    if name not in _CHANGES or value.kind == "frozenset":
        return unknown(site, "the result of a set's method")
    state.mutations += 1
    given = list(args.positional)
    try:
        if name == "pop" or not value.complete or state.unbounded_loops > value.depth:
            raise NotKnown
        if name == "add" and len(given) == 1:
            _add_to_set(state, value, given[0])
            return Fact(None, site)
        changed = concrete(state, Fact(value))
        getattr(changed, name)(*(concrete(state, fact) for fact in given))
        if len(changed) > MAX_ITEMS:
            raise NotKnown
        value.items[:] = as_set(
            state,
            [*value.items, *(f for fact in given for f in _members(state, fact, name))],
            "set",
            True,
            0,
        ).items
        value.items[:] = [item for item in value.items if concrete(state, item) in changed]
    except (NotKnown, TypeError, ValueError, KeyError, AttributeError):
        state.doubts += 1
        value.complete = False
        if name in ("add", "update"):
            value.items.extend(f for fact in given for f in _members(state, fact, name))
        else:
            value.items.clear()
        if name == "pop":
            return unknown(site, "some element of a set")
    return Fact(None, site)


def _add_to_set(state: State, value: ListValue, fact: Fact) -> None:
    """Add an element that is not there yet; raises ``NotKnown`` where that is not known."""
    wanted = concrete(state, fact)
    hash(wanted)
    count = len(value.items)
    if count >= MAX_ITEMS or not state.has_room(count // _COMPARED):
        raise NotKnown
    for item in value.items:
        held = concrete(state, item)
        if held is wanted or held == wanted:
            return
    value.items.append(fact)


_COMPARED = 8  # elements that are compared in the time that it takes to make one


def _members(state: State, fact: Fact, name: str) -> list[Fact]:
    """The elements that a method adds with an argument."""
    return [fact] if name == "add" else all_of(state, fact)[0] if name.endswith("update") else []


_VIEWS = frozenset({"keys", "values", "items"})


def _mapping_method(state: State, value: DictValue, name: str, args: Arguments, site: Site) -> Fact:
    key = args.positional[0].value if args.positional else None
    deeper = state.unbounded_loops > value.depth
    if name in ("update", "pop", "setdefault", "clear", "popitem"):
        state.mutations += 1
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
                set_entry(state, value, key, fallback)
                return value.entries[key]
            return fallback
        if name == "setdefault" and isinstance(key, (str, int)) and default is not None:
            value.entries[key] = blurred(default)
            return value.entries[key]
        if name != "get":
            state.doubts += 1
            value.merge(None, site)
        return unknown(site, "an entry of a dictionary that is not known")
    whole = Fact(value, site)
    if name in _VIEWS and not state.has_room(ROW * len(value.entries)):
        return unknown(site, "a view of a very large dictionary")
    if name == "keys":
        keys = [Fact(key, site) for key in value.entries]
        return iterator(state, keys, value.complete, site, whole, kind="view")
    if name == "values":
        values = list(value.entries.values())
        return iterator(state, values, value.complete, site, whole, kind="view")
    if name == "items":
        rows = [
            Fact(ListValue("tuple", [Fact(key, site), item], True, state.unbounded_loops), site)
            for key, item in value.entries.items()
        ]
        return iterator(state, rows, value.complete, site, whole, kind="view")
    if name == "update":
        made = mapping_of(state, args)
        if deeper:
            for word, fact in made.entries.items():
                set_entry(state, value, word, fact)
            made = DictValue({}, made.complete)
        value.merge(made, site)
        return Fact(None, site)
    if name == "copy":
        copy = DictValue({}, True, state.unbounded_loops)
        merge(state, copy, value, site)
        return Fact(copy, site)
    if name == "clear":
        value.entries.clear()
        value.complete = not deeper
        return Fact(None, site)
    if name == "popitem":
        if value.complete and value.entries and not deeper:
            last, item = value.entries.popitem()
            return Fact(
                ListValue("tuple", [Fact(last, site), item], True, state.unbounded_loops), site
            )
        state.doubts += 1
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


def _text_method(state: State, value: str, name: str, args: Arguments, site: Site) -> Fact:
    if name in _TEXT_METHODS and not args.partial:
        try:
            printed = name == "format"
            values = [concrete(state, fact, printed) for fact in args.positional]
            named = {word: concrete(state, fact, printed) for word, fact in args.named().items()}
            if name == "join":
                values = [list(values[0])] if not isinstance(values[0], str) else values
                unordered = "set" in getattr(args.positional[0].value, "kind", "")
                if unordered and len(values[0]) > 1:
                    raise NotKnown
                for fact in args.positional:
                    iterate(state, fact)
            if not _stays_short(value, name, values, named):
                raise NotKnown
            return abstract(
                state, getattr(value, name)(*values, **named), site, state.unbounded_loops
            )
        except Exception:  # whatever Python raises here, the value is unknown
            return unknown(site, "text with unknown parts")
    return unknown(site, "text with unknown parts")
