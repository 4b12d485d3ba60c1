"""How deep statements nest, measured on tokens before any parser sees the text.

libcst's parser and its trees recurse over what nests: too much of it overflows the stack, which
ends the process, or takes seconds. Nesting has two measures here. Brackets, and lambdas with
parameters, cost the parser a few kilobytes of stack each. A chain is whatever else becomes one node
inside another: operators, calls upon calls, attributes of attributes, the branches of conditional
expressions, strings next to each other. What commas separate is as deep as its deepest part.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_BRACKETS = 90
PYTHONS_BRACKETS = 200  # CPython refuses more
MAX_CHAIN = 300  # 1,600 operators take seconds to parse
MAX_TOKENS = 100_000  # of a single statement; a table of numbers is not worth seconds of parsing
MAX_BLOCKS = 90  # libcst and CPython refuse 100
PYTHONS_BLOCKS = 99
MAX_BRANCHES = 300  # elif; each nests in the one before
# A logical line of few brackets that is so short is not deep, whatever its characters are.
_FEW_BRACKETS = MAX_BRACKETS // 2
_SHORT = MAX_CHAIN


class Logical(NamedTuple):
    """A logical line: the indices of its first and last row, how deep it nests, and its size."""

    first: int
    last: int
    brackets: int
    chain: int
    tokens: int


def lines_with_ends(text: str) -> list[str]:
    """Physical lines with their ends, as Python counts lines: not at a form feed, for one."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)


# -- a cheap look first: nearly no file has a statement that deep ---------------------------------

_STRING = "$"  # stands for a string or a comment; Python has no other use for it
_OPAQUE = re.compile(
    r"""\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|"[^"\r\n]*"?|'[^'\r\n]*'?|\#[^\r\n]*""", re.DOTALL
)
# An f-string that is long, or has a string in quotes of its own kind in it, hides code.
_CODE_IN_STRING = re.compile(
    r"""[fFrR](?<!\w.)(?:(?<=[fF])[rR]?|[fF])(?:\"\"\"|'''|"[^"\r\n]{100}|'[^'\r\n]{100}"""
    r"""|"[^"\r\n{]*(?:\{[^"{}\r\n]*\}[^"\r\n{]*)*\{[^"{}\r\n]*["{\r\n]"""
    r"""|'[^'\r\n{]*(?:\{[^'{}\r\n]*\}[^'\r\n{]*)*\{[^'{}\r\n]*['{\r\n])"""
)
# Not a line that goes on, though it looks like one.
_COMMENT_TO_BACKSLASH = re.compile(r"(?<![^\r\n])[^#\r\n]*#[^\r\n]*\\[\r\n]")
_NOT_BRACKETS = bytes(code for code in range(256) if code not in b"()[]{}\n")
_DEEP_INDENT = re.compile(rf"(?:\A|[\r\n])[ \t\f]{{{MAX_BLOCKS}}}")


def may_be_deep(text: str) -> bool:
    """Whether a statement may nest deeper than is good; False is certain.

    It costs about a hundredth of parsing: the strings and comments are taken out, the brackets
    cancelled, and only the lines that are long are looked at token by token.
    """
    if text.count("elif") > MAX_BRANCHES or " " * MAX_BLOCKS in text:
        return True
    if ("\t" in text or "\f" in text) and _DEEP_INDENT.search(text) is not None:
        return True
    if _has_few_links(text):
        return False
    if "\\" in text:
        # Without escapes a string ends at the first quote of its kind.
        for pair, plain in (("\\\\", "_"), ('\\"', "_"), ("\\'", "_")):
            text = text.replace(pair, plain)
        if _COMMENT_TO_BACKSLASH.search(text) is not None:
            return True
        text = text.replace("\\\r\n", " ").replace("\\\n", " ").replace("\\\r", " ")
    if _CODE_IN_STRING.search(text) is not None:
        return True
    bare = _OPAQUE.sub(_STRING, text)
    brackets = bare.encode("utf-8", "replace").translate(None, _NOT_BRACKETS)
    for _ in range(_FEW_BRACKETS):
        shorter = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if len(shorter) == len(brackets):
            break
        brackets = shorter
    else:
        return True
    depth = size = 0  # of what is open
    group: list[str] = []
    for line, left in zip(bare.split("\n"), brackets.split(b"\n")):
        if left or depth:
            depth = max(depth + _opened(left), 0)
            if depth > _FEW_BRACKETS:
                return True
            group.append(line)
            size += len(line)
            if depth:
                continue
            line = "\n".join(group) if size > _SHORT else ""
            group, size = [], 0
        if len(line) > _SHORT and _is_deep(line):
            return True
    return size > _SHORT and _is_deep("\n".join(group))


