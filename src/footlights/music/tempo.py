"""One tempo for a song: a comb over the autocorrelation of its onsets, with a prior on dancing."""

import numpy as np

SLOWEST, FASTEST = 50.0, 220.0  # beats a minute that are considered
_STEP = 0.004  # between candidates, as a logarithm: 0.4 %
# Log-normal prior: people walk and dance about here.
_PRIOR_BPM, _PRIOR_OCTAVES = 120.0, 0.8

# Beats after which a true tempo echoes, and their weights; half beats keep three-against-two
# readings out.
_MULTIPLES = (0.5, 1, 2, 3, 4, 6, 8)
_WEIGHTS = (1, 2, 1, 2, 1, 1, 1)
_WHOLE_BEATS = _MULTIPLES[1:]
# Beats of a reading in threes, three for two of the tempo found, and of that: echoes that only one
# of both has. In threes must be better by so much.
_IN_THREES, _IN_TWOS = (1.5, 4.5, 7.5), (1, 2, 4, 5)
_CLEARLY, _CLEARLY_LOW = 0.03, 0.12
_LONG = (8, 12, 16, 24, 32)  # beats, whose lags tell the tempo apart to a hundredth of a beat

# Echoes at longer lags are means of too few products: up to this share of the curve they count.
_LONGEST_LAG = 0.75
# A loop's own echoes may ask for a tempo this much (as a logarithm) beside the one that its length
# gives, which must differ by more than 0.4 % to be another one.
_LOOP_DEVIATION, _LOOP_STEP, _LOOP_SAME = 0.03, 0.0005, 0.004
_LOOP_LONGEST_LAG, _LOOP_ECHO = 0.7, 0.3


def find_tempo(group_onsets: np.ndarray, rate: float) -> tuple[float, float]:
    """The tempo of onset curves (F, G) at ``rate`` frames a second, and how well they echo.

    The mean autocorrelation of the curves is summed over half a beat to 8 beats, weighted by a
    log-normal prior about 120 beats a minute, and the best tempo refined on lags of 8 to 32 beats.

    Returns:
        Beats a minute, between 50 and 220; and the mean autocorrelation after whole beats of that
        tempo: below 0.1 where there is hardly a beat, 0.3 and more in dance music.
    """
    echo, low = echoes(group_onsets, rate), echoes(group_onsets[:, :1], rate)
    candidates = np.exp(np.arange(np.log(SLOWEST), np.log(FASTEST), _STEP))
    scores = comb(echo, 60 * rate / candidates, _MULTIPLES, _WEIGHTS)
    best = candidates[np.argmax((scores - np.median(scores)) * prior(candidates))]

    bpm = _refined(echo, _grouped(echo, low, float(best), rate), rate)
    period = np.array([60 * rate / bpm])
    short, long = (
        comb(echo, period, multiples)[0] for multiples in (_WHOLE_BEATS, _WHOLE_BEATS + _LONG)
    )
    return bpm, float(max(short, long))


def find_loop_tempo(
    group_onsets: np.ndarray, rate: float, looped_bpm: float
) -> tuple[float, float]:
    """Tempo and echo inside one round of a short piece that was taken for a loop.

    Repeating a piece ties its tempo ``looped_bpm`` to its length. If its own echoes ask for another
    tempo within 3 %, by a third of their strength, it holds no whole number of beats and that tempo
    is given; else ``looped_bpm``.
    """
    echo = echoes(group_onsets, rate)
    near = looped_bpm * np.exp(np.arange(-_LOOP_DEVIATION, _LOOP_DEVIATION, _LOOP_STEP))
    period = 60 * rate / near

    fitting = [k for k in _WHOLE_BEATS if k * period.max() < _LOOP_LONGEST_LAG * len(echo)]
    # Longer lags tell tempos apart better, so they weigh more; zeros where no multiple fits.
    scores = (
        sum(np.sqrt(k) * np.interp(k * period, np.arange(len(echo)), echo) for k in fitting)
        + 0 * near
    )

    best, tied = int(np.argmax(scores)), int(np.argmin(np.abs(near - looped_bpm)))
    differs = abs(near[best] / looped_bpm - 1) > _LOOP_SAME and scores[best] > _LOOP_ECHO
    stronger = scores[best] - scores[tied] > scores[best] / 3
    bpm = float(near[best]) if differs and stronger else looped_bpm
    return bpm, float(comb(echo, np.array([60 * rate / bpm]), _WHOLE_BEATS)[0])


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
    # Divided by the number of products, but at long lags, where few are left, by a quarter of all.
    echo = echo / np.maximum(np.arange(len(echo), 0, -1), len(echo) // 4)
    return echo / (echo[0] + 1e-12)


def comb(
    echo: np.ndarray,
    period: np.ndarray,
    multiples: tuple[float, ...],
    weights: tuple[float, ...] | None = None,
) -> np.ndarray:
    """Weighted mean of an autocorrelation (F,) at multiples of each period (P,) frames -> (P,).

    Multiples beyond three quarters of the curve are left out.
    """
    lags = period[:, None] * np.array(multiples)
    weight = (lags < _LONGEST_LAG * len(echo)) * np.array(weights or (1.0,) * len(multiples))
    values = np.interp(lags, np.arange(len(echo)), echo)
    return (values * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)


def echoes(group_onsets: np.ndarray, rate: float) -> np.ndarray:
    """(F,) mean over the groups, so that a steady hat counts as much as a loud kick."""
    return np.mean([autocorrelation(novelty(curve, rate)) for curve in group_onsets.T], axis=0)


def _grouped(echo: np.ndarray, low: np.ndarray, bpm: float, rate: float) -> float:
    """``bpm``, or two thirds of it where the echoes say that what it counts goes in threes.

    In 6/8 every two eighths may echo at a pace nearer to walking than every three, and in a fast
    waltz every two beats. ``low`` are the echoes of kick and bass, which decide.
    """
    bpm = _refined(echo, bpm, rate)
    period = np.array([60 * rate / bpm])
    leads = [
        float(comb(curve, period, _IN_THREES)[0] - comb(curve, period, _IN_TWOS)[0])
        for curve in (echo, low)
    ]
    in_threes = leads[0] > _CLEARLY and leads[1] > _CLEARLY_LOW
    return bpm / 1.5 if in_threes and bpm / 1.5 >= SLOWEST else bpm


def prior(bpm: np.ndarray) -> np.ndarray:
    """How likely people dance at tempi (P,), 1 at the likeliest."""
    return np.exp(-0.5 * (np.log2(bpm / _PRIOR_BPM) / _PRIOR_OCTAVES) ** 2)


def _refined(echo: np.ndarray, bpm: float, rate: float) -> float:
    """The tempo within 2 % of ``bpm`` whose long lags echo best, in steps of 0.02."""
    near = np.arange(bpm * 0.98, bpm * 1.02, 0.02)
    if 60 * rate / bpm * _LONG[0] >= _LONGEST_LAG * len(echo):
        return bpm
    return float(near[np.argmax(comb(echo, 60 * rate / near, _LONG))])
