"""Named feature sets: music as published dance models hear it, column for column and row for row.

``fact35`` (Li et al., 2021, AI Choreographer), ``edge35`` (Tseng et al., 2023, EDGE, its baseline
features), ``bailando438`` and ``bailando55`` (Siyao et al., 2022 and 2023). Nothing is
standardised: a model's own statistics do that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...basics.errors import FootlightsError
from .harmony import chroma_cens, chroma_cqt, separate_harmonic_percussive
from .mel import HOP, decibels, mel_power, mfcc, slope
from .pulse import onset_peaks, onset_strength, published_beats, published_tempo, tempogram

# Music of AIST names its tempo: a genre, whose tempos begin at 80 beats a minute in steps of 10
# (house: 110 in steps of 5), and a digit that counts the steps.
_AIST_NAME = re.compile(r"m(BR|PO|LO|MH|LH|WA|KR|JS|JB|HO)(\d)")
START_TEMPO_RATE = 22_050  # Hz at which EDGE's code estimates the tempo to start from

# A recipe: samples (N,), their rate in Hz, a tempo to start from (or None) -> (F, D) rows.
Recipe = Callable[[np.ndarray, int, float | None], np.ndarray]


@dataclass(frozen=True)
class FeatureSet:
    """One published set.

    Attributes:
        rate: samples a second that its recipe takes, Hz.
        groups: name and number of columns of each group of columns.
        recipe: what computes its rows.
        needs_start_bpm: whether its beat tracker begins to look at a tempo from outside.
    """

    rate: int
    groups: tuple[tuple[str, int], ...]
    recipe: Recipe
    needs_start_bpm: bool = False

    @property
    def fps(self) -> float:
        """Rows a second."""
        return self.rate / HOP

    @property
    def width(self) -> int:
        """Columns."""
        return sum(columns for _, columns in self.groups)


def compute_features(
    name: str, samples_at: Callable[[int], np.ndarray], start_bpm: float | None = None
) -> np.ndarray:
    """(F, D) float32 rows of the feature set called ``name``, one every 512 samples of its rate.

    Args:
        name: one of `SETS`.
        samples_at: gives the song's mono samples (N,) at a rate in Hz.
        start_bpm: where the published beat tracker of fact35 and edge35 begins to look; None: at
            the published estimate of the tempo.

    Raises:
        FootlightsError: no set has that name.
    """
    if name not in SETS:
        raise FootlightsError(
            f"no feature set is called {name!r}", "features", f"there are {', '.join(SETS)}"
        )
    feature_set = SETS[name]
    if feature_set.needs_start_bpm and start_bpm is None:
        start_bpm = estimate_start_tempo(samples_at(START_TEMPO_RATE))

    rows = feature_set.recipe(samples_at(feature_set.rate), feature_set.rate, start_bpm)
    return rows.astype(np.float32)


def estimate_start_tempo(samples: np.ndarray) -> float:
    """The tempo EDGE's features start from, in beats a minute, of samples (N,) at 22 050 Hz."""
    return published_tempo(onset_strength(samples, START_TEMPO_RATE), START_TEMPO_RATE)


def tempo_of_aist_name(name: str) -> float | None:
    """Beats a minute that the name of a song or clip of AIST says, or None."""
    match = _AIST_NAME.search(name)
    if match is None:
        return None
    digit = int(match[2])
    return 110.0 + 5 * digit if match[1] == "HO" else 80.0 + 10 * digit


def _fact35(samples: np.ndarray, rate: int, start_bpm: float | None) -> np.ndarray:
    onset = onset_strength(samples, rate)
    cepstrum = mfcc(decibels(mel_power(samples, rate)))
    peaks = _impulses(onset_peaks(onset, rate), len(onset))
    beats = _impulses(published_beats(onset, rate, start_bpm or 120.0), len(onset))
    return np.vstack([onset, cepstrum, chroma_cens(samples, rate), peaks, beats]).T


def _edge35(samples: np.ndarray, rate: int, start_bpm: float | None) -> np.ndarray:
    return _fact35(samples, rate, start_bpm)[: len(samples) // HOP]


def _bailando438(samples: np.ndarray, rate: int, _: float | None) -> np.ndarray:
    mel = mel_power(samples, rate)
    cepstrum = mfcc(decibels(mel, reference=float(mel.max())))

    harmonic, percussive = separate_harmonic_percussive(samples)
    onset = onset_strength(percussive, rate, "median")
    # At low rates seven octaves from C1 would end above half the rate.
    chroma = chroma_cqt(harmonic, rate, octaves=7 if rate >= 15360 else 5)
    beats = _impulses(published_beats(onset, rate), len(onset))
    return np.vstack([cepstrum, slope(cepstrum), chroma, onset, beats, tempogram(onset)]).T


def _bailando55(samples: np.ndarray, rate: int, _: float | None) -> np.ndarray:
    return _bailando438(samples, rate, None)[:, :55]


def _impulses(frames: np.ndarray, count: int) -> np.ndarray:
    """(count,) one at the given frames, zero elsewhere."""
    impulses = np.zeros(count)
    impulses[frames] = 1
    return impulses


_AI_CHOREOGRAPHER = (
    ("onset", 1),
    ("mfcc", 20),
    ("chroma_cens", 12),
    ("onset_peak", 1),
    ("beat", 1),
)
_BAILANDO = (("mfcc", 20), ("mfcc_slope", 20), ("chroma_cqt", 12), ("onset", 1), ("beat", 1))

# The rates give rows of 60, 30, 7.5 and 60 a second: the frame rates of the models' motion.
SETS = {
    "fact35": FeatureSet(30720, _AI_CHOREOGRAPHER, _fact35, needs_start_bpm=True),
    "edge35": FeatureSet(15360, _AI_CHOREOGRAPHER, _edge35, needs_start_bpm=True),
    "bailando438": FeatureSet(3840, (*_BAILANDO, ("tempogram", 384)), _bailando438),
    "bailando55": FeatureSet(30720, (*_BAILANDO, ("tempogram_lag_0", 1)), _bailando55),
}
