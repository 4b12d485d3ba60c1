"""Keras objects: what calling Keras makes, and what their attributes and methods give."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kerlint import keras_api
from kerlint.keras_api.facts import ATTRIBUTES, ENDS
from kerlint.lazy_dataclass import replace
from kerlint.program import shapes
from kerlint.program.data import PREDICTED, UNSEEN, Array
from kerlint.program.layers import KINDS
from kerlint.program.model import (
    Assignment,
    Call,
    Compile,
    Fit,
    Part,
    Shape,
    asks_for_layout,
)
from kerlint.program.values import (
    Custom,
    External,
    Fact,
    Forecast,
    LayerRef,
    ModelRef,
    Object,
    Site,
    TensorRef,
    Unknown,
)
from kerlint.reading.interpreter import classes
from kerlint.reading.interpreter.freezing import freeze
from kerlint.reading.interpreter.guards import guards_call, guards_lookup, guards_training
from kerlint.reading.interpreter.state import LAYOUT_ASKED, Building, Raised, State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    DictValue,
    Function,
    Instance,
    ListValue,
    QualifiedName,
    unknown,
)
from kerlint.reading.library import (
    arrays,
    callbacks,
    configuration,
    formulas,
    loops,
    models,
    own_layers,
)
from kerlint.reading.library.models import apply_layer, holds_tensor, inputs_of, tensors_of
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import dotted, identifiers

if TYPE_CHECKING:
    from kerlint.keras_api import Located

OPERATORS = {
    "+": "operator.add",
    "-": "operator.sub",
    "*": "operator.mul",
    "/": "operator.truediv",
    "//": "operator.floordiv",
    "%": "operator.mod",
    "**": "operator.pow",
    "@": "operator.matmul",
    "&": "operator.and_",
    "|": "operator.or_",
    "<": "operator.lt",
    "<=": "operator.le",
    "==": "operator.eq",
    "!=": "operator.ne",
    ">=": "operator.ge",
    ">": "operator.gt",
    "negative": "operator.neg",
    "getitem": "operator.getitem",
}

COMPARISONS = frozenset({"<", "<=", "==", "!=", ">=", ">"})

# Lower-case functions of keras.layers and the layers they apply.
MERGES = {
    f"keras.layers.{kind.function}": f"keras.layers.{kind.name}"
    for kind in KINDS.values()
    if kind.function
}

MODELS_FROM_FILES = frozenset(
    {
        "keras.models.load_model",
        "keras.models.clone_model",
        "keras.models.model_from_json",
        "keras.models.model_from_config",
        "keras.models.model_from_yaml",
        "keras.saving.load_model",
    }
)

# Parameter names of functions of TensorFlow, by position, where a shape depends on them.
_POSITIONS: dict[str, tuple[str, ...]] = {
    "concat": ("values", "axis"),
    "stack": ("values", "axis"),
    "reshape": ("tensor", "shape"),
    "expand_dims": ("input", "axis"),
    "squeeze": ("input", "axis"),
    "transpose": ("a", "perm"),
    "tile": ("input", "multiples"),
    "cast": ("x", "dtype"),
    "softmax": ("logits", "axis"),
    "argmax": ("input", "axis"),
    "repeat": ("input", "repeats", "axis"),
    **{
        f"reduce_{word}": ("input_tensor", "axis", "keepdims")
        for word in ("all", "any", "max", "mean", "min", "prod", "sum", "std", "variance")
    },
}

TRAINING = frozenset(
    {
        "fit",
        "fit_generator",
        "train_on_batch",
        "evaluate",
        "evaluate_generator",
        "test_on_batch",
        "predict",
        "predict_on_batch",
        "predict_generator",
        "predict_classes",
        "predict_proba",
    }
)


# -- arguments ------------------------------------------------------------------------------------


def bound(state: State, name: str, args: Arguments) -> dict[str, Fact]:
    """Arguments by parameter name as Keras 3 calls them; old names are read as their new ones."""
    signature = keras_api.signature(name) or _last_signature(name)
    found: dict[str, Fact] = {}
    if signature is not None:
        names = [param.name for param in signature.params if param.kind == "positional"]
        names = names[1:] if names[:1] == ["self"] else names
        # ``Reshape(28, 28)``, ``Dense(128, 64)``: what was meant by them is not at its place.
        fits = len(args.positional) <= len(names) or signature.takes_varargs
        fits = fits and not any(map(_is_misplaced, names, args.positional))
        for parameter, fact in zip(names, args.positional):
            found[parameter] = freeze(state, fact) if fits else _misplaced(fact)
    for keyword, fact, _ in args.keywords:
        rename = keras_api.renamed_argument(name, keyword)
        accepted = signature is not None and any(p.name == keyword for p in signature.params)
        if rename is not None and rename.one_to_one and rename.name is not None and not accepted:
            found.setdefault(rename.name, _translated(rename, freeze(state, fact)))
            continue
        found[keyword] = freeze(state, fact)
        if signature is None or accepted:
            continue
        # A slip of the pen, or a name of long ago: what it was meant for is not at its default.
        reason = f"perhaps meant by {keyword}="
        for meant in _meant(name, signature, keyword, fact.value, rename):
            found.setdefault(meant, Fact(Unknown(reason, fact.site), fact.site))
    return found


def _of_target(name: str, args: Arguments) -> Arguments:
    """The arguments of an alias that its target has; what the others do is not known."""
    signature = keras_api.signature(name) or _last_signature(name)
    if signature is None:
        return args
    taken = {param.name for param in signature.params if param.kind != "kwargs"}
    taken.update(keras_api.accepted_kwargs(name) or ())
    keywords = [each for each in args.keywords if each[0] in taken]
    if len(keywords) == len(args.keywords):
        return args
    return Arguments(args.positional, keywords, True)


def _is_misplaced(parameter: str, fact: Fact) -> bool:
    return parameter.endswith("activation") and isinstance(fact.value, (int, float))


def _misplaced(fact: Fact) -> Fact:
    return Fact(Unknown("perhaps meant for another parameter", fact.site), fact.site)


def _meant(
    name: str,
    signature: keras_api.Signature,
    keyword: str,
    value: AbstractValue,
    rename: keras_api.Rename | None,
) -> list[str]:
    """The parameters that a keyword which Keras does not take may have been meant for."""
    import difflib

    if rename is not None:
        return [] if rename.name is None else [rename.name]
    if keyword in (keras_api.accepted_kwargs(name) or ()):
        return []
    names = [param.name for param in signature.params if param.kind != "kwargs"]
    close = difflib.get_close_matches(keyword, names, n=2, cutoff=0.7)
    plain = keyword.lower().strip("_")
    parts = [other for other in names if len(plain) > 2 and (plain in other or other in plain)]
    kinds = [
        kind
        for kind in ("activation", "loss")
        if kind in names
        and isinstance(value, str)
        and keras_api.resolve_string(kind, value) is not None
    ]
    return [*close, *parts, *kinds]


def _translated(rename: keras_api.Rename, fact: Fact) -> Fact:
    """The value under the new name, where the words for it changed too."""
    value = fact.value
    if isinstance(value, str) and value in rename.values:
        return Fact(rename.values[value], fact.site, fact.copied_through)  # type: ignore[arg-type]
    return fact


def _last_signature(name: str) -> keras_api.Signature | None:
    for release in reversed(keras_api.releases_of(name)):
        signature = keras_api.signature(name, release)
        if signature is not None:
            return signature
    return None


def record(
    state: State,
    name: str,
    path: str,
    args: Arguments,
    site: Site,
    *,
    model: int | None = None,
    layer: int | None = None,
    receiver: Fact | None = None,
    aliased: bool = False,
) -> None:
    """Note a call of Keras as it was written, for the rules about its arguments.

    ``aliased``: by a name of the project's own; so are the methods of what such a call has made.
    """
    if state.in_other_module:
        if asks_for_layout(name):
            state.configured[LAYOUT_ASKED] = Fact(True, site)
        return
    if state.sites.aliased and not aliased:
        aliased = _is_of_alias(state, model, layer, receiver)
    state.calls.append(
        Call(
            len(state.calls),
            name,
            path,
            tuple(freeze(state, fact) for fact in args.positional),
            tuple((keyword, freeze(state, fact), where) for keyword, fact, where in args.keywords),
            state.origin(site),
            args.partial,
            model,
            layer,
            guards_call(state.guards, name),
            receiver,
            _variables(state, args),
            aliased,
        )
    )


def _is_of_alias(state: State, model: int | None, layer: int | None, receiver: Fact | None) -> bool:
    """Whether a method is that of an object whose class the project may have extended."""
    made = state.sites.aliased
    if model is not None and state.models[model].origin.site in made:
        return True
    if layer is not None and state.layers[layer].origin.site in made:
        return True
    return (
        receiver is not None and isinstance(receiver.value, Object) and receiver.value.site in made
    )


def _variables(state: State, args: Arguments) -> dict[Site, str]:
    """The names of variables among the arguments of a call."""
    found: dict[Site, str] = {}
    for fact in args.facts():
        if fact.copied_through:
            node = state.sites.node(fact.copied_through[-1])
            if type(node) is syntax.Name:
                found[fact.copied_through[-1]] = node.value
    return found


# -- calls ----------------------------------------------------------------------------------------


def call_keras(
    state: State, located: Located, args: Arguments, node: syntax.Node, *, aliased: bool = False
) -> Fact:
    """Call something of Keras; ``aliased``: under a name of the project's own."""
    site = state.site(node)
    name = located.name
    if name is None:
        configuration.by_call(state, located.spelled, args, site)
        return unknown(site, f"Keras has no {located.spelled}")
    symbol = keras_api.symbol(name)
    if aliased:
        args = _of_target(name, args)
        state.sites.aliased.add(site)
    record(state, name, located.spelled, args, site, aliased=aliased)
    configured = configuration.by_call(state, name, args, site)
    if configured is not None:
        return configured
    if state.models and callbacks.set_weights(name, args):
        for built in state.models:  # whose weights they are, is not known
            built.weights_given = True
    if name == "keras.Input":
        return _input(state, args, site)
    if name in ("keras.Model", "keras.Sequential", "keras.models.Functional"):
        kind = "sequential" if name == "keras.Sequential" else "functional"
        model = state.add_model(kind, name, site)
        models.initialise(state, model, args, site)
        return Fact(ModelRef(model.id), site)
    if name in MODELS_FROM_FILES:
        return _model_from_file(state, name, args, site)
    if name in MERGES:
        return _merge(state, MERGES[name], args, site)
    if symbol is not None and symbol.kind == "application":
        return _application(state, name, args, site)
    if symbol is not None and symbol.kind == "layer" and symbol.is_class:
        return _layer(state, name, args, site)
    made = arrays.call(state, name, args, site)
    if made is not None:
        return made
    facts = [*args.positional, *(fact for _, fact, _ in args.keywords)]
    if any(holds_tensor(fact) for fact in facts):
        result = operate_path(state, name, args, site)
        if symbol is not None and (symbol.kind == "loss" or name in _LOSSES_OF_BACKENDS):
            loops.note_loss_function(state, name, args, result, site)
        return result
    if symbol is not None and symbol.is_class:
        return Fact(Object(name, bound(state, name, args), site, args.partial), site)
    short = name.rpartition(".")[2]
    if short in ("get", "deserialize") and args.positional:
        fact = args.positional[0]
        if isinstance(fact.value, str):
            kind = name.split(".")[1].rstrip("s") if name.count(".") >= 2 else ""
            found = keras_api.resolve_string(kind, fact.value)
            if found is not None:
                return Fact(QualifiedName(found), site)
        return fact
    if name.startswith(("keras.initializers.", "keras.regularizers.", "keras.constraints.")):
        # Lower-case aliases that older releases kept as functions: ``regularizers.l2(0.01)``.
        return Fact(Object(name, bound(state, name, args), site, args.partial), site)
    if symbol is not None and symbol.kind == "loss":
        forecast = loops.forecast_in(args)
        if forecast is not None:
            return Fact(forecast, site)
    return unknown(site, f"the result of {name.rpartition('.')[2]}()")


