"""Build a folder of training data from listed clips and songs, resumable, whatever files break."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError, Problem
from ..basics.executor import Executor
from ..basics.progress import Report, part
from ..basics.whole_files import writing
from .build_keys import RECIPE, clip_key, digest, song_key
from .build_records import CalibrationRecord, ClipRecord, RigRecord, SongRecord
from .build_report import SourceReport, source_reports
from .build_steps import Step, StepRunner
from .clip_build import FPS, build_clip, calibrate_rig, identify_rig
from .dataset import DATA_FILE, DATA_FORMAT, Dataset
from .song_features import build_song
from .sources.base import Listing, SourceClip, SourceSong

# A rig is calibrated by the first of its clips: so much motion shows every joint move.
_CALIBRATION_SECONDS, _CALIBRATION_CLIPS = 120.0, 8
_MIRRORED = "not stored: left and right are exchanged when windows are drawn"


@dataclass(frozen=True)
class BuildResult:
    """What a build made of a listing.

    Attributes:
        dataset: the folder and what is in it.
        reports: figures of each source.
        problems: of what could not be built, by id.
        left_out: (id, reason) of what was left out on purpose, parts of clips included.
    """

    dataset: Dataset
    reports: Mapping[str, SourceReport]
    problems: tuple[Problem, ...]
    left_out: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """What stands in ``data.json``."""
        data = self.dataset
        return {
            "format": DATA_FORMAT,
            "fps": data.fps,
            "mirrored": _MIRRORED,
            "clips": [clip.as_json(data.folder) for clip in data.clips],
            "songs": [song.as_json(data.folder) for song in data.songs],
            "sources": {name: report.as_json() for name, report in self.reports.items()},
            "failed": [{"id": p.item, "error": str(p)} for p in self.problems],
            "left_out": [{"id": name, "reason": reason} for name, reason in self.left_out],
        }


@dataclass(frozen=True)
class _RiggedClip:
    """A clip that can be read, the digest of all that it depends on, its rig and its seconds."""

    clip: SourceClip
    key: str
    rig: str
    seconds: float


def build(
    listing: Listing, out: Path, *, jobs: int | None = None, progress: Report | None = None
) -> BuildResult:
    """Build everything in ``listing`` into ``out``; its index is ``out``/data.json.

    What an earlier run finished and whose file, listing and rig have not changed is kept; the
    result is the same whether the work was interrupted or not. Files that fail are named in the
    result.

    Args:
        listing: clips and songs.
        out: the folder to fill; made when missing.
        jobs: worker processes; the number of CPU cores when None, none (work in this process) when
            1.
        progress: called with the share done and a line of text.

    Raises:
        FootlightsError: ``out`` cannot be written, or not one clip could be built.
    """
    _make_folders(out)
    problems: list[Problem] = []
    with Executor(jobs) as executor:
        runner = StepRunner(out, executor)
        rigged = _identify(listing.clips, runner, problems, part(progress, 0.0, 0.1))
        files = _calibrate(rigged, runner, problems)
        ready = [clip for clip in rigged if clip.rig in files]
        clips = _build_clips(ready, files, runner, problems, part(progress, 0.1, 0.85))
        songs = _build_songs(listing.songs, runner, problems, part(progress, 0.85, 1.0))

    if not any(record.clips for record in clips.values()):
        dropped = [f"{name}: {reason}" for name, reason in _dropped_parts(clips)]
        first = [*problems, *dropped, "nothing was listed"][0]
        what = f"not one clip could be built; the first: {first}"
        raise FootlightsError(what, out, "look at the files", usage=False)

    built = tuple(clip for record in clips.values() for clip in record.clips)
    _refuse_same_names(out, [clip.id for clip in built])
    rigs = {clip.clip.id: clip.rig for clip in ready}
    result = BuildResult(
        Dataset(out, FPS, built, tuple(record.song for record in songs.values())),
        source_reports(listing.clips, clips, rigs),
        tuple(sorted(problems, key=lambda problem: problem.item)),
        (*listing.left_out, *_dropped_parts(clips)),
    )
    # The index comes last: a folder that has one is whole.
    with writing(out / DATA_FILE) as temporary:
        temporary.write_text(json.dumps(result.as_json(), indent=1, allow_nan=False))
    return result


def _dropped_parts(clips: Mapping[str, ClipRecord]) -> list[tuple[str, str]]:
    """(id, reason) of the parts that no body can have done; the rest of their clips is there."""
    return [(name, str(cut)) for name, record in clips.items() for cut in record.cuts]


def _make_folders(out: Path) -> None:
    try:
        for folder in ("clips", "songs", "cache"):
            (out / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"cannot write here ({error.strerror})"
        raise FootlightsError(what, out, "choose another folder with -o") from error


def _identify(
    clips: Sequence[SourceClip],
    runner: StepRunner,
    problems: list[Problem],
    progress: Report | None,
) -> list[_RiggedClip]:
    """The clips that can be read, with their rigs; why others cannot goes to ``problems``."""
    steps = []
    for clip in clips:
        try:
            key = clip_key(clip)
        except FootlightsError as error:
            problems.append(Problem(clip.id, error))
            continue
        steps.append(Step(clip.id, key, key, RigRecord, identify_rig, (clip,)))

    results = runner.run(steps, progress, "files read")
    problems += results.problems
    keys = {step.id: step.key for step in steps}
    rigs = results.records
    return [
        _RiggedClip(clip, keys[clip.id], rigs[clip.id].rig, rigs[clip.id].seconds)
        for clip in clips
        if clip.id in rigs
    ]


def _calibrate(
    clips: Sequence[_RiggedClip], runner: StepRunner, problems: list[Problem]
) -> dict[str, Path]:
    """For each rig the file with its constant rotations; clips of other rigs are ``problems``."""
    steps = []
    for rig, group in _calibration_groups(clips).items():
        key = digest(RECIPE, rig, [clip.key for clip in group])
        file = runner.out / "cache" / f"{key}.npz"
        arguments = ([clip.clip for clip in group], file)
        steps.append(Step(rig, key, f"{key}.fit", CalibrationRecord, calibrate_rig, arguments))

    results = runner.run(steps)
    wrong = {problem.item: problem.error for problem in results.problems}
    problems += [Problem(c.clip.id, wrong[c.rig]) for c in clips if c.rig in wrong]
    return {rig: record.file for rig, record in results.records.items()}


def _calibration_groups(clips: Sequence[_RiggedClip]) -> dict[str, list[_RiggedClip]]:
    """For each rig the first clips in order of id, until they are long enough together."""
    groups: dict[str, list[_RiggedClip]] = defaultdict(list)
    for clip in sorted(clips, key=lambda clip: clip.clip.id):
        group = groups[clip.rig]
        seconds = sum(other.seconds for other in group)
        if len(group) < _CALIBRATION_CLIPS and seconds < _CALIBRATION_SECONDS:
            group.append(clip)
    return groups


def _build_clips(
    clips: Sequence[_RiggedClip],
    calibrations: Mapping[str, Path],
    runner: StepRunner,
    problems: list[Problem],
    progress: Report | None,
) -> dict[str, ClipRecord]:
    steps = []
    for clip in clips:
        name, file = clip.clip.id, calibrations[clip.rig]
        # The calibration is called like its key: a clip is built anew when its rig's changes.
        key = digest(clip.key, file.name)
        arguments = (clip.clip, file, runner.out)
        steps.append(Step(name, key, f"clip-{name}", ClipRecord, build_clip, arguments))

    results = runner.run(steps, progress, "clips")
    problems += results.problems
    return results.records


def _build_songs(
    songs: Sequence[SourceSong],
    runner: StepRunner,
    problems: list[Problem],
    progress: Report | None,
) -> dict[str, SongRecord]:
    steps = []
    for song in songs:
        try:
            key = song_key(song)
        except FootlightsError as error:
            problems.append(Problem(song.name, error))
            continue
        arguments = (song, FPS, runner.out)
        steps.append(Step(song.name, key, f"song-{song.name}", SongRecord, build_song, arguments))

    results = runner.run(steps, progress, "songs")
    problems += results.problems
    return results.records


def _refuse_same_names(out: Path, names: list[str]) -> None:
    """A clip "a" that was cut has parts "a.1" and "a.2": another clip may be called like one."""
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise FootlightsError(f"two clips are called {name!r}", out, "give each its own id")
