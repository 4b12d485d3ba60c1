"""KER903: fine-tuning unfreezes the BatchNormalization of a pretrained model."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit, Layer
from kerlint.program.trainable import FROZEN, TRAINING, UNFROZEN
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker902_training_argument_overridden import averages


class BatchNormalizationUnfrozen(Rule):
    """Fine-tuning also updates the BatchNormalization layers of a pretrained model.

    A model of `keras.applications` is first used frozen and then unfrozen to be fine-tuned. With
    its other layers, BatchNormalization is unfrozen too. It then normalizes by the mean and
    variance of each small batch, and replaces the averages that belong to the pretrained weights.
    Accuracy often falls at that moment. The guide of Keras to transfer learning advises to leave
    these layers frozen.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(8, 32, 32, 3), np.random.rand(8, 1)
        base = keras.applications.MobileNetV2((32, 32, 3), include_top=False, pooling="avg")
        base.trainable = False
        model = keras.Sequential([keras.Input((32, 32, 3)), base, layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y)
        base.trainable = True
        model.compile(keras.optimizers.Adam(1e-5), "mse")
        model.fit(x, y)
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(8, 32, 32, 3), np.random.rand(8, 1)
        base = keras.applications.MobileNetV2((32, 32, 3), include_top=False, pooling="avg")
        base.trainable = False
        model = keras.Sequential([keras.Input((32, 32, 3)), base, layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y)
        base.trainable = True
        for layer in base.layers:
            if isinstance(layer, layers.BatchNormalization):
                layer.trainable = False
        model.compile(keras.optimizers.Adam(1e-5), "mse")
        model.fit(x, y)
    Tempting:
        # VGG16 has no BatchNormalization.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(8, 32, 32, 3), np.random.rand(8, 1)
        base = keras.applications.VGG16(False, None, input_shape=(32, 32, 3), pooling="avg")
        base.trainable = False
        model = keras.Sequential([keras.Input((32, 32, 3)), base, layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y)
        base.trainable = True
        model.compile(keras.optimizers.Adam(1e-5), "mse")
        model.fit(x, y)

    People say: "accuracy drops when I unfreeze the base model", "validation accuracy is stuck at
    chance after fine-tuning", "batch normalization transfer learning Keras".

    When kerlint stays silent:
        - The model has no pretrained weights, or no BatchNormalization.
        - A loop freezes chosen layers.
        - The model was called with ``training=False``: KER902 tells what becomes of it.
    """

    code = "KER903"
    severity = Severity.INFO
    default = False
    required_bytes = (b"trainable",)
    untestable = "the averages belong to weights that would have to be downloaded"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        if fit.method not in TRAINING or not view.trainable.settings or fit.apart:
            return
        for index in sorted(view.layers_in(fit.model)):
            layer = view.program.layers[index]
            ready_made = layer.type.startswith("keras.applications.") and layer.model is None
            if not ready_made or not averages(index, view):
                continue
            weights = layer.arg("weights")
            if layer.partial or (weights is not None and weights.value is None):
                continue
            if not _told(layer, view) and self._was_frozen(layer, fit, view):
                yield from self._unfrozen(layer, fit, view)

    def _was_frozen(self, layer: Layer, fit: Fit, view: View) -> bool:
        """Whether the layer was frozen in an earlier training."""
        return any(
            layer.id in view.layers_in(other.model)
            and view.trainable.state(layer.id, view.trainable.before(other)) == FROZEN
            for other in view.program.fits[: fit.id]
            if other.method in TRAINING
        )

    def _unfrozen(self, layer: Layer, fit: Fit, view: View) -> Iterator[Finding]:
        settings = [each for each in view.trainable.before(fit) if each.concerns((layer.id,))]
        if any(each.part in ("", "chosen") for each in settings):
            return
        state = view.trainable.state(layer.id, settings)
        if state is None or not state >= UNFROZEN:
            return
        setting = next(each for each in reversed(settings) if each.value is True)
        yield Finding(
            setting.assignment.origin.site,
            f"this unfreezes the BatchNormalization layers of `{layer.kind}` too",
            label="their averages are replaced",
            help="set `trainable` of the BatchNormalization layers back to False",
            related=(Note(fit.origin.site, "trained here"),),
            origin=setting.assignment.origin,
        )


def _told(layer: Layer, view: View) -> bool:
    """Whether the model of a layer is called with ``training=`` somewhere."""
    within = [m.id for m in view.program.models if layer.id in view.layers_in(m.id)]
    return any(
        "training" in apply.args and view.layer(apply).model in within
        for apply in view.program.layer_calls
    )
