"""An experiment as a short script that anyone can run: Keras, TensorFlow and numpy, no kerlint."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from kerlint.diagnostics import Diagnostic
from kerlint.execute.pooling import averaging
from kerlint.execute.shrink import is_large, shrunk

HEAD = '''\
"""{title}

{evidence}
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
'''

# Every template has ``observe(model, layer, tensor)``: ``layer`` is what the claim is about and
# ``tensor`` what it gives.
TEMPLATES = {
    "bias_before_norm": """
def observe(model, layer, tensor):
    if layer.bias is None:
        return f"{layer.name} has no bias"
    x = batch(16)
    largest = {"bias": 0.0, "kernel": 0.0}
    for gradients in descend(model, x, steps=2):
        for weight, gradient in zip(model.trainable_variables, gradients):
            if any(weight is own for own in layer.trainable_variables):
                name = "bias" if weight is layer.bias else "kernel"
                found = float(tf.reduce_max(tf.abs(tf.convert_to_tensor(gradient))))
                largest[name] = max(largest[name], found)
    state = [(weight, weight.numpy()) for weight in model.non_trainable_variables]
    before = outputs(model, x, training=True)[OUTPUT].numpy()
    for weight, value in state:
        weight.assign(value)
    layer.bias.assign(np.random.default_rng(0).normal(0, 3, layer.bias.shape))
    after = outputs(model, x, training=True)[OUTPUT].numpy()
    return (
        f"largest gradient of the bias {largest['bias']:.2g}, of the kernel "
        f"{largest['kernel']:.2g}; another bias moves the output by "
        f"{abs(after - before).mean() / before.std():.2g} of its spread"
    )
""",
    "constant_output": """
def observe(model, layer, tensor):
    x = batch(256)
    part = keras.Model(model.inputs, tensor)
    first = np.asarray(part(x if len(x) > 1 else x[0]))
    descend(model, [each[:32] for each in x], steps=20)
    later = np.asarray(part(x if len(x) > 1 else x[0]))
    return f"standard deviation {first.std(axis=0).max():.2g}, {later.std(axis=0).max():.2g} later"
""",
    "gradient_depth": """
def observe(model, layer, tensor):
    layers = list(dict.fromkeys(way(model.outputs[OUTPUT], {})))
    start = layers.index(layer) if layer in layers else 0
    stop = layers.index(model.last) + 1 if model.last in layers else len(layers)
    x = batch(32)
    for steps in (0, 2):
        descend(model, x, steps)
        gradients = penalised(model, x)[2]
        own = {id(w): g for w, g in zip(model.trainable_variables, gradients)}
        norms = [
            float(tf.linalg.global_norm([own[id(w)] for w in kernels(each)]))
            for each in layers[start:stop]
        ]
        if all(norms):
            break
    shown = ", ".join(f"{norm:.2g}" for norm in norms)
    return f"first over last {norms[0] / norms[-1]:.2g}; gradients from first to last: {shown}"
""",
    "gradient_symmetry": """
def observe(model, layer, tensor):
    gates = {"LSTM": 4, "GRU": 3}.get(type(layer).__name__, 1)
    kernel = layer.trainable_variables[0]
    index = [w is kernel for w in model.trainable_variables].index(True)
    seen = descend(model, batch(32), steps=4)
    rows = []
    for gradients in seen:
        found = np.asarray(tf.convert_to_tensor(gradients[index]))
        scale = abs(found).max()
        units = found.shape[-1] // gates
        if scale > 0:
            rows.append((found / scale).reshape(-1, gates, units).transpose(2, 0, 1))
    if not rows:
        return f"every gradient of {kernel.path} is exactly 0"
    units = np.concatenate([r.reshape(len(r), -1) for r in rows], axis=1)
    different = []
    for unit in units:
        if not any(abs(unit - other).max() < 1e-4 for other in different):
            different.append(unit)
    return f"{len(different)} different gradients among {len(units)} units of {layer.name}"
""",
    "loss_at_start": """
def observe(model, layer, tensor):
    x = batch(64)
    return f"loss {float(loss(model, x, labels(model, x), training=False)):.4g} before training"
""",
    "loss_consistency": """
def observe(model, layer, tensor):
    x = batch(64)
    y = labels(model, x)
    logits = getattr(outputs(model, x, training=False)[OUTPUT], "_keras_logits", None)
    largest = 1.0 if logits is None else float(abs(logits.numpy()).max())
    if 0 < largest < 0.1:
        # So small that all losses are alike.
        kernel = [weight for weight in model.trainable_variables if len(weight.shape) > 1][-1]
        kernel.assign(kernel / largest)
    predictions = [p.numpy() for p in outputs(model, x, training=False)]
    trained = float(loss(model, x, y, training=False))
    plain = 0.0
    for own_loss, true, found in zip(model.own_losses, y, predictions):
        plain += float(tf.reduce_mean(own_loss(true, tf.constant(found))))
    return f"the loss that trains is {trained:.4g}, that of the predictions {plain:.4g}"
""",
    "output_range": """
def observe(model, layer, tensor):
    lines = []
    kernel = [weight for weight in model.trainable_variables if len(weight.shape) > 1][-1]
    for factor in (1, 100):
        kernel.assign(kernel * factor)
        found = outputs(model, batch(128), training=False)[OUTPUT].numpy()
        sums = found.sum(axis=-1)
        lines.append(f"weights times {factor} give {found.min():.3g} to {found.max():.3g}")
        lines[-1] += f", rows that sum to {sums.min():.3g} up to {sums.max():.3g}"
    return "; ".join(lines)
""",
    "output_shape": """
def observe(model, layer, tensor):
    return f"predictions of shape {tuple(model.outputs[OUTPUT].shape)}"
""",
    "unread_pixels": """
def observe(model, layer, tensor):
    # Maxima are averages in these models: the gradient of a maximum is full of holes.
    x = [tf.constant(each) for each in batch(24)]
    random = np.random.default_rng(0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = outputs(model, x, training=False)
        total = sum(tf.reduce_sum(y * random.standard_normal(y.shape)) for y in found)
    lines = []
    for each, gradient in zip(x, tape.gradient(total, x)):
        if gradient is not None and len(each.shape) > 2:
            first = getattr(layer, "data_format", "") == "channels_first"
            unread = (gradient.numpy() == 0).all(axis=(0, 1 if first else -1))
            text = f"{unread.mean():.0%} of {unread.shape} positions have no gradient"
            if not unread.all():
                box = tuple(slice(at.min(), at.max() + 1) for at in np.nonzero(~unread))
                text += f", {unread[box].mean():.0%} of those between others that have"
            lines.append(text)
    return "; ".join(lines)
""",
    "regularization_share": """
def observe(model, layer, tensor):
    value, penalty, of_loss, of_penalty = penalised(model, batch(64))
    pulls, pulled = (float(tf.linalg.global_norm(each)) for each in (of_penalty, of_loss))
    share = pulls / (pulls + pulled)
    return f"loss {value:.4g}, penalty {penalty:.4g} with {share:.0%} of the gradient"
""",
    "superposition": """
def observe(model, layer, tensor):
    part = keras.Model(layer.input, tensor)
    random = np.random.default_rng(0)
    shape = (32, *layer.input.shape[1:])
    u, v = (random.standard_normal(shape).astype("float32") for _ in range(2))
    errors = []
    for _ in range(4):
        fu, fv, both, zero = (np.asarray(part(each)) for each in (u, v, u + v, u * 0))
        size = abs(fu - zero).mean() + abs(fv - zero).mean() or 1.0
        errors.append(abs(both - fu - fv + zero).mean() / size)
        for weight in part.trainable_weights:  # a few dead units would look affine too
            weight.assign(0.5 * random.standard_normal(weight.shape))
    return f"f(u+v) - f(u) - f(v) + f(0) is {max(errors):.2g} of f"
""",
    "train_eval_mode": """
def observe(model, layer, tensor):
    x = batch(128)
    y = labels(model, x)[OUTPUT]
    norms = [n for n in model.layers if isinstance(n, keras.layers.BatchNormalization)]
    inner = [model.outputs[OUTPUT], *(norm.input for norm in norms)]
    part = keras.Model(model.inputs, inner)
    with_it, without = [], []
    for seen, kept in ((with_it, model.on), (without, [])):
        turn_off([each for each in model.layers if each not in kept])
        for _ in range(8):
            seen.append([np.asarray(z) for z in part(x if len(x) > 1 else x[0], training=True)])
    first, plain = with_it[0][0], without[0][0]
    losses = [float(model.own_losses[OUTPUT](y, z).numpy().mean()) for z in (first, plain)]
    share = ((first == 0) & (plain != 0)).mean()
    text = f"{share:.0%} of the outputs are 0 only with it on, loss {losses[0]:.4g} with it"
    text += f" and {losses[1]:.4g} without"
    for place, norm in enumerate(norms, 1):
        noisy, calm = (
            np.mean([z[place].reshape(-1, z[place].shape[-1]).var(axis=0).mean() for z in seen])
            for seen in (with_it, without)
        )
        text += f"; {norm.name} gets {calm / noisy:.2g} times the variance without it"
    return text
""",
    "training_trial": """
def observe(model, layer, tensor):
    return trained(model, samples=64, rate=1e-3, steps=1000)
""",
    "update_ratio": """
def observe(model, layer, tensor):
    optimizer = model.own_optimizer
    if optimizer is None:
        return "the optimizer is not known"
    weights = kernels(layer) if layer is not None else kernels(model)
    _, _, of_loss, of_penalty = penalised(model, batch(32))
    optimizer.build(model.trainable_variables)
    schedule = optimizer._learning_rate
    if callable(schedule):  # its highest rate: one that warms up starts at 0
        optimizer.iterations.assign(max((10**n for n in range(6)), key=lambda n: schedule(n)))
    before = [weight.numpy() for weight in weights]
    optimizer.apply([a + b for a, b in zip(of_loss, of_penalty)])
    found = [
        float(np.linalg.norm(weight.numpy() - old) / np.linalg.norm(old))
        for weight, old in zip(weights, before)
        if old.any()
    ]
    shown = ", ".join(f"{each:.2g}" for each in found)
    return f"one step moves kernels by {np.median(found):.2g} of their length: {shown}"
""",
    "overfit": """
def observe(model, layer, tensor):
    return trained(model, samples=16, rate=1e-2, steps=300)
""",
    "loss_sign": """
def observe(model, layer, tensor):
    return trained(model, samples=64, rate=1e-2, steps=200)
""",
    "first_batch": """
def observe(model, layer, tensor):
    x = batch(16)
    try:
        return f"loss {float(loss(model, x, labels(model, x), training=True)):.4g}"
    except Exception as error:
        return f"raises {type(error).__name__}: {str(error)[:200]}"
""",
    "labels_cut": """
def observe(model, layer, tensor):
    x = batch(64)
    classes = model.outputs[OUTPUT].shape[-1]
    whole = labels(model, x)[OUTPUT]
    found = outputs(model, x, training=False)[OUTPUT]
    lines = []
    for name, y in ("divided", whole / classes), ("all 0", whole * 0), ("whole", whole):
        value = float(tf.reduce_mean(model.own_losses[OUTPUT](y, found)))
        lines.append(f"loss {value:.4g} of labels that are {name}")
    return "; ".join(lines)
""",
    "metric_insensitivity": """
def observe(model, layer, tensor):
    x = batch(64)
    true = labels(model, x)[OUTPUT]
    lines = []
    for shift in (0.0, 1.0):
        echo = keras.Sequential([keras.Input(true.shape[1:]), keras.layers.Identity()])
        echo.compile(loss=model.own_losses[OUTPUT], metrics=model.own_metrics(), run_eagerly=True)
        found = echo.test_on_batch(true + shift, true, return_dict=True)
        shown = {name: round(float(value), 4) for name, value in found.items()}
        lines.append(f"perfect predictions plus {shift:g} score {shown}")
    return "; ".join(lines)
""",
}

# A claim about a loop that calls the model without training=True.
CALLED = """
def observe(model, layer, tensor):
    x = batch(128)
    lines = []
    for mode in (False, True):
        first, second = (outputs(model, x, training=mode)[OUTPUT].numpy() for _ in range(2))
        differ = abs(first - second).max() / first.std()
        lines.append(f"two passes with training={mode} differ by {differ:.2g} of the spread")
    return "; ".join(lines)
"""

COMMON = '''


