"""Built data as the network learns from it: vectors and rhythm of clips, and their statistics."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...basics.errors import FootlightsError
from ...data.dataset import Dataset, DatasetClip
from ...formats import read
from ...formats.safe.npz_archive import SafeNpz
from ...metrics.motion_rhythm import energy, rhythm_of
from ...motion.motion import Motion
from ..representation import ROTATIONS, WIDTH, encode
from .conditioning import with_presence_flags
from .config import MUSIC_WIDTHS, Config

# Least standard deviations: a channel that hardly moves is not blown up.
_LEAST_STD = 0.05
_LEAST_TILT_STD = 0.1  # of the six numbers of the pelvis's tilt


@dataclass(frozen=True, eq=False)
class Clip:
    """One clip and its mirror image.

    Attributes:
        id: the clip's name in the built data.
        style: its style label, or "".
        source: the recording it belongs to.
        vectors: (2, T, 152) of the clip and of its mirror image.
        music: (2, T, C) the conditioning that fits them.
    """

    id: str
    style: str
    source: str
    vectors: np.ndarray
    music: np.ndarray


@dataclass(frozen=True, eq=False)
class TrainingData:
    """What a run learns from.

    Attributes:
        train: the clips to learn from.
        held_out: clips of other performers to validate on; may be empty.
        labels: the styles of the training clips.
        mean: (152,) of the training clips' vectors.
        std: (152,) their standard deviations.
        licences: the training clips' licences, in order.
        digest: names the clips of both kinds.
    """

    train: tuple[Clip, ...]
    held_out: tuple[Clip, ...]
    labels: tuple[str, ...]
    mean: np.ndarray
    std: np.ndarray
    licences: tuple[str, ...]
    digest: str

    @classmethod
    def load(
        cls, folder: str | os.PathLike[str], config: Config, *, commercial_only: bool = True
    ) -> "TrainingData":
        """The dance clips of a built data folder that are at least half a window long.

        Raises:
            FootlightsError: no built data, or no such clip in its train split.
        """
        dataset = Dataset.read(folder)
        train = _long_enough(dataset.dances("train", commercial_only=commercial_only), config)
        held_out = _long_enough(dataset.dances("val", commercial_only=commercial_only), config)
        if not train:
            raise FootlightsError(
                "no dance clips of split 'train'",
                folder,
                "build data that has some, or allow non-commercial clips",
            )

        motions = [read(clip.file) for clip in train]
        level = _energy_level(motions)
        clips = [_clip(*both, config, level) for both in zip(train, motions, strict=True)]
        mean, std = statistics(clips)
        return cls(
            tuple(clips),
            tuple(_clip(clip, read(clip.file), config, level) for clip in held_out),
            labels_of(clips, config),
            mean,
            std,
            tuple(sorted({clip.licence for clip in train})),
            dataset.digest([*train, *held_out]),
        )

    def minutes(self, fps: float) -> dict[str, float]:
        """Minutes of training clips by source, to two places."""
        minutes: dict[str, float] = {}
        for clip in self.train:
            length = clip.vectors.shape[1] / fps / 60
            minutes[clip.source] = minutes.get(clip.source, 0.0) + length
        return {source: round(length, 2) for source, length in minutes.items()}


def style_of(clip: DatasetClip, config: Config) -> str:
    """The style label of a clip: by the config's table of sources, else the clip's own."""
    for style, sources in config.styles.items():
        if clip.source in sources:
            return style
    return clip.style


def labels_of(clips: Sequence[Clip], config: Config) -> tuple[str, ...]:
    """The styles that some clip has: the config's in its order, then the clips' own by name."""
    styles = {clip.style for clip in clips} - {""}
    return (*(s for s in config.styles if s in styles), *sorted(styles - set(config.styles)))


def statistics(clips: Sequence[Clip]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (152,) over all frames of both mirror images.

    No deviation is below a floor.
    """
    frames = np.concatenate([c.vectors.reshape(-1, WIDTH) for c in clips]).astype(np.float64)
    least = np.full(WIDTH, _LEAST_STD)
    least[ROTATIONS.start : ROTATIONS.start + 6] = _LEAST_TILT_STD
    return frames.mean(0).astype(np.float32), np.maximum(frames.std(0), least).astype(np.float32)


def _long_enough(clips: list[DatasetClip], config: Config) -> list[DatasetClip]:
    shortest = config.model.window / config.model.fps / 2
    return [clip for clip in clips if clip.seconds >= shortest]


def _energy_level(motions: list[Motion]) -> tuple[float, float]:
    """Mean and standard deviation of energy (log m/s) over all frames of the training set.

    Unlike a song's loudness, which is measured against the song, a dance's energy is measured
    against all dance: so +1 means wild for anyone.
    """
    levels = np.concatenate([energy(motion) for motion in motions])
    return float(levels.mean()), float(levels.std())


def _clip(clip: DatasetClip, motion: Motion, config: Config, level: tuple[float, float]) -> Clip:
    vectors = np.stack([encode(motion), encode(motion.mirrored())])
    if config.model.music == "rhythm":
        music = _rhythm(clip, motion, level)
    else:
        music = _song_features(clip, config.model.music)[: len(motion)]
    # A mirrored dance fits the same music.
    both = np.stack([music, music]).astype(np.float32)
    return Clip(clip.id, style_of(clip, config), clip.source, vectors, both)


def _rhythm(clip: DatasetClip, motion: Motion, level: tuple[float, float]) -> np.ndarray:
    """(T, 8) the rhythm that can be read from the motion itself."""
    beats = np.asarray(() if clip.bpm is None else clip.beats)
    channels = rhythm_of(motion, np.nan if clip.bpm is None else clip.bpm, beats)
    channels[:, 3] = (energy(motion) - level[0]) / level[1]
    return with_presence_flags(channels)


def _song_features(clip: DatasetClip, name: str) -> np.ndarray:
    """(T, C) a published feature set of the song that the clip was danced to."""
    if clip.song is None:
        raise FootlightsError(
            f"clip {clip.id} has no song", clip.file, f"config music = {name!r} needs paired songs"
        )
    with SafeNpz(clip.song) as features:
        return features.array(name, "f", (None, MUSIC_WIDTHS[name]))
