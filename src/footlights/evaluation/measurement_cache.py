"""Many clips measured: streamed through worker processes, kept by content, one broken file never
stops the rest.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError, Problem
from ..basics.executor import Executor
from ..basics.progress import Report
from ..basics.whole_files import writing
from .clip_measurement import Order, measure

_FEW = 6  # clips that are sooner measured here than workers are started
Record = dict[str, Any]


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
    with Executor(jobs if total > _FEW else 1) as executor:
        for outcome in executor.map_unordered(
            record_of, orders, total=total, unit="clips", progress=progress
        ):
            if outcome.result is not None:
                yield outcome.item, outcome.result
            elif outcome.error and failed:
                failed(Problem(str(outcome.item.path), outcome.error))


def record_of(order: Order) -> Record:
    """The record of one clip, kept from an earlier run or new."""
    kept = cache_folder() / f"{order.key}.json"
    record = _kept(kept)
    if record is None:
        record = measure(order)
        _keep(kept, record)
    return {**record, "name": order.path.stem}


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
