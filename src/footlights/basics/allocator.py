"""Memory that is let go of is given back to the system."""

import ctypes

_MMAP_THRESHOLD = -3  # of glibc's mallopt
_LARGE = 1 << 20  # bytes: of this size on, what is let go of is given back at once


def give_back_large_arrays() -> None:
    """From now on, arrays of a megabyte and more are given back to the system when they go.

    The C library on Linux else raises the size from which it does so with every array that goes, to
    32 megabytes: a song of ten minutes then keeps 40 megabytes that nothing uses. Elsewhere this
    does nothing.
    """
    try:
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
    except (OSError, AttributeError, TypeError):
        return
