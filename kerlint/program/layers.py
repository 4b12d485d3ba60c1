"""What kerlint knows of each kind of layer: one record per kind; every set of kinds is a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from kerlint.program.model import Layer
from kerlint.program.values import Fact

ShapeRule: TypeAlias = Literal[
    "adaptive pooling",
    "attention",
    "bidirectional",
    "category encoding",
    "concatenate",
    "convolution",
    "convolutional recurrent",
    "cropping",
    "dense",
    "depthwise",
    "discretization",
    "dot",
    "einsum",
    "elementwise",
    "embedding",
    "flatten",
    "global pooling",
    "hashing",
    "heads attention",
    "highway",
    "input",
    "lambda",
    "lookup",
    "maxout",
    "mel spectrogram",
    "permute",
    "pooling",
    "recurrent",
    "recurrent cell",
    "repeat",
    "reshape",
    "resize",
    "spectral normalization",
    "stretched height",
    "stretched width",
    "subtract",
    "text vectorization",
    "time distributed",
    "transposed convolution",
    "unchanged",
    "up-sampling",
    "zero padding",
]
"""How the output shape follows from the arguments and the input shapes: see ``program.shapes``."""


class LayerKind(NamedTuple):
    """One kind of layer. A tuple with names, because all are made at every start.

    Yes/no properties are True only where rules rely on them. A test asks the installed Keras for
    each of them, both ways: a True that does not hold fails, and so does a False that would hold,
    unless the test lists it as something that no rule looks through yet.

    ``name``: the last word of the canonical name, ``Dense``; aliases have no record.
    ``shape``: the rule for the output shape; None when the shape is not worked out.
    ``rank``: axes of the input between the batch and the features (time counts); None: any.
    ``width``: the argument that gives the number of units. ``sizes``: it and the other arguments
    that are sizes.
    ``weighted``: building it makes weights. ``default_activation``: the activation of a layer with
    a kernel that names none; None for a layer that takes no activation (and for ConvLSTM1D and 3D,
    whose activation no rule reads). ``activation``: the layer is nothing but this activation.
    ``convolution``: one kernel over a window and all channels; transposed, separable, depthwise
    and local ones are none of these.
    ``recurrent``: works through the steps of its input in order. ``gates``: blocks side by side in
    its kernel. ``states``: tensors that it carries from step to step.
    ``passthrough``: at inference it passes values on unchanged, perhaps in another arrangement,
    repeated or only some of them. ``rearranges``: one of these after which the values of the last
    axis are not those of the input's last axis. ``returns_input``: even while training it returns
    the very tensor it was given, so that Keras on TensorFlow still finds the logits.
    ``affine``: at inference, with default arguments, an affine map of its input.
    ``per_step``: at inference each step of a sequence is treated by itself, whatever the rank.
    ``unit_symmetric``: units that are equal stay equal, while training too. PReLU is left out: its
    slopes are weights, which an initializer may set one by one.
    ``drops``: while training it sets values to 0 at random. AlphaDropout sets them to another
    value, and GaussianDropout multiplies by noise, so neither counts.
    ``normalizes``: while training, the scale of the input does not matter.
    ``wraps``: applies another layer. ``merges``: takes several tensors. ``function``: the function
    of ``keras.layers`` that makes and applies it at once.
    ``legacy``: no release of Keras 3 has it.
    """

    name: str
    shape: ShapeRule | None = None
    rank: int | None = None
    width: str | None = None
    sizes: tuple[str, ...] = ()
    weighted: bool = False
    default_activation: str | None = None
    activation: str | None = None
    convolution: bool = False
    recurrent: bool = False
    gates: int = 0
    states: int = 0
    passthrough: bool = False
    rearranges: bool = False
    returns_input: bool = False
    affine: bool = False
    per_step: bool = False
    unit_symmetric: bool = False
    drops: bool = False
    normalizes: bool = False
    wraps: bool = False
    merges: bool = False
    function: str = ""
    legacy: bool = False

    @property
    def keeps_shape(self) -> bool:
        """Whether the output has the shape of the input, whatever that is."""
        return self.shape == "unchanged"


def _kinds() -> Iterator[LayerKind]:
    yield from _with_kernels()
    yield from _recurrent()
    for rank in (1, 2, 3):
        yield from _on_grid(rank)
    yield from _elementwise()
    yield from _arranging()
    yield from _merging()
    yield from _preprocessing()
    yield LayerKind("TimeDistributed", "time distributed", per_step=True, wraps=True)
    yield LayerKind("Bidirectional", "bidirectional", wraps=True)
    yield LayerKind("SpectralNormalization", "spectral normalization", wraps=True)
    yield LayerKind("Lambda", "lambda")


def _with_kernels() -> Iterator[LayerKind]:
    yield LayerKind(
        "Dense",
        "dense",
        width="units",
        sizes=("units",),
        weighted=True,
        default_activation="linear",
        affine=True,
        per_step=True,
    )
    yield LayerKind(
        "EinsumDense", "einsum", weighted=True, default_activation="linear", affine=True
    )
    yield LayerKind(
        "Embedding",
        "embedding",
        width="output_dim",
        sizes=("input_dim", "output_dim"),
        weighted=True,
    )
    # Keras 1 had these two, with an activation that no rule reads.
    yield LayerKind("TimeDistributedDense", "dense", weighted=True, legacy=True)
    yield LayerKind("Highway", "highway", rank=0, weighted=True, legacy=True)
    yield LayerKind("MaxoutDense", "maxout", rank=0, weighted=True, legacy=True)


_WINDOW = ("kernel_size", "strides", "dilation_rate")


def _on_grid(rank: int) -> Iterator[LayerKind]:
    """The layers that work on a line, an image or a volume."""
    filters = ("filters", *_WINDOW)
    yield LayerKind(
        f"Conv{rank}D",
        "convolution",
        rank,
        width="filters",
        sizes=filters,
        weighted=True,
        default_activation="linear",
        convolution=True,
        affine=True,
    )
    yield LayerKind(
        f"Conv{rank}DTranspose",
        "transposed convolution",
        rank,
        width="filters",
        sizes=filters,
        weighted=True,
        default_activation="linear",
        affine=True,
    )
    if rank < 3:
        yield LayerKind(
            f"SeparableConv{rank}D",
            "convolution",
            rank,
            width="filters",
            sizes=(*filters, "depth_multiplier"),
            weighted=True,
            default_activation="linear",
            affine=True,
        )
        yield LayerKind(
            f"DepthwiseConv{rank}D",
            "depthwise",
            rank,
            sizes=(*_WINDOW, "depth_multiplier"),
            weighted=True,
            default_activation="linear",
            affine=True,
        )
        yield LayerKind(
            f"LocallyConnected{rank}D",
            "convolution",
            rank,
            width="filters",
            sizes=("filters", "kernel_size", "strides"),
            weighted=True,
            default_activation="linear",
            affine=True,
            legacy=True,
        )
    yield LayerKind(
        f"ConvLSTM{rank}D",
        "convolutional recurrent",
        rank + 1,
        width="filters",
        sizes=filters,
        weighted=True,
        default_activation="tanh" if rank == 2 else None,
        recurrent=True,
        gates=4,
        states=2,
    )
    window = ("pool_size", "strides")
    yield LayerKind(f"MaxPooling{rank}D", "pooling", rank, sizes=window, unit_symmetric=True)
    yield LayerKind(
        f"AveragePooling{rank}D", "pooling", rank, sizes=window, affine=True, unit_symmetric=True
    )
    yield LayerKind(f"GlobalMaxPooling{rank}D", "global pooling", rank, unit_symmetric=True)
    yield LayerKind(
        f"GlobalAveragePooling{rank}D", "global pooling", rank, affine=True, unit_symmetric=True
    )
    for mode in ("Max", "Average"):
        yield LayerKind(
            f"Adaptive{mode}Pooling{rank}D", "adaptive pooling", rank, sizes=("output_size",)
        )
    yield LayerKind(f"Cropping{rank}D", "cropping", rank, passthrough=True)
    yield LayerKind(f"ZeroPadding{rank}D", "zero padding", rank, affine=True)
    yield LayerKind(f"UpSampling{rank}D", "up-sampling", rank, sizes=("size",))
    yield LayerKind(
        f"SpatialDropout{rank}D",
        "unchanged",
        rank,
        passthrough=True,
        affine=True,
        per_step=rank == 1,
        drops=True,
    )


def _recurrent() -> Iterator[LayerKind]:
    for name, gates, states in (("SimpleRNN", 1, 1), ("GRU", 3, 1), ("LSTM", 4, 2)):
        yield LayerKind(
            name,
            "recurrent",
            1,
            width="units",
            sizes=("units",),
            weighted=True,
            default_activation="tanh",
            recurrent=True,
            gates=gates,
            states=states,
        )
        yield LayerKind(f"{name}Cell", width="units", sizes=("units",), states=states)
        if name != "SimpleRNN":
            # The same for graphics cards, up to Keras 2.3; tanh is the only activation it has.
            yield LayerKind(
                f"CuDNN{name}",
                "recurrent",
                1,
                width="units",
                sizes=("units",),
                weighted=True,
                default_activation="tanh",
                recurrent=True,
                gates=gates,
                states=states,
                legacy=True,
            )
    yield LayerKind("RNN", "recurrent cell", 1, weighted=True, recurrent=True)


def _elementwise() -> Iterator[LayerKind]:
    """The layers whose output has the shape of the input."""
    yield LayerKind("Activation", "unchanged", per_step=True, unit_symmetric=True)
    for name, word in (
        ("ELU", "elu"),
        ("LeakyReLU", "leaky_relu"),
        ("ReLU", "relu"),
        ("Softmax", "softmax"),
    ):
        yield LayerKind(name, "unchanged", activation=word, per_step=True, unit_symmetric=True)
    yield LayerKind("PReLU", "unchanged", weighted=True, activation="prelu", per_step=True)
    yield LayerKind(
        "ThresholdedReLU",
        "unchanged",
        activation="thresholded_relu",
        unit_symmetric=True,
        legacy=True,
    )
    for name in ("ParametricSoftplus", "SReLU"):
        yield LayerKind(name, "unchanged", weighted=True, legacy=True)
    yield LayerKind(
        "BatchNormalization",
        "unchanged",
        weighted=True,
        affine=True,
        per_step=True,
        unit_symmetric=True,
        normalizes=True,
    )
    yield LayerKind(
        "SyncBatchNormalization", "unchanged", weighted=True, normalizes=True, legacy=True
    )
    yield LayerKind(
        "LayerNormalization", "unchanged", weighted=True, per_step=True, normalizes=True
    )
    for name in ("GroupNormalization", "RMSNormalization"):
        yield LayerKind(name, "unchanged", weighted=True, normalizes=True)
    yield LayerKind("UnitNormalization", "unchanged", normalizes=True)
    yield LayerKind(
        "Dropout", "unchanged", passthrough=True, affine=True, per_step=True, drops=True
    )
    yield LayerKind("GaussianDropout", "unchanged", passthrough=True, affine=True)
    yield LayerKind("AlphaDropout", "unchanged", passthrough=True)
    yield LayerKind("GaussianNoise", "unchanged", affine=True, per_step=True)
    yield LayerKind(
        "Identity",
        "unchanged",
        passthrough=True,
        returns_input=True,
        affine=True,
        unit_symmetric=True,
    )
    yield LayerKind("ActivityRegularization", "unchanged", passthrough=True, returns_input=True)
    yield LayerKind("Masking", "unchanged", passthrough=True)


def _arranging() -> Iterator[LayerKind]:
    yield LayerKind("InputLayer", "input", passthrough=True)
    yield LayerKind(
        "Flatten",
        "flatten",
        passthrough=True,
        rearranges=True,
        affine=True,
        unit_symmetric=True,
    )
    yield LayerKind("Permute", "permute", passthrough=True, rearranges=True, affine=True)
    yield LayerKind("Reshape", "reshape", passthrough=True, rearranges=True, affine=True)
    yield LayerKind("RepeatVector", "repeat", rank=0, sizes=("n",), passthrough=True)


def _merging() -> Iterator[LayerKind]:
    for name in ("Add", "Average", "Maximum", "Minimum", "Multiply"):
        yield LayerKind(name, "elementwise", merges=True, function=name.lower())
    yield LayerKind("Subtract", "subtract", merges=True, function="subtract")
    yield LayerKind("Concatenate", "concatenate", merges=True, function="concatenate")
    yield LayerKind("Dot", "dot", merges=True, function="dot")
    yield LayerKind("Attention", "attention", merges=True)
    yield LayerKind("AdditiveAttention", "attention", weighted=True, merges=True)
    yield LayerKind(
        "MultiHeadAttention",
        "heads attention",
        sizes=("num_heads", "key_dim", "value_dim"),
        weighted=True,
        merges=True,
    )
    yield LayerKind(
        "GroupQueryAttention",
        "heads attention",
        sizes=("head_dim", "num_query_heads", "num_key_value_heads"),
        weighted=True,
        merges=True,
    )


_AUGMENTING = """
    AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization Equalization RandAugment
    RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform
    RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert
    RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness
    RandomShear RandomTranslation RandomZoom Solarization
