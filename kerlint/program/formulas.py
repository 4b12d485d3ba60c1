"""Losses and metrics of the user as tables of operations: what each does with labels and outputs.

The code is never run. The reader calls it with symbolic tensors, and the operations on these are
in ``Program.layer_calls``.
"""

from __future__ import annotations

from kerlint.lazy_dataclass import dataclass
from kerlint.program.values import Fact, Site


@dataclass(frozen=True, slots=True)
class Trace:
    """One way through the code: the operations from ``first`` up to ``end``, and the result."""

    first: int
    end: int
    result: Fact


@dataclass(frozen=True, slots=True)
class Formula:
    """A loss or metric of the user, given to ``compile``, or a function of one tensor.

    The latter is an activation or the function of a ``Lambda``: its ``labels`` are -1.
    ``labels`` and ``output`` are the tensors that it was called with: nothing is known of the
    labels. ``traces`` has a way through the code for each outcome of its undecided branches; it is
    empty when not all of them were followed to the end.

    ``parameters`` are the names of all that it takes by position, ``required`` counts those without
    a default, and ``most`` is how many may be given (-1: any number, or not known).
    ``site`` is the function, ``given_at`` the argument of ``compile``. ``is_class``: a subclass of
    ``Loss`` or ``Metric``, whose labels Keras leaves alone; a metric keeps its result to itself.
    """

    id: int
    metric: bool
    name: str
    site: Site
    given_at: Site
    labels: int
    output: int
    traces: tuple[Trace, ...] = ()
    parameters: tuple[str, ...] = ()
    required: int = -1
    most: int = -1
    is_class: bool = False
