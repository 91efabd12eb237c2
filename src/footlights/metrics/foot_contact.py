"""How well feet stand: skating, slip, penetration and float, measured on the soles of the body.

Planar speeds are taken of one point of a sole over a thirtieth of a second, so turning on the ball
of the foot counts a little (real dance is not 0) and the frame rate does not matter.
"""

import numpy as np

from ..motion.motion import Motion
from .derivatives import stride
from .metric_score import Score

# Metres above the floor within which the lowest point of a sole is taken to stand.
STANDING_HEIGHT = 0.04


def foot_contact_scores(motion: Motion) -> dict[str, Score]:
    """Scores "skating" and "slip" (cm/s), "penetration" and "float" (cm) of a motion.

    Slip needs contacts; without them it is NaN, as it is when no contact lasts a thirtieth of a
    second.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    from ..motion.body import soles

    points = soles(motion)
    flat = points.reshape(len(motion), -1, 3)
    return {
        "skating": _skating(flat, motion),
        "slip": _slip(points, motion),
        "penetration": Score.mean(penetration_of(flat[..., 2]), "cm", "the clip is empty"),
        "float": Score.mean(float_of(flat[..., 2]), "cm", "the clip is empty"),
    }


def _skating(points: np.ndarray, motion: Motion) -> Score:
    if _too_short(motion):
        return Score.none("cm/s", _TOO_SHORT)
    frames = skating_of(points, motion.fps)
    return Score.mean(frames, "cm/s", "no sole comes near the floor")


def _slip(points: np.ndarray, motion: Motion) -> Score:
    if motion.contacts is None or _too_short(motion):
        reason = _TOO_SHORT if _too_short(motion) else "contacts are not marked"
        return Score.none("cm/s", reason)
    return Score.mean(slip_of(points, motion.contacts, motion.fps), "cm/s", "no contact is on")


_TOO_SHORT = "the clip is shorter than a thirtieth of a second"


def _too_short(motion: Motion) -> bool:
    return len(motion) <= stride(motion.fps)


def skating_of(
    soles: np.ndarray, fps: float, standing_height: float = STANDING_HEIGHT
) -> np.ndarray:
    """Planar speed in cm/s (T - stride,) of the lowest sole point, NaN where it does not stand.

    Args:
        soles: (T, P, 3) positions of all sole points of both feet, metres.
        standing_height: metres above the floor within which it stands.
    """
    speed, height = speed_and_height(soles, fps)
    lowest = height.argmin(-1)[:, None]
    speed, height = (np.take_along_axis(v, lowest, -1)[:, 0] for v in (speed, height))
    return np.where(height < standing_height, 100 * speed, np.nan)


def slip_of(soles: np.ndarray, contacts: np.ndarray, fps: float) -> np.ndarray:
    """Planar speed in cm/s (T - stride, 4) of each region's lowest point, NaN without contact.

    Args:
        soles: (T, 4, K, 3) sole points by region, metres.
        contacts: (T, 4) in [0, 1]; on means above 0.5 at both ends of the step.
    """
    step = stride(fps)
    speed, height = speed_and_height(soles, fps)
    speed = np.take_along_axis(speed, height.argmin(-1)[..., None], -1)[..., 0]
    on = (contacts[:-step] > 0.5) & (contacts[step:] > 0.5)
    return np.where(on, 100 * speed, np.nan)


def speed_and_height(points: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Planar speed (m/s) and mean height (m), both (T - stride, ...), of points (T, ..., 3)."""
    step = stride(fps)
    points = np.asarray(points, np.float64)
    way = np.linalg.norm(points[step:, ..., :2] - points[:-step, ..., :2], axis=-1)
    height = 0.5 * (points[step:, ..., 2] + points[:-step, ..., 2])
    return way * (fps / step), height


def penetration_of(heights: np.ndarray) -> np.ndarray:
    """Depth in cm (T,) of the lowest sole point below the floor; 0 above it.

    Args:
        heights: (T, P) of sole points, metres.
    """
    return 100 * np.maximum(0.0, -heights.min(-1))


def float_of(heights: np.ndarray) -> np.ndarray:
    """Height in cm (T,) of the lowest sole point above the floor, jumps too; 0 below it.

    Args:
        heights: (T, P) of sole points, metres.
    """
    return 100 * np.maximum(0.0, heights.min(-1))
