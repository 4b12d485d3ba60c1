"""What the rules about names, texts and files rely on, asked of the installed Keras itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kerlint import keras_api
from kerlint.keras_api import facts, names
from kerlint.rules.successors import advice, removed_module, removed_name

keras = pytest.importorskip("keras", minversion="3.15")
tf = pytest.importorskip("tensorflow")

pytestmark = pytest.mark.tensorflow


def there(path: str) -> bool:
    """Whether the installed Keras has a path below ``keras`` or ``tensorflow.keras``."""
    found = keras if path.startswith("keras") else tf
    for part in path.split(".")[1:]:
        found = getattr(found, part, None)
        if found is None:
            return False
    return True


# -- what is gone (KER002) ------------------------------------------------------------------------


def old_names(root: str) -> Iterator[str]:
    """All names that the data have of any release."""
    for table in (names._past(), names._current()):
        for module, members in table.items():
            for member in members:
                yield f"{root}{module[len('keras') :]}.{member}"


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_names_that_are_said_to_be_gone_are_gone(root: str) -> None:
    gone = {removed_name(path, "3.15") for path in old_names(root)} - {None}
    assert len(gone) > 500
    assert [path for path in sorted(gone) if there(path)] == []  # type: ignore[type-var]


def public(module: object, path: str, depth: int = 0) -> Iterator[str]:
    for name in dir(module):
        found = getattr(module, name, None)
        if name.startswith("_") or found is None:
            continue
        if type(found).__name__ != "module":
            yield f"{path}.{name}"
        elif found.__name__.startswith("tf_keras") and ".src" not in found.__name__ and depth < 5:
            yield from public(found, f"{path}.{name}", depth + 1)


# Generated files that no name leads to.
NO_NAMES = ("keras.protobuf.", "tensorflow.keras.protobuf.")


@pytest.mark.parametrize("root", ["", "tensorflow."])
def test_every_name_of_keras_2_that_is_gone_is_known(root: str) -> None:
    old = pytest.importorskip("tf_keras")
    gone = [root + name for name in public(old, "keras") if not there(root + name)]
    assert len(gone) > 150
    assert [
        path
        for path in gone
        if not path.startswith(NO_NAMES)
        and removed_name(path, "3.15") is None
        and removed_module(path, "3.15", member=True) is None
    ] == []


def test_what_the_help_names_is_there() -> None:
    said = {*facts._BACKEND.values(), *facts._NAMES.values()}
    named = {
        path.rstrip(".")
        for text in said
        for path in re.findall(r"(?<![\w.])(?:tensorflow\.)?keras\.[\w.]+", text)
    }
    assert len(named) > 60
    assert [path for path in sorted(named) if not there(path)] == []


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_a_replacement_is_there(root: str) -> None:
    for path in old_names(root):
        gone = removed_name(path, "3.15")
        new = keras_api.replacement(gone, "3.15") if gone is not None else None
        if new is not None:
            assert there(new), (gone, new, advice(path, "3.15"))


@pytest.mark.parametrize("name", ["Adagrad", "Adam", "Ftrl", "RMSprop", "SGD"])
def test_legacy_optimizers_are_there_and_raise(name: str) -> None:
    with pytest.raises(ImportError):
        getattr(keras.optimizers.legacy, name)()
