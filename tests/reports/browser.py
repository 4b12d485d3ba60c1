"""A headless Chromium that is asked what a page looks like, over its own protocol."""

from __future__ import annotations

import base64
import json
import os
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)


class Browser:
    """Use it as a context manager; ``events`` are what the page has reported so far."""

    def __enter__(self) -> Browser:
        assert CHROMIUM is not None
        self._folder = tempfile.mkdtemp(prefix="kerlint-browser-")
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()

        def numbered() -> None:  # it reads commands from 3 and answers on 4
            os.dup2(theirs_in, 103)
            os.dup2(theirs_out, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        self._process = subprocess.Popen(
            [CHROMIUM, *OPTIONS, f"--user-data-dir={self._folder}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=numbered,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._read = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        targets = self.ask("Target.getTargets")["targetInfos"]
        target = next(each["targetId"] for each in targets if each["type"] == "page")
        found = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]
        for domain in ("Page", "Network", "Log", "DOM", "Accessibility"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for descriptor in (self._in, self._out):
            os.close(descriptor)
        shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command, and return its result."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            piece = os.read(self._in, 1 << 16)
            assert piece, "the browser has ended"
            self._read += piece
        message, _, self._read = self._read.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def open(self, path: Path, *, width: int, dark: bool = False, media: str = "screen") -> None:
        """Show a file, and wait until it is loaded."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[feature])
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def value(self, expression: str) -> Any:
        """What an expression of JavaScript is, evaluated from outside of the page."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    def screenshot(self) -> tuple[int, int, bytes]:
        """Width, height and the pixels of what is seen, three bytes each."""
        data = self.ask("Page.captureScreenshot", format="png")["data"]
        return pixels(base64.b64decode(data))


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Decode a picture."""
    place, packed, width, height, kind = 8, b"", 0, 0, 2
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        name, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        if name == b"IHDR":
            width, height, _, kind = struct.unpack(">IIBB", content[:10])
        elif name == b"IDAT":
            packed += content
        place += 12 + size
    channels = {2: 3, 6: 4}[kind]
    raw, length = zlib.decompress(packed), width * channels
    before, made = bytearray(length), bytearray()
    for row in range(height):
        start = row * (length + 1)
        line = bytearray(raw[start + 1 : start + 1 + length])
        _unfilter(raw[start], line, before, channels)
        made += line if channels == 3 else bytes(b for i, b in enumerate(line) if i % 4 != 3)
        before = line
    return width, height, bytes(made)


def _unfilter(kind: int, line: bytearray, before: bytearray, channels: int) -> None:
    for i in range(len(line)):
        left = line[i - channels] if i >= channels else 0
        above = before[i]
        corner = before[i - channels] if i >= channels else 0
        if kind == 1:
            line[i] = (line[i] + left) & 255
        elif kind == 2:
            line[i] = (line[i] + above) & 255
        elif kind == 3:
            line[i] = (line[i] + (left + above) // 2) & 255
        elif kind == 4:
            guess = left + above - corner
            nearest = min((left, above, corner), key=lambda each: abs(guess - each))
            line[i] = (line[i] + nearest) & 255
