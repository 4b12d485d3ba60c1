"""Keras's own data: its datasets, label encoding, sequences, generators, and ``tf.data``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeGuard

from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import FLOAT_IMAGE, UNSEEN, Array, Encoding
from kerlint.program.values import Fact, Items, LayerRef, ModelRef, Object, Unknown
from kerlint.reading.arrays import transfer
from kerlint.reading.arrays.arguments import CallArguments, as_integer, as_shape, dtype_of
from kerlint.reading.arrays.literals import as_array
from kerlint.reading.arrays.shapes import Dim, Shape
from kerlint.reading.interpreter.state import Raised
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    DictValue,
    Function,
    ListValue,
    Partial,
)
from kerlint.reading.library import drawn

Handler = Callable[[CallArguments], AbstractValue]

RAW = (0, 255)
"""The range of images as they are read."""

DATASET = "tensorflow.data.Dataset"
"""Name of the ``Object`` that represents data and labels given together, in ``x`` and ``y``."""


@dataclass(frozen=True, slots=True)
class _Pair:
    x: Array
    y: Array


def _pixels(origin: str, count: int, *sizes: int) -> Array:
    return Array(
        shape=(count, *sizes),
        lowest=0,
        highest=255,
        integers=True,
        raw_pixels=True,
        pixels=RAW,
        origin=origin,
    )


def _classes(origin: str, shape: Shape, classes: int) -> Array:
    binary = classes == 2
    return Array(
        Encoding.BINARY if binary else Encoding.INTEGER,
        shape,
        classes=classes,
        lowest=0,
        highest=classes - 1,
        integers=True,
        origin=origin,
    )


def _images(name: str, train: int, test: int, sizes: tuple[int, ...], classes: int) -> Handler:
    origin = f"keras.datasets.{name}"
    # The colour images come with labels in a column of their own.
    column = (1,) if len(sizes) == 3 else ()

    def load(given: CallArguments) -> AbstractValue:
        labels = classes
        if name == "cifar100":
            mode = given.value("label_mode", 0, "fine")
            if mode == "coarse":
                labels = 20
            elif mode != "fine":
                return _halves(given, [_Pair(_pixels(origin, n, *sizes), Array()) for n in (1, 1)])
        return _halves(
            given,
            [
                _Pair(_pixels(origin, n, *sizes), _classes(origin, (n, *column), labels))
                for n in (train, test)
            ],
        )

    return load


def _texts(name: str, train: int | None, test: int | None, classes: int) -> Handler:
    """Lists of word numbers, of different lengths; each list is an object in the array."""
    origin = f"keras.datasets.{name}"

    def load(given: CallArguments) -> AbstractValue:
        # maxlen leaves out the long texts, test_split deals them out otherwise.
        usual = not any(given.has(word) for word in ("maxlen", "test_split"))
        sizes = (train, test) if usual else (None, None)
        words = given.integer("num_words", 1)
        low, high = (1, words - 1) if words is not None and words > 100 else (None, None)
        numbers = Array(lowest=low, highest=high, integers=True, origin=origin)
        return _halves(
            given,
            [_Pair(numbers.replace(shape=(n,)), _classes(origin, (n,), classes)) for n in sizes],
        )

    return load


def _measured(name: str, train: int, test: int, width: int, low: float, high: float) -> Handler:
    origin = f"keras.datasets.{name}"

    def load(given: CallArguments) -> AbstractValue:
        usual = not given.has("test_split", 1) and not given.has("version", 0)
        sizes = (train, test) if usual else (None, None)
        return _halves(
            given,
            [
                _Pair(
                    Array(shape=(n, width), origin=origin),
                    Array(
                        Encoding.CONTINUOUS,
                        (n,),
                        lowest=low,
                        highest=high,
                        integers=False,
                        origin=origin,
                    ),
                )
                for n in sizes
            ],
        )

    return load


def _halves(given: CallArguments, pairs: list[_Pair]) -> AbstractValue:
    """``(x_train, y_train), (x_test, y_test)``."""
    loops = given.state.unbounded_loops
    rows = []
    for pair in pairs:
        items = [
            Fact(pair.x.replace(site=given.site), given.site),
            Fact(pair.y.replace(site=given.site), given.site),
        ]
        rows.append(Fact(ListValue("tuple", items, True, loops), given.site))
    return ListValue("tuple", rows, True, loops)


def _to_categorical(given: CallArguments) -> AbstractValue:
    source = given.array("x", "y")
    classes = given.integer("num_classes", 1, given.integer("nb_classes"))
    written = any(given.has(*name) for name in (("num_classes", 1), ("nb_classes", None)))
    value = given.value("num_classes", 1, given.value("nb_classes", None, None))
    if value is None:
        written = False
    size: int | Unknown | None = classes
    if written and classes is None and isinstance(value, Unknown) and value.symbol:
        size = value
    if not written and source.integers and source.highest is not None:
        size = classes = int(source.highest) + 1
    shape = source.shape
    if shape is not None:
        if len(shape) > 1 and shape[-1] == 1:
            shape = shape[:-1]
        # A last axis of unknown size may be one column of labels, which goes away.
        unsure = len(shape) > 1 and not isinstance(shape[-1], int)
        shape = None if unsure else (*shape, size)
    twice = source.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT)
    return Array(
        None if twice else Encoding.ONE_HOT,
        shape,
        classes=None if twice else classes,
        lowest=0,
        highest=1,
        integers=True,
        sorted_by_class=source.sorted_by_class,
        origin="keras.utils.to_categorical",
        site=given.site,
    )


def _normalize(given: CallArguments) -> AbstractValue:
    source = given.array("x")
    return Array(Encoding.CONTINUOUS, source.shape, integers=False, origin="keras.utils.normalize")


def _pad_sequences(given: CallArguments) -> AbstractValue:
    source = given.array("sequences")
    value = given.value("maxlen", 1, None)
    length = as_integer(value)
    size: int | Unknown | None = length
    if length is None and isinstance(value, Unknown) and value.symbol:
        size = value
    rows = source.shape[0] if source.shape else None
    kind = dtype_of(given.value("dtype", 2, "int32"))
    whole = True if kind == "int" else None
    side = given.value("padding", 3, "pre")
    made = Array(integers=whole, origin="keras.utils.pad_sequences")
    if side in ("pre", "post"):
        made = made.replace(padded=side)
    if whole and source.lowest is not None and source.highest is not None:
        made = made.replace(lowest=min(source.lowest, 0), highest=source.highest)
    if source.rank is not None and source.rank > 1:
        return made.replace(shape=(rows, size, *(source.shape or ())[2:]))
    if source.rank == 1 and not source.origin.startswith("keras.datasets."):
        # An array of sequences, each of numbers or of rows: Keras refuses one of plain numbers.
        return made
    if source.rank is None:
        made = made.replace(origin=f"{made.origin}{UNSEEN}")
    return made.replace(shape=(rows, size))


# -- data and labels together ---------------------------------------------------------------------


def dataset(
    given: CallArguments, x: AbstractValue, y: AbstractValue, **facts: AbstractValue
) -> Object:
    """The object that represents a dataset; unknown parts are left out.

    ``made`` is the function that it comes from, ``batched`` whether its elements are batches.
    ``shuffled``: each pass has another order, ``cached``: but later passes have the same.
    ``endless``: repeated without an end. ``augmented``: changed at random. ``mode``: the
    ``class_mode`` of a generator. Those but the first two are True or left out, and their sites
    are the places where it happened.
    """
    args: dict[str, Fact] = {}
    for name, value in (("x", x), ("y", y), *facts.items()):
        if isinstance(value, Array) and value.site < 0:
            value = value.replace(site=given.site)
        if value is not None:
            args[name] = Fact(value, given.site)
    return Object(DATASET, args, given.site)


def _changed(value: Object, given: CallArguments, without: str = "", **facts: object) -> Object:
    """The same dataset with some facts replaced, and others no longer known."""
    gone = without.split()
    args = {name: fact for name, fact in value.args.items() if name not in gone}
    args.update({name: Fact(fact, given.site) for name, fact in facts.items()})  # type: ignore[arg-type]
    return Object(DATASET, args, given.site)


def is_dataset(value: AbstractValue) -> TypeGuard[Object]:
    return isinstance(value, Object) and value.name == DATASET


def _parts(value: AbstractValue) -> tuple[AbstractValue, AbstractValue]:
    """The data and the labels of a pair."""
    if isinstance(value, ListValue) and value.kind == "tuple" and value.complete:
        items = [item.value for item in value.items]
        if len(items) in (2, 3):
            return _known(items[0]), _known(items[1])
        if len(items) == 1:
            return _known(items[0]), None
    return _known(value), None


def _known(value: AbstractValue) -> AbstractValue:
    if isinstance(value, (DictValue, Object)):
        return value if isinstance(value, DictValue) else None
    if isinstance(value, ListValue) and value.kind == "tuple" and _holds_arrays(value):
        return None  # tf.data makes one tensor of a list only
    return as_array(value)


def _holds_arrays(value: AbstractValue) -> bool:
    """Whether there is an array for each of several inputs or outputs."""
    return (
        isinstance(value, ListValue)
        and len(value.items) > 1
        and all(isinstance(i.value, Array) and i.value.shape != () for i in value.items)
    )


def _from_tensor_slices(given: CallArguments) -> AbstractValue:
    x, y = _parts(given.value("tensors", 0, None))
    return dataset(given, x, y, made="from_tensor_slices", batched=False)


def _from_tensors(given: CallArguments) -> AbstractValue:
    return dataset(given, *_parts(given.value("tensors", 0, None)))


def _read(given: CallArguments) -> AbstractValue:
    """A dataset of which nothing else is known."""
    return dataset(given, None, None)


def _zipped(given: CallArguments) -> AbstractValue:
    value = given.value("datasets", 0, None)
    items = value.items if isinstance(value, ListValue) and value.complete else []
    if len(given.args.positional) == 2:
        items = given.args.positional
    if len(items) == 2:
        both = [item.value for item in items]
        x, y = (_data_in(value) for value in both)
        made = dataset(given, x, y)
        sets = [value for value in both if is_dataset(value)]
        batched = {value.args["batched"].value for value in sets if "batched" in value.args}
        if len(sets) == 2 and len(batched) == 1:
            return _changed(made, given, batched=batched.pop())
        return made
    return Unknown("datasets zipped")


def _data_in(value: AbstractValue) -> AbstractValue:
    if is_dataset(value) and "y" not in value.args:
        found = value.args.get("x")
        return found.value if found is not None else None
    return None


# -- images ---------------------------------------------------------------------------------------


def _picture(shape: Shape | None, origin: str) -> Array:
    """Images as they come from a file: numbers from 0 to 255."""
    return Array(shape=shape, pixels=RAW, origin=origin)


_CHANNELS = {"rgb": 3, "rgba": 4, "grayscale": 1}


def _image_shape(given: CallArguments, size: AbstractValue, mode: AbstractValue) -> Shape:
    sizes = as_shape(size)
    if sizes is None or len(sizes) != 2:
        sizes = (None, None)
    return (*sizes, _CHANNELS.get(mode) if isinstance(mode, str) else None)


_USUAL_SIZE = ListValue("tuple", [Fact(256), Fact(256)])


def _load_img(given: CallArguments) -> AbstractValue:
    """A picture of Pillow, whose array this is."""
    size = given.value("target_size", 2, None)
    shape = _image_shape(given, size, given.value("color_mode", 1, "rgb"))
    return _picture(shape, "load_img")


def _img_to_array(given: CallArguments) -> AbstractValue:
    source = given.array("img")
    if dtype_of(given.value("dtype", 2, "float32")) == "int":
        return source.replace() if source.pixels else Array(shape=source.shape)
    if source.pixels:
        return source.replace(origin=FLOAT_IMAGE)
    return Array(shape=source.shape, origin=FLOAT_IMAGE)


def _decoded(given: CallArguments) -> AbstractValue:
    """``tf.io.decode_jpeg`` and its kin."""
    channels = given.integer("channels", 1)
    if dtype_of(given.value("dtype", None, "uint8")) != "int":
        return Array()
    return _picture((None, None, channels or None), "decoded images")


def _read_by_cv2(given: CallArguments) -> AbstractValue:
    return _picture(None, "cv2.imread")


def _opened(given: CallArguments) -> AbstractValue:
    return _picture(None, "PIL.Image.open")


def _resized(given: CallArguments) -> AbstractValue:
    """Another size of the same images."""
    source = given.array("images", "image", "src")
    shape = source.shape
    if shape is not None and len(shape) >= 3:
        sizes = as_shape(given.value("size", 1, None))
        known = sizes if sizes is not None and len(sizes) == 2 else (None, None)
        shape = (*shape[:-3], *known, shape[-1])
    return source.replace(shape=shape, integers=None)


def _kept(given: CallArguments) -> AbstractValue:
    """Images turned, mirrored or recoloured: in the same range, of the same rank."""
    source = given.array("images", "image")
    shape = None if source.shape is None else tuple(None for _ in source.shape)
    return source.replace(shape=shape, integers=None)


def _converted(given: CallArguments) -> AbstractValue:
    """``tf.image.convert_image_dtype``: whole numbers are divided by the largest of their type."""
    source = given.array("image")
    if dtype_of(given.value("dtype", 1, None)) != "float":
        return Array(shape=source.shape)
    if source.pixels == RAW and source.integers is not False:
        return transfer.scaled("/", source, 255, False)
    return source if source.pixels else Array(shape=source.shape)


def layer_on_data(kind: str, args: Mapping[str, Fact], data: Array) -> Array | None:
    """What a preprocessing layer makes of data that it is called on; None: not known."""
    if kind == "Rescaling":
        scale, offset = args.get("scale"), args.get("offset")
        factor = scale.number() if scale is not None else None
        shift = offset.number() if offset is not None else 0
        if factor is None or shift is None:
            return Array(shape=data.shape)
        made = transfer.scaled("*", data, factor, False)
        return transfer.scaled("+", made, shift, False) if shift else made
    if kind == "TextVectorization":
        return _vectorized(args, data)
    if kind.startswith("Random") or kind in ("Resizing", "CenterCrop"):
        shape = None if data.shape is None else tuple(None for _ in data.shape)
        return data.replace(shape=shape, integers=None)
    return None


def _vectorized(args: Mapping[str, Fact], data: Array) -> Array | None:
    """Word numbers, filled up with zeros at the end."""
    mode, ragged = args.get("output_mode"), args.get("ragged")
    length = args.get("output_sequence_length")
    if mode is not None and mode.value != "int" or ragged is not None and ragged.value is not False:
        return None
    size = length.integer() if length is not None else None
    rows = data.shape[0] if data.shape else None
    shape: Shape | None = None
    if data.shape is not None and len(data.shape) <= 2:
        shape = (rows, size) if data.shape else (size,)
    return Array(shape=shape, integers=True, padded="post", origin="TextVectorization")


def _labels(encoding: str | None, names: AbstractValue) -> Array | None:
    """Labels of images that lie in folders by class; ``names``: of the folders, when given."""
    known = isinstance(names, ListValue) and names.complete and len(names.items) > 1
    count = len(names.items) if isinstance(names, ListValue) and known else None
    made = Array(lowest=0, integers=True, classes=count, origin="folders")
    if encoding in ("categorical",):
        return made.replace(encoding=Encoding.ONE_HOT, shape=(None, count), highest=1)
    if encoding in ("int", "sparse"):
        highest = None if count is None else count - 1
        return made.replace(encoding=Encoding.INTEGER, shape=(None,), highest=highest)
    if encoding == "binary":
        return Array(
            Encoding.BINARY,
            (None,),
            classes=2,
            lowest=0,
            highest=1,
            integers=True,
            origin="folders",
        )
    return None


def _images_from_directory(given: CallArguments) -> AbstractValue:
    size = given.value("image_size", 6, _USUAL_SIZE)
    shape = _image_shape(given, size, given.value("color_mode", 4, "rgb"))
    return _from_directory(given, _picture((None, *shape), "image_dataset_from_directory"), 7)


def _texts_from_directory(given: CallArguments) -> AbstractValue:
    return _from_directory(given, Array(Encoding.STRINGS, shape=(None,), origin="folders"), 6)


def _from_directory(given: CallArguments, x: Array, shuffle: int) -> AbstractValue:
    """``image_dataset_from_directory`` and ``text_dataset_from_directory``."""
    mode = given.value("label_mode", 2, "int")
    labels = given.value("labels", 1, "inferred")
    names = given.value("class_names", 3, None)
    y = _labels(mode, names) if labels == "inferred" and isinstance(mode, str) else None
    if mode == "binary" and y is not None:
        y = y.replace(shape=(None, 1))
    images = x.pixels is not None
    facts: dict[str, AbstractValue] = {"made": "image_dataset_from_directory", "batched": True}
    if not images:
        facts["made"] = "text_dataset_from_directory"
    size = given.value("batch_size", 5 if images else 4, 32)
    if as_integer(size) is None:
        facts["batched"] = False if size is None else None
    if given.value("shuffle", shuffle, True) is True:
        facts["shuffled"] = True
    subset = given.value("subset", None, None)
    facts.update(_files(given, subset))
    made = dataset(given, x, y, **facts)
    if subset == "both":
        loops = given.state.unbounded_loops
        pair = [made, _changed(made, given)]
        return ListValue("tuple", [Fact(each, given.site) for each in pair], True, loops)
    return made if subset is None or isinstance(subset, str) else Unknown("perhaps two datasets")


def _files(given: CallArguments, subset: AbstractValue) -> dict[str, AbstractValue]:
    """Which files a dataset has: those of a folder, or a subset of them drawn with a seed."""
    folder, seed = given.value("directory", 0, None), given.value("seed", None, None)
    name = folder.symbol if isinstance(folder, Unknown) else folder
    chosen = given.has("classes") or given.has("class_names") or given.has("labels", 1)
    # The text of a call that is not known says nothing of its arguments.
    if not isinstance(name, str) or not name or "(" in name or chosen:
        return {}
    if subset not in (None, *_SUBSETS):
        return {}
    drawn = isinstance(subset, str) and as_integer(seed) is not None
    drawn = drawn and given.value("shuffle", None, True) is True
    found: dict[str, AbstractValue] = {"folder": name, "subset": subset or ""}
    return {**found, "seed": as_integer(seed)} if drawn else found


_SUBSETS = ("training", "validation")

_DISTORTING = """
brightness_range channel_shift_range height_shift_range horizontal_flip rotation_range shear_range
vertical_flip width_shift_range zoom_range
"""
DISTORTING = frozenset(_DISTORTING.split())
"""Arguments of ``ImageDataGenerator`` that change images at random."""

FEATUREWISE = ("featurewise_center", "featurewise_std_normalization", "zca_whitening")
"""... and those that need ``fit``."""

_SAMPLEWISE = ("samplewise_center", "samplewise_std_normalization", "preprocessing_function")


def _distorts(value: AbstractValue) -> bool:
    """Whether an argument that changes images at random is more than 0."""
    return bool(value) if isinstance(value, (bool, int, float)) else isinstance(value, Items)


def flow(value: Object, name: str, given: CallArguments) -> AbstractValue | None:
    """Methods of an ``ImageDataGenerator``."""
    facts: dict[str, AbstractValue] = {"made": name, "batched": True}
    if given.value("shuffle", None, True) is True:
        facts["shuffled"] = True
    if any(_distorts(fact.value) for key, fact in value.args.items() if key in DISTORTING):
        facts["augmented"] = True
    if name in ("flow_from_directory", "flow_from_dataframe"):
        mode = given.value("class_mode", None, "categorical")
        names = given.value("classes", None, None)
        size = given.value("target_size", None, _USUAL_SIZE)
        shape = _image_shape(given, size, given.value("color_mode", None, "rgb"))
        x = _generated(value, _picture((None, *shape), name))
        if isinstance(mode, str):
            facts["mode"] = mode
        if name == "flow_from_directory":
            facts.update(_files(given, given.value("subset", None, None)))
        if mode == "input":
            return dataset(given, x, x, **facts)
        return dataset(given, x, _labels(mode, names) if isinstance(mode, str) else None, **facts)
    if name == "flow":
        x = _generated(value, given.array("x"))
        y = as_array(given.value("y", 1, None))
        return dataset(given, x.replace(origin="images drawn at random"), y, **facts)
    if name in ("fit", "standardize"):
        return None if name == "fit" else Array()
    return None


def _generated(generator: Object, source: Array) -> Array:
    """Images as a generator gives them."""
    changed = any(name in generator.args for name in (*FEATUREWISE, *_SAMPLEWISE))
    rescale = generator.args.get("rescale")
    if generator.partial or changed:
        return Array(shape=source.shape)
    if rescale is None or rescale.value is None or rescale.value == 0:
        return source
    number = rescale.number()
    if number is None:
        return Array(shape=source.shape)
    return transfer.scaled("*", source, number, False)


_KEEPING_WORDS = """
prefetch with_options shard apply_options ignore_errors rebatch
"""
_KEEPING = frozenset(_KEEPING_WORDS.split())
_REARRANGING = frozenset({"concatenate", "enumerate", "flat_map", "interleave", "window"})
"""Methods that return a dataset of which nothing is known."""

ITERATOR = "an iterator over a dataset"
"""The reason of an ``Unknown`` that Keras cannot train on, as it cannot go through it again."""


ELEMENT = "an element of a dataset"
"""The reason of an ``Unknown`` that a mapped function is given."""


def dataset_method(value: Object, name: str, given: CallArguments) -> AbstractValue:
    """Methods of a ``tf.data.Dataset``."""
    if name in _KEEPING:
        return _changed(value, given, "folder" if name == "shard" else "")
    if name in _REARRANGING:
        return dataset(given, None, None)
    if name in ("batch", "padded_batch", "ragged_batch"):
        return _changed(value, given, batched=True)
    if name == "filter":
        return _filtered(value, given)
    if name == "unbatch":
        return _changed(value, given, batched=False)
    if name == "cache":
        augmented = value.args.get("augmented_by")
        if augmented is not None and isinstance(augmented.value, str):
            drawn.note_cached(given.state, augmented.value, given.site)
        return _changed(value, given, cached=True)
    if name == "shuffle":
        again = given.value("reshuffle_each_iteration", 2, None)
        if again is None or again is True:
            return _changed(value, given, "cached", shuffled=True)
        return _changed(value, given, "cached shuffled")
    if name == "repeat":
        count = given.value("count", 0, None)
        if count is None or count == -1:
            return _changed(value, given, endless=True)
        return _changed(value, given, repeated=True)
    if name in ("skip", "take"):
        return _changed(value, given, "endless folder" if name == "take" else "folder")
    if name == "map":
        return _mapped(value, given)
    if name in ("as_numpy_iterator", "make_one_shot_iterator"):
        return Unknown(ITERATOR)
    return Unknown(f"what .{name}() makes of a dataset")


def _filtered(value: Object, given: CallArguments) -> AbstractValue:
    """Fewer samples, perhaps of fewer classes."""
    x = value.args.get("x")
    plain = _changed(value, given, "x y folder")
    if x is None or not isinstance(x.value, Array) or not x.value.pixels:
        return plain
    shape = x.value.shape
    left = None if shape is None else (None, *shape[1:])
    return _changed(plain, given, x=x.value.replace(shape=left))


def _mapped(value: Object, given: CallArguments) -> AbstractValue:
    """A function of the user on each element: what it does to data and labels."""
    function = given.value("map_func", 0, None)
    plain = _changed(value, given, "x y")
    rest = given.args.positional[:1]
    if not rest:
        return plain
    if isinstance(function, (Function, Partial)):
        inner = function.callee.value if isinstance(function, Partial) else function
        wanted = len(inner.node.params.params) if isinstance(inner, Function) else 0
        if isinstance(inner, Function):
            drawn.note_drawn(given.state, inner)
            name = "" if "repeated" in value.args else drawn.augments(inner)
            if name:
                plain = _changed(plain, given, augmented_by=name)
        if isinstance(function, Partial):
            wanted -= len(function.positional) + len(function.keywords)
    elif isinstance(function, (LayerRef, ModelRef)):
        wanted = 1
    else:
        return plain
    parts = ("x", "y", "weights")[:wanted]
    batched = value.args["batched"].value if "batched" in value.args else None
    known = value.args if isinstance(batched, bool) else {}
    elements = [_element(known.get(part), bool(batched), given) for part in parts]
    node = given.state.sites.node(given.site)
    try:
        made = given.state.interpreter.call(
            given.state, rest[0], Arguments(elements, []), node
        ).value
    except Raised:
        return plain
    if not known:
        return plain
    x, y = _parts(made)
    size = _samples(value)
    found = {"x": _gathered(x, size, bool(batched)), "y": _gathered(y, size, bool(batched))}
    return _changed(
        plain, given, **{part: each for part, each in found.items() if each is not None}
    )


def _element(part: Fact | None, batched: bool, given: CallArguments) -> Fact:
    """What a mapped function is given: one sample, or a batch of them."""
    if part is None or not isinstance(part.value, Array):
        return Fact(Unknown(ELEMENT, given.site), given.site)
    shape = part.value.shape
    if shape is not None:
        shape = (None, *shape[1:]) if batched and shape else shape[1:]
    return Fact(part.value.replace(shape=shape), given.site)


def of_batches(given: CallArguments, batch: AbstractValue) -> Object | None:
    """The dataset whose batches are pairs like this one."""
    if not isinstance(batch, ListValue) or batch.kind != "tuple" or len(batch.items) not in (2, 3):
        return None
    several = [_holds_arrays(item.value) for item in batch.items]
    x, y = (
        None if many else _gathered(part, None, True) for part, many in zip(_parts(batch), several)
    )
    return dataset(given, x, y, made="a generator", batched=True)


def batch_of(value: Object, given: CallArguments) -> Fact | None:
    """What a loop over a dataset of data and labels gives in a turn; None: not known."""
    batched = value.args.get("batched")
    if batched is None or not isinstance(batched.value, bool) or "y" not in value.args:
        return None
    parts = [_element(value.args.get(name), batched.value, given) for name in ("x", "y")]
    return Fact(ListValue("tuple", parts, True, given.state.unbounded_loops), given.site)


def _samples(value: Object) -> Dim:
    for name in ("x", "y"):
        part = value.args.get(name)
        if part is not None and isinstance(part.value, Array) and part.value.shape:
            return part.value.shape[0]
    return None


def _gathered(element: AbstractValue, size: Dim, batched: bool) -> AbstractValue:
    """All samples again, from what is known of one or of a batch."""
    if not isinstance(element, Array):
        return None
    if element.shape is None or (batched and not element.shape):
        return element.replace(shape=None)
    rest = element.shape[1:] if batched else element.shape
    return element.replace(shape=(size, *rest))


def split(value: Object) -> Mapping[str, Fact]:
    """The data and labels inside a dataset, as arguments of ``fit``."""
    found = {name: value.args[name] for name in ("x", "y") if name in value.args}
    batched = value.args.get("batched")
    if batched is None or batched.value is not False:
        return found
    # Each element is taken for a batch, whatever its axes are.
    for name, fact in found.items():
        if isinstance(fact.value, Array):
            found[name] = Fact(fact.value.replace(shape=None), fact.site, fact.copied_through)
    return found


# -- tensorflow_datasets --------------------------------------------------------------------------

# Shape of an image (None: a text), classes, and sizes of the two usual splits.
_TFDS: dict[str, tuple[Shape | None, int, int, int | None]] = {
    "beans": ((500, 500, 3), 3, 1034, 128),
    "cats_vs_dogs": ((None, None, 3), 2, 23262, None),
    "cifar10": ((32, 32, 3), 10, 50000, 10000),
    "cifar100": ((32, 32, 3), 100, 50000, 10000),
    "emnist": ((28, 28, 1), 62, 697932, 116323),
    "eurosat": ((64, 64, 3), 10, 27000, None),
    "fashion_mnist": ((28, 28, 1), 10, 60000, 10000),
    "food101": ((None, None, 3), 101, 75750, None),
    "horses_or_humans": ((300, 300, 3), 2, 1027, 256),
    "imdb_reviews": (None, 2, 25000, 25000),
    "kmnist": ((28, 28, 1), 10, 60000, 10000),
    "malaria": ((None, None, 3), 2, 27558, None),
    "mnist": ((28, 28, 1), 10, 60000, 10000),
    "oxford_flowers102": ((None, None, 3), 102, 1020, 6149),
    "rock_paper_scissors": ((300, 300, 3), 3, 2520, 372),
    "stanford_dogs": ((None, None, 3), 120, 12000, 8580),
    "svhn_cropped": ((32, 32, 3), 10, 73257, 26032),
    "tf_flowers": ((None, None, 3), 5, 3670, None),
}


def _tfds_load(given: CallArguments) -> AbstractValue:
    name = given.value("name", 0, None)
    split = given.value("split", None, None)
    info = given.value("with_info", None, False)
    found = _TFDS.get(name.partition(":")[0]) if isinstance(name, str) else None
    supervised = given.value("as_supervised", None, False)
    if found is None or not isinstance(info, bool) or not isinstance(supervised, bool):
        return Unknown("the result of tensorflow_datasets.load()")
    shape, classes, train, test = found
    origin = f"tensorflow_datasets.{name}"

    def one(part: AbstractValue) -> AbstractValue:
        size = {"train": train, "test": test}.get(part) if isinstance(part, str) else None
        facts: dict[str, AbstractValue] = {"made": "tensorflow_datasets.load", "batched": False}
        if given.value("batch_size", None, None) is not None:
            facts["batched"] = True
        if not supervised:
            return dataset(given, None, None, **facts)
        x = Array(Encoding.STRINGS, shape=(size,), origin=origin)
        if shape is not None:
            x = _pixels(origin, 0).replace(shape=(size, *shape))
        y = _classes(origin, (size,), classes).replace(site=given.site)
        return dataset(given, x.replace(site=given.site), y, **facts)

    loops = given.state.unbounded_loops
    if isinstance(split, str):
        made: AbstractValue = one(split)
    elif isinstance(split, ListValue) and split.complete and split.kind in ("list", "tuple"):
        parts = [Fact(one(item.value), given.site) for item in split.items]
        made = ListValue(split.kind, parts, True, loops)
    elif split is None:
        parts_by_name: dict[str | int, Fact] = {
            part: Fact(one(part), given.site) for part in ("train", "test")
        }
        made = DictValue(parts_by_name, False, loops)
    else:
        return Unknown("data whose splits are not known")
    if not info:
        return made
    both = [Fact(made, given.site), Fact(Unknown("what is known of a data set"), given.site)]
    return ListValue("tuple", both, True, loops)


_KEPT_WORDS = """
adjust_brightness adjust_contrast adjust_hue adjust_saturation central_crop crop_to_bounding_box
flip_left_right flip_up_down grayscale_to_rgb random_brightness random_contrast random_crop
random_flip_left_right random_flip_up_down random_hue random_saturation resize_with_crop_or_pad
resize_with_pad rgb_to_grayscale rot90
"""

FUNCTIONS: dict[str, Handler] = {
    "keras.datasets.mnist.load_data": _images("mnist", 60000, 10000, (28, 28), 10),
    "keras.datasets.fashion_mnist.load_data": _images("fashion_mnist", 60000, 10000, (28, 28), 10),
    "keras.datasets.cifar10.load_data": _images("cifar10", 50000, 10000, (32, 32, 3), 10),
    "keras.datasets.cifar100.load_data": _images("cifar100", 50000, 10000, (32, 32, 3), 100),
    "keras.datasets.imdb.load_data": _texts("imdb", 25000, 25000, 2),
    "keras.datasets.reuters.load_data": _texts("reuters", 8982, 2246, 46),
    "keras.datasets.boston_housing.load_data": _measured("boston_housing", 404, 102, 13, 5, 50),
    "keras.datasets.california_housing.load_data": _measured(
        "california_housing", 16512, 4128, 8, 14999, 500001
    ),
    "keras.utils.to_categorical": _to_categorical,
    "keras.utils.normalize": _normalize,
    "keras.utils.pad_sequences": _pad_sequences,
    "keras.preprocessing.sequence.pad_sequences": _pad_sequences,
    "keras.utils.image_dataset_from_directory": _images_from_directory,
    "keras.utils.text_dataset_from_directory": _texts_from_directory,
    "keras.preprocessing.image_dataset_from_directory": _images_from_directory,
    "keras.preprocessing.text_dataset_from_directory": _texts_from_directory,
    **{
        f"keras.{module}.{name}": handler
        for module in ("utils", "preprocessing.image")
        for name, handler in (("load_img", _load_img), ("img_to_array", _img_to_array))
    },
    **{
        f"tensorflow.{module}.{name}": _decoded
        for module in ("image", "io")
        for name in ("decode_bmp", "decode_gif", "decode_image", "decode_jpeg", "decode_png")
    },
    "tensorflow.image.resize": _resized,
    "tensorflow.image.convert_image_dtype": _converted,
    **{f"tensorflow.image.{name}": _kept for name in _KEPT_WORDS.split()},
    "cv2.imread": _read_by_cv2,
    "cv2.resize": _resized,
    "PIL.Image.open": _opened,
    "tensorflow_datasets.load": _tfds_load,
    f"{DATASET}.from_tensor_slices": _from_tensor_slices,
    f"{DATASET}.from_tensors": _from_tensors,
    f"{DATASET}.zip": _zipped,
    **dict.fromkeys(
        (f"{DATASET}.{name}" for name in ("from_generator", "list_files", "range")), _read
    ),
    "tensorflow.data.TFRecordDataset": _read,
    "tensorflow.data.TextLineDataset": _read,
}

GENERATORS = frozenset({"keras.preprocessing.image.ImageDataGenerator"})
