"""Calls: functions and classes of the user, and the dispatch to those of Keras and Python."""

from __future__ import annotations

from typing import Any

from kerlint import keras_api
from kerlint.program.data import ANSWERS, Array
from kerlint.program.values import (
    FRACTION,
    Fact,
    Forecast,
    LayerRef,
    ModelRef,
    Object,
    Site,
    Tape,
    TensorRef,
    Unknown,
)
from kerlint.reading.interpreter import (
    effects,
    expressions,
    graphs,
    havoc,
    mutation,
    patches,
    statements,
)
from kerlint.reading.interpreter.classes import find_member, lineage, open_bases
from kerlint.reading.interpreter.conversion import PLAIN
from kerlint.reading.interpreter.escapes import hand_on, hand_on_arguments, hand_over_functions
from kerlint.reading.interpreter.guards import guard_of_definition
from kerlint.reading.interpreter.state import ABSTRACT, MAX_CROSSED, MAX_DEPTH, Raised, State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    BoundMethod,
    Builtin,
    Class,
    DictValue,
    Function,
    Instance,
    ListValue,
    Manager,
    Partial,
    QualifiedName,
    Scope,
    Super,
    TupleType,
    unknown,
)
from kerlint.reading.library import (
    arrays,
    builtins,
    keras_objects,
    loops,
    methods,
    records,
    standard_library,
)
from kerlint.reading.library.models import holds_tensor
from kerlint.reading.syntax import tree as syntax

# Methods that only models of Keras ever had: a ``model`` that comes from elsewhere is one.
_ONLY_KERAS = frozenset(
    {"evaluate_generator", "fit_generator", "predict_classes", "predict_generator"}
)


# Methods of IPython that run code in the namespace of the notebook.
_RUNNING = frozenset({"ex", "magic", "run_cell", "run_cell_magic", "run_line_magic"})


def call(state: State, callee: Fact, args: Arguments, node: syntax.Node) -> Fact:
    """The result of calling a value."""
    state.steps += 1
    site = state.site(node)
    value: AbstractValue = callee.value
    kind = type(value)
    # The commonest first, and by their very types: this is asked at every call.
    if kind is QualifiedName:
        return _call_path(state, value.dotted, args, node, site, bool(value.alias))
    if kind is BoundMethod:
        return _call_method(state, value.receiver, value.name, args, node, site)
    if kind is Unknown:
        return _call_unknown(state, value, args, site)
    if kind is Function:
        return call_function(state, value, args, node)
    if kind is Class:
        return instantiate(state, value, args, node)
    if kind is TupleType:
        return records.make_tuple(state, value, args, site)
    if kind is Builtin:
        if value.name != "map":  # which is followed
            effects.call_back(state, args, site)
        return builtins.FUNCTIONS[value.name](state, args, site)
    if kind is Partial:
        merged = Arguments(
            [*value.positional, *args.positional],
            [
                *(k for k in value.keywords if all(k[0] != name for name, _, _ in args.keywords)),
                *args.keywords,
            ],
            args.partial,
        )
        return call(state, value.callee, merged, node)
    if kind is LayerRef or kind is ModelRef:
        return keras_objects.apply(state, callee, args, site)
    if kind is Instance:
        return _call_instance(state, callee, value, args, node)
    if kind is Object:
        return keras_objects.call_object(state, value, args, site)
    return _call_unknown(state, Unknown("a call kerlint cannot follow", site), args, site)


def _call_unknown(state: State, value: Unknown, args: Arguments, site: Site) -> Fact:
    _hand_over(state, args, site)
    node = state.sites.node(site)
    method = ""
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
        method = node.func.attr.value
    if method in _CHANGING:
        _note_change_of_layers(state, method, args, node, site)
    patches.by_call(state, method or value.symbol, args, site)
    if method in _RUNNING and value.symbol.startswith("get_ipython"):
        builtins.execute_text(state, Arguments([], []), site)
    hand_on_arguments(state, value.symbol, args)
    hand_over_functions(state, value.symbol, args)
    result = _unknown_result(state, value, args, site)
    # Only now: the result comes from what was given, as it was.
    if effects.reads_only(value, method):
        effects.call_back(state, args, site)
        if method == "shuffle" and args.positional:  # of a generator of random numbers
            mutation.shuffle(state, args.positional[0], site)
    else:
        effects.hand_over(state, args, site)
        mutation.frames_given(state, args)
    return result


