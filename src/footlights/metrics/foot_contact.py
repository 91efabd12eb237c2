"""How well feet stand: skating, slip, penetration and float, measured on the soles of the body.

Planar speeds are taken of one point of a sole over a thirtieth of a second, so turning on the ball
of the foot counts a little (real dance is not 0) and the frame rate does not matter.
"""

import numpy as np

from ..motion.motion import Motion
from .metric_score import Score, stride

NEAR = 0.04  # metres above the floor within which the lowest point of a sole is taken to stand


def skating_of(soles: np.ndarray, fps: float, near: float = NEAR) -> np.ndarray:
    """Planar speed in cm/s (T - stride,) of the lowest sole point, NaN where it is not within
    ``near`` metres of the floor.

    Args:
        soles: (T, P, 3) places of all sole points of both feet, metres.
    """
    speed, height = _pairs(soles, fps)
    lowest = height.argmin(-1)[:, None]
    speed, height = (np.take_along_axis(v, lowest, -1)[:, 0] for v in (speed, height))
    return np.where(height < near, speed, np.nan)


def slip_of(soles: np.ndarray, contacts: np.ndarray, fps: float) -> np.ndarray:
    """Planar speed in cm/s (T - stride, 4) of each region's lowest point, NaN where its contact is
    off.

    Args:
        soles: (T, 4, K, 3) sole points by region, metres.
        contacts: (T, 4) in [0, 1]; on means above 0.5 at both ends of the step.
    """
    step = stride(fps)
    speed, height = _pairs(soles, fps)
    speed = np.take_along_axis(speed, height.argmin(-1)[..., None], -1)[..., 0]
    on = (contacts[:-step] > 0.5) & (contacts[step:] > 0.5)
    return np.where(on, speed, np.nan)


def penetration_of(heights: np.ndarray) -> np.ndarray:
    """Depth in cm (T,) of the lowest of the sole heights (T, P), metres, below the floor; 0 above
    it.
    """
    return 100 * np.maximum(0.0, -heights.min(-1))


def float_of(heights: np.ndarray) -> np.ndarray:
    """Height in cm (T,) of the lowest of the sole heights (T, P), metres, above the floor; 0 below
    it. Jumps count.
    """
    return 100 * np.maximum(0.0, heights.min(-1))


def foot_contact_scores(motion: Motion) -> dict[str, Score]:
    """Scores "skating" and "slip" (cm/s), "penetration" and "float" (cm) of a motion on the house
    skeleton.

    Slip needs contacts; without them it is NaN, as it is when no contact lasts a thirtieth of a
    second.
    """
    from ..motion.body import soles

    points = soles(motion)
    flat = points.reshape(len(motion), -1, 3)
    short = len(motion) <= stride(motion.fps)
    why = (
        "the clip is shorter than a thirtieth of a second"
        if short
        else "no sole comes near the floor"
    )
    scores = {
        "skating": Score.mean(skating_of(flat, motion.fps), "cm/s", why)
        if not short
        else Score.none("cm/s", why)
    }
    if motion.contacts is None or short:
        scores["slip"] = Score.none("cm/s", why if short else "contacts are not marked")
    else:
        slips = slip_of(points, motion.contacts, motion.fps)
        scores["slip"] = Score.mean(slips, "cm/s", "no contact is on")
    scores["penetration"] = Score.mean(penetration_of(flat[..., 2]), "cm", "the clip is empty")
    scores["float"] = Score.mean(float_of(flat[..., 2]), "cm", "the clip is empty")
    return scores


def _pairs(points: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Planar speed (cm/s) and mean height (m), both (T - stride, ...), of points (T, ..., 3) over
    one stride.
    """
    step = stride(fps)
    points = np.asarray(points, np.float64)
    speed = (
        100
        * np.linalg.norm(points[step:, ..., :2] - points[:-step, ..., :2], axis=-1)
        * (fps / step)
    )
    return speed, 0.5 * (points[step:, ..., 2] + points[:-step, ..., 2])
