"""0: nothing that counts; 1: findings; 2: kerlint was used wrongly or failed."""

from __future__ import annotations

import pytest

import kerlint.run.check_file


def test_clean_file(kerlint, project, sigmoid):
    (project / "a.py").write_text(sigmoid)
    done = kerlint("a.py")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("All checks passed! ")


def test_findings(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    assert kerlint("a.py").code == 1


def test_no_path_is_this_folder(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    done = kerlint("--output-format", "concise")
    assert done.out.startswith("a.py:1:11: error: KER101 ")


def test_exit_zero(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    done = kerlint("--exit-zero")
    assert done.code == 0
    assert "KER101" in done.out


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("info", None, 0),
        ("info", "info", 1),
        ("warning", None, 1),
        ("warning", "error", 0),
        ("error", "error", 1),
    ],
)
def test_fail_on(kerlint, project, softmax, severity, fail_on, code):
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text(f'[severity]\nKER101 = "{severity}"\n')
    done = kerlint(*(["--fail-on", fail_on] if fail_on else []))
    assert done.code == code
    assert "KER101" in done.out


def test_missing_path_fails_but_the_others_are_linted(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    done = kerlint("nowhere.py", "a.py")
    assert done.code == 2
    assert done.err == "kerlint: nowhere.py: no such file or folder\n"
    assert "a.py:1:11: error: KER101" in done.out


def test_not_all_is_well_when_a_path_is_missing(kerlint, project, sigmoid):
    (project / "a.py").write_text(sigmoid)
    done = kerlint("nowhere.py", "a.py")
    assert (done.code, done.out) == (2, "")
    assert done.err == "kerlint: nowhere.py: no such file or folder\n"


def test_unknown_option(kerlint, project):
    done = kerlint("--slect", "KER101")
    assert done.code == 2
    assert "--slect" in done.err


@pytest.mark.parametrize("flag", ["--color", "--fail-on", "--output-format", "--target-keras"])
def test_wrong_value(kerlint, project, flag):
    done = kerlint(flag, "purple")
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert flag in done.err
    assert "purple" in done.err


@pytest.mark.parametrize("error", [ValueError("boom\nagain"), RecursionError()])
def test_kerlint_breaks_down_on_one_file(kerlint, project, softmax, monkeypatch, error):
    diagnose = kerlint_diagnose()

    def break_down(source, settings, **options):
        if source.path.endswith("bad.py"):
            raise error
        return diagnose(source, settings, **options)

    monkeypatch.setattr("kerlint.run.check_file.diagnose", break_down)
    (project / "bad.py").write_text(softmax)
    (project / "good.py").write_text(softmax)
    done = kerlint("--output-format", "concise", "--no-cache")
    assert done.code == 2
    first, second, _ = done.out.splitlines()
    assert first.startswith("bad.py:1:1: error: KER000 kerlint failed on this file: ")
    assert type(error).__name__ in first
    assert second.startswith("good.py:1:11: error: KER101 ")
    assert "Traceback" not in done.err


def test_breaking_down_is_never_cached(kerlint, project, softmax, monkeypatch):
    (project / "a.py").write_text(softmax)
    with monkeypatch.context() as patch:
        patch.setattr("kerlint.run.check_file.diagnose", lambda source, settings, **options: 1 / 0)
        assert kerlint("a.py").code == 2
    assert kerlint("a.py").code == 1


def test_debugging_shows_the_traceback(kerlint, project, softmax, monkeypatch, in_this_process):
    (project / "a.py").write_text(softmax)
    monkeypatch.setenv("KERLINT_DEBUG", "1")
    monkeypatch.setattr(
        "kerlint.run.check_file.diagnose", lambda source, settings, **options: 1 / 0
    )
    assert "ZeroDivisionError" in kerlint("a.py").err.splitlines()[-1]


def test_interrupted(kerlint, project, softmax, monkeypatch, in_this_process):
    def interrupt(source, settings, **options):
        raise KeyboardInterrupt

    (project / "a.py").write_text(softmax)
    monkeypatch.setattr("kerlint.run.check_file.diagnose", interrupt)
    done = kerlint("a.py")
    assert (done.code, done.out, done.err) == (130, "", "")


def kerlint_diagnose():
    return kerlint.run.check_file.diagnose
