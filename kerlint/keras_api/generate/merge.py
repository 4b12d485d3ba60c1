"""Joins the measured releases into one history with one canonical name for every object."""

# ruff: noqa: SIM905 (long lists of words read better as running text)
from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from kerlint.keras_api.generate.preference import preferred
from kerlint.keras_api.generate.shape import ObjectData, ReleaseData, Signature

# Old homes whose names live on, under another roof and with no alias that the sources would show.
_MOVED_MODULES = {
    "keras.initializations": "keras.initializers",
    "keras.objectives": "keras.losses",
    "keras.layers.experimental.preprocessing": "keras.layers",
    "keras.experimental": "keras.layers",
    "keras.optimizers.optimizer_experimental": "keras.optimizers",
    "keras.optimizers.experimental": "keras.optimizers",
}

# Modules of old releases that their documentation named; only their members get signatures.
_OLD_PUBLIC = frozenset(
    "keras keras.layers keras.models keras.optimizers keras.losses keras.objectives "
    "keras.metrics keras.callbacks keras.initializers keras.initializations "
    "keras.regularizers keras.constraints keras.activations keras.utils keras.backend "
    "keras.applications keras.preprocessing.image keras.preprocessing.text "
    "keras.preprocessing.sequence keras.wrappers.scikit_learn keras.optimizers.schedules "
    "keras.optimizers.legacy keras.mixed_precision keras.utils.np_utils "
    "keras.experimental keras.layers.experimental.preprocessing "
    "keras.mixed_precision.experimental".split()
)


# What every class defines alike; worth keeping only on the classes that others inherit from.
_BOILERPLATE = frozenset(
    "get_config from_config build build_from_config get_build_config compute_output_shape "
    "compute_mask compute_output_spec symbolic_call save_own_variables load_own_variables "
    "get_compile_config compile_from_config".split()
)
_ROOTS = frozenset(
    "Layer Model Sequential Optimizer Loss Metric Callback Initializer Regularizer "
    "Constraint LearningRateSchedule".split()
)


# Functions beside the losses, metrics, ... of their modules that are none themselves.
_TOOLS = frozenset(
    "get serialize deserialize clone_metric clone_metrics is_built_in is_categorical_crossentropy "
    "get_fans populate_deserializable_objects".split()
)


