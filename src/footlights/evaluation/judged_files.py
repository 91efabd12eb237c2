"""Motion files judged by physics: each is read, put on the house skeleton and judged once."""

import bisect
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError, Problem, exit_code_of
from ..basics.executor import Executor
from ..basics.progress import Report
from ..formats.motion_files import MOTION_SUFFIXES, motion_files_below
from ..metrics.beat_alignment import on_beat
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from ..physics import Judgement, judge
from ..retargeting.pose_transfer import on_house_skeleton
from ..retargeting.source_map import read_source

_FEW = 6  # files that are sooner judged here than workers are started
_HUMAN_SIZES = (0.7, 1.4)  # times the house body's height between which a body is a person's


@dataclass(frozen=True)
class BeatHits:
    """How well a motion hits the beats of a song: F1, and that above chance; NaN without beats."""

    f1: float
    above_chance: float


@dataclass(frozen=True, eq=False)
class JudgedFile:
    """What is known of one file.

    Attributes:
        path: of the file.
        seconds, fps: of its motion.
        judgement: what physics says of it; without its arrays where ``motion`` is None.
        notes: what a person should know: what the reader found out, and what looks odd.
        beats: how well it hits the beats of the song that it was judged with, if any.
        motion: the clip on the house skeleton, the floor at z = 0; None where only the numbers
            were kept.
    """

    path: Path
    seconds: float
    fps: float
    judgement: Judgement
    notes: tuple[str, ...]
    beats: BeatHits | None = None
    motion: Motion | None = None

    @property
    def rank(self) -> tuple[float, str]:
        """Sorts the worst first: what has no score stands before everything."""
        score = self.judgement.physics_score
        return -math.inf if math.isnan(score) else score, str(self.path)

    def numbers_only(self, findings: int | None = None) -> "JudgedFile":
        """The same without motion and arrays, which take a thousand times the memory.

        Args:
            findings: how many are kept, the worst first; all when None.
        """
        quantities = {
            name: replace(quantity, frames=np.zeros(0), parts=np.zeros(0, str))
            for name, quantity in self.judgement.quantities.items()
        }
        judgement = replace(
            self.judgement,
            frames={},
            quantities=quantities,
            findings=self.judgement.findings[:findings],
            ground_reaction=None,
            centre_of_mass=None,
        )
        return replace(self, judgement=judgement, motion=None)

    def as_json(self) -> dict[str, Any]:
        """Everything but the arrays; what is not known is null."""
        document: dict[str, Any] = {
            "file": str(self.path),
            "seconds": round(self.seconds, 3),
            "fps": self.fps,
            **self.judgement.as_json(),
            "notes": list(self.notes),
        }
        if self.beats is not None:
            document["beats"] = {
                "f1": _known(self.beats.f1),
                "above_chance": _known(self.beats.above_chance),
            }
        return document


