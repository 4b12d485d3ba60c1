"""KER727: a generator's labels that are of another kind than the loss takes."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import SetValue, SourceChange
from kerlint.program.objectives import BINARY, CATEGORICAL, Objective
from kerlint.program.values import Fact, Object
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.words import same_form


class ClassMode(Rule):
    """The `class_mode` of the generator does not go with the loss.

    `class_mode="binary"` gives a single 0 or 1 for each image, which `binary_crossentropy` takes
    with one output unit. `class_mode="categorical"`, the default, gives one-hot rows, which
    `categorical_crossentropy` takes with a unit for each class. Mixed up, the shapes of labels
    and output differ, and Keras raises an error at the first batch.

    Bad:
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        images = ImageDataGenerator(rescale=1 / 255).flow_from_directory("images")
        model = keras.Sequential([keras.Input((256, 256, 3)), layers.Flatten()])
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(images)
    Good:
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        images = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
            "images", class_mode="binary"
        )
        model = keras.Sequential([keras.Input((256, 256, 3)), layers.Flatten()])
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(images)
    Tempting:
        # Labels that are given to `flow` stay as they are: there is no `class_mode`.
        # With `flow_from_directory` the default would be one-hot labels.
        import numpy as np
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        x, y = np.random.rand(32, 8, 8, 3) * 255, np.random.randint(0, 2, 32)
        images = ImageDataGenerator(rescale=1 / 255).flow(x, y, batch_size=8)
        model = keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten()])
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(images)

    People say:
        "Arguments `target` and `output` must have the same shape",
        "Shapes (None, 1) and (None, 2) are incompatible"

    When kerlint stays silent:
        - The labels do not come from `flow_from_directory` or `flow_from_dataframe`,
          or their mode is not known from the code.
        - Shapes agree: one-hot rows under `binary_crossentropy` with several units.
    """

    code = "KER727"
    severity = Severity.ERROR
    required_bytes = (b"flow_from_d",)
    unsafe_because = "the generator then gives other labels"
    untestable = "the labels come from a generator, of which experiments know nothing"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, width = objective.loss, objective.head.width
        if loss is None or not isinstance(width, int):
            return
        for mode in _modes(objective, view):
            rewrite: tuple[SourceChange, ...] = ()
            if mode.value == "binary" and loss.kind in CATEGORICAL and width > 1:
                label, help = "one 0 or 1 for each image", 'use `class_mode="categorical"`'
                rewrite = (SetValue(mode.used_at, "categorical"),)
                message = 'expects one-hot labels, but `class_mode="binary"` gives 0 or 1'
            elif mode.value == "categorical" and loss.kind in BINARY and width == 1:
                label, help = "one-hot labels", 'use `class_mode="binary"`'
                other = same_form(loss, "categorical_crossentropy")
                help += f", or `{other}` and a unit for each class"
                message = 'with one unit expects 0 or 1, but `class_mode="categorical"` '
                message += "gives one-hot labels"
            else:
                continue
            yield Finding(
                mode.site,
                f"`{loss.as_written}` {message}",
                label=label,
                help=help,
                related=(Note(loss.fact.site, "the loss"),),
                rewrite=rewrite,
            )


def _modes(objective: Objective, view: View) -> Iterator[Fact]:
    """The ``class_mode`` of the generators for training and for validation."""
    for fit in view.program.fits:
        if fit.compiled != objective.compiled.id or fit.origin.fails:
            continue
        validation = fit.args.get("validation_data")
        for data in (fit.dataset, validation.value if validation is not None else None):
            mode = data.args.get("mode") if isinstance(data, Object) else None
            if mode is not None and fit.method not in ("predict", "predict_generator"):
                yield mode


def gives_one_number(objective: Objective) -> bool:
    """Whether ``class_mode="binary"`` is why the labels are not one-hot."""
    mode, width = mode_of(objective), objective.head.width
    return mode is not None and mode.value == "binary" and isinstance(width, int) and width > 1


def mode_of(objective: Objective) -> Fact | None:
    """The ``class_mode`` of what a model is trained on, when there is one generator."""
    for fit, _ in objective.targets:
        if fit.method in ("fit", "fit_generator") and fit.dataset is not None:
            return fit.dataset.args.get("mode")
    return None
