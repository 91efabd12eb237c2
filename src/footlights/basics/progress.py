"""Progress for people: nothing for two seconds, then a bar and an estimate, or lines in a log."""

import math
import shutil
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from .compiling import is_compiling
from .terminal import tell

Report = Callable[[float, str], None]

_PATIENCE = 2.0  # seconds of silence before anything is shown (promise P1)
_BAR_INTERVAL = 0.25  # seconds between two looks at a terminal's bar
_LOG_INTERVAL = 15.0  # seconds between two lines in a log or pipe
_BAR_WIDTH = 24  # characters
_COMPILING = "compiling loops to machine code, once after an installation, about 20 s"
_ERASE = "\r\x1b[K"  # to the start of the line, and clear it


class Progress:
    """A callable ``(done in 0..1, text)`` that shows how far the work is and how long it takes.

    Use it as a context: ``with Progress() as progress: work(progress)``. A thread draws, so that a
    long step without a word still shows its clock. Everything goes to ``stream``, by default
    stderr; whether anybody reads that makes no difference to the work.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.is_terminal = self.stream is not None and self.stream.isatty()
        self.done, self.text, self.started = 0.0, "", time.monotonic()
        self._bar_shown = False
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True, name="progress")

    def __call__(self, done: float, text: str = "") -> None:
        """Note the share ``done`` of the work and the ``text`` of what happens now.

        The share never goes back and never passes 1; an empty text keeps the one before.
        """
        self.done = max(self.done, min(float(done), 1.0))
        self.text = text or self.text

    def say(self, line: str) -> None:
        """Print a line of its own, above the bar."""
        with self._lock:
            self._erase_bar()
            tell(line, self.stream)

    def line(self, elapsed: float) -> str:
        """What is shown ``elapsed`` seconds after the start: share, time left, what happens now."""
        # Below one per cent the estimate would jump about by hours.
        left = (
            f"about {duration(elapsed * (1 - self.done) / self.done)} left"
            if self.done > 0.01
            else "estimating the rest"
        )
        text = _COMPILING if is_compiling() else self.text
        return f"{math.floor(100 * self.done):3d} %  {duration(elapsed)} gone, {left}  {text}"

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
            self._erase_bar()

    def _draw(self) -> None:
        wait = _PATIENCE
        while not self._stop.wait(wait):
            wait = _BAR_INTERVAL if self.is_terminal else _LOG_INTERVAL
            with self._lock:
                self._show(self.line(time.monotonic() - self.started))

    def _show(self, line: str) -> None:
        if not self.is_terminal:
            tell(line, self.stream)
            return

        filled = round(_BAR_WIDTH * self.done)
        whole = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {line}"

        # A line that wraps could not be erased: one column stays free, wide characters count two.
        room = shutil.get_terminal_size().columns - 1
        while sum(2 if ord(c) > 0x1100 else 1 for c in whole) > room:
            whole = whole[:-1]

        tell(f"{_ERASE}{whole}", self.stream, end="")
        self._bar_shown = True

    def _erase_bar(self) -> None:
        if self._bar_shown:
            tell(_ERASE, self.stream, end="")
            self._bar_shown = False


def part(report: Report | None, start: float, end: float, label: str = "") -> Report | None:
    """A report for one stretch of the work.

    Its 0..1 becomes ``start``..``end`` of ``report``, and its text follows ``label``.
    """
    if report is None:
        return None

    def stretch(done: float, text: str = "") -> None:
        share = min(max(done, 0.0), 1.0)
        words = f"{label}: {text}" if label and text else label or text
        report(start + (end - start) * share, words)

    return stretch


def duration(seconds: float) -> str:
    """Seconds as people say them: "8 s", "2 min 5 s", "1 h 20 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
