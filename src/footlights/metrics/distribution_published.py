"""FID and diversity of features as Bailando and FACT compute them, to the digit."""

import numpy as np

from .array_checks import checked_features
from .distribution import diversity, frechet


def frechet_published(real: np.ndarray, generated: np.ndarray) -> float:
    """FID as in Bailando (`calc_fid` after `normalize`) and FACT.

    Divided by the real spread + 1e-10, with no floor: a feature that no real clip shows divides by
    1e-10. One NaN makes all NaN.
    """
    return frechet(*_published_units(real, generated))


def diversity_published(real: np.ndarray, generated: np.ndarray) -> float:
    """DIV: `diversity` of generated features divided by the real spread + 1e-10.

    More is not better.
    """
    return diversity(_published_units(real, generated)[1])


def _published_units(real: np.ndarray, generated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    real = checked_features(real)
    generated = checked_features(generated, real)
    mean, spread = real.mean(axis=0), real.std(axis=0) + 1e-10
    return (real - mean) / spread, (generated - mean) / spread
