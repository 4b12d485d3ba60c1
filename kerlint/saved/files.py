"""Files of saved models → their configuration, within bounds of size and depth."""

from __future__ import annotations

import json
import os
import re
import stat
import zipfile
from collections.abc import Mapping
from typing import Any, NoReturn

from kerlint.saved.architecture import Architecture, Config, NotReadable

# The largest model of keras.applications takes one megabyte.
MAX_CONFIG = 32_000_000  # characters of a configuration
MAX_DEPTH = 200  # nested objects and lists; a model within a model adds six
_MAX_DIGITS = 18

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MEMBER = "config.json"
# Strings first: a bracket in one of them opens nothing. One without an end goes on to the end.
_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def read_saved(path: str) -> Architecture:
    """Read the architecture in a ``.keras`` archive, an HDF5 file or JSON.

    What a file is shows in its first bytes: older versions of Keras wrote HDF5 whatever it was to
    be called. Raises ``NotReadable``.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise NotReadable("it is not a regular file")
        with open(path, "rb") as file:
            start = file.read(len(_HDF5))
    except (OSError, ValueError) as error:
        raise NotReadable(getattr(error, "strerror", None) or str(error)) from None
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        return _from_archive(path)
    if start == _HDF5:
        return _from_hdf5(path)
    if path.lower().endswith(".json"):
        return _from_json_file(path)
    if not start:
        raise NotReadable("the file is empty")
    if path.lower().endswith(".keras"):
        raise NotReadable("it is neither a .keras archive nor an HDF5 file")
    raise NotReadable("it is not an HDF5 file")


# -- .keras ---------------------------------------------------------------------------------------


def _from_archive(path: str) -> Architecture:
    return _architecture(_parsed(_decoded(_member(path), _MEMBER), _MEMBER))


def _member(path: str) -> bytes:
    """The bytes of ``config.json``. What the directory says of its size is not believed."""
    try:
        with zipfile.ZipFile(path) as archive:
            try:
                info = archive.getinfo(_MEMBER)
            except KeyError:
                raise NotReadable(
                    f"the archive has no {_MEMBER}, so it is not a model that Keras saved"
                ) from None
            if info.flag_bits & 0x1:
                raise NotReadable(f"{_MEMBER} in the archive is encrypted")
            if info.compress_type not in _PLAIN_METHODS:
                raise NotReadable(f"{_MEMBER} in the archive is compressed in an unusual way")
            with archive.open(info) as member:
                data = member.read(MAX_CONFIG + 1)
    except NotReadable:
        raise
    except Exception as error:  # of zipfile and zlib: a damaged archive has many ways to fail
        raise NotReadable(f"the archive is damaged ({_in_short(error)})") from None
    if len(data) > MAX_CONFIG:
        _too_large(_MEMBER)
    return data


def _too_large(what: str) -> NoReturn:
    raise NotReadable(f"{what} is larger than {MAX_CONFIG // 1_000_000} MB")


def _in_short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:100] if text else type(error).__name__


# -- HDF5 -----------------------------------------------------------------------------------------

INSTALL = "it is an HDF5 file, and reading it needs h5py: pip install h5py"


def _from_hdf5(path: str) -> Architecture:
    try:
        import h5py
    except ImportError:
        raise NotReadable(INSTALL) from None
    try:
        with h5py.File(path, "r") as file:
            attributes = file.attrs
            model = _text_of(attributes, "model_config")
            training = _text_of(attributes, "training_config")
    except NotReadable:
        raise
    except Exception as error:  # of h5py: a damaged file has many ways to fail
        raise NotReadable(f"the HDF5 file is damaged ({_in_short(error)})") from None
    if model is None:
        raise NotReadable("it has weights only, and no architecture to check", valid=True)
    config = _parsed(model, "model_config")
    compiled = _parsed(training, "training_config") if training is not None else {}
    if isinstance(config, Mapping) and isinstance(compiled, Mapping) and compiled:
        config = {**config, "compile_config": _of_keras_2(compiled)}
    return _architecture(config)


def _text_of(attributes: Any, name: str) -> str | None:
    """An attribute with one text; it is not read if it is anything else."""
    if name not in attributes:
        return None
    described = attributes.get_id(name)
    if described.shape not in ((), (1,)) or described.dtype.kind not in "OS":
        raise NotReadable(f"{name} is not a text")
    if described.dtype.itemsize > MAX_CONFIG:
        _too_large(name)
    value = attributes[name]
    if described.shape == (1,):
        value = value[0]
    if isinstance(value, bytes):
        return _decoded(bytes(value), name)
    if not isinstance(value, str):
        raise NotReadable(f"{name} is not a text")
    return str(value)


def _of_keras_2(compiled: Config) -> Config:
    """A ``training_config`` with the keys of ``get_compile_config``."""
    named = {key: value for key, value in compiled.items() if key != "optimizer_config"}
    if "optimizer_config" in compiled:
        named["optimizer"] = compiled["optimizer_config"]
    return named


# -- JSON -----------------------------------------------------------------------------------------


def _from_json_file(path: str) -> Architecture:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIG + 1)
    except OSError as error:
        raise NotReadable(error.strerror or str(error)) from None
    if len(data) > MAX_CONFIG:
        _too_large("it")
    config = _parsed(_decoded(data, "it"), "it")
    if isinstance(config, str):  # json.dump(model.to_json(), file)
        config = _parsed(config, "it")
    return _architecture(config)


def _decoded(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(f"{what} is not UTF-8 (byte {error.start})") from None


def _parsed(text: str, what: str) -> Any:
    if len(text) > MAX_CONFIG:
        _too_large(what)
    depth = 0
    for found in _BRACKETS.finditer(text):
        opened = found[0]
        if opened in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise NotReadable(f"{what} is nested more than {MAX_DEPTH} levels deep")
        elif opened in "]}":
            depth -= 1
    try:
        return json.loads(text, parse_int=_int, parse_constant=float)
    except NotReadable:
        raise
    except (ValueError, RecursionError) as error:
        raise NotReadable(f"{what} is not JSON ({_in_short(error)})") from None


def _int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS + 1:
        raise NotReadable("it has a number with too many digits")
    return int(digits)


def _architecture(config: Any) -> Architecture:
    if not isinstance(config, Mapping) or not isinstance(config.get("class_name"), str):
        raise NotReadable("it is JSON, but not the architecture of a Keras model", valid=True)
    compiled = config.get("compile_config")
    return Architecture(config, compiled if isinstance(compiled, Mapping) else {})
