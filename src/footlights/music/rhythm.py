"""What a dancer is told of a song, frame by frame: beat phase, energy, onsets, tempo."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from . import Music

CHANNELS = ("beat_known", "beat_sin", "beat_cos", "energy", "onset", "tempo")
SLOWEST, FASTEST = 76.0, 152.0
TRUSTED = 0.3
_REFERENCE_BPM = 110.0
_ENERGY_SPREAD, _LEAST_SPREAD, _ENERGY_SECONDS = 0.8, 1.0, 0.7
# What lies further below the loudest is silence, however deep: it must not make all else look
# alike.
_HEARD_DB = 40.0
# Music starts sharper than limbs stop: at this width both curves have about the same memory from
# frame to frame.
_ONSET_SECONDS = 0.05
_LOCAL_SECONDS = 1.0
_ONSET_SPREAD, _ONSET_LIMIT = 0.6, 4.0
# A passage with less than this share of the song's spread is quiet, and is not blown up.
_QUIETEST = 0.25


def rhythm(music: "Music", fps: float = 30.0, frames: int | None = None) -> np.ndarray:
    """(T, 6) float32 conditioning of a song at ``fps``; frame k is at k / fps seconds.

    Channels: beat known 0/1; sine and cosine of the beat's phase (phase 0 on the beat; zero where
    unknown); energy (log loudness over 0.7 s, mean 0 and spread 0.8 over the song); onset (less its
    local mean, spread 0.6, at most 4); 2 log2(tempo / 110), zero where unknown. Beats are counted
    between 76 and 152 a minute: faster songs on every second beat, slower ones on half beats.
    ``frames`` defaults to the whole song.
    """
    count = max(1, int(music.seconds * fps)) if frames is None else frames
    out = np.zeros((count, len(CHANNELS)), np.float32)
    at = np.arange(count) / fps
    if beat_known(music):
        tempo, beats = folded(music.tempo, music.beats, music.downbeats)
        out[:, :3], out[:, 5] = beat_channels(beats, at), tempo_channel(tempo)
    heard = np.maximum(music.loudness, music.loudness.max() - _HEARD_DB)
    out[:, 3] = sampled(
        standardised(smooth(heard, _ENERGY_SECONDS * music.onset_rate)), music.onset_rate, at
    )
    onset = smooth(music.onset, _ONSET_SECONDS * music.onset_rate)
    out[:, 4] = sampled(relative(onset, music.onset_rate), music.onset_rate, at)
    return out


def beat_known(music: "Music") -> bool:
    """Whether the song has beats that can be trusted; a dancer of one that has not hears loudness
    and onsets only.
    """
    return music.beat_trust >= TRUSTED and len(music.beats) > 1


def folded(
    tempo: float, beats: np.ndarray, downbeats: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """Tempo and beats (B,) counted between 76 and 152 beats a minute: every second beat, or half
    beats added.

    With downbeats (seconds), the beats kept of a fast song are the ones that hold most of them.
    """
    while tempo > FASTEST and len(beats) > 2:
        first = 0
        if downbeats is not None and len(downbeats):
            nearest = np.argmin(np.abs(beats[:, None] - downbeats), axis=0)
            first = int(np.mean(nearest % 2) > 0.5)
        tempo, beats = tempo / 2, beats[first::2]
    while tempo < SLOWEST and len(beats) > 1:
        halves = np.empty(2 * len(beats) - 1)
        halves[::2], halves[1::2] = beats, (beats[1:] + beats[:-1]) / 2
        tempo, beats = tempo * 2, halves
    return tempo, beats


def beat_channels(beats: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(T, 3): 1, sine and cosine of the phase of beats (B >= 2,) seconds at times (T,); steady
    beyond the ends.
    """
    angle = 2 * np.pi * beat_count(beats, at)
    return np.stack([np.ones_like(at), np.sin(angle), np.cos(angle)], axis=1)


def beat_count(beats: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(T,) how many beats have passed at times (T,), whole on each beat (B >= 2,), running on
    beyond the ends.
    """
    count = np.interp(at, beats, np.arange(len(beats)))
    reach = min(8, len(beats) - 1)
    early, late = (beats[reach] - beats[0]) / reach, (beats[-1] - beats[-1 - reach]) / reach
    count = np.where(at < beats[0], (at - beats[0]) / early, count)
    return np.where(at > beats[-1], len(beats) - 1 + (at - beats[-1]) / late, count)


def tempo_channel(bpm: float) -> float:
    """Tempo in beats a minute as the channel that holds it."""
    return 2 * float(np.log2(bpm / _REFERENCE_BPM))


def standardised(level: np.ndarray) -> np.ndarray:
    """A level (F,) in dB at mean 0 and spread 0.8; less where it hardly varies, since a decibel is
    no event.
    """
    return (level - level.mean()) * (_ENERGY_SPREAD / max(float(level.std()), _LEAST_SPREAD))


def relative(curve: np.ndarray, rate: float) -> np.ndarray:
    """A curve (F,) less its mean of the seconds around, in units that give it a spread of 0.6
    there, at most 4.

    Over the spread, not the rms: what always sounds, or always moves, then takes nothing from what
    starts.
    """
    width = _LOCAL_SECONDS * rate
    mean, square = smooth(curve, width), smooth(np.square(curve), width)
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    floor = _QUIETEST * np.std(curve) + 1e-9
    return np.minimum((curve - mean) * (_ONSET_SPREAD / np.maximum(spread, floor)), _ONSET_LIMIT)


def smooth(curve: np.ndarray, sigma: float) -> np.ndarray:
    """A curve (F,) under a Gaussian of ``sigma`` frames, its ends held."""
    reach = min(int(np.ceil(3 * sigma)), 4 * len(curve))
    if reach < 1:
        return curve.astype(np.float64)
    window = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(curve.astype(np.float64), reach, mode="edge")
    size = 1 << int(np.ceil(np.log2(len(padded) + 2 * reach)))
    spread = np.fft.irfft(
        np.fft.rfft(padded, size) * np.fft.rfft(window / window.sum(), size), size
    )
    return spread[2 * reach : 2 * reach + len(curve)]


def sampled(curve: np.ndarray, rate: float, at: np.ndarray) -> np.ndarray:
    """A curve (F,) at ``rate`` frames a second, at times (T,) seconds."""
    return np.interp(at * rate, np.arange(len(curve)), curve)
