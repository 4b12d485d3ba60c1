"""Classes whose methods Python writes: data classes, named tuples, enumerations."""

from __future__ import annotations

from typing import Any

from kerlint.lazy_dataclass import replace
from kerlint.program.values import Fact, Site
from kerlint.reading.interpreter import classes, containers
from kerlint.reading.interpreter.conversion import NotKnown, abstract, concrete
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import (
    Arguments,
    Class,
    DictValue,
    Field,
    Function,
    Instance,
    ListValue,
    QualifiedName,
    TupleType,
    unknown,
)
from kerlint.reading.syntax import tree as syntax

# -- data classes ---------------------------------------------------------------------------------


def field_of(state: State, args: Arguments, site: Site) -> Fact:
    """``dataclasses.field()``."""
    given = args.named()
    init, keyword = given.get("init"), given.get("kw_only")
    made = Field(
        default=given.get("default"),
        factory=given.get("default_factory"),
        init=init is None or init.value is not False,
        keyword=keyword is not None and keyword.value is True,
    )
    return Fact(made, site)


def make_data_class(cls: Class, settings: dict[str, Any]) -> None:
    """Note the fields of a class that ``@dataclass`` decorates."""
    fields: dict[str, Field] = {}
    for other in reversed(classes.lineage(cls)[1:]):
        if isinstance(other, Class) and other.fields is not None:
            fields.update({each.name: each for each in other.fields})
    for each in _annotated(cls, settings.get("kw_only") is True):
        fields[each.name] = each
        if each.default is not None:
            cls.scope.names[each.name] = each.default
        elif isinstance(getattr(cls.scope.names.get(each.name), "value", None), Field):
            del cls.scope.names[each.name]
    cls.fields = tuple(fields.values())
    cls.frozen = settings.get("frozen") is True


def _annotated(cls: Class, keyword: bool) -> list[Field]:
    """The fields that the body of a class itself declares, in order."""
    found: dict[str, Field] = {}
    for statement in cls.node.body.body:
        smalls = statement.body if isinstance(statement, syntax.SimpleStatementLine) else ()
        if isinstance(statement, syntax.SmallStatement):
            smalls = (statement,)
        for small in smalls:
            if not isinstance(small, syntax.AnnAssign) or not isinstance(small.target, syntax.Name):
                continue
            name, kind = small.target.value, _kind_of(small.annotation.annotation)
            if kind == "KW_ONLY":
                keyword = True
                continue
            if kind == "ClassVar":
                continue
            fact = cls.scope.names.get(name) if small.value is not None else None
            given = fact.value if fact is not None else None
            if isinstance(given, Field):
                made = replace(given, name=name, keyword=given.keyword or keyword)
            else:
                made = Field(name, fact, keyword=keyword)
            found[name] = replace(made, passed_on=kind == "InitVar")
    return list(found.values())


def _kind_of(annotation: syntax.Expression) -> str:
    """``ClassVar`` of ``typing.ClassVar[int]``."""
    node: Any = annotation
    if isinstance(node, syntax.SimpleString):
        return str(node.value).partition("[")[0].rpartition(".")[2]
    if isinstance(node, syntax.Subscript):
        node = node.value
    if isinstance(node, syntax.Attribute):
        return node.attr.value
    return node.value if isinstance(node, syntax.Name) else ""


def fill(state: State, cls: Class, instance: Fact, args: Arguments, node: syntax.Node) -> None:
    """What the ``__init__`` of a data class does."""
    site = state.site(node)
    owner = instance.value
    assert isinstance(owner, Instance)
    given = _given(state, cls.fields or (), args, site)
    later: list[Fact] = []
    for each in cls.fields or ():
        fact = given.get(each.name)
        if fact is None and each.factory is not None:
            fact = state.interpreter.call(state, each.factory, Arguments([], []), node)
        if fact is None and not each.init:
            if each.default is None:
                continue
            fact = each.default
        if fact is None:
            fact = unknown(site, "a field that is not given", f"self.{each.name}")
        if each.passed_on:
            later.append(fact)
        else:
            owner.attributes[each.name] = fact
    owner.frozen = cls.frozen
    state.interpreter.call_member(state, instance, "__post_init__", Arguments(later, []), node)


def _given(state: State, fields: tuple[Field, ...], args: Arguments, site: Site) -> dict[str, Fact]:
    """The arguments by field; defaults that are values count as given."""
    names = [each.name for each in fields if each.init and not each.keyword]
    given = dict(zip(names, args.positional))
    named = args.named()
    wrong = len(args.positional) > len(names) or any(name in given for name in named)
    given.update(named)
    if wrong or not given.keys() <= {each.name for each in fields if each.init}:
        state.doubts += 1
    for each in fields:
        if each.name in given or not each.init:
            continue
        if args.partial:
            given[each.name] = unknown(site, "passed through *args or **kwargs", each.name)
        elif each.default is not None:
            given[each.name] = each.default
        elif each.factory is None:
            state.doubts += 1
    return given


