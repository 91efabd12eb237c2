"""Arrays as metrics take them: shape and numbers are checked once, before any maths."""

import numpy as np

from ..basics.errors import FootlightsError


def checked_positions(positions: np.ndarray, joints: int | None = None) -> np.ndarray:
    """Positions (T, J, 3) in double precision.

    Raises:
        FootlightsError: another shape, another number of joints than ``joints``, or a frame that is
            not finite.
    """
    checked = np.asarray(positions, np.float64)
    if checked.ndim != 3 or checked.shape[2] != 3 or joints not in (None, checked.shape[1]):
        what = f"joint positions have shape {checked.shape}"
        do = f"they must be (T, {joints or 'J'}, 3), metres"
        raise FootlightsError(what, "metrics", do)

    finite = np.isfinite(checked).all(axis=(1, 2))
    if not finite.all():
        frame = int(np.argmin(finite))
        raise FootlightsError(f"frame {frame} is not finite", "metrics", "cut or repair it")
    return checked


def checked_features(features: np.ndarray, like: np.ndarray | None = None) -> np.ndarray:
    """Features (N, D) in double precision, one row a clip; NaN may stand in them.

    Raises:
        FootlightsError: another shape, or another number of columns than ``like`` has.
    """
    rows = np.asarray(features, np.float64)
    if rows.ndim != 2 or (like is not None and rows.shape[1] != like.shape[1]):
        columns = "D" if like is None else like.shape[1]
        do = f"they must be (N, {columns}), one row a clip"
        raise FootlightsError(f"features have shape {rows.shape}", "metrics", do)
    return rows
