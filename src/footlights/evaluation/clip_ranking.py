"""Which clips are worst, and in what: every metric in spreads of real dance, towards the worse."""

import math
from collections.abc import Mapping

import numpy as np

from ..metrics.registry import metric_named

# Spreads: one metric gone wild shall not hide the others.
MOST = 10.0
_FEWEST = 3  # real clips that tell a spread


def deviations(values: Mapping[str, float], real: Mapping[str, np.ndarray]) -> dict[str, float]:
    """For each metric of a clip how many spreads it lies on the worse side of real dance.

    Counted from the median of real clips, 0 to 10. The spread is the interquartile range over 1.35,
    as robust as a median, and at least a tenth of the median's size. A metric is left out where the
    clip has no number or fewer than three real clips have one; of real clips half lie at 0 where a
    side is better.
    """
    spreads_off = {}
    for name, value in values.items():
        known = np.asarray(real.get(name, ()), np.float64)
        known = known[np.isfinite(known)]
        if not math.isfinite(value) or len(known) < _FEWEST:
            continue
        low, median, high = np.percentile(known, [25, 50, 75])
        off = (value - median) / max((high - low) / 1.35, 0.1 * abs(median), 1e-6)
        better = metric_named(name).better
        worse = off if better == "less" else -off if better == "more" else abs(off)
        spreads_off[name] = float(min(max(worse, 0.0), MOST))
    return spreads_off


def mean_deviation(values: Mapping[str, float], real: Mapping[str, np.ndarray]) -> float:
    """Mean of `deviations`: 0 for a clip as good as real dance in everything.

    0, too, when nothing can be said.
    """
    spreads_off = list(deviations(values, real).values())
    return float(np.mean(spreads_off)) if spreads_off else 0.0
