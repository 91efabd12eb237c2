"""Built data cut into four-beat pieces that can be laid end to end: the memory of the collage."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...basics.errors import FootlightsError
from ...formats import read
from ...geometry.rotations import quat_about, quat_rotate, yaw_of
from ...metrics.motion_rhythm import energy
from ...motion.motion import Motion
from ..diffusion.windows import read_index
from ..representation import encode

BEATS = 4
PULSE = 0.5  # seconds between the made-up beats of motion, or of a song, that has none
_LOOK = 0.1  # seconds over which the velocity at a join is compared
_JOINTS = (
    "left_knee", "right_knee", "left_ankle", "right_ankle", "left_foot", "right_foot", "spine3", "head",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Track:
    """One clip or its mirror image.

    Attributes:
        clip, style: the clip's id and style, the same for its mirror image.
        mirrored: whether this is the mirror image.
        fps: frames a second of what follows.
        vectors: (T, 152) as `representation.encode` makes them.
        joins: (T, 84) places of 14 joints seen from the ground under the pelvis, heading removed,
            and how far they go in 0.1 s.
        energy: (T,) log of mean joint speed.
        beats: (B,) seconds, empty when the clip has none.
    """

    clip: str
    style: str
    mirrored: bool
    fps: float
    vectors: np.ndarray
    joins: np.ndarray
    energy: np.ndarray
    beats: np.ndarray


@dataclass(frozen=True, eq=False)
class Pieces:
    """N pieces of four beats each.

    Attributes:
        tracks: the clips they lie in.
        track: (N,) index into ``tracks``.
        times: (N, 5) seconds in the track: four beats and the beat after.
        tempo: (N,) beats a minute.
        energy: (N,) mean energy, standardised over all pieces.
        first, last: (N, 84) `joins` where the piece starts and where the next one would.
        style: (N,) style names.
    """

    tracks: tuple[Track, ...]
    track: np.ndarray
    times: np.ndarray
    tempo: np.ndarray
    energy: np.ndarray
    first: np.ndarray
    last: np.ndarray
    style: np.ndarray

    def __len__(self) -> int:
        return len(self.track)

    def chosen(self, keep: np.ndarray) -> "Pieces":
        """The pieces at indices, or under the mask, ``keep``."""
        names = ("track", "times", "tempo", "energy", "first", "last", "style")
        return Pieces(self.tracks, **{name: getattr(self, name)[keep] for name in names})


def load_tracks(folder: Path, *, commercial_only: bool = False) -> tuple[Track, ...]:
    """The train split's dance clips of a built data folder and their mirror images.

    Raises:
        FootlightsError: no built data, or no dance in its train split.
    """
    rows = [r for r in read_index(folder)["clips"] if r["split"] == "train" and r["dance"]]
    rows = [r for r in rows if r["commercial"] or not commercial_only]
    if not rows:
        raise FootlightsError(
            "no dance clip in the train split", folder, "build data with some dance in it"
        )
    return tuple(t for row in rows for t in tracks_of(read(Path(folder) / row["file"]), row))


def tracks_of(motion: Motion, row: dict[str, Any]) -> tuple[Track, Track]:
    """A clip and its mirror image; ``row`` is the clip's in ``data.json``, of which id, style and
    beats are read.
    """
    level, beats = energy(motion), np.asarray(row["beats"], float)
    sides = (motion, motion.mirrored())
    made = [
        Track(row["id"], row["style"], i > 0, m.fps, encode(m), _joins(m), level, beats)
        for i, m in enumerate(sides)
    ]
    return made[0], made[1]


def cut(tracks: tuple[Track, ...], *, beat: bool) -> Pieces | None:
    """Every four beats in a row of every track, or every two seconds at half-second steps; None
    when there is not one piece.
    """
    spans = [_spans(track, beat) for track in tracks]
    if not any(len(s) for s in spans):
        return None
    track = np.repeat(np.arange(len(tracks)), [len(s) for s in spans])
    times = np.concatenate(spans)
    frames = [np.round(times[:, i] * [tracks[k].fps for k in track]).astype(int) for i in (0, -1)]
    ends = list(zip(track, *frames, strict=True))
    level = np.array([tracks[k].energy[a : b + 1].mean() for k, a, b in ends])
    return Pieces(
        tracks,
        track,
        times,
        tempo=60 * BEATS / (times[:, -1] - times[:, 0]),
        energy=(level - level.mean()) / max(float(level.std()), 1e-6),
        first=np.stack([tracks[k].joins[a] for k, a, _ in ends]),
        last=np.stack([tracks[k].joins[b] for k, _, b in ends]),
        style=np.array([tracks[k].style for k in track]),
    )


def _spans(track: Track, beat: bool) -> np.ndarray:
    """(N, 5) times of every four beats in a row that lie inside the track; a piece may start on
    any beat.
    """
    end = (len(track.vectors) - 1) / track.fps
    beats = track.beats if beat else np.arange(0, end, PULSE)
    beats = beats[(beats >= 0) & (beats <= end)]
    if len(beats) <= BEATS:
        return np.zeros((0, BEATS + 1))
    return np.lib.stride_tricks.sliding_window_view(beats, BEATS + 1)


def _joins(motion: Motion) -> np.ndarray:
    """(T, 84) float32: 14 joints seen from the ground under the pelvis, heading removed, and how
    far they go in 0.1 s.
    """
    index = [motion.skeleton.index(name) for name in _JOINTS]
    world = motion.positions[:, index].astype(np.float64)
    ahead = (
        np.gradient(world, 1 / motion.fps, axis=0) * _LOOK
        if len(motion) > 1
        else np.zeros_like(world)
    )
    ground = np.concatenate([motion.root[:, :2], np.zeros((len(motion), 1))], axis=1)
    unturn = quat_about("z", -yaw_of(motion.rotations[:, 0].astype(np.float64)))[:, None]
    both = [quat_rotate(unturn, world - ground[:, None]), quat_rotate(unturn, ahead)]
    return np.concatenate(both, axis=1).reshape(len(motion), -1).astype(np.float32)
