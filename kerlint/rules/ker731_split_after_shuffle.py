"""KER731: a dataset that is split after a shuffle which differs in each epoch."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call, Program
from kerlint.program.values import Fact, Object, Unknown
from kerlint.rules.base import Finding, Note, Rule, View

DATASET = "tensorflow.data.Dataset"


class SplitAfterShuffle(Rule):
    """`take` and `skip` after `shuffle` mix the validation data into the training data.

    `shuffle` draws a new order each time the dataset is gone through, so `take(n)` and `skip(n)`
    cut it in another place in each epoch. After a few epochs the model has been trained on nearly
    all of its validation data, and `val_accuracy` says nothing. `seed=` does not help, because the
    orders of the epochs still differ, nor does `cache`.

    Split first and shuffle only the training part, or use
    `shuffle(..., reshuffle_each_iteration=False)`.

    Bad:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(100, 4), np.random.randint(0, 2, 100)
        data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(100).batch(10)
        train, validation = data.take(8), data.skip(8)
    Good:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(100, 4), np.random.randint(0, 2, 100)
        data = tf.data.Dataset.from_tensor_slices((x, y))
        train, validation = data.take(80).shuffle(80).batch(10), data.skip(80).batch(10)
    Tempting:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(100, 4), np.random.randint(0, 2, 100)
        data = tf.data.Dataset.from_tensor_slices((x, y))
        data = data.shuffle(100, reshuffle_each_iteration=False).batch(10)
        train, validation = data.take(8), data.skip(8)

        # Some of the data, to look at.
        import tensorflow as tf

        data = tf.data.Dataset.range(100).shuffle(100)
        first = data.take(3)

    People say: "validation accuracy is too good", "val_accuracy higher than accuracy", "test
    accuracy much lower than validation accuracy".

    When kerlint stays silent:
        - The order is drawn once (`reshuffle_each_iteration=False`).
        - Only one of `take` and `skip` is used, or both are given different numbers.
    """

    code = "KER731"
    severity = Severity.ERROR
    required_bytes = (b".shuffle(",)
    untestable = "the dataset is not in the model that kerlint builds"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        cuts = [
            call
            for call in program.calls[program.own.calls :]
            if call.name in (f"{DATASET}.take", f"{DATASET}.skip") and not call.origin.fails
        ]
        skips = [call for call in cuts if call.name.endswith("skip")]
        told: set[int] = set()
        for call in cuts:
            if not call.name.endswith("take"):
                continue
            shuffled = _shuffle(call)
            other = next((each for each in skips if _belong_together(call, each)), None)
            if shuffled is None or other is None or shuffled.site in told:
                continue
            told.add(shuffled.site)
            yield Finding(
                shuffled.site,
                "`shuffle` draws a new order in each epoch, so `take` and `skip` mix the two parts",
                label="another order in each epoch",
                help="split first and shuffle only the training part, or pass "
                "`reshuffle_each_iteration=False`",
                related=(
                    Note(call.origin.site, "one part"),
                    Note(other.origin.site, "the other part"),
                ),
                origin=call.origin,
            )


def _shuffle(call: Call) -> Fact | None:
    value = call.receiver.value if call.receiver is not None else None
    return value.args.get("shuffled") if isinstance(value, Object) else None


def _belong_together(take: Call, skip: Call) -> bool:
    """Whether two parts are cut at the same place, from the same shuffled dataset."""
    first, second = _shuffle(take), _shuffle(skip)
    if first is None or second is None or first.site != second.site:
        return False
    one, other = _count(take), _count(skip)
    if one is None or other is None:
        return False
    if isinstance(one.value, Unknown) and isinstance(other.value, Unknown):
        return bool(one.value.symbol) and one.value.symbol == other.value.symbol
    return one.value == other.value


def _count(call: Call) -> Fact | None:
    if call.positional:
        return call.positional[0]
    return next((fact for name, fact, _ in call.keywords if name == "count"), None)