@dataclass(frozen=True)
class JudgedFiles:
    """The files that were judged, the worst first, and what was wrong with the others."""

    files: list[JudgedFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when every file was judged, 1 when work failed, 2 when only files were at fault."""
        return exit_code_of(self.problems)

    def as_json(self) -> dict[str, Any]:
        """The document that ``footlights score --json`` prints."""
        return {
            "motions": [file.as_json() for file in self.files],
            "problems": [problem.as_json() for problem in self.problems],
        }


def judge_files(
    paths: Sequence[str | os.PathLike[str]],
    floor: float | str | None = None,
    beats: np.ndarray | None = None,
    *,
    reading: Mapping[str, Any] | None = None,
    findings: int | None = None,
    keep: int = 0,
    jobs: int | None = None,
    failed: Callable[[Problem], None] | None = None,
    progress: Report | None = None,
) -> JudgedFiles:
    """Judge every motion of files and folders, each once.

    Args:
        floor: height of the floor in metres, "auto" to find it, or None: 0 for our own npz files,
            found for all others.
        beats: of a song, seconds; its time 0 is theirs.
        reading: options for the readers of files; those that a format does not have are left out.
        findings: how many findings of each file are kept; all if None.
        keep: the worst files of which motion, arrays and all findings are kept, to be shown.
        jobs: worker processes; one a core if None.
        failed: called for each file that could not be judged; the others are.
        progress: called with the share done and a text.

    Raises:
        FootlightsError: there is no motion to judge.
    """
    files = motion_files(paths)
    # Whole records cross from the workers only where some will be shown: which, only the end tells.
    work = partial(
        _judged, floor=floor, beats=beats, reading=reading, findings=findings, whole=keep > 0
    )
    ranking = _Ranking(keep, findings)
    problems: list[Problem] = []

    with Executor(jobs if len(files) > _FEW else 1) as executor:
        outcomes = executor.map_unordered(
            work, files, total=len(files), unit="motions", progress=progress
        )
        for outcome in outcomes:
            if outcome.result is not None:
                ranking.add(outcome.result)
            elif outcome.error is not None:
                problems.append(Problem(str(outcome.item), outcome.error))
                if failed:
                    failed(problems[-1])

    return JudgedFiles(ranking.files, problems)


def judge_file(
    path: Path,
    floor: float | str | None = None,
    beats: np.ndarray | None = None,
    reading: Mapping[str, Any] | None = None,
) -> JudgedFile:
    """Judge one motion file; arguments as for `judge_files`.

    Raises:
        FootlightsError: it cannot be read, or its joints cannot be named.
    """
    try:
        motion = read_source(path, reading or {})
        notes = list(motion.notes)
        if motion.skeleton != SMPL24:
            notes += _size_notes(motion)

        # Our own files stand on z = 0; where others have their floor, nobody knows.
        if floor is None:
            ours = motion.skeleton == SMPL24 and path.suffix.lower() == ".npz"
            floor = 0.0 if ours else "auto"

        motion = on_house_skeleton(motion)
        notes += [n for n in motion.notes if n not in notes]  # of retargeting
        judgement = judge(motion, floor)
        if judgement.floor:
            motion = motion.moved((0, 0, -judgement.floor))
    except FootlightsError as error:
        if str(path) in str(error):
            raise
        raise FootlightsError(error.what, path, error.do, usage=error.usage) from error

    hits = None if beats is None else _beat_hits(motion, beats)
    every_note = (*notes, *judgement.notes)
    return JudgedFile(path, motion.seconds, motion.fps, judgement, every_note, hits, motion)


def motion_files(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
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


class _Ranking:
    """Files in order, the worst first; of all but the worst ``keep`` only the numbers are kept."""

    def __init__(self, keep: int, findings: int | None) -> None:
        self.files: list[JudgedFile] = []
        self._keep, self._findings = keep, findings

    def add(self, file: JudgedFile) -> None:
        place = bisect.bisect(self.files, file.rank, key=lambda known: known.rank)
        self.files.insert(place, file)

        # One whole record is too many now: this one, or the one that it has pushed down.
        surplus = max(place, self._keep)
        if surplus < len(self.files):
            self.files[surplus] = self.files[surplus].numbers_only(self._findings)


def _judged(
    path: Path,
    floor: float | str | None,
    beats: np.ndarray | None,
    reading: Mapping[str, Any] | None,
    findings: int | None,
    whole: bool,
) -> JudgedFile:
    file = judge_file(path, floor, beats, reading)
    return file if whole else file.numbers_only(findings)


def _size_notes(motion: Motion) -> list[str]:
    """A note on a body that is no grown person's."""
    # In the frame in which it stretches most: few clips stand upright all the time.
    height = float(np.ptp(motion.positions, axis=1).max(initial=0.0))
    low, high = _HUMAN_SIZES
    if low <= height / float(np.ptp(SMPL24.rest[:, 2])) <= high:
        return []
    return [
        f"its body measures {height:.2f} m: judged as a grown person of 1.70 m who moves alike, "
        "with that person's forces"
    ]


def _beat_hits(motion: Motion, beats: np.ndarray) -> BeatHits:
    scores = on_beat(motion, beats[beats < motion.seconds])
    return BeatHits(scores["f1"].value, scores["above_chance"].value)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