_LOSSES_OF_BACKENDS = frozenset(
    f"keras.{module}.{kind}_crossentropy"
    for module in ("backend", "ops")
    for kind in ("binary", "categorical", "sparse_categorical")
)


def _input(state: State, args: Arguments, site: Site) -> Fact:
    found = bound(state, "keras.Input", args)
    given = found.get("tensor")
    if given is not None and isinstance(given.value, TensorRef):
        return Fact(given.value, site)
    shape: Shape | Unknown | None = shapes.input_shape(found)
    if shape is None:
        shape = Unknown("the shape of the Input is not known", site)
    tensor = state.add_tensor(shape, site)
    state.mutations += 1
    return Fact(TensorRef(tensor.id), site)


def _layer(state: State, name: str, args: Arguments, site: Site) -> Fact:
    found = configuration.with_defaults(state, name, bound(state, name, args), site)
    wrapped: int | None = None
    inner = found.get("layer")
    if inner is not None and isinstance(inner.value, LayerRef):
        wrapped = inner.value.layer
    elif inner is not None and isinstance(inner.value, ModelRef):
        wrapped = models.layer_of_model(state, inner.value.model, site)
    for word in ("activation", "function"):
        # A function of the user, between the output and the weights, may have no gradient.
        own = found.get(word)
        if own is not None and isinstance(own.value, Custom):
            given = args.get(word, None if word == "activation" and name not in _ACTIVATING else 0)
            number = formulas.of_function(state, given, site)
            found[word] = Fact(replace(own.value, formula=number), own.site, own.copied_through)
    layer = state.add_layer(name, found, site, partial=args.partial, wrapped=wrapped)
    if name == "keras.layers.Lambda":
        given = args.get("function", 0)
        _read_lambda(state, given, site)
        used = own_layers.captured(state, given)
        if used:
            record(state, CAPTURED, name, Arguments(used, []), site, layer=layer.id)
    elif own_layers.made_in_call(state, site):
        record(state, CREATED, name, args, site, layer=layer.id)
    return Fact(LayerRef(layer.id), site)


_ACTIVATING = frozenset({"keras.layers.Activation"})


def _read_lambda(state: State, given: Fact | None, site: Site) -> None:
    """Note what a ``lambda`` names; a function with ``def`` is read on its own."""
    function: AbstractValue = given.value if given is not None else None
    if given is None or type(function) is not Function or type(function.node) is not syntax.Lambda:
        return
    inputs = [unknown(site, "what a Lambda layer is called on")]
    state.interpreter.call(state, given, Arguments(inputs, []), function.node)


def _merge(state: State, type: str, args: Arguments, site: Site) -> Fact:
    found = bound(state, type, Arguments(args.positional[1:], args.keywords, args.partial))
    found.pop("inputs", None)
    layer = state.add_layer(type, found, site, partial=args.partial)
    given = args.get("inputs", 0)
    if given is None:
        return unknown(site, "a merge of unknown tensors")
    return apply_layer(state, layer.id, inputs_of(state, given), site)


