"""Completion: what can follow the words of a line, and the scripts in real shells."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kerlint.command import completion
from kerlint.command.options import COMMANDS, LINT
from kerlint.config.settings import KEYS

TOP = Path(__file__).parents[2]


def words(*line, shell="zsh"):
    return [row.partition("\t")[0] for row in completion.answer(shell, line)]


def test_the_first_word():
    assert words("") == [*COMMANDS, ":files"]
    assert words("expl") == ["explain", ":files"]


def test_options():
    assert words("--sel") == ["--select"]
    assert set(words("a.py", "--no-fi")) == {"--no-fix", "--no-fix-only"}
    every = words("--")
    assert {flag for option in LINT.options for flag in option.flags if flag[1] == "-"} <= {*every}
    assert words("explain", "--") == ["--output-format", "--help"]
    assert words("--", "--") == [":files"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (["--select", "KER10"], {"KER101", "KER102"}),
        (["--select", "ker101"], {"ker101"}),
        (["--select", "softmax-on"], {"softmax-on-one-unit"}),
        (["--select=KER101"], {"--select=KER101"}),
        (["--ignore", "KER1,KER301"], {"KER1,KER301"}),
        (["--ignore", "A"], {"ALL"}),
        (["--fixable", ""], {"KER000", "ALL"}),
        (["--per-file-ignores", "old.py:KER101"], {"old.py:KER101"}),
        (["--per-file-ignores", "ol"], {":files"}),
        (["--output-format", "j"], {"json", "json-lines", "junit"}),
        (["--output-format", "json:a.json,fu"], {"json:a.json,full"}),
        (["--output-format", "json:a"], {":files"}),
        (["--output-format=sar"], {"--output-format=sarif"}),
        (["--fail-on", ""], {"error", "warning", "info"}),
        (["--color", "a"], {"auto", "always"}),
        (["--backend", "j"], {"jax"}),
        (["--target-keras", "3.1"], {"3.10", "3.12", "3.15"}),
        (["--config", "py"], {":files"}),
        (["--cache-dir", ""], {":folders"}),
        (["--jobs", ""], set()),
        (["--fix", "a"], {":files"}),
        (["--add-ignore", "a"], {":files"}),
        (["explain", "KER101"], {"KER101"}),
        (["explain", "linear-ch"], {"linear-chain"}),
        (["rules", ""], set()),
        (["rules", "--output-format", ""], {"text", "json"}),
        (["config", "target"], {"target-keras"}),
        (["completion", ""], {"bash", "zsh", "fish", "powershell"}),
        (["migrate", "src"], {":files"}),
        (["check", "--fail-on", "e"], {"error"}),
        (["src", "explain"], {":files"}),
    ],
)
def test_values(line, found):
    if len(found) > 1 or not found:
        assert found <= set(words(*line))
        assert bool(words(*line)) == bool(found)
    else:
        assert set(words(*line)) == found


def test_every_command_and_option_can_be_asked_for():
    for name, command in COMMANDS.items():
        list(completion.answer("fish", [name, ""]))
        for option in command.options:
            for flag in option.flags:
                list(completion.answer("fish", [name, flag, ""]))
                list(completion.answer("bash", [name, flag, "=", "x"]))
    assert words("config", "") == list(KEYS)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (["--select", "=", "KER101"], ["KER101"]),
        (["--select", "="], None),
        (["--select=KER101"], ["--select=KER101"]),  # as if "=" did not divide words
        (["--select", "=", "KER1,KER301"], ["KER1,KER301"]),
        (["--per-file-ignores", "a.py", ":", "KER101"], ["KER101"]),
        (["--cache-dir", "=", "fo"], [":folders"]),
    ],
)
def test_bash_divides_words(line, found):
    answered = words(*line, shell="bash")
    assert answered == found if found is not None else "KER101" in answered


def test_of_the_path_only_what_is_typed_of_it():
    assert list(completion.answer("bash", ["--cache-dir", "=", "fo"])) == [":folders\tfo"]
    assert list(completion.answer("zsh", ["--cache-dir=fo"])) == [":folders\tfo"]
    assert list(completion.answer("zsh", ["--output-format", "json:fo"])) == [":files\tfo"]
    assert list(completion.answer("bash", ["--output-format", "json", ":", "fo"])) == [":files\tfo"]


@pytest.mark.parametrize("shell", completion.SCRIPTS)
def test_printed(kerlint, shell):
    done = kerlint("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert "completion ask" in done.out
    assert done.out.isascii()


def test_mistakes(kerlint):
    done = kerlint("completion", "tcsh")
    assert done.err == "kerlint: the shell must be bash, zsh, fish or powershell, not 'tcsh'\n"
    assert kerlint("completion").err.startswith("kerlint: missing argument 'SHELL'")
    assert kerlint("completion", "bash", "zsh").code == 2


# --- real shells ---------------------------------------------------------------------------------


@pytest.fixture
def environment(project, tmp_path):
    """A ``kerlint`` on the path, in a folder with a few files."""
    bin = tmp_path / "bin"
    bin.mkdir()
    command = bin / "kerlint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kerlint "$@"\n')
    command.chmod(0o755)
    (project / "models").mkdir()
    (project / "models" / "train.py").touch()
    path = os.pathsep.join([str(bin), os.environ["PATH"]])
    home = {"HOME": str(tmp_path), "TERM": "dumb", "PS1": "> "}
    return {**os.environ, "PATH": path, "PYTHONPATH": str(TOP), **home}


def needs(shell):
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


def typed(shell, arguments, setup, lines, environment):
    """Type each line in a shell on a terminal, with a TAB after it; what is there then."""
    pexpect = pytest.importorskip("pexpect")
    spawn = pexpect.spawn(
        shell, arguments, env=environment, encoding="utf-8", timeout=60, dimensions=(24, 200)
    )
    try:
        for command in (*setup, f'eval "$(kerlint completion {shell})"', "echo REA''DY"):
            spawn.sendline(command)
        spawn.expect("READY")
        for line, completed in lines.items():
            spawn.send(f"{line}\t")
            spawn.expect_exact(completed)
            spawn.sendcontrol("u")
    finally:
        spawn.close(force=True)


LINES = {
    "kerlint expl": "kerlint explain ",
    "kerlint --show-s": "kerlint --show-settings ",
    "kerlint --select=KER1,linear-ch": "kerlint --select=KER1,linear-chain ",
    "kerlint explain softmax-tw": "kerlint explain softmax-twice ",
    "kerlint models/tr": "kerlint models/train.py ",
    "kerlint --cache-dir=mod": "kerlint --cache-dir=models/",
    "kerlint --output-format json:models/tr": "kerlint --output-format json:models/train.py ",
}


@needs("bash")
def test_bash(environment):
    program = """