def outputs(model, x, training):
    found = model(x if len(x) > 1 else x[0], training=training)
    return list(found) if isinstance(found, (list, tuple)) else [found]


def loss(model, x, y, training):
    found = outputs(model, x, training)
    return sum(tf.reduce_mean(l(t, p)) for l, t, p in zip(model.own_losses, y, found))


def descend(model, x, steps):
    """Steps downhill of the same length each; returns the gradients of each."""
    weights = [weight.value for weight in model.trainable_variables]
    y, seen = labels(model, x), []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss(model, x, y, training=True)
        gradients = tape.gradient(value, weights, unconnected_gradients="zero")
        seen.append(gradients)
        length = float(tf.linalg.global_norm(gradients))
        for weight, gradient in zip(weights, gradients):
            weight.assign_sub(0.1 / max(length, 1e-30) * tf.convert_to_tensor(gradient))
    return seen


def kernels(layer):
    return [weight for weight in layer.trainable_variables if len(weight.shape) > 1]


def way(tensor, known):
    """The layers with kernels on the way to a tensor that has most of them."""
    layer, node, _ = tensor._keras_history
    if id(tensor) not in known:
        before = [way(each, known) for each in layer._inbound_nodes[node].input_tensors]
        own = [layer] if getattr(layer, "trainable_variables", None) and kernels(layer) else []
        known[id(tensor)] = [*max(before, key=len, default=[]), *own]
    return known[id(tensor)]