def _application(state: State, name: str, args: Arguments, site: Site) -> Fact:
    found = bound(state, name, args)
    model = state.add_model("application", name, site)
    given = found.get("input_tensor")
    before, after = shapes.application_output(name, found)
    if given is not None and isinstance(given.value, TensorRef):
        source = given.value.tensor
    else:
        source = state.add_tensor(before, site).id
    layer = state.add_layer(name, found, site, partial=args.partial)
    apply = state.add_apply(layer.id, (source,), (after,), site)
    model.inputs, model.outputs = [source], list(apply.outputs)
    return Fact(ModelRef(model.id), site)


def _model_from_file(state: State, name: str, args: Arguments, site: Site) -> Fact:
    model = state.add_model("unknown", name, site)
    cloned = name.endswith("clone_model")
    source = args.get("model", 0)
    if cloned and args.get("clone_function", 2) is not None and source is not None:
        if isinstance(source.value, ModelRef):
            state.models[source.value.model].rebuilt = True
    model.gap("the model is a clone" if cloned else "the model comes from a file", site)
    return Fact(ModelRef(model.id), site)


def apply(state: State, callee: Fact, args: Arguments, site: Site) -> Fact:
    """Call a layer or a model on tensors or data."""
    value = callee.value
    if not isinstance(value, LayerRef) or not state.layers[value.layer].custom:
        note_positions(state, value, args, site)
    given = args.get("inputs", 0)
    if given is None and args.keywords:
        given = args.keywords[0][1]
    if given is None:
        return unknown(site, "a layer called on nothing")
    rest = {
        keyword: freeze(state, fact) for keyword, fact, _ in args.keywords if keyword != "inputs"
    }
    # What is recorded on a tape is trained: the operations on it tell of the loss.
    if isinstance(given.value, Array) and isinstance(value, ModelRef) and not state.tapes:
        called = state.models[value.model]
        called.predicts = called.predicts or called.compiled is not None
        record(state, "keras.Model.__call__", "", args, site, model=value.model)
        loops.note_model_call(state, value.model, args, None, len(state.layer_calls), site)
        data = _through_layers(state, [layer for layer, _ in called.stack], given, site)
        if data is not None:
            return data
        made = Forecast("what the model predicts", site, "", value.model, "outside")
        return Fact(made, site)
    if isinstance(value, ModelRef):
        called = state.models[value.model]
        # Whoever records what it does trains it by hand.
        called.predicts = called.predicts or (state.tapes > 0 and called.compiled is not None)
        layer = models.layer_of_model(state, value.model, site)
    else:
        assert isinstance(value, LayerRef)
        layer = value.layer
    if state.layers[layer].model is None and isinstance(given.value, Array):
        if state.layers[layer].kind != "Rescaling":
            record(state, f"{state.layers[layer].type}.__call__", "", args, site, layer=layer)
        data = _through_layers(state, [layer], given, site)
        return data if data is not None else unknown(site, "a layer called on data")
    if isinstance(given.value, Unknown) and given.value.reason == arrays.ELEMENT:
        record(state, f"{state.layers[layer].type}.__call__", "", args, site, layer=layer)
    extra = [fact for fact in args.positional[1:] if holds_tensor(fact)]
    inputs = list(inputs_of(state, given))
    for fact in (*extra, *(f for f in args.named().values() if f is not given)):
        inputs.extend(tensors_of(fact))
    start = len(state.layer_calls)
    result = apply_layer(state, layer, tuple(inputs), site, rest)
    model = state.layers[layer].model
    if model is not None:
        loops.note_model_call(state, model, args, result, start, site)
    return result


PLACED = "keras.layers.Layer.__call__.positional"
"""The name of the record for a positional argument of a layer that is not a tensor."""


def note_positions(state: State, callee: AbstractValue, args: Arguments, site: Site) -> None:
    """Note positional arguments after the inputs of a layer or model that are not tensors."""
    if len(args.positional) < 2 or args.partial:
        return
    node = state.sites.node(site)
    if not isinstance(node, syntax.Call) or any(arg.star for arg in node.args):
        return
    written = [arg.value for arg in node.args if arg.keyword is None]
    for fact, shown in zip(args.positional[1:], written[1:]):
        if isinstance(fact.value, (bool, int, float, str)) or _is_no_tensor(state, fact, shown):
            model = callee.model if isinstance(callee, (ModelRef, Instance)) else None
            layer = callee.layer if isinstance(callee, (LayerRef, Instance)) else None
            there = state.site(shown)
            record(
                state,
                PLACED,
                "",
                Arguments([Fact(fact.value, there)], []),
                there,
                model=model,
                layer=layer,
            )
            return


def _is_no_tensor(state: State, fact: Fact, shown: syntax.Expression) -> bool:
    """``training`` of a ``call``, which is True in ``fit``, and sizes such as ``x.shape[1]``."""
    if fact.value is not None and not isinstance(fact.value, Unknown):
        return False
    function = state.functions[-1] if state.functions else None
    if isinstance(shown, syntax.Name) and shown.value == "training":
        return (
            function is not None
            and function.name == "call"
            and function.owner is not None
            and any(each.name.value == "training" for each in function.node.params.params)
        )
    # The size of a batch is None.
    made = state.sites.node(fact.site)
    if isinstance(shown, syntax.Subscript):
        index = shown.slice[0].slice
        if isinstance(index, syntax.Index) and getattr(index.value, "value", "") == "0":
            return False
    elif not isinstance(shown, syntax.Name) or shown.value.startswith(("b", "n")):
        return False
    if isinstance(made, syntax.Subscript):
        made = made.value
    return isinstance(made, syntax.Attribute) and made.attr.value == "shape"


def _through_layers(state: State, layers: list[int], data: Fact, site: Site) -> Fact | None:
    """Data that preprocessing layers are called on, one after another; None: not known."""
    value: AbstractValue | None = data.value if layers else None
    for layer in layers:
        made = state.layers[layer]
        if isinstance(value, Array) and not made.custom:
            if made.kind == "Rescaling":
                given = Arguments([Fact(value, data.site)], [])
                record(state, RESCALED, made.type, given, site, layer=layer)
            value = arrays.layer_on_data(made.kind, made.args, value)
    return Fact(value, site) if isinstance(value, Array) else None


RESCALED = "keras.layers.Rescaling.__call__"
"""The name of the call of a ``Rescaling`` layer on data."""

DIVIDED = "operator.truediv"
"""The name under which a second division of pixels by 255 is recorded."""

CAPTURED = "keras.layers.Lambda.captured"
"""The name under which layers and variables that the function of a ``Lambda`` uses are recorded."""

CREATED = "keras.layers.Layer.call.created"
"""The name under which a layer that is made in ``call`` is recorded."""

STRETCHED = "numpy.broadcast"
"""The name under which labels (n,) that meet predictions (n, 1) are recorded."""

ELEMENTWISE = frozenset({"numpy.subtract", "numpy.equal", "numpy.not_equal"})


def note_stretched(state: State, left: Fact, right: Fact, site: Site) -> None:
    """Note that each label is combined with each prediction."""
    if arrays.stretched(left.value, right.value):
        record(state, STRETCHED, STRETCHED, Arguments([left, right], []), site)


SCORES = frozenset(
    f"sklearn.metrics.{name}"
    for name in (
        *("accuracy_score", "balanced_accuracy_score", "classification_report"),
        *("cohen_kappa_score", "confusion_matrix", "f1_score", "fbeta_score", "hamming_loss"),
        *("jaccard_score", "matthews_corrcoef", "multilabel_confusion_matrix"),
        *("precision_recall_fscore_support", "precision_score", "recall_score", "zero_one_loss"),
    )
)
"""Functions that compare the classes of samples with those that were predicted."""

CHOOSING = frozenset({"numpy.argmax", "tensorflow.argmax", "tensorflow.math.argmax"})
"""Functions of other libraries that say which class has the highest probability."""

JUDGING = SCORES | CHOOSING

