"""Attributes of libraries that the program replaces: ``keras.layers.Dense = Mine``.

From then on the new value is found there, by every path that leads to it. What was imported before
under a name of its own stays what it was, as in Python.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerlint import keras_api
from kerlint.program.values import Fact, Site, Unknown
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import AbstractValue, Arguments, QualifiedName

THIS_MODULE = frozenset({"__main__", "sys.modules"})  # of which the file is an entry
REASON = "replaced by the program"

# Methods without which a class of layers, losses and so on does what Keras does.
_DOING = frozenset(
    {"__call__", "__init__", "__new__", "build", "call", "compute_output_shape", "get", "result"}
)

# Functions of test libraries that replace an attribute, by their last names.
_REPLACING = frozenset({"delattr", "object", "patch", "setattr"})


def replace(state: State, base: QualifiedName, name: str, fact: Fact) -> None:
    """``base.name = fact``; '' as name: an attribute of which only running the code tells."""
    state.mutations += 1
    if base.dotted in THIS_MODULE:
        if state.module is not None and not state.in_other_module:
            state.module.bind(name, fact)
        return
    owner = _canonical(base.dotted.removesuffix(".__dict__"))
    symbol = keras_api.symbol(owner) if owner.startswith("keras") else None
    if symbol is not None and symbol.is_class and owner not in _MODELS and name in {*_DOING, ""}:
        state.patched[owner] = Fact(Unknown(REASON, fact.site), fact.site)
    state.patched[f"{owner}.{name or '*'}"] = fact


_MODELS = frozenset({"keras.Model", "keras.Sequential"})


def found(state: State, dotted: str) -> Fact | None:
    """What the program has put under a path, if it has."""
    path = _canonical(dotted)
    fact = state.patched.get(path)
    if fact is None:  # as it is spelled: what is gone may have had another home once
        owner, _, name = dotted.rpartition(".")
        fact = state.patched.get(f"{_canonical(owner)}.{name}")
    if fact is None and f"{path.rpartition('.')[0]}.*" in state.patched:
        fact = state.patched[f"{path.rpartition('.')[0]}.*"]
    return fact


MODULES = "sys.modules "  # before the name of a module that was replaced there


def imported(state: State, path: str) -> Fact | None:
    """What an import of a module, or of a name inside one, finds in place of it."""
    module = path
    while module:
        fact = state.patched.get(f"{MODULES}{module}")
        if fact is not None:
            return fact if module == path else Fact(Unknown(REASON, fact.site), fact.site)
        module = module.rpartition(".")[0]
    return found(state, path)


def method(state: State, canonical: str) -> Fact | None:
    """What the program has put in place of a method of models."""
    owner, _, name = canonical.rpartition(".")
    for each in (owner, "keras.Model", "keras.layers.Layer"):
        fact = state.patched.get(f"{each}.{name}")
        if fact is not None:
            return fact
    return None


def by_call(state: State, method: str, args: Arguments, site: Site) -> None:
    """``monkeypatch.setattr(layers, "Dense", Fake)``, ``mock.patch("keras.layers.Dense")``."""
    if method not in _REPLACING or not args.positional:
        return
    owner: AbstractValue = args.positional[0].value
    new = Fact(Unknown(REASON, site), site)
    if isinstance(owner, str):
        base, _, name = owner.rpartition(".")
        if name and keras_api.locate(base) is not None:
            replace(state, QualifiedName(base), name, args.get("new", 1) or new)
    elif isinstance(owner, QualifiedName) and len(args.positional) > 1:
        word: AbstractValue = args.positional[1].value
        known = isinstance(word, str)
        replace(state, owner, word if known else "", args.get("new", 2) or new if known else new)


def during(state: State, before: Mapping[str, Fact], after: Mapping[str, Fact]) -> None:
    """Undo what was replaced between two moments, and nothing else."""
    for path, fact in after.items():
        if before.get(path) is not fact and state.patched.get(path) is fact:
            if path in before:
                state.patched[path] = before[path]
            else:
                del state.patched[path]


def _canonical(dotted: str) -> str:
    located = keras_api.locate(dotted)
    return located.name if located is not None and located.name is not None else dotted
