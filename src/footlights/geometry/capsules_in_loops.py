"""What compiled loops need of `capsules`; apart, as only they are worth the compiler's start."""

import numpy as np

from ..basics.jit import compiled
from .capsules import POINT, shares_of_products

_compiled_shares = compiled(shares_of_products)


@compiled
def nearest_shares(a, b, c, d):  # type: ignore[no-untyped-def]
    """How far along the segments a-b and c-d, each end (3,), the nearest points lie, in [0, 1].

    For compiled loops over pairs of capsules.
    """
    uu = vv = POINT  # no squared length is 0: a ball is a segment, too
    uv = uw = vw = 0.0
    for i in range(3):
        u, v, w = b[i] - a[i], d[i] - c[i], a[i] - c[i]
        uu, vv, uv, uw, vw = uu + u * u, vv + v * v, uv + u * v, uw + u * w, vw + v * w

    return _compiled_shares(uu, vv, uv, uw, vw)


@compiled
def segment_distance(a, b, c, d):  # type: ignore[no-untyped-def]
    """Metres between the nearest points of the segments a-b and c-d, each end (3,)."""
    s, t = nearest_shares(a, b, c, d)

    total = 0.0
    for i in range(3):
        total += (a[i] + s * (b[i] - a[i]) - c[i] - t * (d[i] - c[i])) ** 2
    return np.sqrt(total)
