"""--data as people use it: which files it takes, and which verdicts it decides."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path

import pytest

from kerlint.execute import prove as prove_module
from kerlint.execute.proof import proof
from kerlint.execute.user_data import load

np = pytest.importorskip("numpy")

FROM_FILES = """\
import keras
import numpy as np
from keras import layers

model = keras.Sequential([layers.Dense(12, activation="relu"), layers.Dense({head})])
model.compile("adam", loss="{loss}", metrics=["{metric}"])
model.fit(np.load("features.npy"), np.load("answers.npy"))
"""
ACCURACY = FROM_FILES.format(head=1, loss="mae", metric="acc")


@pytest.fixture
def random():
    return np.random.default_rng(5)


@pytest.fixture
def proven(tmp_path: Path, prove, prover):
    """Code, verdict and evidence of each finding of a program that is trained on some files."""

    def run(text: str, *names: str, **settings: object) -> list[tuple[str, str, str]]:
        prover.data = load([str(tmp_path / name) for name in names]) if names else None
        try:
            found = prove(text, **settings)
        finally:
            prover.data = None
        return [(each.code, each.verdict, each.evidence) for each in found]

    return run


def saved(folder: Path, **arrays: object) -> None:
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


# -- the command ----------------------------------------------------------------------------------


@pytest.mark.tensorflow
def test_data_on_the_command_line(project, kerlint, random):
    saved(project, x=random.normal(size=(70, 6)), y=random.integers(0, 2, 70))
    (project / "program.py").write_text(ACCURACY)
    result = kerlint("--data", "x.npy", "y.npy", "program.py", "--write-proof", "proofs")
    assert result.code == 0, result.err
    assert "KER126" in result.out
    assert "The data in x.npy and y.npy were taken into account." in result.out
    assert "(1 refuted)" in result.out
    (script,) = (project / "proofs").iterdir()
    assert 'Targets(encoding="BINARY"' in " ".join(script.read_text().split()).replace("( ", "(")


@pytest.mark.slow
@pytest.mark.tensorflow
def test_one_file_with_both(project, kerlint, random):
    arrays = {"x_train": random.normal(size=(70, 6)), "y_train": random.normal(9, 4, 70)}
    np.savez_compressed(project / "all.npz", **arrays)
    (project / "program.py").write_text(ACCURACY)
    result = kerlint("--data=all.npz", "--output-format", "json", "program.py")
    (finding,) = json.loads(result.out)
    assert (result.code, finding["verdict"]) == (1, "confirmed")


# -- verdicts -------------------------------------------------------------------------------------


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("head", "targets", "verdict"),
    [
        (1, lambda r: r.integers(0, 2, 70), "refuted"),
        (1, lambda r: r.integers(0, 2, 70).astype(bool), "refuted"),
        (1, lambda r: r.integers(0, 2, (70, 1)).astype("float32"), "refuted"),
        (5, lambda r: np.eye(5)[r.integers(0, 5, 70)], "refuted"),
        (1, lambda r: r.normal(30, 9, 70), "confirmed"),
        (1, lambda r: r.integers(3, 80, 70), "confirmed"),
    ],
)
def test_the_kind_of_targets_decides(tmp_path, proven, random, head, targets, verdict):
    text = FROM_FILES.format(head=head, loss="mae", metric="acc")
    ((_, before, evidence),) = proven(text)
    assert (before, "holds if the targets are not" in evidence) == ("unproven", True)
    saved(tmp_path, x=random.normal(size=(70, 6)), y=targets(random))
    ((code, after, evidence),) = proven(text, "x.npy", "y.npy")
    assert (code, after) == ("KER126", verdict)
    assert "x.npy and y.npy" in evidence


@pytest.mark.tensorflow
def test_targets_out_of_reach(tmp_path, proven, random):
    text = FROM_FILES.format(head='1, activation="sigmoid"', loss="mse", metric="mae")
    saved(tmp_path, x=random.normal(size=(40, 3)), y=random.normal(200, 30, 40))
    saved(tmp_path, share=random.uniform(size=40))
    assert proven(text, "x.npy", "y.npy", select=["KER114"])[0][1] == "confirmed"
    assert proven(text, "x.npy", "share.npy", select=["KER114"])[0][1] == "refuted"


@pytest.mark.tensorflow
def test_sizes_with_a_name_come_from_the_data(tmp_path, proven, random):
    text = """\
import keras
from keras import layers

def make(features, classes):
    model = keras.Sequential([keras.Input((features,))])
    model.add(layers.Dense(9, activation="relu", kernel_initializer="zeros"))
    model.add(layers.Dense(classes, activation="softmax"))
    model.compile("adam", loss="sparse_categorical_crossentropy")
    return model
