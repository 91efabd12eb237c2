"""Whether loops are being compiled now: what a person waits for at the first use of a command.

Knows nothing of numba, so that showing progress does not load it; `jit` tells what happens.
"""

import threading

_lock = threading.Lock()
_running = 0


def compilation_begins() -> None:
    """Note that a loop is being compiled."""
    _change(1)


def compilation_ends() -> None:
    """Note that it is compiled, or failed to be."""
    _change(-1)


def is_compiling() -> bool:
    """Whether some loop is being compiled in this process."""
    return _running > 0


def _change(by: int) -> None:
    global _running
    with _lock:
        _running = max(0, _running + by)
