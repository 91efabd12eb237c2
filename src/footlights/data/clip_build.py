"""The work on one file, done in a worker process: read, repair, retarget, one floor, contacts,
rhythm, saved.
"""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import formats
from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..metrics.motion_rhythm import TRUSTED, beats_of, tempo_of
from ..motion.contacts import mark_contacts
from ..motion.floor import floor_height
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from ..retargeting.bone_calibration import calibrate, observe, rest_pose
from ..retargeting.fidelity import fidelity
from ..retargeting.joint_names import joint_map
from ..retargeting.pose_transfer import retarget
from .music_pairs import save_pair
from .repair import Piece, possible, repair
from .sources import Clip

FPS = 30.0
RECIPE = (
    "11"  # raised whenever the same file would give another result: everything is then built anew
)
_FIT_SECONDS = 20.0  # of one clip, enough to see every joint of its rig move


def digest(*parts: object) -> str:
    """A short name for what went into a result."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def file_digest(path: Path) -> str:
    """A short name for the bytes of a file."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:24]


def fingerprint(clip: Clip) -> str:
    """Names everything in the listing and the files of ``clip`` that its result depends on.

    Raises:
        FootlightsError: a file cannot be read.
    """
    try:
        beside = (
            sorted(clip.path.parent.glob("*.asf")) if clip.path.suffix.lower() == ".amc" else []
        )
        bytes_ = [file_digest(p) for p in (clip.path, *beside, *([clip.song] if clip.song else []))]
    except OSError as error:
        raise FootlightsError(
            f"cannot be read ({error.strerror})", clip.path, "check the file"
        ) from error
    facts = asdict(replace(clip, path=Path(), song=None))
    return digest(RECIPE, sorted((k, str(v)) for k, v in facts.items()), bytes_)


def survey(clip: Clip) -> dict[str, Any]:
    """Which rig a file is on (a digest of its tree) and how long it is, seconds."""
    motion = formats.read(clip.path, **clip.options)
    offsets = np.round(motion.skeleton.offsets, 4) + 0.0
    rig = digest(motion.skeleton.names, motion.skeleton.parents, offsets.tobytes())
    return {"rig": rig, "seconds": motion.seconds}


def fit_rig(clips: list[Clip], place: Path) -> None:
    """Save at ``place`` the constant turns and the scale that ``clips`` of one rig share."""
    seen = []
    for clip in clips:
        for piece in _pieces(clip)[0]:
            motion = piece.motion[: round(_FIT_SECONDS * piece.motion.fps)].resampled(FPS)
            names = joint_map(motion.skeleton)
            seen.append(observe(motion, names, SMPL24))
            rest = rest_pose(motion.skeleton, names)
    if not seen:
        raise FootlightsError(
            "nothing sound is left after repair", clips[0].path, "look at the recording"
        )
    scale = float(np.median([s.scale for s in seen]))
    fit = calibrate(seen, SMPL24, rest)
    with writing(place) as temporary, open(temporary, "wb") as handle:
        np.savez(
            handle,
            names=np.array(list(fit)),
            turns=np.stack(list(fit.values())),
            scale=np.float64(scale),
        )


def make(clip: Clip, fit: Path, out: Path, key: str) -> dict[str, Any]:
    """Build one clip into ``out``/clips and return its record: rows for the index and figures for
    the report.
    """
    with np.load(fit) as stored:
        turns = dict(zip(stored["names"].tolist(), stored["turns"], strict=True))
        scale = float(stored["scale"])
    pieces, facts = _pieces(clip)
    if not pieces:
        raise FootlightsError(
            "nothing sound is left after repair", clip.path, "look at the recording"
        )
    parts: list[tuple[float, Motion, Motion]] = []
    for piece in pieces:
        source = piece.motion.resampled(FPS)
        result = retarget(source, fit=turns, scale=scale)
        for a, b in possible(result):
            parts.append((piece.start + a / FPS, source[a:b], result[a:b]))
        facts["cut"] += result.seconds
    facts["cut"] -= sum(result.seconds for *_, result in parts)
    if not parts:
        raise FootlightsError("no possible body pose is left", clip.path, "look at the recording")
    record: dict[str, Any] = {"key": key, "rows": [], "figures": [], **facts, "scale": scale}
    for i, (start, source, result) in enumerate(parts):
        name = clip.id if len(parts) == 1 else f"{clip.id}.{i + 1}"
        floor = floor_height(result)
        truth = asdict(fidelity(source, result, scale))
        record["figures"].append({"seconds": result.seconds, "floor": floor, **truth})
        record["rows"].append(_save(clip, name, start, _finished(clip, result, floor), out))
    return record


def _pieces(clip: Clip) -> tuple[list[Piece], dict[str, float]]:
    motion = formats.read(clip.path, **clip.options)
    repaired = repair(motion, joint_map(motion.skeleton), clip.skip, clip.tail)
    return repaired.pieces, {"bridged": repaired.bridged, "cut": repaired.cut}


def _finished(clip: Clip, motion: Motion, floor: float) -> Motion:
    grounded = motion.moved((0.0, 0.0, -floor))
    meta = {"clip": clip.id, "source": clip.source, "licence": clip.licence}
    return grounded.replace(contacts=mark_contacts(grounded), meta=meta)


def _save(clip: Clip, name: str, start: float, motion: Motion, out: Path) -> dict[str, Any]:
    """Write one piece and, for a clip with a song, its features; returns its row of the index."""
    file = f"clips/{name}.npz"
    formats.write(motion, out / file)
    row = {
        "id": name, "file": file, "source": clip.source, "style": clip.style, "split": clip.split,
        "subject": clip.subject, "licence": clip.licence, "commercial": clip.commercial, "dance": clip.dance,
        "flawed": clip.flawed, "start": round(start, 4), "seconds": round(motion.seconds, 4),
    }  # fmt: skip
    if clip.song is not None:
        return row | save_pair(clip.song, name, start, len(motion), motion.fps, out)
    bpm, trust = tempo_of(motion)
    known = bool(np.isfinite(bpm)) and trust >= TRUSTED
    beats = [round(float(b), 4) for b in beats_of(motion)] if known else []
    return row | {
        "bpm": round(bpm, 3) if known else None,
        "trust": round(trust, 3),
        "beats": beats,
        "song": None,
    }


def write_record(record: dict[str, Any], path: Path) -> None:
    """Save a record whole or not at all; it is written after the files it names."""
    with writing(path) as temporary:
        temporary.write_text(json.dumps(record))
