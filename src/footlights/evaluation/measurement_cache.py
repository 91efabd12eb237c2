"""Many clips measured in worker processes; what was measured once is kept for the next run."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..basics.errors import FootlightsError, Problem
from ..basics.executor import Executor
from ..basics.progress import Report
from ..basics.whole_files import writing
from ..data.json_fields import read_json
from .clip_measurement import MeasurementRequest, answers, measure_clip
from .measured_clip import MeasuredClip

_FEW = 6  # clips that are sooner measured here than workers are started


def measure_clips(
    requests: Sequence[MeasurementRequest],
    *,
    jobs: int | None = None,
    failed: Callable[[Problem], None] | None = None,
    progress: Report | None = None,
) -> Iterator[tuple[MeasurementRequest, MeasuredClip]]:
    """Each request with its clip's record as they come.

    Args:
        jobs: worker processes; the number of CPU cores when None.
        failed: called for each clip that cannot be measured; the others are.
    """
    total = len(requests)
    with Executor(jobs if total > _FEW else 1) as executor:
        for outcome in executor.map_unordered(
            kept_or_measured, requests, total=total, unit="clips", progress=progress
        ):
            if outcome.result is not None:
                yield outcome.item, outcome.result
            elif outcome.error and failed:
                failed(Problem(outcome.item.path, outcome.error))


def kept_or_measured(request: MeasurementRequest) -> MeasuredClip:
    """The record of one clip, kept from an earlier run or new."""
    kept = cache_folder() / f"{request.key}.json"
    clip = read_kept(kept, request)
    if clip is None:
        clip = measure_clip(request)
        _keep(kept, clip)
    return clip


def cache_folder() -> Path:
    """Where results are kept for the next run: ``$XDG_CACHE_HOME/footlights/clips``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "footlights" / "clips"


def read_kept(path: Path, request: MeasurementRequest) -> MeasuredClip | None:
    """A kept record under the name that the clip has now, or None where there is no whole one.

    Whatever is wrong with it: the clip is measured again, which is what a kept record is for.
    """
    try:
        record = read_json(path, "").values
        clip = MeasuredClip.from_json({**record, "name": request.clip.name})
    except (FootlightsError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    return clip if answers(request, clip) else None


def _keep(path: Path, clip: MeasuredClip) -> None:
    # Results that cannot be kept are as true as others; only the next run takes longer.
    with contextlib.suppress(FootlightsError, OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as temporary:
            temporary.write_text(json.dumps(clip.as_json()), encoding="utf-8")
