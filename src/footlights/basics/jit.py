"""Loops made into machine code, kept from one start to the next where that can be."""

from collections.abc import Callable
from typing import Any

import numba
from numba.core import event

from .compiling import compilation_begins, compilation_ends


class _Compiling(event.Listener):
    """Tells whoever shows progress that machine code is being made; kept code makes no event."""

    def on_start(self, event: Any) -> None:
        compilation_begins()

    def on_end(self, event: Any) -> None:
        compilation_ends()


event.register("numba:compile", _Compiling())  # type: ignore[no-untyped-call]


def compiled(function: Callable[..., Any]) -> Any:
    """Machine code of ``function``, kept beside its file, or in the user's cache, or not at all.

    What is kept is made anew when the function's own file changes, not when a file does whose
    functions it calls: after editing such a file delete the `*.nbi` of the callers.
    """
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        return numba.njit(nogil=True, error_model="numpy")(function)
