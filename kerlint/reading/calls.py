"""Calling things: functions and classes of the user, and the way to those of Keras and Python."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kerlint import keras_api
from kerlint.program.data import Array
from kerlint.program.values import (
    Fact,
    LayerRef,
    ModelRef,
    Object,
    Site,
    TensorRef,
    Unknown,
)
from kerlint.reading import arrays, effects, expressions, objects, patches, python, statements
from kerlint.reading.payloads import (
    Arguments,
    Bound,
    Builtin,
    Class,
    Frame,
    Function,
    Instance,
    Manager,
    Partial,
    Path,
    Payload,
    Sequence,
    Super,
)
from kerlint.reading.payloads import Mapping_ as Mapping
from kerlint.reading.run import ABSTRACT, MAX_DEPTH, Raised, Run

# Methods that only models of Keras ever had: a ``model`` that comes from elsewhere is one.
_ONLY_KERAS = frozenset(
    {"evaluate_generator", "fit_generator", "predict_classes", "predict_generator"}
)


# Methods of IPython that run code in the namespace of the notebook.
_RUNNING = frozenset({"ex", "magic", "run_cell", "run_cell_magic", "run_line_magic"})


def unknown(site: Site, reason: str, expr: str = "") -> Fact:
    return Fact(Unknown(reason, site, expr), site)


def call(run: Run, callee: Fact, args: Arguments, node: cst.CSTNode) -> Fact:
    """The result of calling a value."""
    run.steps += 1
    site = run.site(node)
    value: Payload = callee.value
    kind = type(value)
    # The commonest first, and by their very types: this is asked at every call.
    if kind is Path:
        return _call_path(run, value.dotted, args, node, site)
    if kind is Bound:
        return _call_method(run, value.receiver, value.name, args, node, site)
    if kind is Unknown:
        return _call_unknown(run, value, args, site)
    if kind is Function:
        return call_function(run, value, args, node)
    if kind is Class:
        return instantiate(run, value, args, node)
    if kind is Builtin:
        if value.name != "map":  # which is followed
            effects.call_back(run, args, site)
        return python.FUNCTIONS[value.name](run, args, site)
    if kind is Partial:
        merged = Arguments(
            [*value.positional, *args.positional],
            [
                *(k for k in value.keywords if all(k[0] != name for name, _, _ in args.keywords)),
                *args.keywords,
            ],
            args.partial,
        )
        return call(run, value.callee, merged, node)
    if kind is LayerRef or kind is ModelRef:
        return objects.apply(run, callee, args, site)
    if kind is Instance:
        return _call_instance(run, callee, value, args, node)
    if kind is Object:
        return objects.call_object(run, value, args, site)
    return _call_unknown(run, Unknown("a call kerlint cannot follow", site), args, site)


def _call_unknown(run: Run, value: Unknown, args: Arguments, site: Site) -> Fact:
    _hand_over(run, args, site)
    node = run.sites.node(site)
    method = ""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        method = node.func.attr.value
    patches.by_call(run, method or value.expr, args, site)
    if method in _RUNNING and value.expr.startswith("get_ipython"):
        python.execute_text(run, Arguments([], []), site)
    if effects.reads_only(value, method):
        effects.call_back(run, args, site)
        if method == "shuffle" and args.positional:  # of a generator of random numbers
            python.shuffle(run, args.positional[0], site)
    else:
        effects.hand_over(run, args, site)
    owner, _, name = value.expr.rpartition(".")
    if name in _ONLY_KERAS and "model" in owner.rpartition(".")[2].lower():
        canonical = f"keras.Model.{name}"
        objects.record(run, canonical, canonical, args, site)
    if name in ("error", "exit") and value.reason.endswith("argparse.ArgumentParser()"):
        raise Raised("SystemExit")
    expr = f"{value.expr}()" if value.expr else ""
    if any(type(fact.value) is TensorRef for fact in args.positional):
        return objects.opaque(run, expr or "unknown", args, site)
    return unknown(site, value.reason, expr and expr[:80])


def _hand_over(run: Run, args: Arguments, site: Site) -> None:
    """Code that was not read gets hold of a stack of layers that is not compiled yet.

    It may add some. Libraries are not taken to: they look at models, or make their own.
    """
    for fact in (*args.positional, *(fact for _, fact, _ in args.keywords)):
        if type(fact.value) is ModelRef:
            building = run.models[fact.value.model]
            building.weights_given = True
            if building.kind == "sequential" and building.compiled is None:
                building.gap("the model is given to code that was not read", site)


def _call_path(run: Run, dotted: str, args: Arguments, node: cst.CSTNode, site: Site) -> Fact:
    _write_through(run, dotted, args, site)
    if effects.leaves_alone(dotted):
        effects.call_back(run, args, site)
    else:
        effects.hand_over(run, args, site)
    located = keras_api.locate(dotted)
    if located is not None:
        return objects.call_keras(run, located, args, node)
    patches.by_call(run, dotted.rpartition(".")[2], args, site)
    library = python.LIBRARY.get(dotted)
    if library is not None:
        return library(run, args, site)
    made = arrays.call(run, dotted, args, site)
    if made is not None:
        return made
    tensors = [
        fact
        for fact in (*args.positional, *(fact for _, fact, _ in args.keywords))
        if objects.holds_tensor(fact)
    ]
    if tensors:
        return objects.operate_path(run, dotted, args, site)
    return unknown(site, f"the result of {dotted}()")


# Functions of NumPy that write into an argument, with its index; the third one is ``out``.
_WRITES = {
    **dict.fromkeys(("copyto", "fill_diagonal", "place", "put", "putmask"), 0),
    **dict.fromkeys(("add", "divide", "maximum", "minimum", "mod", "multiply", "subtract"), 2),
}


def _write_through(run: Run, dotted: str, args: Arguments, site: Site) -> None:
    """Forget what was known of arrays into which a function writes (``out=``), and of weights."""
    for name, fact, _ in args.keywords:
        if name == "out":
            python.change_in_place(run, fact)
    if dotted in ("random.shuffle", "numpy.random.shuffle") and args.positional:
        python.shuffle(run, args.positional[0], site)
    if dotted.startswith("numpy."):
        index = _WRITES.get(dotted[6:])
        if index is not None and len(args.positional) > index:
            python.change_in_place(run, args.positional[index])
    elif dotted == "tensorflow.train.Checkpoint":
        for fact in (*args.positional, *(fact for _, fact, _ in args.keywords)):
            if type(fact.value) is ModelRef:
                run.models[fact.value.model].weights_given = True


def _call_method(
    run: Run, receiver: Fact, name: str, args: Arguments, node: cst.CSTNode, site: Site
) -> Fact:
    value = receiver.value
    if name in ("fill", "put") and isinstance(value, Array):
        python.change_in_place(run, receiver)
        return Fact(None, site)
    made = python.method(run, receiver, name, args, site)
    if made is not None:
        return made
    if isinstance(value, Array):
        found = arrays.method(run, value, name, args, site)
        return found if found is not None else unknown(site, f"the result of .{name}()")
    if isinstance(value, (LayerRef, ModelRef, TensorRef, Object)):
        effects.call_back(run, args, site)
        if run.patched and isinstance(value, ModelRef):
            replaced = patches.method(run, f"keras.Model.{name.removeprefix('super.')}")
            if replaced is not None:
                return call(run, replaced, with_first(args, receiver), node)
        if name == "shuffle" and args.positional:  # of a generator of random numbers
            python.shuffle(run, args.positional[0], site)
        if run.exposed and name in objects.TRAINING:
            effects.fire(run, site, containers=False)
        return objects.method(run, receiver, name, args, node)
    if name not in effects.READING_METHODS:
        effects.hand_over(run, args, site)
    return unknown(site, f"the result of .{name}()")


# -- functions of the user ------------------------------------------------------------------------


def defaults(run: Run, params: cst.Parameters, frame: Frame) -> dict[str, Fact]:
    """Evaluate the default values of parameters, as Python does, where the function is defined."""
    found: dict[str, Fact] = {}
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        if param.default is not None:
            found[param.name.value] = expressions.evaluate(run, param.default, frame)
    return found


def call_function(
    run: Run,
    function: Function,
    args: Arguments,
    node: cst.CSTNode,
    self_fact: Fact | None = None,
) -> Fact:
    """Follow a call of a function of the user with these arguments."""
    site = run.site(node)
    if len(run.functions) >= MAX_DEPTH or sum(f.node is function.node for f in run.functions) >= 2:
        return unknown(site, f"{function.name}() calls itself or nests too deeply")
    if function.wraps == "contextmanager":
        given = args if self_fact is None else with_first(args, self_fact)
        return Fact(Manager(function, given, site), site)
    frame = Frame(function.frame)
    bind(run, function, args, frame, site, self_fact)
    return enter(run, function, frame, site)


def with_first(args: Arguments, fact: Fact) -> Arguments:
    return Arguments([fact, *args.positional], args.keywords, args.partial)


def enter(run: Run, function: Function, frame: Frame, site: Site | None) -> Fact:
    """Execute a function's body in a prepared frame; ``site``: the call, if there is one."""
    run.entered.add(id(function.node))
    run.functions.append(function)
    run.frames.append(frame)
    if site is not None:
        run.stack.append(site)
    open_decisions, run.open_decisions = run.open_decisions, list(run.open_decisions)
    foreign, run.foreign = run.foreign, run.foreign or function.foreign
    patched = run.patched
    if function.patches is not None:
        run.patched = {**patched, **function.patches}
    try:
        body = function.node
        if type(body) is cst.Lambda:
            return expressions.evaluate(run, body.body, frame)
        if function.owner is not None:
            frame.names["__class__"] = Fact(function.owner, function.site)
        if statements.block(run, body.body, frame) == "raise" and frame.yielded is None:
            if run.raised == ABSTRACT:
                return unknown(function.site, "a method that derived classes define")
            raise Raised(run.raised)
    finally:
        run.functions.pop()
        run.frames.pop()
        if site is not None:
            run.stack.pop()
        run.open_decisions = open_decisions
        run.foreign = foreign
        if function.patches is not None:
            run.patched = patched
    where = site if site is not None else function.site
    if frame.yielded is not None:
        return Fact(Sequence("list", frame.yielded, False, run.loops), where)
    if frame.returned is not None:
        return frame.returned
    return Fact(None, where)


