"""KER601: a learning rate far outside the range of the optimizer."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.lazy_dataclass import replace
from kerlint.program.changes import Change, SetOptimizer
from kerlint.program.claims import UPDATE_RATIO, ModelClaim
from kerlint.program.layers import KINDS
from kerlint.program.model import Call, Compile, Origin, Program
from kerlint.program.optimizers import Optimizer, optimizer_of
from kerlint.program.values import Fact, Object, Site
from kerlint.rules.arguments import argument
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.rates import (
    is_small,
    sets_rate,
    usual_rate,
    with_argument,
    with_rate,
    written_rate,
)

TOO_HIGH = 100  # times the usual rate
HIGH = 10  # more than this is worth a look
NOTHING_MOVES = 1e-8  # of an optimizer whose steps are its rate: a million of them are 0.01
BY_HAND = "the program trains in a loop of its own, which kerlint never runs"
_BOUNDED = frozenset({"adam", "adamax", "adamw", "lion", "nadam", "rmsprop"})
LOW = 1e-4  # as high as this, or lower, and hardly anything moves
SMALL_MODEL = 1000  # times the usual rate that a model of a few units stands


class LearningRateOutOfRange(Rule):
    """The learning rate is 100 times the usual one or more, or so low that nothing is learned.

    The size of a step depends on the optimizer. Adam moves every weight by about the
    learning rate, whatever the gradient is. At its default of 0.001 that is less than one percent
    of the weights of a layer with 32 units; at 0.1 it is half of them, and nothing that was learned
    survives a step. SGD at 1 often kills all relu units in the first steps. At 1e-8 or less, a
    million steps of Adam move a weight by 0.01.

    Other rates of more than 10 times the usual one, and of a ten thousandth of it or less, are only
    info, which is shown when you select this rule (`--extend-select KER601`).

    Bad:
        model = keras.Sequential([keras.Input((784,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dense(10, activation="softmax"))
        optimizer = keras.optimizers.Adam(learning_rate=0.5)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((784,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dense(10, activation="softmax"))
        optimizer = keras.optimizers.Adam(learning_rate=0.001)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
    Tempting:
        # Adadelta is meant to be used with 1.0, which is not the default of Keras.
        model = keras.Sequential([keras.Input((784,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dense(10, activation="softmax"))
        optimizer = keras.optimizers.Adadelta(learning_rate=1.0)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")

        # A model of one unit has few weights, and can take large steps.
        model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(0.1), loss="mean_squared_error")

    People say: "loss is nan", "loss explodes", "accuracy stuck at chance level", "loss jumps up and
    down".

    When kerlint stays silent:
        - The learning rate is not known, or it is set while the model is trained, as by a
          `LearningRateScheduler`.
        - The same place in a loop uses other rates as well, one of them usual.
        - The model has only a few units, or Adam or one of its relatives trains it and it has at
          most one layer of Keras with weights, and the rate is less than 1000 times the usual one.
        - `SGD` clips the gradients, or the units before the output are sigmoid, and the rate is
          less than 1000 times the usual one.
        - The training loop is written by hand, and the rate is less than 1000 times the usual one
          or the file makes variables of its own, such as an image that is optimized.
    """

    code = "KER601"
    severity = Severity.WARNING
    required_bytes = (b"optimizer",)
    experiments = (UPDATE_RATIO,)
    unsafe_because = "the model then trains differently"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for compiled in program.compiles[program.own.compiles :]:
            if not compiled.origin.fails and not sets_rate(compiled, view):
                if not _is_compared(compiled, program):
                    yield from self._compiled(compiled, view)
        if view.sets_rates or view.target.own_variables or not program.models:
            return
        known = {optimizer_site(compiled) for compiled in program.compiles}
        for call in program.calls[program.own.calls :]:
            if call.name.startswith("keras.optimizers.") and call.origin.site not in known:
                if not call.origin.fails:
                    yield from self._trained_by_hand(call, view)

    def _compiled(self, compiled: Compile, view: View) -> Iterator[Finding]:
        optimizer = compiled.optimizer
        found = _times(optimizer)
        if found is None:
            return
        rate, times = found
        severe = _is_severe(optimizer, rate, times)
        if severe and 1 < times < SMALL_MODEL * 0.999 and _stands_it(compiled, optimizer, view):
            return
        if severe or times > HIGH * 1.001 or times <= LOW * 1.001:
            yield self._finding(
                optimizer,
                rate,
                times,
                compiled.origin,
                claim(compiled, view),
                repair(compiled, view),
            )

    def _trained_by_hand(self, call: Call, view: View) -> Iterator[Finding]:
        given = argument(call, view, "learning_rate")
        if given is None:
            return
        made = Object(call.name, {"learning_rate": given.fact}, call.origin.site)
        optimizer = optimizer_of({"optimizer": Fact(made)}, False)
        found = _times(optimizer)
        if found is not None and found[1] >= SMALL_MODEL * 0.999:
            made_again = with_rate(given.fact, usual_rate(optimizer.kind or "", call.name)).value
            by_hand = self._finding(optimizer, *found, call.origin)
            rewrite = with_argument(call, "learning_rate", made_again, given.fact)
            yield replace(by_hand, rewrite=rewrite, untried=BY_HAND)

    def _finding(
        self,
        optimizer: Optimizer,
        rate: Fact,
        times: float,
        used: Origin,
        claim: ModelClaim | None = None,
        repair: tuple[Change, ...] = (),
    ) -> Finding:
        assert optimizer.kind is not None
        assert optimizer.name is not None
        number, usual = rate.number() or 0, usual_rate(optimizer.kind, optimizer.name)
        name = optimizer.name.rpartition(".")[2]
        severe = _is_severe(optimizer, rate, times)
        if times < 1:
            message = f"the weights hardly move: {number:g} is {1 / times:,.0f} times less than "
            message += f"usual for `{name}`"
        elif severe:
            message = f"the loss will jump or become NaN: {number:g} is {times:,.0f} times the "
            message += f"usual rate of `{name}`"
        else:
            message = f"a learning rate of {number:g} is {times:,.0f} times the usual one of "
            message += f"`{name}`"
        given = optimizer.args["learning_rate"]
        return Finding(
            rate.used_at,
            message,
            label="the learning rate" if given is rate else "the learning rate at the start",
            help=f"begin with a learning rate of about {usual:g}",
            related=(Note(used.site, "a model is trained with it"),) if claim is not None else (),
            severity=None if severe else Severity.INFO,
            origin=used,
            claim=claim,
            repair=repair,
        )


def _is_severe(optimizer: Optimizer, rate: Fact, times: float) -> bool:
    if optimizer.kind in _BOUNDED and (rate.number() or 0) <= NOTHING_MOVES * 1.001:
        return True
    return times >= TOO_HIGH * 0.999


def _times(optimizer: Optimizer) -> tuple[Fact, float] | None:
    """The rate, and how many times the usual one it is; None when it is not known."""
    given = optimizer.args.get("learning_rate")
    rate = written_rate(given) if given is not None else None
    number = rate.number() if rate is not None else None
    if rate is None or number is None or number <= 0:
        return None
    if optimizer.kind is None or optimizer.name is None:
        return None
    return rate, number / usual_rate(optimizer.kind, optimizer.name)


def optimizer_site(compiled: Compile) -> Site | None:
    """Where the optimizer of a compile call was made."""
    fact = compiled.args.get("optimizer")
    return fact.value.site if fact is not None and isinstance(fact.value, Object) else None


def _is_compared(compiled: Compile, program: Program) -> bool:
    """Whether a loop trains with one rate after another, to see which is best."""
    rates = [
        _times(other.optimizer)
        for other in program.compiles
        if other.origin.site == compiled.origin.site and other.origin.calls == compiled.origin.calls
    ]
    return any(found is not None and 1 / HIGH <= found[1] <= HIGH for found in rates)


def _stands_it(compiled: Compile, optimizer: Optimizer, view: View) -> bool:
    """Whether something speaks for a high rate."""
    if is_small(compiled.model, view):
        return True
    if optimizer.kind in _BOUNDED:
        return _has_one_layer(compiled.model, view)
    if optimizer.kind != "sgd":
        return False
    clips = any(name in optimizer.args for name in ("clipnorm", "clipvalue", "global_clipnorm"))
    return clips or _has_sigmoid(compiled, view)


def _has_one_layer(model: int, view: View) -> bool:
    """Whether nothing may be before the output that a large step could destroy.

    Of layers that are not of Keras it is not known whether they have weights.
    """
    weighted, unknown = 0, 0
    for index in view.layers_in(model):
        layer = view.program.layers[index]
        kind = KINDS.get(layer.kind)
        if layer.custom or layer.model is not None or kind is None:
            unknown += not layer.operation
        else:
            weighted += kind.weighted and not kind.keeps_shape
    return weighted == 1 or (not weighted and unknown > 0)


def _has_sigmoid(compiled: Compile, view: View) -> bool:
    """Whether hidden units are sigmoid, which makes gradients small."""
    model = view.program.models[compiled.model]
    heads = [view.head(output) for output in model.outputs]
    last = {head.layer.id for head in heads if head.layer is not None}
    last |= {each.layer.id for head in heads for each in head.activations}
    for index in view.layers_in(compiled.model) - last:
        fact = view.program.layers[index].arg("activation")
        if fact is not None and fact.value == "sigmoid":
            return True
    return False


def claim(compiled: Compile, view: View) -> ModelClaim:
    """A claim about how far a step of this compile call goes."""
    return ModelClaim(model=compiled.model, compiled=view.program.compiles.index(compiled))


def repair(compiled: Compile, view: View) -> tuple[Change, ...]:
    """The same optimizer with its usual rate."""
    optimizer = compiled.optimizer
    if optimizer.kind is None or optimizer.name is None:
        return ()
    usual = usual_rate(optimizer.kind, optimizer.name)
    site = optimizer.fact.site if optimizer.fact is not None else compiled.origin.site
    rate = with_rate(optimizer.args.get("learning_rate"), usual)
    args = {**optimizer.args, "learning_rate": rate}
    index = view.program.compiles.index(compiled)
    return (SetOptimizer(index, Object(optimizer.name, args, site)),)
