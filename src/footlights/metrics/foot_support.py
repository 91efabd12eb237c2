"""Is the body held up by its feet: published contact and ground scores, and two that a planted
foot or a jump cannot win.
"""

import numpy as np

from ..geometry.signals import runs
from ..motion.body_segments import joint_mass_shares
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES
from ..motion.world import GRAVITY
from .array_checks import joint_places
from .metric_score import Score, stride

_ANKLES_AND_TOES = ((7, 10), (8, 11))
# body weights: harder than any landing over a tenth of a second; a fault of the recording counts no
# more
_PULLED = 3.0
_BEARS = 0.025  # metres above the floor within which a sole can bear weight
_OFF = 0.04  # metres above the floor from which no sole is taken to touch it
_SLIPPING = 0.5  # m/s at which a sole bears nothing
_LYING = 0.15  # metres: another joint as low as this may lie on the floor
_JUMP = -0.4 * GRAVITY  # m/s2: a body whose centre falls faster than this flies


def pfc_edge(positions: np.ndarray) -> float:
    """Published physical foot contact score: 10000 times the mean of `pfc_edge_frames`.

    Less is "better"; NaN when still.
    """
    frames = pfc_edge_frames(positions)
    return float(10_000 * frames.mean()) if len(frames) else float("nan")


def pfc_edge_frames(positions: np.ndarray) -> np.ndarray:
    """(T - 2,) steps in metres of the slower part of each foot, multiplied, times pelvis
    acceleration over its own maximum.

    Args:
        positions: (T, 24, 3) metres, z up, 30 frames a second taken for granted (Tseng et al. 2023,
            EDGE).
    """
    place = joint_places(positions, 24)
    if len(place) < 3:
        return np.zeros(0)
    pull = np.diff(place[:, 0], n=2, axis=0) * 900
    pull[:, 2] = np.maximum(pull[:, 2], 0)
    size = np.linalg.norm(pull, axis=-1)
    steps = np.linalg.norm(np.diff(place[1:, :, :2], axis=0), axis=-1)
    left, right = (steps[:, list(foot)].min(axis=1) for foot in _ANKLES_AND_TOES)
    with np.errstate(invalid="ignore"):
        return left * right * size / size.max()


def ground_s2s(positions: np.ndarray) -> tuple[float, float, float]:
    """Skeleton2Stage's ground height (m), and metres summed over frames below it and, beyond 5 cm,
    above it.

    The ground is the mean of the lowest joint of positions (T, 24, 3), z up: hovering is not seen,
    a jump lifts the ground and everything else sinks. Its table divides sums over all clips by
    24000, however many frames there are.
    """
    ground, below, above = ground_frames_s2s(positions)
    return ground, float(below.sum()), float(above.sum())


def ground_frames_s2s(positions: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """The same frame by frame: ground height (m), metres below it and above it (T,)."""
    lowest = joint_places(positions)[..., 2].min(axis=1)
    ground = float(lowest.mean())
    return (
        ground,
        np.maximum(0, ground - lowest),
        np.where(lowest > ground + 0.05, lowest - ground, 0.0),
    )


def ground_reward_s2s(positions: np.ndarray) -> np.ndarray:
    """(T,) Skeleton2Stage's reward in (1, 2]: 1 + exp(-100 d2), d metres from the mean lowest
    joint of the clip.
    """
    lowest = joint_places(positions)[..., 2].min(axis=1)
    return 1 + np.exp(-100 * (lowest - lowest.mean()) ** 2)


def centre_of_mass(positions: np.ndarray) -> np.ndarray:
    """(T, 3) metres, of joints (T, 24, 3) in the order of SMPL with the house body's masses."""
    return np.einsum("tjc,j->tc", joint_places(positions, 24), joint_mass_shares())


def acceleration_of(centre: np.ndarray, fps: float) -> np.ndarray:
    """(T, 3) m/s2 of a place (T, 3), second differences over a fifteenth of a second, the ends
    held; NaN in shorter clips.
    """
    half = 2 * stride(fps)
    if len(centre) <= 2 * half:
        return np.full((len(centre), 3), np.nan)
    bent = (centre[2 * half :] - 2 * centre[half:-half] + centre[: -2 * half]) * (fps / half) ** 2
    return np.pad(bent, ((half, half), (0, 0)), "edge")


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
    need = (
        np.linalg.norm(acceleration_of(centre, fps) + np.array([0, 0, GRAVITY]), axis=-1) / GRAVITY
    )
    need = np.minimum(0.5 * (need[step:] + need[:-step]), _PULLED)
    height, slip = _standing(np.asarray(soles, np.float64), fps)
    near = height < _BEARS
    lost = np.where(near, np.minimum(slip / _SLIPPING, 1), 0).sum(axis=1) / np.maximum(
        near.sum(axis=1), 1
    )
    lying = ~near.any(axis=1) & (np.minimum(lowest[step:], lowest[:-step]) < _LYING)
    return np.where(lying, np.nan, need * np.where(near.any(axis=1), lost, 1.0))


def foot_ground_deviation_of(heights: np.ndarray, centre: np.ndarray, fps: float) -> np.ndarray:
    """(T,) cm between the lowest sole point and the floor, below or above it; NaN while the body
    flies.

    A spell in which no sole is nearer than 4 cm is a flight when its median vertical acceleration
    is below -0.4 g.

    Args:
        heights: (T, P) sole heights, metres above the floor; centre: (T, 3) centre of mass.
    """
    lowest = np.asarray(heights, np.float64).min(axis=1)
    climb = acceleration_of(centre, fps)[:, 2]
    away = 100 * np.abs(lowest)
    for start, end in runs(lowest > _OFF):
        if np.median(climb[start:end]) < _JUMP:
            away[start:end] = np.nan
    return away


def support(motion: Motion) -> dict[str, Score]:
    """Scores "unsupported_force" (body weights) and "foot_ground_deviation" (cm) of a motion on the house skeleton, with
    values per frame.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    from ..motion.body import soles

    points = soles(motion)
    place = motion.positions.astype(np.float64)
    centre = centre_of_mass(place)
    others = [j for j in range(len(SMPL_NAMES)) if j not in (7, 8, 10, 11)]
    sides = points.reshape(len(motion), 2, -1, 3)
    short = "the clip is shorter than a sixth of a second"
    force = unsupported_force_of(centre, sides, place[:, others, 2].min(axis=1), motion.fps)
    return {
        "unsupported_force": Score.mean(force, "body weights", short),
        "foot_ground_deviation": Score.mean(
            foot_ground_deviation_of(points[..., 2].reshape(len(motion), -1), centre, motion.fps),
            "cm",
            "it only flies",
        ),
    }


def _standing(soles: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Height (m) and planar speed (m/s), both (T - stride, F), of the lowest point of each sole
    (T, F, K, 3).
    """
    step = stride(fps)
    speed = np.linalg.norm(soles[step:, ..., :2] - soles[:-step, ..., :2], axis=-1) * (fps / step)
    height = 0.5 * (soles[step:, ..., 2] + soles[:-step, ..., 2])
    lowest = height.argmin(axis=-1)[..., None]
    return np.take_along_axis(height, lowest, -1)[..., 0], np.take_along_axis(speed, lowest, -1)[
        ..., 0
    ]
