"""What a program sets for all of Keras: the order of the axes of images, objects by their names."""

from __future__ import annotations

from collections.abc import Container

from kerlint import keras_api
from kerlint.program.values import Entries, Fact, Items, Site, Unknown
from kerlint.reading.interpreter.freezing import freeze
from kerlint.reading.interpreter.state import Run
from kerlint.reading.interpreter.values import (
    Arguments,
    Mapping_,
    Payload,
)

_IMAGES = "image_data_format"
_OBJECTS = "custom_objects"


def by_call(run: Run, name: str, args: Arguments, site: Site) -> Fact | None:
    """Follow a call that changes or hands out a setting; None for any other call."""
    word = name.rpartition(".")[2]
    if word == "set_image_data_format":
        fact = args.get("data_format", 0)
        run.activity += 1
        run.configured[_IMAGES] = Fact(Unknown("a setting", site), site) if fact is None else fact
        return Fact(None, site)
    if word == "get_custom_objects":
        known = run.configured.get(_OBJECTS)
        if known is None:
            known = run.configured[_OBJECTS] = Fact(Mapping_({}), site)
        return known
    if word in ("CustomObjectScope", "custom_object_scope"):
        for fact in args.positional:
            if type(fact.value) is Mapping_:
                known = run.configured.get(_OBJECTS)
                held: Payload = known.value if known is not None else Mapping_({})
                both = Mapping_({**held.entries, **fact.value.entries})
                run.configured[_OBJECTS] = Fact(both, site)
    return None


def with_defaults(run: Run, name: str, args: dict[str, Fact], site: Site) -> dict[str, Fact]:
    """The arguments of a layer with what the program has set for those that are not written."""
    if not run.configured:
        return args
    args = with_objects(run, args)
    images = run.configured.get(_IMAGES)
    if images is None or "data_format" in args:
        return args
    signature = keras_api.signature(name)
    if signature is None or "data_format" not in signature.named:
        return args
    return {**args, "data_format": freeze(run, images)}


def with_objects(run: Run, args: dict[str, Fact]) -> dict[str, Fact]:
    """Arguments in which the names of objects that the user has registered are not known.

    Keras 2 looks among those objects first, Keras 3 among its own.
    """
    known = run.configured.get(_OBJECTS)
    registered: Payload = known.value if known is not None else None
    if type(registered) is not Mapping_ or not registered.entries:
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
        return Fact(Unknown("the name of an object of the user", fact.site), fact.site, fact.via)
    if isinstance(value, Items):
        items = tuple(_replaced(item, names) for item in value.items)
        return Fact(Items(value.kind, items, value.complete), fact.site, fact.via)
    if isinstance(value, Entries):
        parts = {key: _replaced(each, names) for key, each in value.entries.items()}
        return Fact(Entries(parts, value.complete), fact.site, fact.via)
    return fact
