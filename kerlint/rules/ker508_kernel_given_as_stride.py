"""KER508: the second side of a kernel lands in the place of the strides."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.keras_api.facts import RENAMES
from kerlint.program.changes import JoinArguments
from kerlint.program.model import Call, Program
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import spoken
from kerlint.rules.rewrites import KERNEL_BY_POSITION, kernel_as_tuple, kernel_by_position

_CHECKED = KERNEL_BY_POSITION | {"keras.layers.Conv3D"}
_USUAL = 3  # the side of most kernels, and hardly that of a patch


class KernelGivenAsStride(Rule):
    """In `Conv2D(32, 3, 3)` the last number is the stride, so the layer skips most positions.

    Keras 1 took the sides of the kernel one by one: `Convolution2D(32, 3, 3)` meant 32 filters of
    3x3 pixels. Since Keras 2 the second argument is the whole kernel and the third one is
    `strides`. The same call is still accepted, but now the 3x3 kernel moves in steps of three
    pixels, and the output is three times smaller in each direction. Keras shows no warning. With
    three dimensions, as in `Conv3D(8, 3, 3, 3)`, the fourth argument is `padding`, and Keras
    raises an error.

    Bad:
        layers.Conv2D(32, 3, 3, activation="relu")
    Good:
        layers.Conv2D(32, (3, 3), activation="relu")
        layers.Conv2D(32, 3, strides=3, activation="relu")  # if the stride is meant
    Tempting:
        model = keras.Sequential([keras.Input((64, 64, 3))])
        model.add(layers.Conv2D(96, 4, 4))  # patches of 4x4, as in a vision transformer
        model.add(layers.Conv2D(32, 3, 2, activation="relu"))  # a stride of 2 halves the image

    People say:
        "Negative dimension size caused by subtracting 3 from 1",
        "the computed output size would be negative", "output shape is smaller than expected"

    When kerlint stays silent:
        - The strides are clearly meant: they are passed by name, the kernel is a tuple, the padding
          follows by position, or the file also passes strides by position that differ from the
          kernel.
        - The two numbers differ, they are even, as for patches (`Conv2D(96, 4, 4)`), or they are a
          variable with another number than 3, and nothing else in the call comes from Keras 1.
        - The layer never took the sides one by one, such as `Conv1D`, `Conv2DTranspose`,
          `DepthwiseConv2D` and pooling layers.
    """

    code = "KER508"
    severity = Severity.WARNING
    required_bytes = (b"Conv",)
    unsafe_because = "the layer then moves in steps of 1, and gives a larger output"
    untestable = "both layers work, and only the author knows which one was meant"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        calls = [
            call
            for call in program.calls[program.own.calls :]
            if call.name in _CHECKED and len(call.positional) > 2 and not call.guarded
        ]
        if not calls:
            return
        by_position = any(map(_passes_a_stride, program.calls))
        for call in calls:
            if call.name == "keras.layers.Conv3D":
                yield from self._three_sides(call)
            else:
                yield from self._two_sides(call, by_position)

    def _two_sides(self, call: Call, by_position: bool) -> Iterator[Finding]:
        kernel = kernel_by_position(call)
        # A fourth argument is the padding, in today's order.
        if kernel is None or len(call.positional) > 4:
            return
        if len(call.positional) == 4:
            padding = call.positional[3].value
            if isinstance(padding, int) and call.name == "keras.layers.Conv2D":
                yield self._padded(call, kernel, padding)
            return
        if any(name == "strides" for name, _, _ in call.keywords):
            return
        rows, columns = kernel
        if not _is_of_keras_1(call):
            if rows != columns or rows < 3 or not rows % 2:
                return
            if by_position or not _is_written_twice(call):
                return
        elif rows == columns == 1:
            return  # a kernel of one pixel with a stride of one is the same either way
        yield Finding(
            call.positional[2].used_at,
            f"`{spoken(call.name, call.path)}` moves in steps of {columns}, because its third "
            "argument is `strides` and not a side of the kernel",
            label=f"the stride, not a {rows}x{columns} kernel",
            help=f"write the kernel as a tuple, `({rows}, {columns})`, or `strides={columns}` if "
            "you mean the stride",
            origin=call.origin,
            rewrite=kernel_as_tuple(call),
        )

    def _padded(self, call: Call, kernel: tuple[int, int], padding: int) -> Finding:
        return Finding(
            call.positional[3].used_at,
            f"`{spoken(call.name, call.path)}` raises an error, because its fourth argument is "
            f"`padding`, and gets {padding}",
            label="not a padding",
            help=f"write the kernel as a tuple, `{kernel}`, and name what follows: `strides=`, "
            '`padding="same"`',
            severity=Severity.ERROR,
            origin=call.origin,
        )

    def _three_sides(self, call: Call) -> Iterator[Finding]:
        sides = [fact.value for fact in call.positional[1:4] if isinstance(fact.value, int)]
        if len(sides) < 3:
            return
        yield Finding(
            call.positional[2].used_at,
            f"`Conv3D` raises an error, because it gets {sides[1]} as `strides` and {sides[2]} as "
            "`padding`",
            label="the stride, not a side of the kernel",
            help=f"write the kernel as a tuple, `{tuple(sides)}`",
            severity=Severity.ERROR,
            origin=call.origin,
            rewrite=(JoinArguments(call.origin.site, 1, 3),)
            if len(call.positional) == 4 and not call.partial
            else (),
            fix=Applicability.SAFE,
        )


def _is_of_keras_1(call: Call) -> bool:
    """Whether the call has other marks of Keras 1: the old class name, an old argument."""
    if call.path.rpartition(".")[2].startswith(("Convolution", "SeparableConvolution")):
        return True
    return any(name in RENAMES for name, _, _ in call.keywords)


def _is_written_twice(call: Call) -> bool:
    """Whether both numbers stand in the call itself, or both are the same variable.

    A variable with a larger number may well be the side of a patch.
    """
    rows, columns = call.positional[1:3]
    if rows.copied_through or columns.copied_through:
        return rows.site == columns.site and rows.value == _USUAL
    return True


def _passes_a_stride(call: Call) -> bool:
    """Whether a stride is passed by position that cannot be the other side of the kernel."""
    kernel = kernel_by_position(call)
    return kernel is not None and kernel[0] != kernel[1] and not _is_of_keras_1(call)