def turn_off(layers):
    """Turn off what drops or adds noise."""
    for layer in layers:
        for each in layer._flatten_layers():
            for name in ("rate", "stddev", "dropout", "recurrent_dropout"):
                plain = not isinstance(getattr(type(each), name, None), property)
                if plain and isinstance(getattr(each, name, None), float):
                    setattr(each, name, 0.0)


def penalised(model, x):
    """Loss and penalty of regularisers, and the gradient of each."""
    weights = [weight.value for weight in model.trainable_variables]
    y = labels(model, x)
    with tf.GradientTape(persistent=True) as tape:
        value = loss(model, x, y, training=True)
        penalty = tf.add_n([tf.constant(0.0), *model.losses])
    gradients = [
        [
            tf.convert_to_tensor(gradient)
            for gradient in tape.gradient(each, weights, unconnected_gradients="zero")
        ]
        for each in (value, penalty)
    ]
    return [float(value), float(penalty), *gradients]


def trained(model, samples, rate, steps):
    x = batch(samples)
    y = labels(model, x)
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(model.trainable_variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss(model, x, y, training=False)
        optimizer.apply(tape.gradient(value, [w.value for w in model.trainable_variables]))
        return value

    first = float(step())
    for _ in range(steps):
        last = float(step())
    return f"loss {first:.4g} to {last:.4g} in {steps} steps"


def teacher(x, shape):
    """Numbers that are a linear function of the inputs."""
    flat = np.concatenate([each.reshape(len(each), -1)[:, :256] for each in x], axis=1)
    flat = (flat - flat.mean(0)) / (flat.std(0) + 1e-9)
    kernel = np.random.default_rng(1).standard_normal((flat.shape[1], int(np.prod(shape))))
    return (flat @ kernel / np.sqrt(flat.shape[1])).reshape(len(flat), *shape)
'''

MAIN = """

for name, build in BUILDERS.items():
    keras.utils.set_random_seed(0)
    print(f"{name}: {observe(*build())}")
"""

CALL = '''\
"""{title}

{evidence}
"""

import inspect
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras

found = keras
for part in {parts!r}:
    found = getattr(found, part, None)
print("keras", keras.__version__, {callee!r}, "is there" if found is not None else "is not there")
for name in {names!r}:
    if found is None:
        break
    if not inspect.isclass(found):
        print(name, "is taken" if name in inspect.signature(found).parameters else "is not taken")
        continue
    try:
        found(**{{**{needed!r}, name: {value!r}}})
        print(f"{{name}}= is taken")
    except Exception as error:
        print(f"{{name}}= raises {{type(error).__name__}}: {{error}}")
'''


def script(finding: Diagnostic, job_text: str, experiment: str = "") -> str:
    """The script for one finding and its job, on the experiment that decided or else the first."""
    job = json.loads(job_text)
    title = f"{finding.code} {finding.name}: {finding.message}"
    evidence = f"{finding.verdict}: {finding.evidence}" if finding.verdict else "not tried"
    title, evidence = (text.replace("\\", "/").replace('"""', "'''") for text in (title, evidence))
    if "call" in job:
        return _call(job["call"], title, evidence)
    experiment = experiment or job["experiments"][0]
    claim = job["claim"]
    builders = {"as written": ("as_written", job["baseline"])}
    if job["twin"] is not None:
        builders["repaired"] = ("repaired", job["twin"])
    level = 2 if is_large(job["baseline"]) else 0
    template = CALLED if experiment == "call_mode" else TEMPLATES[experiment]
    added = set(job["twin"]["layers"]) - set(job["baseline"]["layers"]) if job["twin"] else set()
    pieces = [HEAD.format(title=title, evidence=evidence)]
    for function, description in builders.values():
        smaller = shrunk(description, level) if level else description
        if experiment == "unread_pixels":
            smaller = averaging(smaller)
        lines = _builder(function, smaller, claim, experiment, added)
        pieces.append("\n\n" + "\n".join(lines) + "\n")
    baseline = shrunk(job["baseline"], level) if level else job["baseline"]
    pieces.append("\n\n" + "\n".join(_batch(baseline)) + "\n")
    pieces.append("\n\n" + "\n".join(_labels(baseline, experiment)) + "\n")
    pieces.append(_common(template))
    pieces.append(f"\n\n\nOUTPUT = {claim['output']}\n")
    pieces.append("\n" + template)
    chosen = ", ".join(f'"{name}": {function}' for name, (function, _) in builders.items())
    pieces.append(MAIN.replace("BUILDERS", f"{{{chosen}}}"))
    return "".join(pieces)


def _common(template: str) -> str:
    """Those of the common functions that a template calls, and what they call themselves."""
    found = {each.partition("(")[0]: each for each in COMMON.split("\n\n\ndef ")[1:]}
    wanted = {"teacher"}
    waiting = [template]
    while waiting:
        text = waiting.pop()
        for name in found:
            if f"{name}(" in text and name not in wanted:
                wanted.add(name)
                waiting.append(found[name])
    return "".join(f"\n\n\ndef {text.rstrip()}" for name, text in found.items() if name in wanted)


def _builder(
    function: str,
    description: dict[str, Any],
    claim: dict[str, Any],
    experiment: str,
    added: Collection[str],
) -> Iterator[str]:
    """The function that builds a model, one line for each layer."""
    yield f"def {function}():"
    for note in description.get("notes", ()):
        yield f"    # {note}"
    names = {}
    for index, size in enumerate(description["inputs"]):
        kind = "int32" if size.get("kind") == "tokens" else "float32"
        yield f"    in{index} = keras.Input({tuple(size['shape'])!r}, dtype={kind!r})"
    for key in _in_order(description):
        said = description["layers"][key]
        if "operation" in said or any(_stands_in(n, key) for n in description["nodes"]):
            continue
        names[key] = f"layer{key}"
        yield f"    layer{key} = {_made(said)}"
    shown: dict[str, str] = {}
    for node in description["nodes"]:
        given = [_variable(name) for name in node["inputs"]]
        key = str(node["layer"])
        said = description["layers"][key]
        if "operation" in said:
            values = iter(given)
            slots = [_slot(slot, values) for slot in said["operation"]]
            args = [*slots, *(f"{k}={_code(v)}" for k, v in said.get("args", {}).items())]
            yield f"    {node['output']} = {said['class']}({', '.join(args)})"
        elif node.get("stand_in"):
            yield "    # a small stand-in for a ready-made model"
            shape = tuple(node["stand_in"])
            width = 1
            for size in shape:
                width *= size
            yield f"    x = keras.layers.Dense({width}, activation='relu')("
            yield f"        keras.layers.Flatten()({given[0]}))"
            yield f"    {node['output']} = keras.layers.Reshape({shape!r})(x)"
        else:
            yield f"    {node['output']} = {_applied(names[key], said, node, given)}"
        shown[key] = node["output"]
        inner = said.get("wrapped")
        if inner is not None:
            shown[str(inner)] = node["output"]
    ends = [_variable(name) for name in description["outputs"]]
    inputs = [f"in{index}" for index in range(len(description["inputs"]))]
    yield f"    model = keras.Model([{', '.join(inputs)}], [{', '.join(ends)}])"
    yield f"    model.own_losses = [{', '.join(_loss(each) for each in description['losses'])}]"
    metrics = [_metric(m) for m in description["metrics"][claim["output"]] if m is not None]
    if experiment == "metric_insensitivity":
        yield f"    model.own_metrics = lambda: [{', '.join(metrics)}]"
    own = claim["layer"] if claim["layer"] in names else None
    if experiment == "update_ratio":
        said = description.get("optimizer")
        yield f"    model.own_optimizer = {_code(said) if said is not None else None}"
    if experiment == "gradient_depth":
        end = claim["facts"].get("last")
        last = None if end is None else names.get(str(int(end)))
        yield f"    model.last = {last}"
    if experiment == "train_eval_mode":
        keys = names if claim["layer"] is None else (claim["layer"], *added)
        on = [names[key] for key in keys if key in names]
        yield f"    model.on = [{', '.join(on)}]"
    tensor = shown.get(claim["layer"] or "", ends[claim["output"]])
    if experiment == "superposition":
        last = str(int(claim["facts"]["last"]))
        before = [n for n in description["nodes"] if str(n["layer"]) == last]
        tensor = _variable(before[0]["inputs"][0])
    yield f"    return model, {names[own] if own else None}, {tensor}"


def _stands_in(node: dict[str, Any], key: str) -> bool:
    return str(node["layer"]) == key and bool(node.get("stand_in"))


def _in_order(description: dict[str, Any]) -> Iterator[str]:
    """The keys of the layers, those first that others wrap or are given."""
    done: set[str] = set()

    def visit(key: str) -> Iterator[str]:
        if key in done:
            return
        done.add(key)
        said = description["layers"][key]
        if said.get("wrapped") is not None:
            yield from visit(str(said["wrapped"]))
        for value in said.get("args", {}).values():
            if isinstance(value, dict) and "layer" in value:
                yield from visit(str(value["layer"]))
        yield key

    for key in description["layers"]:
        yield from visit(key)


def _made(said: dict[str, Any]) -> str:
    args = [f"{name}={_code(value)}" for name, value in said.get("args", {}).items()]
    if said.get("wrapped") is not None:
        args.insert(0, f"layer{said['wrapped']}")
    return f"{said['class']}({', '.join(args)})"


def _applied(name: str, said: dict[str, Any], node: dict[str, Any], given: list[str]) -> str:
    from kerlint.program.layers import RECURRENT

    args = []
    for key, value in node["args"].items():
        if isinstance(value, dict) and "tensors" in value:
            tensors = [_variable(each) for each in value["tensors"]]
            shown = f"[{', '.join(tensors)}]" if value.get("listed") else tensors[0]
        else:
            shown = _code(value)
        args.append(f"{key}={shown}")
    kind = said["class"].rpartition(".")[2]
    if kind in RECURRENT and len(given) > 1:
        args.append(f"initial_state=[{', '.join(given[1:])}]")
        given = given[:1]
    if kind in ("MultiHeadAttention", "GroupQueryAttention"):
        positional = ", ".join(given)
    else:
        positional = given[0] if len(given) == 1 else f"[{', '.join(given)}]"
    return f"{name}({', '.join([positional, *args])})"


def _variable(name: str) -> str:
    base, _, position = name.partition(".")
    return f"{base}[{position}]" if position else base


def _slot(slot: Any, values: Iterator[str]) -> str:
    if slot == "tensor":
        return next(values)
    if isinstance(slot, dict) and "tensors" in slot:
        return f"[{', '.join(next(values) for _ in range(slot['tensors']))}]"
    return _code(slot)


def _code(value: Any) -> str:
    """A value of a description as Python."""
    if isinstance(value, list):
        return f"[{', '.join(_code(item) for item in value)}]"
    if isinstance(value, dict):
        if "tuple" in value:
            items = [_code(item) for item in value["tuple"]]
            return f"({', '.join(items)}{',' * (len(items) == 1)})"
        if "name" in value:
            return str(value["name"])
        if "object" in value:
            args = [f"{key}={_code(item)}" for key, item in value.get("args", {}).items()]
            return f"{value['object']}({', '.join(args)})"
        if "layer" in value:
            return f"layer{value['layer']}"
    return repr(value)


def _loss(loss: dict[str, Any] | None) -> str:
    if loss is None:
        return "keras.losses.mean_squared_error"
    args = ", ".join(f"{name}={value!r}" for name, value in loss.get("args", {}).items())
    return (
        f"{loss['name']}({args})" if loss["name"].rpartition(".")[2][0].isupper() else loss["name"]
    )


def _metric(metric: dict[str, Any]) -> str:
    if metric.get("name") is None:
        return repr(metric["word"])
    args = ", ".join(f"{name}={value!r}" for name, value in metric.get("args", {}).items())
    is_class = metric["name"].rpartition(".")[2][0].isupper()
    return f"{metric['name']}({args})" if is_class else str(metric["name"])


def _batch(description: dict[str, Any]) -> Iterator[str]:
    yield "def batch(samples):"
    yield '    """Inputs: N(0, 1), or token ids."""'
    yield "    random = np.random.default_rng(0)"
    yield "    return ["
    for size in description["inputs"]:
        shape = "".join(f", {each}" for each in size["shape"])
        if size.get("kind") == "tokens":
            made = f'random.integers(0, {size["high"]}, (samples{shape})).astype("int32")'
        else:
            made = f'random.standard_normal((samples{shape})).astype("float32")'
        yield f"        {made},"
    yield "    ]"


def _labels(description: dict[str, Any], experiment: str) -> Iterator[str]:
    """Labels by family, as ``kerlint.execute.data`` makes them, in one line for each output."""
    yield "def labels(model, x):"
    yield '    """Targets that can be learned from the inputs, one array for each output."""'
    yield "    made = []"
    for index, (loss, target) in enumerate(zip(description["losses"], description["targets"])):
        yield f"    shape = tuple(model.outputs[{index}].shape[1:])"
        yield "    scores = teacher(x, shape)"
        yield f"    made.append({_family(loss, target, experiment)})"
    yield "    return made"


def _family(loss: dict[str, Any] | None, target: dict[str, Any] | None, experiment: str) -> str:
    word = (loss or {}).get("word") or ""
    known = (target or {}).get("encoding")
    low, high = (target or {}).get("lowest"), (target or {}).get("highest")
    if experiment == "first_batch" and known == "ONE_HOT":
        return 'np.eye(scores.shape[-1], dtype="float32")[scores.argmax(-1)]'
    if experiment == "first_batch" and known in ("INTEGER", "BINARY", None):
        last = "scores.shape[-1] - 1" if high is None else repr(int(high))
        return f"np.linspace({int(low or 0)}, {last}, len(scores)).round().astype('int32')"
    if experiment == "loss_sign" and low is not None and high is not None:
        return f'np.where(scores > np.median(scores), {high!r}, {low!r}).astype("float32")'
    if word.startswith("sparse_"):
        return "scores.argmax(-1)"
    if known == "ONE_HOT" or (known is None and word.startswith("categorical_")):
        return 'np.eye(scores.shape[-1], dtype="float32")[scores.argmax(-1)]'
    if known in ("BINARY", "MULTI_HOT") or (known is None and word.startswith("binary_")):
        return '(scores > np.median(scores, axis=0)).astype("float32")'
    if low is not None and high is not None and high > low:
        ranks = "np.argsort(np.argsort(scores.reshape(-1))).reshape(scores.shape)"
        return f'({low!r} + {high - low!r} * {ranks} / scores.size).astype("float32")'
    return '(3 + 2 * scores / abs(scores).max()).astype("float32")'


def _call(call: dict[str, Any], title: str, evidence: str) -> str:
    names = [name for name in (call.get("keyword"), call.get("renamed")) if name]
    if call.get("keyword") is None:
        names = []
    needed: dict[str, Any] = {"units": 4} if call["callee"].endswith(".Dense") else {}
    if ".Conv" in call["callee"]:
        needed = {"filters": 4, "kernel_size": 3}
    elif call["callee"].endswith((".LSTM", ".GRU", ".SimpleRNN")):
        needed = {"units": 4}
    elif call["callee"].endswith(".Embedding"):
        needed = {"input_dim": 10, "output_dim": 4}
    elif call["callee"].endswith("Dropout"):
        needed = {"rate": 0.5}
    return CALL.format(
        title=title,
        evidence=evidence,
        parts=call["callee"].replace("tensorflow.keras", "keras", 1).split(".")[1:],
        callee=call["callee"],
        names=names,
        needed=needed,
        value=call.get("value"),
    )
