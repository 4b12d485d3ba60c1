"""KER904: every layer of a model that is trained is frozen."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.program.trainable import TRAINING, Setting
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import in_keras_3


class AllLayersFrozen(Rule):
    """A model is trained, and all its layers are frozen.

    Without a trainable weight there is nothing to train. Keras shows a warning ("The model does
    not have any trainable weights") and runs all epochs, and the loss stays where it was.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(1)])
        for layer in model.layers:
            layer.trainable = False
        model.compile("adam", "mse")
        model.fit(x, y)
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(1)])
        for layer in model.layers[:-1]:
            layer.trainable = False
        model.compile("adam", "mse")
        model.fit(x, y)
    Tempting:
        # The layer that is added after the frozen ones is trained.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(4)])
        for layer in model.layers:
            layer.trainable = False
        model.add(layers.Dense(1))
        model.compile("adam", "mse")
        model.fit(x, y)

    People say: "The model does not have any trainable weights", "loss does not change at all",
    "Trainable params: 0".

    When kerlint stays silent:
        - Some layers of the model are not known.
        - The model is only evaluated, or only predicts.
        - It was frozen to train another model around it: KER933 reports that.
    """

    code = "KER904"
    severity = Severity.ERROR
    required_bytes = (b"trainable",)
    untestable = "Keras itself warns that there is nothing to train"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        found = frozen_before(fit, view)
        if found is None or is_part(fit, found, view):
            return
        yield Finding(
            found.assignment.origin.site,
            "training changes nothing: all layers of the model are frozen",
            label="the last layers with weights",
            help="leave the layers that should learn unfrozen, such as the last one",
            related=(Note(fit.origin.site, "trained here"),),
            origin=found.assignment.origin,
        )


def frozen_before(fit: Fit, view: View) -> Setting | None:
    """What froze the last layers of a model before its own training."""
    trainable = view.trainable
    if fit.method not in TRAINING or fit.compiled is None or fit.apart or not trainable.settings:
        return None
    if trainable.first_like(fit) is not fit or not in_keras_3(fit, view):
        return None
    if not trainable.is_frozen(fit):
        return None
    layers = view.layers_in(fit.model)
    for setting in reversed(trainable.before(fit)):
        if setting.value is False and setting.layers is not None and setting.concerns(layers):
            return setting
    return None


def is_part(fit: Fit, setting: Setting, view: View) -> bool:
    """Whether a model was frozen after its ``compile``, and is a part of another one."""
    after = fit.compiled is not None and setting.assignment.compiles > fit.compiled
    layers = view.layers_in(fit.model)
    return after and not layers.isdisjoint(view.trainable.trained_with(fit))
