"""What an experiment has measured and can be drawn: plain data, from the worker to the reports."""

from __future__ import annotations

from kerlint.lazy_dataclass import dataclass

NO_GRADIENT = -1
"""Among the ``classes`` of units: one that receives no gradient."""
MOST_UNITS = 256
"""Units of a layer that are told apart one by one; of wider layers the first ones."""


@dataclass(frozen=True, slots=True)
class LayerBuilt:
    """A layer of a model as Keras has built it. ``shapes`` are those of its outputs."""

    name: str
    kind: str
    shapes: tuple[tuple[int | None, ...], ...]
    parameters: int


@dataclass(frozen=True, slots=True)
class UnitGradients:
    """Which gradient the units of a layer receive, over ``steps`` steps.

    ``distinct`` of the ``units`` gradients differ, and ``without`` units receive none.
    ``classes`` has a number for each of the first units: equal numbers are equal gradients.
    """

    layer: str
    units: int
    distinct: int
    without: int
    classes: tuple[int, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class GradientLength:
    """The length of the gradient that the weights of a layer receive."""

    layer: str
    length: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often outputs lie in each of ``counts`` bins between ``lowest`` and ``highest``.

    The bins are the same for both models, unless the outputs of one would all be in a few of them.
    ``least`` and ``greatest`` are those of this model.
    ``undefined`` outputs are NaN or infinite, and in no bin. ``layer`` is what was looked at, empty
    for an output of the model.
    """

    layer: str
    lowest: float
    highest: float
    counts: tuple[int, ...]
    least: float
    greatest: float
    undefined: int = 0


@dataclass(frozen=True, slots=True)
class LossCurve:
    """The loss before some of the training steps, ``trained`` in all. Its end may be NaN.

    ``loss`` is its name. Losses of other names cannot be compared.
    """

    loss: str
    steps: tuple[int, ...]
    losses: tuple[float, ...]
    trained: int


@dataclass(frozen=True, slots=True)
class ModelMeasured:
    """One model and what was measured on it; what the experiment does not measure is not there.

    ``assumed`` says in words what stands in for what the program does not tell.
    """

    layers: tuple[LayerBuilt, ...]
    parameters: int
    units: tuple[UnitGradients, ...] = ()
    lengths: tuple[GradientLength, ...] = ()
    outputs: Histogram | None = None
    losses: LossCurve | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What an experiment has measured on the model as written and on the repaired one.

    Each may be None: Keras may refuse to build it. ``part``: only the end of the model was built.
    """

    experiment: str
    written: ModelMeasured | None
    repaired: ModelMeasured | None
    part: bool = False
