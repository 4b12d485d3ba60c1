"""The recipes of the README in the editors themselves, where they are installed."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls.lsp.server")

from client import ROOT, server
from test_server import LR, PROGRAM, SOFTMAX

from kerlint.config.settings import from_toml

SECONDS = 180


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a program, and ``kerlint`` on the path."""
    folder, programs = tmp_path / "project", tmp_path / "bin"
    (folder / ".git").mkdir(parents=True)
    (folder / "net.py").write_text(PROGRAM)
    programs.mkdir()
    script = programs / "kerlint"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kerlint "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return folder


def told(command: list[str], folder: Path) -> list[str]:
    """What an editor prints, line by line."""
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.strip() for line in (done.stdout + done.stderr).splitlines()]


# --- Neovim --------------------------------------------------------------------------------------

NEOVIM = """\
vim.api.nvim_create_autocmd("FileType", {
  pattern = "python",
  callback = function()
    vim.lsp.start({
      name = "kerlint",
      cmd = { "kerlint", "server" },
      root_dir = vim.fs.dirname(vim.fs.find({ "pyproject.toml", ".git" }, { upward = true })[1]),
      init_options = { inlayHints = true },
    })
  end,
})
"""
# What the recipe needs is new in 0.8.
NEOVIM_BEFORE = """\
if not vim.lsp.start then
  vim.fs = {
    find = function(names) return { vim.fn.finddir(names[2], ".;") } end,
    dirname = function(path) return vim.fn.fnamemodify(path, ":p:h:h") end,
  }
  vim.lsp.start = function(config)
    vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))
  end
end
"""
NEOVIM_DRIVEN = """\
vim.cmd("filetype on")
vim.cmd("edit net.py")
local clients = vim.lsp.get_clients or vim.lsp.get_active_clients
vim.wait(60000, function() return #clients() > 0 end, 50)
local client = clients()[1]
local id = client.id
local count = function(number)
  vim.wait(60000, function() return #vim.diagnostic.get(0) == number end, 50)
end
local say = function(text) io.stdout:write("SAYS " .. text .. "\\n") end
count(2)
for _, found in ipairs(vim.diagnostic.get(0)) do
  say(found.code .. " " .. found.lnum .. ":" .. found.col .. "-" .. found.end_col)
end
local document = { uri = vim.uri_from_bufnr(0) }
local place = { line = 5, character = 47 }
local params = {
  textDocument = document,
  range = { start = place, ["end"] = place },
  context = { diagnostics = {} },
}
local encoding = client.offset_encoding
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 60000)) do
  for _, action in ipairs(answer.result) do
    say(action.title)
    if action.title:find("Replace") then
      vim.lsp.util.apply_workspace_edit(action.edit, encoding)
    end
  end
end
say(vim.api.nvim_buf_get_lines(0, 5, 6, false)[1])
count(1)
say("left: " .. #vim.diagnostic.get(0))
local over = { textDocument = document, position = { line = 3, character = 50 } }
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/hover", over, 60000)) do
  say(answer.result.contents.value)
end
vim.lsp.stop_client(id)
vim.wait(10000, function() return vim.lsp.client_is_stopped(id) end, 50)
say("stopped: " .. tostring(vim.lsp.client_is_stopped(id)))
"""


@pytest.mark.skipif(shutil.which("nvim") is None, reason="needs Neovim")
def test_neovim(project: Path) -> None:
    (project / "drive.lua").write_text(NEOVIM_BEFORE + NEOVIM + NEOVIM_DRIVEN)
    command = ["nvim", "--headless", "-u", "NONE", "-n", "-c", "luafile drive.lua", "-c", "qa!"]
    lines = [line for line in told(command, project) if line.startswith("SAYS ")]
    assert [line.removeprefix("SAYS ") for line in lines] == [
        f"{SOFTMAX} 4:10-47",
        f"{LR} 5:46-52",
        f"Replace `lr=` with `learning_rate=` [{LR}]",
        f"Ignore {LR} on this line",
        "Apply all safe fixes of kerlint",
        PROGRAM.split("\n")[5].replace("lr=", "learning_rate="),
        "left: 1",
        "**Dense**: output `(None, 4)`, 36 parameters",
        "stopped: true",
    ]


# --- Emacs ---------------------------------------------------------------------------------------

