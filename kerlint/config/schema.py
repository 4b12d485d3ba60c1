"""The JSON schema of the settings: ``python -m kerlint.config.schema`` writes it.

Editors check and complete config files with it. It is that of a ``kerlint.toml``, and of the table
``[tool.kerlint]`` of a ``pyproject.toml``, as in the catalogue of SchemaStore.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kerlint.catalogue.codes import catalogue
from kerlint.config.pages import as_json
from kerlint.config.settings import BACKENDS, KEYS, from_toml

COMMAND = "python -m kerlint.config.schema"
FILE = Path(__file__).with_name("settings-schema.json")

_RULES = {"type": "array", "items": {"$ref": "#/definitions/rule"}}
_NAME = r"^\w+(\.\w+)*$"
_OF_KIND: Mapping[str, dict[str, Any]] = {
    "boolean": {"type": "boolean"},
    "string": {"type": "string"},
    "list of patterns": {"type": "array", "items": {"type": "string"}},
    "list of rules": _RULES,
    "number of bytes, or string": {
        "anyOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*[kKmMgG]?[bB]?\s*$"},
        ]
    },
    "table of names": {
        "type": "object",
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": {"type": "string", "pattern": _NAME},
    },
    "table of patterns and rules": {"type": "object", "additionalProperties": _RULES},
    "table of rules and severities": {
        "type": "object",
        "propertyNames": {"$ref": "#/definitions/rule"},
        "additionalProperties": {"$ref": "#/definitions/severity"},
    },
}
# What is known of the values of some settings besides their kind.
_OF_SETTING: Mapping[str, dict[str, Any]] = {
    "backend": {"type": "string", "enum": list(BACKENDS)},
    "fail-on": {"$ref": "#/definitions/severity"},
    "target-keras": {"type": "string", "pattern": r"^(tf_keras|[23](\.\d+){0,2})$"},
}


def schema() -> dict[str, Any]:
    """The schema, as the settings and rules are now; rules of other packages may be named, too."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://json.schemastore.org/kerlint.json",
        "title": "kerlint",
        "description": "Settings of kerlint, which finds bugs in Keras code.",
        "type": "object",
        "properties": {name: _of_setting(name) for name in KEYS},
        "additionalProperties": False,
        "definitions": {
            "rule": {
                "description": "A rule: its code, the beginning of its code, its name, or ALL.",
                "anyOf": [{"type": "string", "enum": list(_selectors())}, {"type": "string"}],
            },
            "severity": {"type": "string", "enum": ["error", "warning", "info"]},
        },
    }


def _of_setting(name: str) -> dict[str, Any]:
    key, shown = KEYS[name], as_json(name)
    made: dict[str, Any] = {"description": shown["meaning"]}
    value = _OF_SETTING.get(name) or _OF_KIND[key.kind]
    # In draft 7, what is beside a $ref does not count.
    made.update({"allOf": [value]} if "$ref" in value else value)
    if key.default:
        made["default"] = shown["default"]
    examples = from_toml(str(shown["example"]))
    return {**made, "examples": list(examples.values())}


def _selectors() -> Iterator[str]:
    """What names one or several of kerlint's own rules."""
    yield "ALL"
    entries = [entry for entry in catalogue() if not entry.plugin]
    codes = [entry.code for entry in entries]
    yield from sorted({code[:length] for code in codes for length in range(3, 7)})
    yield from sorted(entry.name for entry in entries)


def text() -> str:
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
