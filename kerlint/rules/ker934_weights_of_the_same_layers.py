"""KER934: weights are copied between two models that have the same layers."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Note, Rule, View

_SET, _GET = "keras.Model.set_weights", "keras.Model.get_weights"


class WeightsOfTheSameLayers(Rule):
    """Weights are copied from one model to another, but both are made of the same layers.

    A layer keeps its weights wherever it is used. Two models over the same layers always have the
    same weights, so the target network of a reinforcement learner follows every step of the network
    that it should lag behind. Build each network from layers of its own, as with `clone_model`.

    Bad:
        import keras
        from keras import layers

        inputs = keras.Input((4,))
        values = layers.Dense(2)(layers.Dense(16, activation="relu")(inputs))
        model = keras.Model(inputs, values)
        target = keras.Model(inputs, values)
        target.set_weights(model.get_weights())
    Good:
        import keras
        from keras import layers

        inputs = keras.Input((4,))
        values = layers.Dense(2)(layers.Dense(16, activation="relu")(inputs))
        model = keras.Model(inputs, values)
        target = keras.models.clone_model(model)
        target.set_weights(model.get_weights())
    Tempting:
        # Each call of the function makes new layers.
        import keras
        from keras import layers

        def network():
            inputs = keras.Input((4,))
            values = layers.Dense(2)(layers.Dense(16, activation="relu")(inputs))
            return keras.Model(inputs, values)

        model, target = network(), network()
        target.set_weights(model.get_weights())

    People say: "target network is the same as the main network", "DQN diverges in Keras", "both
    models have the same weights".

    When kerlint stays silent:
        - One of the models has layers that the other does not have.
        - The weights were taken some time before: they are put back.
    """

    code = "KER934"
    severity = Severity.ERROR
    required_bytes = (b"set_weights",)
    names = frozenset({_SET})
    untestable = "it takes both models and what happens to them"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        given = call.positional[0] if call.positional else None
        before = view.program.calls[call.id - 1] if call.id else None
        if given is None or before is None or before.name != _GET or before.model is None:
            return
        if not isinstance(given.value, Unknown) or given.value.site != before.origin.site:
            return
        if call.model is None or call.model == before.model:
            return
        models = [view.program.models[index] for index in (call.model, before.model)]
        if any(model.gaps or model.kind == "subclassed" for model in models):
            return
        own, others = (
            {layer.id for layer in view.trainable.weighted(model.id)} for model in models
        )
        if not own or own != others:
            return
        yield Finding(
            call.origin.site,
            "this copies nothing: both models are made of the same layers",
            label="the same weights",
            help="make layers of its own for each model, as with `keras.models.clone_model()`",
            related=(Note(models[1].origin.site, "the same layers"),),
            origin=call.origin,
        )
