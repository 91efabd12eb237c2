"""Is the body held up by its feet: two scores that a planted foot or a jump cannot win."""

import numpy as np

from ..geometry.signals import runs
from ..motion.body_segments import joint_mass_shares
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES
from ..motion.world import GRAVITY
from .array_checks import checked_positions
from .derivatives import stride
from .foot_contact import speed_and_height
from .metric_score import Score

# Body weights: harder than any landing over a tenth of a second; a fault of the recording counts
# no more.
_MOST_FORCE = 3.0
_BEARING_HEIGHT = 0.025  # metres above the floor within which a sole can bear weight
_TOUCHING_HEIGHT = 0.04  # metres above the floor from which no sole is taken to touch it
_SLIPPING_SPEED = 0.5  # m/s at which a sole bears nothing
_LYING_HEIGHT = 0.15  # metres: another joint as low as this may lie on the floor
_FLIGHT = -0.4 * GRAVITY  # m/s2: a body whose centre of mass falls faster than this flies
_FOOT_JOINTS = ("left_ankle", "right_ankle", "left_foot", "right_foot")


def foot_support_scores(motion: Motion) -> dict[str, Score]:
    """Scores "unsupported_force" (body weights) and "foot_ground_deviation" (cm) of a motion.

    Both have values per frame.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    from ..motion.body import soles

    corners = soles(motion)
    sides = corners.reshape(len(motion), 2, -1, 3)
    heights = corners[..., 2].reshape(len(motion), -1)
    positions = motion.positions.astype(np.float64)
    centre = centre_of_mass(positions)
    lowest = positions[:, _other_joints(), 2].min(axis=1)

    force = unsupported_force_of(centre, sides, lowest, motion.fps)
    deviation = foot_ground_deviation_of(heights, centre, motion.fps)
    return {
        "unsupported_force": Score.mean(
            force, "body weights", "the clip is shorter than a sixth of a second"
        ),
        "foot_ground_deviation": Score.mean(deviation, "cm", "it only flies"),
    }


def _other_joints() -> list[int]:
    return [joint for joint, name in enumerate(SMPL_NAMES) if name not in _FOOT_JOINTS]


def unsupported_force_of(
    centre: np.ndarray, soles: np.ndarray, lowest: np.ndarray, fps: float
) -> np.ndarray:
    """(T - stride,) force in body weights that the motion needs and no standing sole can give.

    What moves a body against gravity must come from soles that are near the floor and do not slip.
    Each sole near the floor carries an equal part and gives less of it the faster it slips, nothing
    from 0.5 m/s; a body in the air gets nothing, and needs nothing while it falls freely. No frame
    counts more than three body weights, and none depends on another.

    Args:
        centre: (T, 3) centre of mass, metres, z up.
        soles: (T, 2, K, 3) points of the left and the right sole, metres above the floor z = 0.
        lowest: (T,) height of the lowest other joint; below 15 cm the body may lie on it, and
            frames without a sole near the floor count as NaN.
    """
    step = stride(fps)
    needed = acceleration_of(centre, fps) + np.array([0, 0, GRAVITY])
    force = np.linalg.norm(needed, axis=-1) / GRAVITY
    force = np.minimum(0.5 * (force[step:] + force[:-step]), _MOST_FORCE)

    # Of each sole its lowest point counts.
    speed, height = speed_and_height(soles, fps)
    lowest_point = height.argmin(axis=-1)[..., None]
    slip, height = (np.take_along_axis(v, lowest_point, -1)[..., 0] for v in (speed, height))

    near = height < _BEARING_HEIGHT
    standing = near.any(axis=1)
    slipping = np.where(near, np.minimum(slip / _SLIPPING_SPEED, 1), 0).sum(axis=1)
    lost = slipping / np.maximum(near.sum(axis=1), 1)

    lying = ~standing & (np.minimum(lowest[step:], lowest[:-step]) < _LYING_HEIGHT)
    return np.where(lying, np.nan, force * np.where(standing, lost, 1.0))


def foot_ground_deviation_of(heights: np.ndarray, centre: np.ndarray, fps: float) -> np.ndarray:
    """(T,) cm between the lowest sole point and the floor, below or above it.

    NaN while the body flies: a time in which no sole is nearer than 4 cm is a flight when its
    median vertical acceleration is below -0.4 g.

    Args:
        heights: (T, P) of sole points, metres above the floor.
        centre: (T, 3) centre of mass, metres.
    """
    lowest = np.asarray(heights, np.float64).min(axis=1)
    climb = acceleration_of(centre, fps)[:, 2]
    deviation = 100 * np.abs(lowest)
    for start, end in runs(lowest > _TOUCHING_HEIGHT):
        if np.median(climb[start:end]) < _FLIGHT:
            deviation[start:end] = np.nan
    return deviation


def centre_of_mass(positions: np.ndarray) -> np.ndarray:
    """(T, 3) metres, of joints (T, 24, 3) in the order of SMPL with the house body's masses."""
    return np.einsum("tjc,j->tc", checked_positions(positions, 24), joint_mass_shares())


def acceleration_of(centre: np.ndarray, fps: float) -> np.ndarray:
    """(T, 3) m/s2 of a position (T, 3): second differences over a fifteenth of a second.

    The ends are held; all is NaN in shorter clips.
    """
    half = 2 * stride(fps)
    if len(centre) <= 2 * half:
        return np.full((len(centre), 3), np.nan)
    before, now, after = centre[: -2 * half], centre[half:-half], centre[2 * half :]
    return np.pad((after - 2 * now + before) * (fps / half) ** 2, ((half, half), (0, 0)), "edge")