"""


def _preprocessing() -> Iterator[LayerKind]:
    for name in _AUGMENTING.split():
        yield LayerKind(name, "unchanged")
    for name in ("CenterCrop", "RandomCrop", "Resizing"):
        yield LayerKind(name, "resize", sizes=("height", "width"))
    yield LayerKind("RandomHeight", "stretched height", 2, legacy=True)
    yield LayerKind("RandomWidth", "stretched width", 2, legacy=True)
    yield LayerKind("Rescaling", "unchanged")
    yield LayerKind("Normalization", "unchanged", weighted=True)
    yield LayerKind("CategoryEncoding", "category encoding", sizes=("num_tokens",))
    yield LayerKind("Discretization", "discretization", sizes=("num_bins",))
    yield LayerKind("Hashing", "hashing", sizes=("num_bins",))
    for name in ("IntegerLookup", "StringLookup"):
        yield LayerKind(name, "lookup", sizes=("max_tokens",))
    yield LayerKind(
        "TextVectorization", "text vectorization", sizes=("max_tokens", "output_sequence_length")
    )
    yield LayerKind("MelSpectrogram", "mel spectrogram", sizes=("sequence_stride", "num_mel_bins"))


KINDS: Mapping[str, LayerKind] = {kind.name: kind for kind in _kinds()}
"""All kinds of layers that kerlint knows, by name."""


def where(test: Callable[[LayerKind], object]) -> frozenset[str]:
    """The names of the kinds that pass a test."""
    return frozenset(name for name, kind in KINDS.items() if test(kind))


ACTIVATION_LAYERS: Mapping[str, str] = {
    name: kind.activation for name, kind in KINDS.items() if kind.activation is not None
}
"""Layers that are nothing but one activation, and which."""

ONLY_ACTIVATION = frozenset({"Activation", *ACTIVATION_LAYERS})
"""Layers that are nothing but an activation, whichever they are given."""

RECURRENT = where(lambda kind: kind.recurrent)

LINEAR_BY_DEFAULT = where(lambda kind: kind.default_activation == "linear")
"""Layers with a kernel whose activation is linear unless they name one."""

CONVOLUTIONS = where(lambda kind: kind.convolution)

PASSTHROUGH = where(lambda kind: kind.passthrough)

UNIT_SYMMETRIC = where(lambda kind: kind.unit_symmetric)

PER_STEP = where(lambda kind: kind.per_step)


def width_argument(layer: Layer) -> Fact | None:
    """The argument that gives the number of units of a layer, None where it has none."""
    kind = KINDS.get(layer.kind)
    return layer.arg(kind.width) if kind is not None and kind.width is not None else None
