"""A pool of worker processes, one a core: what is stopped by a person stops at once, and each
worker keeps to one thread.
"""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_AHEAD = 4  # items a worker has waiting: memory does not grow with their number


def cores() -> int:
    """How many cores this process may use; all of the machine's where the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def workers(count: int | None = None) -> Iterator[ProcessPoolExecutor | None]:
    """Yield a pool of ``count`` processes (None: one for each core this process may use), or None
    where one is enough.
    """
    count = cores() if count is None else count
    if count <= 1:
        yield None
        return
    # One thread a process: numerical libraries would otherwise start one for every core in each of
    # them.
    before = {name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    os.environ.update(dict.fromkeys(before, "1"))
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _ignore_interrupts)
    try:
        yield pool
    except BaseException:
        # Stopped by a person: what the workers are at is not waited for, their unfinished files
        # have temporary names.
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def streamed(
    pool: ProcessPoolExecutor | None,
    work: Callable[[Item], Result],
    items: Iterable[Item],
    count: int,
) -> Iterator[tuple[Item, Result]]:
    """Each of ``items`` with what ``work`` makes of it, as they come; read only as fast as
    ``count`` workers are free.

    Without a pool the work is done here, in order.
    """
    if pool is None:
        yield from ((item, work(item)) for item in items)
        return
    running: dict[Future[Any], Item] = {}
    for item in items:
        running[pool.submit(work, item)] = item
        if len(running) >= _AHEAD * count:
            yield from _finished(running)
    while running:
        yield from _finished(running)


def _finished(running: dict[Future[Any], Item]) -> Iterator[tuple[Item, Any]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future.result()


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
