"""The recipes of EDITORS.md, in the editors that are installed, with a buffer that is not saved."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / ".github" / "EDITORS.md"
RECIPES = {
    match[1]: match[2]
    for match in re.finditer(
        r"^<!-- ([^\n]+) -->\n```\w+\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S
    )
}

SAVED = "import keras\n"
# In bytes, and in units of UTF-16, the columns are others. One letter is two characters.
BUFFER = """\
import keras
from keras.layers import Dense
model = keras.Sequential([keras.Input((4,))])
"\u00fc e\u0301 \U0001f600"; model.add(Dense(1, activation="softmax"))
model.compile(loss="mse", metrics=["accuracy"])
"""
LINES = BUFFER.splitlines()


@pytest.fixture
def editing(project, monkeypatch):
    """A project with `a file.py`, and `kerlint` on the path."""
    program = project.parent / "bin" / "kerlint"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kerlint "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HOME", str(project.parent))
    (project / "a file.py").write_text(SAVED)
    (project / "buffer.py").write_text(BUFFER, encoding="utf-8")
    return project


@pytest.fixture
def expected(editing, kerlint_process):
    """The findings as kerlint has them, for the buffer."""
    done = kerlint_process(
        *("--output-format", "json", "--stdin-filename", "a file.py", "-"), stdin=BUFFER.encode()
    )
    found = json.loads(done.out)
    assert [each["code"] for each in found] == ["KER101", "KER126"]
    assert {each["severity"] for each in found} >= {"error"}
    assert found[0]["location"]["column"] - 1 < in_bytes(found[0]["location"])
    return found


def in_bytes(place):
    return len(LINES[place["row"] - 1][: place["column"] - 1].encode())


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    return done.stdout + done.stderr


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")


def test_every_recipe_is_tested():
    assert set(RECIPES) == {"tasks.json", "nvim-lint.lua", "ale.vim", "flymake.el", "flycheck.el"}
    assert PAGE.read_text(encoding="utf-8").count("```") == 2 * len(RECIPES)


# --- VS Code -------------------------------------------------------------------------------------


def test_vs_code(editing, expected, kerlint_process):
    checks, watches = json.loads(RECIPES["tasks.json"])["tasks"]
    (editing / "a file.py").write_text(BUFFER, encoding="utf-8")
    (editing / "buffer.py").unlink()
    matcher = checks["problemMatcher"]
    lines = kerlint_process(*checks["args"]).out.splitlines()
    found = [re.search(matcher["pattern"]["regexp"], line) for line in lines]
    assert len(found) == len(expected)
    for match, each in zip(found, expected):
        numbers = matcher["pattern"].items()
        parts = {name: match[number] for name, number in numbers if name != "regexp"}
        assert parts["file"] == "a file.py"
        assert int(parts["line"]) == each["location"]["row"]
        assert int(parts["column"]) == each["location"]["column"]
        assert (parts["severity"], parts["code"]) == (each["severity"], each["code"])
        assert parts["message"].endswith(each["message"])
    assert watches["problemMatcher"]["pattern"] == matcher["pattern"]


def test_vs_code_follows_watch_mode(editing):
    pytest.importorskip("watchfiles")
    _, task = json.loads(RECIPES["tasks.json"])["tasks"]
    background = task["problemMatcher"]["background"]
    process = subprocess.Popen(
        [task["command"], *task["args"]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        begun, found = background["activeOnStart"], []
        for line in process.stdout:
            if re.search(background["endsPattern"], line):
                assert begun
                if len(found) == 4:
                    break
                begun = False
                (editing / "a file.py").write_text(BUFFER, encoding="utf-8")
            elif re.search(background["beginsPattern"], line):
                begun, found = True, []
            elif match := re.search(task["problemMatcher"]["pattern"]["regexp"], line):
                assert begun
                found.append(match[1])
        assert sorted(set(found)) == ["a file.py", "buffer.py"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


# --- Neovim --------------------------------------------------------------------------------------

# What nvim-lint does with a linter; the plugin itself needs a newer Neovim than many have.
NVIM_LINT = """\
local lint = { linters = {}, linters_by_ft = {}, try_lint = function() end }
package.loaded["lint"] = lint
dofile("recipe.lua")
vim.cmd("edit a\\\\ file.py")
vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.fn.readfile("buffer.py"))
local linter = lint.linters[lint.linters_by_ft.python[1]]
local command = { linter.cmd }
for _, word in ipairs(linter.args) do
  table.insert(command, type(word) == "function" and word() or word)
