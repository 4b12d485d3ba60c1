"""From text to a syntax tree, setting aside what does not parse so that the rest is still read."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from keyword import iskeyword

import libcst as cst

UNREAD = "_does_not_parse_"  # stands for what a statement that does not parse may have been
MAX_SET_ASIDE = 25  # logical lines that may be set aside before the file is given up
MAX_BRACKETS = 90  # the parser below needs stack for each
PYTHONS_BRACKETS = 200  # CPython refuses more
MAX_CHAIN = 300  # operators, or calls upon calls, in one expression; 1,600 take seconds to parse


@dataclass(frozen=True, slots=True)
class Trouble:
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
    as long as the original in lines, with the lines of ``troubles`` set aside. ``shifts`` says by
    row how many columns further right the original begins, where the indentation had to be changed
    (negative where tabs became spaces)."""

    tree: cst.Module | None
    text: str
    troubles: tuple[Trouble, ...]
    shifts: Mapping[int, int] = field(default_factory=dict)


def parse(text: str, starts: Sequence[int] = ()) -> Parsed:
    """Parse a text; never raises for what the text holds.

    ``starts`` are the rows at which the cells of a notebook begin: what does not parse in one
    leaves the others as they are.
    """
    lines = lines_with_ends(text)
    if starts:
        return _parse_cells(text, lines, starts)
    troubles = _set_monsters_aside(lines, text)
    tree = _libcst("".join(lines)) if troubles else _libcst(text)
    if tree is not None:
        return Parsed(tree, "".join(lines), tuple(troubles))
    shifts: dict[int, int] = {}
    untabbed = False
    for _ in range(3 * MAX_SET_ASIDE):  # at the worst each is tried three times
        trouble = _trouble("".join(lines))
        if trouble is None:
            break
        if all(trouble.row != other.row for other in troubles):
            troubles.append(trouble)
        if not untabbed and trouble.message.startswith("inconsistent use of tabs"):
            # Python 2 took a tab for eight columns.
            lines, untabbed = _untabbed(lines, shifts), True
        elif trouble.message == "unexpected indent" and _outdent(lines, trouble.row, shifts):
            continue
        elif not _set_aside(lines, trouble.row):
            break
        if len(troubles) > MAX_SET_ASIDE:
            return _unread("".join(lines), troubles[:MAX_SET_ASIDE])
    current = "".join(lines)
    tree = _libcst(current)
    if tree is None and not untabbed:
        # CPython accepts some mixtures of tabs and spaces that libcst does not.
        moved = dict(shifts)
        spaced = "".join(_untabbed(lines, moved))
        tree = _libcst(spaced) if spaced != current else None
        if tree is not None:
            current, shifts = spaced, moved
    if tree is None:
        refused = _set_refused_aside(lines)
        current = "".join(lines)
        tree = _libcst(current) if refused else None
        troubles += refused if tree is not None or troubles else [_refused(text)]
        troubles.sort(key=lambda trouble: trouble.row)
    return Parsed(tree, current, tuple(troubles), shifts) if tree else _unread(current, troubles)


def _unread(text: str, troubles: list[Trouble]) -> Parsed:
    """Too little of the text parses for anything of it to be read."""
    return Parsed(None, text, tuple(replace(trouble, lost="file") for trouble in troubles))


def _parse_cells(text: str, lines: list[str], starts: Sequence[int]) -> Parsed:
    """Parse a text of which every cell has to parse by itself, as a notebook runs it."""
    cells = [
        lines[first - 1 : end - 1] for first, end in zip(starts, [*starts[1:], len(lines) + 1])
    ]
    if not any(map(_is_odd, cells)):
        tree = _libcst(text)
        if tree is not None:
            return Parsed(tree, text, ())
    made: list[str] = []
    troubles: list[Trouble] = []
    shifts: dict[int, int] = {}
    for first, cell in zip(starts, cells):
        parsed = parse("".join(cell))
        shifts.update((first - 1 + row, shift) for row, shift in parsed.shifts.items())
        told = parsed.troubles
        if parsed.tree is None:
            # Prose, or another language: one trouble says as much as all of them.
            parsed = Parsed(None, "\n" * len(cell), ())
            told = tuple(replace(trouble, lost="cell") for trouble in told[:1])
        made.append(parsed.text)
        # A pasted cell may have the same trouble, such as odd spaces, on each of its rows.
        once = {each.message: each for each in reversed(told)}
        troubles += [
            replace(each, row=first - 1 + min(each.row, len(cell)))
            for each in reversed(once.values())
        ]
    joined = "".join(made)
    return Parsed(_libcst(joined), joined, tuple(troubles), shifts)