def _unknown_result(state: State, value: Unknown, args: Arguments, site: Site) -> Fact:
    owner, _, name = value.symbol.rpartition(".")
    if name in _ONLY_KERAS and "model" in owner.rpartition(".")[2].lower():
        canonical = f"keras.Model.{name}"
        keras_objects.record(state, canonical, canonical, args, site)
    if name in ("error", "exit") and value.reason.endswith("argparse.ArgumentParser()"):
        raise Raised(SystemExit)
    expr = f"{value.symbol}()" if value.symbol else ""
    if value.reason.startswith(keras_objects.KERAS_2) and any(map(holds_tensor, args.facts())):
        keras_objects.note_tensor_function(state, value.reason[len("the result of ") :], args, site)
    if any(type(fact.value) is TensorRef for fact in args.positional):
        return keras_objects.opaque(state, expr or "unknown", args, site)
    if name in ("map", "replace") and args.positional:
        # ``table["answer"].map({"yes": 1, "no": 0})``: labels, wherever the table is from.
        mapping = args.positional[0].value
        if type(mapping) is DictValue and mapping.complete and mapping.entries:
            if all(fact.value in (0, 1) for fact in mapping.entries.values()):
                return Fact(Array(origin=ANSWERS, site=site), site)
    return unknown(site, value.reason.removeprefix(FRACTION), expr and expr[:80])


_CHANGING = frozenset({"append", "insert", "pop", "remove"})


def _note_change_of_layers(
    state: State, method: str, args: Arguments, node: syntax.Node, site: Site
) -> None:
    """``model.layers.pop()``, which changes a copy of the list."""
    if not isinstance(node, syntax.Call) or not isinstance(node.func, syntax.Attribute):
        return
    layers = node.func.value
    scope = state.scopes[-1] if state.scopes else state.module
    if not isinstance(layers, syntax.Attribute) or layers.attr.value != "layers" or scope is None:
        return
    if isinstance(
        layers.value, (syntax.Attribute, syntax.Name)
    ):  # to evaluate it again builds nothing
        owner = expressions.evaluate(state, layers.value, scope)
        keras_objects.method_of_layers(state, owner, method, args, site)


def _hand_over(state: State, args: Arguments, site: Site) -> None:
    """Code that was not read gets hold of a stack of layers that is not compiled yet.

    It may add some. Libraries are not taken to: they look at models, or make their own.
    """
    for fact in args.facts() if state.models else ():
        if type(fact.value) is ModelRef:
            building = state.models[fact.value.model]
            building.weights_given = True
            building.handed_on = True
            if building.kind == "sequential" and building.compiled is None:
                building.gap("the model is passed to code that kerlint could not read", site)


def _call_path(
    state: State, dotted: str, args: Arguments, node: syntax.Node, site: Site, aliased: bool
) -> Fact:
    state.doubts += dotted not in builtins.EXITS  # which raise for certain
    _write_through(state, dotted, args, site)
    result = _path_result(state, dotted, args, node, site, aliased)
    # Only now: the result comes from what was given, as it was.
    if effects.leaves_alone(dotted):
        effects.call_back(state, args, site)
    else:
        effects.hand_over(state, args, site)
        mutation.frames_given(state, args)
    return result


