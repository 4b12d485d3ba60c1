"""What the facts about Keras share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def eager() -> Iterator[None]:
    """No graphs: to compile one takes longer than some steps of a tiny model.

    Not for facts about what happens while a graph is made.
    """
    import tensorflow

    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)
