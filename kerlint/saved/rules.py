"""Which rules can say something true of a model without the program that made it.

Every rule is in one of these sets; ``tests/saved`` checks that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final


def _codes(*numbers: int) -> frozenset[str]:
    return frozenset(f"KER{number:03}" for number in numbers)


ARCHITECTURE: Final = _codes(
    *(101, 102, 103, 104, 105, 106, 107, 109, 110, 111, 112, 115, 117, 118, 119, 120, 121),
    *(122, 123, 124, 128, 129, 138, 141, 142, 143, 145),
    *(301, 302, 304, 306, 308, 310),
    *(401, 402, 403, 404, 408, 410, 412),
    *(501, 503, 505, 506, 507, 518, 520, 524),
    *(601, 602, 605, 606, 607, 609, 610),
    921,
)
"""About the layers, how they are connected, and what the model was compiled with."""

FRESH: Final = _codes(201, 202, 203, 204, 205, 206)
"""About the weights before any training: nobody knows whether those of a file were trained."""

DATA: Final = _codes(
    *(108, 113, 114, 116, 125, 126, 127, 130, 131, 132, 133, 134, 135, 136, 137, 140),
    *(411, 502, 504, 511, 517, 519, 521, 713, 724, 904),
)
"""About what ``fit`` gets, or about training itself: only with samples.

KER126 is among them because accuracy means something with the labels 0 and 1, whatever the loss."""

PROGRAM: Final = _codes(
    # How a program is written, and for which Keras.
    *(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14),
    *(139, 144, 309, 405, 406, 409, 508, 513, 514, 515, 523, 525, 603, 608, 612),
    # What a program does with data, callbacks and its models.
    *(413, 522, 611),
    *(701, 702, 703, 704, 705, 706, 708, 709, 710, 711, 712, 714, 715, 716, 717, 718, 719, 720),
    *(725, 726, 727, 728, 729, 730, 731, 732, 733, 734, 735, 736, 737, 738, 739, 740),
    *(801, 802, 803, 804, 806, 808, 809, 810, 812),
    *(901, 902, 903, 905, 906, 907, 924, 925, 931, 932, 933, 934, 936),
    # Losses and training steps of the user's own, which are not in the file.
    *(908, 909, 910, 911, 912, 913, 914, 915, 916, 917, 918, 919, 935),
)
"""About code that is not in a saved model, or that Keras would not have let through."""


def rules_for(codes: Iterable[str], *, fresh: bool, data: bool) -> frozenset[str]:
    """Those of the rules that apply to a model; ``data``: with samples, of which some are known."""
    wanted = ARCHITECTURE | (FRESH if fresh else frozenset()) | (DATA if data else frozenset())
    return wanted.intersection(codes)
