"""Files of models: what is in them, and everything that can be wrong with them."""

from __future__ import annotations

import builtins
import io
import json
import os
import struct
import time
import zipfile

import pytest
from written import (
    archive,
    called,
    functional,
    layer,
    sequential,
    softmax_on_one_unit,
    source,
    tensor,
)

import kerlint
from kerlint.saved import files

MODEL = softmax_on_one_unit()


def lint(path, data, **settings):
    path.write_bytes(data)
    return kerlint.lint_paths(path, **settings)


def told(path, data):
    """The only line that is said of a file."""
    (finding,) = lint(path, data)
    assert finding.code == "KER000"
    assert "\n" not in finding.message
    return finding


@pytest.mark.parametrize("name", ["model.keras", "MODEL.KERAS", "old.h5.keras"])
def test_an_archive(tmp_path, name):
    (finding,) = lint(tmp_path / name, archive(MODEL))
    assert (finding.code, finding.layer) == ("KER101", "answer")
    assert str(finding).endswith(
        f"{name}: layer `answer`: error: KER101 softmax over a single unit always outputs 1.0, "
        "whatever the input"
    )
    assert finding.lines[finding.span.start.row].strip() == (
        'layers.Dense(1, activation="softmax", name="answer"),'
    )
    assert finding.fix is not None
    assert not finding.fix.edits


@pytest.mark.parametrize("text", [json.dumps(MODEL), json.dumps(json.dumps(MODEL))])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json(tmp_path, text, mark):
    (finding,) = lint(tmp_path / "config.json", mark + text.encode())
    assert (finding.code, finding.layer) == ("KER101", "answer")


def hdf5(path, **attributes):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        file.attrs.update(attributes)
        file.create_dataset("weights", data=[1.0, 2.0])
    return path.read_bytes()


@pytest.mark.parametrize("name", ["model.h5", "model.hdf5", "of_tensorflow_2.10.keras"])
def test_hdf5(tmp_path, name):
    config = {key: value for key, value in MODEL.items() if key != "compile_config"}
    training = {"loss": "binary_crossentropy", "optimizer_config": {"class_name": "Adam"}}
    text = json.dumps(config)
    data = hdf5(tmp_path / "x", model_config=text, training_config=json.dumps(training))
    (finding,) = lint(tmp_path / name, data)
    assert (finding.code, finding.layer) == ("KER101", "answer")
    assert "binary_crossentropy" in finding.help
    data = hdf5(tmp_path / "x", model_config=text.encode())  # as older versions of h5py wrote it
    assert [each.code for each in lint(tmp_path / name, data)] == ["KER101"]


def test_weights_only(tmp_path):
    finding = told(tmp_path / "model.weights.h5", hdf5(tmp_path / "x"))
    assert finding.severity is kerlint.Severity.INFO
    assert "weights only" in finding.message


def test_hdf5_without_h5py(tmp_path, monkeypatch):
    data = hdf5(tmp_path / "x", model_config="{}")
    imported = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "h5py":
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install h5py" in told(tmp_path / "model.h5", data).message


def test_models_are_not_looked_for(project, kerlint_process):
    (project / "model.keras").write_bytes(archive(MODEL))
    (project / "model.h5").write_bytes(b"weights")
    (project / "code.py").write_text("import keras\n")
    result = kerlint_process(".")
    assert result.code == 0, result.out
    assert "1 file" in result.out
    assert kerlint_process("model.keras").code == 1


# -- damaged and hostile files --------------------------------------------------------------------


def nested(depth):
    return b"[" * depth + b"]" * depth