def replaced(state: State, args: Arguments, site: Site) -> Fact:
    """``dataclasses.replace(record, name=value)``."""
    owner = args.positional[0].value if args.positional else None
    if not isinstance(owner, Instance) or owner.cls.fields is None or args.partial:
        return unknown(site, "replace() of something unknown")
    given = [
        (each.name, owner.attributes[each.name], site)
        for each in owner.cls.fields
        if each.init and each.name in owner.attributes and args.get(each.name) is None
    ]
    whole = Arguments([], [*given, *args.keywords])
    return state.interpreter.instantiate(state, owner.cls, whole, state.sites.node(site))


def as_dict(state: State, args: Arguments, site: Site) -> Fact:
    """``dataclasses.asdict(record)``."""
    owner = args.positional[0].value if len(args.positional) == 1 else None
    if not isinstance(owner, Instance) or owner.cls.fields is None or args.keywords:
        return unknown(site, "the fields of something unknown")
    entries: dict[str | int, Fact] = {}
    for each in owner.cls.fields:
        fact = owner.attributes.get(each.name)
        try:
            if fact is not None:
                entries[each.name] = abstract(state, concrete(state, fact), site)
        except NotKnown:
            entries[each.name] = unknown(site, "a field that is not known")
    return Fact(DictValue(entries, True, state.unbounded_loops), site)


# -- named tuples ---------------------------------------------------------------------------------


def named_tuple(state: State, args: Arguments, site: Site) -> Fact:
    """``collections.namedtuple()``."""
    try:
        values = [concrete(state, fact) for fact in args.positional]
        name, words = values
        words = words.replace(",", " ").split() if isinstance(words, str) else list(words)
        if not all(isinstance(word, str) for word in words):
            raise NotKnown
    except (NotKnown, ValueError, TypeError, AttributeError):
        return unknown(site, "a class of tuples that is not known")
    defaults: list[Fact] = []
    if args.keywords:
        given = args.named().get("defaults")
        if given is None or len(args.keywords) > 1 or args.partial:
            return unknown(site, "a class of tuples that is not known")
        defaults = containers.iterate(state, given)[0]
    start = len(words) - len(defaults)
    fields = tuple(
        Field(word, defaults[index - start] if index >= start else None)
        for index, word in enumerate(words)
    )
    return Fact(TupleType(str(name), fields), site)


def tuple_class(cls: Class) -> TupleType:
    """The type that ``class Point(NamedTuple)`` makes."""
    return TupleType(cls.name, tuple(_annotated(cls, False)), cls)


def make_tuple(state: State, kind: TupleType, args: Arguments, site: Site) -> Fact:
    """Call a class of named tuples."""
    given = _given(state, kind.fields, args, site)
    items = [
        given.get(each.name) or unknown(site, "a field that is not given") for each in kind.fields
    ]
    names = tuple(each.name for each in kind.fields)
    return Fact(
        ListValue("tuple", items, True, state.unbounded_loops, names=names, cls=kind.cls), site
    )


def tuple_method(state: State, value: ListValue, name: str, args: Arguments, site: Site) -> Fact:
    """``_replace`` and ``_asdict`` of a named tuple."""
    if name == "_asdict":
        return Fact(
            DictValue(dict(zip(value.names, value.items)), True, state.unbounded_loops), site
        )
    named = args.named()
    if args.partial or not named.keys() <= set(value.names):
        state.doubts += 1
        return unknown(site, "fields that are not known")
    items = [named.get(word, item) for word, item in zip(value.names, value.items)]
    return Fact(replace(value, items=items), site)


# -- enumerations ---------------------------------------------------------------------------------


def make_enum(state: State, cls: Class, exact: bool) -> None:
    """Turn the values in the body of an enumeration into its members.

    Of ``IntEnum`` and others, whose members are numbers or texts too, nothing is known.
    """
    cls.members = []
    built = any(name in cls.scope.names for name in ("__new__", "__init__"))
    for name, fact in cls.scope.names.items():
        if name.startswith("_") or isinstance(fact.value, (Function, Class)):
            continue
        if not exact:
            cls.scope.names[name] = unknown(fact.site, "a member of an enumeration", name)
            continue
        same = next(
            (m for m in cls.members if _is_plain_same(state, m.value.attributes["value"], fact)),  # type: ignore[union-attr]
            None,
        )
        if same is None:
            member = Instance(cls, site=fact.site)
            member.attributes["value"] = fact
            member.attributes["name"] = Fact(name, fact.site)
            member.open = built
            same = Fact(member, fact.site)
            cls.members.append(same)
        cls.scope.names[name] = same


def _is_plain_same(state: State, one: Fact, other: Fact) -> bool:
    try:
        return bool(concrete(state, one) == concrete(state, other))
    except NotKnown:
        return False


def member_of(state: State, cls: Class, args: Arguments, site: Site) -> Fact:
    """``Color(1)``."""
    if len(args.positional) == 1 and not args.keywords:
        for member in cls.members or ():
            if _is_plain_same(state, member.value.attributes["value"], args.positional[0]):  # type: ignore[union-attr]
                return member
    return unknown(site, "a member of an enumeration")


def is_path(fact: Fact, *dotted: str) -> bool:
    return isinstance(fact.value, QualifiedName) and fact.value.dotted in dotted
