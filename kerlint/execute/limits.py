"""How large a model may be: judged while it is built, each weight before it takes memory."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import keras

from kerlint.execute.allowed import Refused
from kerlint.execute.spec import ModelSpec
from kerlint.execute.support.verdicts import in_a_line

MAX_PARAMETERS = 50_000_000
MAX_TENSOR_BYTES = 200_000_000
MAX_LAYERS = 1_000
BATCH = 16  # samples that the limit on tensors is meant for


class TooLarge(Refused):
    """The model is larger than what is built; the text has the numbers."""


def judge(spec: ModelSpec) -> None:
    """Raise ``TooLarge`` for a model that has too many layers."""
    count = len(spec.calls)
    if count > MAX_LAYERS:
        raise TooLarge(f"it has {count:,} layers, more than the {MAX_LAYERS:,} that kerlint builds")


def judged(builder: Callable[[], Any]) -> Callable[[], Any]:
    """A function that builds a model, with an end where the model gets too large.

    Raises ``Refused`` where Keras raises.
    """

    def build() -> Any:
        with _limited():
            try:
                return builder()
            except Refused as error:
                raise _as_it_was(error) from None
            except Exception as error:
                raise Refused(f"Keras rejects it: {in_a_line(error)}") from None

    return build


def _as_it_was(error: Refused) -> Refused:
    """The error that was raised: Keras makes another one of it that tells of the layer's call."""
    while isinstance(error.__context__, Refused):
        error = error.__context__
    return error


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Have Keras ask before it makes a weight, and after it has made a symbolic tensor."""
    add_weight, start = keras.Layer.add_weight, keras.KerasTensor.__init__
    parameters = 0

    def counted(self: Any, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
        nonlocal parameters
        parameters += math.prod(shape if isinstance(shape, (tuple, list)) else [shape or 1])
        if parameters > MAX_PARAMETERS:
            raise TooLarge(
                f"it has {parameters:,} parameters, more than the {MAX_PARAMETERS:,} that kerlint "
                "builds"
            )
        return add_weight(self, shape, *args, **kwargs)

    def started(self: Any, *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        sizes = [size for size in tuple(self.shape)[1:] if isinstance(size, int)]
        if math.prod(sizes) * 4 * BATCH > MAX_TENSOR_BYTES:
            shown = " x ".join(map(str, sizes))
            raise TooLarge(
                f"a tensor of it has {shown} numbers for each sample, which need more than "
                f"{MAX_TENSOR_BYTES // 1_000_000} MB"
            )

    keras.Layer.add_weight, keras.KerasTensor.__init__ = counted, started
    try:
        yield
    finally:
        keras.Layer.add_weight, keras.KerasTensor.__init__ = add_weight, start
