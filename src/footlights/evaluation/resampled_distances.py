"""Sets of dances against real dance at equal counts, and what real dance itself scores there.

Windows of one clip are alike, so whole clips are drawn: a part of real dance plays the perfect
generator, the rest is what it and the measured sets are compared with, fifty times over.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..metrics.distribution import (
    GEOMETRIC_FLOOR,
    KINETIC_FLOOR,
    diversity,
    frechet,
    kernel_distance,
    neighbourhood_scores,
    standardised,
)
from ..metrics.distribution_published import diversity_published, frechet_published
from ..metrics.protocol import Protocol
from .protocol_metrics import FEATURES, KINETIC

DRAWS = 50
MOST = 200  # windows a side: more say little and take long
REAL, GENERATED = "real", "generated"
_MOST_REST = 600  # real windows that the others are compared with
_NO_SPREAD = 1e-7  # of a feature's size: rounding of float32, not a difference
_FEWEST = 8  # windows a side
_WITH_INTERVAL = (REAL, GENERATED)  # sets whose interval is worth its time
_PARTS = {"k": slice(0, KINETIC), "g": slice(KINETIC, None)}
_FLOORS = {"k": KINETIC_FLOOR, "g": GEOMETRIC_FLOOR}


@dataclass(frozen=True, eq=False)
class Windows:
    """Features (W, D) of windows and which clip (W,) each is of."""

    features: np.ndarray
    clips: np.ndarray

    def __len__(self) -> int:
        return len(self.features)

    def chosen(self, rows: np.ndarray) -> "Windows":
        """Those of the indices ``rows``."""
        return Windows(self.features[rows], self.clips[rows])


def equal_count(generated: int, real: int) -> int:
    """Windows a side when so many generated and real ones stand against each other.

    Half of the real ones must stay for the comparison.
    """
    return min(generated, real // 2, MOST)


def resampled_distances(
    real: Windows, sets: dict[str, Windows], protocol: Protocol, count: int, seed: int = 0
) -> dict[str, dict[str, np.ndarray]]:
    """By set and distance (DRAWS, 2): of ``count`` windows, and of as many clips drawn again.

    The second column is of clips drawn with replacement, and known of the sets "real" and
    "generated" only. The set "real" is there, too: what a perfect generator would score. All is NaN
    when ``count`` is below eight.

    Args:
        real: the real windows.
        sets: the measured windows by name.
        count: from `equal_count`.
    """
    names = list(_distances(np.zeros((2, FEATURES)), np.zeros((2, FEATURES)), protocol))
    drawn = {s: {n: np.full((DRAWS, 2), np.nan) for n in names} for s in (REAL, *sets)}
    if count < _FEWEST:
        return drawn

    scaled = {name: _in_real_units(windows, real, protocol) for name, windows in sets.items()}
    real = _in_real_units(real, real, protocol)
    rng = np.random.default_rng(seed)
    for draw in range(DRAWS):
        perfect, rest = _split(real, count, rng)
        for name, windows in ({REAL: real.chosen(perfect)} | scaled).items():
            if len(windows) < count:
                continue
            ways = [_clips_in_order(windows.clips, rng), _clips_again(windows.clips, rng, count)]
            for column, rows in enumerate(ways if name in _WITH_INTERVAL else ways[:1]):
                chosen = windows.features[rows[:count]]
                for distance, value in _distances(real.features[rest], chosen, protocol).items():
                    drawn[name][distance][draw, column] = value
    return drawn


def _split(real: Windows, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows of ``count`` windows that play the perfect generator, and of the rest.

    No clip is on both sides, where that leaves enough for the rest.
    """
    order = _clips_in_order(real.clips, rng)
    perfect, rest = order[:count], order[count:]
    others = rest[~np.isin(real.clips[rest], real.clips[perfect])]
    return perfect, (others if len(others) >= _FEWEST else rest)[:_MOST_REST]


def _clips_in_order(clips: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Indices of all rows, clip after clip, the clips in random order."""
    rank = rng.permutation(int(clips.max()) + 1)
    return np.argsort(rank[clips], kind="stable")


def _clips_again(clips: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """At least ``count`` indices of rows, whole clips drawn with replacement."""
    rows = [np.flatnonzero(clips == clip) for clip in np.unique(clips)]
    taken: list[np.ndarray] = []
    while sum(map(len, taken)) < count:
        taken.append(rows[rng.integers(len(rows))])
    return np.concatenate(taken)


def _in_real_units(windows: Windows, real: Windows, protocol: Protocol) -> Windows:
    """In units of all real dance, the same for every draw.

    Published numbers take units of their own.
    """
    if protocol.features == "published":
        return windows
    parts = [
        standardised(windows.features[:, columns], real.features[:, columns], _FLOORS[part])
        for part, columns in _PARTS.items()
    ]
    return Windows(np.concatenate(parts, axis=1), windows.clips)


def _distances(real: np.ndarray, others: np.ndarray, protocol: Protocol) -> dict[str, float]:
    """The numbers that tell a set from real dance, by name: "fid_k", "kernel_g" ..."""
    published = protocol.features == "published"
    ending = f"@{protocol.name}" if published else ""
    measure: Callable[[np.ndarray, np.ndarray], dict[str, float]]
    measure = _published if published else _corrected
    return {
        f"{name}_{part}{ending}": value
        for part, columns in _PARTS.items()
        for name, value in measure(real[:, columns], others[:, columns]).items()
    }


def _corrected(real: np.ndarray, others: np.ndarray) -> dict[str, float]:
    return {
        "fid": frechet(real, others),
        "kernel": kernel_distance(real, others),
        "diversity": diversity(others),
        **neighbourhood_scores(real, others),
    }


def _published(real: np.ndarray, others: np.ndarray) -> dict[str, float]:
    """The published numbers; infinite where a feature has no unit, as it never varies in ``real``.

    Published code divides by 1e-10 there, and the table would show that and nothing of the dances.
    """
    mean, spread = real.mean(axis=0), real.std(axis=0)
    tolerance = _NO_SPREAD * np.maximum(1.0, np.abs(mean))
    departs = np.abs(others - mean).max(axis=0) > tolerance
    if (departs & (spread <= tolerance)).any():
        return {"fid": math.inf, "diversity": math.inf}
    return {"fid": frechet_published(real, others), "diversity": diversity_published(real, others)}