class History:
    """Grows from the newest release to the oldest: what a newer one calls a thing decides."""

    def __init__(self) -> None:
        self.releases: list[str] = []
        self.canonical: dict[str, str] = {}  # spelled "keras.*" path -> canonical name
        self.present: dict[str, dict[str, list[str]]] = {}  # package -> path -> releases
        self.kinds: dict[str, str] = {}
        self.symbols: dict[str, list[Any]] = {}
        self.signatures: dict[str, list[tuple[str, Signature | None]]] = {}  # newest first
        self.reachable: dict[str, list[tuple[str, dict[str, Signature]]]] = {}  # by class
        self.strings: dict[str, dict[str, list[tuple[str, str]]]] = {}
        self.private: dict[str, dict[str, str]] = {}
        self.elsewhere: dict[str, Any] = {}  # what lies in places that are not public
        self.public_modules: set[str] = set(_OLD_PUBLIC)

    def add(self, release: str, data: ReleaseData, *, imported: bool) -> None:
        self.releases.append(release)
        spelled: dict[str, set[str]] = {}
        for tree in data["trees"].values():
            for module, names in tree.items():
                if imported:
                    self.public_modules.add(module)
                for name, key in names.items():
                    spelled.setdefault(key, set()).add(f"{module}.{name}")
        names_of = {key: self.name(data, key, paths) for key, paths in spelled.items()}
        for package, tree in data["trees"].items():
            present = self.present.setdefault(package, {})
            for module, names in tree.items():
                for name, key in names.items():
                    path = f"{module}.{name}"
                    present.setdefault(path, []).append(release)
                    self.remember(path, names_of[key], data["objects"][key]["kind"])
        # Of several objects with one name, that which sits under the name goes first.
        for key, name in sorted(names_of.items(), key=lambda item: item[1] not in spelled[item[0]]):
            if key in data["objects"]:
                self.describe(release, name, data["objects"][key], names_of, data["objects"])
        for module, texts in data["strings"].items():
            for text, key in texts.items():
                meanings = self.strings.setdefault(module, {}).setdefault(text, [])
                meanings.append((release, names_of[key]))
        if not self.private:
            self.private = {
                module: {name: names_of[key] for name, key in names.items()}
                for module, names in data["private"].items()
            }

    def remember(self, path: str, name: str, kind: str) -> None:
        # A path that was a function in one release and a module in another means the function.
        if self.kinds.get(path) in (None, "module", "value") and self.kinds.get(path) != kind:
            self.canonical[path] = name
            self.kinds[path] = kind

    def name(self, data: ReleaseData, key: str, paths: set[str]) -> str:
        """Return the canonical name of the object that one release shows at ``paths``."""
        own = data["objects"][key]
        if own["kind"] == "value":
            return key
        if own["kind"] == "module":
            # ``keras.layers.K`` and ``keras.applications.backend`` were one module: keras.backend.
            return preferred(paths, own["name"]) if key not in paths else key
        known = {
            self.canonical[path]
            for path in paths
            if path in self.canonical and self.kinds[path] in ("class", "function")
        }
        if known:
            return preferred(known, own["name"])
        for path in sorted(paths):
            module, _, last = path.rpartition(".")
            moved = _MOVED_MODULES.get(module)
            if moved and f"{moved}.{last}" in self.canonical:
                return self.canonical[f"{moved}.{last}"]
            family = ".".join(path.split(".")[:2])
            kept = self.canonical.get(f"{family}.{last}")
            # One of several implementations (keras.layers.recurrent.LSTM): the public one speaks.
            if kept and "legacy" not in path and self.kinds[f"{family}.{last}"] == own["kind"]:
                return kept
        public = {path for path in paths if path.rpartition(".")[0] in self.public_modules}
        return preferred(public or paths, own["name"])

    def describe(
        self,
        release: str,
        name: str,
        data: ObjectData,
        names_of: dict[str, str],
        objects: dict[str, ObjectData],
    ) -> None:
        if name.rpartition(".")[0] not in self.public_modules and data["kind"] != "module":
            return
        before = self.symbols.get(name)
        if before is None or (before[0] == "module" and data["kind"] in ("class", "function")):
            bases = list(dict.fromkeys(names_of[b] for b in data["bases"] if b in names_of))
            bases = [b for b in bases if b.rpartition(".")[0] in self.public_modules and b != name]
            self.symbols[name] = [data["kind"], bases, data["kind"] == "class"]
        if data["signature"] is not None:
            self.sign(release, name, data["signature"])
        methods = dict(data["methods"])
        for base in data["bases"]:
            # Methods of bases that nobody can name belong to the first class that can be named.
            if names_of.get(base, "").rpartition(".")[0] not in self.public_modules:
                methods = {**objects[base]["methods"], **methods}
        if data["reachable"]:
            known = self.reachable.setdefault(name, [])
            if not known or known[-1][0] != release:
                known.append((release, data["reachable"]))
        root = name.rpartition(".")[2] in _ROOTS
        for method, signature in methods.items():
            if method in _BOILERPLATE and not root:
                continue
            self.sign(release, f"{name}.{method}", signature)

    def sign(self, release: str, name: str, signature: Signature | None) -> None:
        known = self.signatures.setdefault(name, [])
        if not known or known[-1][0] != release:  # two aliases may name one object
            known.append((release, json.loads(json.dumps(signature))))

    def settle_methods(self) -> None:
        """Write down each method that is not what its class would inherit by ``symbols``.

        A reader of the data looks for a method in the class and then in the bases of the class, the
        same for all releases. Where that finds another signature than Python does, the class gets
        an entry of its own: for a method that it overrides, for one that comes from a base that
        nobody can name, and for one that it had from another base in another release.
        """
        written = {name: dict(versions) for name, versions in self.signatures.items()}
        lineages = {name: [name, *self.symbols[name][1]] for name in self.reachable}
        # Bases first: what they get is seen by the classes that inherit from them.
        for name in sorted(lineages, key=lambda name: (len(lineages[name]), name)):
            for release, methods in self.reachable[name]:
                for method, signature in methods.items():
                    actual = json.loads(json.dumps(signature))
                    found = [
                        written.get(f"{owner}.{method}", {}).get(release)
                        for owner in lineages[name]
                    ]
                    if next((one for one in found if one is not None), None) != actual:
                        written.setdefault(f"{name}.{method}", {})[release] = actual
        self.signatures = {
            name: sorted(versions.items(), key=lambda item: self.releases.index(item[0]))
            for name, versions in written.items()
        }


def _family_kind(name: str, kind: str, bases: list[str], is_class: bool) -> str:
    """Return the kind of a symbol as rules want to know it ("layer", "loss", ...)."""
    lineage = [name, *bases]
    if kind in ("module", "value"):
        return kind
    if is_class and name == "keras.losses.Reduction":
        return "class"
    if is_class:
        if any(base in ("keras.Model", "keras.Sequential") for base in lineage):
            return "model"
        parts = name.split(".")
        roots = {
            "keras.optimizers.schedules.LearningRateSchedule": "schedule",
            "keras.layers.Layer": "layer",
            "keras.metrics.Metric": "metric",
            "keras.losses.Loss": "loss",
            "keras.optimizers.Optimizer": "optimizer",
            "keras.callbacks.Callback": "callback",
            "keras.initializers.Initializer": "initializer",
            "keras.regularizers.Regularizer": "regularizer",
            "keras.constraints.Constraint": "constraint",
        }
        for base in lineage:
            if base in roots:
                return roots[base]
        if parts[:3] == ["keras", "optimizers", "schedules"]:
            return "schedule"
        by_module = {
            "layers": "layer",
            "metrics": "metric",
            "losses": "loss",
            "optimizers": "optimizer",
            "callbacks": "callback",
            "initializers": "initializer",
            "regularizers": "regularizer",
            "constraints": "constraint",
        }
        return by_module.get(parts[1], "class") if len(parts) > 2 else "class"
    parts = name.split(".")
    if parts[-1] in _TOOLS or len(parts) != 3:
        return "function"
    if parts[1] == "applications":
        return "application" if parts[-1][0].isupper() else "function"
    return {
        "losses": "loss",
        "objectives": "loss",
        "metrics": "metric",
        "activations": "activation",
        "initializers": "initializer",
        "initializations": "initializer",
        "regularizers": "regularizer",
        "constraints": "constraint",
    }.get(parts[1], "function")


