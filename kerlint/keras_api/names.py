"""Which names Keras has and had, under which paths, and what they are called today."""

from __future__ import annotations

import functools
from typing import Any, Final

from kerlint.keras_api.facts import COMMON_WORDS, MOVED, SHORT_NAMES, WORDS
from kerlint.keras_api.store import LATEST, LEGACY, RELEASES, load, nearest_release
from kerlint.lazy_dataclass import dataclass

# Import roots, longest first, and the package each one is.
_ROOTS: Final = (
    ("tensorflow.compat.v1.keras", "tensorflow.keras"),
    ("tensorflow.compat.v2.keras", "tensorflow.keras"),
    ("tensorflow.contrib.keras", "tensorflow.keras"),
    ("tensorflow.python.keras", "tensorflow.python.keras"),
    ("tensorflow.keras", "tensorflow.keras"),
    ("tf_keras", "tf_keras"),
    ("keras", "keras"),
)
# What is below these is not public although Keras lies there; longest first.
_PRIVATE_ROOTS: Final = (
    "keras._tf_keras.keras",
    "keras.api._v1.keras",
    "keras.api._v2.keras",
    "keras.api",
    "keras.src.api",
    "keras.src",
)


@dataclass(frozen=True, slots=True)
class Located:
    """A dotted path that lies in a Keras package.

    ``name`` is the canonical name: ``keras.Input``, ``keras.Model`` and ``keras.Sequential`` at the
    top, every other object in its family (``keras.layers.Layer``, ``keras.losses.Loss``), aliases
    folded, whichever package the path was spelled in. None when no release in the data had it.
    ``package`` is "keras", "tensorflow.keras", "tf_keras" or "tensorflow.python.keras".
    """

    name: str | None
    package: str
    private: bool
    spelled: str


@functools.cache
def locate(path: str) -> Located | None:
    """Find out what the absolute dotted ``path`` means; None when it is in no Keras package.

    What follows a class is taken as its attribute: "keras.models.Model.fit" is "keras.Model.fit",
    whether or not the class has such an attribute.
    """
    split = _split(path)
    if split is None:
        return None
    package, inner, private = split
    if private and path.startswith("keras.src"):
        name = _private_name(path, inner)
    elif private:
        name = _canonical(inner) or _by_class_name(inner)
    else:
        name = _canonical(inner)
    return Located(name, package, private, path)


@functools.cache
def exists(path: str, release: str = LATEST) -> bool:
    """Whether exactly this path can be reached in ``release``, module or name.

    ``tf_keras`` is Keras 2 whatever the release. Attributes of classes are taken to exist when the
    class does, unless they are methods that came or went. Of a plain module in ``keras.src`` it is
    only known that it is there: whatever it may hold is taken to exist.
    """
    split = _split(path)
    if split is None or path.startswith("tensorflow.contrib."):
        return False
    package, inner, private = split
    release = nearest_release(release)
    if package == "tf_keras":
        release = LEGACY
    if package == "tensorflow.python.keras":
        return _exists_in_tensorflow_python(path)
    if private:
        return _exists_privately(path, release)
    if inner == "keras" or release in _releases_at(inner, package):
        return True
    owner = inner.rpartition(".")[0]
    if _releases_at(inner) or not owner or not _is_class(owner):
        return False
    if release not in _releases_at(owner, package):
        return False
    # An attribute of a class. Methods are known; of the rest it is only known where they sit.
    had = _method_releases(_canonical(inner) or inner)
    return release in had or not had


@functools.cache
def missing_prefix(path: str, release: str = LATEST) -> str | None:
    """Return the shortest prefix of ``path`` that ``release`` lacks and some other release had.

    None when nothing is missing, and when no release ever had the missing part.
    """
    split = _split(path)
    if split is None:
        return None
    if path.startswith("tensorflow.contrib."):
        return "tensorflow.contrib"
    root = next(root for root, _ in _ROOTS if path == root or path.startswith(root + "."))
    prefix = root
    for part in path[len(root) + 1 :].split("."):
        if part:
            prefix += "." + part
            if not exists(prefix, release):
                # What tf_keras lacks, an older Keras 2 may have had.
                known = "keras" + prefix[len(root) :] if root == "tf_keras" else prefix
                return prefix if releases_of(known) else None
    return None


