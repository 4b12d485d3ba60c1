"""Assignment and ``del``: names, attributes, elements, slices, and several targets at once."""

from __future__ import annotations

from typing import Any

from kerlint.program.data import PREDICTED, Array
from kerlint.program.values import (
    Derivative,
    Fact,
    Forecast,
    LayerRef,
    ModelRef,
    Object,
    TensorRef,
    Unknown,
)
from kerlint.reading.interpreter import expressions, havoc, patches
from kerlint.reading.interpreter.containers import blur, iterate, set_entry
from kerlint.reading.interpreter.mutation import (
    change_in_place,
    forget_views,
    overwrite,
    set_member,
)
from kerlint.reading.interpreter.state import MAX_ITEMS, State
from kerlint.reading.interpreter.values import (
    Class,
    DictValue,
    FileModule,
    Instance,
    ListValue,
    QualifiedName,
    Scope,
    unknown,
)
from kerlint.reading.library import arrays, keras_objects, loops
from kerlint.reading.syntax import tree as syntax

LITERALS = (syntax.Integer, syntax.Float, syntax.UnaryOperation)


def assign(state: State, target: syntax.Node, fact: Fact, scope: Scope) -> None:
    """Bind a target: a name, an attribute, an element, or several at once."""
    if isinstance(fact.value, ModelRef):
        label = target.attr if type(target) is syntax.Attribute else target
        if type(label) is syntax.Name:
            state.models[fact.value.model].labels.append(label.value)
    if type(target) is syntax.Name:
        scope.bind(target.value, fact)
        if state.returned and type(fact.value) is Derivative:
            loops.note_bound(state, fact.value, target)
    elif isinstance(target, (syntax.Tuple, syntax.List)):
        _unpack(state, target, fact, scope)
    elif type(target) is syntax.StarredElement:
        assign(state, target.value, fact, scope)
    elif type(target) is syntax.Attribute:
        _set_attribute(state, target, fact, scope)
    elif type(target) is syntax.Subscript:
        _set_element(state, target, fact, scope)


def _unpack(state: State, target: syntax.Tuple | syntax.List, fact: Fact, scope: Scope) -> None:
    elements = target.elements
    items, complete = iterate(state, fact)
    star = next((i for i, e in enumerate(elements) if type(e) is syntax.StarredElement), None)
    if isinstance(fact.value, TensorRef):
        items, complete = [fact] * len(elements), True
    if complete and star is None and len(items) == len(elements):
        for element, item in zip(elements, items):
            assign(state, element.value, item, scope)
        return
    if complete and star is not None and len(items) >= len(elements) - 1:
        after = len(elements) - star - 1
        middle = items[star : len(items) - after]
        for element, item in zip(elements[:star], items):
            assign(state, element.value, item, scope)
        kept = ListValue("list", middle, True, state.unbounded_loops)
        assign(state, elements[star].value, Fact(kept, fact.site), scope)
        for element, item in zip(elements[star + 1 :], items[len(items) - after :]):
            assign(state, element.value, item, scope)
        return
    value = fact.value
    state.doubts += 1
    expr = value.symbol if isinstance(value, Unknown) else ""
    reason = value.reason if isinstance(value, Unknown) else "unpacked from an unknown value"
    for index, element in enumerate(elements):
        if isinstance(value, Array) and type(element) is syntax.Element:
            part = arrays.subscript(value, [Fact(index)], fact.site)
            assign(state, element.value, Fact(part, fact.site), scope)
            continue
        if type(element) is syntax.Element and isinstance(
            element.value, (syntax.Tuple, syntax.List)
        ):
            inner = f"{expr}[{index}]" if expr else ""
            nested = Unknown(reason, fact.site, inner)
            assign(state, element.value, Fact(nested, fact.site), scope)
            continue
        name = element.value.value if type(element.value) is syntax.Name else ""
        site = state.site(element.value)
        assign(state, element.value, Fact(Unknown(reason, site, str(name)), site), scope)


def _set_attribute(state: State, target: syntax.Attribute, fact: Fact, scope: Scope) -> None:
    base = expressions.evaluate(state, target.value, scope).value
    name = target.attr.value
    if isinstance(base, Instance):
        keras_objects.note_attribute(state, base, name, fact, state.site(target))
        set_member(state, base, name, fact)
    elif isinstance(base, FileModule):
        # Reads before and after the assignment are not told apart: other files are executed once.
        base.scope.names[name] = unknown(fact.site, "set from another file", name)
    elif isinstance(base, Class):
        base.scope.names[name] = fact
    elif isinstance(base, Unknown):
        keras_objects.note_attribute(state, base, name, fact, state.site(target))
        if state.loose:
            havoc.set_on_unknown(state, name)
    elif isinstance(base, QualifiedName):
        patches.replace(state, base, name, fact)
    elif isinstance(base, (LayerRef, ModelRef)):
        keras_objects.set_attribute(state, base, name, fact, state.site(target))
    elif isinstance(base, (Array, Object)):
        keras_objects.note_attribute(state, base, name, fact, state.site(target))
        changed = arrays.with_attribute(base, name, fact.value)
        state.mutations += changed is not base
        overwrite(state, base, changed, scope)
        if isinstance(base, Array) and isinstance(changed, Array):
            forget_views(state, base, changed, scope)


