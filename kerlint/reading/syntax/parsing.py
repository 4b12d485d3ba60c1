"""From text to a syntax tree, setting aside what does not parse so that the rest is still read."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from keyword import iskeyword
from typing import TYPE_CHECKING

from kerlint.lazy_dataclass import dataclass, replace
from kerlint.reading.syntax import from_ast
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.depth import (
    Logical,
    lines_with_ends,
    logical_lines,
    may_be_deep,
    too_deep,
)

if TYPE_CHECKING:
    import libcst as cst

    from kerlint.reading.syntax.counterparts import Counterparts
    from kerlint.reading.syntax.reparsing import Memory

UNREAD = "_does_not_parse_"  # stands for what a statement that does not parse may have been
MAX_SET_ASIDE = 25  # logical lines that may be set aside before the file is given up
# CPython's parser sees no more than this many times the text, and some more characters of a short
# one, before the file is given up.
PASSES = 8
MORE_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class ParseError:
    """A place that does not parse: row and column from 1, and why.

    ``valid``: Python would take it, it is only too much for kerlint. ``lost`` is what goes unread
    because of it: "statement", "block" (the statement and all that is in it), "cell" or "file".
    """

    row: int
    column: int
    message: str
    end_column: int | None = None
    valid: bool = False
    lost: str = "statement"


@dataclass(frozen=True, slots=True)
class Parsed:
    """``tree`` is None when too little of the text parses. ``text`` is what the tree was made of:
    as long as the original in lines, with the lines of ``parse_errors`` set aside.
    ``column_offsets`` says by row how many columns further right the original begins, where the
    indentation had to be changed (negative where tabs became spaces).
    """

    tree: syntax.Module | None
    text: str
    parse_errors: tuple[ParseError, ...]
    column_offsets: Mapping[int, int] = field(default_factory=dict)


def parse(text: str, starts: Sequence[int] = (), *, concrete: bool = False) -> Parsed:
    """Parse a text; never raises for what the text holds.

    ``starts`` are the rows at which the cells of a notebook begin: what does not parse in one
    leaves the others as they are. ``concrete``: what libcst does not take is set aside as well, so
    that all of the tree has its counterparts.
    """
    if starts:
        return _parse_cells(text, lines_with_ends(text), starts, concrete)
    if "\\" in text and _ONLY_CONTINUED.search(text):
        joined, column_offsets = _begun_where_they_go_on(text)
        if joined != text:
            parsed = parse(joined, concrete=concrete)
            return replace(parsed, column_offsets=_sum(column_offsets, parsed.column_offsets))
    parse_errors: list[ParseError] = []
    draft = None
    if may_be_deep(text):
        draft = _Draft(text)
        parse_errors = _set_deep_aside(draft)
    tree = _tree(draft.text() if draft is not None and parse_errors else text, concrete)
    if draft is None:
        if tree is not None:
            return Parsed(tree, text, ())
        draft = _Draft(text)
    if tree is not None:
        return Parsed(tree, draft.text(), tuple(parse_errors))
    if not _mend(draft, parse_errors):
        return _unread(draft.text(), parse_errors)
    current = draft.text()
    column_offsets = draft.column_offsets
    tree = _tree(current, concrete)
    if tree is None and not draft.untabbed:
        # CPython accepts some mixtures of tabs and spaces that libcst does not.
        moved = dict(column_offsets)
        spaced = "".join(_untabbed(draft.lines, moved))
        tree = _tree(spaced, concrete) if spaced != current else None
        if tree is not None:
            current, column_offsets = spaced, moved
    if tree is None:
        refused = _set_refused_aside(draft)
        current = draft.text()
        tree = _tree(current, concrete) if refused else None
        parse_errors += refused if tree is not None or parse_errors else [_refused(text)]
        parse_errors.sort(key=lambda trouble: trouble.row)
    return (
        Parsed(tree, current, tuple(parse_errors), column_offsets)
        if tree
        else _unread(current, parse_errors)
    )


# Written so that blanks are not tried from each of them on.
_ONLY_CONTINUED = re.compile(r"(?:\A|[\r\n])[ \t\f]*\\[\r\n]")


def _begun_where_they_go_on(text: str) -> tuple[str, dict[int, int]]:
    """The text without rows of only a backslash that begin a statement, and the shifts by row.

    libcst loses such a row, so that whatever comes after it would be said to be one row higher.
    """
    lines = _lines(text)
    column_offsets: dict[int, int] = {}
    for line in logical_lines(lines):
        row = line.first
        while row < line.last and lines[row].strip() == "\\":
            row += 1
        if row > line.first and lines[row].strip():  # libcst keeps one before a blank row
            rows = lines[line.first : row + 1]
            width = _width(lines[row])
            # CPython takes the first indentation of these rows that is not empty.
            space = next((each[: _width(each)] for each in rows if _width(each)), "")
            for index in range(line.first, row):
                _blank(lines, index)
            lines[row] = space + lines[row][width:]
            if width != len(space):
                column_offsets[row + 1] = width - len(space)
    return "".join(lines), column_offsets


def _lines(text: str) -> list[str]:
    """The rows of a text, with ``\\n`` in place of a lone ``\\r``.

    A row that is set aside keeps its end, and ``\\r`` before a blank row would be one end with it.
    """
    lines = lines_with_ends(text)
    if "\r" not in text:
        return lines
    return [f"{line[:-1]}\n" if line.endswith("\r") else line for line in lines]


def _sum(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {row: one.get(row, 0) + other.get(row, 0) for row in {*one, *other}}


class _Draft:
    """The lines of a text while parts of it are set aside; the logical ones are found once.

    That is enough because what is set aside is always a whole logical line, which keeps its rows.
    """

    __slots__ = ("_firsts", "_logical", "column_offsets", "lines", "untabbed")

    def __init__(self, text: str) -> None:
        self.lines = _lines(text)
        self.column_offsets: dict[int, int] = {}
        self.untabbed = False
        self._logical: list[Logical] | None = None
        self._firsts: list[int] = []

    def text(self) -> str:
        return "".join(self.lines)

    @property
    def logical(self) -> list[Logical]:
        if self._logical is None:
            self._logical = logical_lines(self.lines)
            self._firsts = [each.first for each in self._logical]
        return self._logical

    def number(self, index: int) -> int:
        """Which logical line the physical one at ``index`` belongs to."""
        assert self.logical
        return max(bisect_right(self._firsts, index) - 1, 0)

    def rows(self, index: int) -> tuple[int, int]:
        """The first and last row of the logical line at ``index``, which may have been blanked."""
        line = self.logical[self.number(index)]
        return line.first, line.last

    def put(self, first: int, last: int, made: str) -> None:
        """Replace some rows by one, and by blank ones, so that those that follow keep theirs."""
        end = _end_of(self.lines[first])
        self.lines[first] = f"{made}{end or (chr(10) if made.endswith(':') else '')}"
        for index in range(first + 1, last + 1):
            _blank(self.lines, index)


def _mend(draft: _Draft, parse_errors: list[ParseError]) -> bool:
    """Set aside what CPython refuses; False when that is too much to go on.

    Each time the text is parsed from the statement before the last one that was changed, and only
    in the end as a whole, so that many troubles cost little more than one.
    """
    lines = draft.lines
    start = 0
    left = PASSES * sum(map(len, lines)) + MORE_CHARACTERS
    for _ in range(3 * MAX_SET_ASIDE):  # at the worst each is tried three times
        trouble = _trouble(_from(draft, start))
        if trouble is None:
            if start == 0:
                return True
            start = 0  # something before it may have been left open
            continue
        left -= sum(map(len, lines[start : trouble.row]))
        trouble = _at_its_cause(draft, trouble)
        if left < 0:
            parse_errors.append(trouble)
            return False
        if all(trouble.row != other.row for other in parse_errors):
            parse_errors.append(trouble)
        changed = trouble.row - 1
        if not draft.untabbed and trouble.message.startswith("inconsistent use of tabs"):
            # Python 2 took a tab for eight columns.
            lines[:] = _untabbed(lines, draft.column_offsets)
            draft.untabbed = True
            changed = 0
        elif _keeps_all(draft, trouble):
            pass
        else:
            done = _set_aside(draft, trouble.row)
            if done is None:
                return True
            changed = min(done, changed)
        if len(parse_errors) > MAX_SET_ASIDE:
            return False
        start = _start_before(draft, changed)
    return True


def _keeps_all(draft: _Draft, trouble: ParseError) -> bool:
    """Mend a trouble with the structure of the text, where no statement need be set aside."""
    lines, index = draft.lines, trouble.row - 1
    if trouble.message == "unexpected indent":
        return _outdent(lines, trouble.row, draft.column_offsets)
    if trouble.message.startswith(_NO_BODY):
        return _give_body(draft, index)
    if trouble.message == _NO_HANDLER and _first_word(lines[index]) == "try":
        lines[index] = lines[index].replace("try", "if True", 1)
        return True
    return False


_NO_BODY = "expected an indented block after "
_NO_HANDLER = "expected 'except' or 'finally' block"
_LAST_NUMBER = re.compile(r" line ([0-9]{1,9})\Z")


def _at_its_cause(draft: _Draft, trouble: ParseError) -> ParseError:
    """The trouble at the header or decorator that lacks something, not at what comes after it."""
    lines = draft.lines
    match = _LAST_NUMBER.search(trouble.message) if trouble.message.startswith(_NO_BODY) else None
    if match is not None and 0 < int(match[1]) < trouble.row:
        row = int(match[1])
        return replace(trouble, row=row, column=_width(lines[row - 1]) + 1, end_column=None)
    index = min(trouble.row, len(lines)) - 1
    if trouble.message == _NO_HANDLER and draft.logical:
        width = 1 << 30
        for number in range(draft.number(index) - 1, -1, -1):
            above = draft.logical[number].first
            if _is_code(lines[above]) and _width(lines[above]) < width:
                width = _width(lines[above])
                if _first_word(lines[above]) == "try":
                    return ParseError(above + 1, width + 1, trouble.message)
    if trouble.message != "invalid syntax" or not draft.logical or not _is_code(lines[index]):
        return trouble
    if _first_word(lines[index]) in _DEFINING or lines[index].lstrip().startswith("@"):
        return trouble
    for number in range(draft.number(index) - 1, -1, -1):
        above = draft.logical[number].first
        if _is_code(lines[above]):
            if lines[above].lstrip().startswith("@"):
                message = "a decorator without a function or class"
                return ParseError(above + 1, _width(lines[above]) + 1, message)
            break
    return trouble


_DEFINING = frozenset(("def", "class", "async"))


def _give_body(draft: _Draft, index: int) -> bool:
    """Let a header that has no block do nothing; False for those that bind a name or need more."""
    first, last = draft.rows(index)
    header = "".join(draft.lines[first : last + 1]).rstrip()
    word = _first_word(header)
    if word in _DEFINING or word == "match" or "#" in header or not header.endswith(":"):
        return False
    end = _end_of(draft.lines[last]) or "\n"
    draft.lines[last] = f"{draft.lines[last].rstrip()} pass{end}"
    return True


# -- parsing from the middle ----------------------------------------------------------------------


def _from(draft: _Draft, start: int) -> str:
    """The text from the row at index ``start`` on, at its own rows and in blocks like its own."""
    if not start:
        return draft.text()
    lines = draft.lines
    above = ["\n"] * start
    width = _width(lines[start])
    for index in range(start - 1, -1, -1):
        if not width:
            break
        line = lines[index]
        if _is_code(line) and draft.logical[draft.number(index)].first == index:
            own = _width(line)
            if own < width:
                above[index] = f"{line[:own]}if True:\n"
                width = own
    return "".join(above) + "".join(lines[start:])


def _start_before(draft: _Draft, changed: int) -> int:
    """The index of a row before ``changed`` from which the rest can be parsed by itself.

    It begins a statement, and the blocks that it stands in are ones that need nothing after them.
    """
    lines = draft.lines
    if not draft.logical:
        return 0
    found = -1
    width = most = 1 << 30
    for number in range(draft.number(changed) - 1, -1, -1):
        index = draft.logical[number].first
        line = lines[index]
        if not _is_code(line):
            continue
        own = _width(line)
        word = _first_word(line)
        if found < 0:
            most = min(most, own)
            if own <= most and word not in _CONTINUING:
                found, width = index, own
        elif own < width:
            if word in _ALONE:
                width = own
            else:
                found, most = -1, own
                if word not in _CONTINUING:
                    found, width = index, own
        if not width and found >= 0:
            return found
    return 0


_CONTINUING = frozenset(("elif", "else", "except", "finally", "case"))
# What opens a block that ``if True:`` can stand for: whatever may follow it may follow that.
_ALONE = frozenset(("if", "def", "class", "while", "for", "with", "async"))


def _is_code(line: str) -> bool:
    body = line.lstrip(" \t\f")
    return bool(body) and body[0] not in "#\r\n"


def _width(line: str) -> int:
    return len(line) - len(line.lstrip(" \t\f"))


def _first_word(line: str) -> str:
    match = _WORD.match(line)
    return match.group(1) if match is not None else ""


_WORD = re.compile(r"[ \t\f]*(\w+)")


def _unread(text: str, parse_errors: list[ParseError]) -> Parsed:
    """Too little of the text parses for anything of it to be read: one line says so."""
    first = min(parse_errors, key=lambda trouble: trouble.row)
    return Parsed(None, text, (replace(first, lost="file"),))


def _parse_cells(text: str, lines: list[str], starts: Sequence[int], concrete: bool) -> Parsed:
    """Parse a text of which every cell has to parse by itself, as a notebook runs it."""
    cells = [
        lines[first - 1 : end - 1] for first, end in zip(starts, [*starts[1:], len(lines) + 1])
    ]
    if not any(map(_is_odd, cells)):
        tree = _tree(text, concrete)
        if tree is not None:
            return Parsed(tree, text, ())
    made: list[str] = []
    parse_errors: list[ParseError] = []
    column_offsets: dict[int, int] = {}
    for first, cell in zip(starts, cells):
        parsed = parse("".join(cell), concrete=concrete)
        column_offsets.update(
            (first - 1 + row, shift) for row, shift in parsed.column_offsets.items()
        )
        told = parsed.parse_errors
        if parsed.tree is None:
            # Prose, or another language: one trouble says as much as all of them.
            parsed = Parsed(None, "\n" * len(cell), ())
            told = tuple(replace(trouble, lost="cell") for trouble in told[:1])
        made.append(parsed.text)
        # A pasted cell may have the same trouble, such as odd spaces, on each of its rows.
        once = {each.message: each for each in reversed(told)}
        parse_errors += [
            replace(each, row=first - 1 + min(each.row, len(cell)))
            for each in reversed(once.values())
        ]
    joined = "".join(made)
    return Parsed(_tree(joined, concrete), joined, tuple(parse_errors), column_offsets)


def _is_odd(cell: list[str]) -> bool:
    """Whether a cell is too much for the parser, or may leave something open that the next closes.

    Trying each cell costs a fifth of parsing them all, so those that count even are not tried.
    """
    text = "".join(cell)
    if may_be_deep(text) and _set_deep_aside(_Draft(text)):
        return True
    if "\\" in text and _ONLY_CONTINUED.search(text):
        return True
    even = (
        text.count("(") == text.count(")")
        and text.count("[") == text.count("]")
        and text.count("{") == text.count("}")
        and not text.count('"""') % 2
        and not text.count("'''") % 2
        and not text.rstrip("\r\n").endswith("\\")
    )
    return not even and _trouble(text) is not None


