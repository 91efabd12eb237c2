"""One tempo for a song: a comb over the echoes of its onsets, with the pace of walking and dancing
as prior.
"""

import numpy as np

SLOWEST, FASTEST = 50.0, 220.0
_PRIOR_BPM, _PRIOR_OCTAVES = 120.0, 0.8
# Beats after which a true tempo echoes, and their weights; half beats keep three-against-two
# readings out.
_MULTIPLES = (0.5, 1, 2, 3, 4, 6, 8)
_WEIGHTS = (1, 2, 1, 2, 1, 1, 1)
_LONG = (8, 12, 16, 24, 32)


def find_tempo(rises: np.ndarray, rate: float) -> tuple[float, float]:
    """Beats a minute, between 50 and 220, of onset curves (F, G) at ``rate`` frames a second, and
    how well they echo.

    The mean autocorrelation of the curves is summed over half a beat to 8 beats, weighted by a
    log-normal prior about 120 beats a minute, and the best tempo refined on lags of 8 to 32 beats.
    The second number is the mean autocorrelation after whole beats of that tempo: below 0.1 where
    there is hardly a beat, 0.3 and more in dance music.
    """
    echo = _mean_echo(rises, rate)
    candidates = np.exp(np.arange(np.log(SLOWEST), np.log(FASTEST), 0.004))
    scores = comb(echo, 60 * rate / candidates, _MULTIPLES, _WEIGHTS)
    best = candidates[np.argmax((scores - np.median(scores)) * _prior(candidates))]
    bpm = _refined(echo, float(best), rate)
    period = np.array([60 * rate / bpm])
    return bpm, float(
        max(comb(echo, period, _MULTIPLES[1:])[0], comb(echo, period, _MULTIPLES[1:] + _LONG)[0])
    )


def own_tempo(rises: np.ndarray, rate: float, looped: float) -> tuple[float, float]:
    """Tempo and echo inside one round of a short piece that was taken for a loop of ``looped``
    beats a minute.

    Repeating a piece ties its tempo to its length. If its own echoes ask for another tempo within 3
    %, by a third of their strength, it holds no whole number of beats and that tempo is given; else
    ``looped``.
    """
    echo = _mean_echo(rises, rate)
    near = looped * np.exp(np.arange(-0.03, 0.03, 0.0005))
    period = 60 * rate / near
    inside = [k for k in _MULTIPLES[1:] if k * period.max() < 0.7 * len(echo)]
    scores = (
        sum(np.sqrt(k) * np.interp(k * period, np.arange(len(echo)), echo) for k in inside)
        + 0 * near
    )
    best, tied = int(np.argmax(scores)), int(np.argmin(np.abs(near - looped)))
    apart = abs(near[best] / looped - 1) > 0.004 and scores[best] > 0.3
    bpm = float(near[best]) if apart and scores[best] - scores[tied] > scores[best] / 3 else looped
    return bpm, float(comb(echo, np.array([60 * rate / bpm]), _MULTIPLES[1:])[0])


def novelty(onset: np.ndarray, rate: float) -> np.ndarray:
    """An onset curve (F,) less its mean over a second, where positive, at unit spread."""
    width = max(1, round(rate / 2))
    total = np.cumsum(np.pad(onset.astype(np.float64), (width + 1, width), mode="edge"))
    mean = (total[2 * width + 1 :] - total[: -2 * width - 1]) / (2 * width + 1)
    curve = np.maximum(onset - mean, 0)
    return curve / (curve.std() + 1e-9)


def autocorrelation(curve: np.ndarray) -> np.ndarray:
    """(F,) unbiased autocorrelation of the centred curve, 1 at lag 0."""
    centred = curve - curve.mean()
    size = 1 << int(np.ceil(np.log2(2 * len(centred))))
    echo = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2, size)[: len(centred)]
    echo = echo / np.maximum(np.arange(len(echo), 0, -1), len(echo) // 4)
    return echo / (echo[0] + 1e-12)


def _mean_echo(rises: np.ndarray, rate: float) -> np.ndarray:
    return np.mean([autocorrelation(novelty(rise, rate)) for rise in rises.T], axis=0)


def comb(
    echo: np.ndarray,
    period: np.ndarray,
    multiples: tuple[float, ...],
    weights: tuple[float, ...] | None = None,
) -> np.ndarray:
    """Weighted mean of an echo (F,) at multiples of each period (P,) frames -> (P,).

    Multiples beyond three quarters of the echo are left out, being heard too few times.
    """
    lags = period[:, None] * np.array(multiples)
    weight = (lags < 0.75 * len(echo)) * np.array(weights or (1.0,) * len(multiples))
    values = np.interp(lags, np.arange(len(echo)), echo)
    return (values * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)


def _prior(bpm: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * (np.log2(bpm / _PRIOR_BPM) / _PRIOR_OCTAVES) ** 2)


def _refined(echo: np.ndarray, bpm: float, rate: float) -> float:
    """The tempo within 2 % of ``bpm`` whose long lags echo best, in steps of 0.02."""
    near = np.arange(bpm * 0.98, bpm * 1.02, 0.02)
    if 60 * rate / bpm * _LONG[0] >= 0.75 * len(echo):
        return bpm
    return float(near[np.argmax(comb(echo, 60 * rate / near, _LONG))])
