"""The published onset strength, onset peaks, tempogram and beat tracker, kept to the numbers models
were trained on.

Not the tracker that ``Music.beats`` uses: this one rounds the beat to whole frames and often finds
half or double tempo.
"""

import numpy as np

from .mel import HOP, N_FFT, decibels, mel_power

WINDOW = 384
_FASTEST, _ECHO_SECONDS = 320.0, 8.0


def onset_strength(samples: np.ndarray, rate: int, middle: str = "mean") -> np.ndarray:
    """(F,) float32 rise of mel levels from frame to frame, the mean (or ``middle`` = "median")
    over bands.
    """
    level = decibels(mel_power(samples, rate)).astype(np.float32)
    rise = np.maximum(level[:, 1:] - level[:, :-1], 0)
    strength = np.median(rise, axis=0) if middle == "median" else rise.mean(axis=0)
    return np.pad(strength, (1 + N_FFT // (2 * HOP), 0))[: level.shape[1]].astype(np.float32)


def onset_peaks(strength: np.ndarray, rate: int) -> np.ndarray:
    """(P,) frames of the peaks of an onset curve (F,): highest within 30 ms, above the mean of 100
    ms each way by 0.07.

    After Böck, Krebs and Schedl, "Evaluating the online capabilities of onset detection methods"
    (2012).
    """
    curve = strength - strength.min()
    curve = curve / (curve.max() + np.finfo(np.float32).tiny)
    before, after = int(0.03 * rate // HOP), 1
    left, right, wait = int(0.1 * rate // HOP), int(0.1 * rate // HOP) + 1, int(0.03 * rate // HOP)
    peaks, n = [], 0
    while n < len(curve):
        highest = curve[max(0, n - before) : n + after].max()
        around = curve[max(0, n - left) : n + right].mean()
        if strength.any() and curve[n] == highest and curve[n] >= around + 0.07:
            peaks.append(n)
            n += wait
        n += 1
    return np.array(peaks, int)


def tempogram(strength: np.ndarray, window: int = WINDOW) -> np.ndarray:
    """(window, F) local autocorrelation of an onset curve (F,) under a Hann window, each frame's
    largest value 1.
    """
    padded = np.pad(strength.astype(np.float64), window // 2, mode="linear_ramp", end_values=0)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[: len(strength)]
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    size = 2 * window
    echo = np.fft.irfft(np.abs(np.fft.rfft(frames * shape, size, axis=1)) ** 2, size, axis=1)[
        :, :window
    ]
    most = np.abs(echo).max(axis=1, keepdims=True)
    return (echo / np.where(most > np.finfo(np.float64).tiny, most, 1)).T


def published_tempo(strength: np.ndarray, rate: int, start_bpm: float = 120.0) -> float:
    """Beats a minute: the lag of the mean tempogram over 8 s, weighted by a log-normal prior of
    one octave.
    """
    window = int(_ECHO_SECONDS * rate // HOP)
    echo = tempogram(strength, window).mean(axis=1)
    bpm = np.full(window, np.inf)
    bpm[1:] = 60 * rate / (HOP * np.arange(1, window))
    prior = -0.5 * (np.log2(bpm) - np.log2(start_bpm)) ** 2
    prior[bpm >= _FASTEST] = -np.inf
    return float(bpm[np.argmax(np.log1p(1e6 * echo) + prior)])


def published_beats(
    strength: np.ndarray, rate: int, start_bpm: float = 120.0, tightness: float = 100.0
) -> np.ndarray:
    """(B,) frames of beats through an onset curve (F,): Ellis' dynamic programme (2007) as the
    feature sets ran it.
    """
    if not strength.any():
        return np.empty(0, int)
    period = round(60 * rate / HOP / published_tempo(strength, rate, start_bpm))
    unit = strength / (strength.std(ddof=1) + np.finfo(np.float32).tiny)
    unit[0] = 0  # the first frame never counted
    window = np.exp(-0.5 * (np.arange(-period, period + 1) * 32 / period) ** 2)
    local = np.convolve(unit, window)[period : period + len(unit)]
    total, back = _forward(local, period, tightness)
    high = np.flatnonzero(
        (total > np.append(np.inf, total[:-1])) & (total >= np.append(total[1:], -np.inf))
    )
    beats = [int(high[total[high] >= 0.5 * np.median(total[high])][-1])]
    while back[beats[-1]] >= 0:
        beats.append(int(back[beats[-1]]))
    return _trimmed(np.array(beats[::-1]), local)


def _forward(local: np.ndarray, period: int, tightness: float) -> tuple[np.ndarray, np.ndarray]:
    """Best total score (F,) of a beat at each frame, and the beat before it; -1 before the first
    sound.
    """
    steps = np.arange(round(period / 2), 2 * period + 1)
    cost = tightness * (np.log(steps) - np.log(period)) ** 2
    total, back = np.zeros(len(local)), np.full(len(local), -1)
    quiet = True
    for i, strength in enumerate(local):
        reach = steps[steps <= i]
        total[i] = strength
        if len(reach):
            scores = total[i - reach] - cost[: len(reach)]
            best = int(np.argmax(scores))
            total[i] += scores[best]
        quiet = quiet and strength < 0.01 * local.max()
        if len(reach) and not quiet:
            back[i] = i - reach[best]
    return total, back


def _trimmed(beats: np.ndarray, local: np.ndarray) -> np.ndarray:
    """Beats (B,) without those before the first and after the last loud frame; how loud, the beats
    themselves say.
    """
    fade = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(5) / 4)
    smooth = np.convolve(local[beats], fade)[2:]
    loud = np.flatnonzero(local > 0.5 * np.sqrt(np.mean(smooth**2)))
    return beats[(beats >= loud[0]) & (beats <= loud[-1])] if len(loud) else beats[:0]
