"""What asks a process to end, a terminal that closes too, is answered as Ctrl-C is."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

# What a service manager, a job queue or a shutdown sends, and what a closed terminal sends.
_SIGNALS = ("SIGTERM", "SIGHUP")


@contextlib.contextmanager
def answered_as_interrupts() -> Iterator[None]:
    """While it lasts, SIGTERM and SIGHUP raise `KeyboardInterrupt` in the main thread.

    So work that is stopped by them ends its workers and says what is kept. A signal that is
    ignored, as SIGHUP is under ``nohup``, stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say how signals are answered
        return

    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
