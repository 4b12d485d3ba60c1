"""KER007: a file name that Keras 3 refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.changes import At, Positional, RenameFile, SourceChange
from kerlint.program.model import Call
from kerlint.program.values import Fact, Site
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import only_keras_3, releases_reached

_SAVING = {
    "keras.Model.save": 0,
    "keras.models.save_model": 1,
    "keras.saving.save_model": 1,
}
_SAVING_WEIGHTS = {"keras.Model.save_weights": 0}
_LOADING = {"keras.models.load_model": 0, "keras.saving.load_model": 0}
_LOADING_WEIGHTS = {"keras.Model.load_weights": 0}
_CHECKPOINT = "keras.callbacks.ModelCheckpoint"
_FILES = (_SAVING, _SAVING_WEIGHTS, _LOADING, _LOADING_WEIGHTS)
_KERAS, _WEIGHTS = ".keras", ".weights.h5"


class FileName(Rule):
    """Keras 3 refuses to save to, or load from, a file of this name.

    Keras 3 chooses the format by the end of the name, and has no SavedModel folders or TensorFlow
    checkpoints any more. A model is saved as ``.keras`` (or ``.h5``), its weights as
    ``.weights.h5``. ``ModelCheckpoint`` checks the name when it is made, and accepts ``.h5`` for
    whole models since Keras 3.8. ``save`` raises the error after training, when the model is
    lost.

    Bad:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.save("my_model")
    Good:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.save("my_model.keras")
    Tempting:
        # Keras still saves whole models in HDF5 files.
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.save("my_model.h5")
        model.save_weights("my_model.weights.h5")

    People say: "Invalid filepath extension for saving", "The filename must end in `.weights.h5`",
    "The filepath provided must end in `.keras` (Keras model format)", "File format not supported".

    When kerlint stays silent:
        - The code is for Keras 2.
        - The end of the name is not known.
        - The model is saved as a folder on purpose, with ``zipped=False``, or to ``hf://``.
    """

    code = "KER007"
    severity = Severity.ERROR
    required_bytes = (b"save", b"load", b"Checkpoint")
    unsafe_because = "files that are there already keep their names"
    untestable = "Keras raises the error by itself"

    def concerns(self, name: str) -> bool:
        return name == _CHECKPOINT or any(_canonical(name) in table for table in _FILES)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded or call.partial:
            return
        given = {name: fact for name, fact, _ in call.keywords}
        name = _canonical(call.name)
        found = _judged(name, call, given, view)
        if found is None:
            return
        fact, wanted, says = found
        releases = releases_reached(call, view)
        if not only_keras_3(releases) or "save_format" in given:
            return
        path = str(fact.value)
        ends = [end for release in releases for end in _accepted(wanted, release)]
        if path.endswith(tuple(ends)) or path.startswith("hf://"):
            return
        version = keras_api.version_name(releases[0])
        short = path if len(path) < 40 else f"...{path[-36:]}"
        yield Finding(
            fact.site,
            f"{version} does not {says} `{short}`",
            label=f"does not end in `{ends[0]}`",
            help=_help(wanted, path),
            origin=call.origin,
            rewrite=_renamed(path, view),
        )


def _renamed(path: str, view: View) -> tuple[SourceChange, ...]:
    """Give the file the name that it needs, wherever the program writes and reads it."""
    wants: set[str] = set()
    literals: dict[Site, None] = {}
    uses: dict[At, None] = {}
    for call in view.program.calls:
        given = {name: fact for name, fact, _ in call.keywords}
        found = _judged(_canonical(call.name), call, given, view)
        if found is None or found[0].value != path:
            continue
        if not only_keras_3(releases_reached(call, view)) or call.partial or call.guarded:
            return ()
        if "save_format" in given:
            return ()
        fact, wanted, _ = found
        place = next((site for _, each, site in call.keywords if each is fact), None)
        if place is None:
            index = next(i for i, each in enumerate(call.positional) if each is fact)
        wants.add(_END[wanted])
        literals[fact.site] = None
        uses[place if place is not None else Positional(call.origin.site, index)] = None
        if not wanted.startswith("load"):
            wants.add("")
    if len(wants) != 2 or "" not in wants:
        return ()  # what is only read has the name that it has
    (end,) = wants - {""}
    stem = _KNOWN_END.sub("", path.rstrip("/\\"))
    if not stem or path.endswith((".pb", ".json", ".yaml")):
        return ()
    return (RenameFile(tuple(literals), tuple(uses), path, stem + end),)


_END = {
    "model": _KERAS,
    "checkpoint": _KERAS,
    "load": _KERAS,
    "weights": _WEIGHTS,
    "load weights": _WEIGHTS,
}


def _canonical(name: str) -> str:
    if name.startswith(("keras.Sequential.", "keras.models.Functional.")):
        return f"keras.Model.{name.rpartition('.')[2]}"
    return name


def _judged(
    name: str, call: Call, given: dict[str, Fact], view: View
) -> tuple[Fact, str, str] | None:
    """The name of a file, what it is for, and words for that; None when there is nothing to ask."""
    for table, wanted, says in (
        (_SAVING, "model", "save a model to"),
        (_SAVING_WEIGHTS, "weights", "save weights to"),
        (_LOADING, "load", "load a model from"),
        (_LOADING_WEIGHTS, "load weights", "load weights from"),
    ):
        if name in table:
            fact = _path(call, given, table[name])
            if wanted == "model" and _is_false(given.get("zipped")):
                return None
            if wanted == "weights" and "max_shard_size" in given:
                return None
            if fact is None or (wanted.startswith("load") and _may_be_orbax(view)):
                return None
            return fact, wanted, says
    if name != _CHECKPOINT:
        return None
    fact = _path(call, given, 0)
    only = given.get("save_weights_only") or (
        call.positional[4] if len(call.positional) > 4 else None
    )
    if fact is None or (only is not None and not isinstance(only.value, bool)):
        return None
    weights = only is not None and only.value is True
    return fact, "weights" if weights else "checkpoint", "write a checkpoint to"


def _path(call: Call, given: dict[str, Fact], index: int) -> Fact | None:
    fact = given.get("filepath") or given.get("path")
    if fact is None and len(call.positional) > index:
        fact = call.positional[index]
    return fact if fact is not None and isinstance(fact.value, str) and fact.value else None


def _is_false(fact: Fact | None) -> bool:
    return fact is not None and fact.value is not None and fact.value is not True


def _may_be_orbax(view: View) -> bool:
    return any("rbax" in use.path for use in view.program.uses)


def _accepted(wanted: str, release: str) -> tuple[str, ...]:
    if wanted == "model":
        return (_KERAS, ".h5", ".hdf5")
    if wanted == "checkpoint":
        return (_KERAS, ".h5") if _at_least(release, 8) else (_KERAS,)
    if wanted == "weights":
        return (_WEIGHTS,)
    if wanted == "load":
        return (_KERAS, ".h5", ".hdf5")
    return (_WEIGHTS, _KERAS, ".h5", ".hdf5", ".weights.json")


def _at_least(release: str, minor: int) -> bool:
    number = keras_api.nearest_release(release).partition(".")[2]
    return not number.isdigit() or int(number) >= minor


_KNOWN_END = re.compile(
    r"(\.weights)?\.(h5|h5py|hdf5|keras|tf|ckpt|pb|weights|model)$", re.IGNORECASE
)


def _help(wanted: str, path: str) -> str:
    """What to write instead."""
    stem = _KNOWN_END.sub("", path.rstrip("/\\")) or "model"
    shown = stem if len(stem) < 40 else "..."
    if wanted in ("model", "checkpoint"):
        help = f'write `"{shown}{_KERAS}"`'
        return f"{help}, or call `model.export()` for a SavedModel" if wanted == "model" else help
    if wanted == "weights":
        return f'write `"{shown}{_WEIGHTS}"`'
    if wanted == "load":
        return "save the model as a `.keras` file; for a SavedModel use `keras.layers.TFSMLayer`"
    return f"save the weights as a `{_WEIGHTS}` file, and load that"
