"""What a listener hears change: a log-band spectrum, its flux (how much starts), and loudness."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

WINDOW, HOP = 1024, 256  # samples
# Edges of five parts of hearing: kick and bass, low and high mids, voice, hats.
GROUPS_HZ = (40.0, 190.0, 320.0, 600.0, 2300.0, 9000.0)
_BANDS, _LOWEST_HZ, _HIGHEST_HZ = 40, 40.0, 9000.0
_BLOCK = 2048  # frames transformed at once
_COMPRESSION = 100.0  # of levels before the logarithm: what is a hundredth of full scale counts
_FLUX_FRAMES = 2  # over which a rise is taken: at one, a slow attack would be split in two


@dataclass(frozen=True)
class Spectrum:
    """Curves of one song; frame i is centred on sample i * HOP.

    Attributes:
        rate: frames a second.
        bands: (F, 40) float32 log-compressed level of log-spaced bands, 40 Hz to 9 kHz.
        onset: (F,) float32 how much starts in all bands.
        group_onsets: (F, 5) float32 the same in each of the five parts of `GROUPS_HZ`.
        loudness: (F,) float32 level in dB of full scale, not below -80.
    """

    rate: float
    bands: np.ndarray
    onset: np.ndarray
    group_onsets: np.ndarray
    loudness: np.ndarray


def compute_spectrum(samples: np.ndarray, rate: int) -> Spectrum:
    """The curves of mono ``samples`` (N,) at ``rate`` Hz; blocks keep the transform's memory flat.

    Onset is the positive difference of log band levels over two frames, summed over bands (spectral
    flux after Böck and Widmer, 2013, without their vibrato filter).
    """
    edges = _band_edges(rate)
    magnitudes, power = [], []
    for frames in _frames(samples):
        magnitude = np.abs(np.fft.rfft(frames * _window(), axis=1))
        power.append(np.mean(np.square(frames), axis=1))
        magnitudes.append(np.add.reduceat(magnitude[:, : edges[-1]], edges[:-1], axis=1))

    # Relative to the song's own level, so that a quiet recording gives the same curves.
    rms = _rms(samples) + 1e-9
    widths = np.diff(edges).astype(np.float32)
    gain = np.float32(_COMPRESSION / (rms * WINDOW / 4))
    bands = np.log1p(np.concatenate(magnitudes) / widths * gain)

    rise = np.zeros_like(bands)
    rise[_FLUX_FRAMES:] = np.maximum(bands[_FLUX_FRAMES:] - bands[:-_FLUX_FRAMES], 0)
    groups = np.searchsorted(edges[:-1], np.array(GROUPS_HZ[:-1]) * WINDOW / rate)
    group_onsets = np.add.reduceat(rise, np.minimum(groups, len(edges) - 2), axis=1)

    loudness = 10 * np.log10(np.concatenate(power) + 1e-8)
    return Spectrum(rate / HOP, bands, rise.sum(axis=1), group_onsets, loudness.astype(np.float32))


def _rms(samples: np.ndarray) -> float:
    """Root mean square of samples (N,), without a second array of a whole song."""
    block = WINDOW * _BLOCK
    blocks = (samples[i : i + block] for i in range(0, len(samples), block))
    return math.sqrt(
        sum(float(np.sum(np.square(b, dtype=np.float64))) for b in blocks) / len(samples)
    )


def _frames(samples: np.ndarray) -> Iterator[np.ndarray]:
    """Blocks (<= 2048, WINDOW) of frames about every HOP-th sample, silence beyond the ends."""
    count = 1 + len(samples) // HOP
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        begin, end = first * HOP - WINDOW // 2, (last - 1) * HOP + WINDOW // 2
        part = samples[max(begin, 0) : max(end, 0)]
        part = np.pad(part, (max(-begin, 0), max(end - max(begin, 0) - len(part), 0)))
        yield np.lib.stride_tricks.sliding_window_view(part, WINDOW)[::HOP][: last - first]


@cache
def _window() -> np.ndarray:
    """(WINDOW,) float32 periodic Hann window."""
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@cache
def _band_edges(rate: int) -> np.ndarray:
    """(41,) whole-bin edges of the bands: log-spaced, each band at least one bin wide."""
    highest = min(_HIGHEST_HZ, 0.45 * rate)
    edges = np.round(np.geomspace(_LOWEST_HZ, highest, _BANDS + 1) * WINDOW / rate).astype(int)
    for i in range(1, len(edges)):
        edges[i] = max(edges[i], edges[i - 1] + 1)
    return edges
