"""Training windows from built data: any start, half of them mirrored, tempo bent a little, small
styles more often.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...basics.errors import FootlightsError
from ...data.dataset import Dataset, DatasetClip
from ...formats import read
from ...metrics.motion_rhythm import energy, rhythm_of
from ...motion.motion import Motion
from ..representation import ROTATIONS, VELOCITY, WIDTH, YAW_RATE, encode
from .conditioning import condition_dropout, with_presence_flags
from .config import Config

_FLOOR, _TILT_FLOOR = (
    0.05,
    0.1,
)  # least standard deviations: a channel that hardly moves is not blown up


@dataclass(frozen=True)
class Clip:
    """One clip and its mirror image: vectors (2, T, 152) and conditioning (2, T, C)."""

    id: str
    style: str
    source: str
    vectors: np.ndarray
    music: np.ndarray


def load_clips(
    folder: Path,
    config: Config,
    split: str,
    *,
    commercial_only: bool = True,
    level: tuple[float, float] | None = None,
) -> tuple[list[Clip], tuple[float, float]]:
    """The dance clips of a split that are at least half a window long, and the energy level they
    are measured against.

    ``level`` is the mean and spread of energy (log m/s) over the training set: None takes it from
    these clips. Unlike a song's loudness, which is measured against the song, a dance's energy is
    measured against all dance: so +1 means wild for anyone.

    Raises:
        FootlightsError: there are none.
    """
    shortest = config.model.window / config.model.fps / 2
    rows = Dataset.read(folder).dances(split, commercial_only=commercial_only)
    rows = [row for row in rows if row.seconds >= shortest]
    if not rows:
        raise FootlightsError(
            f"no dance clips of split {split!r}",
            folder,
            "build data that has some, or allow non-commercial clips",
        )
    motions = [read(row.file) for row in rows]
    if level is None:
        levels = np.concatenate([energy(motion) for motion in motions])
        level = float(levels.mean()), float(levels.std())
    return [
        _clip(row, motion, config, level) for row, motion in zip(rows, motions, strict=True)
    ], level


def style_of(clip: DatasetClip, config: Config) -> str:
    """The style label of a clip: by the config's table of sources, else the clip's own."""
    return next(
        (style for style, sources in config.styles.items() if clip.source in sources), clip.style
    )


def labels_of(clips: list[Clip], config: Config) -> tuple[str, ...]:
    """The styles that some clip has: those of the config's table in its order, then the clips' own
    by name.
    """
    found = {clip.style for clip in clips} - {""}
    return (*(s for s in config.styles if s in found), *sorted(found - set(config.styles)))


def _clip(row: DatasetClip, motion: Motion, config: Config, level: tuple[float, float]) -> Clip:
    vectors = np.stack([encode(motion), encode(motion.mirrored())])
    if config.model.music == "rhythm":
        known = row.bpm is not None
        channels = rhythm_of(
            motion, row.bpm if known else np.nan, np.asarray(row.beats if known else ())
        )
        channels[:, 3] = (energy(motion) - level[0]) / level[1]
        music = with_presence_flags(channels)
    elif row.song is not None:
        with np.load(row.song) as features:
            music = features[config.model.music][: len(motion)]
    else:
        raise FootlightsError(
            f"clip {row.id} has no song",
            row.file,
            f"config music = {config.model.music!r} needs paired songs",
        )
    both = np.stack([music, music]).astype(np.float32)
    return Clip(row.id, style_of(row, config), row.source, vectors, both)


def statistics(clips: list[Clip]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (152,) over all frames of both mirror images; the deviation has
    a floor.
    """
    frames = np.concatenate([c.vectors.reshape(-1, WIDTH) for c in clips]).astype(np.float64)
    floor = np.full(WIDTH, _FLOOR)
    floor[ROTATIONS.start : ROTATIONS.start + 6] = _TILT_FLOOR
    return frames.mean(0).astype(np.float32), np.maximum(frames.std(0), floor).astype(np.float32)


class Windows:
    """Draws batches: the same generator state gives the same batch."""

    def __init__(self, clips: list[Clip], config: Config, styles: tuple[str, ...]) -> None:
        self.clips, self.config, self.styles = clips, config, styles
        frames: dict[str, int] = defaultdict(int)
        for clip in clips:
            frames[clip.style] += clip.vectors.shape[1]
        # A style is drawn with the square root of its length, a clip within its style with its
        # length.
        weights = np.array([c.vectors.shape[1] / frames[c.style] ** 0.5 for c in clips])
        self.weights = weights / weights.sum()

    def draw(
        self, rng: np.random.Generator, count: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Vectors (count, T, 152), conditioning (count, T, C), style indices (count,); the last
        index means unknown.
        """
        train = self.config.train
        rows = [self._one(rng) for _ in range(count)]
        vectors, music = np.stack([r[0] for r in rows]), np.stack([r[1] for r in rows])
        if self.config.model.music == "rhythm":
            music = condition_dropout(
                music, rng, (train.drop_all, train.drop_beat, train.drop_energy, train.drop_onset)
            )
        else:
            music[rng.random(count) < train.drop_all] = 0
        style = np.array([r[2] for r in rows])
        style[rng.random(count) < train.drop_style] = len(self.styles)
        return vectors, music, style

    def _one(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
        clip = self.clips[rng.choice(len(self.clips), p=self.weights)]
        window, warp = self.config.model.window, self.config.train.tempo_warp
        side = int(rng.integers(2))
        speed = 2.0 ** rng.uniform(-warp, warp) if warp else 1.0
        start = rng.uniform(0, max(0.0, clip.vectors.shape[1] - 1 - window * speed))
        at = np.minimum(start + np.arange(window) * speed, clip.vectors.shape[1] - 1.0)
        vectors, music = _between(clip.vectors[side], at), _between(clip.music[side], at)
        vectors[:, VELOCITY] *= speed
        vectors[:, YAW_RATE] *= speed
        # A clip that is over holds its last pose; whoever holds a pose does not travel.
        over = at >= clip.vectors.shape[1] - 1
        vectors[over, VELOCITY] = vectors[over, YAW_RATE] = 0
        if self.config.model.music == "rhythm":
            music[:, 3] += 2 * np.log2(speed) * music[:, 0]
        return (
            vectors,
            music,
            self.styles.index(clip.style) if clip.style in self.styles else len(self.styles),
        )


def _between(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    low = np.minimum(at.astype(int), len(values) - 2)
    share = (at - low).astype(np.float32)[:, None]
    return values[low] * (1 - share) + values[low + 1] * share
