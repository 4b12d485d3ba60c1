"""KER003: an argument that an older Keras took and the target raises for."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.claims import EXISTENCE, ExistenceClaim
from kerlint.program.model import Call
from kerlint.program.values import Fact
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import ArgumentStatus, Keyword, in_package, keywords, named, spoken
from kerlint.rules.rewrites import kernel_by_position, up_to_date


class ArgumentRemoved(Rule):
    """An argument was renamed or removed, so the call raises an error.

    Keras renamed most of its arguments between versions 1 and 2: ``nb_epoch`` became ``epochs``,
    ``init`` became ``kernel_initializer`` and ``border_mode`` became ``padding``. Keras 3 also
    renamed the ``lr`` of optimizers to ``learning_rate``, and removed arguments for TensorFlow
    sessions and for loading data in threads. Layers raise ``ValueError: Unrecognized keyword
    arguments``; functions and methods raise ``TypeError``. An argument that Keras accepts and
    ignores is reported as KER005 instead.

    Code for tf_keras, the last Keras 2 (``import tf_keras``, ``TF_USE_LEGACY_KERAS=1`` or
    ``--target-keras 2``), is checked against tf_keras 2.21. It still takes ``lr=`` and
    ``batch_input_shape=``, but not ``init=``, ``nb_epoch=`` or the ``decay=`` of optimizers.

    Bad:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(4, init="normal")])
        model.compile(optimizer=keras.optimizers.Adam(lr=0.01), loss="mse")
    Good:
        import keras
        from keras import layers

        model = keras.Sequential(
            [keras.Input(shape=(8,)), layers.Dense(4, kernel_initializer="random_normal")]
        )
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01), loss="mse")
    Tempting:
        import keras
        from keras import layers

        embedding = layers.Embedding(input_dim=100, output_dim=8)  # only Dense renamed output_dim
        model = keras.Sequential([keras.Input(shape=(20,)), embedding])
        model.add(layers.Flatten())
        model.add(layers.LeakyReLU(alpha=0.1))  # shows a warning and works
        model.add(layers.Dense(1))
        model.compile(optimizer=keras.optimizers.SGD(momentum=0.9, weight_decay=1e-4), loss="mse")

    People say: "Argument(s) not recognized: {'lr': 0.01}", "Unrecognized keyword arguments passed
    to Dense", "fit() got an unexpected keyword argument 'nb_epoch'".

    When kerlint stays silent:
        - The call is inside ``try`` with a handler for the error, or depends on the version of
          Keras.
        - The object takes ``**kwargs``, and kerlint does not know which names it rejects.
        - The argument still works and only causes a warning, such as ``input_shape=`` on a layer.
        - The object may come from Keras 3 or from tf_keras, and one of the two takes the argument.
    """

    code = "KER003"
    severity = Severity.ERROR
    required_bytes = ()  # the old names are hundreds, many as short as ``p``
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        for keyword, fate in keywords(call, view):
            if fate is ArgumentStatus.GONE:
                yield self._gone(keyword, call, view)
            elif fate is ArgumentStatus.TOO_NEW:
                callee = spoken(keyword.callee, call.path)
                version = keras_api.version_name(keyword.release)
                yield Finding(
                    keyword.site,
                    f"`{callee}` does not take `{keyword.name}=` in {version} yet",
                    label="added in a later release",
                    help="raise `target-keras` if your code runs on a newer Keras",
                    origin=call.origin,
                )

    def _gone(self, keyword: Keyword, call: Call, view: View) -> Finding:
        callee, old, release = spoken(keyword.callee, call.path), keyword.name, keyword.release
        rename = keras_api.renamed_argument(keyword.callee, old, release)
        help, label = f"remove `{old}=`", "not accepted"
        message = f"`{callee}` does not take `{old}=` in {keras_api.version_name(release)}"
        if rename is not None and rename.name is not None:
            name = rename.name
            label = f"now `{name}=`"
            message += f"; it is now `{name}=`"
            if any(other == name for other, _, _ in call.keywords):
                help = rename.note or f"remove `{old}=`; `{name}=` is given as well"
            elif rename.note and not rename.one_to_one and not _has_new_word(keyword.fact, rename):
                help = rename.note
            else:
                help = f"write `{name}={_spelled(keyword.fact, rename)}`"
            if old == "dim_ordering" and keyword.fact.value == "th":
                help = _CHANNELS_FIRST
            kernel = kernel_by_position(call)
            if kernel is not None:
                rows, columns = kernel
                help += (
                    f", and make the kernel a tuple, `({rows}, {columns})`, because "
                    f"a separate {columns} sets the strides"
                )
        elif rename is not None and rename.note:
            help = _advice(old, rename.note)
            if old == "decay" and release == keras_api.LEGACY:
                help += f", or `keras.optimizers.legacy.{callee}`, which still takes it"
        else:
            help = _belongs_to(keyword) or _by_position(keyword) or help
        new = up_to_date(keyword, call, view)
        return Finding(
            keyword.site,
            message,
            label=label,
            help=in_package(help, call.path),
            quoted=old,
            origin=call.origin,
            claim=claim(keyword, call),
            rewrite=new.changes,
            fix=new.fix,
            unsafe_because=new.unsafe_because,
        )


# TensorFlow has no gradient of a convolution with the channels first on a CPU.
_CHANNELS_FIRST = (
    'write `data_format="channels_first"` in all layers of the model if you train on a GPU; on a '
    "CPU, move the channels of the data and the input shape to the last axis and remove "
    "`dim_ordering=`"
)


def _has_new_word(fact: Fact, rename: keras_api.Rename) -> bool:
    value = fact.value
    return isinstance(value, (str, bool, int)) and value in rename.values


def _spelled(fact: Fact, rename: keras_api.Rename) -> str:
    """The value under the new name: in its new words, or as it is written in the call."""
    if _has_new_word(fact, rename):
        new = rename.values[fact.value]
        return f'"{new}"' if isinstance(new, str) else str(new)
    return "{value}"


def _advice(argument: str, note: str) -> str:
    """A note of the data as a sentence about the argument."""
    first = note.partition(" ")[0]
    if first in ("has", "had", "belongs", "belonged"):
        return f"remove it; `{argument}` {note}"
    return note


def _belongs_to(keyword: Keyword) -> str:
    owner, _, method = keyword.callee.rpartition(".")
    for other in ("compile", "fit"):
        if other != method and owner == "keras.Model":
            if keyword.name in named(f"{owner}.{other}", keyword.release):
                return f"pass `{keyword.name}=` to `{other}()` instead"
    return ""


def _by_position(keyword: Keyword) -> str:
    """What to do about an old name of the first argument, which cannot be left out."""
    today = keras_api.signature(keyword.callee, keyword.release)
    if today is None or not today.positional or today.positional[0] in ("self", keyword.name):
        return ""
    for release in reversed(keras_api.RELEASES):
        then = keras_api.signature(keyword.callee, release)
        if then is not None and keyword.name in then.named:
            if then.positional[:1] == (keyword.name,):
                return f"pass it as the first argument, which is now `{today.positional[0]}=`"
            return ""
    return ""


def claim(keyword: Keyword, call: Call) -> ExistenceClaim:
    """The claim that Keras raises for an argument, whatever its name is today."""
    rename = keras_api.renamed_argument(keyword.callee, keyword.name, keyword.release)
    today = rename.name if rename is not None else None
    value = keyword.fact.value
    return ExistenceClaim(keyword.callee, keyword.name, today, value, release=keyword.release)