def remember_trees() -> None:
    """Parse only what has changed in a text since it was parsed last; for a process that stays."""
    global _memory
    from kerlint.reading.syntax.reparsing import Memory

    _memory = Memory()


_memory: Memory | None = None


def _tree(text: str, concrete: bool) -> syntax.Module | None:
    """The tree of a text; None where neither CPython nor libcst takes it."""
    made = None if concrete else _from_cpython(text)
    if made is None:
        # Syntax of a later Python than the one that kerlint runs in, for example.
        parsed = _libcst(text)
        if parsed is not None:
            from kerlint.reading.syntax import from_libcst
            from kerlint.reading.syntax.counterparts import Counterparts

            with suppress(RecursionError):
                made = from_libcst.module_of(parsed, text)
                made.counterparts = Counterparts(made, parsed)
    return made


def _from_cpython(text: str) -> syntax.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return from_ast.module_of(ast.parse(text), text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, from_ast.Unsupported):
        return None


def counterparts_of(module: syntax.Module) -> Counterparts | None:
    """The nodes of libcst for those of a module; None where libcst does not take its text."""
    from kerlint.reading.syntax.counterparts import Counterparts

    known = module.counterparts
    if isinstance(known, Counterparts):
        return known
    parsed = _libcst(module.text)
    if parsed is None:
        return None
    try:
        made = module.counterparts = Counterparts(module, parsed)
    except syntax.NotConcrete:
        return None
    return made