def bind(
    run: Run,
    function: Function,
    args: Arguments,
    frame: Frame,
    site: Site,
    self_fact: Fact | None = None,
) -> None:
    """Bind the parameters of a function; what is not given and has no default is unknown."""
    params: cst.Parameters = function.node.params
    names = [param.name.value for param in (*params.posonly_params, *params.params)]
    positional = list(args.positional)
    if self_fact is not None:
        positional.insert(0, self_fact)
    keywords = dict(args.named())
    for name, fact in zip(names, positional):
        frame.names[name] = _through(run, fact, function)
    rest = positional[len(names) :]
    for name in [*names[len(positional) :], *(p.name.value for p in params.kwonly_params)]:
        given = keywords.pop(name, None)
        if given is not None:
            frame.names[name] = _through(run, given, function)
        elif args.partial:
            frame.names[name] = unknown(site, "passed through *args or **kwargs", name)
        elif name in function.defaults:
            frame.names[name] = function.defaults[name]
        else:
            frame.names[name] = unknown(function.site, f"the parameter {name!r}", name)
    if type(params.star_arg) is cst.Param:
        star = Sequence("tuple", rest, not args.partial, run.loops)
        frame.names[params.star_arg.name.value] = Fact(star, site)
    if params.star_kwarg is not None:
        for name in names:
            keywords.pop(name, None)
        entries: dict[str | int, Fact] = {}
        entries.update(keywords)
        mapping = Mapping(entries, not args.partial, run.loops)
        frame.names[params.star_kwarg.name.value] = Fact(mapping, site)


