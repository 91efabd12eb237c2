"""Scores of batches of clips, with gradients: what tuning and guidance climb."""

from ..humanoid import Humanoid
from ..judgement import SUB_SCORES
from ..score_calibration import Calibration
from .inverse_dynamics import Array
from .quantities import batch_quantities, quantities_and_hover

_HOVER = 0.1  # metres: a body that hovers so much too high loses 1 in `grounded_log_score`


def log_score(
    humanoid: Humanoid,
    root: Array,
    rotations: Array,
    fps: float,
    calibration: Calibration | None = None,
) -> Array:
    """(B,) mean logarithm of the sub-scores behind `batch_quantities`: 0 for a perfect clip, less
    for others.

    The body's is left out.
    """
    quantities = batch_quantities(humanoid, root, rotations, fps)
    return _mean_log_score(quantities, calibration or Calibration.shipped())


def grounded_log_score(
    humanoid: Humanoid,
    root: Array,
    rotations: Array,
    fps: float,
    calibration: Calibration | None = None,
) -> Array:
    """(B,) `log_score`, less 1 for each 10 cm by which a body that does not fall is above the
    floor.

    What to climb when clips may hover: out of the floor's reach nothing else changes with height,
    so `log_score` is flat there.
    """
    quantities, hover = quantities_and_hover(humanoid, root, rotations, fps)
    return _mean_log_score(quantities, calibration or Calibration.shipped()) - hover / _HOVER


def _mean_log_score(quantities: dict[str, Array], calibration: Calibration) -> Array:
    whole = [parts for parts in SUB_SCORES.values() if set(parts) <= set(quantities)]
    logs = [calibration.log_score(part, quantities[part]) for parts in whole for part in parts]
    return sum(logs) / len(whole)