def _is_odd(cell: list[str]) -> bool:
    """Whether a cell is too much for the parser, or may leave something open that the next closes.

    Trying each cell costs a fifth of parsing them all, so those that count even are not tried.
    """
    text = "".join(cell)
    if _set_monsters_aside(list(cell), text):
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


def lines_with_ends(text: str) -> list[str]:
    """Physical lines with their ends, as Python counts lines: not at a form feed, for one."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)


def _libcst(text: str) -> cst.Module | None:
    try:
        return cst.parse_module(text)
    except Exception:  # a parser error, but also overflows deep inside the parser
        return None


def _refused(text: str) -> Trouble:
    """Why libcst does not take what CPython does."""
    row, column, why = 1, 1, ""
    try:
        cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        row, column = max(error.raw_line, 1), max(error.raw_column, 0) + 1
    except Exception as error:  # see _libcst
        why = f" ({type(error).__name__})"
    return Trouble(row, column, f"its parser does not support this syntax{why}", valid=True)


# -- what CPython takes and libcst does not -------------------------------------------------------


def _set_refused_aside(lines: list[str]) -> list[Trouble]:
    """Replace the statements that libcst refuses in a text that CPython takes.

    Each statement is shown to libcst by itself, and where one is refused, those inside it.
    """
    text = "".join(lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    refused: list[Trouble] = []
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
                refused.append(_replace(lines, group, space, bool(inner)))
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


def _replace(lines: list[str], group: list[ast.stmt], space: str, has_body: bool) -> Trouble:
    """Set a refused statement aside: of a compound one the header, its blocks are kept."""
    first, last = _rows(group)
    header = _header(group[0]) if has_body else ""
    if has_body and header:
        start = group[0].lineno - 1
        _, last = _logical_line(lines, start)
        for index in range(first, start):  # decorators
            _blank(lines, index)
        made = header
    else:
        start = first
        made = _effects(group)
    for index in range(start + 1, last + 1):
        _blank(lines, index)
    end = re.search(r"[\r\n]*\Z", lines[start])
    column = len(space) + 1
    message = "its parser does not support this syntax"
    lost = "block" if has_body and not header else "statement"
    lines[start] = f"{space}{made}{end.group() if end is not None else ''}"
    return Trouble(start + 1, column, message, valid=True, lost=lost)


def _blank(lines: list[str], index: int) -> None:
    end = re.search(r"[\r\n]*\Z", lines[index])
    lines[index] = end.group() if end is not None else "\n"


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


def _trouble(text: str) -> Trouble | None:
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
        return Trouble(row, column, _plain(error.msg), end)
    except (ValueError, RecursionError, MemoryError) as error:
        return Trouble(1, 1, str(error) or type(error).__name__)
    return None


def _plain(message: str) -> str:
    """CPython's message without its guess at what was meant, which is often wrong here."""
    if message.startswith("Missing parentheses in call to 'print'"):
        return "Python 2 print statement"
    if message.startswith("Missing parentheses in call to 'exec'"):
        return "Python 2 exec statement"
    return message.split(". ")[0]