EMACS = """\
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((python-mode python-ts-mode) . ("kerlint" "server"))))
(setq-default eglot-workspace-configuration '(:kerlint (:ignore ["KER601"])))
"""
EMACS_DRIVEN = """\
(require 'package)
(package-initialize)
(unless (require 'eglot nil t)
  (princ "no eglot")
  (kill-emacs 0))
(setq eglot-sync-connect 60 eglot-connect-timeout 60)
(find-file "net.py")
(python-mode)
(apply #'eglot (eglot--guess-contact))
(dotimes (_ 1200)
  (when (< (length (flymake-diagnostics)) 2)
    (accept-process-output nil 0.05)
    (flymake-start)))
(dolist (found (flymake-diagnostics))
  (princ (format "SAYS %s %s\\n"
                 (line-number-at-pos (flymake-diagnostic-beg found))
                 (buffer-substring (flymake-diagnostic-beg found)
                                   (flymake-diagnostic-end found)))))
(goto-char (point-min))
(search-forward "lr=")
(dolist (action (append (eglot-code-actions (1- (point)) (point)) nil))
  (princ (format "SAYS %s\\n" (plist-get action :title)))
  (when (string-prefix-p "Replace" (plist-get action :title))
    (eglot--apply-workspace-edit (plist-get action :edit))))
(princ (format "SAYS %s\\n" (buffer-substring (line-beginning-position) (line-end-position))))
(eglot-shutdown (eglot-current-server))
"""


@pytest.mark.skipif(shutil.which("emacs") is None, reason="needs Emacs")
def test_emacs_eglot(project: Path) -> None:
    (project / "drive.el").write_text(EMACS + EMACS_DRIVEN)
    lines = told(["emacs", "--batch", "-l", "drive.el"], project)
    if "no eglot" in lines:
        pytest.skip("needs eglot")
    assert [line.removeprefix("SAYS ") for line in lines if line.startswith("SAYS ")] == [
        '5 layers.Dense(1, activation="softmax")',
        "6 lr=0.1",
        f"Replace `lr=` with `learning_rate=` [{LR}]",
        f"Ignore {LR} on this line",
        "Apply all safe fixes of kerlint",
        PROGRAM.split("\n")[5].replace("lr=", "learning_rate="),
    ]


# --- Helix ---------------------------------------------------------------------------------------

HELIX = """\
[language-server.kerlint]
command = "kerlint"
args = ["server"]
config = { inlayHints = true }

[[language]]
name = "python"
language-servers = ["pylsp", "kerlint"]
"""


def test_helix(project: Path) -> None:
    """What Helix does with its ``languages.toml``, as far as the server sees it.

    It sends ``config`` when it starts a server, and again for each section that it is asked for.
    It counts columns in bytes, and wants no versions in edits.
    """
    given = from_toml(HELIX)
    server_ = given["language-server"]["kerlint"]
    assert given["language"][0]["language-servers"][-1] == "kerlint"
    command = [shutil.which(server_["command"]), *server_["args"]]

    async def scenario() -> None:
        async with server(
            project,
            command=command,
            options=server_["config"],
            settings=None,
            configuration=True,
            encodings=["utf-8", "utf-32", "utf-16"],
        ) as client:
            uri = (project / "net.py").as_uri()
            client.open(uri, "# é\n" + PROGRAM)
            assert sorted(await client.codes(uri)) == [LR, SOFTMAX]

    asyncio.run(asyncio.wait_for(scenario(), SECONDS))


# --- VS Code -------------------------------------------------------------------------------------

VS_CODE = """\
{
    "glspc.server.command": "kerlint",
    "glspc.server.commandArguments": ["server"],
    "glspc.server.languageId": ["python"],
    "glspc.server.initializationOptions": { "inlayHints": true }
}
"""


def test_generic_client_of_vs_code(project: Path) -> None:
    """What the extension does with its settings: a command, its arguments and options."""
    given = json.loads(VS_CODE)
    command = [
        shutil.which(given["glspc.server.command"]),
        *given["glspc.server.commandArguments"],
    ]
    options = given["glspc.server.initializationOptions"]

    async def scenario() -> None:
        async with server(project, command=command, options=options) as client:
            uri = (project / "net.py").as_uri()
            client.open(uri, PROGRAM, language=given["glspc.server.languageId"][0])
            assert sorted(await client.codes(uri)) == [LR, SOFTMAX]

    asyncio.run(asyncio.wait_for(scenario(), SECONDS))


@pytest.mark.parametrize("recipe", [NEOVIM, EMACS, HELIX, VS_CODE])
def test_the_readme_has_these_recipes(recipe: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if "kerlint server" not in readme:
        pytest.skip("the README does not mention the server")
    assert recipe in readme