RESHAPING = frozenset({"numpy.reshape", "tensorflow.reshape"})

PERMUTED = "numpy.reshape.permuted"
"""The name under which a reshape is recorded that asks for the axes in another order."""


def note_reshaped(state: State, source: AbstractValue, made: AbstractValue, site: Site) -> None:
    """Note that an array gets the sizes that its samples have, in another order."""
    if isinstance(source, Array) and isinstance(made, Array) and arrays.permuted(source, made):
        record(
            state, PERMUTED, PERMUTED, Arguments([Fact(source, site), Fact(made, site)], []), site
        )


SPLIT = "sklearn.model_selection.train_test_split"
"""The name under which a split into training and test data is recorded."""

SPLITTING = frozenset({SPLIT, "sklearn.cross_validation.train_test_split"})


SEEDING = frozenset(
    {
        *("numpy.random.get_state", "numpy.random.seed", "numpy.random.set_state"),
        *("random.getstate", "random.seed", "random.setstate"),
    }
)
"""Functions with which the same random numbers come again."""

SHUFFLES = frozenset(
    {"numpy.random.permutation", "numpy.random.shuffle", "random.shuffle", "sklearn.utils.shuffle"}
)
"""Functions that put something into a random order."""

SHUFFLING = SEEDING | SHUFFLES


def note_shuffled(state: State, dotted: str, args: Arguments, node: syntax.Node) -> None:
    """Note that a variable is put into a random order, by its name, or that numbers are seeded."""
    name = ""
    if dotted in SHUFFLES:
        given = (
            node.args[0].value if isinstance(node, syntax.Call) and len(node.args) == 1 else None
        )
        if not isinstance(given, syntax.Name):
            return
        name = given.value
    site = state.site(node)
    record(state, dotted, dotted, Arguments([Fact(name, site)], []), site)


KEPT = "sklearn.model_selection.KFold.split.kept"
"""The name under which the training of a model that all folds share is recorded."""

# What may give a model its first weights back.
_RESETTING = frozenset(
    {
        *("assign", "copy", "deepcopy", "initialize", "initializer", "kernel_initializer"),
        *("load_state", "load_weights", "reinitialize", "reset", "reset_weights", "restore"),
        "set_weights",
    }
)
_MEASURING = frozenset({"evaluate", "evaluate_generator", "predict", "predict_generator"})


def note_folds(state: State, loop: syntax.For, fits: int, models: int) -> None:
    """Note that a model from before a loop over folds is trained and measured in each turn.

    ``fits`` and ``models`` are how many there were before the loop.
    """
    within = state.fits[fits:]
    shared = [fit for fit in within if fit.model < models]
    trained = next((fit for fit in shared if fit.method in ("fit", "fit_generator")), None)
    if trained is None or state.models[trained.model].handed_on:
        return
    measured = "validation_data" in trained.args or any(
        fit.method in _MEASURING and fit.model == trained.model for fit in shared
    )
    if not measured or any(_leaves(statement) for statement in loop.body.body):
        return
    if identifiers(loop.body, _RESETTING.__contains__) is not None:
        made = Arguments([], [])
        record(state, KEPT, KEPT, made, trained.origin.site, model=trained.model)


def _leaves(statement: syntax.Node) -> bool:
    """Whether a statement of a loop ends it: only one fold is looked at."""
    small = statement.body if isinstance(statement, syntax.SimpleStatementLine) else ()
    return any(isinstance(each, (syntax.Break, syntax.Return)) for each in small)


def note_unpacked(state: State, target: syntax.Tuple | syntax.List, site: Site) -> None:
    """Note which names the result of the last call that was recorded is unpacked into."""
    if state.calls and state.calls[-1].origin.site == site:
        state.calls[-1] = replace(state.calls[-1], unpacked=tuple(_names_in(target)))


def _names_in(target: syntax.Tuple | syntax.List) -> Iterator[str]:
    """The names of several targets, pair by pair; an empty string for any other target."""
    for element in target.elements:
        if isinstance(element.value, (syntax.Tuple, syntax.List)):
            yield from _names_in(element.value)
        else:
            plain = isinstance(element.value, syntax.Name) and isinstance(element, syntax.Element)
            yield (
                str(element.value.value) if plain and isinstance(element.value, syntax.Name) else ""
            )


def note_judged(state: State, dotted: str, args: Arguments, site: Site) -> None:
    """Note what becomes of the predictions of a model."""
    if any(_is_predicted(fact.value) for fact in args.facts()):
        record(state, dotted, dotted, args, site)


def _is_predicted(value: AbstractValue) -> bool:
    if isinstance(value, Forecast):
        return value.how == "predict"
    return isinstance(value, Array) and value.origin == PREDICTED


PASSED = f"{arrays.DATASET}.__iter__"
"""The name under which a loop that takes only the labels of a dataset is recorded."""


NEW_WORD = "keras.preprocessing.text.Tokenizer.word_index.__setitem__"
"""The name under which a word that the user adds to a Tokenizer is recorded."""


def note_new_word(state: State, site: Site) -> None:
    record(state, NEW_WORD, NEW_WORD, Arguments([], []), site)


def note_pass(state: State, data: Fact, target: syntax.Node, body: syntax.Node, site: Site) -> None:
    """Note a loop over a shuffled dataset that looks at the labels and not at the data."""
    if not isinstance(data.value, Object) or "shuffled" not in data.value.args:
        return
    if not isinstance(target, syntax.Tuple) or len(target.elements) != 2:
        return
    first = target.elements[0].value
    if isinstance(first, syntax.Name) and identifiers(body, first.value.__eq__):
        record(state, PASSED, PASSED, Arguments([], []), site, receiver=data)


def operate(state: State, symbol: str, facts: list[Fact], site: Site) -> Fact:
    """An operator of Python on symbolic tensors: ``x + y``, ``x[:, 0]``."""
    name = OPERATORS.get(symbol, f"operator.{symbol}")
    args = {str(index): freeze(state, fact) for index, fact in enumerate(facts)}
    return _operation(state, name, facts, args, site)


def note_tensor_function(state: State, dotted: str, args: Arguments, site: Site) -> None:
    """Note a function of TensorFlow that is called on tensors of a model.

    What the methods of layers and models do to tensors is not noted: they are given others when
    the model is called.
    """
    if any(function.owner is not None for function in state.functions) or state.tapes:
        return
    record(state, dotted, dotted, args, site)


# What other libraries return that are layers of Keras 2, whatever Keras is installed.
KERAS_2 = ("the result of tensorflow_hub.KerasLayer()", "the result of transformers.TF")


def operate_path(state: State, dotted: str, args: Arguments, site: Site) -> Fact:
    """A function of tensors: ``keras.ops.concatenate``, ``tf.reduce_mean``."""
    located = keras_api.locate(dotted)
    name = located.name if located is not None and located.name is not None else dotted
    facts = [*args.positional, *(fact for _, fact, _ in args.keywords)]
    if name.startswith("keras."):
        named = bound(state, name, args)
    else:
        words = _POSITIONS.get(name.rpartition(".")[2], ())
        named = {
            words[index] if index < len(words) else str(index): freeze(state, fact)
            for index, fact in enumerate(args.positional)
        }
        named.update({keyword: freeze(state, fact) for keyword, fact, _ in args.keywords})
    return _operation(state, name, facts, named, site, args.partial)


def _operation(
    state: State,
    name: str,
    facts: list[Fact],
    args: dict[str, Fact],
    site: Site,
    partial: bool = False,
) -> Fact:
    inputs = tuple(tensor for fact in facts for tensor in tensors_of(fact))
    given = tuple(state.tensors[tensor].shape for tensor in inputs)
    (shape,) = shapes.after_refusal(given, (shapes.operation_shape(name, given, args),))
    layer = state.add_layer(name, args, site, operation=True, partial=partial)
    return models.result(state, state.add_apply(layer.id, inputs, (shape,), site).outputs, site)


