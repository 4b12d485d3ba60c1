"""What a program sets for all of Keras: the order of the axes of images, objects by their names."""

from __future__ import annotations

from collections.abc import Container

from kerlint import keras_api
from kerlint.program.values import Entries, Fact, Items, Site, Unknown
from kerlint.reading.interpreter.freezing import freeze
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import AbstractValue, Arguments, DictValue

_IMAGES = "image_data_format"
_OBJECTS = "custom_objects"


def by_call(state: State, name: str, args: Arguments, site: Site) -> Fact | None:
    """Follow a call that changes or hands out a setting; None for any other call."""
    word = name.rpartition(".")[2]
    if word in ("set_image_data_format", "set_image_dim_ordering"):  # the name in Keras 1
        fact = args.get("data_format", 0) or args.get("dim_ordering")
        state.mutations += 1
        state.configured[_IMAGES] = Fact(Unknown("a setting", site), site) if fact is None else fact
        return Fact(None, site)
    if word == "get_custom_objects":
        known = state.configured.get(_OBJECTS)
        if known is None:
            known = state.configured[_OBJECTS] = Fact(DictValue({}), site)
        return known
    if word in ("CustomObjectScope", "custom_object_scope"):
        for fact in args.positional:
            if type(fact.value) is DictValue:
                known = state.configured.get(_OBJECTS)
                held: AbstractValue = known.value if known is not None else DictValue({})
                both = DictValue({**held.entries, **fact.value.entries})
                state.configured[_OBJECTS] = Fact(both, site)
    return None


def with_defaults(state: State, name: str, args: dict[str, Fact], site: Site) -> dict[str, Fact]:
    """The arguments of a layer with what the program has set for those that are not written."""
    if not state.configured:
        return args
    args = with_objects(state, args)
    images = state.configured.get(_IMAGES)
    if images is None or "data_format" in args:
        return args
    signature = keras_api.signature(name)
    if signature is None or "data_format" not in signature.named:
        return args
    return {**args, "data_format": freeze(state, images)}


def with_objects(state: State, args: dict[str, Fact]) -> dict[str, Fact]:
    """Arguments in which the names of objects that the user has registered are not known.

    Keras 2 looks among those objects first, Keras 3 among its own.
    """
    known = state.configured.get(_OBJECTS)
    registered: AbstractValue = known.value if known is not None else None
    if type(registered) is not DictValue or not registered.entries:
        return args
    names = registered.entries
    return {
        name: _replaced(fact, names) if name in _NAMING else fact for name, fact in args.items()
    }


# Arguments whose strings name an object of Keras.
_NAMING = frozenset(
    {"activation", "loss", "metrics", "optimizer", "recurrent_activation", "weighted_metrics"}
    | {f"{part}_initializer" for part in ("bias", "kernel", "recurrent")}
)


def _replaced(fact: Fact, names: Container[object]) -> Fact:
    value = fact.value
    if isinstance(value, str) and value in names:
        return Fact(
            Unknown("the name of an object of the user", fact.site), fact.site, fact.copied_through
        )
    if isinstance(value, Items):
        items = tuple(_replaced(item, names) for item in value.items)
        return Fact(Items(value.kind, items, value.complete), fact.site, fact.copied_through)
    if isinstance(value, Entries):
        parts = {key: _replaced(each, names) for key, each in value.entries.items()}
        return Fact(Entries(parts, value.complete), fact.site, fact.copied_through)
    return fact
