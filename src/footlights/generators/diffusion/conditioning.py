"""What the network is told of a song: rhythm with a flag for each group, or published features."""

import numpy as np

from ...basics.errors import FootlightsError
from ...geometry.signals import smoothstep
from ...music import Music
from ...music.rhythm import dancer_beats, rhythm
from .config import ModelConfig

# Standard deviations of energy: dancers stand still below the first, none was wilder than the last.
_LEAST_ENERGY, _MOST_ENERGY = -1.2, 2.5
# A dance begins on a count and ends with one: seconds within which that is looked for, that a pose
# is held at least, and in which a dancer comes to rest or sets off.
_NEAR_SECONDS, _HOLD_SECONDS, _SETTLE_SECONDS = 3.0, 0.7, 0.4

BEAT, ENERGY, ONSET = slice(0, 4), slice(4, 6), slice(6, 8)


def conditioning(
    music: Music,
    config: ModelConfig,
    frames: int,
    energy: float = 0.0,
    seconds: float | None = None,
) -> np.ndarray:
    """Conditioning (frames, C) float32 of a `Music`.

    Args:
        energy: standard deviations that are added to the energy channel.
        seconds: where the dance ends; as the song when None.

    Raises:
        FootlightsError: ``energy`` is not finite, or asked of a model of published features, which
            have none.
    """
    if config.music != "rhythm":
        if energy:
            raise FootlightsError(
                f"a model of {config.music} has no energy", f"energy {energy}", "leave it at 0"
            )
        features = np.asarray(music.features(config.music), np.float32)
        return features[np.minimum(np.arange(frames), len(features) - 1)]

    if not np.isfinite(energy):
        raise FootlightsError("energy must be a number", f"energy {energy}", "leave it at 0")
    channels = rhythm(music, config.fps, frames).copy()
    channels[:, 3] = np.clip(channels[:, 3] + energy, _LEAST_ENERGY, _MOST_ENERGY)
    rest = _rest(music, music.seconds if seconds is None else seconds, frames, config.fps)
    channels[:, 3] += rest * (_LEAST_ENERGY - channels[:, 3])
    channels[:, 4] *= 1 - rest
    return with_presence_flags(channels).astype(np.float32)


def _rest(music: Music, seconds: float, frames: int, fps: float) -> np.ndarray:
    """(T,) from 1, before a dance sets off and after it has ended, to 0.

    It sets off to be moving on the first count, and comes to rest on the last that leaves time to
    hold the pose; where no count is near, at once and just before the end.
    """
    beats = dancer_beats(music)[1]
    first = beats[(beats > _SETTLE_SECONDS) & (beats < _NEAR_SECONDS)]
    begin = float(first[0]) if len(first) else 0.0
    end = seconds - _HOLD_SECONDS
    last = beats[(beats <= end) & (beats > end - _NEAR_SECONDS)]
    end = float(last[-1]) if len(last) else end

    times = np.arange(frames) / fps
    before = 1 - smoothstep(times, begin - _SETTLE_SECONDS, begin)
    after = smoothstep(times, end - _SETTLE_SECONDS / 2, end + _SETTLE_SECONDS / 2)
    rest: np.ndarray = np.clip(before + after, 0, 1)
    return rest


def with_presence_flags(channels: np.ndarray) -> np.ndarray:
    """Rhythm channels (..., 6) of `music.rhythm` as conditioning (..., 8), in which 0 is unknown.

    Beat known, sine, cosine, tempo; 1, energy; 1, onset. The ones are the flags of their group:
    where all of a group is zero, the network is told nothing of it.
    """
    known, sine, cosine = channels[..., :1], channels[..., 1:2], channels[..., 2:3]
    energy, onset, tempo = channels[..., 3:4], channels[..., 4:5], channels[..., 5:6]
    one = np.ones_like(known)
    return np.concatenate([known, sine, cosine, tempo * known, one, energy, one, onset], axis=-1)


def condition_dropout(
    music: np.ndarray, rng: np.random.Generator, shares: tuple[float, float, float, float]
) -> np.ndarray:
    """A copy of rhythm conditioning (B, T, 8) with groups zeroed in windows drawn at random.

    Args:
        shares: of the windows that lose everything, the beat, the energy, the onsets.
    """
    music = music.copy()
    for share, group in zip(shares, (slice(None), BEAT, ENERGY, ONSET), strict=True):
        music[rng.random(len(music)) < share, :, group] = 0
    return music