def _path_result(
    state: State, dotted: str, args: Arguments, node: syntax.Node, site: Site, aliased: bool
) -> Fact:
    located = keras_api.locate(dotted)
    if located is not None:
        if dotted.endswith("save_model") or ".wrappers." in dotted:
            hand_on_arguments(state, dotted, args)
            hand_over_functions(state, dotted, args)
        return keras_objects.call_keras(state, located, args, node, aliased=aliased)
    hand_on_arguments(state, dotted, args)
    hand_over_functions(state, dotted, args)
    if args.positional:
        patches.by_call(state, dotted.rpartition(".")[2], args, site)
    if dotted == "tensorflow.Variable" and state.functions:
        graphs.note_variable(state, args, node)
    if dotted in keras_objects.SHUFFLING:
        keras_objects.note_shuffled(state, dotted, args, node)
    library = standard_library.LIBRARY.get(dotted)
    if library is not None:
        return library(state, args, site)
    if dotted in keras_objects.ELEMENTWISE and len(args.positional) > 1:
        keras_objects.note_stretched(state, args.positional[0], args.positional[1], site)
    if dotted in keras_objects.JUDGING:
        keras_objects.note_judged(state, dotted, args, site)
    elif dotted in keras_objects.SPLITTING:
        keras_objects.record(state, keras_objects.SPLIT, dotted, args, site)
    if args.positional and args.positional[0].value.__class__ is Forecast:
        given = loops.passed_on(dotted, args, site)
        if given is not None:
            return given
    made = arrays.call(state, dotted, args, site)
    if made is not None:
        if dotted in keras_objects.RESHAPING and args.positional:
            keras_objects.note_reshaped(state, args.positional[0].value, made.value, site)
        return made
    for fact in args.facts():
        if holds_tensor(fact):
            if dotted.startswith("tensorflow."):
                keras_objects.note_tensor_function(state, dotted, args, site)
            return keras_objects.operate_path(state, dotted, args, site)
    return unknown(site, f"the result of {dotted}()")


# Functions of NumPy that write into an argument, with its index; the third one is ``out``.
_WRITES = {
    **dict.fromkeys(("copyto", "fill_diagonal", "place", "put", "putmask"), 0),
    **dict.fromkeys(("add", "divide", "maximum", "minimum", "mod", "multiply", "subtract"), 2),
    **dict.fromkeys(("around", "round"), 2),
}


def _write_through(state: State, dotted: str, args: Arguments, site: Site) -> None:
    """Forget what was known of arrays into which a function writes (``out=``), and of weights."""
    for name, fact, _ in args.keywords:
        if name == "out":
            mutation.change_in_place(state, fact)
    if dotted in ("random.shuffle", "numpy.random.shuffle") and args.positional:
        mutation.shuffle(state, args.positional[0], site)
    if dotted.startswith("numpy."):
        index = _WRITES.get(dotted[6:])
        if index is not None and len(args.positional) > index:
            mutation.change_in_place(state, args.positional[index])
    elif dotted == "tensorflow.train.Checkpoint":
        for fact in args.facts():
            if type(fact.value) is ModelRef:
                state.models[fact.value.model].weights_given = True


def _call_method(
    state: State, receiver: Fact, name: str, args: Arguments, node: syntax.Node, site: Site
) -> Fact:
    value = receiver.value
    if isinstance(value, Builtin) and name == "__setattr__" and len(args.positional) == 3:
        owner, word = args.positional[0].value, args.positional[1].value
        if isinstance(owner, Instance) and isinstance(word, str):  # object.__setattr__(self, ...)
            owner.attributes[word] = args.positional[2]
            return Fact(None, site)
    if name in ("fill", "put") and isinstance(value, Array):
        mutation.change_in_place(state, receiver)
        return Fact(None, site)
    if value.__class__ is Tape:
        return loops.method_of_tape(state, value, name, args, node)
    if name in _CHANGING:
        _note_change_of_layers(state, name, args, node, site)
    made = methods.method(state, receiver, name, args, site)
    if made is not None:
        return made
    if value is None and state.compiles:
        keras_objects.method_of_none(state, receiver, name, args, site)
    if isinstance(value, Array):
        changed = arrays.in_place(state, value, name, args, site)
        if changed is not None:
            mutation.replaced(state, value, changed)
            if name != "pop":
                return Fact(None, site)
        if name == "argmax":
            keras_objects.note_judged(state, "numpy.argmax", with_first(args, receiver), site)
        found = arrays.method(state, value, name, args, site)
        if name == "reshape" and found is not None:
            keras_objects.note_reshaped(state, value, found.value, site)
        return found if found is not None else unknown(site, f"the result of .{name}()")
    if isinstance(value, (LayerRef, ModelRef, TensorRef, Object)):
        effects.call_back(state, args, site)
        if state.patched and isinstance(value, ModelRef):
            own = "Sequential" if state.models[value.model].kind == "sequential" else "Model"
            replaced = patches.method(state, f"keras.{own}.{name.removeprefix('super.')}")
            if replaced is not None:
                return call(state, replaced, with_first(args, receiver), node)
        if name == "shuffle" and args.positional:  # of a generator of random numbers
            mutation.shuffle(state, args.positional[0], site)
        if state.exposed and name in keras_objects.TRAINING:
            effects.fire(state, site, containers=False)
        return keras_objects.method(state, receiver, name, args, node)
    if name not in effects.READING_METHODS:
        effects.hand_over(state, args, site)
        mutation.frames_given(state, args)
    return unknown(site, f"the result of .{name}()")