def prepare_libcst(*, load: bool) -> None:
    """Let libcst's parser take less time, see ``quick_nodes``; ``load``: import it at once."""
    global _quickly
    _quickly = True
    if load:
        from kerlint.reading.syntax.quick_nodes import make_nodes_quickly

        make_nodes_quickly()


_quickly = False


def _libcst(text: str) -> cst.Module | None:
    return _parsed(text) if _memory is None else _memory.parsed(text, _parsed)


def _parsed(text: str) -> cst.Module | None:
    import libcst as cst

    if _quickly:
        from kerlint.reading.syntax.quick_nodes import make_nodes_quickly

        make_nodes_quickly()
    try:
        return cst.parse_module(text)
    except Exception:  # a parser error, but also overflows deep inside the parser
        return None


def _refused(text: str) -> ParseError:
    """Why libcst does not take what CPython does."""
    import libcst as cst

    row, column, why = 1, 1, ""
    try:
        cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        row, column = max(error.raw_line, 1), max(error.raw_column, 0) + 1
    except Exception as error:  # see _libcst
        why = f" ({type(error).__name__})"
    return ParseError(row, column, f"its parser does not support this syntax{why}", valid=True)


# -- what CPython takes and libcst does not -------------------------------------------------------


def _set_refused_aside(draft: _Draft) -> list[ParseError]:
    """Replace the statements that libcst refuses in a text that CPython takes.

    Each statement is shown to libcst by itself, and where one is refused, those inside it.
    """
    lines = draft.lines
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(draft.text())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    refused: list[ParseError] = []
    pending: list[list[ast.stmt]] = [tree.body]
    while pending and len(refused) < MAX_SET_ASIDE:
        for group in _by_rows(pending.pop(), lines):
            first, last = _rows(group)
            space = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
            whole = "".join(lines[first : last + 1])
            if _libcst(f"if True:\n{whole}" if space.strip("\f") else whole) is not None:
                continue
            inner = _blocks(group[0], lines) if len(group) == 1 else []
            if all(_fits(block, lines) for block in inner):
                refused.append(_replace(draft, group, space, bool(inner)))
            else:
                pending += inner
    return refused


