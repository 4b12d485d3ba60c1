"""KER004: a method that Keras no longer has."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.keras_api.facts import ATTRIBUTES, ENDS, METHODS
from kerlint.program.changes import (
    DropArgument,
    DropStatement,
    Enclose,
    NameArgument,
    Positional,
    RenameArgument,
    RenameAttribute,
    RenameMethod,
    SourceChange,
)
from kerlint.program.claims import EXISTENCE, ExistenceClaim
from kerlint.program.model import Call
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import in_package, name_of, only_keras_3, releases_of, releases_reached
from kerlint.rules.rewrites import as_steps

# Still there, but they raise whatever they are given.
_DISABLED = {
    "3": frozenset({"add_metric", "add_update"}),
    "2": frozenset({"to_yaml"}),
}
_CLASSES = "(model.predict(x) > 0.5).astype('int32')"
_ARGMAX = "model.predict(x).argmax(axis=-1)"

# The parameters that methods of Keras 2 took by position, as far as all releases agree.
_POSITIONS = {
    "fit_generator": (
        "x",
        "steps_per_epoch",
        "epochs",
        "verbose",
        "callbacks",
        "validation_data",
        "validation_steps",
    ),
    "evaluate_generator": ("x", "steps"),
    "predict_generator": ("x", "steps"),
}
# Arguments that Keras 1 did not know: the second one by position is then a number of batches.
_OF_KERAS_2 = frozenset(
    {"epochs", "max_queue_size", "steps", "steps_per_epoch", "use_multiprocessing"}
    | {"validation_freq", "validation_steps", "workers"}
)
_STEPS = "Keras 1 counted samples where Keras 2 counts batches"
_YAML = "the model is written as JSON instead of YAML"
_NO_OUTPUT = "a layer that nothing has called has no `input` and no `output`"


class MethodRemoved(Rule):
    """A method or attribute was removed from models, layers or optimizers.

    Keras raises ``AttributeError``. ``fit_generator``, ``evaluate_generator`` and
    ``predict_generator`` are gone because ``fit``, ``evaluate`` and ``predict`` accept generators
    themselves. ``predict_proba`` did the same as ``predict``. ``predict_classes`` returned the
    index of the largest output, or, for a model that ends in one sigmoid unit, whether that output
    is above 0.5. kerlint looks at the last layer of the model to tell which of the two applies.

    A Sequential model has no `input` and no `output` in Keras 3 until it is called on the output of
    a layer, even if it begins with an `Input` and is trained. It has `inputs` and `outputs`.

    Code for tf_keras, the last Keras 2, is checked against tf_keras 2.21, which lacks
    ``predict_classes`` and ``predict_proba`` but still has ``fit_generator``.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(3, "softmax")])
        labels = model.predict_classes(np.zeros((5, 8)))
    Good:
        import keras
        import numpy as np
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(3, "softmax")])
        labels = model.predict(np.zeros((5, 8))).argmax(axis=-1)
    Tempting:
        # predict_classes and predict_generator are gone, but predict_on_batch is not.
        import keras
        import numpy as np
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(3, "softmax")])
        labels = model.predict_on_batch(np.zeros((5, 8))).argmax(axis=-1)

    People say: "'Sequential' object has no attribute 'predict_classes'", "'Functional' object has
    no attribute 'fit_generator'", "The layer sequential has never been called and thus has no
    defined input".

    When kerlint stays silent:
        - A class in the file defines the method itself.
        - The code checks for the method with ``hasattr``, checks the version of Keras, or handles
          the error.
        - kerlint does not know the object that the method is called on.
        - The object may come from a Keras release that still has the method.
    """

    code = "KER004"
    severity = Severity.ERROR
    required_bytes = tuple(
        sorted(
            {name.rpartition(".")[2].encode() for name in (*METHODS, *ATTRIBUTES, "add_loss")}
            | {b"." + name.rpartition(".")[2].encode() for name in ENDS}
        )
    )
    experiments = (EXISTENCE,)
    fix = Applicability.SAFE

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded:
            return
        name = _name(call, view)
        if name in ENDS:
            yield from self._end(call, name, view)
            return
        if name in ATTRIBUTES or _adds_loss(call, view):
            yield from self._attribute(call, name, view)
            return
        removed = keras_api.removed_method(name)
        if removed is None:
            return
        releases = releases_reached(call, view)
        method = name.rpartition(".")[2]
        if not releases or not all(_raises(method, removed, release) for release in releases):
            return
        version = keras_api.version_name(releases[0])
        message = f"`{method}()` does not exist in {version}"
        label = f"now `{removed.replacement}()`" if removed.replacement else "no such method"
        if method == "predict_classes":
            label = "no such method"
        elif _is_disabled(method, releases[0]):
            message = f"`{method}()` always raises an error in {version}"
        yield Finding(
            call.origin.site,
            message,
            label=label,
            help=in_package(self._help(call, removed, method, releases[0], view), call.path),
            origin=call.origin,
            claim=claim(call, view),
            rewrite=self._rewrite(call, removed, method, releases[0], view),
            fix=Applicability.UNSAFE if _doubt(call, method) else None,
            unsafe_because=_doubt(call, method),
        )

    def _rewrite(
        self, call: Call, removed: keras_api.Removed, method: str, release: str, view: View
    ) -> tuple[SourceChange, ...]:
        """The same with the method of today; nothing where that takes more than other words."""
        if not removed.replacement or call.partial:
            return ()
        at = call.origin.site
        changes: list[SourceChange] = [RenameMethod(at, removed.replacement)]
        if method == "predict_classes":
            widths = {self._width(other, view) for other in view.calls_at.get(at, ())}
            if None in widths or len({width == 1 for width in widths}) != 1:
                return ()
            if widths == {1}:
                return (*changes, Enclose(at, "(", ' > 0.5).astype("int32")'))
            return (*changes, Enclose(at, "", ".argmax(axis=-1)"))
        places = _POSITIONS.get(method)
        if places is None:
            return tuple(changes)
        if len(call.positional) > len(places):
            return ()
        changes += [
            # ``nb_train_samples`` is what Keras 1 took there.
            NameArgument(Positional(at, index), places[index], "sample" if index == 1 else "")
            for index in range(1, len(call.positional))
        ]
        today = keras_api.signature(f"keras.Model.{removed.replacement}", release)
        for name, _, _ in call.keywords:
            rename = keras_api.renamed_argument(f"keras.Model.{removed.replacement}", name, release)
            if rename is None:
                if today is None or name not in today.named:
                    return ()
            elif rename.name is None:
                changes.append(DropArgument(at, name))
            elif rename.one_to_one:
                changes.append(RenameArgument(at, name, rename.name))
            else:
                steps = as_steps(call, name, rename.name, view)
                if not steps:
                    return ()
                changes.extend(steps)
        return tuple(changes)

    def _attribute(self, call: Call, name: str, view: View) -> Iterator[Finding]:
        releases = releases_reached(call, view)
        if call.receiver is not None:
            releases = releases_of(getattr(call.receiver.value, "site", None), view)
        if not only_keras_3(releases):
            return
        version, word = keras_api.version_name(releases[0]), name.rpartition(".")[2]
        gone = name in ATTRIBUTES
        help = "call `self.add_loss()` in the `call()` of a layer, or pass `loss=` to `compile()`"
        yield Finding(
            call.origin.site,
            f"`{word}` does not exist in {version}"
            if gone
            else f"`add_loss()` of a functional model always raises an error in {version}",
            label="no such attribute" if gone else "raises `NotImplementedError`",
            help=in_package(ATTRIBUTES.get(name, help), call.path),
            origin=call.origin,
            claim=claim(call, view)
            if gone
            else ExistenceClaim(name, setting="functional", release=releases[0]),
            rewrite=_other_attribute(call, name),
            fix=Applicability.UNSAFE if word in _SHAPES else None,
            unsafe_because=_NO_OUTPUT if word in _SHAPES else "",
        )

    def _end(self, call: Call, name: str, view: View) -> Iterator[Finding]:
        """``model.input`` of a Sequential model that nothing has called on symbolic tensors."""
        releases = releases_reached(call, view)
        if call.model is None or not only_keras_3(releases):
            return
        help = ENDS[name]
        if not view.program.models[call.model].inputs:
            help += ", and begin the model with `keras.Input(...)`"
        version = keras_api.version_name(releases[0])
        yield Finding(
            call.origin.site,
            f"`{name.rpartition('.')[2]}` of a Sequential model raises an error in {version}",
            label="raises `AttributeError`",
            help=in_package(help, call.path),
            origin=call.origin,
            claim=ExistenceClaim(name, setting="sequential", release=releases[0]),
            rewrite=(RenameAttribute(call.origin.site, _ENDS[name]),)
            if view.program.models[call.model].inputs
            else (),
        )

    def _help(
        self, call: Call, removed: keras_api.Removed, method: str, release: str, view: View
    ) -> str:
        if method == "predict_classes":
            width = self._width(call, view)
            if width is None:
                return f"write `{_ARGMAX}` for several outputs, `{_CLASSES}` for one sigmoid output"
            return f"write `{_ARGMAX if width > 1 else _CLASSES}`"
        if not removed.replacement:
            return removed.note
        help = f"call `{removed.replacement}()`"
        if removed.note:
            help += f"; {removed.note}"
        renames = [
            (name, keras_api.renamed_argument(f"keras.Model.{removed.replacement}", name, release))
            for name, _, _ in call.keywords
        ]
        old = [
            f"`{rename.name}=` for `{name}=`"
            for name, rename in renames
            if rename is not None and rename.name is not None and name != "generator"
        ]
        dropped = [
            f"`{name}=`" for name, rename in renames if rename is not None and rename.name is None
        ]
        if old:
            help += f", with {', '.join(old)}"
        if dropped:
            help += f", without {', '.join(dropped)}"
        return help

    def _width(self, call: Call, view: View) -> int | None:
        """How many outputs the model has for each sample; None when that is not known."""
        if call.model is None:
            return None
        model = view.program.models[call.model]
        if len(model.outputs) != 1 or model.gaps:
            return None
        width = view.head(model.outputs[0]).width
        return None if width is None or isinstance(width, Unknown) else width


_SHAPES = {"input_shape": "input.shape", "output_shape": "output.shape"}
_ENDS = {"keras.Sequential.input": "inputs[0]", "keras.Sequential.output": "outputs[0]"}


def _other_attribute(call: Call, name: str) -> tuple[SourceChange, ...]:
    """What to write instead of an attribute that is gone, where it is that simple."""
    word = name.rpartition(".")[2]
    if name == "keras.optimizers.Optimizer.lr":
        return (RenameAttribute(call.origin.site, "learning_rate"),)
    if word in _SHAPES:
        return (RenameAttribute(call.origin.site, _SHAPES[word]),)
    if word.startswith("_make_"):
        return (DropStatement(call.origin.site),)
    return ()


_IN_SAMPLES = ("nb_val_samples", "samples_per_epoch", "val_samples")


def _doubt(call: Call, method: str) -> str:
    """Why the method of today might not be what was meant."""
    if method == "to_yaml":
        return _YAML
    if method == "get_scaled_loss":
        return "`get_unscaled_gradients()` has to be removed as well"
    if any(name in _IN_SAMPLES for name, _, _ in call.keywords):
        return "a last batch that is not full is left out"
    if method in _POSITIONS and len(call.positional) > 1:
        if not any(name in _OF_KERAS_2 for name, _, _ in call.keywords):
            return _STEPS
    return ""


def _raises(method: str, removed: keras_api.Removed, release: str) -> bool:
    """Whether a method that some release had raises in this one."""
    release = keras_api.nearest_release(release)
    if release not in keras_api.TRIED:
        return False
    return release not in removed.releases or _is_disabled(method, release)


def _is_disabled(method: str, release: str) -> bool:
    return (
        method in _DISABLED["2" if keras_api.nearest_release(release) == keras_api.LEGACY else "3"]
    )


def _name(call: Call, view: View) -> str:
    if call.layer is not None and view.program.layers[call.layer].custom:
        # The class does not define it itself, or the call would not have come this far.
        return f"keras.layers.Layer.{call.name.rpartition('.')[2]}"
    return call.name


def _adds_loss(call: Call, view: View) -> bool:
    """Whether ``add_loss`` of a functional model is called, which no longer has it."""
    if call.name != "keras.Model.add_loss" or call.model is None:
        return False
    model = view.program.models[call.model]
    return model.kind == "functional" and model.type == "keras.Model" and bool(model.inputs)


def claim(call: Call, view: View) -> ExistenceClaim:
    """The claim that Keras has no such method, for the class of the model that it is called on."""
    name = _name(call, view)
    name = name_of(call, view) if name == call.name else name
    release = next(iter(releases_reached(call, view)), keras_api.LATEST)
    return ExistenceClaim(name, release=release)
