"""The magics in a real Jupyter kernel, as a notebook runs its cells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

pytest.importorskip("ipykernel")
manager = pytest.importorskip("jupyter_client.manager")

HERE = Path(__file__).parents[2]
SOFTMAX = "model.add(Dense(1, activation='softmax'))"


class Kernel:
    """A kernel, and what a cell shows: its text, and its HTML."""

    def __init__(self, folder):
        path = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
        env = {**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"}
        self.manager, self.client = manager.start_new_kernel(
            kernel_name="python3", cwd=str(folder), env=env
        )

    def run(self, code, cell=None, **more):
        """Run a cell and return the messages of what it shows."""
        shown = []
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = self.client.session.msg("execute_request", {**content, **more})
        message["metadata"] = {} if cell is None else {"cellId": cell}
        self.client.shell_channel.send(message)
        while True:
            reply = self.client.get_iopub_msg(timeout=300)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                break
            if reply["msg_type"] not in ("status", "execute_input"):
                shown.append((reply["msg_type"], reply["content"]))
        self.client.get_shell_msg(timeout=300)
        return shown

    def tables(self, code, cell=None):
        """The tables that a cell shows above its other output."""
        return [
            content["data"]["text/html"]
            for kind, content in self.run(code, cell)
            if kind == "display_data"
        ]


@pytest.fixture
def kernel(project):
    made = Kernel(project)
    try:
        made.run(
            "from unittest.mock import MagicMock\nkeras = Dense = Sequential = MagicMock()",
            store_history=False,
        )
        made.run("%load_ext kerlint", "first")
        yield made
    finally:
        made.client.stop_channels()
        made.manager.shutdown_kernel(now=True)


def test_a_notebook(kernel):
    assert kernel.tables("model = Sequential()\nmodel.add(keras.Input((4,)))", "a") == []
    (kind, shown), *others = kernel.run(f"%%kerlint\n{SOFTMAX}\n2", "b")
    assert kind == "display_data"
    html = shown["data"]["text/html"]
    assert "<table" in html
    assert "<td>In [3]</td>" in html
    assert "KER101" in html
    assert shown["data"]["text/plain"].startswith("In [3]:2:11: error: KER101 ")
    ((kind, result),) = others
    assert (kind, result["data"]["text/plain"]) == ("execute_result", "2")
    (whole,) = kernel.tables("%kerlint", "c")
    assert whole.count("KER101") == 1
    # The cell is mended where it is.
    mended = SOFTMAX.replace("softmax", "sigmoid")
    (_, said), _ = kernel.run(f"%%kerlint\n{mended}\n2", "b")
    assert said["text"] == "kerlint: no findings in this cell\n"
    assert kernel.tables("%kerlint", "c") == []
    kernel.run("%kerlint on", "c")
    (html,) = kernel.tables(f"model = Sequential()\n{SOFTMAX}", "d")
    assert "KER101" in html
    (kind, table) = kernel.run("_kerlint", "e")[-1]
    assert kind == "execute_result"
    assert table["data"]["text/html"] == html


def test_await_and_errors(kernel):
    shown = kernel.run("%%kerlint\nimport asyncio\nawait asyncio.sleep(0)\n3")
    assert shown[-1][1]["data"] == {"text/plain": "3"}
    kinds = [kind for kind, _ in kernel.run("%%kerlint\n1 / 0")]
    assert kinds.count("error") == 1
    (_, error) = kernel.run("%kerlint --selct KER1")[-1]
    assert error["text"] == (
        "UsageError: kerlint: no such option: --selct; did you mean '--select'?\n"
    )


@pytest.mark.tensorflow
def test_with_keras(kernel):
    kernel.run("import keras\nfrom keras import layers\nimport numpy as np", "a")
    build = (
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation='relu'),\n"
        "    layers.Dense(1, activation='softmax')])"
    )
    (html,) = kernel.tables(f"%%kerlint --execute\n{build}", "b")
    assert "[confirmed]" in html
    compiled = "model.compile(loss='mse', optimizer='adam', metrics=['accuracy'])"
    (html,) = kernel.tables(f"%%kerlint\n{compiled}", "c")
    assert "KER126" in html
    shown = kernel.run(
        "%%kerlint\nhistory = model.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)\n"
        "len(history.history['loss'])",
        "d",
    )
    assert shown[-1][1]["data"]["text/plain"] == "1"
