"""Build a folder of training data from listed clips: in worker processes, resumable, one bad file
never stops the rest.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.executor import Executor
from ..basics.whole_files import writing
from .build_report import source_report
from .clip_build import (
    FPS,
    RECIPE,
    digest,
    file_digest,
    fingerprint,
    fit_rig,
    make,
    survey,
    write_record,
)
from .music_pairs import make_song
from .sources import Clip, Listing, Song

__all__ = ["Clip", "build"]

_FIT_SECONDS, _FIT_CLIPS = 120.0, 8
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class _Step:
    """A piece of work: what to call, and where its record is kept for the next run."""

    id: str
    key: str
    record: Path
    call: Callable[..., dict[str, Any]]
    arguments: tuple[Any, ...]


def build(
    listing: Listing, out: Path, *, jobs: int | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Build everything in ``listing`` into ``out`` and return the index, which is also
    ``out``/data.json.

    What an earlier run finished and whose file, listing and rig have not changed is kept; the
    result is the same whether the work was interrupted or not. Files that fail are named under
    ``failed``.

    Args:
        listing: clips and songs.
        out: the folder to fill; made when missing.
        jobs: worker processes; the number of CPU cores when None, none (work in this process) when
            1.
        progress: called with the share done and a line of text.

    Raises:
        FootlightsError: ``out`` cannot be written, or not one clip could be built.
    """
    try:
        for folder in ("clips", "songs", "cache"):
            (out / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FootlightsError(
            f"cannot write here ({error.strerror})", out, "choose another folder with -o"
        ) from error
    failed: dict[str, str] = {}
    with Executor(jobs) as executor:
        keys = _fingerprints(listing.clips, failed)
        clips = [c for c in listing.clips if c.id in keys]
        rigs = _survey(executor, clips, keys, out, failed, progress)
        fits = _fits(executor, [c for c in clips if c.id in rigs], keys, rigs, out, failed)
        steps = [
            _clip_step(c, keys, fits, rigs, out)
            for c in clips
            if c.id in rigs and rigs[c.id]["rig"] in fits
        ]
        records = _run(executor, steps, failed, progress, 0.1, 0.85, "clips")
        songs = _run(
            executor, _song_steps(listing.songs, out, failed), failed, progress, 0.85, 1.0, "songs"
        )
    if not records:
        first = next(iter(failed.values()), "nothing was listed")
        raise FootlightsError(
            f"not one clip could be built; the first: {first}",
            out,
            "look at the files",
            usage=False,
        )
    index = _index(listing, records, songs, failed)
    with writing(out / "data.json") as temporary:
        temporary.write_text(json.dumps(index, indent=1))
    return index


def _fingerprints(clips: Sequence[Clip], failed: dict[str, str]) -> dict[str, str]:
    keys = {}
    for clip in clips:
        try:
            keys[clip.id] = fingerprint(clip)
        except FootlightsError as error:
            failed[clip.id] = str(error)
    return keys


def _survey(
    executor: Executor,
    clips: Sequence[Clip],
    keys: dict[str, str],
    out: Path,
    failed: dict[str, str],
    progress: Progress | None,
) -> dict[str, dict[str, Any]]:
    """For each readable clip its rig and its length."""
    place = out / "cache"
    steps = [
        _Step(c.id, keys[c.id], place / f"{keys[c.id]}.json", _survey_record, (c, keys[c.id]))
        for c in clips
    ]
    return _run(executor, steps, failed, progress, 0.0, 0.1, "files read")


def _survey_record(clip: Clip, key: str) -> dict[str, Any]:
    return {"key": key, **survey(clip)}


def _fits(
    executor: Executor,
    clips: Sequence[Clip],
    keys: dict[str, str],
    rigs: dict[str, dict[str, Any]],
    out: Path,
    failed: dict[str, str],
) -> dict[str, Path]:
    """For each rig the file with its constant turns, learnt from the first two minutes of its
    clips in order of id.
    """
    groups: dict[str, list[Clip]] = defaultdict(list)
    for clip in sorted(clips, key=lambda c: c.id):
        rig = rigs[clip.id]["rig"]
        if (
            len(groups[rig]) < _FIT_CLIPS
            and sum(rigs[c.id]["seconds"] for c in groups[rig]) < _FIT_SECONDS
        ):
            groups[rig].append(clip)
    steps = []
    for rig, group in groups.items():
        key = digest(RECIPE, rig, [keys[c.id] for c in group])
        fit = out / "cache" / f"{key}.npz"
        steps.append(_Step(rig, key, fit.with_suffix(".fit.json"), _fit_record, (group, fit, key)))
    problems: dict[str, str] = {}
    done = _run(executor, steps, problems, None, 0, 0, "")
    for rig, why in problems.items():
        failed.update({c.id: why for c in clips if rigs[c.id]["rig"] == rig})
    return {rig: out / "cache" / f"{record['key']}.npz" for rig, record in done.items()}


def _fit_record(group: list[Clip], fit: Path, key: str) -> dict[str, Any]:
    fit_rig(group, fit)
    return {"key": key}


def _clip_step(
    clip: Clip,
    keys: dict[str, str],
    fits: dict[str, Path],
    rigs: dict[str, dict[str, Any]],
    out: Path,
) -> _Step:
    fit = fits[rigs[clip.id]["rig"]]
    key = digest(keys[clip.id], fit.name)
    return _Step(clip.id, key, out / "cache" / f"clip-{clip.id}.json", make, (clip, fit, out, key))


def _song_steps(songs: Sequence[Song], out: Path, failed: dict[str, str]) -> list[_Step]:
    steps = []
    for song in songs:
        try:
            key = digest(RECIPE, song.name, song.split, song.danceable, file_digest(song.path))
        except OSError as error:
            failed[song.name] = f"{song.path}: cannot be read ({error.strerror})"
            continue
        steps.append(
            _Step(
                song.name,
                key,
                out / "cache" / f"song-{song.name}.json",
                make_song,
                (song, FPS, out, key),
            )
        )
    return steps


def _run(
    executor: Executor,
    steps: Sequence[_Step],
    failed: dict[str, str],
    progress: Progress | None,
    first: float,
    last: float,
    what: str,
) -> dict[str, dict[str, Any]]:
    """Records of all steps by id; kept ones are read, the others made; failures go to ``failed``."""
    records = {s.id: kept for s in steps if (kept := _kept(s))}
    todo = [s for s in steps if s.id not in records]
    for outcome in executor.map_unordered(_made, todo):
        step = outcome.item
        if outcome.result is None:
            failed[step.id] = str(outcome.error)
        else:
            write_record(outcome.result, step.record)
            records[step.id] = outcome.result
        if progress:
            done = len(records) + sum(s.id in failed for s in steps)
            progress(first + (last - first) * done / len(steps), f"{done} of {len(steps)} {what}")
    return {s.id: records[s.id] for s in steps if s.id in records}


def _kept(step: _Step) -> dict[str, Any] | None:
    """The record an earlier run left, if it is of the same inputs and its files are there."""
    try:
        record = json.loads(step.record.read_text())
    except (OSError, ValueError):
        return None
    if record.get("key") != step.key:
        return None
    root = step.record.parent.parent
    files = [
        row[name] for row in record.get("rows", ()) for name in ("file", "song") if row.get(name)
    ]
    files += [f"cache/{step.key}.npz"] if step.record.name.endswith(".fit.json") else []
    return record if all((root / f).is_file() for f in files) else None


def _made(step: _Step) -> dict[str, Any]:
    return step.call(*step.arguments)


def _index(
    listing: Listing,
    records: dict[str, dict[str, Any]],
    songs: dict[str, dict[str, Any]],
    failed: dict[str, str],
) -> dict[str, Any]:
    order = [c.id for c in listing.clips if c.id in records]
    return {
        "format": "footlights-data-1",
        "fps": FPS,
        "mirrored": "not stored: left and right are exchanged when windows are drawn",
        "clips": [row for name in order for row in records[name]["rows"]],
        "songs": [row for record in songs.values() for row in record["rows"]],
        "sources": source_report([c for c in listing.clips if c.id in records], records),
        "failed": [{"id": name, "error": why} for name, why in sorted(failed.items())],
        "left_out": [{"id": name, "reason": why} for name, why in listing.left_out],
    }
