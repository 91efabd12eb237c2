"""A headless Chromium for tests, spoken to over a pipe in the DevTools protocol."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

PROGRAM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
needs_chromium = pytest.mark.skipif(
    PROGRAM is None, reason="no chromium here: apt install chromium"
)

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --enable-unsafe-swiftshader --disable-quic "
    "--no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--disable-extensions --mute-audio --hide-scrollbars --remote-debugging-pipe"
).split()
_COMPLAINTS = ("error", "warning", "assert")
_PATIENCE = 60.0  # seconds that the browser may take for anything


class Chromium:
    """One browser with one tab.

    ``requests``, ``errors`` and ``dialogs`` collect everything that should not happen.
    """

    def __init__(self, width: int = 1280, height: int = 800) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        self._profile = tempfile.TemporaryDirectory(
            prefix="footlights-chromium-", ignore_cleanup_errors=True
        )
        self._out, self._in, self._process = self._start(width, height)
        self._buffer, self._number, self._session, self._loaded = b"", 0, "", False
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")
        self.resize(width, height)

    def _start(self, width: int, height: int) -> tuple[int, int, "subprocess.Popen[bytes]"]:
        """Descriptors to read from and to write to, and the process."""
        from_us, to_browser = os.pipe()
        from_browser, to_us = os.pipe()
        profile = f"--user-data-dir={self._profile.name}"
        words = [str(PROGRAM), *_FLAGS, profile, f"--window-size={width},{height}"]
        # It takes commands from descriptor 3 and answers on 4; the shell puts our pipes there.
        pipes = f'exec "$@" 3<&{from_us} 4>&{to_us}'
        process = subprocess.Popen(
            ["/bin/bash", "-c", pipes, "browser", *words],
            pass_fds=(from_us, to_us),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(from_us)
        os.close(to_us)
        return from_browser, to_browser, process

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._in)
        os.close(self._out)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._profile.cleanup()

    def resize(self, width: int, height: int) -> None:
        """Make the tab ``width`` x ``height`` CSS pixels."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def open(self, path: Path) -> None:
        """Load a file and wait until it and everything it asks for is there."""
        self._loaded = False
        self._call("Page.navigate", url=path.resolve().as_uri())
        limit = time.monotonic() + _PATIENCE
        while not self._loaded:
            self._receive(limit)

    def evaluate(self, script: str) -> Any:
        """The JSON-ready value of an expression; promises are awaited."""
        answer = self._call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, code: str = "", text: str = "") -> None:
        """Press and release one key."""
        self._call("Input.dispatchKeyEvent", type="keyDown", key=key, code=code or key, text=text)
        self._call("Input.dispatchKeyEvent", type="keyUp", key=key, code=code or key)

    def picture(self, path: Path) -> None:
        """Save what the tab shows as png."""
        path.write_bytes(
            base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])
        )

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        _write(self._in, json.dumps(message).encode() + b"\0")
        limit = time.monotonic() + _PATIENCE
        while True:
            answer = self._receive(limit)
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def _receive(self, limit: float) -> dict[str, Any]:
        """The next message; events are noted on the way."""
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._out], [], [], max(0.0, limit - time.monotonic()))
            chunk = os.read(self._out, 1 << 20) if ready else b""
            assert chunk, (
                "chromium said nothing for a minute" if not ready else "chromium went away"
            )
            self._buffer += chunk
        raw, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(raw)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, event: str, params: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and params["type"] in _COMPLAINTS:
            self.errors.append(json.dumps(params["args"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] in _COMPLAINTS:
            self.errors.append(params["entry"]["text"])
        elif event == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])
            self._dismiss()
        elif event == "Page.loadEventFired":
            self._loaded = True

    def _dismiss(self) -> None:
        """Close the dialog without waiting: the answer to what is under way comes only after it."""
        message = {
            "id": 0,
            "method": "Page.handleJavaScriptDialog",
            "params": {"accept": False},
            "sessionId": self._session,
        }
        _write(self._in, json.dumps(message).encode() + b"\0")


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
