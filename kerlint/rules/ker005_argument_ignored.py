"""KER005: an argument that Keras accepts and does not use any more."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import DropArgument, RenameArgument
from kerlint.program.claims import EXISTENCE, ExistenceClaim
from kerlint.program.model import Call
from kerlint.program.values import Entries, Fact, Unknown
from kerlint.rules.arguments import calls_one_thing
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import (
    IGNORED,
    ArgumentStatus,
    Keyword,
    in_package,
    keywords,
    releases_reached,
    spoken,
    swallowed,
)
from kerlint.rules.rewrites import Rewriting, scheduled

_SCHEDULE = "use a schedule, such as `keras.optimizers.schedules.InverseTimeDecay`"


class ArgumentIgnored(Rule):
    """An argument is accepted but has no effect, so the code does not do what it says.

    Until Keras 2.10, `decay=` of an optimizer lowered the learning rate a little with every
    step. Keras 3 shows a warning at most, and the learning rate stays the same.
    `ReduceLROnPlateau(epsilon=)` and `class_weight` with names as keys are ignored without any
    warning.

    If the argument is harmless, the finding is only info, which is shown when you select this rule
    (`--extend-select KER005`): `decay=0.0`, `Embedding(input_length=)`, or
    `ReduceLROnPlateau(epsilon=1e-4)`, which is what Keras uses anyway.

    Bad:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.SGD(0.1, decay=1e-4), loss="mse")
    Good:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(1)])
        rate = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=1e-4)
        model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    Tempting:
        import keras
        import numpy as np
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(4, activation="relu")])
        model.add(layers.BatchNormalization(epsilon=1e-4))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer=keras.optimizers.SGD(weight_decay=1e-4), loss="binary_crossentropy")
        x, y = np.random.rand(32, 8), np.random.randint(0, 2, size=(32,))
        model.fit(x, y, class_weight={0: 1.0, 1: 5.0})

    People say: "Argument `decay` is no longer supported and will be ignored", "the learning rate
    does not change".

    When kerlint stays silent:
        - The argument only causes a warning and still works, such as `input_shape=` on a layer or
          `LeakyReLU(alpha=)`.
        - The value is `None`.
        - The object may come from tf_keras, where these arguments work or raise an error (KER003).
    """

    code = "KER005"
    severity = Severity.WARNING
    required_bytes = (*sorted({argument.encode() for _, argument in IGNORED}), b"class_weight")
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        for keyword, fate in keywords(call, view):
            if fate is ArgumentStatus.IGNORED and keyword.fact.value is not None:
                yield self._swallowed(keyword, call, view)
        if call.name == "keras.Model.fit" and not call.guarded:
            for name, fact, site in call.keywords:
                refused = _has_several_outputs(call, view)  # KER710
                if name != "class_weight" or refused or not _only_words(fact):
                    continue
                if _is_keras_3(call, view):
                    yield Finding(
                        site,
                        "`class_weight=` has no effect, because its keys are names and Keras looks "
                        "up class numbers",
                        label="its keys are not class numbers",
                        help="use class numbers as keys, such as `{0: 1.0, 1: 5.0}`",
                        origin=call.origin,
                    )

    def _swallowed(self, keyword: Keyword, call: Call, view: View) -> Finding:
        name, callee = keyword.name, spoken(keyword.callee, call.path)
        swallow = swallowed(keyword.callee, name)
        assert swallow is not None
        rename = keras_api.renamed_argument(keyword.callee, name)
        message = f"`{callee}` ignores `{name}=`{swallow.instead}"
        help, severity = f"remove `{name}=`", None
        new = Rewriting((DropArgument(call.origin.site, name),))
        if swallow.harmless(keyword.fact):
            message = f"`{callee}` ignores `{name}=`, which is harmless because {swallow.anyway}"
            severity = Severity.INFO
        elif name == "decay":
            help = f"{_SCHEDULE}, or remove `decay=`"
            new = scheduled(keyword, call, view)
            if isinstance(keyword.fact.value, Unknown):
                help = f"{_SCHEDULE}; if `decay` is zero, remove it"
        elif rename is not None and rename.name is not None:
            help = f"write `{rename.name}={{value}}`"
            because = "the argument then has the effect that it had in earlier releases"
            rewrite = RenameArgument(call.origin.site, name, rename.name)
            new = Rewriting((rewrite,), Applicability.UNSAFE, because)
        return Finding(
            keyword.site,
            message,
            label="has no effect",
            help=in_package(help, call.path),
            quoted=name,
            severity=severity,
            origin=call.origin,
            claim=claim(keyword, call),
            rewrite=new.changes if calls_one_thing(call, view) else (),
            fix=new.fix,
            unsafe_because=new.unsafe_because,
        )


def _has_several_outputs(call: Call, view: View) -> bool:
    return call.model is not None and len(view.program.models[call.model].outputs) > 1


def _is_keras_3(call: Call, view: View) -> bool:
    releases = releases_reached(call, view)
    return bool(releases) and all(release.startswith("3") for release in releases)


def _only_words(fact: Fact) -> bool:
    value = fact.value
    return (
        isinstance(value, Entries)
        and value.complete
        and bool(value.entries)
        and all(isinstance(key, str) for key in value.entries)
    )


def claim(keyword: Keyword, call: Call) -> ExistenceClaim:
    """The claim that an argument is taken and changes nothing."""
    rename = keras_api.renamed_argument(keyword.callee, keyword.name)
    today = rename.name if rename is not None else None
    return ExistenceClaim(keyword.callee, keyword.name, today, keyword.fact.value, ignored=True)
