"""Assignment and ``del``: names, attributes, elements, slices, and several targets at once."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kerlint.program.data import Array
from kerlint.program.values import (
    Fact,
    LayerRef,
    ModelRef,
    Object,
    TensorRef,
    Unknown,
)
from kerlint.reading.interpreter import expressions, havoc, patches
from kerlint.reading.interpreter.containers import (
    blur,
    iterate,
    set_entry,
)
from kerlint.reading.interpreter.mutation import (
    change_in_place,
    forget_views,
    overwrite,
    set_member,
)
from kerlint.reading.interpreter.state import (
    MAX_ITEMS,
    Run,
)
from kerlint.reading.interpreter.values import (
    Class,
    FileModule,
    Frame,
    Instance,
    Mapping_,
    Path,
    Sequence,
    unknown,
)
from kerlint.reading.library import arrays, keras_objects

LITERALS = (cst.Integer, cst.Float, cst.UnaryOperation)


def assign(run: Run, target: cst.CSTNode, fact: Fact, frame: Frame) -> None:
    """Bind a target: a name, an attribute, an element, or several at once."""
    if isinstance(fact.value, ModelRef):
        label = target.attr if type(target) is cst.Attribute else target
        if type(label) is cst.Name:
            run.models[fact.value.model].labels.append(label.value)
    if type(target) is cst.Name:
        frame.bind(target.value, fact)
    elif isinstance(target, (cst.Tuple, cst.List)):
        _unpack(run, target, fact, frame)
    elif type(target) is cst.StarredElement:
        assign(run, target.value, fact, frame)
    elif type(target) is cst.Attribute:
        _set_attribute(run, target, fact, frame)
    elif type(target) is cst.Subscript:
        _set_element(run, target, fact, frame)


def _unpack(run: Run, target: cst.Tuple | cst.List, fact: Fact, frame: Frame) -> None:
    elements = target.elements
    items, complete = iterate(run, fact)
    star = next((i for i, e in enumerate(elements) if type(e) is cst.StarredElement), None)
    if isinstance(fact.value, TensorRef):
        items, complete = [fact] * len(elements), True
    if complete and star is None and len(items) == len(elements):
        for element, item in zip(elements, items):
            assign(run, element.value, item, frame)
        return
    if complete and star is not None and len(items) >= len(elements) - 1:
        after = len(elements) - star - 1
        middle = items[star : len(items) - after]
        for element, item in zip(elements[:star], items):
            assign(run, element.value, item, frame)
        kept = Sequence("list", middle, True, run.loops)
        assign(run, elements[star].value, Fact(kept, fact.site), frame)
        for element, item in zip(elements[star + 1 :], items[len(items) - after :]):
            assign(run, element.value, item, frame)
        return
    value = fact.value
    run.doubts += 1
    expr = value.expr if isinstance(value, Unknown) else ""
    reason = value.reason if isinstance(value, Unknown) else "unpacked from an unknown value"
    for index, element in enumerate(elements):
        if isinstance(value, Array) and type(element) is cst.Element:
            part = arrays.subscript(value, [Fact(index)])
            assign(run, element.value, Fact(part, fact.site), frame)
            continue
        if type(element) is cst.Element and isinstance(element.value, (cst.Tuple, cst.List)):
            inner = f"{expr}[{index}]" if expr else ""
            nested = Unknown(reason, fact.site, inner)
            assign(run, element.value, Fact(nested, fact.site), frame)
            continue
        name = element.value.value if type(element.value) is cst.Name else ""
        site = run.site(element.value)
        assign(run, element.value, Fact(Unknown(reason, site, str(name)), site), frame)


def _set_attribute(run: Run, target: cst.Attribute, fact: Fact, frame: Frame) -> None:
    base = expressions.evaluate(run, target.value, frame).value
    name = target.attr.value
    if isinstance(base, Instance):
        set_member(run, base, name, fact)
    elif isinstance(base, FileModule):
        # Who reads it before and who behind is not kept apart: other files are read once.
        base.frame.names[name] = unknown(fact.site, "set from another file", name)
    elif isinstance(base, Class):
        base.frame.names[name] = fact
    elif isinstance(base, Unknown):
        if run.loose:
            havoc.set_on_unknown(run, name)
    elif isinstance(base, Path):
        patches.replace(run, base, name, fact)
    elif isinstance(base, (LayerRef, ModelRef)):
        keras_objects.set_attribute(run, base, name, fact, run.site(target))
    elif isinstance(base, (Array, Object)):
        changed = arrays.with_attribute(base, name)
        run.activity += changed is not base
        overwrite(run, base, changed, frame)
        if isinstance(base, Array) and isinstance(changed, Array):
            forget_views(run, base, changed, frame)


def _set_element(run: Run, target: cst.Subscript, fact: Fact, frame: Frame) -> None:
    base = expressions.evaluate(run, target.value, frame).value
    part = target.slice[0].slice if len(target.slice) == 1 else None
    index = expressions.evaluate(run, part.value, frame).value if type(part) is cst.Index else None
    run.activity += 1
    if isinstance(base, Path):
        if base.dotted == "sys.modules" and isinstance(index, str):
            run.patched[f"{patches.MODULES}{index}"] = fact
        elif base.dotted.endswith(".__dict__"):
            patches.replace(run, base, index if isinstance(index, str) else "", fact)
    elif isinstance(base, Mapping_):
        set_entry(run, base, index, fact)
    elif isinstance(base, Sequence):
        deeper = run.loops > base.depth
        if base.kind != "list":
            run.doubts += 1
        elif isinstance(index, int) and not deeper and base.complete:
            if -len(base.items) <= index < len(base.items):
                base.items[index] = fact
            else:
                run.doubts += 1
        elif type(part) is cst.Slice and not deeper and base.complete:
            _set_slice(run, base, part, fact, frame)
        else:
            run.doubts += 1
            base.items[:] = [unknown(fact.site, "an element was replaced") for _ in base.items]
            base.complete = base.complete and type(part) is cst.Index
    elif isinstance(base, Array):
        indices = expressions.indices_of(run, target, frame)
        # In a loop of unknown length one turn was read: what is not written down may differ.
        fixed = not run.loops or isinstance(run.sites.node(fact.site), LITERALS)
        changed = arrays.assigned(base, fact.value, indices, fixed)
        overwrite(run, base, changed, frame)
        forget_views(run, base, changed, frame)
        assign(run, target.value, Fact(changed, run.site(target)), frame)


def delete_attribute(run: Run, target: cst.Attribute, frame: Frame) -> None:
    """``del thing.name``."""
    base = expressions.evaluate(run, target.value, frame).value
    table = (
        base.attributes
        if isinstance(base, Instance)
        else base.frame.names
        if isinstance(base, Class)
        else {}
    )
    run.activity += 1
    if run.loose and isinstance(base, Unknown):
        havoc.set_on_unknown(run, target.attr.value)
    if table.pop(target.attr.value, None) is None:
        run.doubts += 1


def _set_slice(run: Run, base: Sequence, part: cst.Slice, fact: Fact, frame: Frame) -> None:
    bounds: list[Any] = [
        None if bound is None else expressions.evaluate(run, bound, frame).value
        for bound in (part.lower, part.upper, part.step)
    ]
    items, complete = iterate(run, fact)
    try:
        if not complete or not all(bound is None or isinstance(bound, int) for bound in bounds):
            raise ValueError
        if len(base.items) + len(items) > MAX_ITEMS:
            raise ValueError
        base.items[slice(*bounds)] = items
    except ValueError:
        run.doubts += 1
        blur(base)


def delete_element(run: Run, target: cst.Subscript, frame: Frame) -> None:
    """``del base[index]``."""
    base = expressions.evaluate(run, target.value, frame).value
    indices = expressions.indices_of(run, target, frame)
    run.activity += 1
    index = indices[0] if len(indices) == 1 else None
    if isinstance(base, Mapping_):
        key = index.value if isinstance(index, Fact) else None
        if isinstance(key, (str, int)) and run.loops <= base.depth:
            if base.entries.pop(key, None) is None:
                run.doubts += 1
        else:
            run.doubts += 1
            base.merge(None, run.site(target))
    elif isinstance(base, Sequence):
        number = (
            index.value
            if isinstance(index, Fact)
            else slice(*(None if bound is None else bound.value for bound in index or ()))
            if index
            else None
        )
        try:
            if not base.complete or run.loops > base.depth or base.kind != "list":
                raise ValueError
            del base.items[number]  # type: ignore[arg-type] # what is no index is refused
        except (IndexError, TypeError, ValueError):
            run.doubts += 1
            blur(base)
    elif isinstance(base, Array):
        change_in_place(run, Fact(base))