def _set_aside(lines: list[str], row: int) -> bool:
    """Replace the logical line at ``row`` by one that parses; False when there is nothing left.

    The whole bracketed text goes when the trouble lies inside one, and a block header takes a body
    of its own with it, so that the indentation around stays right.
    """
    index = min(row, len(lines)) - 1
    while index > 0 and not lines[index].strip():
        index -= 1
    if index < 0 or not lines:
        return False
    stripped = lines[index].strip()
    if stripped in ("pass", "") or stripped.startswith("#"):
        return _clear_around(lines, index)
    first, last = _logical_line(lines, index)
    indent = re.match(r"[ \t\f]*", lines[first])
    space = indent.group() if indent is not None else ""
    header = lines[last].rstrip().endswith(":")
    end = re.search(r"[\r\n]*\Z", lines[first])
    newline = end.group() if end is not None else "\n"
    kept = _DEFINITION.match(stripped) if header else None
    if kept is not None and _has_body(lines, last, space):
        of = "*args, **kwargs" if kept["kind"] == "def" else UNREAD
        made = f"{kept['kind']} {kept['name']}({of}):"
        lines[first] = f"{space}{made if stripped != made else 'if True:'}{newline or chr(10)}"
    elif header and _has_body(lines, last, space):
        # Keep the block that follows: ``except Foo, e:`` becomes ``if True:``.
        opener = stripped.split(None, 1)[0].rstrip(":")
        replacement = {"except": "except:", "else": "else:", "elif": "elif True:"}.get(
            opener, "finally:" if opener == "finally" else "if True:"
        )
        if lines[first].strip() == replacement:
            replacement = "if True:"
        lines[first] = f"{space}{replacement}{newline or chr(10)}"
    else:
        lines[first] = f"{space}{_stand_in(''.join(lines[first : last + 1]))}{newline}"
    for other in range(first + 1, last + 1):
        tail = re.search(r"[\r\n]*\Z", lines[other])
        lines[other] = tail.group() if tail is not None else "\n"
    return True


_DEFINITION = re.compile(r"(?:async\s+)?(?P<kind>def|class)\s+(?P<name>[A-Za-z_]\w*)")


def _stand_in(statement: str) -> str:
    """What a lost statement may have done, as far as others can notice.

    It has bound names to something, returned something, or changed what a method was called of.
    """
    match = None if UNREAD in statement else _EFFECT.match(statement.strip())
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


def _clear_around(lines: list[str], index: int) -> bool:
    """The line itself is harmless: the trouble is its indentation, or what stands before."""
    if lines[index].strip() == "pass":
        end = re.search(r"[\r\n]*\Z", lines[index])
        lines[index] = end.group() if end is not None else "\n"
        return True
    for other in range(index - 1, -1, -1):
        if lines[other].strip() and not lines[other].lstrip().startswith("#"):
            first, last = _logical_line(lines, other)
            for row in range(first, last + 1):
                end = re.search(r"[\r\n]*\Z", lines[row])
                lines[row] = end.group() if end is not None else "\n"
            return True
    return False


def _has_body(lines: list[str], last: int, space: str) -> bool:
    for line in lines[last + 1 :]:
        if line.strip() and not line.lstrip().startswith("#"):
            return len(line) - len(line.lstrip()) > len(space)
    return False


_TOKEN = re.compile(
    r"""(?P<string>[rbfuRBFU]{0,2}(?:\"\"\"(?:\\.|(?!\"\"\").)*(?:\"\"\"|\Z)|'''(?:\\.|(?!''').)*(?:'''|\Z)"""
    r"""|"(?:\\.|[^"\\\r\n])*(?:"|(?=[\r\n])|\Z)|'(?:\\.|[^'\\\r\n])*(?:'|(?=[\r\n])|\Z)))"""
    r"""|(?P<comment>\#[^\r\n]*)|(?P<open>[\[({])|(?P<close>[\])}])|(?P<continued>\\(?:\r\n|\r|\n))"""
    r"""|(?P<newline>\r\n|\r|\n)|(?P<operator>\*\*|//|<<|>>|[-+*/%@&|^])|(?P<other>[^\s\[\](){}\#'"\\+*/%@&|^-]+|.)""",
    re.DOTALL,
)


