"""What experiments know of layers by themselves is what the table of layers says."""

from __future__ import annotations

import pytest

from kerlint.program import layers

under_test = pytest.importorskip("kerlint.execute.support.under_test")


def test_experiments_look_through_the_same_layers():
    assert under_test.PASSTHROUGH == layers.PASSTHROUGH
    assert dict(layers.ACTIVATION_LAYERS) == under_test.ACTIVATION_LAYERS


@pytest.mark.parametrize(
    "kind", sorted(k.name for k in layers.KINDS.values() if k.gates and not k.legacy)
)
def test_the_gates_of_a_recurrent_layer(kind):
    import keras

    from kerlint.execute.support.units import gates_of

    layer = getattr(keras.layers, kind)
    sizes = {"kernel_size": 2, "filters": 5} if kind.startswith("Conv") else {"units": 5}
    made = layer(**sizes)
    axes = layers.KINDS[kind].rank or 1
    made.build((None, 4, *[6] * (axes - 1), 3))
    assert gates_of(made, 5) == layers.KINDS[kind].gates