@functools.cache
def releases_of(path: str) -> tuple[str, ...]:
    """Return the releases in which this path or canonical name could be reached, oldest first.

    A path under ``tensorflow.keras`` counts when ``tf.keras`` or ``keras`` itself had it.
    """
    split = _split(path)
    if split is None:
        return ()
    package, inner, private = split
    if private:
        if path.startswith("keras.src"):
            return tuple(r for r in RELEASES if exists(path, r))
        return _union(inner)
    if package == "tf_keras":
        return (LEGACY,) if exists(path) else ()
    if package == "tensorflow.python.keras":
        return _union(inner) or ((LATEST,) if exists(path) else ())
    owner = inner.rpartition(".")[0]
    if not _releases_at(inner) and owner and _is_class(owner):
        had = _method_releases(_canonical(inner) or inner)
        return tuple(r for r in RELEASES if r in had) or _union(owner)
    return _union(inner)


@functools.cache
def replacement(path: str, release: str = LATEST) -> str | None:
    """Return today's public spelling of a path that is gone or private, where it is one-to-one.

    None for a path that is public and exists in ``release``, and for one with no equal.
    """
    located = locate(path)
    if located is None:
        return None
    if not located.private and exists(path, release):
        return None
    package = located.package if located.package in ("keras", "tf_keras") else "tensorflow.keras"
    split = _split(path)
    assert split is not None
    targets = [MOVED.get(split[1]), MOVED.get(located.name or ""), located.name]
    targets.append(SHORT_NAMES.get(split[1]))
    if located.name and _kind_of(located.name) == "module":
        targets.append(_home_of_members(located.name, release))
    for target in targets:
        if target:
            spelled = package + target[len("keras") :]
            if spelled != path and exists(spelled, release):
                return spelled
    return None


@functools.cache
def public_members(module: str) -> frozenset[str]:
    """Return the names that a star import of ``module`` bound in one release or another."""
    split = _split(module)
    if split is None:
        return frozenset()
    names = {**_past().get(split[1], {}), **_current().get(split[1], {})}
    return frozenset(name for name in names if not name.startswith("_"))


@functools.cache
def star_members(module: str, release: str = LATEST) -> frozenset[str]:
    """Return the names that a star import of ``module`` binds in ``release``."""
    located = locate(module)
    if located is None:
        return frozenset()
    names = public_members(located.name or module)
    return frozenset(name for name in names if exists(f"{module}.{name}", release))


@functools.cache
def bare_name(word: str) -> str | None:
    """Return what ``word`` means in a fragment without imports; None for words of everyday use."""
    return _words().get(word)


def canonical_name(name: str) -> str | None:
    """Return the canonical name for a canonical name or any spelled path."""
    located = locate(name)
    return located.name if located else None


def _split(path: str) -> tuple[str, str, bool] | None:
    """Return package, path as if it were in ``keras``, and whether it is private."""
    for root, package in _ROOTS:
        if path == root or path.startswith(root + "."):
            inner = "keras" + path[len(root) :]
            private = package == "tensorflow.python.keras"
            for hidden in _PRIVATE_ROOTS:
                if inner == hidden or inner.startswith(hidden + "."):
                    return package, "keras" + inner[len(hidden) :], True
            return package, inner, private
    return None


def _current() -> dict[str, Any]:
    modules: dict[str, Any] = load("names")["modules"]
    return modules


def _past() -> dict[str, Any]:
    modules: dict[str, Any] = load("names_past")["modules"]
    return modules


def _method_releases(name: str) -> frozenset[str]:
    """Return the releases in which a class or one of its bases had this method or property."""
    owner, _, method = name.rpartition(".")
    described = load("symbols").get(owner)
    found: set[str] = set()
    for base in (owner, *(described[1] if described else ())):
        if f"{base}.{method}" in load("signatures"):
            found.add(LATEST)
        for releases, _ in load("signatures_past").get(f"{base}.{method}", ()):
            found.update(releases)
    return frozenset(found)


def _entry(inner: str) -> int | list[Any] | None:
    module, _, name = inner.rpartition(".")
    found = _current().get(module, {}).get(name)
    if found is None:
        found = _past().get(module, {}).get(name)
    result: int | list[Any] | None = found
    return result


def _canonical(inner: str) -> str | None:
    if inner == "keras":
        return inner
    entry = _entry(inner)
    if entry is not None:
        return inner if isinstance(entry, int) else str(entry[1])
    owner, _, attribute = inner.rpartition(".")
    if not owner or owner == "keras":
        return None
    name = _canonical(owner)
    if name is None:
        return None
    if _is_class(owner):
        return f"{name}.{attribute}"
    # A module under the name of another: keras.optimizers.adam_v2 was keras.optimizer_v2.adam.
    return _canonical(f"{name}.{attribute}") if name != owner else None


def _kind_of(name: str) -> str | None:
    described = load("symbols").get(name)
    return described[0] if described else None


def _is_class(inner: str) -> bool:
    described = load("symbols").get(_canonical(inner) or "")
    return bool(described and described[2])