def _logical_lines(lines: list[str]) -> list[tuple[int, int, int, int]]:
    """First and last index, deepest bracket and number of operators of every logical line."""
    found: list[tuple[int, int, int, int]] = []
    row = first = depth = deepest = operators = 0
    text = "".join(lines)
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "string" or kind == "continued":
            row += len(re.findall(r"\r\n|\r|\n", match.group()))
        elif kind == "open":
            depth += 1
            deepest = max(deepest, depth)
        elif kind == "close":
            depth = max(depth - 1, 0)
            # ``f(1)(2)``, ``x[0][1]``, ``a.b().c()``: each nests one deeper than the one before.
            operators += text[match.end() : match.end() + 1] in ("(", "[", ".")
        elif kind == "operator":
            operators += 1
        elif kind == "newline":
            row += 1
            if depth == 0 or _begins_statement(lines, row, first):
                found.append((first, row - 1, deepest, operators))
                first, depth, deepest, operators = row, 0, 0, 0
    if first < len(lines):
        found.append((first, len(lines) - 1, deepest, operators))
    return found


_STATEMENT = re.compile(
    r"(?:import|from|def|class|return|raise|with|while|try|@\w|model\.|[A-Za-z_][\w.]*\s*=[^=])"
)


def _begins_statement(lines: list[str], row: int, first: int) -> bool:
    """Whether a line inside an open bracket looks like a new statement at the old indentation.

    A bracket that is never closed would swallow the rest of the file otherwise.
    """
    if row >= len(lines):
        return False
    line, opener = lines[row], lines[first]
    same = len(line) - len(line.lstrip()) <= len(opener) - len(opener.lstrip())
    if not same or not _STATEMENT.match(line.lstrip()):
        return False
    # A keyword argument at the old indentation, as in a call laid out flush left, ends in a comma.
    return not line.rstrip().endswith((",", "("))


def _logical_line(lines: list[str], index: int) -> tuple[int, int]:
    for first, last, _, _ in _logical_lines(lines):
        if first <= index <= last:
            return first, last
    return index, index


def _set_monsters_aside(lines: list[str], text: str) -> list[Trouble]:
    """Statements that would overflow a parser or take it seconds are not even shown to it."""
    troubles: list[Trouble] = []
    if not _suspicious(lines, text):
        return troubles
    for first, _, deepest, operators in reversed(_logical_lines(lines)):
        if deepest > MAX_BRACKETS:
            why = f"{deepest} nested brackets are too many"
        elif operators > MAX_CHAIN:
            why = f"{operators} operators or calls in one expression are too many"
        else:
            continue
        space = len(lines[first]) - len(lines[first].lstrip())
        valid = deepest <= PYTHONS_BRACKETS
        troubles.append(Trouble(first + 1, space + 1, why, valid=valid))
        _set_aside(lines, first + 1)
    troubles.reverse()
    return troubles


def _suspicious(lines: list[str], text: str) -> bool:
    """A cheap look first: nearly no file has a statement that large."""
    # So short a text, as cells are, may hold too little altogether.
    if len(lines) < 100 and sum(map(text.count, "([{+*-/|")) <= MAX_BRACKETS:
        return False
    run = 0
    for line in lines:
        opened = line.count("(") + line.count("[") + line.count("{")
        closed = line.count(")") + line.count("]") + line.count("}")
        signs = (
            line.count("+") + line.count("*") + line.count("-") + line.count("/") + line.count("|")
        )
        if opened > MAX_BRACKETS or signs > MAX_CHAIN:
            return True
        run = run + signs + max(opened - closed, 0) if signs or opened != closed else 0
        if run > MAX_BRACKETS:
            return True
    return False


def _untabbed(lines: list[str], shifts: dict[int, int]) -> list[str]:
    """Lines indented with spaces only, tabs going to the next multiple of eight."""
    made: list[str] = []
    for row, line in enumerate(lines, 1):
        body = line.lstrip(" \t\f")
        space = line[: len(line) - len(body)]
        wide = space.expandtabs(8)
        if wide != space:
            shifts[row] = shifts.get(row, 0) + len(space) - len(wide)
        made.append(wide + body)
    return made


def _outdent(lines: list[str], row: int, shifts: dict[int, int]) -> bool:
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
        shifts[other + 1] = shifts.get(other + 1, 0) + width - target
    return True
