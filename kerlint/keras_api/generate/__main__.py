"""``python -m kerlint.keras_api.generate``: measure every release and rewrite the data."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from kerlint.keras_api.generate.keywords import summary, to_try
from kerlint.keras_api.generate.merge import History, write
from kerlint.keras_api.generate.read_source import read, read_names
from kerlint.keras_api.generate.shape import ReleaseData

DATA = Path(__file__).resolve().parent.parent / "data"

# Keras 1 and 2 as separate packages do not import any more: their text is read.
READ = {
    "1.2": "1.2.2",
    "2.2": "2.2.4",
    "2.3": "2.3.1",
    "2.6": "2.6.0",
    "2.8": "2.8.0",
    "2.10": "2.10.0",
    "2.12": "2.12.0",
}
# These import beside today's TensorFlow; "2" and the newest come from what is installed.
IMPORTED = {
    "3.0": "3.0.5",
    "3.3": "3.3.3",
    "3.5": "3.5.0",
    "3.7": "3.7.0",
    "3.8": "3.8.0",
    "3.10": "3.10.0",
    "3.12": "3.12.0",
}
NEEDS = {"3.0.5": ("dm-tree", "attrs")}  # what only this one depends on
NEWEST = "3.15"
LEGACY = "2"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=Path, help="folder to keep downloaded releases in")
    arguments = parser.parse_args()
    if arguments.releases:
        arguments.releases.mkdir(parents=True, exist_ok=True)
        generate(arguments.releases)
    else:
        with tempfile.TemporaryDirectory() as folder:
            generate(Path(folder))


def generate(releases: Path) -> None:
    """Measure all releases (downloading those that ``releases`` lacks) and write the data."""
    history = History()
    for release in [NEWEST, *reversed(IMPORTED), LEGACY]:
        print("import", release, file=sys.stderr)
        history.add(release, observed(release, releases), imported=True)
    for release, version in reversed(READ.items()):
        print("read", release, file=sys.stderr)
        history.add(release, read(source(version, releases)), imported=False)
    history.elsewhere = elsewhere()
    wanted = releases / "keywords.json"
    wanted.write_text(json.dumps(to_try(history)), "utf-8")
    trials = {}
    for release in [NEWEST, *reversed(IMPORTED), LEGACY]:
        print("try", release, file=sys.stderr)
        module = "kerlint.keras_api.generate.probe"
        trials[release] = json.loads(run(release, releases, module, package(release), str(wanted)))
    write(history, summary(trials, NEWEST), DATA)


def observed(release: str, releases: Path) -> ReleaseData:
    """Return what an importable release shows, measured in a process of its own."""
    output = run(release, releases, "kerlint.keras_api.generate.observe", package(release))
    result: ReleaseData = json.loads(output)
    return result


def package(release: str) -> str:
    return "tf_keras" if release == LEGACY else "keras"


def elsewhere() -> dict[str, Any]:
    """Return what the newest Keras and TensorFlow hold in places that are not public."""
    keras, tensorflow = (
        Path(importlib.util.find_spec(name).origin).parent  # type: ignore[union-attr, arg-type]
        for name in ("keras", "tensorflow")
    )
    source_names = read_names(keras / "src", "keras.src")
    packages = {
        module for module in source_names if any(m.startswith(module + ".") for m in source_names)
    }
    return {
        "source_modules": {
            module: names if module in packages else None for module, names in source_names.items()
        },
        "tensorflow_python": read_names(tensorflow / "python" / "keras", "tensorflow.python.keras"),
    }


def run(release: str, releases: Path, module: str, *arguments: str) -> str:
    """Run a module of the generator against one release and return what it prints."""
    path = [str(Path(__file__).resolve().parents[3])]
    if release in IMPORTED:
        path.insert(0, str(installed(IMPORTED[release], releases)))
    environment: dict[str, Any] = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path),
        "KERAS_BACKEND": "tensorflow",
        "PYTHONHASHSEED": "0",
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{module} failed for Keras {release}:\n{done.stderr}")
    return done.stdout


def installed(version: str, releases: Path) -> Path:
    target = releases / version
    if not target.exists():
        needed = NEEDS.get(version, ())
        pip("install", "--target", str(target), f"keras=={version}", *needed)
    return target


def source(version: str, releases: Path) -> Path:
    """Return the folder that holds the ``keras`` package of a release, as text."""
    target = releases / f"source-{version}"
    if not target.exists():
        archives = releases / f"archive-{version}"
        old = version in ("1.2.2", "2.2.4", "2.3.1")
        form = ("--no-build-isolation", "--no-binary=:all:") if old else ("--only-binary=:all:",)
        pip("download", "--dest", str(archives), *form, f"keras=={version}")
        archive = next(archives.iterdir())
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(target)
        else:
            with tarfile.open(archive) as tar:
                tar.extractall(target)
    inner = next(target.glob("[Kk]eras-*/keras"), target / "keras")
    return inner.parent


def pip(command: str, *arguments: str) -> None:
    line = [sys.executable, "-m", "pip", command, "--quiet", "--no-deps", *arguments]
    subprocess.run(line, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