def _set_element(state: State, target: syntax.Subscript, fact: Fact, scope: Scope) -> None:
    base = expressions.evaluate(state, target.value, scope).value
    part = target.slice[0].slice if len(target.slice) == 1 else None
    owner: syntax.Expression = target.value
    accessor = ""
    if isinstance(base, Array) and type(owner) is syntax.Attribute:
        if arrays.is_accessor(owner.attr.value):
            accessor, owner = owner.attr.value, owner.value
            base = expressions.evaluate(state, owner, scope).value
    index = (
        expressions.evaluate(state, part.value, scope).value if type(part) is syntax.Index else None
    )
    state.mutations += 1
    if isinstance(base, Unknown) and base.symbol.endswith(".word_index"):
        keras_objects.note_new_word(state, state.site(target))
    if isinstance(base, QualifiedName):
        if base.dotted == "sys.modules" and isinstance(index, str):
            state.patched[f"{patches.MODULES}{index}"] = fact
        elif base.dotted.endswith(".__dict__"):
            patches.replace(state, base, index if isinstance(index, str) else "", fact)
    elif isinstance(base, DictValue):
        set_entry(state, base, index, fact)
    elif isinstance(base, ListValue):
        deeper = state.unbounded_loops > base.depth
        if base.kind != "list":
            state.doubts += 1
        elif isinstance(index, int) and not deeper and base.complete:
            if -len(base.items) <= index < len(base.items):
                base.items[index] = fact
            else:
                state.doubts += 1
        elif type(part) is syntax.Slice and not deeper and base.complete:
            _set_slice(state, base, part, fact, scope)
        else:
            state.doubts += 1
            base.items[:] = [unknown(fact.site, "an element was replaced") for _ in base.items]
            base.complete = base.complete and type(part) is syntax.Index
    elif isinstance(base, Forecast):
        overwrite(state, base, Unknown(base.reason, state.site(target)), scope)
    elif isinstance(base, Array):
        indices = expressions.indices_of(state, target, scope)
        # In a loop of unknown length one turn was read: what is not written down may differ.
        fixed = not state.unbounded_loops or isinstance(state.sites.node(fact.site), LITERALS)
        changed = arrays.assigned(base, fact.value, indices, fixed, accessor)
        if isinstance(changed, Array) and changed.origin == PREDICTED:
            changed = changed.replace(memory=state.site(target))
        overwrite(state, base, changed, scope)
        if base.table is None and not isinstance(index, str):
            forget_views(state, base, changed, scope)
        assign(state, owner, Fact(changed, state.site(target)), scope)


def delete_attribute(state: State, target: syntax.Attribute, scope: Scope) -> None:
    """``del thing.name``."""
    base = expressions.evaluate(state, target.value, scope).value
    table = (
        base.attributes
        if isinstance(base, Instance)
        else base.scope.names
        if isinstance(base, Class)
        else {}
    )
    state.mutations += 1
    if state.loose and isinstance(base, Unknown):
        havoc.set_on_unknown(state, target.attr.value)
    if table.pop(target.attr.value, None) is None:
        state.doubts += 1


def _set_slice(state: State, base: ListValue, part: syntax.Slice, fact: Fact, scope: Scope) -> None:
    bounds: list[Any] = [
        None if bound is None else expressions.evaluate(state, bound, scope).value
        for bound in (part.lower, part.upper, part.step)
    ]
    items, complete = iterate(state, fact)
    try:
        if not complete or not all(bound is None or isinstance(bound, int) for bound in bounds):
            raise ValueError
        if len(base.items) + len(items) > MAX_ITEMS:
            raise ValueError
        base.items[slice(*bounds)] = items
    except ValueError:
        state.doubts += 1
        blur(base)


def delete_element(state: State, target: syntax.Subscript, scope: Scope) -> None:
    """``del base[index]``."""
    base = expressions.evaluate(state, target.value, scope).value
    indices = expressions.indices_of(state, target, scope)
    state.mutations += 1
    index = indices[0] if len(indices) == 1 else None
    if isinstance(base, DictValue):
        key = index.value if isinstance(index, Fact) else None
        if isinstance(key, (str, int)) and state.unbounded_loops <= base.depth:
            if base.entries.pop(key, None) is None:
                state.doubts += 1
        else:
            state.doubts += 1
            base.merge(None, state.site(target))
    elif isinstance(base, ListValue):
        number = (
            index.value
            if isinstance(index, Fact)
            else slice(*(None if bound is None else bound.value for bound in index or ()))
            if index
            else None
        )
        try:
            if not base.complete or state.unbounded_loops > base.depth or base.kind != "list":
                raise ValueError
            del base.items[number]  # type: ignore[arg-type] # what is not an index is refused
        except (IndexError, TypeError, ValueError):
            state.doubts += 1
            blur(base)
    elif isinstance(base, Array) and (base.rank == 2 or base.table is not None):
        name = index.value if isinstance(index, Fact) else None
        overwrite(state, base, arrays.without_column(base, name), scope)
    elif isinstance(base, Array):
        change_in_place(state, Fact(base))
