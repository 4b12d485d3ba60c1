"""KER902: ``training=`` where a layer of a functional model is called."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit, LayerCall, Model
from kerlint.program.trainable import FROZEN, TRAINING
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import in_keras_3

_PREDICTING = frozenset({"predict", "predict_on_batch"})
_RANDOM = frozenset(
    {"AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"}
    | {"SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"}
)
_AVERAGING = frozenset({"BatchNormalization", "SyncBatchNormalization"})
# Of the models of ``keras.applications``, these have no BatchNormalization.
_WITHOUT = ("ConvNeXt", "VGG")


class TrainingArgumentOverridden(Rule):
    """`training=` in a functional model is overridden by `fit` and `predict`.

    In Keras 3, a functional model hands on the ``training`` that it is called with to all its
    layers: True in `fit`, False in `predict`. What was written when the model was built counts only
    if the model is called as a function. So Dropout with ``training=True`` does nothing in
    `predict`, and all samples of a Monte Carlo dropout are the same. And a pretrained model that
    was called with ``training=False`` updates the averages of its BatchNormalization as soon as it
    is unfrozen.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        inputs = keras.Input((8,))
        hidden = layers.Dense(32, activation="relu")(inputs)
        hidden = layers.Dropout(0.4)(hidden, training=True)
        model = keras.Model(inputs, layers.Dense(1)(hidden))
        model.compile("adam", "mse")
        model.fit(x, y)
        draws = np.stack([model.predict(x) for _ in range(20)])
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        inputs = keras.Input((8,))
        hidden = layers.Dense(32, activation="relu")(inputs)
        hidden = layers.Dropout(0.4)(hidden)
        model = keras.Model(inputs, layers.Dense(1)(hidden))
        model.compile("adam", "mse")
        model.fit(x, y)
        draws = np.stack([model(x, training=True) for _ in range(20)])
    Tempting:
        # The layers are frozen in all trainings, so their averages do not change.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        base = keras.Sequential(
            [keras.Input((8,)), layers.Dense(16), layers.BatchNormalization()]
        )
        base.trainable = False
        inputs = keras.Input((8,))
        model = keras.Model(inputs, layers.Dense(1)(base(inputs, training=False)))
        model.compile("adam", "mse")
        model.fit(x, y)

    People say: "Monte Carlo dropout gives the same prediction every time", "training=True has no
    effect in predict", "accuracy drops after unfreezing although training=False".

    When kerlint stays silent:
        - The code is not certain to run with Keras 3.
        - The model is also called as a function, or is one of your own classes.
        - Layers that were called with ``training=False`` are frozen in all trainings.
        - Whether they are frozen is not known, as in a loop that freezes only some layers.
    """

    code = "KER902"
    severity = Severity.WARNING
    required_bytes = (b"training",)
    untestable = "what counts is how the whole model is called"

    def check(self, model: Model, view: View) -> Iterator[Finding]:
        if model.kind != "functional" or not model.graph:
            return
        calls = view.program.layer_calls
        told = [calls[index] for index in model.graph if "training" in calls[index].args]
        if not told or any(each.kind == "subclassed" for each in view.program.models):
            return
        for wanted in (True, False):
            chosen = [apply for apply in told if apply.args["training"].value is wanted]
            for apply in chosen:
                use = self._use(apply, wanted, view)
                if use is not None:
                    yield _finding(apply, use, wanted)
                    break

    def _use(self, apply: LayerCall, wanted: bool, view: View) -> Fit | None:
        """The call that overrides what was written, where that makes a difference."""
        layers = _within(apply, view)
        kinds = {view.program.layers[index].kind for index in layers}
        averaging = [index for index in layers if averages(index, view)]
        if not averaging and not (wanted and kinds & _RANDOM):
            return None
        if wanted and _is_called(apply, view):
            return None
        for fit in view.program.fits:
            if fit.method not in (_PREDICTING if wanted else TRAINING):
                continue
            if apply.layer not in view.layers_in(fit.model) or not in_keras_3(fit, view):
                continue
            if wanted or self._updates(averaging, fit, view):
                return fit
        return None

    def _updates(self, averaging: list[int], fit: Fit, view: View) -> bool:
        """Whether a training certainly updates the averages of a layer."""
        settings = view.trainable.before(fit)
        if fit.apart or any(
            each.part in ("", "chosen") and each.concerns(averaging) for each in settings
        ):
            return False
        states = [view.trainable.state(index, settings) for index in averaging]
        return any(state is not None and state != FROZEN for state in states)


def _within(apply: LayerCall, view: View) -> frozenset[int]:
    """A layer, or all layers of a model that is called as one."""
    model = view.layer(apply).model
    return frozenset({apply.layer}) | (view.layers_in(model) if model is not None else frozenset())


def averages(index: int, view: View) -> bool:
    """Whether a layer keeps averages, or is a ready-made model with such layers."""
    layer = view.program.layers[index]
    if layer.type.startswith("keras.applications."):
        return not layer.kind.startswith(_WITHOUT)
    return layer.kind in _AVERAGING and not layer.custom


def _is_called(told: LayerCall, view: View) -> bool:
    """Whether a model with a layer is called as a function."""
    program = view.program
    inside = {index for each in program.models for index in each.graph}
    for apply in program.layer_calls:
        used = view.layer(apply).model
        if used is not None and apply.id not in inside and told.layer in view.layers_in(used):
            return True
    return any(
        call.name == "keras.Model.__call__"
        and (call.model is None or told.layer in view.layers_in(call.model))
        for call in program.calls
    )


def _finding(apply: LayerCall, use: Fit, wanted: bool) -> Finding:
    if wanted:
        message = f"`training=True` has no effect here: `{use.method}()` overrides it in Keras 3"
        help = "call the model as a function, `model(x, training=True)`, instead of `predict`"
    else:
        message = f"`{use.method}()` overrides `training=False`, so BatchNormalization is updated"
        help = "freeze the BatchNormalization layers with `trainable = False`"
    return Finding(
        apply.origin.site,
        message,
        label="overridden",
        help=help,
        related=(Note(use.origin.site, "overridden here"),),
        origin=apply.origin,
    )
