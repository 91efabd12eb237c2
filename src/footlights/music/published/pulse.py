"""The published onsets, tempogram and beat tracker, kept to the numbers models were trained on.

Not the tracker that ``Music.beats`` uses: this one rounds the beat to whole frames and often finds
half or double tempo.
"""

import numpy as np

from .mel import HOP, N_FFT, decibels, mel_power

WINDOW = 384  # frames of the tempogram
_FASTEST = 320.0  # beats a minute
_ECHO_SECONDS = 8.0  # of the tempogram from which the tempo is taken

# Peak picking: seconds within which a peak is the highest, over which the mean is taken, and that
# pass before the next one; and how much it must stand above the mean.
_PEAK_SECONDS, _MEAN_SECONDS, _WAIT_SECONDS, _PEAK_HEIGHT = 0.03, 0.1, 0.03, 0.07
_QUIET = 0.01  # share of the largest local score below which no beat path begins


def onset_strength(samples: np.ndarray, rate: int, middle: str = "mean") -> np.ndarray:
    """(F,) float32 rise of mel levels from frame to frame, the ``middle`` of all bands.

    ``middle`` is "mean" or "median".
    """
    level = decibels(mel_power(samples, rate)).astype(np.float32)
    rise = np.maximum(level[:, 1:] - level[:, :-1], 0)
    strength = np.median(rise, axis=0) if middle == "median" else rise.mean(axis=0)
    # As published: delayed by the frame of the difference and by half a window.
    return np.pad(strength, (1 + N_FFT // (2 * HOP), 0))[: level.shape[1]].astype(np.float32)


def onset_peaks(strength: np.ndarray, rate: int) -> np.ndarray:
    """(P,) frames of the peaks of an onset curve (F,).

    A peak is the highest of the 30 ms before it and above the mean of 100 ms each way by 0.07 of
    the curve's range, after Böck, Krebs and Schedl, "Evaluating the online capabilities of onset
    detection methods" (2012).
    """
    curve = strength - strength.min()
    curve = curve / (curve.max() + np.finfo(np.float32).tiny)
    before, around, wait = (
        int(seconds * rate // HOP) for seconds in (_PEAK_SECONDS, _MEAN_SECONDS, _WAIT_SECONDS)
    )

    peaks, frame = [], 0
    while frame < len(curve):
        highest = curve[max(0, frame - before) : frame + 1].max()
        mean = curve[max(0, frame - around) : frame + around + 1].mean()
        if strength.any() and curve[frame] == highest and curve[frame] >= mean + _PEAK_HEIGHT:
            peaks.append(frame)
            frame += wait
        frame += 1
    return np.array(peaks, int)


def tempogram(strength: np.ndarray, window: int = WINDOW) -> np.ndarray:
    """(window, F) local autocorrelation of an onset curve (F,) under a Hann window.

    Each frame's largest value is 1.
    """
    padded = np.pad(strength.astype(np.float64), window // 2, mode="linear_ramp", end_values=0)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[: len(strength)]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)

    size = 2 * window  # or the end of a window would echo into its beginning
    power = np.abs(np.fft.rfft(frames * hann, size, axis=1)) ** 2
    echo = np.fft.irfft(power, size, axis=1)[:, :window]
    largest = np.abs(echo).max(axis=1, keepdims=True)
    return (echo / np.where(largest > np.finfo(np.float64).tiny, largest, 1)).T


def published_tempo(strength: np.ndarray, rate: int, start_bpm: float = 120.0) -> float:
    """Beats a minute of an onset curve (F,): the best lag of its mean tempogram over 8 s.

    Lags are weighted by a log-normal prior of one octave about ``start_bpm``.
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
    """(B,) frames of beats through an onset curve (F,).

    Ellis' dynamic programme (2007) as the feature sets ran it.
    """
    if not strength.any():
        return np.empty(0, int)
    period = round(60 * rate / HOP / published_tempo(strength, rate, start_bpm))
    unit = strength / (strength.std(ddof=1) + np.finfo(np.float32).tiny)
    unit[0] = 0  # published code starts to count at the second frame
    window = np.exp(-0.5 * (np.arange(-period, period + 1) * 32 / period) ** 2)
    local = np.convolve(unit, window)[period : period + len(unit)]

    total, previous = _best_scores(local, period, tightness)
    rising, falling = np.append(np.inf, total[:-1]), np.append(total[1:], -np.inf)
    peaks = np.flatnonzero((total > rising) & (total >= falling))
    beats = [int(peaks[total[peaks] >= 0.5 * np.median(total[peaks])][-1])]
    while previous[beats[-1]] >= 0:
        beats.append(int(previous[beats[-1]]))
    return _without_quiet_ends(np.array(beats[::-1]), local)


def _best_scores(local: np.ndarray, period: int, tightness: float) -> tuple[np.ndarray, np.ndarray]:
    """Best total score (F,) of a beat at each frame, and the beat (F,) before it, -1 for none."""
    steps = np.arange(round(period / 2), 2 * period + 1)
    cost = tightness * (np.log(steps) - np.log(period)) ** 2
    total, previous = np.zeros(len(local)), np.full(len(local), -1)
    quiet = True  # until the first sound
    for i, strength in enumerate(local):
        reach = steps[steps <= i]
        total[i] = strength
        if len(reach):
            scores = total[i - reach] - cost[: len(reach)]
            best = int(np.argmax(scores))
            total[i] += scores[best]
        quiet = quiet and strength < _QUIET * local.max()
        if len(reach) and not quiet:
            previous[i] = i - reach[best]
    return total, previous


def _without_quiet_ends(beats: np.ndarray, local: np.ndarray) -> np.ndarray:
    """Beats (B,) without those before the first and after the last loud frame.

    Loud is half the root mean square of what sounds at the beats themselves.
    """
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(5) / 4)
    smooth = np.convolve(local[beats], hann)[2:]
    loud = np.flatnonzero(local > 0.5 * np.sqrt(np.mean(smooth**2)))
    return beats[(beats >= loud[0]) & (beats <= loud[-1])] if len(loud) else beats[:0]
