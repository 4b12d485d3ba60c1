"""Turns programs into inputs: each mutator is a function of a random number generator.

A mutator that promises to keep findings puts text around them that cannot concern them: it uses
names of its own, ends what it begins, and does not stop the program. What is only put after them
may also leave brackets and strings open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise
from random import Random

import constructs
import corpus
from inputs import (
    ALL,
    ARGUMENTS,
    CELL,
    IGNORES,
    NOTEBOOK,
    PROJECT,
    RAW_NOTEBOOK,
    SETTINGS,
    STATELESS,
    Input,
)
from material import (
    COMMENTS,
    JSON_VALUES,
    KEYS,
    KEYWORDS,
    MARKS,
    NUMBERS,
    ODD_LINES,
    OPTIONS,
    OTHER_KINDS,
    PATTERNS,
    REFUSING,
    STRINGS,
    TARGETS,
    VALUES,
    WORDS,
)

Mutator = Callable[[Random], Input]

_WORDS = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"(?<![\w.])\d[\w.]*")
_STRING = re.compile(r"'[^'\\\n]*'|\"[^\"\\\n]*\"")
# What ends a program, binds names of others, or makes the statement around it something else.
_STOPPING = re.compile(
    r"\b(raise|assert|while|return|exit|quit|_exit|abort|break|continue|yield|await|exec|eval|"
    r"globals|locals|setattr|vars|import|del|global|nonlocal|__\w+__|LEGACY\w*)\b|\*$"
)


def settings(random: Random) -> dict[str, object]:
    """Settings of ``kerlint.lint_source``: mostly all rules, for one of the targets."""
    chosen: dict[str, object] = {"select": ["ALL"]} if random.random() < 0.8 else {}
    if random.random() < 0.3:
        chosen["target-keras"] = random.choice(TARGETS)
    if random.random() < 0.1:
        chosen["backend"] = random.choice(("tensorflow", "jax", "torch", "numpy", "openvino"))
    return chosen


def few_settings(random: Random) -> dict[str, object]:
    """Settings that leave the findings of programs the same more often: they are kept in mind."""
    return settings(random) if random.random() < 0.1 else {"select": ["ALL"]}


def _program(random: Random) -> corpus.Program:
    return random.choice(corpus.programs())


def _edited(name: str, random: Random, edit: Callable[[list[str]], None]) -> Input:
    """An input made by ``edit`` of the tokens of a program."""
    tokens = corpus.tokens_of(_program(random).text)
    edit(tokens)
    return Input(name, hostile="".join(tokens), settings=settings(random))


def _places(tokens: list[str], random: Random) -> list[int]:
    """A few tokens that are not blank."""
    solid = [index for index, token in enumerate(tokens) if token.strip(" ")]
    return (
        [random.choice(solid) for _ in range(random.choice((1, 1, 1, 2, 3, 10)))] if solid else []
    )


# -- programs whose tokens are changed ------------------------------------------------------------


def tokens_dropped(random: Random) -> Input:
    def edit(tokens: list[str]) -> None:
        for place in _places(tokens, random):
            tokens[place] = ""

    return _edited("tokens dropped", random, edit)


def tokens_swapped(random: Random) -> Input:
    def edit(tokens: list[str]) -> None:
        for place in _places(tokens, random):
            near = [*range(max(place - 6, 0), min(place + 7, len(tokens)))]
            other = random.choice(near if random.random() < 0.7 else range(len(tokens)))
            tokens[place], tokens[other] = tokens[other], tokens[place]

    return _edited("tokens swapped", random, edit)


def tokens_doubled(random: Random) -> Input:
    def edit(tokens: list[str]) -> None:
        for place in _places(tokens, random):
            tokens[place] = " ".join([tokens[place]] * random.choice((2, 2, 2, 3, 50)))

    return _edited("tokens doubled", random, edit)


def tokens_inserted(random: Random) -> Input:
    def edit(tokens: list[str]) -> None:
        for place in _places(tokens, random):
            tokens[place] = random.choice((*MARKS, *KEYWORDS)) + tokens[place]

    return _edited("tokens inserted", random, edit)


def tokens_exchanged(random: Random) -> Input:
    def edit(tokens: list[str]) -> None:
        others = corpus.tokens_of(_program(random).text)
        for place in _places(tokens, random):
            tokens[place] = random.choice(others)

    return _edited("tokens exchanged", random, edit)


def names_renamed(random: Random) -> Input:
    """One name gets another, everywhere or in one place."""

    def edit(tokens: list[str]) -> None:
        names = sorted({token for token in tokens if _WORDS.fullmatch(token)})
        for _ in range(random.choice((1, 1, 2, 5))):
            old = random.choice(names)
            new = random.choice((*names, *KEYWORDS, "ä", "self", "keras", "__class__", "_" * 500))
            where = [index for index, token in enumerate(tokens) if token == old]
            if where:
                for index in where if random.random() < 0.5 else [random.choice(where)]:
                    tokens[index] = new

    return _edited("names renamed", random, edit)


def numbers_replaced(random: Random) -> Input:
    text = _program(random).text
    rate = random.choice((0.1, 0.5, 1.0))
    text = _NUMBER.sub(lambda m: random.choice(NUMBERS) if random.random() < rate else m[0], text)
    return Input("numbers replaced", hostile=text, settings=settings(random))


def strings_replaced(random: Random) -> Input:
    text = _program(random).text
    rate = random.choice((0.1, 0.5, 1.0))
    text = _STRING.sub(lambda m: random.choice(STRINGS) if random.random() < rate else m[0], text)
    return Input("strings replaced", hostile=text, settings=settings(random))


def kinds_replaced(random: Random) -> Input:
    """Values of one kind where another is expected: a list for a number, a call for a string."""
    text = _program(random).text
    pattern = random.choice((_NUMBER, _STRING))
    rate = random.choice((0.1, 0.5))
    text = pattern.sub(
        lambda m: random.choice(OTHER_KINDS) if random.random() < rate else m[0], text
    )
    return Input("kinds replaced", hostile=text, settings=settings(random))


# -- programs that are cut and joined -------------------------------------------------------------


def cut(random: Random) -> Input:
    text = _program(random).text
    first, last = sorted(random.randrange(len(text) + 1) for _ in range(2))
    text = random.choice((text[:last], text[first:], text[:first] + text[last:]))
    return Input("cut", hostile=text, settings=settings(random))


def spliced_anywhere(random: Random) -> Input:
    one, two = _program(random).text, _program(random).text
    first, last = random.randrange(len(one)), random.randrange(len(two))
    return Input("spliced anywhere", hostile=one[:first] + two[last:], settings=settings(random))


def spliced_at_statements(random: Random) -> Input:
    lines = []
    for program in random.sample(corpus.parsed_programs(), random.choice((2, 2, 3))):
        borders = (0, *program.borders)
        first, last = sorted(random.choice(borders) for _ in range(2))
        lines += program.lines[first:last]
    return Input("spliced at statements", hostile="".join(lines), settings=settings(random))


def lines_shuffled(random: Random) -> Input:
    lines = _program(random).lines
    first, last = sorted(random.randrange(len(lines) + 1) for _ in range(2))
    part = lines[first:last]
    random.shuffle(part)
    lines[first:last] = part
    return Input("lines shuffled", hostile="".join(lines), settings=settings(random))


def indentation(random: Random) -> Input:
    lines = _program(random).lines
    for _ in range(random.choice((1, 1, 3, 20))):
        index = random.randrange(len(lines))
        stripped = lines[index].lstrip(" ")
        space = random.choice(
            ("", " ", "  ", "    ", "\t", " \t", "\t ", "\x0c", " " * 8, " " * 2000)
        )
        lines[index] = space + (lines[index] if random.random() < 0.3 else stripped)
    return Input("indentation", hostile="".join(lines), settings=settings(random))


def characters(random: Random) -> Input:
    text = _program(random).text
    for _ in range(random.choice((1, 1, 3, 20))):
        place = random.randrange(len(text))
        text = text[:place] + random.choice(MARKS) + text[place + random.choice((0, 0, 1)) :]
    ends = random.choice(("\n", "\n", "\r\n", "\r"))
    mark = random.random() < 0.1
    return Input("characters", hostile=text, line_end=ends, mark=mark, settings=settings(random))


def random_bytes(random: Random) -> Input:
    alphabet = random.choice((range(256), range(32, 127), b"()[]{}:;,.'\"\\\n #=*@ \tax0"))
    data = bytes(random.choice(alphabet) for _ in range(random.choice((1, 10, 100, 1_000))))
    text = data.decode("utf-8", "surrogateescape")
    return Input(
        "random bytes", hostile=f"import keras{text}keras.layers.Dense", settings=settings(random)
    )


def comments(random: Random) -> Input:
    lines = _program(random).lines
    for _ in range(random.choice((1, 3, 20))):
        index = random.randrange(len(lines))
        comment = random.choice(COMMENTS)
        if random.random() < 0.7:
            lines[index] = f"{lines[index].rstrip()}  {comment}\n"
        else:
            lines.insert(index, f"{comment}\n")
    return Input("comments", hostile="".join(lines), settings=settings(random))


def stacked(random: Random) -> Input:
    """Several mutations of the same text, one after the other."""
    program = _program(random)
    text = program.text
    for _ in range(random.randint(2, 5)):
        tokens = corpus.tokens_of(text) or [""]
        for place in _places(tokens, random):
            choice = random.random()
            if choice < 0.3:
                tokens[place] = ""
            elif choice < 0.6:
                tokens[place] = random.choice((*MARKS, *KEYWORDS, *NUMBERS, *STRINGS))
            else:
                tokens[place] = random.choice(tokens)
        text = "".join(tokens)
    return Input("stacked", hostile=text, settings=settings(random))


# -- hostile text that must not cost the findings around it ---------------------------------------


def foreign(random: Random) -> str:
    """Statements of a program with names of their own instead of all of its names."""
    program = random.choice(corpus.parsed_programs())
    first, last = sorted(random.choice((0, *program.borders)) for _ in range(2))
    tokens = corpus.tokens_of("".join(program.lines[first:last]))
    renamed = []
    for token in tokens:
        if token.startswith("#") or "LEGACY" in token:
            continue
        if _WORDS.fullmatch(token) and token not in KEYWORDS:
            token = f"zq_{token}"
        renamed.append(token)
    # A star import may bind any name.
    return re.sub(r"import \*", "import zq_1", "".join(renamed))


def mutated(text: str, random: Random) -> str:
    """``text`` with some of its tokens dropped, doubled, swapped, or turned into signs."""
    tokens = corpus.tokens_of(text)
    for place in _places(tokens, random):
        choice = random.randrange(4)
        if choice == 0:
            tokens[place] = ""
        elif choice == 1:
            tokens[place] += tokens[place]
        elif choice == 2:
            other = random.randrange(len(tokens))
            tokens[place], tokens[other] = tokens[other], tokens[place]
        else:
            tokens[place] = random.choice((*MARKS, *KEYWORDS, *NUMBERS))
    return "".join(tokens)


def noise(random: Random) -> str:
    """Lines of words, signs and numbers in no order."""
    marks = [mark for mark in MARKS if mark not in REFUSING or random.random() < 0.02]
    words = (*marks, *KEYWORDS, *NUMBERS[:10], "zq_1", "zq_2.a", "zq_3(", "= zq_4", "    ")
    lines = []
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        lines.append(" ".join(random.choice(words) for _ in range(random.choice((1, 2, 5, 20)))))
    return "\n".join(lines) + "\n"


def odd_lines(random: Random) -> str:
    """Lines that are wrong by themselves, each in a way that people and tools produce."""
    return "".join(random.choice(ODD_LINES) for _ in range(random.choice((1, 1, 2, 4, 12))))


def construct(random: Random) -> str:
    chosen = random.choice(constructs.CONSTRUCTS)
    text = chosen.text(random.choices(constructs.DEPTHS, constructs.WEIGHTS)[0])
    # A module counts as true, so that a loop would never end.
    return text if "while" in text or random.random() < 0.5 else f"import zq\n{text}"


def growth(random: Random) -> str:
    chosen = random.choice((*constructs.GROWING, *constructs.RAISING))
    text = chosen.replace("{n}", str(random.choice(constructs.TURNS)))
    if random.random() < 0.2:
        text = (
            "def zq_0(zq):\n" + "".join(f"    {line}\n" for line in text.splitlines()) + "zq_0(1)\n"
        )
    return text + "raise zq\n" if chosen in constructs.RAISING else text


def _between(name: str, hostile: str, random: Random, keeps: str = ALL) -> Input:
    """``hostile`` text between two statements of a program, or at its end when it is not closed."""
    program = _with_findings(random)
    lines = program.lines
    border = len(lines)
    ending = hostile.endswith("\n") and not re.search(_STOPPING, _without_definitions(hostile))
    if ending and corpus.is_closed(hostile):
        border = random.choice((program.borders[0], random.choice(program.borders), border))
    # So that nothing is a part of the statement before, and nothing after a part of this.
    hostile = f"zq_0 = 0\n{hostile}" + ("zq_0 = 0\n" if border < len(lines) else "")
    head, tail = "".join(lines[:border]), "".join(lines[border:])
    return Input(name, head, hostile, tail, keeps=keeps, settings=few_settings(random))


def _with_findings(random: Random) -> corpus.Program:
    """Mostly a program that has something to lose."""
    loud = [
        each
        for each in corpus.parsed_programs()
        if "# expect" in each.text or "# loud" in each.text
    ]
    return random.choice(loud if random.random() < 0.9 else corpus.parsed_programs())


def _without_definitions(text: str) -> str:
    """``text`` without the bodies of its functions, which nothing may call."""
    return re.sub(r"^(async )?def .*\n((?: .*)?\n)*", "", text, flags=re.MULTILINE)


def broken_statements(random: Random) -> Input:
    return _between("broken statements", odd_lines(random), random)


def noise_around(random: Random) -> Input:
    return _between("noise", noise(random), random)


def foreign_statements(random: Random) -> Input:
    text = foreign(random)
    if random.random() < 0.8:
        text = mutated(text, random)
    return _between("foreign statements", text, random)


def deep_and_long(random: Random) -> Input:
    text = construct(random)
    if random.random() < 0.3:
        return _between("deep and long", text, random)
    head = "from keras.layers import Dense\n"
    tail = 'd = Dense(1, activation="softmax")\n'
    hostile = f"zq_0 = 0\n{text}"
    if text.endswith("\n") and not text.endswith("\\\n"):
        hostile += "zq_0 = 0\n"
    else:
        tail = ""
    return Input("deep and long", head, hostile, tail, keeps=ALL, settings={"select": ["ALL"]})


def growing_values(random: Random) -> Input:
    return _between("growing values", growth(random), random)


def several_of_all(random: Random) -> Input:
    makers = (odd_lines, noise, foreign, growth, construct)
    text = "".join(
        random.choice(makers)(random) + "zq_0 = 0\n" for _ in range(random.randint(2, 4))
    )
    text = text[: constructs.MAX_CHARACTERS]
    return _between("several of all", text, random)


def behind_a_statement(random: Random) -> Input:
    """The end of a program is changed in any way, from one of its statements on.

    What is said of a name or a call in the statements before stays: they have been run by then.
    """
    program = _with_findings(random)
    border = random.choice(program.borders[1:] or program.borders)
    head, rest = "".join(program.lines[:border]), "".join(program.lines[border:])
    rest = rest or _program(random).text
    for _ in range(random.choice((1, 1, 3))):
        rest = mutated(rest, random)
    if "LEGACY" in rest or re.search(r"kerlint:\s*ignore-file", rest):
        rest = ""
    return Input(
        "behind a statement",
        head,
        f"zq_0 = 0\n{rest}",
        keeps=STATELESS,
        settings=few_settings(random),
    )


def layout(random: Random) -> Input:
    """Line ends, a byte order mark, comments and blank lines, which mean nothing."""
    program = _with_findings(random)
    lines = program.lines
    border = random.choice(program.borders)
    hostile = "".join(
        random.choice(
            ("\n", "# zq\n", "   \n", "\t\n", "      # zq\n", "# noqa: E501\n", "#\n", "\x0c\n")
        )
        for _ in range(random.choice((0, 1, 5, 500)))
    )
    return Input(
        "layout",
        "".join(lines[:border]),
        hostile,
        "".join(lines[border:]),
        keeps=ALL,
        line_end=random.choice(("\n", "\r\n", "\r")),
        mark=random.random() < 0.3,
        settings=few_settings(random),
    )


def project(random: Random) -> Input:
    """Another file of the project is hostile, and the program imports it."""
    makers = (odd_lines, noise, foreign, growth, construct)
    text = random.choice(makers)(random)
    program = _with_findings(random)
    forms = (
        "import zq_other\n",
        "import zq_other as zq_o\nzq_1 = zq_o.zq_1(zq_o.zq_2)\n",
        "from zq_other import zq_1, zq_2\nzq_1(zq_2)\n",
    )
    form = random.choice(forms)
    border = random.choice(program.borders)
    head, tail = "".join(program.lines[:border]), "".join(program.lines[border:])
    if random.random() < 0.1:
        text = "import input\n" + text  # in a circle
    # The other file comes first, see checks.py; what follows the mark is put into the program.
    return Input(
        "project", head, f"{form}\0{text}", tail, PROJECT, ALL, settings=few_settings(random)
    )


# -- notebooks ------------------------------------------------------------------------------------


def _cells(program: corpus.Program, random: Random) -> list[str]:
    """A program in cells that begin at some of its statements."""
    borders = [border for border in program.borders if random.random() < 0.5]
    cuts = [0, *borders, len(program.lines)]
    cells = ["".join(program.lines[first:last]) for first, last in pairwise(cuts)]
    return [cell for cell in cells if cell]


def notebook_cells(random: Random) -> Input:
    """Hostile cells between the cells of a program: a cell can leave open what it likes."""
    cells = _cells(_with_findings(random), random)
    makers = (*(odd_lines, noise, foreign, growth) * 4, construct)
    border = len(cells)
    hostile = ""
    for _ in range(random.choice((1, 1, 2, 5))):
        text = random.choice(makers)(random).replace(CELL, "")
        if len(hostile) + len(text) > constructs.MAX_CHARACTERS:
            break
        if random.random() < 0.5:
            text = mutated(text, random) if len(text) < 10_000 else text
        if random.random() < 0.1:
            text = (
                random.choice(("%%bash\n", "%%time\n", "%matplotlib zq\n", "!zq\n", "zq?\n")) + text
            )
        hostile += f"{text.rstrip(chr(10))}\n{CELL}"
    # Names of modules that are stopped or bound are only safe behind everything.
    if not _STOPPING.search(_without_definitions(hostile)) and not re.search(
        r"^\s*[%!]", hostile, re.M
    ):
        border = random.randrange(len(cells) + 1)
    head = "".join(cell + CELL for cell in cells[:border])
    tail = "".join(cell + CELL for cell in cells[border:])
    return Input(
        "notebook cells", head, hostile, tail, NOTEBOOK, ALL, settings=few_settings(random)
    )


def notebook_json(random: Random) -> Input:
    """A notebook whose JSON has other values, other types and other keys, or is broken as text."""
    notebook = json.loads(random.choice(corpus.notebooks()))
    for _ in range(random.choice((1, 1, 2, 5))):
        places: list[tuple[dict | list, str | int]] = []
        pending: list[object] = [notebook]
        while pending:
            node = pending.pop()
            if isinstance(node, dict):
                places += [(node, key) for key in node]
                pending += node.values()
            elif isinstance(node, list):
                places += [(node, index) for index in range(len(node))]
                pending += node
        if not places:
            break
        node, key = random.choice(places)
        choice = random.random()
        if choice < 0.6:
            node[key] = deepcopy(random.choice(JSON_VALUES))  # type: ignore[index]
        elif choice < 0.8:
            del node[key]  # type: ignore[arg-type]
        elif isinstance(node, list):
            node.insert(random.randrange(len(node) + 1), deepcopy(random.choice(JSON_VALUES)))
        else:
            name = random.choice(("source", "input", "cells", "metadata", "language"))
            node[name] = deepcopy(random.choice(JSON_VALUES))
    text = json.dumps(notebook, ensure_ascii=random.random() < 0.5).replace("\ud800", "\\ud800")
    if random.random() < 0.3:
        place = random.randrange(len(text))
        wrong = random.choice(
            ("", "[" * 30_000, '{"a":' * 30_000, "9" * 5_000, "NaN", "\x00", "\udcff", '"', ",")
        )
        text = text[:place] + wrong + text[place + random.choice((0, 1, 10)) :]
    return Input("notebook JSON", hostile=text, form=RAW_NOTEBOOK, settings=settings(random))


# -- settings, patterns and arguments -------------------------------------------------------------


def settings_file(random: Random) -> Input:
    """A config file with any keys and any values, or that is not TOML."""
    lines = []
    for _ in range(random.choice((1, 1, 2, 5))):
        key = random.choice((*KEYS, "a.b.c", '"select"', "select.a"))
        lines.append(f"{key or '[tool]'} = {random.choice(VALUES)}\n")
    text = "".join(lines)
    if random.random() < 0.3:
        text = mutated(text, random)
    return Input("settings file", hostile=text, form=SETTINGS)


def ignore_patterns(random: Random) -> Input:
    """A ``.gitignore`` and an ``exclude`` of odd patterns."""
    lines = [random.choice(PATTERNS) for _ in range(random.choice((1, 1, 3, 30)))]
    if random.random() < 0.3:
        place = random.randrange(len(lines))
        lines[place] = "".join(random.choice(PATTERNS) for _ in range(3))
    return Input("ignore patterns", hostile="\n".join(lines), form=IGNORES)


def arguments(random: Random) -> Input:
    """A command line of any options and any values."""
    given = []
    for _ in range(random.choice((1, 2, 3, 6))):
        option = random.choice(OPTIONS)
        choice = random.random()
        if choice < 0.3:
            given.append(option)
        elif choice < 0.6:
            given.append(f"{option}={random.choice(WORDS)}")
        else:
            given += [option, random.choice(WORDS)]
    return Input("arguments", hostile=json.dumps(given), form=ARGUMENTS)


# With the weight of each; those that keep findings say the most.
MUTATORS: tuple[tuple[Mutator, int], ...] = (
    (tokens_dropped, 6),
    (tokens_swapped, 6),
    (tokens_doubled, 4),
    (tokens_inserted, 5),
    (tokens_exchanged, 5),
    (names_renamed, 5),
    (numbers_replaced, 5),
    (strings_replaced, 5),
    (kinds_replaced, 4),
    (cut, 3),
    (spliced_anywhere, 3),
    (spliced_at_statements, 4),
    (lines_shuffled, 3),
    (indentation, 4),
    (characters, 4),
    (random_bytes, 3),
    (comments, 3),
    (stacked, 6),
    (broken_statements, 8),
    (noise_around, 5),
    (foreign_statements, 8),
    (deep_and_long, 3),
    (growing_values, 4),
    (several_of_all, 1),
    (behind_a_statement, 8),
    (layout, 3),
    (project, 3),
    (notebook_cells, 6),
    (notebook_json, 5),
    (settings_file, 2),
    (ignore_patterns, 2),
    (arguments, 2),
)
NAMES = tuple(mutator.__name__ for mutator, _ in MUTATORS)


def input_of(seed: int, number: int, only: tuple[str, ...] = ()) -> Input:
    """The input ``number`` of a run; the first ones take each mutator in turn."""
    random = Random(f"{seed}:{number}")
    chosen = [
        (mutator, weight) for mutator, weight in MUTATORS if not only or mutator.__name__ in only
    ]
    if number < len(chosen):
        return chosen[number][0](random)
    (mutator,) = random.choices([m for m, _ in chosen], [weight for _, weight in chosen])
    return mutator(random)
