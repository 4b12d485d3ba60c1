"""scikit-learn: splits, made-up and bundled data, encoders and scalers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kerlint.program.data import Array, Encoding
from kerlint.program.model import Scaling
from kerlint.program.values import Fact, Object, Unknown
from kerlint.reading.arrays import transfer
from kerlint.reading.arrays.arguments import CallArguments, as_integer, as_number, data_of
from kerlint.reading.interpreter.freezing import freeze
from kerlint.reading.interpreter.values import AbstractValue, DictValue, ListValue
from kerlint.reading.syntax import tree as syntax

if TYPE_CHECKING:
    from kerlint.reading.interpreter.state import State

Handler = Callable[[CallArguments], AbstractValue]


def _tuple(given: CallArguments, values: list[AbstractValue], kind: str = "tuple") -> ListValue:
    items = [Fact(_placed(value, given), given.site) for value in values]
    return ListValue(kind, items, True, given.state.unbounded_loops)


def _placed(value: AbstractValue, given: CallArguments) -> AbstractValue:
    return value.replace(site=given.site) if isinstance(value, Array) else value


# -- splitting and shuffling ----------------------------------------------------------------------


def _train_test_split(given: CallArguments) -> AbstractValue:
    values: list[AbstractValue] = []
    for fact in given.args.positional:
        source = transfer.subset(data_of(fact.value))
        values.extend([source, source.replace()])
    return _tuple(given, values, "list")


def _shuffle(given: CallArguments) -> AbstractValue:
    values: list[AbstractValue] = []
    for fact in given.args.positional:
        source = data_of(fact.value)
        values.append(transfer.shuffled(source))
    return values[0] if len(values) == 1 else _tuple(given, values, "list")


def _resample(given: CallArguments) -> AbstractValue:
    values: list[AbstractValue] = [transfer.subset(data_of(f.value)) for f in given.args.positional]
    return values[0] if len(values) == 1 else _tuple(given, values, "list")


FOLD = "the rows of a fold"
"""The origin of rows for training and test that change roles from one turn to the next."""


def _folds(value: Object, given: CallArguments) -> AbstractValue:
    """``KFold().split(x)``: pairs of index arrays, how many is not looked at."""
    splits = value.args.get("n_splits") or value.args.get("0")
    once = splits is not None and splits.value == 1
    # Those of a time series are tested on what comes later, which was in no training yet.
    mixed = not once and not value.name.endswith("TimeSeriesSplit")
    indices = Array(shape=(None,), integers=True, origin=FOLD if mixed else "the rows of a split")
    pair = Fact(_tuple(given, [indices, indices.replace()]), given.site)
    return ListValue("list", [pair], False, given.state.unbounded_loops)


# -- made-up data ---------------------------------------------------------------------------------


def labels(shape: tuple[Any, ...], classes: int | None, origin: str) -> Array:
    """Class numbers from 0 on."""
    if classes == 2:
        encoding: Encoding | None = Encoding.BINARY
    else:
        encoding = Encoding.INTEGER
    return Array(
        encoding,
        shape,
        classes=classes,
        lowest=0,
        highest=None if classes is None else classes - 1,
        integers=True,
        origin=origin,
    )


def _features(rows: int | None, columns: int | None, origin: str) -> Array:
    return Array(Encoding.CONTINUOUS, (rows, columns), integers=False, origin=origin)


def _count(given: CallArguments, default: int, index: int | None = 0) -> int | None:
    return given.integer("n_samples", index, default)


def _make_classification(given: CallArguments) -> AbstractValue:
    rows, columns = _count(given, 100), given.integer("n_features", 1, 20)
    classes = given.integer("n_classes", 5, 2)
    origin = "make_classification"
    return _tuple(given, [_features(rows, columns, origin), labels((rows,), classes, origin)])


def _make_blobs(given: CallArguments) -> AbstractValue:
    value = given.value("n_samples", 0, 100)
    rows = as_integer(value)
    columns: int | None = given.integer("n_features", 1, 2)
    centers = given.value("centers", 2, None)
    classes = as_integer(centers)
    if isinstance(value, ListValue):
        sizes = [as_integer(item.value) for item in value.items]
        classes = len(sizes) if value.complete else None
        rows = sum(size for size in sizes if size) if None not in sizes and classes else None
    elif centers is None:
        classes = 3
    elif isinstance(centers, (ListValue, Array)):
        found = data_of(centers)
        classes = columns = None
        if found.shape is not None and len(found.shape) == 2:
            classes, columns = (s if isinstance(s, int) else None for s in found.shape)
    origin = "make_blobs"
    return _tuple(given, [_features(rows, columns, origin), labels((rows,), classes, origin)])


def _two_classes(name: str) -> Handler:
    def make(given: CallArguments) -> AbstractValue:
        rows = _count(given, 100)
        return _tuple(given, [_features(rows, 2, name), labels((rows,), 2, name)])

    return make


def _gaussian_quantiles(given: CallArguments) -> AbstractValue:
    rows, columns = given.integer("n_samples", 2, 100), given.integer("n_features", 3, 2)
    classes = given.integer("n_classes", 4, 3)
    name = "make_gaussian_quantiles"
    return _tuple(given, [_features(rows, columns, name), labels((rows,), classes, name)])


def _make_regression(given: CallArguments) -> AbstractValue:
    rows, columns = _count(given, 100), given.integer("n_features", 1, 100)
    targets = given.integer("n_targets", 3, 1)
    origin = "make_regression"
    written = given.has("n_targets", 3)
    shape = None if written and targets is None else ((rows,) if targets == 1 else (rows, targets))
    # Sums of ten features times coefficients of up to 100, around 0: both ends are far out.
    usual = not any(given.has(word) for word in ("bias", "n_informative", "coef"))
    y = Array(
        Encoding.CONTINUOUS,
        shape,
        lowest=-100.0 if usual else None,
        highest=100.0 if usual else None,
        integers=False,
        origin=origin,
    )
    if given.value("coef", None, False) is not False:
        return Unknown("make_regression with coefficients")
    return _tuple(given, [_features(rows, columns, origin), y])


def _make_multilabel(given: CallArguments) -> AbstractValue:
    rows, columns = _count(given, 100), given.integer("n_features", 1, 20)
    classes = given.integer("n_classes", 2, 5)
    origin = "make_multilabel_classification"
    y = Array(
        Encoding.BINARY if classes == 1 else Encoding.MULTI_HOT,
        (rows, classes),
        classes=classes,
        lowest=0,
        highest=1,
        integers=True,
        origin=origin,
    )
    return _tuple(given, [_features(rows, columns, origin), y])


# -- bundled data ---------------------------------------------------------------------------------

_BUNDLED: dict[str, tuple[int, int, int | tuple[float, float]]] = {
    "load_iris": (150, 4, 3),
    "load_wine": (178, 13, 3),
    "load_breast_cancer": (569, 30, 2),
    "load_digits": (1797, 64, 10),
    "load_diabetes": (442, 10, (25.0, 346.0)),
    "load_boston": (506, 13, (5.0, 50.0)),
    "fetch_california_housing": (20640, 8, (0.14999, 5.00001)),
}
"""Rows, columns, and the number of classes or the range of the target."""


def _bundled(name: str) -> Handler:
    rows, columns, target = _BUNDLED[name]

    def load(given: CallArguments) -> AbstractValue:
        x = Array(shape=(rows, columns), origin=name)
        if name == "load_digits":
            if given.has("n_class", 0):
                return Unknown("some classes of the digits")
            x = x.replace(lowest=0, highest=16, integers=True)
        if isinstance(target, int):
            y = labels((rows,), target, name)
            y = y.replace(sorted_by_class=name in ("load_iris", "load_wine"))
        else:
            low, high = target
            whole = name == "load_diabetes"
            y = Array(
                Encoding.CONTINUOUS, (rows,), lowest=low, highest=high, integers=whole, origin=name
            )
        if given.value("return_X_y", None, False) is True:
            return _tuple(given, [x, y])
        entries: dict[str | int, Fact] = {
            "data": Fact(_placed(x, given), given.site),
            "target": Fact(_placed(y, given), given.site),
        }
        if name == "load_digits":
            entries["images"] = Fact(x.replace(shape=(rows, 8, 8), site=given.site), given.site)
        return DictValue(entries, False, given.state.unbounded_loops)

    return load


# -- functions on arrays --------------------------------------------------------------------------


def _standardised(given: CallArguments) -> AbstractValue:
    source = given.array("X")
    return _scaled_to(source, -1.0, 1.0)


def _scaled_to(source: Array, low: float | None, high: float | None) -> Array:
    return transfer.unknown_values(
        source, encoding=Encoding.CONTINUOUS, integers=False, lowest=low, highest=high
    )


def _unit(given: CallArguments) -> AbstractValue:
    return _scaled_to(given.array("X"), None, None)


def _label_binarize(given: CallArguments) -> AbstractValue:
    source = given.array("y")
    classes = given.value("classes", 1, None)
    found = data_of(classes)
    count = found.shape[0] if found.shape else None
    return _binarized(source, count if isinstance(count, int) else None, given)


def _binarized(source: Array, classes: int | None, given: CallArguments) -> Array:
    """0/1 in one column for two classes, else one-hot; of an unknown number either."""
    rows = source.shape[0] if source.shape else None
    made = Array(lowest=0, highest=1, integers=True, origin="LabelBinarizer", site=given.site)
    if source.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT):
        return made.replace(shape=source.shape, encoding=source.encoding, classes=source.classes)
    if classes is None:
        return made.replace(shape=(rows, None))
    if classes <= 2:
        return made.replace(shape=(rows, 1), encoding=Encoding.BINARY, classes=2)
    return made.replace(shape=(rows, classes), encoding=Encoding.ONE_HOT, classes=classes)


def _class_weights(given: CallArguments) -> AbstractValue:
    classes = given.array("classes", index=1)
    count = classes.shape[0] if classes.shape else None
    return Array(shape=(count,), lowest=0, integers=False, origin="compute_class_weight")


FUNCTIONS: dict[str, Handler] = {
    "compute_class_weight": _class_weights,
    "train_test_split": _train_test_split,
    "shuffle": _shuffle,
    "resample": _resample,
    "make_classification": _make_classification,
    "make_blobs": _make_blobs,
    "make_moons": _two_classes("make_moons"),
    "make_circles": _two_classes("make_circles"),
    "make_hastie_10_2": lambda given: Unknown("labels of -1 and 1"),
    "make_gaussian_quantiles": _gaussian_quantiles,
    "make_regression": _make_regression,
    "make_multilabel_classification": _make_multilabel,
    **{name: _bundled(name) for name in _BUNDLED},
    "scale": _standardised,
    "normalize": _unit,
    "label_binarize": _label_binarize,
}


# -- encoders and scalers -------------------------------------------------------------------------


def _classes_of(value: Object, given: CallArguments) -> int | None:
    """The number of classes seen when the encoder was fitted."""
    found = given.state.fit_state.get(id(value))
    return None if found is None else transfer.distinct(found[1])


def _label_encoder(value: Object, source: Array, given: CallArguments) -> Array:
    classes = _classes_of(value, given)
    shape = None if source.shape is None else source.shape[:1]
    origin = f"LabelEncoder of {source.origin}" if source.origin else "LabelEncoder"
    made = labels(shape if shape is not None else (None,), classes, origin)
    return made.replace(site=given.site, sorted_by_class=source.sorted_by_class)


def _ordinal_encoder(value: Object, source: Array, given: CallArguments) -> Array:
    return Array(shape=source.shape, lowest=0, integers=True, origin="OrdinalEncoder")


def _one_hot_encoder(value: Object, source: Array, given: CallArguments) -> Array:
    rows = source.shape[0] if source.shape else None
    columns = source.shape[1] if source.shape is not None and len(source.shape) == 2 else None
    dropped = "drop" in value.args or any(name.isdigit() for name in value.args)
    made = Array(
        shape=(rows, None),
        lowest=0,
        highest=1,
        integers=True,
        origin="OneHotEncoder",
        site=given.site,
    )
    if dropped:
        return made
    if columns == 1 or source.rank == 1:
        classes = _classes_of(value, given)
        return made.replace(shape=(rows, classes), encoding=Encoding.ONE_HOT, classes=classes)
    return made


def _label_binarizer(value: Object, source: Array, given: CallArguments) -> Array:
    if any(name in value.args for name in ("neg_label", "pos_label", "0", "1")):
        return Array(integers=True, origin="LabelBinarizer")
    return _binarized(source, _classes_of(value, given), given)


def _multi_label_binarizer(value: Object, source: Array, given: CallArguments) -> Array:
    return Array(
        Encoding.ONE_HOT if _one_each(source, given) else Encoding.MULTI_HOT,
        (source.shape[0] if source.shape else None, None),
        lowest=0,
        highest=1,
        integers=True,
        origin="MultiLabelBinarizer",
        site=given.site,
    )


def _one_each(source: Array, given: CallArguments) -> bool:
    """Whether every sample has exactly one label: ``[[name] for name in names]``."""
    value = given.value("y", 0, None)
    if isinstance(value, ListValue) and value.items:
        inner: list[AbstractValue] = [item.value for item in value.items]
        return all(
            isinstance(each, ListValue)
            and each.kind in ("list", "tuple", "set")
            and each.complete
            and len(each.items) == 1
            for each in inner
        )
    return source.shape is not None and len(source.shape) == 2 and source.shape[1] == 1


def _min_max_scaler(value: Object, source: Array, given: CallArguments) -> Array:
    wanted = value.args.get("feature_range") or value.args.get("0")
    low: float | None = 0.0
    high: float | None = 1.0
    if wanted is not None:
        pair = wanted.value
        items = getattr(pair, "items", ())
        low = high = None
        if isinstance(items, (list, tuple)) and len(items) == 2:
            low, high = (as_number(item.value) for item in items)
    return _scaled_to(source, low, high).replace(origin="MinMaxScaler", site=given.site)


def _standard_scaler(value: Object, source: Array, given: CallArguments) -> Array:
    changed = any(name in value.args for name in ("with_mean", "with_std", "1", "2"))
    low, high = (None, None) if changed else (-1.0, 1.0)
    return _scaled_to(source, low, high).replace(origin="StandardScaler", site=given.site)


def _other_scaler(value: Object, source: Array, given: CallArguments) -> Array:
    word = value.name.rpartition(".")[2]
    return _scaled_to(source, None, None).replace(origin=word, site=given.site)


Transform = Callable[[Object, Array, CallArguments], Array]

TRANSFORMERS: dict[str, Transform] = {
    "LabelEncoder": _label_encoder,
    "OrdinalEncoder": _ordinal_encoder,
    "OneHotEncoder": _one_hot_encoder,
    "LabelBinarizer": _label_binarizer,
    "MultiLabelBinarizer": _multi_label_binarizer,
    "MinMaxScaler": _min_max_scaler,
    "MaxAbsScaler": _other_scaler,
    "StandardScaler": _standard_scaler,
    "RobustScaler": _other_scaler,
    "Normalizer": _other_scaler,
    "PowerTransformer": _other_scaler,
    "QuantileTransformer": _other_scaler,
}

SCALERS = frozenset(word for word in TRANSFORMERS if word.endswith("Scaler")) | {
    "PowerTransformer",
    "QuantileTransformer",
}

EXTRACTORS = frozenset(
    {
        *("CountVectorizer", "FastICA", "IncrementalPCA", "KernelPCA", "NMF", "PCA"),
        *("TfidfTransformer", "TfidfVectorizer", "TruncatedSVD"),
    }
)
"""What makes columns of its own, whose meaning depends on the data that it is fitted to."""

TOKENIZER = "keras.preprocessing.text.Tokenizer"
_OF_TEXTS = {
    "fit_on_texts": "fit",
    "texts_to_matrix": "transform",
    "texts_to_sequences": "transform",
}

SPLITTERS = frozenset(
    {
        "KFold",
        "StratifiedKFold",
        "ShuffleSplit",
        "StratifiedShuffleSplit",
        "RepeatedKFold",
        "RepeatedStratifiedKFold",
        "TimeSeriesSplit",
        "GroupKFold",
        "LeaveOneOut",
    }
)


def make(path: str, given: CallArguments) -> Object:
    """An encoder, scaler or splitter; positional arguments go by their number."""
    args: dict[str, Fact] = {str(i): fact for i, fact in enumerate(given.args.positional)}
    args.update(given.args.named())
    return Object(path, args, given.site, given.args.partial)


def method(value: Object, name: str, given: CallArguments) -> AbstractValue | None:
    """Methods of encoders, scalers and splitters; None when it is not one of these."""
    word = value.name.rpartition(".")[2]
    if word in SPLITTERS:
        return _folds(value, given) if name == "split" else None
    if word in EXTRACTORS:
        if name not in ("fit", "fit_transform", "transform"):
            return None
        _note(value, name, given)
        return value if name == "fit" else Unknown(f"the result of .{name}()", given.site)
    transform = TRANSFORMERS.get(word)
    if transform is None:
        return None
    if word in SCALERS and name in ("fit", "fit_transform", "transform"):
        _note(value, name, given)
    if name in ("fit", "partial_fit", "fit_transform"):
        source = given.array("X", "y")
        given.state.fit_state[id(value)] = (value, source)
        return value if name != "fit_transform" else transform(value, source, given)
    if name == "transform":
        return transform(value, given.array("X", "y"), given)
    if name == "inverse_transform":
        source = given.array("X", "y")
        return Array(shape=source.shape if word not in _NARROWING else None)
    return None


def note_texts(value: Object, name: str, given: CallArguments) -> None:
    """Note that a Tokenizer of Keras is fitted or used."""
    if name in _OF_TEXTS:
        _note(value, _OF_TEXTS[name], given)


def _note(value: Object, name: str, given: CallArguments) -> None:
    """Note that a scaler is fitted or used, and what the code calls the data."""
    state = given.state
    named = next((word for word in ("raw_documents", "texts") if given.has(word, None)), "X")
    fact = given.args.get(named, 0)
    node = state.sites.node(given.site)
    if fact is None or not isinstance(node, syntax.Call) or not node.args:
        return
    given_as = node.args[0].value
    inner, attribute = given_as, ""
    while isinstance(inner, (syntax.Attribute, syntax.Subscript, syntax.Call)):
        attribute = inner.attr.value if isinstance(inner, syntax.Attribute) else attribute
        inner = inner.func if isinstance(inner, syntax.Call) else inner.value
    named = inner.value if isinstance(inner, syntax.Name) else ""
    if named == "self":
        named = attribute
    data = freeze(state, fact)
    whole = isinstance(given_as, (syntax.Name, syntax.Attribute))
    state.scalings.append(Scaling(value, name, data, named, whole, state.origin(given.site)))


_NARROWING = frozenset({"OneHotEncoder", "LabelBinarizer", "MultiLabelBinarizer"})


def attribute(state: State, value: Object, name: str) -> AbstractValue | None:
    """``encoder.classes_`` after it was fitted."""
    found = state.fit_state.get(id(value))
    if name == "classes_" and found is not None:
        return Array(shape=(transfer.distinct(found[1]),), origin="classes_")
    if value.name.rpartition(".")[2] in EXTRACTORS and name.endswith("_"):
        return Unknown("what was learned from the data")
    return None


def of_folds(value: AbstractValue) -> bool:
    """Whether a loop over this goes over folds: ``kfold.split(x)``, or ``enumerate`` of it."""
    for _ in range(3):
        if isinstance(value, Array):
            return value.origin == FOLD
        if not isinstance(value, ListValue) or not value.items:
            return False
        value = value.items[-1].value
    return isinstance(value, Array) and value.origin == FOLD
