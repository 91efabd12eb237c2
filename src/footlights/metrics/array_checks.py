"""Arrays as metrics take them: shapes and numbers looked at once, before any maths."""

import numpy as np

from ..basics.errors import FootlightsError


def joint_places(positions: np.ndarray, joints: int | None = None) -> np.ndarray:
    """Positions (T, J, 3) in double precision.

    Raises:
        FootlightsError: another shape, another number of joints than ``joints``, or a frame that is
            not finite.
    """
    place = np.asarray(positions, np.float64)
    if place.ndim != 3 or place.shape[2] != 3 or joints not in (None, place.shape[1]):
        wanted = f"(T, {joints or 'J'}, 3)"
        raise FootlightsError(
            f"joint positions have shape {place.shape}", "metrics", f"they must be {wanted}, metres"
        )
    finite = np.isfinite(place).all(axis=(1, 2))
    if not finite.all():
        raise FootlightsError(
            f"frame {int(np.argmin(finite))} is not finite", "metrics", "cut or repair it"
        )
    return place


def feature_rows(features: np.ndarray, like: np.ndarray | None = None) -> np.ndarray:
    """Features (N, D) in double precision, one row a clip; NaN may stand in them.

    Raises:
        FootlightsError: another shape, or another number of columns than ``like`` has.
    """
    rows = np.asarray(features, np.float64)
    if rows.ndim != 2 or (like is not None and rows.shape[1] != like.shape[1]):
        columns = "D" if like is None else like.shape[1]
        raise FootlightsError(
            f"features have shape {rows.shape}",
            "metrics",
            f"they must be (N, {columns}), one row a clip",
        )
    return rows
