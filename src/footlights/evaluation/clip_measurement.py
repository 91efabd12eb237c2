"""One clip measured: read, brought to the protocol's rate, asked every measure, with the controls
made of it beside it.
"""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..formats import read
from ..metrics.metric_score import Score
from ..metrics.protocol import Protocol
from ..motion.contacts import mark_contacts
from ..motion.motion import Motion
from ..retargeting.pose_transfer import on_house_skeleton
from . import controls
from .code_digest import code_digest
from .protocol_metrics import features_of, scores_of
from .training_seconds import kept_seconds

BIN = 0.25  # seconds of a strip's cell
SHORTEST = 0.5  # seconds
OTHER_MUSIC = "shuffled music"


@dataclass(frozen=True)
class Order:
    """What a worker is asked: a file, the beats of its song (seconds from the clip's start), and
    whether to make controls.

    ``train`` is a file of training seconds that the dances are looked for in, or None.
    """

    path: Path
    beats: tuple[float, ...]
    protocol: Protocol
    controls: bool = False
    train: Path | None = None

    @property
    def key(self) -> str:
        """The hash that a kept result is found by: of the file's bytes, the beats, the protocol and
        our own code.

        Raises:
            FootlightsError: the file cannot be read.
        """
        parts = [
            self.path,
            *(sorted(self.path.parent.glob("*.asf")) if self.path.suffix.lower() == ".amc" else ()),
        ]
        known = hashlib.sha256(
            repr(
                (
                    code_digest(__name__),
                    self.beats,
                    self.protocol,
                    self.controls,
                    self.train and self.train.name,
                )
            ).encode()
        )
        try:
            for part in parts:
                with open(part, "rb") as handle:
                    known.update(hashlib.file_digest(handle, "sha256").digest())
        except OSError as error:
            raise FootlightsError(
                f"cannot be read ({error.strerror})", self.path, "check the file"
            ) from error
        return known.hexdigest()[:32]


def measure(order: Order) -> dict[str, Any]:
    """The record of one clip, JSON-ready.

    Keys: name, seconds, fps (the file's), notes, values {variant: {measure: number or None}},
    reasons {measure: why None}, features {variant: rows}, strips {measure: worst value of each
    quarter of a second, or None}. Variant "made" is the clip; the others are controls.

    Raises:
        FootlightsError: the clip cannot be read, does not fit the house body, or is shorter than
            half a second.
    """
    motion = load(order.path)
    notes = _noticed(motion)
    record: dict[str, Any] = {
        "name": order.path.stem,
        "seconds": round(motion.seconds, 4),
        "fps": motion.fps,
        "notes": notes,
    }
    motion = prepared(motion, order.protocol)
    beats = np.asarray(order.beats, np.float64)
    beats = beats[(beats >= 0) & (beats < motion.seconds)]
    train = None if order.train is None else kept_seconds(order.train)
    scores = scores_of(motion, beats, order.protocol, train)
    record["reasons"] = {name: s.reason for name, s in scores.items() if not math.isfinite(s.value)}
    record["strips"] = {
        name: _strip(s.frames, motion.seconds) for name, s in scores.items() if len(s.frames)
    }
    record["values"] = {"made": _values(scores)}
    record["features"] = {"made": _rows(motion, order.protocol)}
    if order.controls:
        for name, spoil in controls.MADE.items():
            spoilt = spoil(motion)
            record["values"][name] = _values(scores_of(spoilt, beats, order.protocol, train))
            record["features"][name] = _rows(spoilt, order.protocol)
        other = controls.shuffled(beats, motion.seconds)
        record["values"][OTHER_MUSIC] = _values(scores_of(motion, other, order.protocol, train))
    return record


def load(path: Path) -> Motion:
    """The motion of a file on the house skeleton.

    Raises:
        FootlightsError: it cannot be read, its joints cannot be named, or it is shorter than half a
            second.
    """
    try:
        motion = on_house_skeleton(read(path))
    except FootlightsError as error:
        if str(path) in str(error):
            raise
        raise FootlightsError(error.what, path, error.do) from error
    if motion.seconds < SHORTEST:
        frames = "1 frame" if len(motion) == 1 else f"{len(motion)} frames"
        raise FootlightsError(f"has only {frames}", path, f"give clips of {SHORTEST:g} s or more")
    return motion


def prepared(motion: Motion, protocol: Protocol) -> Motion:
    """The part that a protocol looks at, at its rate, with contacts where feet are measured on
    soles.
    """
    motion = motion.resampled(protocol.fps)
    if not protocol.hop:
        motion = motion[: round(protocol.seconds * protocol.fps)]
    if protocol.ground == "soles" and motion.contacts is None:
        motion = motion.replace(contacts=mark_contacts(motion))
    return motion


def _noticed(motion: Motion) -> list[str]:
    """What a person should know about a clip before believing its numbers."""
    moved = np.abs(np.diff(motion.root, axis=0)).max(axis=1) + np.abs(
        np.diff(motion.rotations, axis=0)
    ).max(axis=(1, 2))
    still = moved < 1e-7
    if still.all():
        return ["does not move"]
    odd, even = still[::2].mean(), still[1::2].mean() if len(still) > 1 else 0.0
    if len(still) > 8 and max(odd, even) > 0.9 and min(odd, even) < 0.5:
        return [
            f"every second frame is a copy: {motion.fps / 2:g} frames a second written as {motion.fps:g}"
        ]
    return []


def _values(scores: dict[str, Score]) -> dict[str, float | None]:
    return {name: float(s.value) if math.isfinite(s.value) else None for name, s in scores.items()}


def _rows(motion: Motion, protocol: Protocol) -> list[list[float]]:
    rows = features_of(motion, protocol)
    return [[float(f"{v:.9g}") for v in row] for row in rows[np.isfinite(rows).all(axis=1)]]


def _strip(frames: np.ndarray, seconds: float) -> list[float | None]:
    """The highest of values (N, ...) spread evenly over the clip, for each quarter of a second."""
    frames = np.fmax.reduce(frames.reshape(len(frames), -1), axis=1)
    cells = max(1, math.ceil(seconds / BIN))
    at = np.minimum((np.arange(len(frames)) + 0.5) / len(frames) * seconds / BIN, cells - 1).astype(
        int
    )
    worst = np.full(cells, -np.inf)
    known = np.isfinite(frames)
    np.maximum.at(worst, at[known], frames[known])
    return [float(f"{v:.4g}") if np.isfinite(v) else None for v in worst]
