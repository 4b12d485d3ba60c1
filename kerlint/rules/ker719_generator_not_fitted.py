"""KER719: statistics over all images that were never computed."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Program
from kerlint.program.values import Object
from kerlint.rules.base import Finding, Rule, View

GENERATOR = "keras.preprocessing.image.ImageDataGenerator"
_NEEDED = ("featurewise_center", "featurewise_std_normalization", "zca_whitening")


class GeneratorNotFitted(Rule):
    """`ImageDataGenerator` is never fitted, so it cannot subtract the mean of the images.

    `featurewise_center`, `featurewise_std_normalization` and `zca_whitening` need statistics of all
    images, which `fit` computes. Without it the generator shows a warning and leaves the images as
    they are.

    Bad:
        import numpy as np
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        x, y = np.random.rand(32, 8, 8, 3), np.random.rand(32)
        images = ImageDataGenerator(featurewise_center=True)
        train = images.flow(x, y)
    Good:
        import numpy as np
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        x, y = np.random.rand(32, 8, 8, 3), np.random.rand(32)
        images = ImageDataGenerator(featurewise_center=True)
        images.fit(x)
        train = images.flow(x, y)
    Tempting:
        # Each image by itself: nothing to fit. Unlike featurewise_center.
        import numpy as np
        from tensorflow.keras.preprocessing.image import ImageDataGenerator

        x, y = np.random.rand(32, 8, 8, 3), np.random.rand(32)
        images = ImageDataGenerator(samplewise_center=True)
        train = images.flow(x, y)

    People say: "This ImageDataGenerator specifies `featurewise_center`, but it hasn't been fit on
    any training data".

    When kerlint stays silent:
        - The generator is fitted somewhere in the file, or given its `mean` and `std`.
    """

    code = "KER719"
    severity = Severity.WARNING
    required_bytes = (b"featurewise_", b"zca_whitening")
    untestable = "the generator is not in the model that kerlint builds"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        used = [
            call.receiver.value
            for call in program.calls
            if call.name.startswith(f"{GENERATOR}.flow") and call.receiver is not None
        ]
        fitted = [call for call in program.calls if call.name == f"{GENERATOR}.fit"]
        told: set[int] = set()
        for generator in used:
            if not isinstance(generator, Object) or generator.partial or fitted:
                continue
            for name in _NEEDED:
                fact = generator.args.get(name)
                if fact is None or fact.value is not True or generator.site in told:
                    continue
                told.add(generator.site)
                yield Finding(
                    fact.site,
                    f"`{name}` does nothing, because the generator is never fitted to the images",
                    label="needs `fit`",
                    help="call `fit` on the generator with the training images first",
                )
