"""The form of a song: phrases of sixteen counts, and which of them sound alike."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .rhythm import dancer_beats

if TYPE_CHECKING:
    from .music import Music

COUNTS = 16  # beats of a phrase, as a dancer counts them
_BAR = 4  # beats by which the grid of phrases may be moved
_LEAST_COUNTS = 8  # of a phrase at the end that is compared at all
_ALIKE = 0.55  # correlation from which a phrase is an earlier one that returns


@dataclass(frozen=True)
class Phrase:
    """Sixteen counts of a song, fewer at its end.

    Attributes:
        start, end: seconds.
        label: 0 for what is heard first, 1 for what is next heard to be something else, and so on;
            a phrase that returns has the label it had.
        returns: how many phrases of the label came before.
    """

    start: float
    end: float
    label: int
    returns: int

    @property
    def name(self) -> str:
        """As musicians write it: "A", "B", "A'", "A''"."""
        letter = chr(ord("A") + self.label) if self.label < 26 else f"Z{self.label - 25}"
        return letter + "'" * self.returns


def find_phrases(music: "Music", bands: np.ndarray, rate: float) -> tuple[Phrase, ...]:
    """The phrases of a song; none where it has no beat, or not two of them.

    Each beat is heard as the mean level of each band, less the song's; two phrases are alike when
    these correlate. The grid of phrases lies on bars, where it makes phrases most alike.

    Args:
        bands: (F, B) log levels of the song's spectrum, ``rate`` values a second.
    """
    _, beats = dancer_beats(music)
    if len(beats) < COUNTS + _LEAST_COUNTS:
        return ()
    levels = _beat_levels(bands, rate, beats)
    first = _first_bar(beats, music.downbeats)
    grids = [range(first + shift, len(beats) - 1, COUNTS) for shift in range(0, COUNTS, _BAR)]
    best = max(grids, key=lambda grid: _likeness(levels, list(grid)))
    return _labelled(levels, list(best), beats)


def _beat_levels(bands: np.ndarray, rate: float, beats: np.ndarray) -> np.ndarray:
    """(B, bands) standard scores of the mean level from each beat to the next."""
    edges = np.clip(np.round(beats * rate).astype(int), 0, len(bands))
    edges = np.append(edges, min(len(bands), 2 * edges[-1] - edges[-2]))
    sums = np.vstack([np.zeros((1, bands.shape[1])), np.cumsum(bands, axis=0, dtype=np.float64)])
    means = (sums[edges[1:]] - sums[edges[:-1]]) / np.maximum(np.diff(edges), 1)[:, None]
    levels: np.ndarray = (means - means.mean(axis=0)) / (means.std(axis=0) + 1e-6)
    return levels


def _first_bar(beats: np.ndarray, downbeats: np.ndarray) -> int:
    """Index of the first beat that opens a bar; the first beat where bars are not known."""
    if not len(downbeats):
        return 0
    return int(np.argmin(np.abs(beats - downbeats[0]))) % _BAR


def _likeness(levels: np.ndarray, starts: list[int]) -> float:
    """How alike each phrase is to the most similar one, mean of the whole ones."""
    whole = [start for start in starts if start + COUNTS <= len(levels)]
    if len(whole) < 2:
        return -1.0
    rows = np.stack([levels[start : start + COUNTS].ravel() for start in whole])
    alike = np.corrcoef(rows)
    np.fill_diagonal(alike, -1)
    return float(alike.max(axis=1).mean())


def _labelled(levels: np.ndarray, starts: list[int], beats: np.ndarray) -> tuple[Phrase, ...]:
    """Phrases with the label of the most similar earlier one, or a new one."""
    period = float(np.median(np.diff(beats)))
    phrases: list[Phrase] = []
    for start in starts:
        count = min(COUNTS, len(beats) - start)
        alike = [_correlation(levels, start, other, count) for other in starts[: len(phrases)]]
        label = max((p.label for p in phrases), default=-1) + 1
        if count >= _LEAST_COUNTS and alike and max(alike) > _ALIKE:
            label = phrases[int(np.argmax(alike))].label
        returns = sum(phrase.label == label for phrase in phrases)
        end = beats[start + count] if start + count < len(beats) else beats[-1] + period
        phrases.append(Phrase(float(beats[start]), float(end), label, returns))
    return tuple(phrases)


def _correlation(levels: np.ndarray, one: int, other: int, count: int) -> float:
    pair = (levels[one : one + count].ravel(), levels[other : other + count].ravel())
    if min(map(np.ptp, pair)) < 1e-9:
        return -1.0
    return float(np.corrcoef(*pair)[0, 1])
