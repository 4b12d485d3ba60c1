"""Abstract values that exist only during interpretation: containers, functions, classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeAlias

from kerlint.lazy_dataclass import dataclass
from kerlint.program.values import Fact, InterpreterValue, Site, Unknown
from kerlint.reading.syntax import tree as syntax

if TYPE_CHECKING:
    from kerlint.reading.interpreter.state import State

# An abstract value is what ``Fact.value`` holds during interpretation: a plain value of the
# program, or one of the classes below, which ``freeze`` turns into plain values before rules see
# them.
AbstractValue: TypeAlias = Any


class Scope:
    """The names of one scope; ``parent`` is the scope around it."""

    __slots__ = (
        "around",
        "comprehension",
        "decided",
        "gave_up",
        "globals",
        "held",
        "left",
        "names",
        "others",
        "outer",
        "parent",
        "returned",
        "starred",
        "yielded",
    )

    def __init__(self, parent: Scope | None = None, comprehension: bool = False) -> None:
        self.comprehension = comprehension  # ``:=`` binds in the scope around it
        self.names: dict[str, Fact] = {}
        self.parent = parent
        self.globals: Scope = parent.globals if parent is not None else self
        self.outer: dict[str, Scope] = {}  # names declared global or nonlocal
        self.returned: Fact | None = None
        self.left = False  # whether the function may have been left before its end
        self.gave_up = False  # whether it returned None where a condition is not known
        self.decided = 0  # how many decisions were open when the function was entered
        self.others: list[Fact] = []  # what may have been returned instead
        self.yielded: ListValue | None = None
        self.around: Callable[[Fact], None] | None = None  # what runs where a manager yields
        self.starred = False  # a star import has bound names that are not known
        # Scopes of the file that a function or class holds, which they hold in turn.
        self.held: list[Scope] = parent.held if parent is not None else []

    def hold(self) -> Scope:
        """Note that a function or class keeps this scope; returns it."""
        if not self.held or self.held[-1] is not self:  # a file of functions holds its scope once
            self.held.append(self)
        return self

    def release(self) -> None:
        """Forget what the scopes of the file hold, once it has been read.

        Without the circles between them and their functions the tree is freed right away; finding
        them by itself takes Python a twentieth of the time of parsing.
        """
        for scope in (self, *self.held):
            scope.names.clear()
            scope.returned = None
            scope.yielded = None

    def lookup(self, name: str) -> Fact | None:
        scope: Scope | None = self
        while scope is not None:
            fact = scope.names.get(name)
            if fact is not None:
                return fact
            scope = scope.parent
        return None

    def rebind(self, name: str, fact: Fact) -> None:
        """Replace the value of a name in the scope that has it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                scope.names[name] = fact
                return
            scope = scope.parent

    def bind(self, name: str, fact: Fact) -> None:
        target = self.outer.get(name)
        (self if target is None else target).names[name] = fact


@dataclass(slots=True, eq=False)
class ListValue(InterpreterValue):
    """A list, tuple, set or iterator; ``complete`` is False when items may be missing.

    ``kind`` is list, tuple, set, frozenset, range, view (of a dictionary), index (the names of the
    columns of a data frame) or iterator. ``depth`` is the depth of loops of unknown length in
    which it was made: growing it in a deeper one makes it incomplete. Only a list, tuple, range or
    index has its items in an order that is known.

    An iterator is filled when it is made, though Python takes the items when they are asked for:
    ``sources`` are the containers with what they contained then, and ``born`` is the statement
    when only that one may ask (-1: any).
    """

    kind: str
    items: list[Fact]
    complete: bool = True
    depth: int = 0
    names: tuple[str, ...] = ()  # of the fields of a named tuple
    cls: Class | None = None  # its class
    sources: tuple[tuple[ListValue | DictValue, tuple[Any, ...]], ...] = ()
    born: int = -1


@dataclass(slots=True, eq=False)
class DictValue(InterpreterValue):
    """A dictionary under construction."""

    entries: dict[str | int, Fact]
    complete: bool = True
    depth: int = 0

    def merge(self, other: DictValue | None, site: Site) -> None:
        """Take over all of another one; what unknown entries may have replaced is forgotten."""
        if other is None or not other.complete:
            for key in self.entries:
                self.entries[key] = Fact(Unknown("perhaps replaced by unknown entries", site), site)
            self.complete = False
        if other is not None:
            self.entries.update(other.entries)


@dataclass(frozen=True, slots=True)
class QualifiedName(InterpreterValue):
    """Something imported, by its absolute dotted path: ``tensorflow.keras.layers``.

    ``alias`` is the path as it is written, where the setting ``aliases`` says what it stands for.
    """

    dotted: str
    alias: str = ""


