"""What a listener hears change: a log-band spectrum in blocks, its flux (how much starts), and
loudness.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

WINDOW, HOP = 1024, 256
GROUPS_HZ = (40.0, 190.0, 320.0, 600.0, 2300.0, 9000.0)
_BANDS, _FROM_HZ, _TO_HZ = 40, 40.0, 9000.0
_BLOCK = 2048
_COMPRESSION = 100.0


@dataclass(frozen=True)
class Spectrum:
    """Curves of one song; frame i is centred on sample i * HOP.

    Attributes:
        rate: frames a second.
        bands: (F, 40) float32 log-compressed level of log-spaced bands, 40 Hz to 9 kHz.
        onset: (F,) float32 how much starts in all bands.
        rises: (F, 5) float32 the same in five parts of hearing, 40-190 Hz (kick, bass) to 2300-9000
            (hats).
        loudness: (F,) float32 level in dB of full scale, not below -80.
    """

    rate: float
    bands: np.ndarray
    onset: np.ndarray
    rises: np.ndarray
    loudness: np.ndarray


def compute_spectrum(samples: np.ndarray, rate: int) -> Spectrum:
    """The curves of mono ``samples`` (N,) at ``rate`` Hz; blocks keep the memory of the transform
    flat.

    Flux: positive difference of log band levels over two frames, summed over bands (stack: spectral
    flux after Böck and Widmer, 2013, without their vibrato filter).
    """
    edges = _edges(rate)
    level = np.sqrt(np.mean(np.square(samples, dtype=np.float64))) + 1e-9
    bands, power = [], []
    for frames in _frames(samples):
        magnitude = np.abs(np.fft.rfft(frames * _window(), axis=1))
        power.append(np.mean(np.square(frames), axis=1))
        bands.append(np.add.reduceat(magnitude[:, : edges[-1]], edges[:-1], axis=1))
    widths = np.diff(edges).astype(np.float32)
    heard = np.log1p(
        np.concatenate(bands) / widths * np.float32(_COMPRESSION / (level * WINDOW / 4))
    )
    rise = np.zeros_like(heard)
    rise[2:] = np.maximum(heard[2:] - heard[:-2], 0)
    groups = np.searchsorted(edges[:-1], np.array(GROUPS_HZ[:-1]) * WINDOW / rate)
    rises = np.add.reduceat(rise, np.minimum(groups, len(edges) - 2), axis=1)
    loudness = 10 * np.log10(np.concatenate(power) + 1e-8)
    return Spectrum(rate / HOP, heard, rise.sum(axis=1), rises, loudness.astype(np.float32))


def _frames(samples: np.ndarray) -> Iterator[np.ndarray]:
    """Blocks (<= 2048, WINDOW) of overlapping frames centred on every HOP-th sample, silence
    beyond the ends.
    """
    count = 1 + len(samples) // HOP
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        begin, end = first * HOP - WINDOW // 2, (last - 1) * HOP + WINDOW // 2
        part = samples[max(begin, 0) : max(end, 0)]
        part = np.pad(part, (max(-begin, 0), max(end - max(begin, 0) - len(part), 0)))
        yield np.lib.stride_tricks.sliding_window_view(part, WINDOW)[::HOP][: last - first]


@cache
def _window() -> np.ndarray:
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@cache
def _edges(rate: int) -> np.ndarray:
    """Whole-bin edges of the bands: log-spaced, each at least one bin wide."""
    bins = np.geomspace(_FROM_HZ, min(_TO_HZ, 0.45 * rate), _BANDS + 1) * WINDOW / rate
    edges = np.round(bins).astype(int)
    for i in range(1, len(edges)):
        edges[i] = max(edges[i], edges[i - 1] + 1)
    return edges
