"""Named feature sets: music as published dance models hear it, column for column and row for row.

``fact35`` (Li et al., 2021, AI Choreographer), ``edge35`` (Tseng et al., 2023, EDGE, its baseline
features), ``bailando438`` and ``bailando55`` (Siyao et al., 2022 and 2023). Nothing is
standardised: a model's own statistics do that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...basics.errors import FootlightsError
from .harmony import chroma_cens, chroma_cqt, sounding_and_striking
from .mel import HOP, decibels, mel_power, mfcc, slope
from .pulse import onset_peaks, onset_strength, published_beats, published_tempo, tempogram

if TYPE_CHECKING:
    from .. import Music

# Music of AIST names its tempo: a genre's slowest and step, and a digit.
_AIST = re.compile(r"m(BR|PO|LO|MH|LH|WA|KR|JS|JB|HO)(\d)")
_TEMPO_RATE = 22050


@dataclass(frozen=True)
class FeatureSet:
    """A recipe: the sampling ``rate`` (Hz) it hears at, rows a second, column groups (name,
    columns), and its maker.
    """

    rate: int
    groups: tuple[tuple[str, int], ...]
    make: Callable[[np.ndarray, int, float | None], np.ndarray]

    @property
    def fps(self) -> float:
        """Rows a second."""
        return self.rate / HOP

    @property
    def width(self) -> int:
        """Columns."""
        return sum(columns for _, columns in self.groups)


def features(music: "Music", name: str, start_bpm: float | None = None) -> np.ndarray:
    """(F, D) float32 rows of the feature set called ``name``, one every 512 samples of its rate.

    ``start_bpm`` is where the published beat tracker of fact35 and edge35 begins to look; by
    default the tempo that an AIST file name holds, else the published estimate.

    Raises:
        FootlightsError: no set has that name.
    """
    if name not in SETS:
        raise FootlightsError(
            f"no feature set is called {name!r}", "features", f"there are {', '.join(SETS)}"
        )
    made = SETS[name]
    begin = None
    if name in ("fact35", "edge35"):
        begin = start_bpm or _named_tempo(music.name) or published_start(music)
    return made.make(music.at(made.rate), made.rate, begin).astype(np.float32)


def published_start(music: "Music") -> float:
    """The tempo that EDGE's features start from: the published estimate of the song at 22 050 Hz."""
    return published_tempo(onset_strength(music.at(_TEMPO_RATE), _TEMPO_RATE), _TEMPO_RATE)


def _named_tempo(name: str) -> float | None:
    found = _AIST.search(name)
    if found is None:
        return None
    digit = int(found[2])
    return 110.0 + 5 * digit if found[1] == "HO" else 80.0 + 10 * digit


def _fact35(samples: np.ndarray, rate: int, start_bpm: float | None) -> np.ndarray:
    onset = onset_strength(samples, rate)
    cepstrum = mfcc(decibels(mel_power(samples, rate)))
    peaks = _marks(onset_peaks(onset, rate), len(onset))
    beats = _marks(published_beats(onset, rate, start_bpm or 120.0), len(onset))
    return np.vstack([onset, cepstrum, chroma_cens(samples, rate), peaks, beats]).T


def _edge35(samples: np.ndarray, rate: int, start_bpm: float | None) -> np.ndarray:
    return _fact35(samples, rate, start_bpm)[: len(samples) // HOP]


def _bailando438(samples: np.ndarray, rate: int, _: float | None) -> np.ndarray:
    mel = mel_power(samples, rate)
    cepstrum = mfcc(decibels(mel, reference=float(mel.max())))
    lasting, striking = sounding_and_striking(samples)
    onset = onset_strength(striking, rate, "median")
    chroma = chroma_cqt(lasting, rate, octaves=7 if rate >= 15360 else 5)
    beats = _marks(published_beats(onset, rate), len(onset))
    return np.vstack([cepstrum, slope(cepstrum), chroma, onset, beats, tempogram(onset)]).T


def _bailando55(samples: np.ndarray, rate: int, _: float | None) -> np.ndarray:
    return _bailando438(samples, rate, None)[:, :55]


def _marks(frames: np.ndarray, count: int) -> np.ndarray:
    marks = np.zeros(count)
    marks[frames] = 1
    return marks


_AI_CHOREOGRAPHER = (
    ("onset", 1),
    ("mfcc", 20),
    ("chroma_cens", 12),
    ("onset_peak", 1),
    ("beat", 1),
)
_BAILANDO = (("mfcc", 20), ("mfcc_slope", 20), ("chroma_cqt", 12), ("onset", 1), ("beat", 1))
SETS = {
    "fact35": FeatureSet(30720, _AI_CHOREOGRAPHER, _fact35),
    "edge35": FeatureSet(15360, _AI_CHOREOGRAPHER, _edge35),
    "bailando438": FeatureSet(3840, (*_BAILANDO, ("tempogram", 384)), _bailando438),
    "bailando55": FeatureSet(30720, (*_BAILANDO, ("tempogram_lag_0", 1)), _bailando55),
}