def _through(run: Run, fact: Fact, function: Function) -> Fact:
    """The same fact, having crossed a parameter."""
    if isinstance(fact.value, python.PLAIN):
        return Fact(fact.value, fact.site, (*fact.via, function.site))
    return fact


# -- classes of the user --------------------------------------------------------------------------


def find_member(cls: Class, name: str, depth: int = 0) -> tuple[Class, Fact] | None:
    """Look up a name in a class and its bases of the file, in order."""
    fact = cls.frame.names.get(name)
    if fact is not None:
        return cls, fact
    if depth > 16:
        return None
    for base in cls.bases:
        if isinstance(base.value, Class):
            found = find_member(base.value, name, depth + 1)
            if found is not None:
                return found
    return None


def _open_bases(cls: Class, depth: int = 0) -> bool:
    """Whether a class has a base that the reader does not know."""
    if depth > 16:
        return True
    for base in cls.bases:
        if isinstance(base.value, Class):
            if _open_bases(base.value, depth + 1):
                return True
        elif not (isinstance(base.value, Builtin) and base.value.name == "object"):
            return True
    return False


def member(run: Run, base: Fact, name: str, node: cst.CSTNode) -> Fact:
    """The attribute of an instance, a class or ``super()``."""
    site = run.site(node)
    value = base.value
    if isinstance(value, Class):
        found = find_member(value, name)
        if found is None:
            return unknown(site, f"{value.name}.{name} is not defined in this file")
        fact = found[1]
        if isinstance(fact.value, Function) and fact.value.wraps == "classmethod":
            return Fact(Partial(fact, (base,), ()), site)
        return fact
    if isinstance(value, Super):
        return _super_member(run, value, name, site)
    assert isinstance(value, Instance)
    attribute = value.attributes.get(name)
    if attribute is not None:
        return attribute
    found = find_member(value.cls, name)
    if found is not None:
        fact = found[1]
        if isinstance(fact.value, Function):
            if fact.value.wraps == "property":
                return call_function(run, fact.value, Arguments([], []), node, base)
            if fact.value.wraps == "staticmethod":
                return fact
            return Fact(Partial(fact, (base,), ()), site)
        return fact
    if value.model is not None:
        model = Fact(ModelRef(value.model), base.site)
        own = objects.attribute(run, model, name, site)
        return own if own is not None else Fact(Bound(model, name), site)
    if value.layer is not None:
        layer = Fact(LayerRef(value.layer), base.site)
        own = objects.attribute(run, layer, name, site)
        return own if own is not None else Fact(Bound(layer, name), site)
    return unknown(site, f"the attribute {name!r} is set somewhere else", f"self.{name}")


