"""KER907: a model that is trained or measured without ``compile``, or without a loss."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit, Model
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.keywords import releases_of

_NEEDS = frozenset(
    {"evaluate", "evaluate_generator", "fit", "fit_generator", "test_on_batch", "train_on_batch"}
)
# What may be missing in a model of which all calls are known.
_HARMLESS = (
    "a layer is not known",
    "a tensor comes from outside the model",
    "layers are added in a loop",
    "the list of layers is",
)


class NotCompiled(Rule):
    """A model is trained, and was not compiled or was compiled without a loss.

    ``fit`` raises "You must call `compile()` before using the model", or "No loss to compute".

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.fit(x, y)
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Tempting:
        # To predict, a model need not be compiled.
        import keras
        import numpy as np
        from keras import layers

        x = np.random.rand(64, 8)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        # without fit() or evaluate()
        print(model.predict(x))

    People say: "You must call `compile()` before using the model", "You must compile your model
    before training/testing", "No loss to compute. Provide a `loss` argument in `compile()`".

    When kerlint stays silent:
        - The model is passed to code that kerlint cannot read, or it is loaded from a file.
        - The model is made by one method of a class and trained by another, and kerlint does not
          see the calls.
        - The class of the model is one of your own.
        - There is a ``model.compile`` without parentheses (KER924).
        - There are branches in the program, and kerlint has followed an ``else``.
        - No loss is given, and layers add losses, such as regularizers or layers of your own.
    """

    code = "KER907"
    severity = Severity.ERROR
    required_bytes = (b"fit", b"evaluate", b"_on_batch")
    untestable = "Keras raises the error by itself"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        program = view.program
        model = program.models[fit.model]
        if fit.method not in _NEEDS or fit.apart or model.id < program.own.models:
            return
        if model.kind not in ("sequential", "functional") or not model.type.startswith("keras."):
            return
        if not releases_of(model.origin.site, view):
            return  # TensorFlow 1
        if not all(decision.outcome for decision in program.decisions):
            return
        if any(not gap.reason.startswith(_HARMLESS) for gap in model.gaps):
            return
        if any(each.name == "compile" for each in program.discarded):
            return  # KER924 tells that it is not called
        first = next(
            other for other in program.fits if other.model == fit.model and other.method in _NEEDS
        )
        if first is not fit or fit.origin.fails:
            return
        if fit.compiled is None:
            yield Finding(
                fit.origin.site,
                f"`{fit.method}()` raises an error, because the model is not compiled",
                label="not compiled",
                help="call `model.compile()` first, with an optimizer and a loss",
                origin=fit.origin,
            )
            return
        compiled = program.compiles[fit.compiled]
        loss = compiled.args.get("loss")
        if compiled.partial or (loss is not None and loss.value is not None):
            return
        if not _adds_losses(model, view):
            yield Finding(
                compiled.origin.site,
                f"the model is compiled without a loss, and `{fit.method}()` raises an error",
                label="no loss",
                help="pass `loss=` to `compile()`",
                related=(Note(fit.origin.site, "needs a loss"),),
                origin=compiled.origin,
            )


def _adds_losses(model: Model, view: View) -> bool:
    """Whether there may be a loss all the same: a regularizer, or ``add_loss`` of some layer."""
    if model.gaps or any(name.endswith(".add_loss") for name in view.names_called):
        return True
    for index in view.layers_in(model.id):
        layer = view.program.layers[index]
        if layer.custom or layer.partial or "Regularization" in layer.kind:
            return True
        if any(name.endswith("_regularizer") for name in layer.args):
            return True
    return False
