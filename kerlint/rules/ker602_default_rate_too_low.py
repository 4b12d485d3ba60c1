"""KER602: Adadelta or Adagrad with the default learning rate of Keras."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.lazy_dataclass import replace
from kerlint.program.changes import Change, SetOptimizer
from kerlint.program.claims import UPDATE_RATIO, ModelClaim
from kerlint.program.model import Compile, Origin, Program
from kerlint.program.optimizers import Optimizer, optimizer_of
from kerlint.program.values import Fact, Object, Site
from kerlint.rules.arguments import argument
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.rates import sets_rate, usual_rate

_COMPILING = ("keras.Model.compile", "keras.Sequential.compile")
_KINDS = {"adadelta": "Adadelta", "adagrad": "Adagrad"}


class DefaultRateTooLow(Rule):
    """`Adadelta` at its default learning rate of 0.001 hardly moves the weights.

    The authors of Adadelta leave the learning rate out, which is the same as 1.0. The default of
    Keras is a thousandth of that: a step changes the weights by less than a hundred-thousandth, and
    after many epochs the loss is where it began. Earlier releases had 1.0 as the default, so older
    code relies on it. `Adagrad` has the same default, where 0.01 to 0.1 is usual; it only learns
    slowly, so that finding is info, which is shown when you select this rule
    (`--extend-select KER602`).

    Bad:
        model = keras.Sequential([keras.Input((16,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dense(3, activation="softmax"))
        model.compile(optimizer="adadelta", loss="sparse_categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((16,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dense(3, activation="softmax"))
        optimizer = keras.optimizers.Adadelta(learning_rate=1.0)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
    Tempting:
        model = keras.Sequential([keras.Input((16,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dense(3, activation="softmax"))
        optimizer = keras.optimizers.Adadelta(learning_rate=0.5, rho=0.9)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")

    People say: "Adadelta accuracy does not improve", "loss decreases very slowly", "accuracy stuck
    at 0.1".

    When kerlint stays silent:
        - A learning rate is given, whatever it is, or some arguments are not known.
        - The learning rate is set later, by a callback or an assignment.
    """

    code = "KER602"
    severity = Severity.WARNING
    required_bytes = (b"dadelta", b"dagrad", b"DADELTA")
    experiments = (UPDATE_RATIO,)
    unsafe_because = "the model then trains differently"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for compiled in program.compiles[program.own.compiles :]:
            if not compiled.origin.fails and not sets_rate(compiled, view):
                place = _place(compiled.origin, view)
                for found in self._check(compiled.optimizer, compiled.origin, place):
                    # Adagrad moves the weights in its first steps.
                    tried = None if found.severity is Severity.INFO else claim(compiled, view)
                    yield replace(found, claim=tried, repair=repair(compiled, view))
        if view.sets_rates:
            return
        known = {compiled.origin for compiled in program.compiles}
        for call in program.calls[program.own.calls :]:
            # A model of the user's own that trains itself.
            if call.name in _COMPILING and call.model is not None and call.origin not in known:
                given = argument(call, view, "optimizer")
                if given is not None and not call.origin.fails:
                    optimizer = optimizer_of({"optimizer": given.fact}, call.partial)
                    yield from self._check(optimizer, call.origin, given.site)

    def _check(self, optimizer: Optimizer, origin: Origin, place: Site) -> Iterator[Finding]:
        fact = optimizer.fact
        if optimizer.kind not in _KINDS or fact is None or optimizer.partial:
            return
        if "learning_rate" in optimizer.args or "lr" in optimizer.args:
            return
        if ".legacy." in (optimizer.name or ""):
            return
        name = _KINDS[optimizer.kind]
        wanted = "1.0" if optimizer.kind == "adadelta" else "0.01"
        slow = optimizer.kind == "adagrad"
        yield Finding(
            fact.site if isinstance(fact.value, Object) else place,
            f"`{name}` learns slowly at its default learning rate of 0.001"
            if slow
            else f"the weights hardly move: the default learning rate of `{name}` is 0.001",
            label=f"{wanted} is usual",
            help=f"use `keras.optimizers.{name}(learning_rate={wanted})`",
            severity=Severity.INFO if slow else None,
            origin=origin,
        )


def _place(origin: Origin, view: View) -> Site:
    """Where the name of the optimizer is given."""
    for call in view.calls_at.get(origin.site, ()):
        if call.origin == origin:
            for keyword, _, site in call.keywords:
                if keyword == "optimizer":
                    return site
    return origin.site


def claim(compiled: Compile, view: View) -> ModelClaim:
    """A claim about how far a step of this compile call goes."""
    return ModelClaim(model=compiled.model, compiled=view.program.compiles.index(compiled))


def repair(compiled: Compile, view: View) -> tuple[Change, ...]:
    """The same optimizer with the rate of its authors; nothing for other optimizers."""
    optimizer = compiled.optimizer
    if optimizer.kind not in _KINDS or optimizer.name is None:
        return ()
    rate = usual_rate(optimizer.kind, optimizer.name)
    args = {**optimizer.args, "learning_rate": Fact(rate)}
    index = view.program.compiles.index(compiled)
    return (SetOptimizer(index, Object(optimizer.name, args, compiled.origin.site)),)
