"""Shapes of tensors, worked out from arguments without running Keras."""

from kerlint.program.shapes.applications import application_output
from kerlint.program.shapes.layers import after_refusal, output_shapes
from kerlint.program.shapes.operations import operation_shape
from kerlint.program.shapes.stated import input_shape, layer_input_shape

__all__ = [
    "after_refusal",
    "application_output",
    "input_shape",
    "layer_input_shape",
    "operation_shape",
    "output_shapes",
]