# -- functions of the user ------------------------------------------------------------------------


def defaults(state: State, params: syntax.Parameters, scope: Scope) -> dict[str, Fact]:
    """Evaluate the default values of parameters, as Python does, where the function is defined."""
    found: dict[str, Fact] = {}
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        if param.default is not None:
            found[param.name.value] = expressions.evaluate(state, param.default, scope)
    return found


def call_function(
    state: State,
    function: Function,
    args: Arguments,
    node: syntax.Node,
    self_fact: Fact | None = None,
) -> Fact:
    """Follow a call of a function of the user with these arguments."""
    site = state.site(node)
    if function.owner is not None and function.name == "adapt":
        keras_objects.record(state, "adapt", "adapt", Arguments([], []), site)
    if function.opaque:
        return _call_unknown(state, Unknown(_CHANGED, site, function.name), args, site)
    if len(state.functions) >= MAX_DEPTH or _is_nested(state, function, args):
        havoc.havoc_call(state, Fact(function, site), args)
        return unknown(site, f"{function.name}() calls itself or nests too deeply")
    if function.wraps == "contextmanager":
        given = args if self_fact is None else with_first(args, self_fact)
        return Fact(Manager(function, given, site), site)
    scope = Scope(function.scope)
    bind(state, function, args, scope, site, self_fact)
    return enter(state, function, scope, site)


_CHANGED = "changed by a decorator that kerlint could not read"


def _is_nested(state: State, function: Function, args: Arguments) -> bool:
    """Whether a function calls itself: it is followed twice, or as far as it goes with numbers."""
    times = sum(f.node is function.node for f in state.functions)
    return times >= 2 and not all(isinstance(fact.value, (int, str)) for fact in args.positional)


def with_first(args: Arguments, fact: Fact) -> Arguments:
    return Arguments([fact, *args.positional], args.keywords, args.partial)


def enter(state: State, function: Function, scope: Scope, site: Site | None) -> Fact:
    """Execute a function's body in a prepared scope; ``site``: the call, if there is one."""
    state.called.add(id(function.node))
    state.functions.append(function)
    state.scopes.append(scope)
    if site is not None:
        state.stack.append(site)
    open_decisions, state.open_decisions = state.open_decisions, list(state.open_decisions)
    scope.decided = len(open_decisions)
    in_other_module, state.in_other_module = (
        state.in_other_module,
        state.in_other_module or function.in_other_module,
    )
    cycles, signal, is_manager = len(state.cycles), "", scope.around is not None
    patched = state.patched
    if function.patches is not None:
        state.patched = {**patched, **function.patches}
    try:
        body = function.node
        if type(body) is syntax.Lambda:
            return expressions.evaluate(state, body.body, scope)
        if function.owner is not None:
            scope.names["__class__"] = Fact(function.owner, function.site)
        signal = statements.block(state, body.body, scope)
        if signal == "raise" and scope.yielded is None:
            if state.raised is ABSTRACT:
                state.doubts += 1
                return unknown(function.site, "a method that derived classes define")
            raise Raised(state.raised)
    finally:
        del state.cycles[cycles:]
        state.functions.pop()
        state.scopes.pop()
        if site is not None:
            state.stack.pop()
        state.open_decisions = open_decisions
        state.in_other_module = in_other_module
        if function.patches is not None:
            state.patched = patched
    where = site if site is not None else function.site
    if signal == "raise":
        state.doubts += 1
        return unknown(where, f"{function.name}() raises")
    if not is_manager and (scope.yielded is not None or _is_generator(state, function, scope)):
        return _generated(state, function, scope, where)
    if scope.left:
        havoc.havoc_call(state, Fact(function, where), Arguments([], []), scope)
    returned = scope.returned if scope.returned is not None else Fact(None, where)
    if returned.value is None and scope.gave_up and _returns_values(state, function):
        return unknown(where, f"{function.name}() may return something else")
    if scope.others and any(havoc.differ(returned, other) for other in scope.others):
        if isinstance(returned.value, PLAIN):
            return unknown(where, f"{function.name}() may return something else")
    return returned


