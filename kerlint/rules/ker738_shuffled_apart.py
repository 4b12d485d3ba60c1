"""KER738: samples and labels that are shuffled one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call, Program
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.variable_names import data_name

_SHUFFLES = ("random.shuffle", "permutation", "utils.shuffle")
_SEEDS = ("seed", "get_state", "getstate", "set_state", "setstate")


class ShuffledApart(Rule):
    """The model learns nothing: samples and labels are shuffled into different orders.

    Each call of `np.random.shuffle` or `random.shuffle` makes an order of its own. After two calls
    the labels belong to other samples. Shuffle both with one order, such as
    `order = np.random.permutation(len(x))`, then `x[order]` and `y[order]`, or with one call of
    `sklearn.utils.shuffle(x, y)`.

    Bad:
        import numpy as np

        x = np.random.rand(64, 8)
        y = (x.sum(axis=1) > 4).astype(int)
        np.random.shuffle(x)
        np.random.shuffle(y)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(64, 8)
        y = (x.sum(axis=1) > 4).astype(int)
        order = np.random.permutation(len(x))
        x, y = x[order], y[order]
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(64, 8)
        y = (x.sum(axis=1) > 4).astype(int)
        np.random.seed(3)
        np.random.shuffle(x)
        np.random.seed(3)  # the same numbers again, so the same order
        np.random.shuffle(y)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)

    People say:
        "accuracy stays at chance after shuffling", "shuffle two lists at once with same order",
        "loss stays flat"

    When kerlint stays silent:
        - The generator is seeded between the two calls, or has a state of its own.
        - The names of the variables do not say that one has the samples and the other one the
          labels of the same part, such as `x_train` and `y_train`.
    """

    code = "KER738"
    severity = Severity.WARNING
    required_bytes = (b"shuffle", b"permutation")
    untestable = "the bug is in the data, and the experiments make their own"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        before: list[tuple[Call, str]] = []
        for call in program.calls:
            if call.name.endswith(_SEEDS) and "random" in call.name:
                before.clear()
            elif call.name.endswith(_SHUFFLES) and isinstance(call.positional[0].value, str):
                name = call.positional[0].value
                other = next((e for e in reversed(before) if _go_together(*e, call, name)), None)
                if other is None:
                    before.append((call, name))
                else:
                    before.remove(other)
                    yield Finding(
                        call.origin.site,
                        f"`{name}` and `{other[1]}` are shuffled into different orders, so the "
                        "labels belong to other samples",
                        label="an order of its own",
                        help=f"shuffle with one order: `order = np.random.permutation("
                        f"len({other[1]}))`, then `{other[1]}[order]` and `{name}[order]`",
                        related=(Note(other[0].origin.site, f"`{other[1]}` is shuffled here"),),
                        origin=call.origin,
                    )


def _go_together(first: Call, other: str, second: Call, name: str) -> bool:
    """Whether samples and labels of the same part of the data are shuffled in one place."""
    one, two = data_name(other), data_name(name)
    return (
        {one.kind, two.kind} == {"x", "y"}
        and one[1:] == two[1:]
        and first.origin.calls == second.origin.calls
        and first.origin.turn == second.origin.turn
    )