"""
    (before,) = proven(text)
    assert "features = 6" in before[2]
    saved(tmp_path, x=random.normal(size=(30, 17)), y=random.integers(0, 8, 30))
    (after,) = proven(text, "x.npy", "y.npy")
    assert (after[1], "features =" in after[2]) == ("confirmed", False)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("values", "seen"), [((0, 256), "lowest=0.0, highest=255.0"), ((-1, 2), "")]
)
def test_inputs_are_like_those_in_the_file(tmp_path, proven, random, monkeypatch, values, seen):
    saved(tmp_path, x=random.integers(*values, (30, 8, 8)), y=random.normal(size=30))
    text = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1, "softmax")])
model.compile("adam", loss="mse")
"""
    trials = []
    answer = prove_module.Prover._answer

    def watched(prover, job):
        trials.append(job.trial)
        return answer(prover, job)

    monkeypatch.setattr(prove_module.Prover, "_answer", watched)
    proven(text, "x.npy", "y.npy")
    (trial,) = trials
    made = proof(trial, trial.experiments[0], 0).models.partition("data=[")[2].partition("]")[0]
    assert made.startswith("Numbers((8, 8, 1)")
    assert ("lowest" in made) is bool(seen)
    assert seen in made


@pytest.mark.tensorflow
def test_several_inputs_and_outputs_by_their_names(tmp_path, proven, random):
    text = """\
import keras
from keras import layers
left, right = keras.Input((4,)), keras.Input((7,))
both = layers.concatenate([left, right])
model = keras.Model([left, right], [layers.Dense(1)(both), layers.Dense(3)(both)])
model.compile("adam", loss="mse", metrics=[["accuracy"], ["accuracy"]])
"""
    np.savez(
        tmp_path / "all.npz",
        x1=random.normal(size=(20, 4)),
        x2=random.normal(size=(20, 7)),
        y1=random.integers(0, 2, 20),
        y2=random.normal(size=(20, 3)),
    )
    found = sorted(verdict for _, verdict, _ in proven(text, "all.npz"))
    assert found == ["confirmed", "refuted"]


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ((20, 9), (20, 1), "the model takes inputs of shape (4,), and the samples in x.npy"),
        ((20, 5, 5), (20,), "have the shape (5, 5)"),
        ((20, 4), (20,), ""),
        ((20, 4, 1), (20, 1), ""),
    ],
)
def test_data_of_another_model_are_not_used(tmp_path, proven, random, x, y, reason):
    text = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", loss="mse", metrics=["accuracy"])
"""
    saved(tmp_path, x=random.normal(size=x), y=random.normal(size=y))
    ((_, verdict, evidence),) = proven(text, "x.npy", "y.npy")
    assert verdict == ("unproven" if reason else "confirmed")
    assert ("were not used" in evidence) is bool(reason)
    assert reason in evidence


@pytest.mark.tensorflow
def test_what_the_text_knows_is_not_overruled(tmp_path, proven, random):
    text = """\
