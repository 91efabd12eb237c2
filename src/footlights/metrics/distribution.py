"""How far a set of dances is from real dance, by features (N, D), one row a clip.

Frechet and kernel distance, diversity, precision, recall, density, coverage. They leave rows with
NaN out and measure in units of the real spread, which is not let below a floor; published formulas
of Bailando and FACT stand in `distribution_published`.
"""

from collections.abc import Sequence

import numpy as np

from .array_checks import checked_features

# A joint that hardly varies over real clips is not a scale to measure with.
KINETIC_FLOOR = 0.005  # m2/s2 or m/s2
GEOMETRIC_FLOOR = 0.05  # share of time
NEIGHBOURS = 5


def distances(real: np.ndarray, generated: np.ndarray, floor: float) -> dict[str, float]:
    """All numbers of generated against real features, by name.

    They are "fid", "kernel", "diversity", and those of `neighbourhood_scores`.

    Args:
        real, generated: (M, D), (N, D) features as measured; rows with NaN are left out.
        floor: least unit, ``KINETIC_FLOOR`` or ``GEOMETRIC_FLOOR``.
    """
    real, generated = standardised(real, real, floor), standardised(generated, real, floor)
    return {
        "fid": frechet(real, generated),
        "kernel": kernel_distance(real, generated),
        "diversity": diversity(generated),
        **neighbourhood_scores(real, generated),
    }


def standardised(features: np.ndarray, real: np.ndarray, floor: float) -> np.ndarray:
    """Features (N, D) in units of the spread of real ones (M, D), each unit at least ``floor``.

    Rows with NaN are left out.
    """
    real = checked_features(real)
    features, real = without_nan(checked_features(features, real)), without_nan(real)
    if not len(real):
        return features[:0]
    return (features - real.mean(axis=0)) / np.maximum(real.std(axis=0), floor)


def without_nan(features: np.ndarray) -> np.ndarray:
    """The rows (M, D) float64 of features (N, D) that hold no NaN."""
    features = checked_features(features)
    return features[np.isfinite(features).all(axis=1)]


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Squared Frechet distance between normal distributions fitted to samples (N, D), (M, D).

    The trace of the root of the product of covariances comes from eigenvalues of its symmetric
    form. Fewer samples give larger values: compare equal counts only. NaN with fewer than two rows
    (Dowson and Landau 1982; Heusel et al. 2017).
    """
    a = checked_features(a)
    b = checked_features(b, a)
    if min(len(a), len(b)) < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("nan")

    cov_a, cov_b = (np.atleast_2d(np.cov(v, rowvar=False)) for v in (a, b))
    # The product itself is not symmetric, and its root by iteration may turn complex.
    values, vectors = np.linalg.eigh(cov_a)
    root = vectors * np.sqrt(np.maximum(values, 0))
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root.T @ cov_b @ root), 0)).sum()

    means = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
    return float(means + np.trace(cov_a) + np.trace(cov_b) - 2 * cross)


def kernel_distance(real: np.ndarray, generated: np.ndarray) -> float:
    """Squared kernel distance with kernel -|x - y|, the energy distance, without bias.

    0 on average for equal distributions, so it can be negative. It does not grow as clips get
    fewer, and one wild clip moves it in proportion, not by its square. NaN with fewer than two rows
    on either side. Szekely and Rizzo (2013); Sejdinovic et al. (2013).
    """
    if min(len(real), len(generated)) < 2:
        return float("nan")
    across = float(_pairwise_distances(real, generated).mean())
    return 2 * across - diversity(real) - diversity(generated)


def diversity(features: np.ndarray) -> float:
    """Mean Euclidean distance between two of the rows (N, D); NaN with fewer than two."""
    count = len(features)
    if count < 2:
        return float("nan")
    return float(_pairwise_distances(features, features).sum() / (count * (count - 1)))


def multimodality(songs: Sequence[np.ndarray]) -> float:
    """Mean over songs of the `diversity` of the dances (R, D) made for one song.

    Songs with fewer than two are left out; NaN when none is left.
    """
    values = [diversity(without_nan(dances)) for dances in songs]
    finite = [value for value in values if np.isfinite(value)]
    return float(np.mean(finite)) if finite else float("nan")


def neighbourhood_scores(
    real: np.ndarray, generated: np.ndarray, k: int = NEIGHBOURS
) -> dict[str, float]:
    """Scores "precision", "recall", "density" and "coverage" of rows (M, D) and (N, D).

    Around each row lies a ball that reaches to its k-th neighbour within its own set. Precision is
    the share of generated rows in a ball of a real one; recall the converse; density the number of
    real balls that a generated row lies in, over k; coverage the share of real balls that hold a
    generated row. All are NaN with k rows or fewer on a side. Kynkäänniemi et al. (2019), Naeem et
    al. (2020).
    """
    if min(len(real), len(generated)) <= k:
        return dict.fromkeys(("precision", "recall", "density", "coverage"), float("nan"))

    gaps = _pairwise_distances(real, generated)
    real_reach, generated_reach = _reach(real, k), _reach(generated, k)
    in_real = gaps < real_reach[:, None]
    in_generated = gaps < generated_reach[None]
    return {
        "precision": float(in_real.any(axis=0).mean()),
        "recall": float(in_generated.any(axis=1).mean()),
        "density": float(in_real.sum() / (k * len(generated))),
        "coverage": float((gaps.min(axis=1) < real_reach).mean()),
    }


def _reach(rows: np.ndarray, k: int) -> np.ndarray:
    """(N,) distance from each row to its k-th neighbour, itself not counted."""
    return np.partition(_pairwise_distances(rows, rows), k, axis=1)[:, k]


def _pairwise_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(N, M) distances between rows.

    Taken by differences, not by products, so that a row is exactly 0 from itself.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if not len(a):
        return np.zeros((0, len(b)))
    return np.stack([np.sqrt(np.einsum("ij,ij->i", b - row, b - row)) for row in a])
