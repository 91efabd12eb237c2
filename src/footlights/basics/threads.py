"""One thread for sums: a sum that threads share is rounded as their number has it."""

import contextlib
import os
from collections.abc import Iterator, Mapping

# numpy and scipy each bring an OpenBLAS (Accelerate on a Mac), which reads these when it is loaded.
# OpenMP is not among them: training with torch has every core.
ONE_FOR_SUMS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")
# Numerical libraries would otherwise start one thread for every core in each worker.
ONE_FOR_ALL = ONE_FOR_SUMS | dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


@contextlib.contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """While it lasts, variables of the environment are ``values``; what loads meanwhile, and
    processes that start, take them from there.
    """
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
