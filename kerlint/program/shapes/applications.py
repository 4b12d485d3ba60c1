"""Input and output shapes of the ready-made backbones of ``keras.applications``."""

from __future__ import annotations

from collections.abc import Mapping

from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Dim, Shape
from kerlint.program.shapes.arguments import Arguments, shape_of
from kerlint.program.shapes.sizes import divided, minus, nameless, plus
from kerlint.program.shapes.windows import needs
from kerlint.program.values import Fact, Unknown


@dataclass(frozen=True, slots=True)
class Backbone:
    """``size``: of the images when none is given; ``channels``: of the last feature map.

    ``steps`` is the way of a height down to that map: ``f`` halves and rounds down, ``c`` halves
    and rounds up, ``v`` is a window of 3 with stride 2, ``-`` one with stride 1, neither padded.
    Measured with Keras 3.15 for sizes from 32 to 512.
    """

    size: int
    channels: int
    steps: str


_INCEPTION = "v-v-vvv"
_BACKBONES = {
    "VGG16": Backbone(224, 512, "fffff"),
    "VGG19": Backbone(224, 512, "fffff"),
    "Xception": Backbone(299, 2048, "v-cccc"),
    "InceptionV3": Backbone(299, 2048, _INCEPTION),
    "InceptionResNetV2": Backbone(299, 1536, _INCEPTION),
    "MobileNet": Backbone(224, 1024, "cffff"),
    "MobileNetV2": Backbone(224, 1280, "ccccc"),
    "MobileNetV3Large": Backbone(224, 960, "ccccc"),
    "MobileNetV3Small": Backbone(224, 576, "ccccc"),
    "DenseNet121": Backbone(224, 1024, "ccfff"),
    "DenseNet169": Backbone(224, 1664, "ccfff"),
    "DenseNet201": Backbone(224, 1920, "ccfff"),
    "NASNetMobile": Backbone(224, 1056, "vcccc"),
    "NASNetLarge": Backbone(331, 4032, "vcccc"),
}
for _name in ("ResNet50", "ResNet101", "ResNet152"):
    _BACKBONES[_name] = _BACKBONES[f"{_name}V2"] = Backbone(224, 2048, "ccccc")
for _name, _channels in (
    ("Tiny", 768),
    ("Small", 768),
    ("Base", 1024),
    ("Large", 1536),
    ("XLarge", 2048),
):
    _BACKBONES[f"ConvNeXt{_name}"] = Backbone(224, _channels, "fffff")
for _i, (_size, _channels) in enumerate(
    (
        (224, 1280),
        (240, 1280),
        (260, 1408),
        (300, 1536),
        (380, 1792),
        (456, 2048),
        (528, 2304),
        (600, 2560),
    )
):
    _BACKBONES[f"EfficientNetB{_i}"] = Backbone(_size, _channels, "ccccc")
for _name, _size, _channels in (
    ("B0", 224, 1280),
    ("B1", 240, 1280),
    ("B2", 260, 1408),
    ("B3", 300, 1536),
    ("S", 384, 1280),
    ("M", 480, 1280),
    ("L", 480, 1280),
):
    _BACKBONES[f"EfficientNetV2{_name}"] = Backbone(_size, _channels, "ccccc")


def application_output(
    name: str, args: Mapping[str, Fact], release: str = "3.15"
) -> tuple[Shape | Unknown, Shape | Unknown]:
    """Shapes of the images that go in and of what comes out; ``name`` is ``keras.applications.X``.

    ``args`` are by parameter name. A backbone that is not known here still takes images and, with
    its top, gives classes. ``release`` is the version of Keras.
    """
    kind = name.rpartition(".")[2]
    given = Arguments(kind, args)
    backbone = _BACKBONES.get(kind)
    top = given.flag("include_top", True)
    images = _images(given, backbone, top)
    if isinstance(top, Unknown):
        return images, nameless(top)
    batch: Dim = images[0] if isinstance(images, tuple) else None
    if top:
        return images, (batch, given.size("classes", 1000))
    channels = _channels_of(given, backbone, release)
    pooling = given.word("pooling", None)
    if isinstance(pooling, Unknown):
        return images, nameless(pooling)
    if pooling in ("avg", "max"):
        return images, (batch, channels)
    if isinstance(images, Unknown):
        return images, images
    if backbone is None:
        unknown = Unknown(f"the sizes that {kind} gives are not known")
        return images, (batch, unknown, unknown, channels)
    sizes = tuple(_reduced(size, backbone.steps) for size in images[1:3])
    for before, after in zip(images[1:3], sizes, strict=True):
        if isinstance(after, int) and after <= 0:
            return images, Unknown(f"{kind}: images of {before} are too small")
    return images, (batch, *sizes, channels)


def _images(args: Arguments, backbone: Backbone | None, top: bool | Unknown) -> Shape | Unknown:
    stated = args.value("input_shape", None)
    if stated is not None:
        shape = shape_of(stated, "input_shape")
        if isinstance(shape, Unknown):
            unknown = nameless(shape)
            return (None, unknown, unknown, unknown)
        return (None, *shape) if len(shape) == 3 else needs(args, 3, shape)
    if args.value("input_tensor", None) is not None:
        unknown = Unknown(f"{args.kind}: the shape of input_tensor")
        return (None, unknown, unknown, unknown)
    if isinstance(top, Unknown) or backbone is None:
        unknown = nameless(top) if isinstance(top, Unknown) else Unknown(f"images of {args.kind}")
        return (None, unknown, unknown, 3)
    fixed = top or args.kind.startswith("NASNet")
    # MobileNetV3 takes images of any size even with its top, NASNet of one size even without
    size = backbone.size if fixed and not args.kind.startswith("MobileNetV3") else None
    return (None, size, size, 3)


def _channels_of(args: Arguments, backbone: Backbone | None, release: str) -> Dim:
    unknown = Unknown(f"the number of channels that {args.kind} gives")
    if backbone is None:
        return unknown
    old = release.startswith("2")
    if args.kind.startswith("MobileNetV3") and (old or "alpha" in args.args):
        return unknown  # early releases had one more convolution without the top
    alpha = args.value("alpha", 1.0)
    if alpha != 1.0 and args.kind in ("MobileNet", "MobileNetV2"):
        number = Fact(alpha).number()
        if number is None or not 0 < number < 100:
            return unknown
        if args.kind == "MobileNet":
            return int(backbone.channels * number)
        return _rounded(backbone.channels * number) if number > 1 else backbone.channels
    return backbone.channels


def _rounded(channels: float) -> int:
    """To a multiple of 8 that is at least 9/10 of it, as the MobileNets do."""
    near = max(8, int(channels + 4) // 8 * 8)
    return near + 8 if near < 0.9 * channels else near


def _reduced(size: Dim, steps: str) -> Dim:
    if steps == "fffff":
        return divided(size, 32)
    if steps == "ccccc":
        return divided(plus(size, 31), 32)
    for step in steps:
        if step == "f":
            size = divided(size, 2)
        elif step == "c":
            size = divided(plus(size, 1), 2)
        elif step == "v":
            size = divided(minus(size, 1), 2)
        else:
            size = minus(size, 2)
    return size