def _opened(brackets: bytes) -> int:
    """How many more brackets are opened than closed in what is left of a line."""
    return sum(1 if each in b"([{" else -1 for each in brackets)


# At least one of these is in each link of a chain.
_LINKS = (
    *(".", "+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "(", "[", "$", "<<", ">>", ":="),
    *("and", "await", "else", "for", "lambda", "not", "or", "yield"),
)


_OPENING = ("(", "[", "{", "lambda")
_QUOTES = ('"', "'")
_OTHER_LINKS = tuple(link for link in _LINKS if link not in ("(", "[", "lambda", "$"))


def _has_few_links(text: str) -> bool:
    """Whether all of a text has too little of what nests for any statement in it to be deep."""
    if len(text) > MAX_TOKENS:
        return False
    opened, quotes = sum(map(text.count, _OPENING)), sum(map(text.count, _QUOTES))
    # An f-string nests as brackets do, and so does a format in its braces.
    if 2 * opened + quotes > MAX_BRACKETS:
        return False
    return opened + quotes + sum(map(text.count, _OTHER_LINKS)) <= MAX_CHAIN


def _is_deep(statement: str) -> bool:
    if len(statement) <= MAX_TOKENS and sum(map(statement.count, _LINKS)) <= MAX_CHAIN:
        return False
    measure = _Measure()
    for match in _TOKEN.finditer(statement):
        measure.add(match)
    return (
        measure.brackets > MAX_BRACKETS or measure.chain > MAX_CHAIN or measure.tokens > MAX_TOKENS
    )


# -- token by token -------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""(?P<code>(?:[fF][rR]?|[rR][fF])(?:\"\"\"|'''|"|'))"""
    r"""|(?P<triple>[rbuRBU]{0,2}(?:\"\"\"|'''))"""
    r"""|(?P<string>[rbuRBU]{0,2}["']|\w*\$)"""
    r"""|(?P<comment>\#[^\r\n]*)|(?P<continued>\\(?:\r\n|\r|\n))|(?P<newline>\r\n|\r|\n)"""
    r"""|(?P<space>[^\S\r\n]+)|(?P<number>\d[\w.]*)|(?P<word>\w+)"""
    r"""|(?P<open>[\[({])|(?P<close>[\])}])|(?P<dot>\.)|(?P<comma>[,;])|(?P<colon>:(?!=))"""
    r"""|(?P<operator>\*\*|//|<<|>>|:=|[-+*/%@&|^~])|(?P<other>.)""",
    re.DOTALL,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
# Each becomes a node around what follows it or comes before it.
_NESTING_WORDS = frozenset(("and", "await", "else", "for", "not", "or", "yield"))


class _Level:
    """What is open between two brackets: its chain, and the lambdas that wait for their colon.

    ``quote`` is that of the f-string whose text, or whose code in braces, this is.
    """

    __slots__ = ("chain", "is_text", "lambdas", "quote")

    def __init__(self, quote: str = "", *, is_text: bool = False) -> None:
        self.chain = 0
        self.lambdas = 0
        self.quote = quote
        self.is_text = is_text


class _Measure:
    """The nesting of one logical line, token by token; strings are one token each."""

    __slots__ = ("_before", "_now", "_open", "_total", "brackets", "chain", "levels", "tokens")

    def __init__(self) -> None:
        self.levels = [_Level()]
        self.brackets = 0  # the most that were open at once
        self.chain = 0  # the longest, with those of the brackets around it
        self.tokens = 0
        self._open = 0
        self._total = 0
        self._before = ""  # the kind of the last token

    def add(self, match: re.Match[str]) -> None:
        kind = match.lastgroup or ""
        if kind in ("space", "newline", "continued", "comment"):
            return
        self.tokens += 1
        level = self.levels[-1]
        if kind == "string" or kind == "triple" or kind == "code":
            kind = "string"
            if self._before == "string":
                self._nest(level)
        elif kind == "open":
            if self._before == "close":
                self._nest(level)
            self.push()
        elif kind == "close":
            if len(self.levels) > 1:
                self.pop()
        elif kind == "comma":
            if not level.lambdas:  # else it is between parameters, and what it separates nests
                self._total -= level.chain
                level.chain = 0
        elif kind == "colon":
            if level.lambdas:
                level.lambdas -= 1
                self._open -= 1
        elif kind == "dot" or kind == "operator":
            self._nest(level)
        elif kind == "word":
            word = match.group()
            if word == "lambda":
                self._nest(level)
                level.lambdas += 1
                self._deeper()
            elif word in _NESTING_WORDS:
                self._nest(level)
        self._before = kind

    def push(self, quote: str = "", *, is_text: bool = False) -> None:
        """Enter a bracket, or the text of an f-string, or code in it."""
        self.levels.append(_Level(quote, is_text=is_text))
        self._deeper()

    def pop(self) -> None:
        """Leave what was entered last."""
        level = self.levels.pop()
        self._total -= level.chain
        self._open -= 1 + level.lambdas

    def _nest(self, level: _Level) -> None:
        level.chain += 1
        self._total += 1
        if self._total > self.chain:
            self.chain = self._total

    def _deeper(self) -> None:
        self._open += 1
        if self._open > self.brackets:
            self.brackets = self._open


# The text of an f-string, piece by piece.
_TEXT = re.compile(
    r"""[^{}"'\\\r\n]+|\\(?:["'\\]|\r\n|\r|\n)|\{\{|\}\}|\"\"\"|'''|\r\n|.""", re.DOTALL
)
# Where a string may end: at its quote, but not at one that is escaped, and on its line.
_ENDS = {
    '"': re.compile(r"""\\(?:\r\n|.)|"|(?=[\r\n])""", re.DOTALL),
    "'": re.compile(r"""\\(?:\r\n|.)|'|(?=[\r\n])""", re.DOTALL),
    '"""': re.compile(r"""\\.|\"\"\"""", re.DOTALL),
    "'''": re.compile(r"""\\.|'''""", re.DOTALL),
}


def logical_lines(lines: list[str]) -> list[Logical]:
    """The logical lines of a text, given by its physical lines, with their depth."""
    text = "".join(lines)
    found: list[Logical] = []
    measure = _Measure()
    at = row = first = 0
    while at < len(text):
        level = measure.levels[-1]
        start = at
        if level.is_text:
            at = _after_text(text, at, measure)
        else:
            match = _TOKEN.match(text, at)
            assert match is not None
            kind, at = match.lastgroup, match.end()
            if kind == "newline":
                row += 1
                if len(measure.levels) == 1 or _begins_statement(lines, row, first):
                    found.append(_logical(first, row - 1, measure))
                    first, measure = row, _Measure()
                continue
            if level.quote and kind == "close":
                if match.group() == "}":
                    measure.pop()
                continue
            if level.quote and kind == "colon" and not level.lambdas:
                measure.push(level.quote, is_text=True)  # what stands after it is a format
                continue
            measure.add(match)
            if kind == "code":
                measure.push(match.group().lstrip("fFrR"), is_text=True)
            elif kind == "triple" or kind == "string":
                at = _end_of_string(text, at, match.group().lstrip("rbuRBU"))
        if at - start > 1:
            row += _line_ends(text, start, at)
    if first < len(lines):
        found.append(_logical(first, len(lines) - 1, measure))
    return found


def _logical(first: int, last: int, measure: _Measure) -> Logical:
    return Logical(first, last, measure.brackets, measure.chain, measure.tokens)


def _after_text(text: str, at: int, measure: _Measure) -> int:
    """Read one piece of the text of an f-string; return where it ends."""
    match = _TEXT.match(text, at)
    assert match is not None
    piece, quote = match.group(), measure.levels[-1].quote
    is_format = measure.levels[-2].quote == quote and not measure.levels[-2].is_text
    if piece[0] == quote[0] and text.startswith(quote, at):
        measure.pop()
        if is_format:  # it was never closed, and so the string ends with it
            measure.pop()
            measure.pop()
        return at + len(quote)
    if piece[0] in "\r\n":
        if len(quote) == 3:
            return match.end()
        measure.pop()  # a string that is not closed ends with its line
        return at
    if piece == "{":
        measure.push(quote)
    elif is_format and piece[0] == "}":
        measure.pop()
        measure.pop()
        return at + 1
    return at + 1 if piece[0] in "\"'" else match.end()


def _end_of_string(text: str, at: int, quote: str) -> int:
    """Where the string ends that is open at ``at``; ``$`` is one already."""
    ends = _ENDS.get(quote)
    while ends is not None:
        match = ends.search(text, at)
        if match is None:
            return len(text)
        at = match.end()
        if not match.group().startswith("\\"):
            break
    return at


def _line_ends(text: str, start: int, end: int) -> int:
    """How many lines end between two places."""
    count = text.count("\n", start, end)
    if text.find("\r", start, end) >= 0:
        count = sum(1 for _ in _LINE_END.finditer(text, start, end))
    return count


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


# -- what is too deep ------------------------------------------------------------------------------


class Deep(NamedTuple):
    """Logical lines, from the first to the last by number, of a statement that nests too deep.

    ``valid``: Python itself takes it. ``is_block``: what is too deep is not a single line.
    """

    first: int
    last: int
    why: str
    valid: bool
    is_block: bool


def too_deep(lines: list[str], logical: list[Logical]) -> list[Deep]:
    """The statements of a text that nest too deep for the parser, in order."""
    blocks = _deep_blocks(lines, logical)
    found = list(blocks)
    inside = {number for each in blocks for number in range(each.first, each.last + 1)}
    for number, line in enumerate(logical):
        if number in inside:
            continue
        if line.brackets > MAX_BRACKETS:
            why = f"{line.brackets} nested brackets are too many"
        elif line.chain > MAX_CHAIN:
            why = f"{line.chain} operators or calls in one expression are too many"
        elif line.tokens > MAX_TOKENS:
            why = f"{line.tokens} tokens in one statement are too many"
        else:
            continue
        found.append(Deep(number, number, why, line.brackets <= PYTHONS_BRACKETS, False))
    return sorted(found)


class _Block:
    """A statement that is open: its indentation, its first line, and what has been met in it."""

    __slots__ = ("branches", "deepest", "first", "most", "width", "word")

    def __init__(self, width: int, first: int, word: str) -> None:
        self.width = width
        self.first = first
        self.word = word
        self.branches = 0
        self.deepest = 0  # of the blocks in a statement that is too deep
        self.most = 0  # branches that nest in it


_CONTINUING = frozenset(("else", "except", "finally"))
_WORD = re.compile(r"[ \t\f]*(\w+|[^\s\w])")


def _deep_blocks(lines: list[str], logical: list[Logical]) -> list[Deep]:
    found: list[Deep] = []
    stack: list[_Block] = []
    branches = 0
    deep: _Block | None = None
    for number, line in enumerate(logical):
        text = lines[line.first]
        match = _WORD.match(text)
        if match is None or match[1] == "#":
            continue
        word = match[1]
        width = _indentation(text[: match.start(1)])
        while stack and (
            stack[-1].width > width
            or (stack[-1].width == width and word != "elif" and word not in _CONTINUING)
        ):
            block = stack.pop()
            branches -= block.branches
            if block is deep:
                found.append(_deep(block, number - 1))
                deep = None
        if not stack or stack[-1].width < width:
            stack.append(_Block(width, _with_decorators(lines, logical, number), word))
        elif word == "elif":
            stack[-1].branches += 1
            branches += 1
        if deep is None and (len(stack) > MAX_BLOCKS + 1 or branches > MAX_BRANCHES):
            deep = _to_set_aside(stack)
        if deep is not None:
            deep.deepest = max(deep.deepest, len(stack) - 1)
            deep.most = max(deep.most, branches)
    if deep is not None:
        found.append(_deep(deep, len(logical) - 1))
    return found


def _indentation(space: str) -> int:
    """How far a line is indented, as Python counts."""
    return len(space.rpartition("\f")[2].expandtabs(8))


def _with_decorators(lines: list[str], logical: list[Logical], number: int) -> int:
    """The number of the line at which the decorators of the statement at ``number`` begin."""
    if not lines[logical[number].first].lstrip().startswith(("def", "class", "async")):
        return number
    while number and lines[logical[number - 1].first].lstrip().startswith("@"):
        number -= 1
    return number


def _to_set_aside(stack: list[_Block]) -> _Block:
    """The outermost statement that nests too deep, where it can be inside a function or class."""
    if len(stack) <= MAX_BLOCKS + 1:
        return next(block for block in stack if block.branches)
    return next((block for block in stack if block.word not in _SCOPES), stack[0])


_SCOPES = frozenset(("def", "class", "async"))


def _deep(block: _Block, last: int) -> Deep:
    if block.deepest > MAX_BLOCKS:
        why = f"{block.deepest} nested blocks are too many"
        return Deep(block.first, last, why, block.deepest <= PYTHONS_BLOCKS, True)
    why = f"{block.most} elif branches in one statement are too many"
    return Deep(block.first, last, why, True, True)
