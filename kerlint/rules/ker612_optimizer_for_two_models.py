"""KER612: one optimizer object for two models."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Compile
from kerlint.program.values import Object
from kerlint.rules.base import Finding, Note, Rule, View

_TRAINING = ("fit", "fit_generator", "train_on_batch")


class OptimizerForTwoModels(Rule):
    """Two models share an optimizer object, so the training of the second one raises an error.

    An optimizer keeps averages for each weight, and knows the weights of the model that it trained
    first. Keras raises "Unknown variable" for those of another model. The text `"adam"` is not a
    problem, because Keras makes a new optimizer for each `compile`.

    Bad:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        optimizer = keras.optimizers.Adam(0.001)
        small = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        small.compile(optimizer=optimizer, loss="mse")
        small.fit(x, y)
        large = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu")])
        large.add(layers.Dense(1))
        large.compile(optimizer=optimizer, loss="mse")
        large.fit(x, y)
    Good:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        small = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        small.compile(optimizer=keras.optimizers.Adam(0.001), loss="mse")
        small.fit(x, y)
        large = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu")])
        large.add(layers.Dense(1))
        large.compile(optimizer=keras.optimizers.Adam(0.001), loss="mse")
        large.fit(x, y)
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        optimizer = keras.optimizers.Adam(0.001)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer=optimizer, loss="mse")
        model.fit(x, y)
        model.compile(optimizer=optimizer, loss="mae")  # the same model again
        model.fit(x, y)

    People say: "Unknown variable", "This optimizer can only be called for the variables it was
    originally built with".

    When kerlint stays silent:
        - The two calls get different objects, as from a function that makes one each time.
        - One of the models is not trained, or the second one has only layers of the first one.
        - The optimizer is one of `keras.optimizers.legacy`, which keeps no list of weights.
        - Layers are frozen or unfrozen in between, as in a GAN.
    """

    code = "KER612"
    severity = Severity.ERROR
    required_bytes = (b"ptimizer",)
    untestable = "it takes the training of two models, one after the other"

    def check(self, compiled: Compile, view: View) -> Iterator[Finding]:
        fact = compiled.args.get("optimizer")
        if fact is None or not isinstance(fact.value, Object) or compiled.id == 0:
            return
        optimizer = fact.value
        if not optimizer.name.startswith("keras.optimizers.") or ".legacy." in optimizer.name:
            return
        if not _is_trained(compiled, view):
            return
        earlier = next(
            (
                other
                for other in view.program.compiles[: compiled.id]
                if other.model != compiled.model
                and (given := other.args.get("optimizer")) is not None
                and isinstance(given.value, Object)
                and given.value.site == optimizer.site
                and _is_trained(other, view)
            ),
            None,
        )
        if earlier is None or not _is_made_once(optimizer, view):
            return
        if any(each.name == "trainable" for each in view.program.assignments):
            return
        own, others = view.layers_in(compiled.model), view.layers_in(earlier.model)
        if not any(_trains(layer, view) for layer in own - others):
            return
        if not any(_trains(layer, view) for layer in others):
            return
        first = earlier.origin
        same = first.site == compiled.origin.site and bool(first.calls)
        yield Finding(
            fact.copied_through[-1] if fact.copied_through else compiled.origin.site,
            "training raises an error: this optimizer already belongs to another model",
            label="the same object again",
            help="make a new optimizer for each model",
            related=(Note(first.calls[-1] if same else first.site, "the other model"),),
            origin=compiled.origin,
        )


def _is_trained(compiled: Compile, view: View) -> bool:
    return any(fit.compiled == compiled.id and fit.method in _TRAINING for fit in view.program.fits)


def _is_made_once(optimizer: Object, view: View) -> bool:
    """Whether it is certain that all uses are of one object."""
    made = view.calls_at.get(optimizer.site, [])
    return len(made) == 1 and made[0].name == optimizer.name


def _trains(index: int, view: View) -> bool:
    """Whether a layer certainly has weights that are trained."""
    layer = view.program.layers[index]
    frozen = layer.arg("trainable")
    return layer.kind in ("Dense", "Conv1D", "Conv2D", "LSTM", "GRU", "Embedding") and (
        frozen is None or frozen.value is True
    )