end
local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\\n") .. "\\n"
local output = vim.fn.system(command, text)
local space = vim.api.nvim_create_namespace("test")
vim.diagnostic.set(space, 0, linter.parser(output, 0))
vim.fn.writefile({ vim.json.encode(vim.diagnostic.get(0)) }, "found.json")
vim.cmd("qall!")
"""


@needs("nvim")
def test_nvim_lint(editing, expected):
    (editing / "recipe.lua").write_text(RECIPES["nvim-lint.lua"])
    (editing / "test.lua").write_text(NVIM_LINT)
    shown = run("nvim", "--clean", "--headless", "-c", "luafile test.lua")
    assert (editing / "found.json").exists(), shown
    found = json.loads((editing / "found.json").read_text())
    levels = {"error": 1, "warning": 2, "info": 3}
    for diagnostic, each in zip(found, expected, strict=True):
        assert diagnostic["lnum"] == each["location"]["row"] - 1
        assert diagnostic["end_lnum"] == each["end_location"]["row"] - 1
        assert diagnostic["col"] == in_bytes(each["location"])
        assert diagnostic["end_col"] == in_bytes(each["end_location"])
        assert diagnostic["severity"] == levels[each["severity"]]
        assert diagnostic["message"] == f"{each['message']}\n{each['help']}"
        assert diagnostic["source"] == "kerlint"


# --- Vim -----------------------------------------------------------------------------------------

ALE = [
    Path(folder) / "ale"
    for folder in (
        "/usr/share/vim/vimfiles/pack/dist-bundle/opt",
        os.path.expanduser("~/.vim/pack/plugins/start"),
    )
]
ALE_RUN = """\
set nocompatible
filetype plugin on
let g:ale_linters = {'python': ['kerlint']}
let g:ale_lint_on_enter = 0
set runtimepath^=FOLDER
set runtimepath^=vimfiles
runtime plugin/ale.vim
edit a\\ file.py
call setline(1, readfile('buffer.py'))
ALELint
for _ in range(600)
    sleep 100m
    if !ale#engine#IsCheckingBuffer(bufnr('')) | break | endif