def _returns_values(state: State, function: Function) -> bool:
    """Whether there is a ``return`` with something else than None in a function."""
    return havoc.effects_of(state, function.node.body).returns


def _is_generator(state: State, function: Function, scope: Scope) -> bool:
    if scope.returned is not None and scope.returned.value is not None:
        return False  # which is not worth the look
    if not function.in_other_module and state.project is not None and not state.project.yields:
        return False
    return havoc.effects_of(state, function.node.body).yields


def _generated(state: State, function: Function, scope: Scope, where: Site) -> Fact:
    """What a generator gives. Its body was run at once, but Python does it when it is asked."""
    made = scope.yielded or ListValue("iterator", [], False, state.unbounded_loops)
    made.born = state.clock
    if scope.others:
        made.complete = False
    effects = havoc.effects_of(state, function.node.body)
    if effects.outer or effects.containers or effects.attributes:
        havoc.havoc_call(state, Fact(function, where), Arguments([], []), scope)
    return Fact(made, where)


def bind(
    state: State,
    function: Function,
    args: Arguments,
    scope: Scope,
    site: Site,
    self_fact: Fact | None = None,
) -> None:
    """Bind the parameters of a function; what is not given and has no default is unknown."""
    params: syntax.Parameters = function.node.params
    names = [param.name.value for param in (*params.posonly_params, *params.params)]
    positional = list(args.positional)
    if self_fact is not None:
        positional.insert(0, self_fact)
    keywords = dict(args.named())
    if len(positional) > len(names) and params.star_arg.__class__ is not syntax.Param:
        state.doubts += 1
    for name, fact in zip(names, positional):
        scope.names[name] = _through(state, fact, function)
    rest = positional[len(names) :]
    for name in [*names[len(positional) :], *(p.name.value for p in params.kwonly_params)]:
        given = keywords.pop(name, None)
        if given is not None:
            scope.names[name] = _through(state, given, function)
        elif args.partial:
            scope.names[name] = unknown(site, "passed through *args or **kwargs", name)
        elif name in function.defaults:
            scope.names[name] = function.defaults[name]
        else:
            state.doubts += 1
            scope.names[name] = unknown(function.site, f"the parameter {name!r}", name)
    if keywords and params.star_kwarg is None:
        state.doubts += 1
    if type(params.star_arg) is syntax.Param:
        star = ListValue("tuple", rest, not args.partial, state.unbounded_loops)
        scope.names[params.star_arg.name.value] = Fact(star, site)
    if params.star_kwarg is not None:
        for param in params.params:
            keywords.pop(param.name.value, None)
        entries: dict[str | int, Fact] = {}
        entries.update(keywords)
        mapping = DictValue(entries, not args.partial, state.unbounded_loops)
        scope.names[params.star_kwarg.name.value] = Fact(mapping, site)


def _through(state: State, fact: Fact, function: Function) -> Fact:
    """The same fact, having crossed a parameter."""
    if isinstance(fact.value, PLAIN) and len(fact.copied_through) < MAX_CROSSED:
        return Fact(fact.value, fact.site, (*fact.copied_through, function.site))
    return fact


# -- classes of the user --------------------------------------------------------------------------


