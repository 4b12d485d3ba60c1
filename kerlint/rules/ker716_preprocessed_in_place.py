"""KER716: `preprocess_input` has changed the pixels that are prepared once more."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Positional, Rewrite, SourceChange
from kerlint.program.data import FLOAT_IMAGE, Array
from kerlint.program.model import Call, Program
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.pixels import EXPECTS, INSIDE, prepared_by


class PreprocessedInPlace(Rule):
    """`preprocess_input` changes a float array in place, so a second call prepares it twice.

    The functions of `keras.applications` subtract and divide in the array that they are given, and
    return the same array. The pixels in the variable are no longer from 0 to 255, and whatever uses
    it next gets wrong pixels: the model that needs another preparation, or a second prediction.
    The first result changes with it, as it is the same array. Whole numbers, such as those of
    `keras.datasets`, and tensors are copied.

    Bad:
        from keras.applications import resnet, vgg19

        picture = keras.utils.img_to_array(keras.utils.load_img("dog.jpg"))[None]
        first = vgg19.preprocess_input(picture)
        second = resnet.preprocess_input(picture)
    Good:
        from keras.applications import resnet, vgg19

        picture = keras.utils.img_to_array(keras.utils.load_img("dog.jpg"))[None]
        first = vgg19.preprocess_input(picture.copy())
        second = resnet.preprocess_input(picture.copy())
    Tempting:
        import numpy as np
        from keras.applications import resnet, vgg19

        picture = np.random.randint(0, 256, (1, 64, 64, 3))  # whole numbers are copied
        first = vgg19.preprocess_input(picture)
        second = resnet.preprocess_input(picture)

    People say: "preprocess_input changes my image", "different predictions for the same image",
    "imshow shows strange colors after preprocess_input".

    When kerlint stays silent:
        - The array is not known to have floats. `img_to_array` gives floats.
        - One of the functions leaves pixels as they are, as that of EfficientNet.
        - The array was copied or set to something else between the two calls.
    """

    code = "KER716"
    severity = Severity.ERROR
    required_bytes = (b"preprocess_input",)
    unsafe_because = "the pixels then have other values"
    untestable = "the array is changed before a model gets it"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        seen: dict[int, Call] = {}
        told = set()
        for call in program.calls[program.own.calls :]:
            module = prepared_by(call.name)
            if module is None or not call.positional or EXPECTS[module] == INSIDE:
                continue
            value = call.positional[0].value
            if not isinstance(value, Array) or value.origin != FLOAT_IMAGE or value.integers:
                continue
            first = seen.setdefault(id(value), call)
            if first is call or call.origin.site in told:
                continue
            told.add(call.origin.site)
            yield Finding(
                call.origin.site,
                "these pixels are prepared twice: `preprocess_input` has already changed the array",
                label="no longer pixels from 0 to 255",
                help="pass a copy to each call: `preprocess_input(x.copy())`",
                related=(Note(first.origin.site, "changes the array in place"),),
                origin=call.origin,
                rewrite=_copied(first) + _copied(call),
            )


def _copied(call: Call) -> tuple[SourceChange, ...]:
    place = Positional(call.origin.site, 0)
    return (Rewrite(place, (place, ".copy()")),)
