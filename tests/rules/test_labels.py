"""Which labels are taken for answers of yes and no, and where labels are pointed at."""

from __future__ import annotations

import textwrap

import pytest

import kerlint
from kerlint.program.data import ANSWERS, UNDECIDED, Array, Encoding, column_of
from kerlint.program.values import Unknown
from kerlint.rules.labels import answers_yes_or_no


@pytest.mark.parametrize(
    "name",
    [
        "is_spam",
        "isFraud",
        "hasCabin",
        "Churn",
        "customer_churn",
        "Survived",
        "default",
        "default.payment.next.month",
        "Machine failure",
        "HeartDisease",
        "smoker",
        "Exited",
        "defaulted?",
    ],
)
def test_names_that_ask_a_question(name: str) -> None:
    assert answers_yes_or_no(Array(shape=(None,), origin=column_of("a table", name)))
    assert answers_yes_or_no(Unknown("not known", symbol=f"load()['{name}']"))
    assert answers_yes_or_no(Unknown("not known", symbol=f"table['{name}'].astype()"))


@pytest.mark.parametrize(
    "name",
    [
        "price",
        "target",
        "label",
        "y",
        "is",
        "churn_rate",
        "days_survived",
        "default_probability",
        "fraud_amount",
        "time_to_failure",
        "island",
        "history",
        "isbn",
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert not answers_yes_or_no(Array(shape=(None,), origin=column_of("a table", name)))
    assert not answers_yes_or_no(Unknown("not known", symbol=f"load()['{name}']"))


@pytest.mark.parametrize(
    ("array", "answers"),
    [
        (Array(lowest=0, highest=1, integers=True), True),
        (Array(lowest=0, highest=1), False),
        (Array(origin=ANSWERS), True),
        (Array(origin="a file, data/titanic.csv", shape=(None,)), True),
        (Array(origin="a file, data/titanic.csv", shape=(None, None)), False),
        (Array(origin="a table in house-prices.csv", shape=(None,)), False),
        (Array(lowest=0, highest=9, integers=True, origin=column_of("", "is_spam")), False),
        (Array(integers=False, origin=column_of("", "is_spam")), False),
        (Array(Encoding.CONTINUOUS, integers=False), False),
        (Array(Encoding.INTEGER, lowest=0, origin="LabelEncoder"), False),
        (
            Array(Encoding.INTEGER, lowest=0, origin=f"LabelEncoder of {column_of('', 'Churn')}"),
            True,
        ),
    ],
)
def test_what_is_known_of_the_values_counts_for_more(array: Array, answers: bool) -> None:
    assert answers_yes_or_no(array) is answers


def test_what_is_not_known_at_all_is_no_answer() -> None:
    assert not answers_yes_or_no(Unknown("the parameter 'y'", symbol="y"))
    assert not answers_yes_or_no(Unknown("not known"))
    assert answers_yes_or_no(Unknown(UNDECIDED, symbol="y"))


START = """\
import pandas as pd, numpy as np, keras
from keras import layers
table = pd.read_csv("people.csv")
x = table[["age", "height"]].values
"""
END = """
model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
model.compile("adam", "mse", metrics=["accuracy"])
model.fit(x, y)
"""


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ('y = table["answer"].map({"yes": 1, "no": 0})', False),
        ('y = table["answer"].replace({"yes": 1, "no": 0}).astype("float32")', False),
        ('y = (table.answer == "yes").astype(int)', False),
        ('y = np.where(table["age"] > 60, 1, 0)', False),
        ('y = table["answer"].apply(lambda word: 1 if word == "yes" else 0)', False),
        ('y = np.array([1 if w == "yes" else 0 for w in table["answer"]])', False),
        ('y = table.pop("retired"); y = y.values', True),
        ('y = table.pop("is_retired").values', False),
        ('y = table.loc[:, "is_retired"].to_numpy()', False),
        ('y = table[["is_retired"]].to_numpy()', False),
        ('table["out"] = table["age"] > 67\ny = table["out"].values', False),
        ('table["out"] = table["age"] > 67\ntable["out"] = table["age"]\ny = table["out"]', True),
        ('table["out"] = table["age"] > 67\ny = table["height"].values', True),
        ('y = table["answer"].map({"no": 0, "maybe": 1, "yes": 2})', True),
        ("y = np.array([float(line) for line in open('heights.txt')])", True),
    ],
)
def test_labels_by_how_they_are_made(made: str, found: bool) -> None:
    codes = {finding.code for finding in kerlint.lint_source(START + made + END)}
    assert ("KER126" in codes) is found


def related(text: str, code: str) -> list[tuple[int, str]]:
    [finding] = [f for f in kerlint.lint_source(textwrap.dedent(text)) if f.code == code]
    return [(place.span.start.row, place.message) for place in finding.related]


def test_the_expression_that_shifts_the_labels_is_pointed_at() -> None:
    places = related(
        """\
        import keras
        from keras import layers
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x / 255, y + 1)
        """,
        "KER132",
    )
    assert (7, "here the labels go from 1 to 10") in places
    assert (3, "the labels come from here") in places


def test_labels_that_are_wrong_from_the_start_have_one_place() -> None:
    places = related(
        """\
        import numpy as np, keras
        from keras import layers
        y = np.array([1, 2, 3, 3, 2, 1])
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(np.random.rand(6, 4), y)
        """,
        "KER132",
    )
    assert (3, "labels from 1 to 3") in places
    assert not any(message.startswith("here") for _, message in places)


def test_labels_turned_by_a_helper_are_pointed_at_there() -> None:
    places = related(
        """\
        import numpy as np, keras
        from keras import layers
        def load():
            y = np.random.randint(0, 2, size=60)
            return np.random.rand(60, 4), 2 * y - 1
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy")
        x, y = load()
        model.fit(x, y)
        """,
        "KER133",
    )
    assert (5, "here the labels go from -1 to 1") in places


def test_a_chain_never_says_of_an_activation_that_there_is_none() -> None:
    places = related(
        """\
        import keras
        from keras import layers
        model = keras.Sequential([keras.Input((4,)), layers.Dense(16), layers.Dense(8)])
        model.add(layers.Dense(1))
        model.add(layers.Activation("sigmoid"))
        model.compile("adam", "binary_crossentropy")
        """,
        "KER301",
    )
    assert [(row, message) for row, message in places if row == 4] == []
    assert (3, "no activation here either") in places


TAGGER = """\
import numpy as np, keras
from keras import layers
{made}
model = keras.Sequential([keras.Input((5, 3)), layers.GRU(4, return_sequences=True)])
model.add(layers.Dense(7, activation="softmax"))
model.compile("adam", "categorical_crossentropy")
model.fit(np.zeros((32, 5, 3)), y)
"""


@pytest.mark.parametrize(
    ("made", "severity"),
    [
        ("y = keras.utils.pad_sequences([[1, 2, 3]] * 32, maxlen=5)", "error"),
        ("y = keras.utils.pad_sequences(tags, maxlen=5)", "warning"),
        ("rows = np.empty((32,), dtype=object)\ny = keras.utils.pad_sequences(rows, 5)", None),
        ("y = keras.utils.pad_sequences(np.zeros((32, 4, 7)), maxlen=5)", None),
    ],
)
def test_padded_labels_are_class_numbers_only_where_that_shows(
    made: str, severity: str | None
) -> None:
    found = kerlint.lint_source(TAGGER.format(made=made))
    assert [f.severity.label for f in found if f.code == "KER131"] == (
        [severity] if severity else []
    )
    assert not {"KER502", "KER504"} & {f.code for f in found}
