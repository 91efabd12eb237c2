"""How far a set of dances is from real dance: Frechet and kernel distance, diversity, precision,
recall, density, coverage.

All take features (N, D), one row a clip. Corrected ones leave rows with NaN out and measure in
units of the real spread, which is not let below a floor; published ones are formulas of Bailando
and FACT to the digit.
"""

from collections.abc import Sequence

import numpy as np

from .array_checks import feature_rows

# m2/s2 or m/s2: a joint that hardly varies over real clips is not a scale to measure with
KINETIC_FLOOR = 0.005
GEOMETRIC_FLOOR = 0.05  # share of time
NEIGHBOURS = 5


def usable(features: np.ndarray) -> np.ndarray:
    """The rows (M, D) float64 without NaN; how many were left out is ``len(features) -
    len(usable(features))``.
    """
    features = feature_rows(features)
    return features[np.isfinite(features).all(axis=1)]


def standardised(features: np.ndarray, real: np.ndarray, floor: float) -> np.ndarray:
    """Features (N, D) in units of the spread of real ones (M, D), each unit at least ``floor``;
    rows with NaN are left out.
    """
    real = feature_rows(real)
    features, real = usable(feature_rows(features, real)), usable(real)
    return (
        (features - real.mean(axis=0)) / np.maximum(real.std(axis=0), floor)
        if len(real)
        else features[:0]
    )


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Squared Frechet distance between normal distributions with the means and covariances of
    samples (N, D), (M, D).

    The trace of the root of the product of covariances comes from eigenvalues of its symmetric
    form. Fewer samples give larger values: compare equal counts only. NaN with fewer than two rows
    (Dowson and Landau 1982; Heusel et al. 2017).
    """
    a = feature_rows(a)
    b = feature_rows(b, a)
    if min(len(a), len(b)) < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("nan")
    cov_a, cov_b = (np.atleast_2d(np.cov(v, rowvar=False)) for v in (a, b))
    values, vectors = np.linalg.eigh(cov_a)
    root = vectors * np.sqrt(np.maximum(values, 0))
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root.T @ cov_b @ root), 0)).sum()
    return float(
        np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
        + np.trace(cov_a)
        + np.trace(cov_b)
        - 2 * cross
    )


def frechet_published(real: np.ndarray, generated: np.ndarray) -> float:
    """FID as Bailando (`calc_fid` after `normalize`) and FACT compute it: divided by the real
    spread + 1e-10, no floor.

    A feature that no real clip shows divides by 1e-10; one NaN makes all NaN.
    """
    return frechet(*_published_units(real, generated))


def diversity(features: np.ndarray) -> float:
    """Mean Euclidean distance between two of the rows (N, D); NaN with fewer than two."""
    count = len(features)
    return (
        float(_gaps(features, features).sum() / (count * (count - 1)))
        if count > 1
        else float("nan")
    )


def diversity_published(real: np.ndarray, generated: np.ndarray) -> float:
    """DIV as published: `diversity` of generated features divided by the real spread + 1e-10. More
    is not better.
    """
    return diversity(_published_units(real, generated)[1])


def multimodality(songs: Sequence[np.ndarray]) -> float:
    """Mean over songs of the `diversity` of the dances (R, D) made for one song; songs with fewer
    than two are left out.
    """
    values = [diversity(usable(dances)) for dances in songs]
    finite = [value for value in values if np.isfinite(value)]
    return float(np.mean(finite)) if finite else float("nan")


def kernel_distance(real: np.ndarray, generated: np.ndarray) -> float:
    """Squared kernel distance with kernel -|x - y|, the energy distance, without bias: 0 on average
    for equal distributions.

    It can be negative, does not grow as clips get fewer, and one wild clip moves it in proportion,
    not by its square. Szekely and Rizzo (2013); Sejdinovic et al. (2013). NaN with fewer than two
    rows on either side.
    """
    if min(len(real), len(generated)) < 2:
        return float("nan")
    return 2 * float(_gaps(real, generated).mean()) - diversity(real) - diversity(generated)


def neighbourhood(real: np.ndarray, generated: np.ndarray, k: int = NEIGHBOURS) -> dict[str, float]:
    """ "precision", "recall", "density", "coverage" from balls that reach to the k-th neighbour
    within the own set.

    Precision: share of generated rows in a ball of a real one; recall: the converse; density: real
    balls a generated row lies in, over k; coverage: share of real balls with a generated row.
    Kynkäänniemi et al. (2019), Naeem et al. (2020). All NaN with k rows or fewer on a side.
    """
    if min(len(real), len(generated)) <= k:
        return dict.fromkeys(("precision", "recall", "density", "coverage"), float("nan"))
    gaps = _gaps(real, generated)
    in_real = gaps < _reach(real, k)[:, None]
    in_generated = gaps < _reach(generated, k)[None]
    return {
        "precision": float(in_real.any(axis=0).mean()),
        "recall": float(in_generated.any(axis=1).mean()),
        "density": float(in_real.sum() / (k * len(generated))),
        "coverage": float((gaps.min(axis=1) < _reach(real, k)).mean()),
    }


def distances(real: np.ndarray, generated: np.ndarray, floor: float) -> dict[str, float]:
    """All corrected numbers of generated against real features: "fid", "kernel", "diversity" and
    the `neighbourhood`.

    Args:
        real, generated: (M, D), (N, D) features as measured; rows with NaN are left out.
        floor: least unit, ``KINETIC_FLOOR`` or ``GEOMETRIC_FLOOR``.
    """
    a, b = standardised(real, real, floor), standardised(generated, real, floor)
    return {
        "fid": frechet(a, b), "kernel": kernel_distance(a, b), "diversity": diversity(b), **neighbourhood(a, b)
    }  # fmt: skip


def floor_of(
    real: np.ndarray, count: int, floor: float, draws: int = 50, seed: int = 0
) -> tuple[dict[str, float], dict[str, float]]:
    """Means and standard deviations over ``draws`` of `distances` of ``count`` real rows, drawn at
    random, to the others.

    What a perfect generator would score; what a score says is its excess over this. NaN when fewer
    than two rows stay out.
    """
    rows, rng = usable(real), np.random.default_rng(seed)
    if len(rows) < count + 2:
        names = distances(rows[:0], rows[:0], floor)
        return dict.fromkeys(names, float("nan")), dict.fromkeys(names, float("nan"))
    orders = [rng.permutation(len(rows)) for _ in range(draws)]
    drawn = [distances(rows[order[count:]], rows[order[:count]], floor) for order in orders]
    table = {name: np.array([values[name] for values in drawn]) for name in drawn[0]}
    return {n: float(v.mean()) for n, v in table.items()}, {
        n: float(v.std()) for n, v in table.items()
    }


def _published_units(real: np.ndarray, generated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    real = feature_rows(real)
    generated = feature_rows(generated, real)
    mean, spread = real.mean(axis=0), real.std(axis=0) + 1e-10
    return (real - mean) / spread, (generated - mean) / spread


def _gaps(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(N, M) distances between rows; taken by differences, so that a row is exactly 0 from itself."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return (
        np.stack([np.sqrt(np.einsum("ij,ij->i", b - row, b - row)) for row in a])
        if len(a)
        else np.zeros((0, len(b)))
    )


def _reach(rows: np.ndarray, k: int) -> np.ndarray:
    """(N,) distance from each row to its k-th neighbour, itself not counted."""
    return np.partition(_gaps(rows, rows), k, axis=1)[:, k]