def member(state: State, base: Fact, name: str, node: syntax.Node) -> Fact:
    """The attribute of an instance, a class or ``super()``."""
    site = state.site(node)
    value = base.value
    if isinstance(value, Class):
        found = find_member(value, name)
        if found is None:
            return unknown(site, f"{value.name}.{name} is not defined in this file")
        fact = found[1]
        if isinstance(fact.value, Function) and fact.value.wraps == "classmethod":
            return Fact(Partial(fact, (base,), ()), site)
        if isinstance(fact.value, Function) and fact.value.wraps == "property":
            return unknown(site, f"the property {name}")
        return fact
    if isinstance(value, Super):
        return _super_member(state, value, name, site)
    assert isinstance(value, Instance)
    attribute = value.attributes.get(name)
    if attribute is not None:
        return attribute
    if name == "__class__":
        return Fact(value.cls, site)
    found = find_member(value.cls, name)
    if found is not None:
        fact = found[1]
        if isinstance(fact.value, Function):
            if fact.value.wraps == "property":
                return call_function(state, fact.value, Arguments([], []), node, base)
            if fact.value.wraps == "staticmethod":
                return fact
            if fact.value.wraps == "classmethod":
                return Fact(Partial(fact, (Fact(value.cls, site),), ()), site)
            return Fact(Partial(fact, (base,), ()), site)
        return fact
    if value.model is not None:
        model = Fact(ModelRef(value.model), base.site)
        own = keras_objects.attribute(state, model, name, site)
        return own if own is not None else Fact(BoundMethod(model, name), site)
    if value.layer is not None:
        layer = Fact(LayerRef(value.layer), base.site)
        own = keras_objects.attribute(state, layer, name, site)
        return own if own is not None else Fact(BoundMethod(layer, name), site)
    return unknown(site, f"the attribute {name!r} is set somewhere else", f"self.{name}")


def super_of(state: State, node: syntax.Call, scope: Scope) -> Fact:
    """``super()`` or ``super(Class, self)`` inside a method."""
    site = state.site(node)
    owner = scope.lookup("__class__")
    if owner is None or not state.functions:
        return unknown(site, "super() outside a method")
    params = state.functions[-1].node.params
    first = (*params.posonly_params, *params.params)
    instance = scope.lookup(first[0].name.value) if first else None
    if instance is None or not isinstance(owner.value, Class):
        return unknown(site, "super() outside a method")
    return Fact(Super(instance, owner.value), site)


def _super_member(state: State, value: Super, name: str, site: Site) -> Fact:
    owner = value.instance.value
    cls = owner.cls if isinstance(owner, Instance) else owner
    line = lineage(cls) if isinstance(cls, Class) else lineage(value.owner)
    if value.owner in line:
        for other in line[line.index(value.owner) + 1 :]:
            fact = other.scope.names.get(name) if other is not None else None
            if fact is None:
                continue
            if isinstance(fact.value, Function):
                if fact.value.wraps == "staticmethod":
                    return fact
                if fact.value.wraps == "property":
                    node = state.sites.node(site)
                    return call_function(state, fact.value, Arguments([], []), node, value.instance)
                return Fact(Partial(fact, (value.instance,), ()), site)
            return fact
    instance = value.instance.value
    if isinstance(instance, Instance):
        if instance.model is not None:
            return Fact(BoundMethod(Fact(ModelRef(instance.model)), f"super.{name}"), site)
        if instance.layer is not None:
            return Fact(BoundMethod(Fact(LayerRef(instance.layer)), f"super.{name}"), site)
    read = value.owner.keras is not None or not open_bases(value.owner)
    if not read:
        effects.forget(state, value.instance, site)  # a method of a class that was not read
    return (
        Fact(Builtin("object"), site) if name == "__init__" and read else unknown(site, "super()")
    )