def opaque(state: State, name: str, args: Arguments, site: Site) -> Fact:
    """A call of unknown code on tensors: a tensor comes out that nothing is known of."""
    facts = [*args.positional, *(fact for _, fact, _ in args.keywords)]
    inputs = tuple(tensor for fact in facts for tensor in tensors_of(fact))
    layer = state.add_layer(name, {}, site, custom=True, opaque=True)
    shape = Unknown("the result of code that kerlint cannot read", site)
    return models.result(state, state.add_apply(layer.id, inputs, (shape,), site).outputs, site)


def call_object(state: State, value: Object, args: Arguments, site: Site) -> Fact:
    """Call an instance of a Keras class: a loss on tensors, an initializer on a shape."""
    facts = [*args.positional, *(fact for _, fact, _ in args.keywords)]
    loss = value.name.startswith("keras.losses.")
    if any(holds_tensor(fact) for fact in facts):
        result = operate_path(state, value.name, args, site)
        if loss:
            loops.note_loss(state, Fact(value, value.site), args, result, site)
        return result
    forecast = loops.forecast_in(args) if loss else None
    if forecast is not None:
        return Fact(forecast, site)
    return unknown(site, f"the result of calling a {value.name.rpartition('.')[2]}")


# -- attributes that are gone ---------------------------------------------------------------------

# Those that are methods are noted when they are called.
GONE = frozenset(name.rpartition(".")[2] for name in (*ATTRIBUTES, *ENDS) if "._" not in name)


def _lacks_ends(state: State, model: int) -> bool:
    """Whether a Sequential model has no ``input``: nothing has called it on symbolic tensors.

    Layers that it is given, ``fit`` and calls on data do not count.
    """
    built = state.models[model]
    return (
        built.kind == "sequential"
        and built.type == "keras.Sequential"
        and model not in state.model_layers
        and not (built.gaps or built.loaded or built.handed_on)
    )


def note_read(state: State, base: Fact, name: str, site: Site) -> None:
    """Note that the program reads an attribute that some releases do not have."""
    value = base.value
    model = layer = receiver = None
    if isinstance(value, ModelRef):
        owner, model = "keras.Model", value.model
        if name in ("input", "output") and _lacks_ends(state, model):
            owner = "keras.Sequential"
    elif isinstance(value, LayerRef) and not state.layers[value.layer].custom:
        owner, layer = "keras.layers.Layer", value.layer
        if state.layers[value.layer].model is not None:
            return
    elif isinstance(value, Object):
        symbol = keras_api.symbol(value.name)
        if symbol is None or symbol.kind != "optimizer" and "Optimizer" not in value.name:
            return
        owner, receiver = "keras.optimizers.Optimizer", base
    else:
        return
    full = f"{owner}.{name}"
    if (full in ATTRIBUTES or full in ENDS) and not any(
        each.name == name for each in state.assignments
    ):
        args = Arguments([], [])
        record(state, full, full, args, site, model=model, layer=layer, receiver=receiver)


# -- what training records ------------------------------------------------------------------------

RECORDED = "what training recorded"
HISTORY = "keras.callbacks.History.history"
LOGS = "keras.callbacks.Callback.logs"


def is_recorded(fact: Fact) -> bool:
    """Whether a value is the dictionary ``history.history``, or comes from it."""
    return isinstance(fact.value, Unknown) and fact.value.reason == RECORDED


def note_key(state: State, base: Unknown, key: Fact, site: Site) -> None:
    """Note ``history.history[key]``."""
    node = state.sites.node(base.site)
    if state.in_other_module or guards_lookup(state.guards):
        return
    if isinstance(key.value, str) and isinstance(node, syntax.Call):
        _record_key(state, f"{HISTORY}[]", key, site, base.site)


def note_keys_asked(state: State, site: Site) -> None:
    """Note that the code asks which keys ``history.history`` has."""
    if not state.in_other_module:
        record(state, f"{HISTORY}.keys", f"{HISTORY}.keys", Arguments([], []), site)


def _record_key(state: State, name: str, key: Fact, site: Site, fit: Site) -> None:
    made = Fact(Object("keras.callbacks.History", {}, fit), fit)
    record(state, name, name, Arguments([key], []), site, receiver=made)


# -- attributes -----------------------------------------------------------------------------------


def attribute(state: State, base: Fact, name: str, site: Site) -> Fact | None:
    """An attribute that is a value; None when it is a method, or nothing kerlint knows."""
    value = base.value
    if isinstance(value, TensorRef):
        if name in ("shape", "_keras_shape"):
            return _shape_fact(state, state.tensors[value.tensor].shape, site)
        return None
    if isinstance(value, LayerRef):
        return _layer_attribute(state, value.layer, name, site)
    if isinstance(value, ModelRef):
        return _model_attribute(state, value.model, name, site)
    if isinstance(value, Object):
        found = value.args.get(name)
        if found is not None:
            if name == "learning_rate":
                return unknown(site, "the learning rate by now")
            return found
        if name == "history":
            return Fact(Unknown(RECORDED, value.site), site)
        if value.name == arrays.DATASET and name in ("classes", "labels"):
            record(state, f"{value.name}.{name}", name, Arguments([], []), site, receiver=base)
        if name == "word_index":
            return unknown(site, "the words of a Tokenizer", dotted(state.sites.node(site)))
        fitted = arrays.object_attribute(state, value, name, site)
        if fitted is not None:
            return fitted
        if name in ("classes_", "categories_", "n_classes_"):
            return unknown(site, "what was fitted to the data")
    return None


def _shape_fact(state: State, shape: Shape | Unknown, site: Site) -> Fact:
    if isinstance(shape, Unknown):
        return Fact(shape, site)
    return Fact(
        ListValue("tuple", [Fact(size, site) for size in shape], True, state.unbounded_loops), site
    )


def _layer_attribute(state: State, layer: int, name: str, site: Site) -> Fact | None:
    made = state.layers[layer]
    if name in ("output", "input"):
        for apply in reversed(state.layer_calls):
            if apply.layer == layer:
                ends = apply.outputs if name == "output" else apply.inputs
                return models.result(state, ends, site)
        return unknown(site, "the output of a layer that was not applied")
    if made.model is not None:
        return _model_attribute(state, made.model, name, site)
    if name in loops.WEIGHTS and layer in state.layer_models:
        return loops.weights((state.layer_models[layer],), name, site)
    return made.args.get(name)


def _model_attribute(state: State, model: int, name: str, site: Site) -> Fact | None:
    built = state.models[model]
    if name in ("output", "outputs", "input", "inputs"):
        ends = built.outputs if name.startswith("output") else built.inputs
        if not ends:
            return unknown(site, "the input or output of a model that kerlint could not read")
        if name.endswith("s"):
            items = [Fact(TensorRef(tensor), site) for tensor in ends]
            return Fact(ListValue("list", items, True, state.unbounded_loops), site)
        return models.result(state, tuple(ends), site)
    if name in ("output_shape", "input_shape"):
        ends = built.outputs if name == "output_shape" else built.inputs
        if len(ends) == 1:
            return _shape_fact(state, state.tensors[ends[0]].shape, site)
        return unknown(site, "a shape that is not known")
    if name == "layers":
        if built.kind == "sequential":
            items = [Fact(LayerRef(layer), site) for layer, _ in built.stack]
            return Fact(ListValue("list", items, not built.gaps, state.unbounded_loops), site)
        order = [state.layer_calls[index].layer for index in state.graph_of(built)]
        items = [Fact(LayerRef(layer), site) for layer in dict.fromkeys(order)]
        if built.kind == "functional":
            return unknown(site, "the layers of a functional model")
        return Fact(ListValue("list", [], False, state.unbounded_loops), site)
    if name == "optimizer" and name not in built.own_methods:
        return _optimizer(state, built, site)
    if name in loops.WEIGHTS:
        return loops.weights((model,), name, site)
    if name in ("history", "optimizer", "loss", "metrics"):
        return unknown(site, f"the model's {name}")
    if name in ("metrics_names", "name", "dtype"):
        return unknown(site, f"the model's {name}")
    return None


