"""Sets of dances against real dance at equal counts: the distance, what real dance itself scores,
and the excess over it.

Windows of one clip are alike, so whole clips are drawn: a part of real dance plays the perfect
generator, the rest is what it and the measured sets are compared with, fifty times over.
"""

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
from .protocol_metrics import KINETIC

DRAWS = 50
MOST = 200  # windows a side: more say little and take long
_REST = 600
_FEWEST = 8
_SPREAD = ("real", "made")  # sets whose interval is worth its time
_PARTS = {"k": slice(0, KINETIC), "g": slice(KINETIC, None)}
Compare = Callable[[np.ndarray, np.ndarray], dict[str, float]]


@dataclass(frozen=True, eq=False)
class Rows:
    """Features (W, D) of windows and which clip (W,) each is of."""

    features: np.ndarray
    clips: np.ndarray

    def __len__(self) -> int:
        return len(self.features)


def equal_count(made: int, real: int) -> int:
    """Windows a side when ``made`` stand against ``real``: half of the real ones must stay for the
    comparison.
    """
    return min(made, real // 2, MOST)


def comparison(protocol: Protocol) -> tuple[list[str], Compare]:
    """Names of the numbers that tell a set from real dance, and the function (real, set) ->
    numbers, both in `units`.
    """
    published = protocol.features == "published"
    ending = f"@{protocol.name}" if published else ""

    def compare(real: np.ndarray, made: np.ndarray) -> dict[str, float]:
        pairs = {part: (real[:, columns], made[:, columns]) for part, columns in _PARTS.items()}
        told = {
            part: (_published if published else _corrected)(*pair) for part, pair in pairs.items()
        }
        return {
            f"{name}_{part}{ending}": value
            for part, given in told.items()
            for name, value in given.items()
        }

    few = np.zeros((2, KINETIC + 32))
    return list(compare(few, few)), compare


def units(rows: np.ndarray, real: np.ndarray, protocol: Protocol) -> np.ndarray:
    """Features (W, D) in units of all real dance, the same for every draw; published numbers take
    units of their own.
    """
    if protocol.features == "published":
        return rows
    floors = {"k": KINETIC_FLOOR, "g": GEOMETRIC_FLOOR}
    return np.concatenate(
        [standardised(rows[:, c], real[:, c], floors[part]) for part, c in _PARTS.items()], axis=1
    )


def _corrected(real: np.ndarray, made: np.ndarray) -> dict[str, float]:
    near = {
        "fid": frechet(real, made),
        "kernel": kernel_distance(real, made),
        "diversity": diversity(made),
    }
    return {**near, **neighbourhood_scores(real, made)}


def _published(real: np.ndarray, made: np.ndarray) -> dict[str, float]:
    return {"fid": frechet_published(real, made), "diversity": diversity_published(real, made)}


def against(
    real: Rows, sets: dict[str, Rows], protocol: Protocol, count: int, seed: int = 0
) -> dict[str, dict[str, np.ndarray]]:
    """Per set and number (DRAWS, 2): the value of ``count`` windows, and of as many from clips
    drawn with replacement.

    The set "real" is there too: what a perfect generator would score. The second is known of it and
    of the set "made". All NaN when ``count`` is below eight.

    Args:
        real: the real windows.
        sets: the measured windows by name.
        count: from `equal_count`.
    """
    names, compare = comparison(protocol)
    found = {s: {n: np.full((DRAWS, 2), np.nan) for n in names} for s in ("real", *sets)}
    if count < _FEWEST:
        return found
    sets = {
        name: Rows(units(rows.features, real.features, protocol), rows.clips)
        for name, rows in sets.items()
    }
    real = Rows(units(real.features, real.features, protocol), real.clips)
    rng = np.random.default_rng(seed)
    for draw in range(DRAWS):
        order = _order(real.clips, rng)
        perfect, rest = order[:count], order[count:]
        rest = rest[~np.isin(real.clips[rest], real.clips[perfect])]
        rest = rest if len(rest) >= _FEWEST else order[count:]
        base = real.features[rest[:_REST]]
        for name, rows in (
            {"real": Rows(real.features[perfect], real.clips[perfect])} | sets
        ).items():
            if len(rows) < count:
                continue
            ways = [_order(rows.clips, rng), _again(rows.clips, rng, count)]
            for column, chosen in enumerate(ways if name in _SPREAD else ways[:1]):
                for number, value in compare(base, rows.features[chosen[:count]]).items():
                    found[name][number][draw, column] = value
    return found


def _order(clips: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Indices of all rows, clip after clip, the clips in random order."""
    rank = rng.permutation(int(clips.max()) + 1)
    return np.argsort(rank[clips], kind="stable")


def _again(clips: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """At least ``count`` indices of rows, whole clips drawn with replacement."""
    rows = [np.flatnonzero(clips == c) for c in np.unique(clips)]
    taken: list[np.ndarray] = []
    while sum(map(len, taken)) < count:
        taken.append(rows[rng.integers(len(rows))])
    return np.concatenate(taken)
