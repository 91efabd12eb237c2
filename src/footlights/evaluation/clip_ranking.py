"""Which clips are worst, and in what: every measure in spreads of real dance, towards the worse
side.
"""

import math
from collections.abc import Mapping

import numpy as np

from ..metrics.registry import METRICS

MOST = 10.0  # spreads: one measure gone wild shall not hide the others
_FEWEST = 3


def faults(values: Mapping[str, float | None], real: Mapping[str, np.ndarray]) -> dict[str, float]:
    """For each measure of a clip how many robust spreads of real clips it lies on the worse side of
    their median, 0 to 10.

    A measure is left out where the clip has no number or fewer than three real clips have one; of
    real clips half lie at 0 where a side is better. The spread is the interquartile range over
    1.35, at least a tenth of the median's size.
    """
    found = {}
    for name, value in values.items():
        known = np.asarray(real.get(name, ()), np.float64)
        known = known[np.isfinite(known)]
        if value is None or not math.isfinite(value) or len(known) < _FEWEST:
            continue
        low, middle, high = np.percentile(known, [25, 50, 75])
        away = (value - middle) / max((high - low) / 1.35, 0.1 * abs(middle), 1e-6)
        better = METRICS[name].better
        worse = away if better == "less" else -away if better == "more" else abs(away)
        found[name] = float(min(max(worse, 0.0), MOST))
    return found


def badness(values: Mapping[str, float | None], real: Mapping[str, np.ndarray]) -> float:
    """Mean of `faults`, 0 for a clip as good as real dance in everything; 0 too when nothing can
    be said.
    """
    found = list(faults(values, real).values())
    return float(np.mean(found)) if found else 0.0
