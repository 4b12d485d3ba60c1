"""KER717: validation data that are changed at random."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.program.values import Object
from kerlint.rules.base import Finding, Note, Rule, View


class AugmentedValidation(Rule):
    """The validation images are augmented like the training images.

    Random rotations, shifts and flips make training images more varied. In validation they only
    blur the measurement: the images are harder than those that the model will meet, and differ in
    each epoch. `EarlyStopping` and checkpoints then follow noise.

    Use a second `ImageDataGenerator` with nothing but `rescale` for validation and test.

    Bad:
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        images = ImageDataGenerator(rescale=1 / 255, rotation_range=20, horizontal_flip=True)
        train = images.flow_from_directory("train", class_mode="binary")
        validation = images.flow_from_directory("validation", class_mode="binary")
        model = keras.Sequential([keras.Input((256, 256, 3)), layers.Flatten()])
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(train, validation_data=validation)
    Good:
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        augmented = ImageDataGenerator(rescale=1 / 255, rotation_range=20, horizontal_flip=True)
        images = ImageDataGenerator(rescale=1 / 255)
        train = augmented.flow_from_directory("train", class_mode="binary")
        validation = images.flow_from_directory("validation", class_mode="binary")
        model = keras.Sequential([keras.Input((256, 256, 3)), layers.Flatten()])
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(train, validation_data=validation)
    Tempting:
        # One generator for both is fine when it changes nothing at random.
        import numpy as np
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        x, y = np.random.rand(32, 8, 8, 3) * 255, np.random.randint(0, 2, 32)
        images = ImageDataGenerator(rescale=1 / 255)
        train, validation = images.flow(x, y), images.flow(x[:8], y[:8])
        model = keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten()])
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(train, validation_data=validation)

    People say: "validation accuracy fluctuates", "validation accuracy lower than test accuracy".

    When kerlint stays silent:
        - The code does not show what the generator does.
        - The validation data are not made by an `ImageDataGenerator`.
    """

    code = "KER717"
    severity = Severity.WARNING
    required_bytes = (b"ImageDataGenerator",)
    untestable = "what is measured depends on the user's images"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        given = fit.args.get("validation_data")
        value = given.value if given is not None else None
        if given is None or not isinstance(value, Object) or "augmented" not in value.args:
            return
        yield Finding(
            value.site,
            "the validation images are changed at random, like those of the training",
            label="augmented",
            help="make a second `ImageDataGenerator` for the validation, with only `rescale`",
            related=(Note(fit.place("validation_data"), "used for validation"),),
            origin=fit.origin,
        )