def _optimizer(state: State, built: Building, site: Site) -> Fact:
    """What a model was compiled with, or some optimizer of which nothing is known."""
    compiled = state.compiles[built.compiled] if built.compiled is not None else None
    given = compiled.args.get("optimizer") if compiled is not None else None
    if given is not None and isinstance(given.value, Object):
        return Fact(given.value, site)
    name = None
    if given is not None and isinstance(given.value, str):
        name = keras_api.resolve_string("optimizer", given.value)
    made = Object(name or "keras.optimizers.Optimizer", {}, site, partial=name is None)
    return Fact(made, site)


def note_multiplied(state: State, items: list[Fact], node: syntax.Node) -> None:
    """Note the layers that are made in a list which is multiplied: ``[Dense(8)] * 3``.

    One that has a name is repeated on purpose.
    """
    sides = (node.left, node.right) if isinstance(node, syntax.BinaryOperation) else ()
    written = next((side for side in sides if isinstance(side, (syntax.List, syntax.Tuple))), None)
    if written is None or len(written.elements) != len(items):
        return
    for element, item in zip(written.elements, items):
        value: AbstractValue = item.value
        if type(element.value) is not syntax.Call:
            continue
        if type(value) is LayerRef:
            state.multiplied[value.layer] = state.site(node)
        elif isinstance(value, Instance) and value.layer is not None:
            if any(type(fact.value) is LayerRef for fact in value.attributes.values()):
                state.multiplied[value.layer] = state.site(node)


def note_attribute(state: State, owner: AbstractValue, name: str, fact: Fact, site: Site) -> None:
    """Note that an attribute of an object of Keras is set.

    What the user's own layers and models do to themselves is not noted.
    """
    if state.in_other_module:
        return
    if isinstance(owner, Instance):
        inside = state.functions[-1].owner if state.functions else None
        if inside is not None and inside in classes.lineage(owner.cls):
            return
        if owner.model is not None:
            owner = ModelRef(owner.model)
        elif owner.layer is not None:
            owner = LayerRef(owner.layer)
        else:
            return
    if not isinstance(owner, (LayerRef, ModelRef, Unknown)) and not _is_keras(owner):
        return
    of_model: int | None = None
    part: Part = ""
    if isinstance(owner, Unknown) and owner.site in state.some_layer:
        of_model, part = state.some_layer[owner.site]
    state.assignments.append(
        Assignment(
            len(state.assignments),
            owner,
            name,
            freeze(state, fact),
            state.origin(site),
            len(state.compiles),
            len(state.fits),
            guards_call(state.guards, name),
            of_model,
            part,
            len(state.layers),
        )
    )


def _is_keras(value: AbstractValue) -> bool:
    return isinstance(value, Object) and value.name.startswith("keras.")


def set_attribute(
    state: State, base: LayerRef | ModelRef, name: str, fact: Fact, site: Site
) -> None:
    """``layer.activation = ...`` changes the layer; most attributes change nothing."""
    note_attribute(state, base, name, fact, site)
    if isinstance(base, ModelRef):
        built = state.models[base.model]
        built.own_methods |= {name}
        return
    if isinstance(base, LayerRef):
        made = state.layers[base.layer]
        signature = keras_api.signature(made.type)
        if name in _SETTABLE or (signature is not None and name in signature.named):
            state.replace_layer(base.layer, args={**made.args, name: freeze(state, fact)})
        elif name in _REPLACEABLE:
            state.replace_layer(base.layer, custom=True)  # it now does what the program says


_REPLACEABLE = frozenset({"__call__", "add_weight", "build", "call", "compute_output_shape"})
_SETTABLE = frozenset(
    {"activation", "units", "use_bias", "kernel_initializer", "rate", "trainable"}
)


# -- methods --------------------------------------------------------------------------------------


def method(state: State, receiver: Fact, name: str, args: Arguments, node: syntax.Node) -> Fact:
    """Call a method of a layer, model, tensor or other object."""
    site = state.site(node)
    value = receiver.value
    own = name.removeprefix("super.")
    if isinstance(value, ModelRef):
        return _model_method(state, value.model, own, args, site)
    if isinstance(value, LayerRef):
        return _layer_method(state, value.layer, own, args, site)
    if isinstance(value, TensorRef):
        whole = Arguments([receiver, *args.positional], args.keywords, args.partial)
        return operate_path(state, f"tensor.{own}", whole, site)
    assert isinstance(value, Object)
    made = arrays.object_method(state, value, own, args, site)
    if made is not None:
        if value.name in _NOTED:
            record(
                state, f"{value.name}.{own}", f"{value.name}.{own}", args, site, receiver=receiver
            )
        return made
    record(state, f"{value.name}.{own}", f"{value.name}.{own}", args, site, receiver=receiver)
    return unknown(site, f"the result of .{own}()")


def method_of_none(state: State, receiver: Fact, name: str, args: Arguments, site: Site) -> None:
    """Note a method that is called on what ``compile()`` returned, which is None."""
    for call in reversed(state.calls):
        if call.origin.site == receiver.site:
            if call.name in ("keras.Model.compile", "keras.Sequential.add"):
                path = f"{call.name}().{name}"
                record(state, path, path, args, site, model=call.model, receiver=receiver)
            return


def method_of_layers(state: State, owner: Fact, name: str, args: Arguments, site: Site) -> None:
    """Note a change of the list that ``model.layers`` gives."""
    value = owner.value
    if isinstance(value, Instance) and value.model is not None:
        value = ModelRef(value.model)
    if isinstance(value, ModelRef):
        path = f"keras.Model.layers.{name}"
        record(state, path, path, args, site, model=value.model)


