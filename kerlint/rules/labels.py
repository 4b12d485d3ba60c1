"""What labels mean, as far as their names show it: answers to a yes/no question, or numbers."""

from __future__ import annotations

import re

from kerlint.program.data import ANSWERS, COLUMN, FILE, TABLE, UNDECIDED, Array
from kerlint.program.objectives import Objective
from kerlint.program.values import Unknown, Value

# First words of a name that ask a question: ``is_spam``, ``hasCabin``.
_QUESTIONS = frozenset({"are", "can", "did", "does", "had", "has", "have", "is", "was", "will"})

# Last words of a name that has a yes or no: ``customer_churn``, ``HeartDisease``, ``Survived``.
_ANSWERS_WORDS = """
accepted admitted alive anomaly approved arrested attack attrition binary bool booked boolean
bought buy cancelled canceled cancer cheated churn churned click clicked converted dead deceased
default defaulted delayed diabetes diabetic died disease duplicate employed exited fail failed
failure fake female flag fraud fraudulent hired hospitalized infected left male malicious
malignant married occupancy outcome pass passed phishing purchased readmitted recidivism
recovered returned sarcastic seizure sick smoker spam stroke subscribed success successful
survived toxic win winner won yes
"""


# Words that make a name one of an amount whatever else it says: ``days_survived``.
_AMOUNTS_WORDS = """
age amount average avg count cost date day days fraction hour hours level mean minutes month
months num number percent percentage prob probability rate ratio score sum time total value week
weeks year years
"""


# Data sets that people pass around as files and whose only target is a yes or no.
_FILES_WORDS = """
banknote breast churn creditcard fraud haberman ionosphere phishing pima sonar spam spambase
stroke titanic wdbc
"""


_ANSWERS = frozenset(_ANSWERS_WORDS.split())
_AMOUNTS = frozenset(_AMOUNTS_WORDS.split())
_FILES = frozenset(_FILES_WORDS.split())

_NAMED_COLUMN = re.compile(rf"{COLUMN} '([^']+)'")
_NAMED_FILE = re.compile(rf"(?:{TABLE} in|{FILE},) (\S+)")
_EXPRESSION = re.compile(
    r"(?:\['([^']+)'\]|\.([A-Za-z]\w*))(?:\.(?:values|to_numpy|astype)\(?\)?)*$"
)


def answers_yes_or_no(value: Value) -> bool:
    """Whether labels are 0 and 1 by their values, by how they are made, or by their name.

    What is not known at all has no name either, and is not taken for 0 and 1.
    """
    if isinstance(value, Unknown):
        if value.reason == UNDECIDED:
            return True  # a comparison: True or False for each sample
        found = _EXPRESSION.search(value.symbol)
        return found is not None and _asks(found[1] or found[2])
    if not isinstance(value, Array):
        return False
    if value.lowest == 0 and value.highest == 1 and value.integers:
        return True
    # What is known of the values counts for more than a name; class numbers start at 0.
    if value.integers is False or value.highest is not None or value.lowest not in (0, None):
        return False
    if ANSWERS in value.origin:
        return True
    named = _NAMED_COLUMN.search(value.origin)
    if named is not None:
        return _asks(named[1])
    # By its place in a table, when it is one column.
    file = _NAMED_FILE.search(value.origin)
    return file is not None and value.rank in (1, None) and bool(_words(file[1]) & _FILES)


def targets_answer(objective: Objective) -> bool:
    """Whether some labels of an objective are known and all of these are yes or no."""
    training = [fact.value for fit, fact in objective.targets if fit.method != "evaluate"]
    values = training or [fact.value for _, fact in objective.targets]
    if objective.target is not None and answers_yes_or_no(objective.target):
        return True
    return bool(values) and all(answers_yes_or_no(value) for value in values)


def gives_back_input(objective: Objective) -> bool:
    """Whether a model is trained to give back what it gets, as an autoencoder is."""
    for fit, fact in objective.targets:
        given = fit.args.get("x")
        if given is not None and given.site == fact.site and given.value == fact.value:
            return True
    return False


def _asks(name: str) -> bool:
    words = _split(name)
    if words[:2] == ["default", "payment"]:
        return True  # ``default.payment.next.month``: the word that counts is the first
    if not words or set(words) & _AMOUNTS:
        return False
    if words[0] in _QUESTIONS and len(words) > 1:
        return True
    return words[-1] in _ANSWERS or name.endswith("?")


def _words(path: str) -> set[str]:
    return set(_split(re.split(r"[/\\]", path)[-1].partition(".")[0]))


def _split(name: str) -> list[str]:
    """``HeartDisease``, ``heart_disease`` and ``heart disease`` as words in lower case."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
