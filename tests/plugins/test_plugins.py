"""Rules that other packages add: installed as people install them, and run by the real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOP = HERE.parents[1]

MODEL = """\
from keras import Sequential, layers

model = Sequential([layers.Dense(4, "relu"), layers.Dropout(0.9), layers.Dense(1)])
"""
RULE = """\
from collections.abc import Iterator
from kerlint.plugin import *

class {name}(Rule):
    \"\"\"A layer is dense.\"\"\"
    code = "{code}"
    severity = Severity.ERROR
    required_bytes = (b"Dense",)
    names = ("Dense",)

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        {body}
"""
FINDS = 'yield Finding(layer.origin.site, "it is dense")'


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """A folder with the example package, installed by pip."""
    folder = tmp_path_factory.mktemp("installed")
    source = tmp_path_factory.mktemp("source") / "example"
    shutil.copytree(HERE / "example", source)  # pip builds in the folder itself
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
    offline = ["--no-build-isolation", "--no-deps", "--no-index", str(source)]
    subprocess.run([*command, *offline], check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture
def run(project):
    """Run kerlint with what is installed in a folder."""

    def run(folder, *words, **environment):
        path = os.pathsep.join([str(folder), str(TOP)])
        return subprocess.run(
            [sys.executable, "-m", "kerlint", *words],
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "PYTHONPATH": path, **environment},
        )

    return run


@pytest.fixture
def package(tmp_path):
    """Write a package with one module of rules, as if it were installed."""
    folder = tmp_path / "site"

    def package(name, text, version="1.0", value=None):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(text)
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[kerlint.rules]\nmine = {value or name}\n")
        return folder

    return package


def codes(done):
    return [each["code"] for each in json.loads(done.stdout)]


def test_found(installed, run, project):
    (project / "a.py").write_text(MODEL)
    done = run(installed, "a.py", "--output-format", "concise", "--quiet")
    line = "a.py:3:46: warning: LAB101 a dropout rate of 0.9 is above 0.5\n"
    assert (done.stdout, done.stderr, done.returncode) == (line, "", 1)
    without = run(installed, "a.py", "--quiet", KERLINT_NO_PLUGINS="1")
    assert (without.stdout, without.stderr, without.returncode) == ("", "", 0)


def test_its_own_tests(installed, tmp_path):
    tests = shutil.copytree(HERE / "example" / "tests", tmp_path / "tests")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), str(TOP)])},
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_listed_and_explained(installed, run):
    assert "\nLAB101  warning   on       dropout-above-half " in run(installed, "rules").stdout
    listed = json.loads(run(installed, "rules", "--output-format", "json").stdout)
    assert [each["code"] for each in listed if each["plugin"]] == ["LAB101"]
    page = run(installed, "explain", "lab101").stdout
    assert page.startswith(
        "LAB101 dropout-above-half (warning, on by default)\nFrom kerlint-example 1.0.\n"
    )
    assert "layers.Dropout(0.9)" in page
    assert run(installed, "explain", "LAB").stdout == page
    assert run(installed, "explain", "dropout-above-half").stdout == page


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_selected(installed, run, project, option):
    """One folder for each way to name the rule, with settings of its own."""
    words = ("LAB101", "lab101", "LAB", "LAB1", "dropout-above-half", "ALL")
    for word in words:
        (project / word).mkdir()
        (project / word / "kerlint.toml").write_text(f'{option[2:]} = ["{word}"]\n')
        (project / word / "a.py").write_text(MODEL)
    found = codes(run(installed, "--output-format", "json"))
    assert found == (["LAB101"] * len(words) if option == "--select" else [])
    (project / "a.py").write_text(MODEL)
    found = codes(run(installed, option, "lab1", "--output-format", "json", "a.py"))
    assert found == (["LAB101"] if option == "--select" else [])


def test_a_letter_is_no_prefix(installed, run):
    done = run(installed, "--select", "LA")
    assert done.stderr == "kerlint: --select: unknown rule 'LA'\n"


def test_settings(installed, run, project):
    (project / "a.py").write_text(MODEL)
    (project / "old.py").write_text(MODEL)
    (project / "kerlint.toml").write_text(
        '[per-file-ignores]\n"old.py" = ["LAB101"]\n[severity]\nLAB1 = "error"\n'
    )
    done = run(installed, "--output-format", "concise", "-q")
    assert done.stdout == "a.py:3:46: error: LAB101 a dropout rate of 0.9 is above 0.5\n"


def test_suppressed(installed, run, project):
    for number, comment in enumerate(("kerlint: ignore[LAB101]", "noqa: LAB101")):
        text = MODEL.replace("Dense(1)])", f"Dense(1)])  # {comment}")
        (project / f"a{number}.py").write_text(text)
    # Who does not have the package is not told that the comment is wrong.
    done = run(installed, "--output-format", "concise", "-q", KERLINT_NO_PLUGINS="1")
    assert (done.stdout, done.returncode) == ("", 0)
    comment = "kerlint: ignore[dropout-above-half]"
    (project / "b.py").write_text(MODEL.replace("Dense(1)])", f"Dense(1)])  # {comment}"))
    done = run(installed, "--output-format", "concise", "-q")
    assert (done.stdout, done.returncode) == ("", 0)


def test_unused_suppression(installed, run, project):
    (project / "a.py").write_text("import keras  # kerlint: ignore[LAB101]\n")
    assert codes(run(installed, "--output-format", "json")) == ["KER013"]


def test_fixed(installed, run, project):
    (project / "a.py").write_text(MODEL)
    assert run(installed, "--fix", "--unsafe-fixes").returncode == 0
    assert (project / "a.py").read_text() == MODEL.replace("0.9", "0.5")


def test_formats(installed, run, project):
    (project / "a.py").write_text(MODEL)
    done = run(installed, "--output-format", "sarif")
    ((rule,),) = [each["tool"]["driver"]["rules"] for each in json.loads(done.stdout)["runs"]]
    assert rule["id"] == "LAB101"
    assert rule["shortDescription"]["text"].startswith("A dropout rate above 0.5")
    assert "helpUri" not in rule
    (found,) = json.loads(run(installed, "--output-format", "json").stdout)
    assert (found["code"], found["name"], found["url"]) == ("LAB101", "dropout-above-half", None)
    schema = json.loads((TOP / "kerlint" / "reports" / "schema-1.json").read_text())
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate([found], schema)


def test_in_several_processes(installed, run, project):
    for number in range(8):
        (project / f"a{number}.py").write_text(MODEL + "# long\n" * 6000)
    found = codes(run(installed, "--output-format", "json", "--jobs", "2", "--no-cache"))
    assert found == ["LAB101"] * 8


def test_from_python(installed, project):
    program = f"import kerlint\nprint([f.code for f in kerlint.lint_source({MODEL!r})])\n"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), str(TOP)])}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "['LAB101']\n"


def test_cached(package, run, project):
    """Another release of the package, or another text of it, may find something else."""
    (project / "a.py").write_text(MODEL)
    folder = package("one", RULE.format(code="ABC1", name="Dense", body=FINDS))
    first = run(folder, "--output-format", "json")
    assert codes(first) == ["ABC1", "ABC1"]
    assert run(folder, "--output-format", "json").stdout == first.stdout
    package("one", RULE.format(code="ABC1", name="Dense", body=FINDS.replace("is", "is very")))
    assert "it is very dense" in run(folder, "--output-format", "concise").stdout
    assert "very" not in run(folder, "-q", KERLINT_NO_PLUGINS="1").stdout


def test_what_an_entry_point_may_name(package, run, project):
    (project / "a.py").write_text(MODEL)
    text = RULE.format(code="ABC1", name="First", body=FINDS)
    text += RULE.format(code="ABC2", name="Second", body=FINDS)
    text += "RULES = [First, Second()]\nONE = Second()\n"
    for value, found in (
        ("one", {"ABC1", "ABC2"}),
        ("one:RULES", {"ABC1", "ABC2"}),
        ("one:ONE", {"ABC2"}),
        ("one:First", {"ABC1"}),
    ):
        folder = package("one", text, value=value)
        assert set(codes(run(folder, "--output-format", "json"))) == found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "import nothing_of_that_name",
            "entry point 'mine' (bad) cannot be loaded: ModuleNotFoundError: No module named "
            "'nothing_of_that_name'",
        ),
        ("import sys; sys.exit(3)", "entry point 'mine' (bad) cannot be loaded: SystemExit: 3"),
        (
            RULE.format(code="KER101", name="Mine", body=FINDS),
            "the rule Mine has the code KER101, but KER is for kerlint's own rules",
        ),
        (
            RULE.format(code="abc1", name="Mine", body=FINDS),
            "the rule Mine has the code 'abc1', which is not capital letters and then digits, such "
            "as ABC123",
        ),
        (
            RULE.format(code="ABC1", name="Mine", body=FINDS).replace("severity", "severe"),
            "the rule ABC1 has no `severity` such as Severity.WARNING",
        ),
        (
            RULE.format(code="ABC1", name="Mine", body=FINDS).replace(" layer: Layer,", " layer,"),
            "the rule ABC1 has a `check` whose first parameter is not annotated with what it wants "
            "to see",
        ),
        (
            RULE.format(code="ABC1", name="SoftmaxOnOneUnit", body=FINDS),
            "the rule ABC1 is left out, because KER101 has the same name",
        ),
        (
            RULE.format(code="ABC1", name="Mine", body=FINDS).replace('(b"Dense",)', '("Dense",)'),
            "the rule ABC1 has `required_bytes` that are not a tuple of bytes",
        ),
    ],
)
def test_a_package_that_cannot_be_used(package, run, project, text, problem):
    """One line, and all other rules go on; the exit code says that something went wrong."""
    (project / "a.py").write_text(MODEL)
    package("good", RULE.format(code="GOOD1", name="Good", body=FINDS))
    folder = package("bad", text)
    done = run(folder, "--output-format", "json")
    assert done.stderr == f"kerlint: bad 1.0: {problem}\n"
    assert codes(done) == ["GOOD1", "GOOD1"]
    assert done.returncode == 2
    if text == "import nothing_of_that_name":
        assert run(folder, "rules").returncode == 2


def test_two_packages_with_one_code(package, run, project):
    (project / "a.py").write_text(MODEL)
    package("first", RULE.format(code="ABC1", name="One", body=FINDS))
    folder = package("second", RULE.format(code="ABC1", name="Two", body="yield 3"))
    done = run(folder, "--output-format", "json")
    problem = "the rule ABC1 is left out, because first 1.0 has one of that code"
    assert done.stderr == f"kerlint: second 1.0: {problem}\n"
    assert codes(done) == ["ABC1", "ABC1"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("yield 1 / 0", "ZeroDivisionError: division by zero"),
        ("raise RecursionError", "RecursionError:"),
        ("yield 3", "TypeError: check() must yield a Finding, not int"),
    ],
)
def test_a_rule_that_raises(package, run, project, body, error):
    (project / "a.py").write_text(MODEL)
    package("good", RULE.format(code="GOOD1", name="Good", body=FINDS))
    folder = package("bad", RULE.format(code="BAD1", name="Bad", body=body))
    for _ in range(2):  # it is not in the cache
        done = run(folder, "--output-format", "concise", "-q")
        first, *rest = done.stdout.splitlines()
        assert first == (
            f"a.py:1:1: error: KER000 the rule BAD1 of bad 1.0 failed on this file: {error}; "
            "please report it to the authors of that package"
        )
        assert [line.split()[2] for line in rest] == ["GOOD1", "GOOD1"]
        assert done.returncode == 2


def test_what_a_package_prints_is_not_in_the_report(package, run, project):
    (project / "a.py").write_text(MODEL)
    text = "print('hello')\n" + RULE.format(code="ABC1", name="Dense", body=FINDS)
    done = run(package("loud", text), "--output-format", "json")
    assert codes(done) == ["ABC1", "ABC1"]
    assert done.stderr == "hello\n"


def test_the_folder_that_is_checked_adds_no_rules(package, run, project, tmp_path):
    """It may hold anything, and is not run."""
    folder = package("evil", "print('run')\n")
    shutil.copytree(folder, project, dirs_exist_ok=True)
    done = run(tmp_path / "nothing", "-q")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_nothing_is_imported_where_there_are_no_plugins(project):
    program = (
        "import sys\nfrom kerlint.command.cli import main\nmain(['--no-cache'])\n"
        "names = {'importlib.metadata', 'configparser', 'kerlint.plugins.load'}\n"
        "assert not names & set(sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


SOFTMAX = """
from collections.abc import Iterator
from kerlint.plugin import *

class LonelySoftmax(Rule):
    '''A softmax of one unit.'''
    code = "ABC1"
    severity = Severity.ERROR
    required_bytes = (b"softmax",)
    names = ("Dense",)
    experiments = (CONSTANT_OUTPUT,)

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        units, activation = layer.args.get("units"), layer.args.get("activation")
        if units and activation and (units.value, activation.value) == (1, "softmax"):
            repair = (SetArg(layer.id, "activation", "sigmoid"),)
            yield Finding(layer.origin.site, "alone", claim=view.claim(layer), repair=repair)
"""


@pytest.mark.slow
@pytest.mark.tensorflow
def test_by_experiment(package, run, project):
    (project / "a.py").write_text(
        "import keras\nfrom keras import layers\n"
        "m = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation='softmax')])\n"
        "m.compile('adam', 'binary_crossentropy')\n"
    )
    folder = package("one", SOFTMAX)
    done = run(folder, "--select", "ABC", "--execute", "--output-format", "json")
    (found,) = json.loads(done.stdout)
    assert (found["code"], found["verdict"]) == ("ABC1", "confirmed")