def _model_method(state: State, model: int, name: str, args: Arguments, site: Site) -> Fact:
    built = state.models[model]
    kind = "keras.Sequential" if built.kind == "sequential" else "keras.Model"
    if name == "__init__":
        models.initialise(state, built, args, site)
        return Fact(None, site)
    if name in built.own_methods:
        return unknown(site, f"the result of .{name}(), which the program has replaced")
    owner = kind if keras_api.symbol(f"{kind}.{name}") is not None else "keras.Model"
    canonical = f"{owner}.{name}"
    record(state, canonical, canonical, args, site, model=model)
    added = args.get("layer", 0)
    if name == "add" and added is not None:
        models.append(state, built, added, site)
        return Fact(None, site)
    if name == "pop":
        models.pop(state, built, site)
        return Fact(None, site)
    if name == "compile":
        found = configuration.with_objects(state, bound(state, "keras.Model.compile", args))
        state.mutations += 1
        if _trains_itself(state, model):
            built.loss = found.get("loss")
            built.compiled = None  # what becomes of its outputs and labels is its own affair
            return Fact(None, site)
        found = formulas.with_formulas(state, found, args, built, site)
        built.compiled = len(state.compiles)
        state.compiles.append(
            Compile(built.compiled, model, found, state.origin(site), args.partial)
        )
        return Fact(None, site)
    if name in TRAINING:
        found = bound(state, canonical, args)
        if not found and args.positional:
            found = bound(state, "keras.Model.predict", args)
        batch = _batch(state, args, site)
        whole = arrays.in_batches(state, batch, site) if batch is not None else None
        for word in ("x", "generator"):
            if whole is not None and word in found:
                found[word] = Fact(whole, found[word].site, found[word].copied_through)
        dataset = arrays.dataset_in(found)
        single = len(built.inputs) <= 1 and len(built.outputs) <= 1
        found = arrays.training(state, found, single, drawn=_is_iterator(args))
        if name in _BUILDING:
            _build_on(state, built, found.get("x"))
        if guards_training(state.guards) and "y" in found:
            found["y"] = unknown(site, "labels that are perhaps meant not to fit")
        given = args.get("callbacks", 5)
        if given is not None and name in ("fit", "fit_generator"):
            built.weights_given = built.weights_given or callbacks.give_weights(given)
        origin, compiled = state.origin(site), built.compiled
        drawn = args.get("x", 0) or args.get("generator", 0)
        source = _iterator(state, drawn) if drawn is not None else None
        number, partial, places = len(state.fits), args.partial, _places(state, site)
        given_batch = freeze(state, batch) if batch is not None else None
        outermost = state.functions[0] if state.functions else None
        apart = built.handed_on or (state.module is None and built.maker is not outermost)
        trained = Fit(
            number,
            model,
            name,
            found,
            origin,
            partial,
            compiled,
            dataset,
            source,
            places,
            apart,
            given_batch,
            given is not None and callbacks.may_log(given),
        )
        state.fits.append(trained)
        if given is not None and not state.in_other_module:
            for key, node in callbacks.keys_of_logs(state, given):
                _record_key(state, LOGS, Fact(key, state.site(node)), state.site(node), site)
        if name in ("fit", "fit_generator"):
            if state.subclassed and not state.in_other_module:
                _follow_own_step(state, model, trained, site)
            return Fact(Object("keras.callbacks.History", {}, site), site)
        return arrays.predicted(state, built, name, site)
    shape = args.get("input_shape", 0)
    if name == "build" and shape is not None:
        stated = shapes.input_shape({"batch_shape": freeze(state, shape)})
        if isinstance(stated, tuple) and stated:
            models.build(state, built, stated)
    if name == "get_layer":
        return _get_layer(state, model, args, site)
    if name in ("compute_loss", "compiled_loss") and state.tapes:
        return _compute_loss(state, built, name, args, site)
    if name in ("load_weights", "set_weights"):
        built.weights_given = built.loaded = True
    if name in _KEEPING:
        built.handed_on = True
    if name in ("get_config", "to_json", "to_yaml"):
        built.rebuilt = True
    if name in ("summary", "save", "load_weights", "save_weights", "set_weights", "build"):
        return Fact(None, site)
    return unknown(site, f"the result of .{name}()")


def _compute_loss(state: State, built: Building, name: str, args: Arguments, site: Site) -> Fact:
    """Call the loss that a model was compiled with, in its own training step."""
    first = 1 if name == "compute_loss" else 0
    labels, outputs = args.get("y", first) or args.get("y_true"), args.get("y_pred", first + 1)
    if outputs is None or not holds_tensor(outputs):
        forecast = loops.forecast_in(args)
        if forecast is not None:
            return Fact(forecast, site)
        return unknown(site, f"the result of .{name}()")
    made = _operation(state, f"keras.Model.{name}", [outputs], {}, site, args.partial)
    if labels is not None and built.loss is not None:
        given = Arguments([labels, outputs], [], args.partial)
        loops.note_loss(state, built.loss, given, made, site)
    return made


def _follow_own_step(state: State, model: int, fit: Fit, site: Site) -> None:
    """Follow the ``train_step`` that the class of a model has, once, on a batch of the data."""
    for fact in state.subclassed:
        instance = fact.value
        if not isinstance(instance, Instance) or instance.model != model:
            continue
        found = classes.find_member(instance.cls, "train_step")
        if found is None or not isinstance(found[1].value, Function):
            return
        if id(found[1].value.node) in state.called:
            return
        node = state.sites.node(found[1].site)
        batches = arrays.batch_of(state, fit.dataset, site) if fit.dataset is not None else []
        data = batches[0] if batches else _as_batch(state, fit, site)
        with contextlib.suppress(Raised):
            state.interpreter.call_member(state, fact, "train_step", Arguments([data], []), node)
        return


def _as_batch(state: State, fit: Fit, site: Site) -> Fact:
    """A batch of the arrays that ``fit`` is given, labels and all."""
    parts: list[Fact] = []
    for name in ("x", "y"):
        fact = fit.args.get(name)
        if fact is None or fit.dataset is not None:
            return unknown(site, "a batch of the data")
        if isinstance(fact.value, Array) and fact.value.shape:
            shape = (None, *fact.value.shape[1:])
            fact = Fact(fact.value.replace(shape=shape), fact.site, fact.copied_through)
        parts.append(fact)
    return Fact(ListValue("tuple", parts, True, state.unbounded_loops), site)


# The first of these calls gives a model its shapes, if its code does not state them.
_BUILDING = frozenset({"evaluate", "fit", "fit_generator", "train_on_batch"})


def _build_on(state: State, built: Building, data: Fact | None) -> None:
    """Work out the shapes of a model from the data that it is trained on."""
    array = data.value if data is not None else None
    if not isinstance(array, Array) or array.shape is None or len(array.shape) < 2:
        return
    if array.origin.endswith(UNSEEN):
        return
    sizes = (Unknown("a size of the data") if size is None else size for size in array.shape)
    models.build(state, built, tuple(sizes))


def _is_iterator(args: Arguments) -> bool:
    """Whether the data of ``fit`` are drawn from a generator or another iterator."""
    given = args.get("x", 0)
    return given is not None and getattr(given.value, "kind", "") in ("iterator", "view")


def _batch(state: State, args: Arguments, site: Site) -> Fact | None:
    """A batch of the data of ``fit``, where a generator or a class of the user makes them."""
    given = args.get("x", 0) or args.get("generator", 0)
    if given is None:
        return None
    value: AbstractValue = given.value
    if isinstance(value, ListValue):
        # A generator of the user: each of its batches comes from the same ``yield``.
        if value.kind != "iterator" or not value.items or _iterator(state, given) is not None:
            return None
        first = value.items[0]
        return first if all(item.site == first.site for item in value.items) else None
    if not isinstance(value, Instance):
        return None
    bases = {cls.keras for cls in value.cls.ancestry()}
    if bases.isdisjoint(("keras.utils.PyDataset", "keras.utils.Sequence")):
        return None
    index = unknown(site, "the number of a batch")
    try:
        return state.interpreter.call_member(
            state, given, "__getitem__", Arguments([index], []), state.sites.node(site)
        )
    except Raised:
        return None


def _places(state: State, site: Site) -> dict[str, Site]:
    """Where the data are in a call that trains or measures."""
    node = state.sites.node(site)
    found: dict[str, Site] = {}
    for index, arg in enumerate(node.args if isinstance(node, syntax.Call) else ()):
        if arg.star:
            break
        word = arg.keyword.value if arg.keyword is not None else "" if index else "x"
        if word in ("generator", "x"):
            found["x"] = state.site(arg.value)
        elif word == "validation_data":
            found[word] = state.site(arg.value)
    return found


def _iterator(state: State, given: Fact) -> Fact | None:
    """The function of Python that made an iterator: ``zip``, ``map``, ``enumerate``."""
    node = state.sites.node(given.site)
    if getattr(given.value, "kind", "") != "iterator" or not isinstance(node, syntax.Call):
        return None
    word = node.func.value if isinstance(node.func, syntax.Name) else ""
    if word not in ("enumerate", "filter", "iter", "map", "zip"):
        return None
    return Fact(External(f"builtins.{word}"), given.site, given.copied_through)


