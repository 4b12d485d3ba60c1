"""Which file of the project an import means, and which files a file imports, without parsing it."""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache

MAX_UPWARD = 6  # folders above the file where an import may start
_ROOT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")

# Star imports of these bind no name of Keras.
_LIBRARIES = frozenset(
    {"matplotlib", "numpy", "pandas", "pylab", "scipy", "sklearn", "tkinter", "torch", "tqdm"}
)
_KERAS = frozenset({"keras", "tensorflow", "tf_keras"})
# What Python 3.12 and 3.13 no longer have, or 3.10 has not yet: what is found in a file must not
# depend on the Python that kerlint runs on.
_STANDARD = sys.stdlib_module_names | {
    "aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils",
    "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes",
    "smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "tomllib", "uu", "xdrlib",
}  # fmt: skip

# `from ..a import b` or `import a.b as c, d` anywhere on a line, comments and texts included: an
# import too many costs a look at a file. A backslash may continue the line. The names in brackets
# are only looked at, so that a bracket in a text hides no import after it.
_LINE = rb"((?:[^\n;#\\]|\\\r?\n?)*)"
_IMPORT = re.compile(
    rb"\bfrom\b((?:[ \t\f.\w\x80-\xff]|\\\r?\n){1,200}?)"
    rb"\bimport\b(?:(?=[\s\\]*\(([^)]{0,5000}))|" + _LINE + rb")"
    rb"|\bimport\b" + _LINE
)
_DOTTED = re.compile(rb"[\w\x80-\xff]+(?:\.[\w\x80-\xff]+)*")
_BLANK = re.compile(rb"[\s\\]+")
_INIT = "__init__.py"


def is_library(module: str) -> bool:
    """Whether a module can be no file of the project: it is Python's, Keras's or well known."""
    root = module.partition(".")[0]
    return root in _LIBRARIES or root in _KERAS or is_standard(root)


def is_standard(name: str) -> bool:
    """Whether a module without a dot in its name is one of Python's."""
    return name in _STANDARD


def located(folder: str, module: str, level: int) -> str | None:
    """The file that an import in a file in ``folder`` means; ``level`` counts its dots."""
    parts = module.split(".") if module else []
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        return file_of(os.path.join(folder, *parts))
    if not parts or is_library(module):
        return None
    for root in _roots(folder):
        if os.path.exists(os.path.join(root, parts[0])) or os.path.isfile(
            os.path.join(root, parts[0] + ".py")
        ):
            found = file_of(os.path.join(root, *parts))
            if found is not None:
                return found
    return None


def file_of(base: str) -> str | None:
    """The file of a module: ``base.py``, or ``base/__init__.py``."""
    for path in (f"{base}.py", os.path.join(base, "__init__.py")):
        if os.path.isfile(path):
            return os.path.abspath(path)
    return None


@lru_cache(maxsize=256)
def _roots(folder: str) -> tuple[str, ...]:
    """Folders where an absolute import of a file in ``folder`` may start, the closest first."""
    found: list[str] = []
    for _ in range(MAX_UPWARD):
        found.append(folder)
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOT_MARKS):
            found.append(os.path.join(folder, "src"))
            break
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return tuple(found)


@lru_cache(maxsize=1024)
def dotted_names(path: str) -> tuple[str, ...]:
    """The names by which an absolute import may reach a file or folder of the project."""
    base = os.path.abspath(path).removesuffix(".py").removesuffix(f"{os.sep}__init__")
    found = []
    for root in _roots(os.path.dirname(base)):
        inside = os.path.relpath(base, root).split(os.sep)
        if all(part.isidentifier() for part in inside):
            found.append(".".join(inside))
    return tuple(dict.fromkeys(found))


def forget_roots() -> None:
    """Look again where imports may start, in a process that outlives a run."""
    _roots.cache_clear()
    dotted_names.cache_clear()


class Modules:
    """Looks up the imports of files; what it has found once holds for the run."""

    def __init__(self) -> None:
        self._located: dict[tuple[str, str, int], str | None] = {}
        self._file_of: dict[str, str | None] = {}

    def imported(self, path: str, data: bytes) -> frozenset[str]:
        """The files of the project that ``path`` with the content ``data`` may import.

        Of a package these include the modules inside that ``data`` names as its attributes.
        """
        if data.find(b"import") < 0:
            return frozenset()
        here = os.path.abspath(path)
        folder = os.path.dirname(here)
        found: set[str] = set()
        for source, enclosed, names, plain in set(_IMPORT.findall(data)):
            words = _DOTTED.findall(enclosed or names or plain)
            if source:
                module = _BLANK.sub(b"", source)
                name = module.lstrip(b".")
                file = self._locate(folder, _text(name), len(module) - len(name))
                if file is not None:
                    found.add(file)
                    self._add_inside(file, words, data, found)
                elif name:
                    # A folder without an ``__init__.py`` is a package as well.
                    for word in words:
                        inner = self._locate(
                            folder, _text(name + b"." + word), len(module) - len(name)
                        )
                        if inner is not None:
                            found.add(inner)
                continue
            for word in words:
                file = self._locate(folder, _text(word), 0)
                if file is not None:
                    found.add(file)
                    self._add_attributes(file, words, data, found)
                if b"." in word:
                    root, _, rest = word.partition(b".")
                    file = self._locate(folder, _text(root), 0)
                    if file is not None:
                        found.add(file)
                        self._add_path(file, rest, found)
                        self._add_attributes(file, [root], data, found)
        found.discard(here)
        return frozenset(found)

    def _locate(self, folder: str, module: str, level: int) -> str | None:
        key = (folder, module, level)
        if key not in self._located:
            self._located[key] = located(*key)
        return self._located[key]

    def _add_inside(self, package: str, words: list[bytes], data: bytes, found: set[str]) -> None:
        """Add the modules of a package that are among ``words``."""
        for word in words if _is_package(package) else ():
            inner = self._module_in(package, word)
            if inner is not None:
                found.add(inner)
                # One of the words is what the module is called here.
                self._add_attributes(inner, words, data, found)

    def _add_attributes(
        self, package: str, names: list[bytes], data: bytes, found: set[str]
    ) -> None:
        """Add the modules of a package that are used as its attributes, whatever its name here."""
        for name in set(names) if _is_package(package) else ():
            pattern = re.escape(name) + rb"((?:\s*\.\s*\w+)+)"
            for path in set(re.findall(pattern, data)):
                self._add_path(package, _BLANK.sub(b"", path).lstrip(b"."), found)

    def _add_path(self, package: str, path: bytes, found: set[str]) -> None:
        """Add the modules on the way of a dotted path, as far as they are files."""
        file: str | None = package
        for part in path.split(b"."):
            if file is None or not _is_package(file):
                return
            file = self._module_in(file, part)
            if file is not None:
                found.add(file)

    def _module_in(self, package: str, name: bytes) -> str | None:
        base = os.path.join(os.path.dirname(package), _text(name))
        if base not in self._file_of:
            self._file_of[base] = file_of(base)
        return self._file_of[base]


def _is_package(file: str) -> bool:
    return file.endswith(_INIT)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