def write(history: History, keywords: dict[str, Any], folder: Path) -> None:
    """Write the data files, compact and in a stable order."""
    history.settle_methods()
    releases = history.releases[::-1]
    order = {release: position for position, release in enumerate(releases)}
    folder.mkdir(exist_ok=True)
    packages = sorted(history.present)
    when: dict[str, list[list[str]]] = {}  # path -> releases per package
    for package in packages:
        for path, found in history.present[package].items():
            slots = when.setdefault(path, [[] for _ in packages])
            slots[packages.index(package)] = sorted(found, key=order.__getitem__)
    used = Counter(json.dumps(slots) for slots in when.values())
    table = sorted(used, key=lambda text: (-used[text], text))
    number = {text: position for position, text in enumerate(table)}

    current: dict[str, dict[str, Any]] = {}
    past: dict[str, dict[str, Any]] = {}
    for path in sorted(when):
        module, _, name = path.rpartition(".")
        modern = any(r == "2" or r.startswith("3.") for slot in when[path] for r in slot)
        index = number[json.dumps(when[path])]
        target = history.canonical.get(path, path)
        entry = index if target == path else [index, target]
        (current if modern else past).setdefault(module, {})[name] = entry
    spans = [json.loads(text) for text in table]
    head = {"releases": releases, "packages": packages, "spans": spans}
    _dump(folder / "names.json", {**head, "modules": current})
    _dump(folder / "names_past.json", {"modules": past})
    _dump(folder / "names_private.json", {**history.elsewhere, "modules": history.private})

    _dump(folder / "kwargs.json", keywords)

    symbols = {
        name: [_family_kind(name, *described), described[1], int(described[2])]
        for name, described in sorted(history.symbols.items())
    }
    _dump(folder / "symbols.json", {**symbols, "keras": ["module", [], 0]})

    newest = releases[-1]
    now: dict[str, Signature | None] = {}
    then: dict[str, list[list[Any]]] = {}
    for name, versions in sorted(history.signatures.items()):
        grouped: dict[str, list[str]] = {}
        for release, signature in versions:
            grouped.setdefault(json.dumps(signature), []).append(release)
        for text, found in grouped.items():
            if newest in found:
                now[name] = json.loads(text)
            if found != [newest]:
                own = sorted(found, key=order.__getitem__)
                # Where the newest release agrees, its signature is not written twice.
                then.setdefault(name, []).append([own, 0 if newest in found else json.loads(text)])
    _dump(folder / "signatures.json", now)
    _dump(folder / "signatures_past.json", then)

    strings: dict[str, dict[str, list[Any]]] = {}
    for module, texts in sorted(history.strings.items()):
        for text, meanings in sorted(texts.items()):
            by_target: dict[str, list[str]] = {}
            for release, target in meanings:
                by_target.setdefault(target, []).append(release)
            strings.setdefault(module, {})[text] = [
                [target, sorted(found, key=order.__getitem__)]
                for target, found in sorted(by_target.items())
            ]
    _dump(folder / "strings.json", strings)


def _dump(path: Path, data: object) -> None:
    """Write JSON with one line per top-level entry, so that a change shows as a small diff."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if isinstance(data, dict) and "modules" not in data:
        lines = [
            json.dumps(key) + ":" + json.dumps(data[key], sort_keys=True, separators=(",", ":"))
            for key in sorted(data)
        ]
        text = "{\n" + ",\n".join(lines) + "\n}"
    elif isinstance(data, dict):
        head = {key: value for key, value in data.items() if key != "modules"}
        lines = [
            json.dumps(key) + ":" + json.dumps(value, sort_keys=True, separators=(",", ":"))
            for key, value in sorted(data["modules"].items())
        ]
        parts = [
            json.dumps(key) + ":" + json.dumps(value, separators=(",", ":"))
            for key, value in sorted(head.items())
        ]
        parts.append('"modules":{\n' + ",\n".join(lines) + "\n}")
        text = "{\n" + ",\n".join(parts) + "\n}"
    path.write_text(text + "\n", "utf-8")