def bomb():
    """A small archive whose member has gigabytes, and a directory that says otherwise."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("config.json", "w", force_zip64=True) as member,
    ):
        for _ in range(64):
            member.write(b" " * 1_000_000)
    return out.getvalue()


def lying(data):
    """The same archive with a tiny size in its directory."""
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<I", 10) + data[at + 28 :]


def encrypted(data):
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.rindex(mark) + offset
        data = data[:at] + bytes([data[at] | 1]) + data[at + 1 :]
    return data


def packed_oddly():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("config.json", json.dumps(MODEL))
    return out.getvalue()


WHOLE = archive(MODEL)
DAMAGED = {
    "empty": (b"", "the file is empty"),
    "text": (b"import keras", "neither a .keras archive nor an HDF5 file"),
    "truncated": (WHOLE[: len(WHOLE) // 2], "damaged"),
    "end missing": (WHOLE[:-10], "damaged"),
    "garbled": (WHOLE[:60] + b"\xff" * 40 + WHOLE[100:], "damaged"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + b"\0" * 200, "damaged"),
    "no config": (archive(MODEL, "other.json"), "no config.json"),
    "path outside": (archive(MODEL, "../config.json"), "no config.json"),
    "encrypted": (encrypted(WHOLE), "encrypted"),
    "unusual": (packed_oddly(), "unusual"),
    "bomb": (bomb(), "larger than 32 MB"),
    "lying bomb": (lying(bomb()), ""),
    "not UTF-8": (archive(b'{"class_name": "\xff"}'), "not UTF-8"),
    "not JSON": (archive(b"{'class_name': 1}"), "not JSON"),
    "cut JSON": (archive(json.dumps(MODEL).encode()[:-40]), "not JSON"),
    "deep": (archive(nested(100_000)), "200 levels"),
    "quotes": (archive(b'"' + b'\\"' * 1_000_000), "not JSON"),
    "list": (archive([MODEL]), "not the architecture"),
    "number": (archive(b"1" * 5000), "too many digits"),
    "pickle": (archive(b"\x80\x04cos\nsystem\n"), "not UTF-8"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_archives(tmp_path, name):
    data, words = DAMAGED[name]
    if name == "hdf5":
        pytest.importorskip("h5py")
    started = time.monotonic()
    assert words in told(tmp_path / "model.keras", data).message
    assert time.monotonic() - started < 20


def test_what_cannot_be_opened(project, kerlint_process):
    os.mkfifo(project / "model.h5")
    result = kerlint_process("model.h5")
    assert "not a regular file" in result.out
    assert result.code == 1
    (project / "model.keras").mkdir()
    result = kerlint_process("model.keras")
    assert "it is a folder" in result.out
    saved = project / "saved"
    saved.mkdir()
    (saved / "saved_model.pb").write_bytes(b"")
    result = kerlint_process("saved")
    assert "SavedModel" in result.out


def test_folders_with_code_are_read_whatever_they_are_called(project, kerlint_process):
    for name in ("pkg.keras", "exported"):
        folder = project / name
        folder.mkdir()
        (folder / "code.py").write_text("import keras\nkeras.layers.Dense(1)\n")
        (folder / "saved_model.pb").write_bytes(b"")
        assert "All checks passed" in kerlint_process(name).out


def broken(change):
    """A functional model with something wrong in its graph."""
    layers = [
        source("in", 8),
        called(layer("Dense", "a", units=4), tensor("in")),
        called(layer("Dense", "b", units=1), tensor("a")),
    ]
    parts = {"layers": layers, "inputs": ["in", 0, 0], "outputs": ["b", 0, 0]}
    change(parts)
    return functional(parts["layers"], parts["inputs"], parts["outputs"])


def set_input(parts, number, *tensors):
    parts["layers"][number]["inbound_nodes"] = [{"args": list(tensors), "kwargs": {}}]


GRAPHS = {
    "cycle": (lambda it: set_input(it, 1, tensor("b")), "cycle"),
    "itself": (lambda it: set_input(it, 1, tensor("a")), "cycle"),
    "missing layer": (lambda it: set_input(it, 1, tensor("c")), "'c'"),
    "missing output": (lambda it: it.update(outputs=["c", 0, 0]), "'c'"),
    "missing call": (lambda it: it.update(outputs=["in", 3, 0]), "'in'"),
    "same name": (lambda it: it["layers"].append(it["layers"][1]), "two of its layers"),
    "not a tensor": (lambda it: set_input(it, 1, {**tensor("in"), "config": 3}), "connection"),
    "not a node": (lambda it: it["layers"][1].update(inbound_nodes=[[3]]), "connection"),
    "no input": (lambda it: it.update(inputs=["a", 0, 0], outputs=["a", 0, 0]), ""),
    "no outputs": (lambda it: it.update(outputs=[]), "no outputs"),
    "layers of numbers": (lambda it: it.update(layers=[1, 2]), "'b'"),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_broken_graphs(tmp_path, name):
    change, words = GRAPHS[name]
    found = lint(tmp_path / "model.keras", archive(broken(change)))
    if words:
        (finding,) = found
        assert finding.code == "KER000"
        assert words in finding.message


HOSTILE = [
    "\n    import os",
    '"]); import os #',
    "# kerlint: ignore-file",
    "\u202e\u2066",
    "\ud800",
    "{x}",
    "a" * 10_000,
    "class",
    "model",
    "keras",
    "",
    "\\",
    "'\"",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_strings_stay_strings(tmp_path, name):
    layers = [
        source(name or "x", 8),
        called(layer("Dense", f"{name}1", units=4, activation=name), tensor(name or "x")),
        called(layer(name, f"{name}2", **{name: name}), tensor(f"{name}1")),
        called(layer("Dense", f"{name}3", units=1, activation="softmax"), tensor(f"{name}2")),
    ]
    model = functional(
        layers, [name or "x", 0, 0], [f"{name}3", 0, 0], loss=name, metrics=[name, {name: name}]
    )
    model["config"]["name"] = name
    found = lint(tmp_path / "model.keras", archive(model))
    assert [each.code for each in found] == ["KER101"]
    assert all("\n" not in str(each) for each in found)


def test_numbers_that_json_does_not_have(tmp_path):
    text = json.dumps(MODEL).replace('"units": 4', '"units": NaN')
    text = text.replace('"adam"', '{"class_name": "Adam", "config": {"learning_rate": Infinity}}')
    assert "KER101" in [each.code for each in lint(tmp_path / "m.keras", archive(text.encode()))]


def test_code_in_a_model_is_not_decoded(tmp_path):
    function = {"class_name": "__lambda__", "config": {"code": "gASVHQAAAA==", "defaults": None}}
    model = sequential(
        layer("InputLayer", "in", batch_shape=[None, 3]),
        layer("Lambda", "own", function=function),
        layer("Dense", "out", units=1, activation="softmax"),
        loss=function,
    )
    assert [each.layer for each in lint(tmp_path / "m.keras", archive(model))] == ["out"]


def test_too_many_layers(tmp_path):
    dense = [layer("Dense", f"dense_{n}", units=4, activation="relu") for n in range(30_000)]
    first = layer("InputLayer", "in", batch_shape=[None, 4])
    assert "20,000 layers" in told(tmp_path / "m.keras", archive(sequential(first, *dense))).message
    model = sequential(first, *dense[:19_000])
    assert "max-file-size" in told(tmp_path / "m.keras", archive(model)).message


def test_models_within_models(tmp_path):
    model = sequential(layer("Dense", "d", units=1))
    for number in range(40):
        model = sequential({**model, "config": {**model["config"], "name": f"m{number}"}})
    assert not [
        each for each in lint(tmp_path / "m.keras", archive(model)) if each.code == "KER000"
    ]


def test_fixes_leave_the_file_alone(project, kerlint_process):
    path = project / "model.keras"
    path.write_bytes(WHOLE)
    result = kerlint_process("--fix", "--unsafe-fixes", "model.keras")
    assert path.read_bytes() == WHOLE
    assert result.code == 1
    assert "Found 1 error in 1 file" in result.out
    assert "can be fixed" not in result.out
    assert not result.err
    result = kerlint_process("--add-ignore", "model.keras")
    assert path.read_bytes() == WHOLE
    assert "was not suppressed" in result.err


def test_the_largest_sizes():
    assert files.MAX_CONFIG >= 1_000_000
    assert files.MAX_DEPTH >= 100


def test_show(project, kerlint_process):
    (project / "model.keras").write_bytes(WHOLE)
    (project / "bad.keras").write_bytes(b"")
    result = kerlint_process("show", "model.keras")
    assert result.code == 0
    assert result.out.splitlines()[1:] == [
        "import keras",
        "from keras import layers",
        "",
        "model = keras.Sequential(",
        "    [",
        '        keras.Input((8,), name="input"),',
        '        layers.Dense(4, activation="relu", name="hidden"),',
        '        layers.Dense(1, activation="softmax", name="answer"),',
        "    ],",
        '    name="sequential",',
        ")",
        "model.compile(",
        '    optimizer="adam",',
        '    loss="binary_crossentropy",',
        ")",
    ]
    result = kerlint_process("show", "bad.keras", "model.keras", "none.keras")
    assert result.code == 2
    assert result.err.splitlines() == [
        "kerlint: bad.keras: could not be read: the file is empty",
        "kerlint: none.keras: could not be read: No such file or directory",
    ]
    assert "# model.keras" in result.out
