"""Keras's own data: its datasets, label encoding, sequences, generators, and ``tf.data``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kerlint.program.data import UNSEEN, Array, Encoding
from kerlint.program.values import Fact, Object, Unknown
from kerlint.reading.arrays.arguments import CallArguments, as_integer, dtype_of
from kerlint.reading.arrays.literals import as_array
from kerlint.reading.arrays.shapes import Shape
from kerlint.reading.interpreter.values import AbstractValue, DictValue, ListValue

Handler = Callable[[CallArguments], AbstractValue]

DATASET = "tensorflow.data.Dataset"
"""Name of the ``Object`` that stands for data and labels given together, in ``x`` and ``y``."""


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
        return _halves(
            given,
            [
                _Pair(Array(shape=(n,), origin=origin), _classes(origin, (n,), classes))
                for n in sizes
            ],
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
    made = Array(integers=whole, origin="keras.utils.pad_sequences")
    if source.rank is not None and source.rank > 1:
        return made.replace(shape=(rows, size, *(source.shape or ())[2:]))
    if source.rank == 1 and not source.origin.startswith("keras.datasets."):
        # An array of sequences, each of numbers or of rows: Keras refuses one of plain numbers.
        return made
    if source.rank is None:
        made = made.replace(origin=f"{made.origin}{UNSEEN}")
    return made.replace(shape=(rows, size))


# -- data and labels together ---------------------------------------------------------------------


def dataset(given: CallArguments, x: AbstractValue, y: AbstractValue) -> Object:
    """The object that stands for a dataset; unknown parts are left out."""
    args: dict[str, Fact] = {}
    for name, value in (("x", x), ("y", y)):
        if value is not None:
            args[name] = Fact(value, given.site)
    return Object(DATASET, args, given.site)


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
    return as_array(value)


def _from_tensor_slices(given: CallArguments) -> AbstractValue:
    return dataset(given, *_parts(given.value("tensors", 0, None)))


def _zipped(given: CallArguments) -> AbstractValue:
    value = given.value("datasets", 0, None)
    items = value.items if isinstance(value, ListValue) and value.complete else []
    if len(given.args.positional) == 2:
        items = given.args.positional
    if len(items) == 2:
        x, y = (_data_in(item.value) for item in items)
        return dataset(given, x, y)
    return Unknown("datasets zipped")


def _data_in(value: AbstractValue) -> AbstractValue:
    if isinstance(value, Object) and value.name == DATASET and "y" not in value.args:
        found = value.args.get("x")
        return found.value if found is not None else None
    return None


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


def _from_directory(given: CallArguments) -> AbstractValue:
    """``image_dataset_from_directory`` and ``text_dataset_from_directory``."""
    mode = given.value("label_mode", 2, "int")
    labels = given.value("labels", 1, "inferred")
    names = given.value("class_names", 3, None)
    y = _labels(mode, names) if labels == "inferred" and isinstance(mode, str) else None
    if mode == "binary" and y is not None:
        y = y.replace(shape=(None, 1))
    return dataset(given, None, y)


def flow(value: Object, name: str, given: CallArguments) -> AbstractValue | None:
    """Methods of an ``ImageDataGenerator``."""
    if name in ("flow_from_directory", "flow_from_dataframe"):
        mode = given.value("class_mode", None, "categorical")
        names = given.value("classes", None, None)
        return dataset(given, None, _labels(mode, names) if isinstance(mode, str) else None)
    if name == "flow":
        x = given.array("x")
        y = as_array(given.value("y", 1, None))
        return dataset(given, Array(shape=x.shape, origin="images drawn at random"), y)
    if name in ("fit", "standardize"):
        return None if name == "fit" else Array()
    return None


_KEEPING_WORDS = """
batch cache prefetch repeat shuffle skip take with_options unbatch shard apply_options
ignore_errors rebatch
"""
_KEEPING = frozenset(_KEEPING_WORDS.split())


def dataset_method(value: Object, name: str, given: CallArguments) -> AbstractValue:
    """Methods of a ``tf.data.Dataset``."""
    if name in _KEEPING:
        return Object(DATASET, dict(value.args), given.site)
    return Unknown(f"what .{name}() makes of a dataset")


def split(value: Object) -> Mapping[str, Fact]:
    """The data and labels inside a dataset, as arguments of ``fit``."""
    return {name: value.args[name] for name in ("x", "y") if name in value.args}


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
    "keras.utils.image_dataset_from_directory": _from_directory,
    "keras.utils.text_dataset_from_directory": _from_directory,
    "keras.preprocessing.image_dataset_from_directory": _from_directory,
    "keras.preprocessing.text_dataset_from_directory": _from_directory,
    f"{DATASET}.from_tensor_slices": _from_tensor_slices,
    f"{DATASET}.from_tensors": _from_tensor_slices,
    f"{DATASET}.zip": _zipped,
}

GENERATORS = frozenset({"keras.preprocessing.image.ImageDataGenerator"})