def super_of(run: Run, node: cst.Call, frame: Frame) -> Fact:
    """``super()`` or ``super(Class, self)`` inside a method."""
    site = run.site(node)
    owner = frame.lookup("__class__")
    if owner is None or not run.functions:
        return unknown(site, "super() outside a method")
    params = run.functions[-1].node.params
    first = (*params.posonly_params, *params.params)
    instance = frame.lookup(first[0].name.value) if first else None
    if instance is None or not isinstance(owner.value, Class):
        return unknown(site, "super() outside a method")
    return Fact(Super(instance, owner.value), site)


def _super_member(run: Run, value: Super, name: str, site: Site) -> Fact:
    for base in value.owner.bases:
        if isinstance(base.value, Class):
            found = find_member(base.value, name)
            if found is not None:
                return Fact(Partial(found[1], (value.instance,), ()), site)
    instance = value.instance.value
    if isinstance(instance, Instance):
        if instance.model is not None:
            return Fact(Bound(Fact(ModelRef(instance.model)), f"super.{name}"), site)
        if instance.layer is not None:
            return Fact(Bound(Fact(LayerRef(instance.layer)), f"super.{name}"), site)
    read = value.owner.keras is not None or not _open_bases(value.owner)
    return (
        Fact(Builtin("object"), site) if name == "__init__" and read else unknown(site, "super()")
    )


def instantiate(run: Run, cls: Class, args: Arguments, node: cst.CSTNode) -> Fact:
    """An object of a user's class, its ``__init__`` followed."""
    site = run.site(node)
    instance = Instance(cls, site=site)
    fact = Fact(instance, site)
    run.entered.add(id(cls.node))
    objects.prepare_instance(run, instance, args, site)
    found = find_member(cls, "__init__")
    if found is not None and isinstance(found[1].value, Function):
        call_function(run, found[1].value, args, node, fact)
    elif instance.model is not None:
        objects.initialise_model(run, instance.model, args, site)
    call_member(run, fact, "__post_init__", Arguments([], []), node)
    instance.open = _open_bases(cls)
    if found is None and instance.open and cls.keras is None:
        effects.hand_over(run, args, site)  # to the __init__ of a base that was not read
    return fact


def _call_instance(
    run: Run, callee: Fact, value: Instance, args: Arguments, node: cst.CSTNode
) -> Fact:
    site = run.site(node)
    if value.model is not None or value.layer is not None:
        return objects.apply_instance(run, callee, value, args, node)
    found = find_member(value.cls, "__call__")
    if found is not None and isinstance(found[1].value, Function):
        return call_function(run, found[1].value, args, node, callee)
    effects.hand_over(run, args, site)
    return unknown(site, f"calling a {value.cls.name}")


def call_member(
    run: Run, instance: Fact, name: str, args: Arguments, node: cst.CSTNode
) -> Fact | None:
    """Call a method that the user's class itself defines; None when it does not."""
    value = instance.value
    if not isinstance(value, Instance):
        return None
    found = find_member(value.cls, name)
    if found is None or not isinstance(found[1].value, Function):
        return None
    return call_function(run, found[1].value, args, node, instance)


def call_unasked(run: Run, function: Function, self_fact: Fact | None = None) -> Fact:
    """Read a function that nobody in the file calls, its parameters unknown.

    Defaults that choose between ways (None, True, False) count as unknown, so that both ways are
    read; other defaults are what a caller gets who gives nothing.
    """
    frame = Frame(function.frame)
    params: Any = function.node.params
    names = [*params.posonly_params, *params.params, *params.kwonly_params]
    for index, param in enumerate(names):
        name = param.name.value
        if index == 0 and self_fact is not None:
            frame.names[name] = self_fact
            continue
        default = function.defaults.get(name)
        if default is not None and not (
            function.registered
            or default.value is None
            or isinstance(default.value, (bool, Unknown))
        ):
            frame.names[name] = default
        else:
            frame.names[name] = unknown(run.site(param), f"the parameter {name!r}", name)
    if type(params.star_arg) is cst.Param:
        name = params.star_arg.name.value
        frame.names[name] = Fact(Sequence("tuple", [], False), function.site)
    if params.star_kwarg is not None:
        frame.names[params.star_kwarg.name.value] = Fact(Mapping({}, False), function.site)
    try:
        return enter(run, function, frame, None)
    except Raised:
        return unknown(function.site, f"{function.name}() raises an exception")
