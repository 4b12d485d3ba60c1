"""KER933: the discriminator of a GAN is frozen before it is trained itself."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker904_all_layers_frozen import frozen_before, is_part


class FrozenBeforeOwnTraining(Rule):
    """The discriminator of a GAN never learns, because it is frozen when its own training begins.

    Many GANs compile the discriminator, set its ``trainable`` to False, build the combined model
    and compile that. In Keras 2 the discriminator went on learning, because Keras 2 looked at
    ``trainable`` in ``compile``. Keras 3 looks at it when the model is trained for the first time,
    and then all its layers are frozen.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(16, 8), np.ones((16, 1))
        generator = keras.Sequential([keras.Input((4,)), layers.Dense(8)])
        critic = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        critic.compile("adam", "binary_crossentropy")
        critic.trainable = False
        noise = keras.Input((4,))
        combined = keras.Model(noise, critic(generator(noise)))
        combined.compile("adam", "binary_crossentropy")
        for step in range(3):
            critic.train_on_batch(x, y)
            combined.train_on_batch(x[:, :4], y)
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(16, 8), np.ones((16, 1))
        generator = keras.Sequential([keras.Input((4,)), layers.Dense(8)])
        critic = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        critic.compile("adam", "binary_crossentropy")
        noise = keras.Input((4,))
        combined = keras.Model(noise, critic(generator(noise)))
        combined.compile("adam", "binary_crossentropy")
        for step in range(3):
            critic.trainable = True
            critic.train_on_batch(x, y)
            critic.trainable = False
            combined.train_on_batch(x[:, :4], y)
    Tempting:
        # The critic was trained once before: Keras keeps the step that trains it.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(16, 8), np.ones((16, 1))
        generator = keras.Sequential([keras.Input((4,)), layers.Dense(8)])
        critic = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        critic.compile("adam", "binary_crossentropy")
        critic.train_on_batch(x, y)
        critic.trainable = False
        noise = keras.Input((4,))
        combined = keras.Model(noise, critic(generator(noise)))
        combined.compile("adam", "binary_crossentropy")
        for step in range(3):
            critic.train_on_batch(x, y)
            combined.train_on_batch(x[:, :4], y)

    People say: "GAN discriminator does not learn", "The model does not have any trainable weights",
    "discriminator loss is stuck at 0.69 since Keras 3".

    When kerlint stays silent:
        - The code is not certain to run with Keras 3.
        - ``trainable`` is set to True again before the part is trained.
        - The part was trained once before it was frozen, or only a loop of your own trains it.
    """

    code = "KER933"
    severity = Severity.ERROR
    required_bytes = (b"trainable",)
    untestable = "it takes the trainings of two models in turn"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        found = frozen_before(fit, view)
        if found is None or not is_part(fit, found, view):
            return
        yield Finding(
            found.assignment.origin.site,
            "this model never learns: it is already frozen when its own training begins",
            label="frozen from here on",
            help="set `trainable = True` before training it, and False before the combined model",
            related=(Note(fit.origin.site, "its own training"),),
            origin=found.assignment.origin,
        )
