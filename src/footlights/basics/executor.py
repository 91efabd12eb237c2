"""Work on many items, in this process or in one worker process a core.

An error of one item never stops the others; what is stopped by a person stops at once; a worker
that dies costs nothing but time; and workers end with the process that started them.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Generic, TypeVar

from .allocator import give_back_large_arrays
from .errors import Cancelled, FootlightsError
from .progress import Report
from .threads import ONE_FOR_ALL, environment

Item = TypeVar("Item")
Result = TypeVar("Result")

# Items a worker has waiting: few, so that memory does not grow with the number of items.
_AHEAD = 4
# How often an item is tried whose worker dies under it.
_TRIES = 2


@dataclass(frozen=True)
class Outcome(Generic[Item, Result]):
    """What became of one item: its result, or, with no result, the error it ended in."""

    item: Item
    result: Result | None = None
    error: FootlightsError | None = None


def cores() -> int:
    """How many cores this process may use; all of the machine's where the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Executor:
    """Worker processes for as long as a ``with`` lasts; they start with the first item.

    Args:
        jobs: how many; one for each core this process may use when None. With 1 the work is done
            in this process, in order.
    """

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = cores() if jobs is None else max(1, jobs)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Executor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close(at_once=kind is not None)

    def map_unordered(
        self,
        work: Callable[[Item], Result],
        items: Iterable[Item],
        *,
        total: int = 0,
        unit: str = "items",
        progress: Report | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Iterator[Outcome[Item, Result]]:
        """What becomes of each of ``items``, as it comes; items are taken as workers come free.

        Args:
            work: done to every item; a function of a module, as workers import it by its name.
            total: how many items there are, and ``unit`` what they are called, for the progress.
            cancel: asked after every item; when it says True, the rest is left.

        Raises:
            Cancelled: ``cancel`` said so.
        """
        outcomes = self._here(work, items) if self.jobs == 1 else self._dealt(work, items)
        for done, outcome in enumerate(outcomes, start=1):
            if progress:
                progress(done / max(total, done), f"{done} of {max(total, done)} {unit}")
            yield outcome
            if cancel and cancel():
                self._close(at_once=True)
                raise Cancelled()

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Results in the order of ``items``.

        Raises:
            FootlightsError: the first error that one of them ended in.
        """
        results: dict[int, Result] = {}
        for outcome in self.map_unordered(partial(_numbered, work), enumerate(items)):
            if outcome.error:
                raise outcome.error
            assert outcome.result is not None
            number, result = outcome.result
            results[number] = result
        return [results[number] for number in sorted(results)]

    def _here(
        self, work: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        for item in items:
            yield _outcome(item, _attempt(work, item))

    def _dealt(
        self, work: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        running: dict[Future[Any], Item] = {}
        for item in items:
            running[self._submit(work, item)] = item
            if len(running) >= _AHEAD * self.jobs:
                yield from self._finished(work, running)

        while running:
            yield from self._finished(work, running)

    def _finished(
        self, work: Callable[[Item], Result], running: dict[Future[Any], Item]
    ) -> Iterator[Outcome[Item, Result]]:
        """Outcomes of those that are done; when a worker has died, of all that were running."""
        done = wait(running, return_when=FIRST_COMPLETED).done
        if not any(isinstance(future.exception(), BrokenProcessPool) for future in done):
            for future in done:
                yield _outcome(running.pop(future), future.result())
            return

        # A dead worker takes the whole pool along, and nobody says whose item it died of: each is
        # tried again alone, so that only the guilty one is named.
        self._close(at_once=True)
        for future, item in list(running.items()):
            del running[future]
            lost = not future.done() or future.cancelled() or future.exception() is not None
            yield _outcome(item, self._alone(work, item) if lost else future.result())

    def _alone(self, work: Callable[[Item], Result], item: Item) -> Result | FootlightsError:
        for _ in range(_TRIES - 1):
            try:
                result: Result | FootlightsError = self._submit(work, item).result()
                return result
            except BrokenProcessPool:
                self._close(at_once=True)
        what = "ended the process that worked on it (out of memory, perhaps)"
        return FootlightsError(what, _name(item), "try it by itself, or leave it out", usage=False)

    def _submit(self, work: Callable[[Item], Result], item: Item) -> Future[Any]:
        if self._pool is None:
            spawning = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.jobs, spawning, _begin_worker)
        # The pool starts its workers one by one as items come, so all of this is said each time.
        with environment(ONE_FOR_ALL):
            try:
                return self._pool.submit(_attempt, work, item)
            except BrokenProcessPool as error:
                lost: Future[Any] = Future()
                lost.set_exception(error)
                return lost

    def _close(self, at_once: bool) -> None:
        """End the workers; ``at_once``: without waiting for what they are at (their unfinished
        files have temporary names).
        """
        if self._pool is None:
            return
        if at_once:
            for worker in list((self._pool._processes or {}).values()):
                worker.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None


def _numbered(work: Callable[[Item], Result], numbered: tuple[int, Item]) -> tuple[int, Result]:
    number, item = numbered
    return number, work(item)


def _attempt(work: Callable[[Item], Result], item: Item) -> Result | FootlightsError:
    """What ``work`` makes of ``item``, or why it makes nothing: every item stands alone."""
    try:
        return work(item)
    except FootlightsError as error:
        return error
    except MemoryError:
        return FootlightsError("needs more memory than there is", _name(item), "use a smaller one")
    except Exception as error:
        what = f"unexpected {type(error).__name__}: {error}"
        return FootlightsError(what, _name(item), "report it", usage=False)


def _outcome(item: Item, result: Result | FootlightsError) -> Outcome[Item, Result]:
    if isinstance(result, FootlightsError):
        return Outcome(item, error=result)
    return Outcome(item, result)


def _name(item: object) -> str:
    """How an item is called in an error line: by its path, or not at all."""
    first = item[0] if isinstance(item, tuple) and item else item
    path = getattr(first, "path", first)
    return str(path) if isinstance(path, str | os.PathLike) else ""


def _begin_worker() -> None:
    # Ctrl-C reaches every process of a terminal: the main one answers, and ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_back_large_arrays()
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
