"""One tempo for a song: a comb over its own echoes, with the pace of walking and dancing as prior."""

from dataclasses import dataclass

import numpy as np

SLOWEST, FASTEST = 50.0, 220.0
_PRIOR_BPM, _PRIOR_OCTAVES = 120.0, 0.9
_LONG_LAGS = (8, 12, 16, 24)


@dataclass(frozen=True)
class Tempo:
    """A tempo in beats a minute and how far its comb stands above the rest, in standard deviations."""

    bpm: float
    clarity: float


def find_tempo(onset: np.ndarray, rate: float) -> Tempo:
    """The tempo of an onset curve (F,) at ``rate`` frames a second, between 50 and 220 beats a minute.

    Autocorrelation summed over 1-4 beats, weighted by a log-normal prior about 120, then refined on lags of 8-24 beats.
    """
    curve = novelty(onset, rate)
    echo = autocorrelation(curve)
    candidates = np.exp(np.arange(np.log(SLOWEST), np.log(FASTEST), 0.004))
    scores = comb(echo, 60 * rate / candidates, (1, 2, 3, 4))
    weighted = (scores - np.median(scores)) * prior(candidates)
    best = int(np.argmax(weighted))
    clarity = (scores[best] - scores.mean()) / (scores.std() + 1e-9)
    return Tempo(refined(echo, candidates[best], rate), float(clarity))


def novelty(onset: np.ndarray, rate: float) -> np.ndarray:
    """An onset curve less its mean over a second, where positive, at unit spread."""
    width = max(1, round(rate / 2))
    padded = np.pad(onset.astype(np.float64), width, mode="edge")
    total = np.cumsum(np.concatenate([[0.0], padded]))
    mean = (total[2 * width + 1 :] - total[: -2 * width - 1]) / (2 * width + 1)
    curve = np.maximum(onset - mean, 0)
    return curve / (curve.std() + 1e-9)


def autocorrelation(curve: np.ndarray) -> np.ndarray:
    """(F,) unbiased autocorrelation of the centred curve, lag 0 = 1."""
    centred = curve - curve.mean()
    size = 1 << int(np.ceil(np.log2(2 * len(centred))))
    power = np.abs(np.fft.rfft(centred, size)) ** 2
    echo = np.fft.irfft(power, size)[: len(centred)]
    echo = echo / np.maximum(np.arange(len(echo), 0, -1), len(echo) // 4)
    return echo / (echo[0] + 1e-12)


def comb(echo: np.ndarray, period: np.ndarray, multiples: tuple[int, ...]) -> np.ndarray:
    """Mean of the echo at multiples of each period (frames); multiples beyond three quarters of it are left out."""
    lags = period[:, None] * np.array(multiples)
    inside = lags < 0.75 * len(echo)
    values = np.interp(lags, np.arange(len(echo)), echo) * inside
    return values.sum(axis=1) / np.maximum(inside.sum(axis=1), 1)


def prior(bpm: np.ndarray) -> np.ndarray:
    """Log-normal weight of tempi about 120."""
    return np.exp(-0.5 * (np.log2(bpm / _PRIOR_BPM) / _PRIOR_OCTAVES) ** 2)


def refined(echo: np.ndarray, bpm: float, rate: float) -> float:
    """The tempo within 2 % of ``bpm`` whose long lags (8-24 beats) echo best, in steps of 0.02."""
    near = np.arange(bpm * 0.98, bpm * 1.02, 0.02)
    if 60 * rate / bpm * _LONG_LAGS[0] >= 0.75 * len(echo):
        return bpm
    return float(near[np.argmax(comb(echo, 60 * rate / near, _LONG_LAGS))])
