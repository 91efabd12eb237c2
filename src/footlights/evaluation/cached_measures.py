"""Many clips measured: streamed through worker processes, kept by content, one broken file never
stops the rest.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.executor import cores, streamed, workers
from ..basics.progress import Report
from ..basics.whole_files import writing
from .clip_measures import Order, measure

_FEW = 6  # clips that are sooner measured here than workers are started
Record = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """A clip that was not measured: its file, why, and the exit code it asks for."""

    path: Path
    why: str
    exit_code: int


def cache_folder() -> Path:
    """Where results are kept for the next run: ``$XDG_CACHE_HOME/footlights/clips``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "footlights" / "clips"


def measured(
    orders: Iterable[Order],
    total: int,
    *,
    jobs: int | None = None,
    failed: Callable[[Problem], None] | None = None,
    progress: Report | None = None,
) -> Iterator[tuple[Order, Record]]:
    """Each order with its record as they come; orders of a broken file go to ``failed``.

    Args:
        orders: what to measure; read as workers come free.
        total: how many there are, for the progress.
        jobs: worker processes; the number of CPU cores when None.
    """
    count = cores() if jobs is None else jobs
    done = 0
    with workers(count if total > _FEW else 1) as pool:
        for order, record in streamed(pool, outcome, orders, count):
            done += 1
            if progress:
                progress(done / max(total, 1), f"{done} of {total} clips")
            if isinstance(record, Problem):
                if failed:
                    failed(record)
            else:
                yield order, record


def outcome(order: Order) -> Record | Problem:
    """The record of one clip, kept or new, or why there is none."""
    try:
        kept = cache_folder() / f"{order.key}.json"
        record = _kept(kept)
        if record is None:
            record = measure(order)
            _keep(kept, record)
        return {**record, "name": order.path.stem}
    except FootlightsError as error:
        return Problem(order.path, str(error), error.exit_code)
    except Exception as error:  # every file stands alone: the error is told, the rest is done
        return Problem(order.path, f"{order.path}: unexpected {type(error).__name__}: {error}", 1)


def _kept(path: Path) -> Record | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _keep(path: Path, record: Record) -> None:
    # Results that cannot be kept are as true as others; only the next run takes longer.
    with contextlib.suppress(FootlightsError, OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as temporary:
            temporary.write_text(json.dumps(record), encoding="utf-8")