def _fits(block: list[ast.stmt], lines: list[str]) -> bool:
    """Whether libcst takes all the statements of an indented block."""
    first, last = _rows(block)
    return _libcst("if True:\n" + "".join(lines[first : last + 1])) is not None


def _by_rows(body: list[ast.stmt], lines: list[str]) -> list[list[ast.stmt]]:
    """The statements of a block, those that share a row together."""
    groups: list[list[ast.stmt]] = []
    for statement in body:
        if groups and statement.lineno <= (groups[-1][-1].end_lineno or 0):
            groups[-1].append(statement)
        else:
            groups.append([statement])
    return groups


def _rows(group: list[ast.stmt]) -> tuple[int, int]:
    """The indices of the first and last row of statements that follow one another."""
    first = min([group[0].lineno, *(d.lineno for d in getattr(group[0], "decorator_list", ()))])
    return first - 1, (group[-1].end_lineno or group[-1].lineno) - 1


def _blocks(statement: ast.stmt, lines: list[str]) -> list[list[ast.stmt]]:
    """The indented blocks of a compound statement; none of one that is written on one row."""
    found: list[list[ast.stmt]] = []
    parts = [statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
    for part in parts:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(part, name, None)
            if isinstance(block, list) and block:
                column = len(lines[block[0].lineno - 1].encode()[: block[0].col_offset].strip())
                found += [block] if not column else []
    return found


def _replace(draft: _Draft, group: list[ast.stmt], space: str, has_body: bool) -> ParseError:
    """Set a refused statement aside: of a compound one the header, its blocks are kept."""
    first, last = _rows(group)
    header = _header(group[0]) if has_body else ""
    if has_body and header:
        start = group[0].lineno - 1
        last = draft.rows(start)[1]
        for index in range(first, start):  # decorators
            _blank(draft.lines, index)
        made = header
    else:
        start = first
        made = _effects(group)
    draft.put(start, last, f"{space}{made}")
    column = len(space) + 1
    message = "its parser does not support this syntax"
    lost = "block" if has_body and not header else "statement"
    return ParseError(start + 1, column, message, valid=True, lost=lost)


def _blank(lines: list[str], index: int) -> None:
    lines[index] = _end_of(lines[index]) or "\n"


def _end_of(line: str) -> str:
    """The line end of a line, if it has one."""
    return line[len(line.rstrip("\r\n")) :]


def _header(statement: ast.stmt) -> str:
    """A header that any parser knows and that binds the same names to something unknown."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return f"def {statement.name}(*args, **kwargs):"
    if isinstance(statement, ast.ClassDef):
        return f"class {statement.name}({UNREAD}):"
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return f"for {', '.join(_bound([statement.target])) or '_'} in {UNREAD}:"
    if isinstance(statement, ast.While):
        return f"while {UNREAD}:"
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        names = _bound([item.optional_vars for item in statement.items if item.optional_vars])
        return f"with {UNREAD} as ({', '.join(names)},):" if names else f"with {UNREAD}:"
    return ""


def _bound(nodes: Sequence[ast.AST]) -> list[str]:
    """The names and attributes that code binds, in order."""
    found: dict[str, None] = {}
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(getattr(part, "ctx", None), (ast.Store, ast.Del)):
                if isinstance(part, (ast.Name, ast.Attribute)):
                    found[ast.unparse(part)] = None
                elif isinstance(part, ast.Subscript):
                    found[ast.unparse(part.value)] = None
            elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found[part.name] = None
    return list(found)


def _effects(group: list[ast.stmt]) -> str:
    """What statements that go unread may have done, on one row: see ``_stand_in``."""
    made = [f"{name} = {UNREAD}" for name in _bound(group) if name.isascii() or name.isidentifier()]
    for statement in group:
        for part in ast.walk(statement):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
                owner = ast.unparse(part.func.value)
                if all(map(str.isidentifier, owner.split("."))):
                    made.append(f"{UNREAD}({owner})")
    if any(isinstance(statement, ast.Return) for statement in group):
        made.append(f"return {UNREAD}")
    return "; ".join(dict.fromkeys(made)) or "pass"


def _trouble(text: str) -> ParseError | None:
    """Where CPython's own parser stops; libcst reports most errors at the first line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        row = max(error.lineno or 1, 1)
        column = max(error.offset or 1, 1)
        end = error.end_offset if error.end_lineno == error.lineno else None
        if end is not None and end <= column:
            end = None
        return ParseError(row, column, _plain(error.msg), end)
    except (ValueError, RecursionError, MemoryError) as error:
        return ParseError(1, 1, str(error) or type(error).__name__)
    return None


def _plain(message: str) -> str:
    """CPython's message without its guess at what was meant, which is often wrong here."""
    if message.startswith("Missing parentheses in call to 'print'"):
        return "Python 2 print statement"
    if message.startswith("Missing parentheses in call to 'exec'"):
        return "Python 2 exec statement"
    return message.split(". ")[0]


def _set_aside(draft: _Draft, row: int) -> int | None:
    """Replace the logical line at ``row`` by one that parses; None when there is nothing left.

    The whole bracketed text goes when the trouble lies inside one, and a block header takes a body
    of its own with it, so that the indentation around stays right. Returns the index of the first
    row that was changed.
    """
    lines = draft.lines
    index = min(row, len(lines)) - 1
    while index > 0 and not lines[index].strip():
        index -= 1
    if index < 0 or not lines:
        return None
    stripped = lines[index].strip()
    if stripped in ("pass", "") or stripped.startswith("#"):
        return _clear_around(draft, index)
    first, last = draft.rows(index)
    while last > first and not lines[last].strip():
        last -= 1
    space = lines[first][: _width(lines[first])]
    stripped = lines[first].strip()
    body = _HEADER_END.search(lines[last]) is not None and _has_body(lines, last, space)
    kept = _DEFINITION.match(stripped) if body else None
    if kept is not None:
        of = "*args, **kwargs" if kept["kind"] == "def" else UNREAD
        made = f"{kept['kind']} {kept['name']}({of}):"
        made = made if stripped != made else "if True:"
    elif body:
        # Keep the block that follows: ``except Foo, e:`` becomes ``except:``.
        made = _OPENERS.get(_first_word(stripped), "if True:")
        made = made if stripped != made else "if True:"
    else:
        made = _stand_in("".join(lines[first : last + 1]))
    draft.put(first, last, f"{space}{made}")
    return first


# What opens a block like one whose header is lost, without knowing what that asked.
_OPENERS = {
    "if": f"if {UNREAD}:",
    "elif": f"elif {UNREAD}:",
    "else": "else:",
    "while": f"while {UNREAD}:",
    "try": "try:",
    "except": "except:",
    "finally": "finally:",
    "match": f"match {UNREAD}:",
    "case": f"case _ if {UNREAD}:",
}
_HEADER_END = re.compile(r":[ \t\f]*(?:#[^\r\n]*)?[\r\n]*\Z")
_DEFINITION = re.compile(r"(?:async\s+)?(?P<kind>def|class)\s+(?P<name>[A-Za-z_]\w*)")


def _stand_in(statement: str) -> str:
    """What a lost statement may have done, as far as others can notice.

    It has bound names to something, returned something, or changed what a method was called of.
    """
    statement = statement.strip()
    kept = _DEFINITION.match(statement)
    if kept is not None and not iskeyword(kept["name"]):
        return f"{kept['name']} = {UNREAD}"
    match = None if UNREAD in statement else _EFFECT.match(statement)
    if match is None or any(map(iskeyword, re.findall(r"\w+", match["to"] or match["of"] or ""))):
        return "pass"
    if match["to"]:
        return f"{match['to']} = {UNREAD}"
    return f"{UNREAD}({match['of']})" if match["of"] else f"return {UNREAD}"


# ``to``: the targets of an assignment; ``of``: what a method is called of.
_EFFECT = re.compile(
    r"""(?P<to>[A-Za-z_][\w.]*(?:[ ]*,[ ]*[A-Za-z_][\w.]*)*)\s*(?:\*\*|//|[-+*/@])?=(?!=)"""
    r"""|(?P<of>[A-Za-z_]\w*(?:\.\w+)*)\.\w+\s*\(|return\b"""
)


def _clear_around(draft: _Draft, index: int) -> int | None:
    """The line itself is harmless: the trouble is its indentation, or what stands before."""
    lines = draft.lines
    if lines[index].strip() == "pass":
        _blank(lines, index)
        return index
    for other in range(index - 1, -1, -1):
        if lines[other].strip() and not lines[other].lstrip().startswith("#"):
            first, last = draft.rows(other)
            for row in range(first, last + 1):
                _blank(lines, row)
            return first
    return None


def _has_body(lines: list[str], last: int, space: str) -> bool:
    for line in lines[last + 1 :]:
        if line.strip() and not line.lstrip().startswith("#"):
            return len(line) - len(line.lstrip()) > len(space)
    return False


# -- what is too deep -----------------------------------------------------------------------------


def _set_deep_aside(draft: _Draft) -> list[ParseError]:
    """Statements that would overflow a parser or take it seconds are not even shown to it."""
    parse_errors: list[ParseError] = []
    lines = draft.lines
    for deep in too_deep(lines, draft.logical):
        first, last = draft.logical[deep.first].first, draft.logical[deep.last].last
        space = lines[first][: _width(lines[first])]
        lost = "block" if deep.is_block else "statement"
        parse_errors.append(
            ParseError(first + 1, len(space) + 1, deep.why, valid=deep.valid, lost=lost)
        )
        if deep.is_block:
            for line in draft.logical[deep.first : deep.last + 1]:
                made = "; ".join(_lost_effects(draft, line))
                if "return" in made:
                    made = f"if {UNREAD}: {made}"
                draft.put(line.first, line.last, f"{space}{made}" if made else "")
            if not lines[first].strip():
                draft.put(first, first, f"{space}pass")
        elif _is_on_one_row(draft, draft.logical[deep.first], space):
            opener = _OPENERS.get(_first_word(lines[first]), "if True:")
            made = "; ".join(_lost_effects(draft, draft.logical[deep.first])) or "pass"
            draft.put(first, last, f"{space}{opener} {made}")
        else:
            _set_aside(draft, first + 1)
    return parse_errors


def _is_on_one_row(draft: _Draft, line: Logical, space: str) -> bool:
    """Whether a compound statement has its body on its own row."""
    word = _first_word(draft.lines[line.first])
    return (word in _OPENERS or word in _ALONE) and not _has_body(draft.lines, line.last, space)


# What a statement somewhere in a lost one binds, and what it may change by a call or an item.
_PART = re.compile(
    r"""(?:^|[:;])\s*(?:
          (?P<to>[A-Za-z_][\w.]*(?:[ ]*,[ ]*[A-Za-z_][\w.]*)*)[ ]*
            (?::[^=:;()]{0,200})?(?:\*\*|//|[-+*/@])?=(?!=)
        | (?:async[ ]+)?(?:def|class)[ ]+(?P<name>[A-Za-z_]\w*)
        | (?:from[ ]+[\w.]+[ ]+)?import[ ]+(?P<modules>[\w., ]+)
        | (?P<of>[A-Za-z_]\w*(?:\.\w+)*)(?:\.\w+[ ]*\(|\[)
        | (?P<result>return)\b
        )
      | \bas[ ]+(?P<alias>[A-Za-z_]\w*)
      | \bfor[ ]+(?P<each>[A-Za-z_]\w*(?:[ ]*,[ ]*[A-Za-z_]\w*)*)[ ]+in\b""",
    re.VERBOSE,
)


def _lost_effects(draft: _Draft, line: Logical) -> list[str]:
    """What others may notice of a logical line in which there may be several statements."""
    names: dict[str, None] = {}
    owners: dict[str, None] = {}
    result = False
    for match in _PART.finditer("".join(draft.lines[line.first : line.last + 1]).strip()):
        modules = (
            each.split(" as ")[-1].split(".")[0] for each in (match["modules"] or "").split(",")
        )
        found = [
            *(match["to"] or match["each"] or "").split(","),
            match["name"],
            match["alias"],
            *modules,
        ]
        names.update((name.strip(), None) for name in found if name and name.strip())
        if match["of"]:
            owners[match["of"]] = None
        result = result or match["result"] is not None
    return [
        *(f"{name} = {UNREAD}" for name in names if _is_dotted_name(name)),
        *(f"{UNREAD}({owner})" for owner in owners if _is_dotted_name(owner)),
        *([f"return {UNREAD}"] if result else []),
    ]


def _is_dotted_name(text: str) -> bool:
    return all(part.isidentifier() and not iskeyword(part) for part in text.split("."))


def _untabbed(lines: list[str], column_offsets: dict[int, int]) -> list[str]:
    """Lines indented with spaces only, tabs going to the next multiple of eight."""
    made: list[str] = []
    for row, line in enumerate(lines, 1):
        body = line.lstrip(" \t\f")
        space = line[: len(line) - len(body)]
        wide = space.expandtabs(8)
        if wide != space:
            column_offsets[row] = column_offsets.get(row, 0) + len(space) - len(wide)
        made.append(wide + body)
    return made


def _outdent(lines: list[str], row: int, column_offsets: dict[int, int]) -> bool:
    """Move a block that is indented for no reason to where the code before it stands."""
    index = row - 1
    width = len(lines[index]) - len(lines[index].lstrip(" \t\f"))
    target = 0
    for line in reversed(lines[:index]):
        body = line.lstrip(" \t\f")
        if body.strip() and not body.startswith("#"):
            target = len(line) - len(body)
            break
    if width <= target:
        return False
    for other in range(index, len(lines)):
        line = lines[other]
        if not line.strip():
            continue
        if len(line) - len(line.lstrip(" \t\f")) < width:
            break
        lines[other] = line[:target] + line[width:]
        column_offsets[other + 1] = column_offsets.get(other + 1, 0) + width - target
    return True