import keras
import numpy as np
from keras import layers
model = keras.Sequential([keras.Input((4,)), layers.Dense(9, activation="softmax")])
model.compile("adam", loss="sparse_categorical_crossentropy")
model.fit(np.load("x.npy"), keras.utils.to_categorical(np.load("y.npy"), 9))
"""
    saved(tmp_path, x=random.normal(size=(40, 4)), y=random.integers(0, 9, 40))
    ((code, verdict, evidence),) = proven(text, "x.npy", "y.npy")
    assert (code, verdict) == ("KER130", "confirmed")
    assert "were not used: the program trains on one-hot targets" in evidence


# -- files ----------------------------------------------------------------------------------------


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x.npy", "nowhere.npy"], "nowhere.npy: no such file"),
        (["x.npy", "text.npy"], "text.npy is not a NumPy array"),
        (["x.npy", "pickle.npy"], "pickle.npy is not a NumPy array"),
        (["x.npy", "empty.npy"], "empty.npy is not a NumPy array"),
        (["x.npy", "cut.npz"], "cut.npz is not a NumPy array"),
        (["x.npy", "damaged.npz"], "damaged.npz is not a NumPy array"),
        (["x.npy", "huge.npz"], "huge.npz is not a NumPy array"),
        (["x.npy", "short.npy"], "short.npy is not a NumPy array"),
        (["x.npy", "dir.npy"], "dir.npy is not a file"),
        (["x.npy", "objects.npy"], "objects.npy contains Python objects"),
        (["x.npy", "words.npy"], "words.npy contains strings"),
        (["x.npy", "none.npy"], "none.npy is empty"),
        (["x.npy", "one.npy"], "one.npy is a single value"),
        (["x.npy", "nan.npy"], "nan.npy contains nothing but NaN"),
        (["x.npy", "dates.npy"], "dates.npy contains datetime64[D]"),
        (["x.npy", "longer.npy"], "x.npy has 6 samples, but longer.npy has 7"),
        (["x.npy"], "name the targets as well"),
        (["odd.npz"], "odd.npz has the arrays first, second"),
    ],
)
def test_files_that_cannot_be_used(project, kerlint, arguments, words):
    saved(
        project,
        x=np.ones((6, 2)),
        words=np.array(["a", "b"] * 3),
        none=np.zeros((0, 3)),
        one=np.array(3.0),
        nan=np.full(6, np.nan),
        dates=np.array(["2020-01-01"] * 6, "datetime64[D]"),
        longer=np.ones(7),
        objects=np.array([{}] * 6, dtype=object),
    )
    np.savez(project / "odd.npz", first=np.ones((6, 2)), second=np.ones(6))
    (project / "text.npy").write_text("1, 2, 3\n")
    (project / "pickle.npy").write_bytes(pickle.dumps([1, 2]))
    (project / "empty.npy").write_bytes(b"")
    (project / "cut.npz").write_bytes((project / "odd.npz").read_bytes()[:200])
    whole = (project / "odd.npz").read_bytes()
    (project / "damaged.npz").write_bytes(whole[:150] + b"\0" * 40 + whole[190:])
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
    with zipfile.ZipFile(project / "huge.npz", "w") as archive, archive.open("y.npy", "w") as file:
        np.lib.format.write_array_header_1_0(file, header)
    (project / "short.npy").write_bytes((project / "x.npy").read_bytes()[:-8])
    (project / "dir.npy").mkdir()
    (project / "program.py").write_text(ACCURACY)
    found = kerlint("--data", *arguments, "program.py")
    assert (found.code, found.out) == (2, "")
    assert found.err.count("\n") == 1
    assert found.err.startswith("kerlint: --data: ")
    assert words in found.err


@pytest.mark.tensorflow
def test_a_trap_in_an_array_of_objects_is_not_sprung(project, kerlint):
    class Trap:
        def __reduce__(self):
            return (open, (str(project / "sprung"), "w"))

    trap = np.array([Trap()] * 3, dtype=object)
    np.save(project / "y.npy", trap)
    np.savez(project / "both.npz", x=np.ones((3, 2)), y=trap)
    saved(project, x=np.ones((3, 2)))
    (project / "program.py").write_text(ACCURACY)
    assert kerlint("--data", "x.npy", "y.npy", "program.py").code == 2
    assert kerlint("--data", "both.npz", "program.py").code == 2
    assert not (project / "sprung").exists()


def test_only_a_part_of_a_large_file_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("kerlint.execute.user_data.MAX_BYTES", 4_000)
    monkeypatch.setattr("kerlint.execute.user_data.BLOCK_BYTES", 400)
    saved(tmp_path, x=np.arange(90_000.0).reshape(9_000, 10), y=np.arange(9_000) // 4_500)
    found = load([str(tmp_path / "x.npy"), str(tmp_path / "y.npy")])
    (x,), (y,) = found.inputs, found.targets
    assert (x.sampled, x.shape) == (True, (9_000, 10))
    assert x.lowest == 0.0
    assert x.highest > 80_000
    assert y.zeros_and_ones


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[0, 1], [1, 0]], True),
        ([[0, 1], [1, 1]], False),
        ([[0, 0], [1, 0]], False),
        ([[0.5, 0.5], [1, 0]], False),
        ([[2, -1], [1, 0]], False),
    ],
)
def test_one_hot_rows(tmp_path, rows, expected):
    saved(tmp_path, x=np.ones((2, 3)), y=np.array(rows))
    found = load([str(tmp_path / "x.npy"), str(tmp_path / "y.npy")])
    assert found.targets[0].one_per_row is expected


def test_parts_that_are_held_out_are_left_out(tmp_path):
    names = {"x_train": 5, "y_train": 5, "x_test": 2, "y_test": 2}
    np.savez(tmp_path / "a.npz", **{name: np.ones((size, 1)) for name, size in names.items()})
    found = load([str(tmp_path / "a.npz")])
    assert [each.name for each in found.inputs] == ["a.npz[x_train]"]
    assert [each.name for each in found.targets] == ["a.npz[y_train]"]
