"""Which cells make up the notebook, when cells are run again, mended and deleted."""

from __future__ import annotations

from kerlint.notebooks.session import Run, notebook

MODEL = "model = Sequential()\nmodel.add(Dense(8))\nmodel.add(Dense(1, activation='softmax'))\n"
MENDED = MODEL.replace("softmax", "sigmoid")
COMPILE = "model.compile(loss='mse')"


def numbers(*runs, deleted=frozenset()):
    cells = notebook(runs, deleted)
    texts = {run.number: run.text for run in runs}
    assert all(texts[number] == text for number, text in cells)
    return [number for number, _ in cells]


def test_cells_in_order():
    assert numbers(Run(1, "import keras"), Run(2, MODEL), Run(3, " \n"), Run(4, COMPILE)) == [
        *(1, 2, 4)
    ]
    assert numbers() == []


def test_a_cell_that_the_editor_names_keeps_its_place():
    runs = [Run(1, "import keras", "a"), Run(2, MODEL, "b"), Run(3, COMPILE, "c")]
    assert numbers(*runs, Run(4, "something_else()", "b")) == [1, 4, 3]
    assert numbers(*runs, Run(4, MODEL, "d")) == [1, 2, 3, 4]
    assert numbers(*runs, Run(4, "x", "d"), deleted={"b"}) == [1, 3, 4]


def test_a_mended_cell_without_a_name_counts_where_it_was_run_last():
    runs = [Run(1, "import keras"), Run(2, MODEL), Run(3, COMPILE)]
    assert numbers(*runs, Run(4, MENDED)) == [1, 3, 4]
    assert numbers(*runs, Run(4, MENDED), Run(5, COMPILE)) == [1, 4, 5]
    assert numbers(*runs, Run(4, MENDED, "b")) == [1, 3, 4]  # it was run before the extension
    assert numbers(*runs, Run(4, f"{COMPILE}\n")) == [1, 2, 4]


def test_another_cell_that_looks_alike_is_another_cell():
    other = "other = Sequential()\nother.add(Dense(8))\nother.add(Dense(1))\n"
    assert numbers(Run(1, MODEL), Run(2, other)) == [1, 2]
    longer = MODEL + "".join(f"model.add(Conv2D({i}, 3))\n" for i in range(20))
    assert numbers(Run(1, MODEL), Run(2, longer)) == [1, 2]
    assert numbers(Run(1, "model.fit(x, y)"), Run(2, "model.evaluate(x, y)")) == [1, 2]
    assert numbers(Run(1, "x.shape"), Run(2, "y.shape"), Run(3, "x.shape")) == [2, 3]
