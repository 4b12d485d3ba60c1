"""Which files can hold a finding at all, told from their bytes alone.

Parsing a file with a concrete syntax tree costs about a second for each megabyte, looking for a
few words in its bytes a hundredth of that, and most files of most projects hold no Keras. So a
file is parsed only when it holds a word of Keras and, for at least one selected rule, one of the
words without which that rule cannot fire. What it imports from other files of the project counts
as if it were in the file: a model that another file builds can still be misused here. A file that
is not parsed has no syntax error either: kerlint is not there to say that somebody's template is no
Python.

``in`` over single words is measurably faster than one regular expression of alternatives.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kerlint.files import read_file
from kerlint.run.cache import Stamp, stamp_of, trusted
from kerlint.sources.modules import Modules

if TYPE_CHECKING:
    from kerlint.config.aliases import Aliases, Findable
    from kerlint.config.settings import Settings


MAX_IMPORTED_BYTES = 300_000  # of a file that is read because another one imports it
MAX_PLAIN_BYTES = 10_000  # of such a file that does not name Keras
MANY_FILES = 20  # parsed in one run: compared with that, loading all rules costs little

# A pasted fragment has no import, so names that hardly anybody but Keras has count too; names
# that other libraries share (Dropout, Adam, fit) always come with one of these.
KERAS_WORDS = (
    b"keras",
    b"Keras",
    b"tensorflow",
    b"Sequential",
    b"Dense",
    b"Conv1D",
    b"Conv2D",
    b"Conv3D",
    b"Convolution1D",
    b"Convolution2D",
    b"MaxPooling",
    b"AveragePooling",
    b"BatchNormalization",
    b"LayerNormalization",
    b"InputLayer",
    b"TimeDistributed",
    b"Bidirectional",
    b"SimpleRNN",
    b"LSTM",
    b"GRU",
    b"Embedding",
    b"ModelCheckpoint",
    b"EarlyStopping",
    b"ReduceLROnPlateau",
    b"ImageDataGenerator",
    b"to_categorical",
    b"pad_sequences",
    b"load_model",
    b"fit_generator",
    b"predict_classes",
    b"predict_generator",
    b"evaluate_generator",
    b"train_on_batch",
    b"model.compile",
    b"model.fit",
)


def names_keras(data: Findable, aliases: Aliases = ()) -> bool:
    """Whether ``data`` holds a word of Keras or of an alias, as code or in any other way."""
    return any(data.find(word) >= 0 for word in KERAS_WORDS) or (
        bool(aliases) and _alias_is_in(data, aliases)
    )


def _alias_is_in(data: Findable, aliases: Aliases) -> bool:
    from kerlint.config.aliases import named_in  # most projects have none

    return named_in(data, aliases)


def _written_out(data: bytes, aliases: Aliases) -> bytes:
    """``data`` with the names of Keras for which the aliases in it stand."""
    if not aliases:
        return data
    from kerlint.config.aliases import written_out

    return written_out(data, aliases)


def is_worth_importing(data: bytes, aliases: Aliases = ()) -> bool:
    """Whether a file of the project with this content is read when another one imports it.

    Constants may lie in any file, but only a small one is likely to hold nothing else.
    """
    return len(data) <= MAX_PLAIN_BYTES or names_keras(data, aliases)


class Look(NamedTuple):
    """What can be told of a file without parsing it.

    ``keras``: it names Keras, or imports a file of the project that does, directly or not.
    ``imports``: it imports files of the project. ``possible`` are the codes of the selected rules
    that can fire on it; that the others cannot is certain. It is empty for a file that need not be
    parsed, but may hold more than can fire where other files need those rules as well.
    """

    keras: bool
    imports: bool
    possible: frozenset[str]


class Prefilter:
    """Tells what can be found in files, which may import one another.

    ``aliases``: those of the settings of all these files. A file that uses one is looked at as if
    it held the name of Keras that it stands for.
    """

    def __init__(self, aliases: Aliases = ()) -> None:
        self._aliases = aliases
        self._modules = Modules()
        self._seen: dict[str, tuple[int, bool, frozenset[str]]] = {}
        self._stamps: dict[str, Stamp] = {}
        self._imports: dict[str, frozenset[str]] = {}
        self._keras: dict[str, bool] = {}
        self._words: dict[str, frozenset[bytes]] = {}
        self._met: set[str] = set()  # the codes of rules that were possible for a file
        self._parsed = 0
        self._plain: set[str] = set()  # files from which no import leads to one that names Keras

    @property
    def imported(self) -> dict[str, Stamp]:
        """The files that were looked at because others import them, with their stamps then."""
        return {path: self._stamps[path] for path in self._imports}

    def look_at(self, path: str, data: bytes, settings: Settings) -> Look:
        """Tell what can be found in ``path`` with the content ``data``."""
        data = _written_out(data, self._aliases)
        keras, imports = self._look_at(path, data)
        keras = keras or self._reach_keras(imports)
        possible = self._codes_possible(imports, data, settings) if keras else frozenset()
        return Look(keras, bool(imports), possible)

    def _look_at(self, path: str, data: bytes) -> tuple[bool, frozenset[str]]:
        size, keras, imports = self._seen.get(path, (-1, False, frozenset()))
        if size != len(data):
            self._stamps[path] = trusted(stamp_of(path))
            keras = names_keras(data)
            imports = self._modules.imported(path, data) if os.path.isfile(path) else frozenset()
            self._seen[path] = (len(data), keras, imports)
        return keras, imports

    def _codes_possible(
        self, imports: frozenset[str], data: bytes, settings: Settings
    ) -> frozenset[str]:
        """The selected rules of which a word is in a file that uses Keras or what it imports.

        A rule that was possible for an earlier file is loaded already, so looking for its words
        would save nothing but the parsing, and for that the words of one rule are enough.
        """
        rules = _words_of_rules(settings)
        if self._parsed < MANY_FILES:
            new = [each for each in rules if each[0] not in self._met]
            self._met |= self._found(new, imports, data)
            known = frozenset(code for code, _ in rules if code in self._met)
        else:
            known = frozenset(code for code, _ in rules)
        asked = [each for each in rules if each[0] in known]
        if not self._found(asked, imports, data, only_one=True):
            return frozenset()
        self._parsed += 1
        return known

    def _found(
        self,
        rules: list[tuple[str, tuple[bytes, ...]]],
        imports: frozenset[str],
        data: bytes,
        only_one: bool = False,
    ) -> set[str]:
        """Those of the rules of which a word is there; one of them is enough if so asked."""
        present: dict[bytes, bool] = {}  # many rules have words in common

        def has(word: bytes) -> bool:
            if word not in present:
                present[word] = word in data
            return present[word]

        found: set[str] = set()
        for code, words in rules:
            if not words or any(map(has, words)):
                found.add(code)
                if only_one:
                    return found
        left = [(code, words) for code, words in rules if code not in found]
        for path in self._reached(imports) if left else ():
            there = self._words_in(path)
            found.update(code for code, words in left if not there.isdisjoint(words))
            left = [(code, words) for code, words in left if code not in found]
            if not left or (only_one and found):
                break
        return found

    def _reach_keras(self, imports: frozenset[str]) -> bool:
        reached = set()
        for path in self._reached(imports, self._plain):
            if self._keras[path]:
                return True
            reached.add(path)
        self._plain |= reached
        return False

    def _reached(
        self, imports: frozenset[str], known: Container[str] = frozenset()
    ) -> Iterator[str]:
        """All files to which imports lead, and which would be read; not those beyond ``known``."""
        seen: set[str] = set()
        waiting = list(imports)
        while waiting:
            path = waiting.pop()
            if path in seen or path in known:
                continue
            seen.add(path)
            if path not in self._imports:
                self._keras[path], self._imports[path] = self._look_at_imported(path)
            yield path
            waiting += self._imports[path]

    def _look_at_imported(self, path: str) -> tuple[bool, frozenset[str]]:
        size, keras, imports = self._seen.get(path, (-1, False, frozenset()))
        if size < 0:
            stamp = trusted(stamp_of(path))
            found = self._look_at(path, _content(path, self._aliases))
            self._stamps[path] = stamp
            return found
        if size > (MAX_IMPORTED_BYTES if keras else MAX_PLAIN_BYTES):
            return False, frozenset()  # it is not read for others
        return keras, imports

    def _words_in(self, path: str) -> frozenset[bytes]:
        """Those words of any rule that a file holds."""
        if path not in self._words:
            data = _content(path, self._aliases)
            self._words[path] = frozenset(word for word in _all_words() if word in data)
        return self._words[path]


def _content(path: str, aliases: Aliases) -> bytes:
    """What is read of a file that another one imports."""
    try:
        data = read_file(path, MAX_IMPORTED_BYTES)
    except (OSError, ValueError):
        return b""
    return _written_out(data, aliases) if is_worth_importing(data, aliases) else b""


@functools.lru_cache(maxsize=1)
def _all_words() -> frozenset[bytes]:
    from kerlint.catalogue.codes import catalogue

    return frozenset(word for entry in catalogue() for word in entry.required_bytes)


@functools.lru_cache(maxsize=16)
def _words_of_rules(settings: Settings) -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    """The selected rules, each with the words without any of which it cannot fire."""
    from kerlint.catalogue.codes import FRONT_END, catalogue

    return tuple(
        (entry.code, entry.required_bytes)
        for entry in catalogue()
        if entry.code not in FRONT_END and settings.turns_on(entry)
    )
