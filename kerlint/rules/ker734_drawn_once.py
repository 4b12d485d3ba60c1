"""KER734: random numbers of Python in a function that a dataset maps."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Rule, View


class DrawnOnce(Rule):
    """An augmentation with `random` or `np.random` in `Dataset.map` does the same to every sample.

    TensorFlow traces the function of `map` once and makes a graph of it. Code of Python is executed
    while it is traced: `np.random.uniform()` becomes one constant, and `if random.random() > 0.5:`
    decides once for all samples and epochs. Use the functions of `tf.random` and `tf.image`, layers
    such as `RandomFlip`, or `tf.py_function` around code of Python.

    A `cache` after the augmentation has a similar effect: it keeps the images as they came out the
    first time, and all epochs get the same ones. Augment after the `cache`.

    Bad:
        import numpy as np
        import tensorflow as tf

        def brighter(image, label):
            return image + np.random.uniform(-0.2, 0.2), label

        x, y = np.random.rand(64, 8, 8, 1), np.random.randint(0, 2, 64)
        data = tf.data.Dataset.from_tensor_slices((x, y)).map(brighter).batch(16)
        model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    Good:
        import numpy as np
        import tensorflow as tf

        def brighter(image, label):
            return image + tf.random.uniform((), -0.2, 0.2, image.dtype), label

        x, y = np.random.rand(64, 8, 8, 1), np.random.randint(0, 2, 64)
        data = tf.data.Dataset.from_tensor_slices((x, y)).map(brighter).batch(16)
        model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    Tempting:
        import numpy as np
        import tensorflow as tf

        def shifted(image):
            return image + np.random.uniform(-0.2, 0.2)

        def brighter(image, label):
            return tf.py_function(shifted, [image], tf.float64), label

        x, y = np.random.rand(64, 8, 8, 1), np.random.randint(0, 2, 64)
        data = tf.data.Dataset.from_tensor_slices((x, y)).map(brighter).batch(16)
        model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])

    People say: "tf.data map applies the same random augmentation", "np.random in map is always the
    same", "data augmentation has no effect".

    When kerlint stays silent:
        - The images are repeated before they are augmented and cached, or it depends on a condition
          whether they are augmented.
        - The numbers are drawn outside of the function, or in one that `tf.py_function` or
          `tf.numpy_function` calls.
        - It is not certain that the object is a `tf.data` dataset.
    """

    code = "KER734"
    severity = Severity.WARNING
    required_bytes = (b".map(",)
    names = frozenset({"tensorflow.data.Dataset.cache.drawn", "tensorflow.data.Dataset.map.drawn"})
    untestable = "the augmentation is code of the program, which kerlint never runs"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        name = call.positional[0].value
        if isinstance(name, str) and "cache" in call.name:
            yield Finding(
                call.origin.site,
                f"all epochs get the same augmented images: `cache` keeps what `{name}` has made",
                label="comes after the augmentation",
                help="put `cache()` before the `map` that augments the images",
                origin=call.origin,
            )
        elif isinstance(name, str):
            yield Finding(
                call.origin.site,
                f"`{name}()` is called once, and every sample of the dataset gets the same number",
                label="a constant after `map` has traced the function",
                help="use `tf.random`, `tf.image` or a layer such as `RandomFlip`",
                origin=call.origin,
            )
