"""A file judged: read, put on the house body, its floor known or found; and many files, streamed
through worker processes.
"""

import math
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.executor import Executor
from ..basics.progress import Report
from ..formats import read
from ..formats.motion_files import MOTION_SUFFIXES, motion_files_below
from ..metrics.beat_alignment import on_beat
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from ..physics import Judgement, judge
from ..retargeting.pose_transfer import on_house_skeleton

_FEW = 6  # files that are sooner judged here than workers are started
_ODD = (0.7, 1.4)  # times our height between which a body is a person's


@dataclass(frozen=True)
class Row:
    """What is said of one file.

    Attributes:
        path: of the file.
        said: `Judgement.as_json` with "file" and "notes" of the reader too; with a song "beats".
            Empty when it failed.
        problem: why it could not be judged, and the exit code that asks for.
    """

    path: Path
    said: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    exit_code: int = 0

    @property
    def badness(self) -> float:
        """Sorts the worst first: what has no score stands before everything."""
        value = self.said.get("physics_score")
        return -math.inf if value is None else float(value)


def score(
    paths: Sequence[str | os.PathLike[str]],
    floor: float | str | None = None,
    beats: np.ndarray | None = None,
    *,
    findings: int | None = None,
    jobs: int | None = None,
    failed: Callable[[Row], None] | None = None,
    progress: Report | None = None,
) -> list[Row]:
    """Judge every motion of files and folders; rows with a judgement, the worst first.

    Args:
        floor: height of the floor in metres, "auto" to find it, or None: 0 for our own npz files,
            found for all others.
        beats: of a song, seconds; its time 0 is theirs.
        findings: how many findings of each file are kept; all if None.
        jobs: worker processes; one a core if None.
        failed: called with the row of each file that could not be judged; the others are.
        progress: called with the share done and a text.

    Raises:
        FootlightsError: there is no motion to judge.
    """
    files = found(paths)
    rows: list[Row] = []
    work = partial(_row, floor=floor, beats=beats, findings=findings)
    with Executor(jobs if len(files) > _FEW else 1) as executor:
        for outcome in executor.map_unordered(
            work, files, total=len(files), unit="motions", progress=progress
        ):
            if outcome.result is not None:
                rows.append(outcome.result)
            elif outcome.error and failed:
                error = outcome.error
                failed(Row(outcome.item, problem=str(error), exit_code=error.exit_code))
    return sorted(rows, key=lambda row: (row.badness, str(row.path)))


def found(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The files themselves and, of folders, every motion below them, each once.

    Raises:
        FootlightsError: a folder without motions.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        inside = motion_files_below(path) if path.is_dir() else [path]
        if not inside:
            raise FootlightsError(
                "no motion in this folder", path, f"it may hold {', '.join(MOTION_SUFFIXES)} files"
            )
        files += inside
    return list(dict.fromkeys(files))


def judged_file(
    path: Path, floor: float | str | None = None
) -> tuple[Motion, Judgement, list[str]]:
    """A file's motion on the house body with its floor at 0, its judgement, and what should be
    known about it.

    Raises:
        FootlightsError: it cannot be read, or its joints cannot be named.
    """
    motion = read(path)
    notes = [str(note) for note in motion.meta.get("notes", ())]
    ours = motion.skeleton == SMPL24 and path.suffix.lower() == ".npz"
    if motion.skeleton != SMPL24:
        notes += _size(motion)
        motion = on_house_skeleton(motion)
    said = judge(motion, (0.0 if ours else "auto") if floor is None else floor)
    return motion.moved((0, 0, -said.floor)) if said.floor else motion, said, notes + said.notes


def _size(motion: Motion) -> list[str]:
    """A note on a body that is no grown person's."""
    tall = float(
        np.ptp(motion.positions, axis=1).max(initial=0.0)
    )  # in the frame in which it stretches most
    share = tall / float(np.ptp(SMPL24.rest[:, 2]))
    if _ODD[0] <= share <= _ODD[1]:
        return []
    return [
        f"its body measures {tall:.2f} m: judged as a grown person of 1.70 m who moves alike, with that person's forces"
    ]


def _row(
    path: Path, floor: float | str | None, beats: np.ndarray | None, findings: int | None
) -> Row:
    try:
        motion, judgement, notes = judged_file(path, floor)
        said: dict[str, Any] = {
            "file": str(path),
            "seconds": round(motion.seconds, 3),
            "fps": motion.fps,
        } | judgement.as_json()
        said["notes"] = notes
        said["findings"] = said["findings"][:findings]
        if beats is not None:
            within = beats[beats < motion.seconds]
            scores = on_beat(motion, within)
            said["beats"] = {name: _known(scores[name].value) for name in ("f1", "above_chance")}
        return Row(path, said)
    except FootlightsError as error:
        if str(path) in str(error):
            raise
        raise FootlightsError(error.what, path, error.do, usage=error.usage) from error


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