endfor
call writefile([json_encode(ale#engine#GetLoclist(bufnr('')))], 'found.json')
qall!
"""
# What ALE does with a linter.
NO_ALE = {
    "ale/linter.vim": """\
function! ale#linter#Define(filetype, linter) abort
    let g:linter = a:linter
endfunction
""",
    "ale/util.vim": """\
function! ale#util#FuzzyJSONDecode(data, default) abort
    return empty(a:data) ? a:default : json_decode(join(a:data, ''))
endfunction
""",
}
NO_ALE_RUN = """\
set nocompatible encoding=utf-8 runtimepath^=vimfiles
edit a\\ file.py
call setline(1, readfile('buffer.py'))
runtime ale_linters/python/kerlint.vim
let s:command = substitute(g:linter.command, '%e', g:linter.executable, '')
let s:command = substitute(s:command, '%s', shellescape(expand('%:p')), '')
let s:lines = split(system(s:command, getline(1, '$')), "\\n")
call writefile([json_encode(call(g:linter.callback, [bufnr(''), s:lines]))], 'found.json')
qall!
"""


@needs("vim")
@pytest.mark.parametrize("plugin", [True, False], ids=["ALE", "as ALE does"])
def test_ale(editing, expected, plugin):
    (editing / "vimfiles" / "ale_linters" / "python").mkdir(parents=True)
    recipe = editing / "vimfiles" / "ale_linters" / "python" / "kerlint.vim"
    recipe.write_text(RECIPES["ale.vim"])
    script = NO_ALE_RUN
    if plugin:
        folder = next((each for each in ALE if each.is_dir()), None)
        if folder is None:
            pytest.skip("needs ALE")
        script = ALE_RUN.replace("FOLDER", str(folder))
    else:
        for name, text in NO_ALE.items():
            path = editing / "vimfiles" / "autoload" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    (editing / "test.vim").write_text(script)
    shown = run("vim", "-u", "NONE", "-N", "-es", "--cmd", "set encoding=utf-8", "-S", "test.vim")
    assert (editing / "found.json").exists(), shown
    found = json.loads((editing / "found.json").read_text())
    for item, each in zip(found, expected, strict=True):
        assert (item["lnum"], item["end_lnum"]) == (
            each["location"]["row"],
            each["end_location"]["row"],
        )
        assert item["col"] == in_bytes(each["location"]) + 1
        assert item["end_col"] == in_bytes(each["end_location"])  # the last byte of it
        assert item["type"] == each["severity"][0].upper()
        assert (item["code"], item["text"]) == (each["code"], each["message"])
        assert item["detail"] == f"{each['message']}\n{each['help']}"


# --- Emacs ---------------------------------------------------------------------------------------

EMACS_FLYMAKE = """\
(load (expand-file-name "recipe.el") nil t)
(defun test-place (position)
  (save-excursion
    (goto-char position)
    (vector (line-number-at-pos) (1+ (- (point) (line-beginning-position))))))
(find-file "a file.py")
(erase-buffer)
(let ((coding-system-for-read 'utf-8)) (insert-file-contents "buffer.py"))
(narrow-to-region (point-max) (point-max))
(flymake-start)
(with-timeout (300)
  (while (not (memq 'kerlint-flymake (flymake-reporting-backends)))
    (accept-process-output nil 0.1)))
(widen)
(let ((found (mapcar
              (lambda (each)
                (vector (test-place (flymake-diagnostic-beg each))
                      (test-place (flymake-diagnostic-end each))
                      (symbol-name (flymake-diagnostic-type each))
                      (flymake-diagnostic-text each)))
              (flymake-diagnostics))))
  (with-temp-file "found.json" (insert (json-encode found))))
"""


def emacs(editing, recipe, script):
    (editing / "recipe.el").write_text(RECIPES[recipe])
    (editing / "test.el").write_text(
        f"(set-language-environment 'utf-8)\n(require 'json)\n{script}"
    )
    shown = run("emacs", "-Q", "--batch", "-l", "test.el")
    assert (editing / "found.json").exists(), shown
    return json.loads((editing / "found.json").read_text())


@needs("emacs")
def test_flymake(editing, expected):
    found = sorted(emacs(editing, "flymake.el", EMACS_FLYMAKE))
    for (beginning, end, kind, text), each in zip(found, expected, strict=True):
        assert beginning == [each["location"]["row"], each["location"]["column"]]
        assert end == [each["end_location"]["row"], each["end_location"]["column"]]
        assert kind == {"error": ":error", "warning": ":warning", "info": ":note"}[each["severity"]]
        assert text == f"{each['code']} {each['message']}"


EMACS_FLYCHECK = """\
(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")  ; of Debian
(package-initialize)
(unless (require 'flycheck nil t)
  (with-temp-file "found.json" (insert "null")) (kill-emacs))
(load (expand-file-name "recipe.el") nil t)
(find-file "a file.py")
(erase-buffer)
(let ((coding-system-for-read 'utf-8)) (insert-file-contents "buffer.py"))
(setq-local flycheck-checker 'python-kerlint)
(flycheck-mode 1)
(flycheck-buffer)
(with-timeout (300) (while (flycheck-running-p) (accept-process-output nil 0.1)))
(let ((found (mapcar
              (lambda (each)
                (vector (flycheck-error-line each) (flycheck-error-column each)
                      (symbol-name (flycheck-error-level each))
                      (flycheck-error-id each) (flycheck-error-message each)))
              flycheck-current-errors)))
  (with-temp-file "found.json" (insert (json-encode found))))
"""


@needs("emacs")
def test_flycheck(editing, expected):
    found = emacs(editing, "flycheck.el", EMACS_FLYCHECK)
    if found is None:
        pytest.skip("needs flycheck")
    for (row, column, level, code, message), each in zip(found, expected, strict=True):
        assert (row, column) == (each["location"]["row"], each["location"]["column"])
        assert (level, code) == (each["severity"], each["code"])
        assert message.endswith(each["message"])
