"""Training windows drawn from clips, augmented by mirroring, tempo, dropout and masks."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..representation import VELOCITY, YAW_RATE
from .clips import Clip
from .conditioning import condition_dropout
from .config import Config
from .masks import random_mask


class Batch(NamedTuple):
    """B windows.

    Attributes:
        vectors: (B, T, 152) un-normalised.
        music: (B, T, C) conditioning, with zeros for what is not told.
        style: (B,) int64 indices of labels; the number of labels means unknown.
        mask: (B, T, 152) ones where the vectors are given to the network, or None.
    """

    vectors: np.ndarray
    music: np.ndarray
    style: np.ndarray
    mask: np.ndarray | None


class Windows:
    """Draws batches: the same generator state gives the same batch.

    Args:
        clips: what windows are cut from.
        config: the windows' length and how they are augmented.
        labels: the styles that have an index.
    """

    def __init__(self, clips: Sequence[Clip], config: Config, labels: tuple[str, ...]) -> None:
        self.clips, self.config, self.labels = clips, config, labels

        frames: dict[str, int] = defaultdict(int)
        for clip in clips:
            frames[clip.style] += clip.vectors.shape[1]
        # A style is drawn with the square root of its length, so that small ones are learnt, too;
        # a clip within its style with its length.
        weights = np.array([c.vectors.shape[1] / frames[c.style] ** 0.5 for c in clips])
        self.weights = weights / weights.sum()

    def draw(self, rng: np.random.Generator, count: int) -> Batch:
        """``count`` windows at random."""
        train = self.config.train
        windows = [self._window(rng) for _ in range(count)]
        vectors, music = (np.stack([window[i] for window in windows]) for i in (0, 1))

        if self.config.model.music == "rhythm":
            shares = (train.drop_all, train.drop_beat, train.drop_energy, train.drop_onset)
            music = condition_dropout(music, rng, shares)
        else:
            music[rng.random(count) < train.drop_all] = 0

        style = np.array([window[2] for window in windows])
        style[rng.random(count) < train.drop_style] = len(self.labels)

        mask = None
        if self.config.model.masks:
            mask = np.stack([random_mask(rng, self.config.model.window) for _ in range(count)])
            mask[rng.random(count) < train.drop_mask] = 0
        return Batch(vectors, music, style, mask)

    def _window(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
        """One window's vectors (T, 152), conditioning (T, C) and style index."""
        clip = self.clips[rng.choice(len(self.clips), p=self.weights)]
        window, warp = self.config.model.window, self.config.train.tempo_warp
        side = int(rng.integers(2))
        speed = 2.0 ** rng.uniform(-warp, warp) if warp else 1.0

        end = clip.vectors.shape[1] - 1
        start = rng.uniform(0, max(0.0, end - window * speed))
        at = np.minimum(start + np.arange(window) * speed, float(end))
        vectors, music = _sample_at(clip.vectors[side], at), _sample_at(clip.music[side], at)

        vectors[:, VELOCITY] *= speed
        vectors[:, YAW_RATE] *= speed
        # A clip that is over holds its last pose; whoever holds a pose does not travel.
        over = at >= end
        vectors[over, VELOCITY] = vectors[over, YAW_RATE] = 0
        if self.config.model.music == "rhythm":
            # The tempo channel is twice the octaves above a reference, and zero where unknown.
            music[:, 3] += 2 * np.log2(speed) * music[:, 0]

        labels = self.labels
        return vectors, music, labels.index(clip.style) if clip.style in labels else len(labels)


def _sample_at(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Rows of ``values`` (T, C) at the fractional frames ``at`` (N,), linear between frames."""
    low = np.minimum(at.astype(int), len(values) - 2)
    share = (at - low).astype(np.float32)[:, None]
    return values[low] * (1 - share) + values[low + 1] * share
