"""What the network hears of a song: rhythm channels with a flag for each group that is present, or
a published feature set.
"""

import numpy as np

from ...basics.errors import FootlightsError
from ...music import Music
from ...music.rhythm import rhythm
from .config import ModelConfig

_CALMEST, _WILDEST = (
    -1.2,
    2.5,
)  # standard deviations: dancers stand still below, and none were wilder than above
BEAT, ENERGY, ONSET = slice(0, 4), slice(4, 6), slice(6, 8)


def with_presence_flags(channels: np.ndarray) -> np.ndarray:
    """Rhythm channels (..., 6) as (..., 8): beat known, sin, cos, tempo | 1, energy | 1, onset;
    zeros are unknown.
    """
    known = channels[..., :1]
    one = np.ones_like(known)
    return np.concatenate(
        [
            channels[..., :3],
            channels[..., 5:6] * known,
            one,
            channels[..., 3:4],
            one,
            channels[..., 4:5],
        ],
        axis=-1,
    )


def conditioning(music: Music, config: ModelConfig, frames: int, energy: float = 0.0) -> np.ndarray:
    """Conditioning (frames, C) float32 of a `Music`; ``energy`` (standard deviations) is added to
    the energy channel.

    Raises:
        FootlightsError: ``energy`` is not finite, or asked of a model that hears published
            features, which have none.
    """
    if not np.isfinite(energy) or (energy and config.music != "rhythm"):
        what = (
            "energy must be a number"
            if config.music == "rhythm"
            else f"a model of {config.music} has no energy"
        )
        raise FootlightsError(what, f"energy {energy}", "leave it at 0")
    if config.music == "rhythm":
        channels = rhythm(music, config.fps, frames).copy()
        channels[:, 3] = np.clip(channels[:, 3] + energy, _CALMEST, _WILDEST)
        return with_presence_flags(channels).astype(np.float32)
    features = np.asarray(music.features(config.music), np.float32)
    index = np.minimum(np.arange(frames), len(features) - 1)
    return features[index]


def condition_dropout(
    music: np.ndarray, rng: np.random.Generator, shares: tuple[float, float, float, float]
) -> np.ndarray:
    """A copy of rhythm conditioning (B, T, 8) with all, beat, energy or onset zeroed in random
    windows, by ``shares``.
    """
    music = music.copy()
    for share, group in zip(shares, (slice(None), BEAT, ENERGY, ONSET), strict=True):
        music[rng.random(len(music)) < share, :, group] = 0
    return music
