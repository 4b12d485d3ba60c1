"""What an injection operator is, and what many of them ask of a program."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.injection.documents import Edit
from tests.injection.programs import LOSS_CLASSES, Compile, Head, Model, Program, argument, variety


@dataclass
class Candidate:
    edits: list[Edit]
    note: str = ""  # what is special about the place
    model: Model | None = None
    broken: bool = False  # it is not Python any more


@dataclass
class Operator:
    name: str
    codes: frozenset[str]
    doc: str
    find: Callable[[Program], Iterator[Candidate]]


OPERATORS: list[Operator] = []
# Faults only where Keras 3 is meant.
MIGRATION = frozenset(f"KER{n:03}" for n in (*range(1, 11), 12, 139, 520, 603))


def operator(name: str, codes: str) -> Callable[[Callable], Callable]:
    """Register an operator; ``codes`` are those of the catalogue that would name the fault."""

    def register(find: Callable[[Program], Iterator[Candidate]]) -> Callable:
        described = " ".join((find.__doc__ or "").split())
        OPERATORS.append(Operator(name, frozenset(codes.split()), described, find))
        return find

    return register


def loss_text(p: Program, node: ast.expr, word: str) -> str:
    """A loss as a string, mostly; sometimes as an object or a function."""
    kind, root = variety(p, node, 6), p.root(node)
    if kind == 0 and root is not None:
        name = next(n for n, w in LOSS_CLASSES.items() if w == word)
        return f"{root}.losses.{name}()"
    if kind == 1 and root is not None:
        return f"{root}.losses.{word}"
    if kind in (2, 3) and word == "mean_squared_error":
        word = "mse"
    return p.quoted(node, word)


def kernel_text(p: Program, node: ast.AST, zero: bool) -> str:
    """A constant initializer, in one of the ways it is written."""
    kind, root = variety(p, node, 5), p.root(node)
    if root is not None and kind == 0:
        return f"{root}.initializers.{'Zeros' if zero else 'Ones'}()"
    if root is not None and kind == 1:
        return f"{root}.initializers.Constant({'0.0' if zero else '0.5'})"
    return '"zeros"' if zero else '"ones"'


def only_metrics(compiled: Compile, head: Head) -> ast.expr | None:
    """The metrics of a model with one output."""
    if head.model.kind == "multi":
        return None
    return argument(compiled.call, "compile", "metrics")


def plain(*edits: Edit | None) -> list[Edit] | None:
    return None if any(e is None for e in edits) else [e for e in edits if e is not None]


def classifier_heads(p: Program, losses: Iterable[str]) -> Iterator[tuple[Head, Compile]]:
    """Heads whose model is compiled, not under a condition, with one of these losses."""
    wanted = set(losses)
    met: set[ast.Call] = set()
    for head in p.all_heads():
        if head.model.kind == "loose" and head.layer.call in met:
            continue
        met.add(head.layer.call)
        found = [c for c in head.model.compiles if c.loss is not None]
        if not found or len(found) != len(head.model.compiles):
            continue
        words = {c.loss.word for c in found}
        if len(words) != 1 or not words <= wanted:
            continue
        compiled = next((c for c in found if not c.cond and in_force(head.model, c)), None)
        if compiled is not None:
            yield head, compiled


def in_force(model: Model, compiled: Compile) -> bool:
    """Whether nothing else is compiled before the model is trained."""
    here = [
        c.stmt.lineno for c in model.compiles if c.scope is compiled.scope and c is not compiled
    ]
    fits = [f.stmt.lineno for f in model.fits if f.scope is compiled.scope]
    later = [line for line in here if line > compiled.stmt.lineno]
    if not later:
        return True
    return any(compiled.stmt.lineno < line < min(later) for line in fits)


ADVERSARIAL = re.compile(r"gan|discrim|critic|adversar|generator|\bdis\b|\bgen\b")
UNSUPERVISED = re.compile(r"auto|encoder|decoder|\bae\b|vae|siames|embed|metric|distill|student")


def adversarial(p: Program, model: Model) -> bool:
    return bool(ADVERSARIAL.search(model.words) or ADVERSARIAL.search(p.doc.rel.lower()))


def unsupervised(p: Program, model: Model) -> bool:
    """Whether the model may be an autoencoder, an encoder or the like, by its names or its fit."""
    for fit in model.fits:
        x, y = argument(fit.call, "fit", "x"), argument(fit.call, "fit", "y")
        if x is not None and y is not None and p.source(x) == p.source(y):
            return True
    return bool(UNSUPERVISED.search(model.words) or UNSUPERVISED.search(p.doc.rel.lower()))