def _releases_at(inner: str, package: str | None = None) -> frozenset[str]:
    """Return the releases that have a path, in one package or (None) in any."""
    entry = _entry(inner)
    if entry is None:
        owner, _, name = inner.rpartition(".")
        other = _canonical(owner) if owner and _kind_of(_canonical(owner) or "") == "module" else ""
        if not other or other == owner:
            return frozenset()
        return _releases_at(owner, package) & _releases_at(f"{other}.{name}", package)
    data = load("names")
    slots = data["spans"][entry if isinstance(entry, int) else entry[0]]
    by_package = dict(zip(data["packages"], slots, strict=True))
    if package is None:
        return frozenset(release for slot in slots for release in slot)
    plain = by_package["keras"]
    if package == "tensorflow.keras":
        shown = set(by_package["tensorflow.keras"])
        if LEGACY in plain:
            shown.add(LEGACY)
        if "2.6" in shown:  # what tf.keras had before is not in the data: its next release speaks
            shown.update(("1.2", "2.2", "2.3"))
        return frozenset(shown)
    return frozenset(plain)


def _union(inner: str) -> tuple[str, ...]:
    found = _releases_at(inner)
    return RELEASES if inner == "keras" else tuple(r for r in RELEASES if r in found)


def _private_name(path: str, inner: str) -> str | None:
    """What a path into ``keras.src`` really is, when it is something public; None otherwise.

    Names alone tell nothing there: ``keras.src.ops.numpy.Average`` is not the layer ``Average``.
    """
    data = load("names_private")
    if path in data["source_modules"]:
        name = _canonical(inner)
        return name if name is not None and _kind_of(name) in (None, "module") else None
    module, _, rest = path.rpartition(".")
    while module and module not in data["source_modules"]:
        module, _, last = module.rpartition(".")
        rest = f"{last}.{rest}"
    first, _, attribute = rest.partition(".")
    found = data["modules"].get(module, {}).get(first)
    shown = data["source_modules"].get(module)
    if found is None and shown is not None and attribute and first not in shown:
        return _by_class_name(inner)  # a package that only Keras 2.13 to 2.15 had there
    if found is None or not attribute:
        return str(found) if found else None
    return f"{found}.{attribute}" if _is_class(found) else None


def _by_class_name(inner: str) -> str | None:
    """Take a class in an unknown private module for the public one of that name and family."""
    *parts, word = inner.split(".")
    name = bare_name(word) if word[:1].isupper() else None
    if name is None or name.rpartition(".")[2] != word:
        return None
    family = name.split(".")[1]
    return name if family == word or family in parts or "engine" in parts else None


def _exists_privately(path: str, release: str) -> bool:
    if not path.startswith("keras.src"):
        # keras.api and keras._tf_keras came and went; nobody should lean on them.
        return False
    if not release.startswith("3."):
        return False
    known = load("names_private")["source_modules"]
    if path in known:
        return True
    module, _, name = path.rpartition(".")
    while module and module not in known:  # an attribute of something in a module
        module, _, name = module.rpartition(".")
    if not module:
        return False
    # Packages list what they show; of a plain module it is only known that it is there.
    shown = known[module]
    return shown is None or name in shown


def _exists_in_tensorflow_python(path: str) -> bool:
    modules = load("names_private")["tensorflow_python"]
    if path in modules:
        return True
    module, _, name = path.rpartition(".")
    if name in modules.get(module, ()):
        return True
    owner_module, _, owner = module.rpartition(".")
    return owner[:1].isupper() and owner in modules.get(owner_module, ())


def _home_of_members(module: str, release: str) -> str | None:
    """Return the one module that today holds whatever survives of an old module."""
    members = {**_past().get(module, {}), **_current().get(module, {})}
    targets = {name: _canonical(f"{module}.{name}") for name in members}
    alive = {
        name: target
        for name, target in targets.items()
        # What the old module only imported for its own use says nothing about where it went.
        if target and _kind_of(target) not in ("module", "value", None) and exists(target, release)
    }
    family = ".".join(module.split(".")[:2])
    if family != module and any(_canonical(f"{family}.{n}") == t for n, t in alive.items()):
        return family
    homes = {target.rpartition(".")[0] for target in alive.values()}
    return homes.pop() if len(homes) == 1 else None


@functools.cache
def _words() -> dict[str, str]:
    words: dict[str, str] = {"keras": "keras", **WORDS.modules}
    for module in WORDS.families:
        names = {**_past().get(module, {}), **_current().get(module, {})}
        for name in names:
            plain = name[:1].isupper() or name in WORDS.functions
            if not plain or name in words or name in COMMON_WORDS:
                continue
            target = _canonical(f"{module}.{name}")
            if target and _kind_of(target) not in (None, "value", "module"):
                words[name] = target
    return words
