"""KER002: a class or function that Keras no longer has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.keras_api.backend import form_of
from kerlint.program.changes import Move
from kerlint.program.claims import EXISTENCE, ExistenceClaim
from kerlint.program.model import ApiReference
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import in_package, releases_at
from kerlint.rules.successors import (
    NEEDS_TENSORFLOW,
    advice,
    called_only,
    is_merge_function,
    kept_for_old_code,
    removed_module,
    removed_name,
)


class NameRemoved(Rule):
    """A class or function that Keras no longer has is imported or used.

    The import raises ``ImportError``, and ``keras.layers.CuDNNLSTM`` raises ``AttributeError``.
    Keras 3 removed classes that others replace, most functions of ``keras.backend`` (``keras.ops``
    has them now), enumerations such as ``losses.Reduction``, and old aliases. kerlint knows all
    public names of the releases of Keras since 1.2, and says what to write instead. The names in
    ``keras.optimizers.legacy`` still exist, and raise an error when they are called.

    ``tensorflow.keras`` still has some of these names for old code, among them
    ``ImageDataGenerator`` and the functions of ``backend``. kerlint does not report those.

    Bad:
        from keras.layers import CuDNNLSTM

        layer = CuDNNLSTM(32)
    Good:
        from keras.layers import LSTM

        layer = LSTM(32)
    Tempting:
        # tensorflow.keras still has the class.
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        batches = ImageDataGenerator(rescale=1 / 255)

    People say: "cannot import name 'CuDNNLSTM' from 'keras.layers'", "module 'keras.backend' has no
    attribute 'mean'", "module 'keras.losses' has no attribute 'Reduction'".

    When kerlint stays silent:
        - The name is used inside ``try: ... except ImportError`` or ``except AttributeError``, or
          it depends on the version of Keras.
        - ``tensorflow.keras`` still has the name.
        - No release of Keras ever had the name.
        - The whole module is gone (KER001).
    """

    code = "KER002"
    severity = Severity.ERROR
    required_bytes = (b"keras",)
    experiments = (EXISTENCE,)
    fix = Applicability.SAFE

    def concerns(self, name: str) -> bool:
        return keras_api.locate(name) is not None

    def check(self, use: ApiReference, view: View) -> Iterator[Finding]:
        if use.guarded:
            return
        releases = releases_at(use.path, view.target)
        merges = use.imported and is_merge_function(use.path) and not _is_module_of(use, view)
        if not releases or not all(_lacks(use.path, release, view, merges) for release in releases):
            return
        release = releases[0]
        gone = removed_name(use.path, release) or use.path
        version = keras_api.version_name(release)
        only_called = removed_name(use.path, release) is None and not merges
        if not use.imported and _told_where_imported(gone, view):
            return
        message = f"`{gone}` does not exist in {version}"
        if only_called:
            message = f"`{gone}` raises an error in {version} when it is called"
        elif _fragment(gone, view) and _elsewhere(gone, release):
            return
        yield Finding(
            use.site,
            message,
            label="raises `ImportError`" if only_called else "no such name",
            help=in_package(advice(gone, release, imported=use.imported), use.path),
            claim=claim(use, view, gone),
            rewrite=(Move(use.site, use.path, release),),
            fix=Applicability.UNSAFE if _doubt(gone, release) else None,
            unsafe_because=_doubt(gone, release),
        )


def _is_module_of(use: ApiReference, view: View) -> bool:
    """Whether names are taken out of a path: ``from keras.layers.merge import add``."""
    after = view.order[use] + 1
    return any(
        other.imported and other.path.startswith(f"{use.path}.")
        for other in view.program.uses[after : after + 1]
    )


def _lacks(path: str, release: str, view: View, merges: bool) -> bool:
    if merges:
        tried = keras_api.nearest_release(release) in keras_api.TRIED
        return tried and removed_module(path, release, member=True) is not None
    found = _looked_up(path, release)
    return found == _GONE or (found == _CALLED and path in view.called.values())


def _doubt(path: str, release: str) -> str:
    """Why the name of today might not be what was meant; empty where it is."""
    if kept_for_old_code(path, release) is not None:
        return NEEDS_TENSORFLOW
    form = form_of(path)
    if form is not None:
        return form.unsafe
    if ".CuDNN" in path:
        return "weights that the old layer has saved do not fit"
    return "the new optimizer may train a little differently" if ".legacy." in path else ""


_GONE, _CALLED = "gone", "an error when it is called"


@lru_cache(maxsize=4096)
def _looked_up(path: str, release: str) -> str:
    """What became of a name: empty for one that is there, or of which that is not known."""
    if keras_api.nearest_release(release) not in keras_api.TRIED:
        return ""
    if removed_module(path, release, member=True) is not None:
        return ""
    if removed_name(path, release) is not None:
        return _GONE
    return _CALLED if called_only(path, release) else ""


def _told_where_imported(gone: str, view: View) -> bool:
    """Whether an import names it too: it is reported there, or the import is guarded."""
    return any(other.imported and other.path == gone for other in view.program.uses)


def _fragment(gone: str, view: View) -> bool:
    """Whether the code uses a name that it does not import, as in an answer to a question."""
    return not any(
        other.imported and (gone == other.path or gone.startswith(f"{other.path}."))
        for other in view.program.uses
    )


def _elsewhere(gone: str, release: str) -> bool:
    """Whether the other Keras that a fragment may mean, ``tensorflow.keras``, has the name."""
    return gone.startswith("keras.") and keras_api.exists(f"tensorflow.{gone}", release)


def claim(use: ApiReference, view: View, path: str = "") -> ExistenceClaim:
    """The claim that Keras has nothing at a path, by default at the whole path that is named."""
    release = next(iter(releases_at(use.path, view.target)), keras_api.LATEST)
    return ExistenceClaim(path or use.path, release=release)
