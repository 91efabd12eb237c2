"""Progress for people: nothing for two seconds, then a bar with an estimate on a terminal, or a
rare line in a log.
"""

import math
import shutil
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

Report = Callable[[float, str], None]

_PATIENCE = 2.0  # seconds of silence before anything is shown (promise P1)
_BEAT = 0.25  # seconds between two looks at a terminal's bar
_RARE = 15.0  # seconds between two lines in a log or pipe
_BAR = 24  # characters


class Progress:
    """A callable ``(done in 0..1, text)`` that shows how far the work is and about how long it
    still takes.

    Use it as a context: ``with Progress() as progress: work(progress)``. A thread draws, so that a
    long step without a word still shows its clock. Everything goes to ``stream``, by default
    stderr.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.bar = self.stream.isatty()
        self.done, self.text, self.began = 0.0, "", time.monotonic()
        self._drawn = False
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True, name="progress")

    def __call__(self, done: float, text: str = "") -> None:
        """Note that the share ``done`` of the work is behind us and that ``text`` is what happens
        now; never goes back.
        """
        self.done, self.text = max(self.done, min(float(done), 1.0)), text or self.text

    def say(self, line: str) -> None:
        """Print a line of its own, above the bar."""
        with self._lock:
            self._wipe()
            print(line, file=self.stream, flush=True)

    def line(self, elapsed: float) -> str:
        """What is shown ``elapsed`` seconds after the start: share, time left, and what happens
        now.
        """
        left = (
            f"about {duration(elapsed * (1 - self.done) / self.done)} left"
            if self.done > 0.01
            else "estimating the rest"
        )
        return f"{math.floor(100 * self.done):3d} %  {duration(elapsed)} gone, {left}  {self.text}"

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(1.0)
        with self._lock:
            self._wipe()

    def _draw(self) -> None:
        wait = _PATIENCE
        while not self._stop.wait(wait):
            wait = _BEAT if self.bar else _RARE
            with self._lock:
                self._show(self.line(time.monotonic() - self.began))

    def _show(self, line: str) -> None:
        if not self.bar:
            print(line, file=self.stream, flush=True)
            return
        filled = round(_BAR * self.done)
        whole = f"[{'#' * filled}{'.' * (_BAR - filled)}] {line}"
        # One column is kept free, and wide characters count double: a wrapped line could not be
        # wiped.
        room = shutil.get_terminal_size().columns - 1
        while sum(2 if ord(c) > 0x1100 else 1 for c in whole) > room:
            whole = whole[:-1]
        print(f"\r\x1b[K{whole}", end="", file=self.stream, flush=True)
        self._drawn = True

    def _wipe(self) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=self.stream, flush=True)
            self._drawn = False


def part(report: Report | None, start: float, end: float, label: str = "") -> Report | None:
    """A report for one stretch of the work: its 0..1 becomes ``start``..``end`` of ``report``, its
    text follows ``label``.
    """
    if report is None:
        return None

    def inner(done: float, text: str = "") -> None:
        report(
            start + (end - start) * min(max(done, 0.0), 1.0),
            f"{label}: {text}" if label and text else label or text,
        )

    return inner


def duration(seconds: float) -> str:
    """Seconds as people say them: "8 s", "2 min 5 s", "1 h 20 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
