"""Nodes made without libcst's checks are the nodes that libcst makes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]

# Replacing constructors is for the rest of a process, so each test has one of its own.
COMPARE = """
import dataclasses, gc, operator, sys
import libcst as cst
from kerlint.reading.syntax.quick_nodes import make_nodes_quickly
from kerlint.reading.syntax.parsing import counterparts_of, parse

class Fields(dict):
    '''For each class of nodes what gives all its fields at once; None for what is no node.'''

    def __missing__(self, kind):
        self[kind] = None
        if issubclass(kind, cst.CSTNode):
            names = [field.name for field in dataclasses.fields(kind)]
            if len(names) > 1:
                self[kind] = operator.attrgetter(*names)
            else:
                self[kind] = lambda node: [getattr(node, name) for name in names]
        return self[kind]

FIELDS = Fields()

def dump(node):
    '''Everything that is in a tree, in one flat list.'''
    flat, pending = [], [node]
    while pending:
        item = pending.pop()
        kind = type(item)
        if kind is list or kind is tuple:
            flat += (kind, len(item))
            pending += item
            continue
        fields = FIELDS[kind]
        if fields is None:
            flat.append(item)
        else:
            flat.append(kind)
            pending += fields(item)
    return flat

gc.disable()
texts = {}
for path in sys.argv[1:]:
    with open(path, encoding="utf-8", newline="") as file:
        texts[path] = file.read()
before = {}
for path, text in texts.items():
    tree = counterparts_of(parse(text).tree).concrete
    before[path] = hash(tuple(dump(tree)))
original = cst.Name.__init__
make_nodes_quickly()
make_nodes_quickly()  # once more changes nothing
assert cst.Name.__init__ is not original
count = 0
for path, text in texts.items():
    parsed = parse(text)
    tree = counterparts_of(parsed.tree).concrete
    assert hash(tuple(dump(tree))) == before[path], path
    assert tree.code == parsed.text, path
    count += 1
print(count)
"""


def run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("folder", ["fixtures", pytest.param("kerlint", marks=pytest.mark.slow)])
def test_the_same_trees(folder: str) -> None:
    paths = sorted(map(str, (HERE / folder).rglob("*.py")))
    assert len(paths) > 50
    assert int(run(COMPARE, *paths)) >= len(paths) - 5


def test_nodes_stay_as_they_are_made() -> None:
    run("""
import dataclasses
import libcst as cst
from kerlint.reading.syntax.quick_nodes import _FREQUENT, make_nodes_quickly
make_nodes_quickly()
(call,) = (s.body[0].value for s in cst.parse_module("f(a, b=[1, 2])\\n").body)
for node, name in ((call, "func"), (call.func, "value"), (call.args[0], "value")):
    try:
        setattr(node, name, None)
    except dataclasses.FrozenInstanceError:
        pass
    else:
        raise AssertionError(f"{type(node).__name__}.{name} was assigned to")
    try:
        delattr(node, name)
    except dataclasses.FrozenInstanceError:
        pass
    else:
        raise AssertionError(f"{type(node).__name__}.{name} was deleted")
    assert getattr(node, name) is not None
changed = call.with_changes(func=cst.Name("g"))
assert cst.Module([]).code_for_node(changed) == "g(a, b=[1, 2])"
assert call.func.value == "f"
assert call == call and call != changed and hash(call) == hash(call)
assert call.deep_clone().deep_equals(call)
""")


def test_each_constructor_takes_what_it_took() -> None:
    """Every one of them, by position and by keyword, with the defaults there were."""
    run("""
import dataclasses, inspect
import libcst as cst
from kerlint.reading.syntax.quick_nodes import _FREQUENT, make_nodes_quickly

def parameters(kind):
    return [
        (p.name, p.kind) for p in inspect.signature(kind.__init__).parameters.values()
    ]

def needed(kind):
    fields = dataclasses.fields(kind)
    return [
        cst.Name("x") for field in fields
        if field.init and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]

def shape(value):
    if isinstance(value, cst.CSTNode):
        parts = [(f.name, shape(getattr(value, f.name))) for f in dataclasses.fields(value)]
        return type(value), parts
    if isinstance(value, (list, tuple)):
        return type(value), [shape(item) for item in value]
    return value

def made(kind):
    try:
        return shape(kind(*needed(kind)))
    except (cst.CSTValidationError, TypeError):
        return None  # a check that is gone afterwards

before = {kind: (parameters(kind), made(kind)) for kind in _FREQUENT}
make_nodes_quickly()
for kind, (names, default) in before.items():
    assert kind.__init__.__module__ == "kerlint.reading.syntax.quick_nodes", kind
    assert parameters(kind) == names, kind
    assert default is None or made(kind) == default, kind
assert sum(default is not None for _, default in before.values()) > 25
""")


def test_defaults_are_not_shared() -> None:
    run("""
import dataclasses
import libcst as cst
from kerlint.reading.syntax.quick_nodes import _FREQUENT, make_nodes_quickly
make_nodes_quickly()
checked = 0
for kind in _FREQUENT:
    fields = dataclasses.fields(kind)
    needed = [
        cst.Name("x") for field in fields
        if field.init and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]
    one, other = kind(*needed), kind(*needed)
    for field in fields:
        if field.default_factory is not dataclasses.MISSING:
            first, second = getattr(one, field.name), getattr(other, field.name)
            if isinstance(first, tuple):
                continue
            assert first is not second, (kind, field.name)
            checked += 1
assert checked
""")


def test_only_what_is_not_given_has_a_default() -> None:
    run("""
import libcst as cst
from kerlint.reading.syntax.quick_nodes import make_nodes_quickly
make_nodes_quickly()
assert cst.Param(cst.Name("x"), star="*").star == "*"
assert cst.Param(cst.Name("x")).star == cst.MaybeSentinel.DEFAULT
assert cst.Param(cst.Name("x"), default=None).default is None
assert cst.SimpleWhitespace("  ").value == "  "
items = [cst.Element(cst.Name("x"))]
assert cst.Tuple(items).elements is items
try:
    cst.Name()
except TypeError as error:
    assert "value" in str(error)
else:
    raise AssertionError("a name without one")
try:
    cst.Name("x", colour="red")
except TypeError as error:
    assert "colour" in str(error)
else:
    raise AssertionError("a field there is not")
""")
