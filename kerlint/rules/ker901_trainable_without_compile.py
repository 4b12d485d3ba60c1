"""KER901: ``trainable`` is set between two trainings, and nothing compiles the model again."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.program.trainable import TRAINING, Setting
from kerlint.rules.base import Finding, Note, Rule, View


class TrainableWithoutCompile(Rule):
    """Layers are frozen or unfrozen after a training, but the model is not compiled again.

    Keras decides what is trained when it makes the training step, in the first `fit` after
    `compile`. It keeps this step for the next `fit`, so a change of `trainable` in between has no
    effect: layers that were frozen for fine-tuning go on training, and layers that were unfrozen
    stay as they are.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        base.trainable = False
        model = keras.Sequential([keras.Input((8,)), base, layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y)
        base.trainable = True
        model.fit(x, y)
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        base = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        base.trainable = False
        model = keras.Sequential([keras.Input((8,)), base, layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y)
        base.trainable = True
        model.compile(keras.optimizers.Adam(1e-5), "mse")
        model.fit(x, y)
    Tempting:
        # Before the first training, the change counts.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(1)])
        model.compile("adam", "mse")
        model.layers[0].trainable = False
        model.evaluate(x, y)
        model.fit(x, y)

    People say: "trainable = False has no effect", "fine-tuning does not change the accuracy",
    "frozen layers are still training".

    When kerlint stays silent:
        - The model is compiled in between, or runs eagerly.
        - Another model trains the layers too, as in a GAN.
        - Which layers are set, or whether they were trainable before, is not known.
        - A later line sets them back.
    """

    code = "KER901"
    severity = Severity.ERROR
    required_bytes = (b"trainable",)
    untestable = "it takes two trainings with a change of the model in between"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        if fit.method not in TRAINING or fit.compiled is None or fit.apart:
            return
        trainable = view.trainable
        first = trainable.first_like(fit) if trainable.settings else fit
        if first is fit or first.apart:
            return
        eager = view.program.compiles[fit.compiled].args.get("run_eagerly")
        if view.program.compiles[fit.compiled].partial or (
            eager is not None and eager.value not in (None, False)
        ):
            return
        earlier = trainable.before(first)
        between = trainable.before(fit)[len(earlier) :]
        for index, setting in enumerate(between):
            if self._is_lost(setting, earlier, between[index + 1 :], fit, view):
                goes = "stay frozen" if setting.value else "go on training"
                yield Finding(
                    setting.assignment.origin.site,
                    f"these layers {goes}, because the model is not compiled again before `fit()`",
                    label="has no effect",
                    help="call `compile()` after this",
                    related=(
                        Note(first.origin.site, "trained before"),
                        Note(fit.origin.site, "trained again"),
                    ),
                    origin=setting.assignment.origin,
                )

    def _is_lost(
        self,
        setting: Setting,
        earlier: tuple[Setting, ...],
        later: tuple[Setting, ...],
        fit: Fit,
        view: View,
    ) -> bool:
        """Whether a setting changes something that the training step does not take up."""
        trainable = view.trainable
        if setting.layers is None or setting.value is None:
            return False
        layers = {layer.id for layer in trainable.weighted(fit.model)} & setting.layers
        was = frozenset({not setting.value})
        if not layers or any(trainable.state(layer, earlier) != was for layer in layers):
            return False
        if not layers.isdisjoint(trainable.trained_with(fit)):
            return False
        # Some layers that are set back leave the others as they were set.
        parts = ("chosen", "slice") if setting.part == "all" else ()
        return not any(
            other.value != setting.value and other.concerns(layers) and other.part not in parts
            for other in later
        )
