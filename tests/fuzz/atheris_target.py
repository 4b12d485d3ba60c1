"""Fuzzing guided by coverage: ``python tests/fuzz/atheris_target.py [FOLDER] [-OPTION=VALUE]``.

Needs atheris (``pip install atheris``). libFuzzer changes the bytes of programs of the corpus, and
keeps those that reach new code of kerlint. FOLDER keeps what it has found for the next time. An
input that fails is written as ``crash-...``; ``-help=1`` lists the options.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import corpus
from inputs import PYTHON, RAW_NOTEBOOK, Input

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: pip install atheris")

with atheris.instrument_imports(include=["kerlint"]):
    import checks

    from kerlint.catalogue.codes import catalogue
    from kerlint.reports import formats

    # What is imported later would not be instrumented.
    formats()
    catalogue()
    checks.all_rules()

# The words that no bit flips make up.
DICTIONARY = (
    "import keras",
    "from keras.layers import *",
    "keras.Sequential([",
    "Dense(1, activation='softmax')",
    ".compile(loss=",
    "'categorical_crossentropy'",
    ".fit(x, y)",
    "to_categorical(",
    "def ",
    "class ",
    "for ",
    " in range(",
    "while ",
    "if ",
    "else:",
    "lambda ",
    "return ",
    "yield ",
    "async ",
    "await ",
    "match ",
    "case ",
    "with ",
    "try:",
    "except",
    "finally:",
    "global ",
    "nonlocal ",
    "*",
    "**",
    ":=",
    "->",
    "f'{",
    "'''",
    '"""',
    "\\n",
    "# noqa",
    "# kerlint: ignore[KER101]",
    "{'cells':[",
    "'source':",
)


def one_input(data: bytes) -> None:
    """Whatever the text is: no exception, and nothing odd in the findings."""
    text = data.decode("utf-8", "surrogateescape")
    form = RAW_NOTEBOOK if text.startswith("{") else PYTHON
    given = Input("atheris", hostile=text, form=form, settings={"select": ["ALL"]})
    result = checks.check(given)
    if result.problem:
        raise RuntimeError(f"{result.problem}: {result.detail}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kerlint-fuzz-") as name:
        seeds, words = Path(name, "seeds"), Path(name, "words")
        seeds.mkdir()
        for number, program in enumerate(corpus.programs()):
            seeds.joinpath(f"{number}.py").write_text(program.text, encoding="utf-8")
        for number, notebook in enumerate(corpus.notebooks()):
            seeds.joinpath(f"{number}.ipynb").write_text(notebook, encoding="utf-8")
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in DICTIONARY))
        options = [word for word in sys.argv[1:] if word.startswith("-")]
        folders = [word for word in sys.argv[1:] if not word.startswith("-")]
        arguments = [
            sys.argv[0],
            *folders,
            str(seeds),
            f"-dict={words}",
            "-timeout=20",
            "-max_len=4000",
        ]
        atheris.Setup([*arguments, *options], one_input)
        atheris.Fuzz()


def _escaped(word: str) -> str:
    return word.replace("\\n", "\\x0A").replace('"', "\\x22")


if __name__ == "__main__":
    main()
