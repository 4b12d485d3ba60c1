"""KER726: labels and predictions that are in different orders."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Program
from kerlint.program.values import Object
from kerlint.rules.base import Finding, Note, Rule, View

DATASET = "tensorflow.data.Dataset"
_READS = frozenset({f"{DATASET}.__iter__", f"{DATASET}.classes", f"{DATASET}.labels"})
_PREDICTING = frozenset({"predict", "predict_generator", "predict_classes", "predict_proba"})


class ShuffledLabels(Rule):
    """The labels come from another pass over shuffled data than the predictions.

    `flow_from_directory` and `image_dataset_from_directory` shuffle by default, and a dataset with
    `shuffle` has another order in each pass. `predict` makes one pass. When the labels come from a
    second pass, or from `.classes`, which is sorted by folder, each prediction is compared with the
    label of another image. The confusion matrix looks like guessing, although `evaluate` says that
    the model is good.

    Pass `shuffle=False` for data that you predict on, or collect labels and predictions in the
    same loop.

    Bad:
        import numpy as np

        test = keras.utils.image_dataset_from_directory("test", image_size=(64, 64))
        model = keras.Sequential([keras.Input((64, 64, 3)), layers.Rescaling(1 / 255)])
        model.add(layers.Flatten())
        model.add(layers.Dense(3, activation="softmax"))
        labels = np.concatenate([y for x, y in test])
        predicted = model.predict(test).argmax(axis=1)
    Good:
        import numpy as np

        test = keras.utils.image_dataset_from_directory(
            "test", image_size=(64, 64), shuffle=False
        )
        model = keras.Sequential([keras.Input((64, 64, 3)), layers.Rescaling(1 / 255)])
        model.add(layers.Flatten())
        model.add(layers.Dense(3, activation="softmax"))
        labels = np.concatenate([y for x, y in test])
        predicted = model.predict(test).argmax(axis=1)
    Tempting:
        # Both in one pass: the order does not matter.
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(60, 4), np.random.randint(0, 3, 60)
        test = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(60).batch(10)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        labels, predicted = [], []
        for inputs, targets in test:
            labels.append(targets)
            predicted.append(model.predict(inputs).argmax(axis=1))

    People say: "confusion matrix does not match the accuracy", "evaluate gives 95 % but predict is
    random", "classification report shows low accuracy".

    When kerlint stays silent:
        - The data are not shuffled, or are in the same order in each pass: `shuffle=False`,
          `reshuffle_each_iteration=False`, or `cache()` after the shuffle.
        - The loop that collects the labels uses the inputs as well.
        - Nothing is predicted on the same data.
    """

    code = "KER726"
    severity = Severity.ERROR
    required_bytes = (b".predict",)
    untestable = "the images are in files of the user"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for call in program.calls[program.own.calls :]:
            data = (
                call.receiver.value if call.name in _READS and call.receiver is not None else None
            )
            if not isinstance(data, Object) or "shuffled" not in data.args:
                continue
            if "cached" in data.args:
                continue
            for fit in program.fits:
                given = fit.dataset
                if fit.method not in _PREDICTING or given is None or given.site != data.site:
                    continue
                made = data.args["shuffled"].site
                yield Finding(
                    call.origin.site,
                    "these labels are in another order than the predictions, "
                    "because the data are shuffled",
                    label="labels in another order",
                    help="pass `shuffle=False` where the data are made, or collect labels and "
                    "predictions in the same loop",
                    related=(
                        Note(made, "shuffled"),
                        Note(fit.origin.site, "the predictions"),
                    ),
                    origin=call.origin,
                )
                break