@dataclass(slots=True, eq=False)
class Function(InterpreterValue):
    """A function or lambda of the user with the scope it was defined in."""

    name: str
    node: syntax.FunctionDef | syntax.Lambda
    scope: Scope
    defaults: dict[str, Fact]
    site: Site
    owner: Class | None = None
    wraps: str = ""  # staticmethod, classmethod, property, contextmanager; "": a plain function
    in_other_module: bool = False  # of another file than the one that is linted
    opaque: bool = False  # decorated by something that was not read
    patches: dict[str, Fact] | None = None  # what ``@mock.patch`` replaces while it runs
    registered: bool = False  # a decorator that was not read may call it, with any arguments
    graph: bool = False  # decorated with ``tf.function``


@dataclass(frozen=True, slots=True)
class Field(InterpreterValue):
    """A field of a data class or named tuple, or what ``dataclasses.field()`` says of it."""

    name: str = ""
    default: Fact | None = None
    factory: Fact | None = None
    init: bool = True
    keyword: bool = False
    passed_on: bool = False  # ``InitVar``: only an argument


@dataclass(frozen=True, slots=True)
class TupleType(InterpreterValue):
    """A class of named tuples."""

    name: str
    fields: tuple[Field, ...]
    cls: Class | None = None  # where the user has written one


@dataclass(slots=True, eq=False)
class Class(InterpreterValue):
    """A class of the user; ``bases`` as evaluated."""

    name: str
    node: syntax.ClassDef
    scope: Scope  # holds the class's own names
    bases: tuple[Fact, ...]
    site: Site
    keras: str | None = None  # canonical name of the Keras class it derives from
    fields: tuple[Field, ...] | None = None  # of a data class
    frozen: bool = False
    members: list[Fact] | None = None  # of an enumeration
    # Its bases in the order of lookup, once asked for; without itself, which would be a circle.
    line: list[Class | None] | None = None
    aliased: bool = False  # it derives from a class that an alias names

    def ancestry(self) -> list[Class]:
        """The class and those of its bases that the user has written, each of them once."""
        found: dict[Class, None] = {}
        pending = [self]
        while pending:
            cls = pending.pop()
            if cls not in found:
                found[cls] = None
                bases = [base.value for base in cls.bases if isinstance(base.value, Class)]
                pending += reversed(bases)
        return [*found]


@dataclass(slots=True, eq=False)
class Instance(InterpreterValue):
    """An object of a user's class; ``model`` or ``layer`` are set when it derives from one."""

    cls: Class
    attributes: dict[str, Fact] = field(default_factory=dict)
    site: Site = Site(-1)
    model: int | None = None
    layer: int | None = None
    open: bool = False  # attributes may exist that were not seen
    frozen: bool = False  # setting an attribute raises


@dataclass(slots=True, eq=False)
class Manager(InterpreterValue):
    """What a generator gives that is decorated with ``contextmanager``: not yet entered."""

    function: Function
    args: Arguments
    site: Site


@dataclass(slots=True, eq=False)
class FileModule(InterpreterValue):
    """Another file of the project, with the names it defines."""

    path: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class LazyImport(InterpreterValue):
    """Something of another file of the project, read when its name is used for the first time.

    ``name`` is None for the module itself; ``path`` is its file.
    """

    path: str
    name: str | None


@dataclass(frozen=True, slots=True)
class BoundMethod(InterpreterValue):
    """An attribute of a value that is known by name only until it is called."""

    receiver: Fact
    name: str


@dataclass(frozen=True, slots=True)
class Super(InterpreterValue):
    """``super()`` inside a method."""

    instance: Fact
    owner: Class


@dataclass(frozen=True, slots=True)
class Partial(InterpreterValue):
    """``functools.partial``: a callable with arguments already given."""

    callee: Fact
    positional: tuple[Fact, ...]
    keywords: tuple[tuple[str, Fact, Site], ...]


@dataclass(frozen=True, slots=True)
class Builtin(InterpreterValue):
    """A function of Python's own."""

    name: str


@dataclass(slots=True)
class Arguments:
    """The arguments of a call, evaluated.

    ``partial``: some came through ``*args`` or ``**kwargs`` that could not be read.
    """

    positional: list[Fact]
    keywords: list[tuple[str, Fact, Site]]
    partial: bool = False

    def get(self, name: str, index: int | None = None) -> Fact | None:
        """The argument with this keyword, or at this position."""
        for keyword, fact, _ in self.keywords:
            if keyword == name:
                return fact
        if index is not None and index < len(self.positional):
            return self.positional[index]
        return None

    def facts(self) -> list[Fact]:
        """The values of all arguments, in order; not to be changed."""
        if not self.keywords:
            return self.positional
        return [*self.positional, *[fact for _, fact, _ in self.keywords]]

    def named(self) -> dict[str, Fact]:
        return {name: fact for name, fact, _ in self.keywords}


Handler: TypeAlias = "Callable[[State, Arguments, Site], Fact]"
Members: TypeAlias = Mapping[str, Fact]


def unknown(site: Site, reason: str, expr: str = "") -> Fact:
    return Fact(Unknown(reason, site, expr), site)
