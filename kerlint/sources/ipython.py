"""What IPython adds to Python (magics, shell lines, help, prompts) → plain Python, row for row.

A cell keeps its number of rows, and code keeps its columns but for a shift that is told for each
row. The rules are those of ``IPython.core.inputtransformer2``; the tests compare the two. IPython
itself is not used: it is large, it takes long to import, and it does not keep rows.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from typing import NamedTuple

from kerlint.lazy_dataclass import dataclass

# Cell magics that run their body in the namespace of the notebook.
_RUNS_ITS_BODY = frozenset(
    (
        *("capture", "debug", "heat", "ipytest", "kerlint", "memit", "mprun", "prun"),
        *("pyinstrument", "scalene", "snakeviz", "time", "timeit", "wandb"),
    )
)
# Cell magics whose body is in another language, for another process, or for a file. What the rest
# do is not known.
_ELSEWHERE = frozenset(
    (
        *("!", "HTML", "R", "SVG", "bash", "bigquery", "cmd", "file", "html", "javascript", "js"),
        *("julia", "latex", "markdown", "mermaid", "perl", "pypy", "python", "python2", "python3"),
        *("ruby", "script", "sh", "shell", "sql", "svg", "sx", "system", "writefile"),
    )
)
# Line magics that people write without the sign.
_AUTOMATIC = frozenset(
    (
        *("alias", "autoreload", "cat", "cd", "clear", "conda", "cp", "env", "history", "less"),
        *("load_ext", "ls", "man", "matplotlib", "mkdir", "more", "mv", "pip", "pwd", "reload_ext"),
        *("rm", "rmdir", "run", "time", "timeit", "who", "whos"),
    )
)
# Line magics that run the code behind them, with the options that may stand before it.
_RUNS_ITS_LINE = re.compile(
    r"%(?:(?:time|memit|prun)|timeit(?:[ ]+-(?:[nrp][ ]*\d+|[ctoqv]+))*)[ ]+(?=[^\s-])"
)
_CELL_MAGIC = re.compile(r"%%(?!\w+\?)(\S*)[ ]?(.*)")
_RUN = re.compile(r"%run(?:[ ]+-\w+)*[ ]+[\"']?(?:\./)*([^\s\"']*)")
# ``%=`` and the like are operators to the tokenizer, so no magic begins with them.
_ESCAPE = re.compile(r"(?!%=|!=|/=|//)[%!?,;/]")
_HELP = re.compile(r"%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*\?\??\Z")
_MAX_NESTED = 20  # cell magics, each the body of the one before
_LONGEST_NAME = 200  # of an object that help is wanted for
_LARGEST_BODY = 50_000  # characters; of a larger one not even the names are looked for
_PROMPT = re.compile(r"\s*>>>")
_PROMPTS = re.compile(r"\s*(?:>>>|\.\.\.)[ \t]?")
_NUMBERED_PROMPT = re.compile(r"(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?")
# Stands for whatever a magic returns: a name of IPython's that nothing is known of.
SOMETHING = "get_ipython()"


class Line(NamedTuple):
    """A row of Python, without its end; the author's began ``shift`` columns further right."""

    text: str
    shift: int = 0