eval "$(kerlint completion bash)"
complete -p kerlint
COMP_WORDS=(kerlint --select KER10) COMP_CWORD=2
_kerlint
echo "${COMPREPLY[@]}"
"""
    done = subprocess.run(
        ["bash", "--norc", "-c", program], env=environment, capture_output=True, text=True
    )
    first, second = done.stdout.splitlines()
    assert first == "complete -F _kerlint kerlint"
    assert second.startswith("KER101 KER102 ")
    assert done.stderr == ""


@needs("bash")
def test_bash_on_a_terminal(environment):
    setup = ["bind 'set enable-bracketed-paste off'", "bind 'set bell-style none'"]
    typed("bash", ["--norc", "-i"], setup, LINES, environment)


@needs("zsh")
def test_zsh_on_a_terminal(environment):
    setup = ["unsetopt beep", "unset zle_bracketed_paste", "autoload -Uz compinit", "compinit -u"]
    typed("zsh", ["-f", "-i"], setup, LINES, environment)


@needs("fish")
def test_fish(environment):
    program = "kerlint completion fish | source\n"
    program += "".join(f"complete -C '{line}'\n" for line in LINES)
    done = subprocess.run(["fish", "-c", program], env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    found = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    assert found == [line.split()[-1] for line in LINES.values()]


@needs("pwsh")
def test_powershell(environment):
    program = (
        "kerlint completion powershell | Out-String | Invoke-Expression\n"
        "(TabExpansion2 'kerlint --select KER10' 22).CompletionMatches.CompletionText\n"
    )
    command = ["pwsh", "-NoProfile", "-Command", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout.split()[:2] == ["KER101", "KER102"]


def test_light():
    """TAB must answer at once."""
    program = (
        "import sys\nfrom kerlint.command.cli import main\n"
        "main(['completion', 'ask', 'zsh', '--', '--select', 'KER1'])\n"
        "assert not {'libcst', 'typer', 'rich', 'importlib.metadata'} & set(sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    assert importlib.import_module("kerlint.command.completion") is completion
