"""Imports one Keras and prints every public class, method and function with its parameter names.

Run by ``test_call_everything`` in a process of its own, with the package as its argument.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
from types import ModuleType
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def parameters(function: Any, *, bound: bool) -> list[str] | None:
    """The names that can be given by keyword; None for what has no signature."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    return [
        one.name
        for one in found[1 if bound else 0 :]
        if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    ]


def methods(cls: type) -> dict[str, list[str]]:
    found = {}
    for name in dir(cls):
        member = inspect.getattr_static(cls, name)
        function = getattr(member, "__func__", member)
        if name.startswith("_") or not inspect.isroutine(function):
            continue
        names = parameters(function, bound=not isinstance(member, staticmethod))
        if names is not None:
            found[name] = names
    return found


def walk(module: ModuleType, path: str, seen: set[int], result: dict[str, Any]) -> None:
    for name, value in sorted(vars(module).items()):
        where = f"{path}.{name}"
        if name.startswith("_") or name in ("src", "api"):
            continue
        if isinstance(value, ModuleType):
            if value.__name__.startswith(("keras", "tf_keras")) and ".src" not in value.__name__:
                if id(value) not in seen:
                    seen.add(id(value))
                    walk(value, where, seen, result)
        elif inspect.isclass(value):
            own = value.__init__ is not object.__init__
            made = parameters(value.__init__, bound=True) if own else []
            result[where] = {"parameters": made, "methods": methods(value)}
        elif callable(value):
            result[where] = {"parameters": parameters(value, bound=False)}


def main() -> None:
    root = importlib.import_module(sys.argv[1])
    result: dict[str, Any] = {}
    walk(root, "keras", {id(root)}, result)
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
