"""Every fixture, fixed: its findings are gone, and its models are those of the repairs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kerlint.config.settings import combine
from kerlint.diagnostics import Applicability
from kerlint.execute.describe import Undescribable, spec_of
from kerlint.execute.spec import LayerCall, Made, Named, OperationCall, OtherLayer, Several, Tensors
from kerlint.program.claims import ModelClaim
from kerlint.reading import read
from kerlint.repairs.apply import edited
from kerlint.repairs.rounds import fix_source
from kerlint.rules import all_rules
from kerlint.rules.base import View
from kerlint.run.check_file import _judge, _wanted
from kerlint.run.engine import from_keywords, lint_source
from kerlint.sources.source import Source
from tests.fixtures.expectations import expectations, fixture_files

ROOT = Path(__file__).resolve().parents[2] / "fixtures"
FILES = [path for path in fixture_files(ROOT) if "notebooks" not in path.parts]
# Fixes that rightly are not applied, because the program then has another finding.
TAKEN_BACK = {
    "fate/compiled_again.py": {"KER103"},  # the second loss expects logits
    "ker012/forms.py": {"KER012"},  # the layers do not fit together
    "ker014/forms.py": {"KER014"},  # what was not known can be judged then
}
UNSAFE = Applicability.UNSAFE


def settings_for(options):
    given = dict(zip(options[::2], options[1::2]))
    keywords = {
        name.removeprefix("--").replace("-", "_"): value
        if name == "--target-keras"
        else value.split(",")
        for name, value in given.items()
    }
    return combine("/", [from_keywords(keywords)])


def fixture(path):
    text = path.read_text(encoding="utf-8")
    return text, settings_for(expectations(text)[1])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_fixed(path):
    text, settings = fixture(path)

    def lint(data):
        return lint_source(Source(str(path), data.decode()), data, settings)

    before = lint(text.encode())
    if not any(each.fix and each.fix.applicability >= UNSAFE for each in before.diagnostics):
        pytest.skip("nothing to fix")
    done = fix_source(str(path), text.encode(), lint, UNSAFE, before)
    left = {each.finding.code: each.reason for each in done.left}
    assert left.keys() == TAKEN_BACK.get(str(path.relative_to(ROOT)), set()), left
    assert done.fixed or done.left
    again = fix_source(str(path), done.data, lint, UNSAFE, done.outcome)
    assert again.data == done.data


# -- the models ------------------------------------------------------------------------------------


def programs(text):
    """The program that the text builds along its base path, and the reading of it."""
    reading = read(Source("program.py", text))
    entries = list(reading.entry_points())
    return reading, entries[0].execute({}).program


def shape_of(spec):
    """A model without the names and numbers of its layers and tensors."""
    layers, calls, order = spec.by_id(), {}, {}
    for call in spec.calls:
        for place, output in enumerate(call.outputs):
            calls[output] = (call, place)

    def argument(value):
        if isinstance(value, OtherLayer):
            return layer(value.layer)
        if isinstance(value, Several):
            return ("several", value.is_tuple, tuple(map(argument, value.items)))
        if isinstance(value, Made):
            return (value.name, arguments(value.args))
        if isinstance(value, Tensors):
            return tuple(map(tensor, value.names))
        if isinstance(value, Named):  # a function, which a text names as well
            return ("str", value.name.rpartition(".")[2])
        return (type(value).__name__, value)

    def arguments(args):
        return tuple(sorted((name, argument(value)) for name, value in args))

    def layer(index):
        made = layers[index]
        args = [(name, value) for name, value in made.args if not is_default(name, value)]
        wrapped = layer(made.wrapped) if made.wrapped is not None else None
        number = order.setdefault(index, len(order))
        return (number, made.type, arguments(args), wrapped)

    def tensor(name):
        if name not in calls:
            return name
        call, place = calls[name]
        inputs = tuple(map(tensor, call.inputs))
        if isinstance(call, LayerCall):
            made = layers[call.layer]
            if made.kind == "Activation" and made.arg("activation") in ("linear", None):
                return inputs[0]  # the same as none
            return (place, layer(call.layer), inputs, arguments(call.args))
        if isinstance(call, OperationCall):
            plain = [each for each in call.positional if not isinstance(each, Tensors)]
            return (place, call.function, inputs, tuple(map(argument, plain)), arguments(call.args))
        return (place, "stand-in", inputs, call.shape)

    def measure(made):
        return made and (made.kind, tuple(sorted(made.args)))

    return (
        tuple(map(tensor, spec.outputs)),
        tuple(replace(each, name="") for each in spec.inputs),
        tuple(
            (measure(each.loss), tuple(map(measure, each.metrics)), each.targets)
            for each in spec.objectives
        ),
        spec.optimizer and (spec.optimizer.name, arguments(spec.optimizer.args)),
    )


def is_default(name, value):
    """What is written down or left out, to the same effect."""
    return (name, value) in {
        ("activation", "linear"),
        ("activation", None),
        ("kernel_initializer", "glorot_uniform"),
        ("axis", -1),
        ("recurrent_activation", "sigmoid"),
        ("return_sequences", False),
    }


def compared(path):
    """The repaired model and that of the fixed source, for each finding that has both."""
    text, settings = fixture(path)
    outcome = lint_source(Source(str(path), text), text.encode(), settings)
    fixes = {
        (each.code, each.span.start): each.fix
        for each in outcome.diagnostics
        if each.fix is not None
    }
    if not fixes:
        return
    reading, program = programs(text)
    for (code, at), found in _judge(all_rules(), View(program), {}).items():
        finding = found.finding
        claim = finding.claim
        span = reading.spans([at]).get(at)
        fix = fixes.get((code, span.start)) if span is not None else None
        if fix is None or not isinstance(claim, ModelClaim) or claim.model is None:
            continue
        changes = _wanted(program, (finding, *found.again)).changes
        about = (claim.model, changes, claim.compiled)
        try:
            repaired = spec_of(program, *about)
        except Undescribable:
            continue
        mended = edited(str(path), text.encode(), fix.edits).decode()
        written = spec_of(programs(mended)[1], claim.model, (), claim.compiled)
        yield code, span.start.row, shape_of(repaired), shape_of(written)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_fixed_model_is_the_repaired_model(path):
    for code, row, repaired, written in compared(path):
        assert repaired == written, (code, row)


def test_many_models_are_compared():
    some = [path for path in FILES if path.parent.name.startswith(("ker10", "ker12", "ker30"))]
    assert sum(1 for path in some for _ in compared(path)) > 40