# Data given batch by batch: rules ask what is done with it on the way.
_NOTED = frozenset({arrays.DATASET, *arrays.GENERATORS})

# What is kept in a file is read somewhere else.
_KEEPING = frozenset({"export", "save", "save_weights", "to_json", "to_yaml"})


def _get_layer(state: State, model: int, args: Arguments, site: Site) -> Fact:
    wanted = args.get("name", 0)
    index = args.get("index", 1)
    layers = [state.layer_calls[i].layer for i in state.graph_of(state.models[model])]
    if wanted is not None and isinstance(wanted.value, str):
        for layer in layers:
            name = state.layers[layer].args.get("name")
            if name is not None and name.value == wanted.value:
                return Fact(LayerRef(layer), site)
    if index is not None and isinstance(index.value, int) and -len(layers) <= index.value < 0:
        return Fact(LayerRef(layers[index.value]), site)
    state.some_layer[site] = (model, "chosen")
    return unknown(site, "a layer looked up by a name kerlint does not know")


def _layer_method(state: State, layer: int, name: str, args: Arguments, site: Site) -> Fact:
    made = state.layers[layer]
    if made.model is not None:
        return _model_method(state, made.model, name, args, site)
    record(state, f"{made.type}.{name}", f"{made.type}.{name}", args, site, layer=layer)
    if name in ("__call__", "call"):
        return apply(state, Fact(LayerRef(layer), site), args, site)
    if name == "set_weights":
        # As the argument ``weights`` of Keras 2 did.
        state.replace_layer(layer, args={**made.args, "weights": unknown(site, "set later")})
    if name == "add_weight":
        return unknown(site, "a weight of a custom layer")
    return unknown(site, f"the result of .{name}()")


def _trains_itself(state: State, model: int) -> bool:
    """Whether the class of a model, or one that it derives from, has a training step of its own."""
    return any(
        not _OWN_TRAINING.isdisjoint(cls.scope.names)
        for fact in state.subclassed
        if isinstance(fact.value, Instance) and fact.value.model == model
        for cls in fact.value.cls.ancestry()
    )


_OWN_TRAINING = frozenset({"compute_loss", "train_step"})


# -- instances of the user's own layers and models ------------------------------------------------


def prepare_instance(state: State, instance: Instance, args: Arguments, site: Site) -> None:
    """Give an instance the model or layer that its class derives from."""
    name = instance.cls.keras
    if name is None:
        return
    symbol = keras_api.symbol(name)
    if name in ("keras.Model", "keras.Sequential"):
        kind = "sequential" if name == "keras.Sequential" else "subclassed"
        instance.model = state.add_model(kind, instance.cls.name, site).id
        state.subclassed.append(Fact(instance, site))
        _note_plain_variables(state, instance)
    elif symbol is not None and symbol.kind == "layer":
        found = {keyword: freeze(state, fact) for keyword, fact, _ in args.keywords}
        layer = state.add_layer(instance.cls.name, found, site, custom=True, partial=args.partial)
        instance.layer = layer.id
        _note_plain_variables(state, instance)


def _note_plain_variables(state: State, instance: Instance) -> None:
    """Note the variables of TensorFlow that Keras 3 does not see."""
    node, known = instance.cls.node, state.sites.plain
    if state.in_other_module:
        return
    if id(node) not in known:
        known[id(node)] = own_layers.plain_variables(instance.cls, state.sites)
    for name, made in known[id(node)]:
        there = state.site(made)
        told = Arguments([Fact(name, there)], [])
        record(state, PLAIN, "", told, there, model=instance.model, layer=instance.layer)


PLAIN = "tensorflow.Variable.attribute"
"""The name under which a variable of TensorFlow is recorded that is an attribute of a layer."""


def initialise_model(state: State, model: int, args: Arguments, site: Site) -> None:
    """A user's Model class without ``__init__`` of its own."""
    models.initialise(state, state.models[model], args, site)


def apply_instance(
    state: State, callee: Fact, instance: Instance, args: Arguments, node: syntax.Node
) -> Fact:
    """Call an instance of the user's own layer or model."""
    site = state.site(node)
    if classes.find_member(instance.cls, "__call__") is None:
        note_positions(state, instance, args, site)
    if instance.layer is not None:
        if state.tapes and not _inside_layer(state) and classes.find_member(instance.cls, "call"):
            return _apply_as_model(state, callee, instance, args, node)
        return apply(state, Fact(LayerRef(instance.layer), callee.site), args, site)
    assert instance.model is not None
    built = state.models[instance.model]
    if built.kind != "subclassed":
        return apply(state, Fact(ModelRef(instance.model), callee.site), args, site)
    if classes.find_member(instance.cls, "call") is None:
        return unknown(site, f"{instance.cls.name} has no call() in this file")
    given = args.get("inputs", 0)
    if given is not None and not holds_tensor(given):
        tensor = Fact(TensorRef(models.placeholder(state, given)), given.site)
        args = Arguments([tensor, *args.positional[1:]], args.keywords, args.partial)
        given = tensor
    start = len(state.layer_calls)
    made = state.interpreter.call_member(state, callee, "call", args, node)
    loops.note_model_call(state, instance.model, args, made, start, site, own_call=True)
    return made if made is not None else unknown(site, "call() could not be followed")


def _inside_layer(state: State) -> bool:
    """Whether a method of a layer or model of the user is being followed."""
    return any(f.owner is not None and f.owner.keras is not None for f in state.functions)


def _apply_as_model(
    state: State, callee: Fact, instance: Instance, args: Arguments, node: syntax.Node
) -> Fact:
    """Call a layer of the user on a tape, outside of any other: it is trained like a model."""
    site, layer = state.site(node), instance.layer
    assert layer is not None
    if layer not in state.layer_models:
        built = state.add_model("subclassed", instance.cls.name, site)
        state.layer_models[layer] = built.id
    built = state.models[state.layer_models[layer]]
    given = args.get("inputs", 0)
    if given is not None and not holds_tensor(given):
        tensor = Fact(TensorRef(models.placeholder(state, given)), given.site)
        args = Arguments([tensor, *args.positional[1:]], args.keywords, args.partial)
        given = tensor
    start = len(state.layer_calls)
    made = state.interpreter.call_member(state, callee, "call", args, node)
    if given is not None and made is not None and not built.outputs:
        built.inputs, built.outputs = tensors_of(given), tensors_of(made)
    loops.note_model_call(state, built.id, args, made, start, site, own_call=True)
    return made if made is not None else unknown(site, "call() could not be followed")


def finish_subclassed(state: State, fact: Fact) -> None:
    """Read the ``call`` of a user's Model once, on an input of unknown shape, for its graph."""
    instance = fact.value
    assert isinstance(instance, Instance)
    assert instance.model is not None
    built = state.models[instance.model]
    if built.outputs or built.kind != "subclassed":
        return
    found = classes.find_member(instance.cls, "call")
    if found is None:
        built.gap("the model has no call() in this file", built.origin.site)
        return
    node = state.sites.node(found[1].site)
    shape = Unknown("the input of a subclassed model", built.origin.site)
    source = state.add_tensor(shape, built.origin.site)
    first = Fact(TensorRef(source.id), built.origin.site)
    stack, state.stack = state.stack, list(built.origin.calls)
    try:
        made = state.interpreter.call_member(state, fact, "call", Arguments([first], []), node)
    except Raised:
        made = None
    finally:
        state.stack = stack
    built.inputs = [source.id]
    built.outputs = tensors_of(made) if made is not None else []
    if not built.outputs:
        built.gap("what call() returns is not known", found[1].site)
    elif isinstance(made, Fact) and isinstance(made.value, (ListValue, DictValue)):
        built.structure = freeze(state, made)