def instantiate(state: State, cls: Class, args: Arguments, node: syntax.Node) -> Fact:
    """An object of a user's class, its ``__init__`` followed."""
    site = state.site(node)
    if cls.members is not None:
        return records.member_of(state, cls, args, site)
    instance = Instance(cls, site=site)
    fact = Fact(instance, site)
    if cls.aliased:
        state.sites.aliased.add(site)
    state.called.add(id(cls.node))
    keras_objects.prepare_instance(state, instance, args, site)
    open_ = open_bases(cls)
    line = lineage(cls)
    for owner in line:
        if owner is None and cls.keras is None and (args.positional or args.keywords):
            # A base that was not read does with them what it wants, as those of pydantic do.
            for other in line:
                for name, held in other.scope.names.items() if other is not None else ():
                    if isinstance(held.value, PLAIN):
                        instance.attributes.setdefault(
                            name,
                            unknown(site, "passed to a class that kerlint could not read", name),
                        )
        init = owner.scope.names.get("__init__") if owner is not None else None
        if init is not None:
            if isinstance(init.value, Function):
                call_function(state, init.value, args, node, fact)
            else:
                open_ = True
            break
        if owner is not None and owner.fields is not None:
            records.fill(state, owner, fact, args, node)
            break
    else:
        state.doubts += bool(args.positional or args.keywords)
        if instance.model is not None:
            keras_objects.initialise_model(state, instance.model, args, site)
    made = find_member(cls, "__new__")
    if made is not None:
        return unknown(site, f"what {cls.name}.__new__() makes")
    instance.open = instance.open or open_
    if instance.open and cls.keras is None and find_member(cls, "__init__") is None:
        effects.hand_over(state, args, site)  # to the __init__ of a base that was not read
    return fact


def _call_instance(
    state: State, callee: Fact, value: Instance, args: Arguments, node: syntax.Node
) -> Fact:
    site = state.site(node)
    if value.model is not None or value.layer is not None:
        return keras_objects.apply_instance(state, callee, value, args, node)
    found = find_member(value.cls, "__call__")
    if found is not None and isinstance(found[1].value, Function):
        return call_function(state, found[1].value, args, node, callee)
    effects.hand_over(state, args, site)
    return unknown(site, f"calling a {value.cls.name}")


def call_member(
    state: State, instance: Fact, name: str, args: Arguments, node: syntax.Node
) -> Fact | None:
    """Call a method that the user's class itself defines; None when it does not."""
    value = instance.value
    if not isinstance(value, Instance):
        return None
    found = find_member(value.cls, name)
    if found is None or not isinstance(found[1].value, Function):
        return None
    return call_function(state, found[1].value, args, node, instance)


def _is_assumed(state: State, function: Function, param: syntax.Param, default: Fact) -> bool:
    """Whether a function is read with the default of a parameter."""
    name, value = param.name.value, default.value
    if function.registered:
        return False  # it may be called with anything
    if value is None or isinstance(value, (bool, Unknown)):
        if not isinstance(value, Unknown):
            state.default_arms[name] = bool(value)
            state.default_arms[f"{name} is None"] = value is None
            state.default_arms[f"{name} == None"] = value is None
        return False
    handed = state.handed.get(id(function.node))
    if handed and (name in state.searched or all(name in names for names in handed)):
        return False
    key = ("default", state.site(param))
    state.defaults[key] = default.site
    return state.assumptions.get(key, True)


def analyse_uncalled(state: State, function: Function, self_fact: Fact | None = None) -> Fact:
    """Read a function that nobody in the file calls, its parameters unknown.

    Defaults that select a branch (None, True, False) count as unknown, so that both branches are
    read; other defaults are what a caller gets who gives nothing. They are assumptions, noted as
    such, unless the function is only handed over together with other values.
    """
    scope = Scope(function.scope)
    params: Any = function.node.params
    names = [*params.posonly_params, *params.params, *params.kwonly_params]
    for index, param in enumerate(names):
        name = param.name.value
        if index == 0 and self_fact is not None:
            scope.names[name] = self_fact
            continue
        default = function.defaults.get(name)
        if default is not None and _is_assumed(state, function, param, default):
            scope.names[name] = default
        else:
            scope.names[name] = unknown(state.site(param), f"the parameter {name!r}", name)
    if type(params.star_arg) is syntax.Param:
        name = params.star_arg.name.value
        scope.names[name] = Fact(ListValue("tuple", [], False), function.site)
    if params.star_kwarg is not None:
        scope.names[params.star_kwarg.name.value] = Fact(DictValue({}, False), function.site)
    before = len(state.guards)
    for node in (function.node, function.owner and function.owner.node):
        state.guards.append(guard_of_definition(state, node, function.scope))
    try:
        result = enter(state, function, scope, None)
    except Raised:
        return unknown(function.site, f"{function.name}() raises an exception")
    finally:
        del state.guards[before:]
    hand_on(state, [result] if self_fact is None else [result, self_fact])
    return result
