"""How long something takes at best: a shared machine is slow now and then, never fast by chance."""

import time
from collections.abc import Callable


def best(work: Callable[[], object], repeats: int) -> float:
    """Milliseconds of the fastest of ``repeats`` calls, after one that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)
