"""Built data cut into segments of four beats that can be laid end to end: the collage's memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...basics.errors import FootlightsError
from ...data.dataset import Dataset
from ...formats import read
from ...metrics.motion_rhythm import energy
from ...motion.heading import heading_free_positions, heading_of, unturned
from ...motion.motion import Motion
from ..representation import encode

BEATS = 4  # in a segment: a bar of nearly all dance music
PULSE = 0.5  # seconds between the made-up beats of a motion, or of a song, that has none
_LOOK_AHEAD = 0.1  # seconds over which the velocity at a join is compared

_JOINTS = (
    "left_knee", "right_knee", "left_ankle", "right_ankle", "left_foot", "right_foot",
    "spine3", "head",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Track:
    """One clip or its mirror image.

    Attributes:
        clip: the clip's id, the same for its mirror image.
        style: the clip's style.
        mirrored: whether this is the mirror image.
        fps: frames a second of what follows.
        vectors: (T, 152) as `representation.encode` makes them.
        join_features: (T, 84) what must fit at a join, see `_join_features`.
        energy: (T,) log of mean joint speed.
        beats: (B,) seconds, empty when the clip has none.
    """

    clip: str
    style: str
    mirrored: bool
    fps: float
    vectors: np.ndarray
    join_features: np.ndarray
    energy: np.ndarray
    beats: np.ndarray


@dataclass(frozen=True, eq=False)
class Segments:
    """N segments of four beats each.

    Attributes:
        tracks: the clips they lie in.
        track: (N,) index into ``tracks``.
        times: (N, 5) seconds in the track: four beats and the beat after.
        tempo: (N,) beats a minute.
        energy: (N,) mean energy, standardised over all segments.
        first: (N, 84) join features where the segment starts.
        last: (N, 84) join features where the next segment would start.
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

    def select(self, keep: np.ndarray) -> "Segments":
        """The segments at the indices, or under the mask, ``keep``."""
        names = ("track", "times", "tempo", "energy", "first", "last", "style")
        return Segments(self.tracks, **{name: getattr(self, name)[keep] for name in names})


def load_tracks(folder: Path, *, commercial_only: bool = False) -> tuple[Track, ...]:
    """The train split's dance clips of a built data folder and their mirror images.

    Raises:
        FootlightsError: no built data, or no dance in its train split.
    """
    clips = Dataset.read(folder).dances("train", commercial_only=commercial_only)
    if not clips:
        raise FootlightsError(
            "no dance clip in the train split", folder, "build data with some dance in it"
        )

    tracks: list[Track] = []
    for clip in clips:
        tracks += clip_tracks(read(clip.file), clip.id, clip.style, clip.beats)
    return tuple(tracks)


def clip_tracks(
    motion: Motion, clip: str, style: str, beats: Sequence[float]
) -> tuple[Track, Track]:
    """A clip and its mirror image; ``beats`` are seconds from its start."""
    level, times = energy(motion), np.asarray(beats, float)

    def track(side: Motion, mirrored: bool) -> Track:
        return Track(
            clip, style, mirrored, side.fps, encode(side), _join_features(side), level, times
        )

    return track(motion, False), track(motion.mirrored(), True)


def cut_segments(tracks: tuple[Track, ...], *, on_beat: bool) -> Segments | None:
    """Every four beats in a row of every track, or every two seconds at half-second steps.

    Returns:
        None when there is not one segment.
    """
    spans = [_spans(track, on_beat) for track in tracks]
    if not any(len(span) for span in spans):
        return None

    track = np.repeat(np.arange(len(tracks)), [len(span) for span in spans])
    times = np.concatenate(spans)
    fps = [tracks[k].fps for k in track]
    starts, stops = (np.round(times[:, i] * fps).astype(int) for i in (0, -1))

    segment_spans = list(zip(track, starts, stops, strict=True))
    level = np.array([tracks[k].energy[a : b + 1].mean() for k, a, b in segment_spans])
    return Segments(
        tracks,
        track,
        times,
        tempo=60 * BEATS / (times[:, -1] - times[:, 0]),
        energy=(level - level.mean()) / max(float(level.std()), 1e-6),
        first=np.stack([tracks[k].join_features[a] for k, a, _ in segment_spans]),
        last=np.stack([tracks[k].join_features[b] for k, _, b in segment_spans]),
        style=np.array([tracks[k].style for k in track]),
    )


def _spans(track: Track, on_beat: bool) -> np.ndarray:
    """(N, 5) times of every four beats in a row that lie inside the track.

    A segment may start on any beat, so that neighbours share three of four.
    """
    end = (len(track.vectors) - 1) / track.fps
    beats = track.beats if on_beat else np.arange(0, end, PULSE)
    beats = beats[(beats >= 0) & (beats <= end)]
    if len(beats) <= BEATS:
        return np.zeros((0, BEATS + 1))
    return np.lib.stride_tricks.sliding_window_view(beats, BEATS + 1)


def _join_features(motion: Motion) -> np.ndarray:
    """(T, 84) float32: positions of 14 joints in the heading frame, and their way in 0.1 s.

    The origin is the point of the ground under the pelvis: a join may turn and shift the dancer.
    """
    index = [motion.skeleton.index(name) for name in _JOINTS]
    world = motion.positions[:, index].astype(np.float64)
    ahead = np.zeros_like(world)
    if len(motion) > 1:
        ahead = np.gradient(world, 1 / motion.fps, axis=0) * _LOOK_AHEAD

    local = [heading_free_positions(motion, _JOINTS), unturned(ahead, heading_of(motion))]
    return np.concatenate(local, axis=1).reshape(len(motion), -1).astype(np.float32)
