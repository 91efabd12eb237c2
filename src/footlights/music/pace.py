"""How a song's tempo changes: the best way through the combs of its passages."""

import numpy as np

from .tempo import FASTEST, SLOWEST, novelty, prior

_WINDOW_SECONDS, _HOP_SECONDS = 9.0, 1.0
_LONGEST_LAG = 0.75  # of a passage: echoes at longer ones are means of too few products
_STEP = 0.01  # between candidates, as a logarithm
_MULTIPLES, _WEIGHTS = (0.5, 1, 2, 3, 4), (1, 2, 1, 2, 1)
_WHOLE_BEATS = (1, 2, 3, 4)
# What a passage's tempo costs to differ from the last one's: by each step, and at most.
_DRIFT_COST, _JUMP_COST = 0.02, 0.35
# By how much the passages' own tempi must echo better, in the mean, than the song's one tempo.
_BETTER = 0.12
_LEAST_CHANGE = 0.05  # of the tempo, as a logarithm


def follow_pace(
    group_onsets: np.ndarray, rate: float, bpm: float
) -> tuple[np.ndarray, float] | None:
    """The period (F,) in frames of a song whose tempo changes, and how well it echoes.

    None where the song keeps ``bpm``, beats a minute: its passages echo nearly as well at that as
    at their own tempi.
    """
    window, hop = round(_WINDOW_SECONDS * rate), round(_HOP_SECONDS * rate)
    begins = np.arange(0, len(group_onsets) - window + 1, hop)
    if len(begins) < 4:
        return None
    candidates = np.exp(np.arange(np.log(SLOWEST), np.log(FASTEST), _STEP))
    periods = 60 * rate / candidates

    echo = _passage_echoes(group_onsets, rate, begins, window)
    score, sure = (
        _combs(echo, periods, multiples, weights)
        for multiples, weights in ((_MULTIPLES, _WEIGHTS), (_WHOLE_BEATS, (1, 1, 1, 1)))
    )
    way = _best_way((score - np.median(score, axis=1, keepdims=True)) * prior(candidates))
    steady = int(np.argmin(np.abs(candidates - bpm)))
    near = slice(max(0, steady - 2), steady + 3)
    passages = np.arange(len(begins))
    # The worst half is asked: a song that changes once is steady in one of its halves.
    gain = np.sort(sure[passages, way] - sure[:, near].max(axis=1))[len(way) // 2 :].mean()
    # A steady way at another level, as two for three, is no change.
    if gain < _BETTER or np.ptp(np.log(candidates[way])) < _LEAST_CHANGE:
        return None

    centres = begins + window / 2
    period = np.interp(np.arange(len(group_onsets)), centres, periods[way])
    return period, float(sure[passages, way].mean())


def _passage_echoes(
    group_onsets: np.ndarray, rate: float, begins: np.ndarray, window: int
) -> np.ndarray:
    """(P, W) the mean autocorrelation of the groups in each passage, 1 at lag 0."""
    curves = np.stack([novelty(onsets, rate) for onsets in group_onsets.T]).astype(np.float32)
    size = 1 << int(np.ceil(np.log2(2 * window)))
    count = np.maximum(np.arange(window, 0, -1), window // 4)
    echoes = []
    # Passage by passage, all groups at once: memory stays flat.
    for begin in begins:
        passage = curves[:, begin : begin + window]
        passage = passage - passage.mean(axis=1, keepdims=True)
        echo = np.fft.irfft(np.abs(np.fft.rfft(passage, size)) ** 2, size)[:, :window] / count
        echoes.append((echo / (echo[:, :1] + 1e-9)).mean(axis=0))
    return np.array(echoes)


def _combs(
    echo: np.ndarray, periods: np.ndarray, multiples: tuple[float, ...], weights: tuple[float, ...]
) -> np.ndarray:
    """(P, C) weighted means of autocorrelations (P, W) at multiples of periods (C,)."""
    lags = periods[:, None] * np.array(multiples)
    weight = (lags < _LONGEST_LAG * echo.shape[1]) * np.array(weights)
    whole = np.minimum(lags.astype(int), echo.shape[1] - 2)
    share = np.minimum(lags - whole, 1)
    values = echo[:, whole] * (1 - share) + echo[:, whole + 1] * share
    combs: np.ndarray = (values * weight).sum(axis=2) / weight.sum(axis=1)
    return combs


def _best_way(score: np.ndarray) -> np.ndarray:
    """(P,) the candidate of each passage, of scores (P, C), that is best in sum with the costs."""
    apart = np.abs(np.arange(score.shape[1])[:, None] - np.arange(score.shape[1]))
    cost = np.minimum(_DRIFT_COST * np.maximum(apart - 2, 0), _JUMP_COST)
    total, came = score[0], []
    for row in score[1:]:
        reached = total[None] - cost
        came.append(np.argmax(reached, axis=1))
        total = row + reached.max(axis=1)

    way = [int(np.argmax(total))]
    for previous in reversed(came):
        way.append(int(previous[way[-1]]))
    return np.array(way[::-1])
