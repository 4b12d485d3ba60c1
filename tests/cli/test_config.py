"""``kerlint config``: every setting with its meaning, and the JSON schema of config files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerlint.config import pages as settings_pages
from kerlint.config import schema as settings_schema
from kerlint.config.settings import KEYS, SettingsError, combine, from_toml, layer

TOP = Path(__file__).parents[2]


def test_list(kerlint, project):
    done = kerlint("config")
    assert (done.code, done.err) == (0, "")
    firsts = [line.split()[0] for line in done.out.splitlines() if line[:1].strip()]
    assert firsts == [*KEYS, "Run"]
    assert max(map(len, done.out.splitlines())) <= 100
    assert "](#" not in done.out


@pytest.mark.parametrize("name", ["target-keras", "target_keras", "Target-Keras"])
def test_one(kerlint, name):
    done = kerlint("config", name)
    assert (
        done.out
        == """\
target-keras

The Keras release that the code runs on: `3` (the newest), a release such as `3.8`, `2`, or
`tf_keras`.

Type: string
Default: "3"
Option: --target-keras RELEASE
Environment variable: KERLINT_TARGET_KERAS

Example, in pyproject.toml:
    [tool.kerlint]
    target-keras = "3.8"

In kerlint.toml:
    target-keras = "3.8"
"""
    )


def test_a_table(kerlint):
    lines = kerlint("config", "severity").out.splitlines()
    assert lines[-6:] == [
        *("    [tool.kerlint.severity]", '    KER123 = "error"', ""),
        *("In kerlint.toml:", "    [severity]", '    KER123 = "error"'),
    ]


def test_unknown(kerlint):
    done = kerlint("config", "selct", "ignore", "nothing")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "kerlint: unknown setting 'selct'; did you mean 'select'?\n"
        "kerlint: unknown setting 'nothing'\n"
    )


def test_as_json(kerlint):
    shown = json.loads(kerlint("config", "--output-format", "json").out)
    assert [each["name"] for each in shown] == list(KEYS)
    (one,) = json.loads(kerlint("config", "max-file-size", "--output-format", "json").out)
    assert one == {
        "name": "max-file-size",
        "type": "number of bytes, or string",
        "default": "1 MB",
        "meaning": "Skip files that are larger than this.",
        "example": 'max-file-size = "2 MB"',
        "option": "--max-file-size",
        "variable": "KERLINT_MAX_FILE_SIZE",
    }
    done = kerlint("config", "--output-format", "sarif")
    assert done.err == "kerlint: --output-format must be text or json, not 'sarif'\n"


@pytest.mark.parametrize("name", KEYS)
def test_examples(name):
    """Each is a config file that sets what it is for, and something else than the default."""
    raw = from_toml(settings_pages.example(name))
    assert list(raw) == [name]
    assert from_toml(settings_pages.example(name, "tool.kerlint")) == {"tool": {"kerlint": raw}}
    assert combine("/", [layer(raw, "/", "")]) != combine("/", [])


def test_a_folder_of_that_name(kerlint, project, softmax):
    (project / "config").mkdir()
    (project / "config" / "a.py").write_text(softmax)
    assert kerlint("./config").code == 1
    assert kerlint("check", "config").code == 1


# --- the schema ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(settings_schema.FILE.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def test_the_schema_is_as_the_settings_are():
    stale = f"run: {settings_schema.COMMAND}"
    assert settings_schema.FILE.read_text(encoding="utf-8") == settings_schema.text(), stale


def test_the_schema_is_printed(kerlint):
    done = kerlint("config", "--schema")
    assert (done.out, done.code) == (settings_schema.text(), 0)


@pytest.mark.parametrize("name", KEYS)
def test_the_schema_takes_examples_and_defaults(validator, name):
    validator.validate(from_toml(settings_pages.example(name)))
    if KEYS[name].default:
        validator.validate(from_toml(f"{name} = {KEYS[name].default}"))


def test_the_schema_takes_real_files(validator):
    table = from_toml((TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["kerlint"]
    validator.validate(table)
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    text = readme.partition("<!-- settings -->\n```toml\n")[2].partition("```")[0]
    validator.validate(from_toml(text)["tool"]["kerlint"])
    # A rule that another package adds, and the line by which an editor finds the schema.
    validator.validate(from_toml('#:schema kerlint.json\nselect = ["ABC123"]'))


@pytest.mark.parametrize(
    "text",
    [
        'selct = ["KER1"]',
        'select = "KER1"',
        "select = [1]",
        "fix = 1",
        'fix = "yes"',
        'severity = "error"',
        'severity = { KER101 = "fatal" }',
        "per-file-ignores = []",
        'per-file-ignores = { "a.py" = "KER1" }',
        "target-keras = 3",
        'target-keras = "4"',
        'backend = "theano"',
        'fail-on = "never"',
        "max-file-size = 0",
        'max-file-size = "big"',
        "cache-dir = 3",
        "exclude = [[]]",
        'aliases = ["a.b"]',
        'aliases = { "a b" = "keras.layers.Dense" }',
        'aliases = { "a.b" = 3 }',
        "preview = 0",
    ],
)
def test_what_the_schema_refuses(validator, text):
    """All that kerlint refuses because of its form."""
    raw = from_toml(text)
    assert not validator.is_valid(raw)
    with pytest.raises(SettingsError):
        layer(raw, "/", "")


def test_the_schema_completes_rules(validator):
    known = validator.schema["definitions"]["rule"]["anyOf"][0]["enum"]
    assert {"ALL", "KER", "KER1", "KER101", "softmax-on-one-unit"} <= set(known)
