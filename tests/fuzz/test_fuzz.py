"""A short run with a fixed seed, and what the fuzzer itself promises."""

from __future__ import annotations

import ast
import json
import math
import sys
from pathlib import Path

import checks
import constructs
import corpus
import libcst as cst
import mutators
import pytest
from checks import check
from inputs import ALL, NOTEBOOK, Input
from run import Run

HERE = Path(__file__).parent


def test_a_short_run() -> None:
    """Each mutator several times, every input in two processes."""
    tally = Run(seed=3, numbers=range(200)).tally()
    assert tally.failures == []
    assert tally.inputs.total() == 200


def test_every_mutator_is_tried() -> None:
    made = [mutators.input_of(1, number) for number in range(len(mutators.MUTATORS))]
    assert len({given.mutator for given in made}) == len(mutators.MUTATORS)


def test_inputs_can_be_made_again() -> None:
    for number in range(60):
        assert mutators.input_of(7, number) == mutators.input_of(7, number)


# Nothing that is written has these: they are deprecated, contexts, or roots of other modes.
NOT_WRITTEN = {
    "AST", "AugLoad", "AugStore", "Bytes", "Ellipsis", "Expression", "ExtSlice", "FunctionType",
    "Index", "Interactive", "NameConstant", "Num", "Param", "Str", "Suite", "TypeIgnore", "boolop",
    "cmpop", "excepthandler", "expr", "expr_context", "mod", "operator", "pattern", "slice", "stmt",
    "type_ignore", "type_param", "unaryop",
}  # fmt: skip


def test_every_kind_of_node_of_python_is_there_deep_or_long() -> None:
    kinds = {
        name
        for name, kind in vars(ast).items()
        if isinstance(kind, type) and issubclass(kind, ast.AST) and name not in NOT_WRITTEN
    }
    seen = {
        type(node).__name__
        for construct in constructs.CONSTRUCTS
        if construct.since <= sys.version_info[:2]
        for node in ast.walk(ast.parse(construct.text(1)))
    }
    assert kinds - seen == set()


# A star import may bind any name of the program around it; the others are of Pythons to come, or
# names that libcst has for groups of nodes.
NOT_PARSED = {
    "CSTNode", "ImportStar", "LazyImport", "LazyImportFrom", "MatchPattern", "MatchSequence",
    "StarredDictComp",
}  # fmt: skip


def test_every_kind_of_node_of_libcst_is_there_deep_or_long() -> None:
    kinds = {
        name
        for name, kind in vars(cst).items()
        if isinstance(kind, type)
        and issubclass(kind, cst.CSTNode)
        and not name.startswith("Base")
        and name not in NOT_PARSED
    }
    seen: set[str] = set()
    for construct in constructs.CONSTRUCTS:
        pending: list[cst.CSTNode] = [cst.parse_module(construct.text(1))]
        while pending:
            node = pending.pop()
            seen.add(type(node).__name__)
            pending += node.children
    assert kinds - seen == set()


@pytest.mark.parametrize("text", [*constructs.GROWING, *constructs.RAISING])
def test_growing_values_are_programs(text: str) -> None:
    ast.parse(text.replace("{n}", "3"))


class TestWhatIsKept:
    """The checks see what they are to see."""

    @pytest.fixture(autouse=True)
    def any_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """This process may have imported TensorFlow for other tests."""
        monkeypatch.setattr(checks, "MAX_MEGABYTES", math.inf)

    HEAD = "from keras.layers import Dense\n"
    TAIL = 'd = Dense(1, activation="softmax")\n'

    def test_a_finding_after_hostile_text(self) -> None:
        given = Input("any", self.HEAD, "zq = ??\n\n", self.TAIL, keeps=ALL)
        assert check(given).problem == ""

    def test_a_finding_that_is_lost(self) -> None:
        given = Input("any", self.HEAD, "def Dense(*a, **b): pass\n", self.TAIL, keeps=ALL)
        result = check(given)
        assert (result.problem, result.detail) == ("lost", "KER101 at 2:5")

    def test_in_a_notebook(self) -> None:
        head, tail = self.HEAD + "# %%\n", self.TAIL + "# %%\n"
        given = Input("any", head, "zq = (\n# %%\n", tail, NOTEBOOK, ALL)
        assert check(given).problem == ""
        given = Input("any", head, "Dense = print\n# %%\n", tail, NOTEBOOK, ALL)
        assert check(given).detail == "KER101 at 1:5 of cell 2"


def test_borders_are_between_statements() -> None:
    text = '"""Doc."""\nfrom __future__ import a\n\n@b\ndef c():\n    pass\n\n'
    text += "d = [\n    1,\n]; e = 2\n"
    assert corpus.borders_of(text) == (3, 7, 10)


@pytest.mark.parametrize(
    ("text", "closed"),
    [("a = 1\n", True), ("a = (\n", False), ("a = ')'\n", True), ("'''\n", False),
     ("a \\\n", False), ("a = 1", False), ("(]\n", True), (")(\n", False), ("a = '\n", False)],
)  # fmt: skip
def test_what_is_closed(text: str, closed: bool) -> None:
    assert corpus.is_closed(text) is closed


def test_tokens_make_up_the_text() -> None:
    for program in corpus.programs():
        assert "".join(corpus.tokens_of(program.text)) == program.text
    assert json.loads(corpus.notebooks()[0])