# Most cells are plain Python, and a look at the whole is far cheaper than one at each line: the
# first statement, if there is one, begins at the margin, and nothing reminds of a magic, a prompt
# or a question.
_AT_THE_MARGIN = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?:[^\s#%!?/,;>]|#[^\n]*\Z)")
_ODD_LINE = re.compile(
    r"\n[ \t]*(?:[%!?/,;]|>>>|\.\.\.|In ?\[|(?:"
    + "|".join(sorted(_AUTOMATIC))
    + r")(?!\w|[.=(\[]))"
)
_ASKS = re.compile(r"\?[ \t]*$", re.MULTILINE)
_ASSIGNED = re.compile(r"=[ \t]*[!%]")


def is_python(cell: str) -> bool:
    """Whether a cell is plain Python at a glance; ``to_python`` would leave it as it is."""
    return (
        "\n" in cell
        and _AT_THE_MARGIN.match(cell) is not None
        and _ODD_LINE.search("\n" + cell) is None  # a beginning that is found faster than ^
        and not ("?" in cell and _ASKS.search(cell))
        and not (("!" in cell or "%" in cell) and _ASSIGNED.search(cell))
    )


def to_python(cell: str) -> list[Line]:
    """The rows of a cell (lines end in ``\\n``) as plain Python."""
    done: list[Line] = []
    lines = [Line(text) for text in cell.split("\n")]
    if is_python(cell):
        return lines
    for _ in range(_MAX_NESTED):
        lines = _without_prompts(_dedented(lines))
        first = next((i for i, line in enumerate(lines) if line.text.strip()), len(lines))
        magic = _CELL_MAGIC.match(lines[first].text) if first < len(lines) else None
        if magic is None:
            if len(lines) == first + 1 and _is_automatic(lines[first].text):
                lines[first] = Line("%" + lines[first].text, lines[first].shift - 1)
            return done + _without_magics(lines)
        body = lines[first + 1 :]
        done += [Line("")] * first
        if magic[1] not in _RUNS_ITS_BODY:
            binding = "" if magic[1] in _ELSEWHERE else _binding(body)
            return [*done, Line(binding), *(Line("") for _ in body)]
        captured = magic[1] == "capture" and magic[2].strip().isidentifier()
        done.append(Line(f"{magic[2].strip()} = {SOMETHING}" if captured else ""))
        lines = body
    return done + [Line("")] * len(lines)


def _dedented(lines: list[Line]) -> list[Line]:
    """Without the indentation that all lines share."""
    texts = textwrap.dedent("\n".join(line.text for line in lines)).split("\n")
    first = next((text for text in texts if text.strip() and text.strip()[0] != "#"), "")
    space = first[: len(first) - len(first.lstrip(" \t"))]
    if space:
        # Older versions took the indentation of the first line from all that have it.
        texts = [text.removeprefix(space) for text in texts]
    return [
        Line(text, line.shift + (len(line.text) - len(text) if text else 0))
        for text, line in zip(texts, lines)
    ]


def _without_prompts(lines: list[Line]) -> list[Line]:
    """Without ``>>>`` or ``In [1]:`` before the code, when it was pasted from a terminal.

    A doctest in the docstring of a function is none of these: the cell has to begin with it.
    """
    code = [line.text for line in lines if line.text.strip()]
    first = next((text for text in code if not text.lstrip().startswith("#")), "")
    if _PROMPT.match(first):
        return _dedented([_cut(line, _PROMPTS) for line in lines])
    if any(_NUMBERED_PROMPT.match(text) for text in code[:2]):
        return [_cut(line, _NUMBERED_PROMPT) for line in lines]
    return lines


def _cut(line: Line, prompt: re.Pattern[str]) -> Line:
    match = prompt.match(line.text)
    return Line(line.text[match.end() :], line.shift + match.end()) if match else line


def _is_automatic(text: str) -> bool:
    """Whether IPython takes the only line of a cell for a magic that has lost its ``%``."""
    return text.partition(" ")[0] in _AUTOMATIC and _parsed(text) is None


def _binding(body: list[Line]) -> str:
    """A line that binds what the body of an unknown cell magic may bind, if it is Python at all."""
    tree = _parsed("\n".join(line.text for line in _without_magics(_dedented(body))))
    names: dict[str, None] = {}
    for statement in tree.body if tree is not None else ():
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names[statement.name] = None
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names[node.id] = None
            elif isinstance(node, ast.alias) and node.name != "*":
                names[node.asname or node.name.partition(".")[0]] = None
    return " = ".join([*names, SOMETHING]) if names else ""


# --- one logical line after the other ------------------------------------------------------------


def _without_magics(lines: list[Line]) -> list[Line]:
    lines = list(lines)
    row = 0
    while row < len(lines):
        text = lines[row].text
        begin = len(text) - len(text.lstrip())
        if _ESCAPE.match(text, begin):
            last = _end_of_continued(lines, row)
            if text[begin] not in ",;/" or _calls_something(lines, row, last, begin):
                _replace(lines, row, last, _line_magic(lines, row, last, begin))
        else:
            statement = _logical_line(lines, row)
            last = statement.last
            if statement.asks_for_help and _HELP.search(
                _joined(lines, row, last).rstrip()[-_LONGEST_NAME:]
            ):
                _replace(lines, row, last, Line(text[:begin] + "pass"))
            elif statement.magic is not None:
                at, column = statement.magic
                last = _end_of_continued(lines, at)
                _replace(lines, at, last, Line(lines[at].text[:column] + SOMETHING))
        row = last + 1
    return lines


def _replace(lines: list[Line], first: int, last: int, line: Line) -> None:
    """Put ``line`` where ``first`` to ``last`` are; a line of code keeps the rows that follow."""
    shift = lines[first].shift
    lines[first] = Line(line.text, shift + line.shift)
    if not line.shift:
        lines[first + 1 : last + 1] = [Line("")] * (last - first)


def _line_magic(lines: list[Line], row: int, last: int, begin: int) -> Line:
    """What stands for the magic on ``row``: its code, an import, or nothing."""
    text = lines[row].text
    indent = text[:begin]
    runs = _RUNS_ITS_LINE.match(text, begin)
    if runs is not None:
        rest = [text[runs.end() :], *(line.text for line in lines[row + 1 : last + 1])]
        if _parsed("\n".join(rest)) is not None:
            return Line(indent + rest[0], runs.end() - begin)
    script = _RUN.match(text, begin)
    if script is not None:
        # A script leaves its names behind. One in another folder is not looked for: then what
        # is bound is not known, as with any star import that leads nowhere.
        module = script[1].removesuffix(".py").replace("/", ".")
        found = all(part.isidentifier() for part in module.split("."))
        return Line(f"{indent}from {module if found else '__main__'} import *")
    if re.match(r"%pylab\b", text[begin:]):
        return Line(f"{indent}from pylab import *")
    return Line(indent + "pass")


def _calls_something(lines: list[Line], row: int, last: int, begin: int) -> bool:
    """Whether ``,f a``, ``;f a`` or ``/f a`` becomes a call; if not, it stays and is an error."""
    text = _joined(lines, row, last).strip()
    if text[0] == "/":
        name, _, arguments = text[1:].partition(" ")
        return bool(name) and _parsed(f"{name}({', '.join(arguments.split())})") is not None
    name, _, arguments = text.lstrip(",;").partition(" ")
    return _parsed(f'{name}("{arguments}")') is not None


def _joined(lines: list[Line], first: int, last: int) -> str:
    return "\n".join(line.text for line in lines[first : last + 1])


def _end_of_continued(lines: list[Line], row: int) -> int:
    while row < len(lines) - 1 and lines[row].text.endswith("\\"):
        row += 1
    return row


def _parsed(code: str) -> ast.Module | None:
    if len(code) > _LARGEST_BODY:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


# A string that is not closed takes the rest of its line, and goes on when a backslash ends that.
_TOKEN = re.compile(
    r"""(?P<triple>\"\"\"|''')
    | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<torn>["'].*)
    | (?P<comment>\#.*)
    | (?P<open>[\[({]) | (?P<close>[\])}])
    | (?P<assign>=(?!=))
    | (?P<operator>[=!<>:+\-*/%&|^@]=|->|\*\*=?|//=?|<<=?|>>=?)
    | (?P<name>\w+)
    | (?P<space>\s+)
    | (?P<other>.)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Logical:
    """``magic``: row and column where one is assigned; ``asks_for_help``: the last token is ?."""

    last: int
    magic: tuple[int, int] | None
    asks_for_help: bool


def _logical_line(lines: list[Line], row: int) -> _Logical:
    """The statement that begins on ``row``, up to the line end outside brackets and strings."""
    depth = 0
    quote = ""  # of the string that is open
    last_token = ""
    after_assign: list[tuple[str, int, int]] | None = None  # the two tokens behind the first =
    while True:
        text = lines[row].text
        at = 0
        while at < len(text):
            if quote:
                end = _end_of_string(text, at, quote)
                if end is None:
                    break
                at, quote = end, ""
                continue
            match = _TOKEN.match(text, at)
            assert match is not None, text
            at = match.end()
            kind, token = match.lastgroup, match.group()
            if kind == "space":
                continue
            last_token = token
            if kind in ("triple", "torn"):
                quote = token if kind == "triple" else token[0]
            elif kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(depth - 1, 0)
            if after_assign is not None:
                if len(after_assign) < 2:
                    after_assign.append((token, row, match.start()))
            elif kind == "assign" and depth == 0:
                after_assign = []
        if len(quote) == 1 and not text.endswith("\\"):
            quote = ""
        going_on = depth > 0 or quote or text.endswith("\\")
        if not going_on or row == len(lines) - 1:
            break
        row += 1
    magic = None
    if after_assign:
        token, at_row, column = after_assign[0]
        named = len(after_assign) > 1 and re.match(r"[^\W\d]", after_assign[1][0])
        if token == "!" or (token == "%" and named):
            magic = at_row, column
    return _Logical(row, magic, last_token == "?")


def _end_of_string(text: str, at: int, quote: str) -> int | None:
    """Where the open string ends on this line, if it does."""
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith(quote, at):
            return at + len(quote)
        else:
            at += 1
    return None
