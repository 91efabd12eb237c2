"""Lines for people: harmless whatever a file is called, and no trouble when nobody reads them."""

import contextlib
import os
import sys
import unicodedata
from typing import TextIO


def tell(line: str, stream: TextIO | None = None, end: str = "\n") -> None:
    """Print to ``stream`` (None: stderr); a reader that has gone away does not stop the work."""
    stream = stream or sys.stderr
    if stream is None:  # a program without a console, as pythonw runs them
        return
    try:
        print(line, end=end, file=stream, flush=True)
    except OSError:
        discard(stream)


def plain(text: str) -> str:
    """The text with control characters written out: no file name may drive the terminal."""
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cs") else repr(c)[1:-1] for c in text
    )


def open_streams() -> None:
    """Give stdout and stderr a place to go where whoever started this process closed them.

    Else the next file that is opened gets their number, and messages of a library would end up
    in it.
    """
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            _point_at_nothing(number)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))


def settle(stream: TextIO) -> None:
    """Write out what a stream still holds, or drop it where nobody reads it any more.

    Python does so itself when it ends, but complains and changes the exit code when it fails.
    """
    try:
        stream.flush()
    except OSError:
        discard(stream)


def discard(stream: TextIO) -> None:
    """Let all that is written to ``stream`` from now on vanish, and what it still holds."""
    with contextlib.suppress(OSError, ValueError):  # in a test a stream may have no number
        _point_at_nothing(stream.fileno())


def _point_at_nothing(number: int) -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    if nothing != number:
        os.dup2(nothing, number)
        os.close(nothing)
