"""Hands that lean on the floor stay where they lean: arms of a retargeted clip bent so that wrists
move as the dancer's do.
"""

import numpy as np

from ..geometry.signals import moving_maximum, runs, smoothed
from ..geometry.two_bone_ik import reach
from ..motion.skeleton import Skeleton, forward_kinematics, local_from_world
from .bone_calibration import HINGES, LIMBS, Seen

_LOW, _HIGH = (
    0.10,
    0.17,
)  # metres of a wrist over the floor: leans below, is free above; of a grown person
_SLOW, _FAST = 0.2, 0.45  # m/s: leans below, is free above
_SOFT = 0.1  # seconds over which a hand is taken and let go


def leaning(seen: Seen) -> dict[str, np.ndarray]:
    """(T,) for each wrist that is seen, 1 while it leans on the floor z = 0, soft in and out."""
    found = {}
    for name in ("left_wrist", "right_wrist"):
        place = seen.places.get(name)
        if place is not None and len(place) > 2:
            speed = np.linalg.norm(np.gradient(place, 1 / seen.fps, axis=0), axis=-1)
            low = np.clip((_HIGH - place[:, 2]) / (_HIGH - _LOW), 0, 1)
            slow = np.clip((_FAST - speed) / (_FAST - _SLOW), 0, 1)
            found[name] = _softened(low * slow, max(1, round(_SOFT * seen.fps)))
    return found


def lean(
    seen: Seen, root: np.ndarray, turns: np.ndarray, skeleton: Skeleton, floor: float
) -> np.ndarray:
    """World turns (T, 24, 3, 3) with the arms bent so that leaning wrists are as high over the
    floor, and move, as theirs.

    A spell of leaning keeps one place: where our wrist is in it on average. Hands keep their
    direction in the world.

    Args:
        root: (T, 3) of our skeleton; floor: height of ours. Theirs is z = 0.
    """
    turns = turns.copy()
    for names in LIMBS[2:]:
        weight = leaning(seen).get(names[2], np.zeros(len(root)))
        if not weight.any():
            continue
        places, _ = forward_kinematics(skeleton, root, local_from_world(skeleton, turns))
        shoulder, elbow, wrist = (skeleton.index(name) for name in names)
        goal = _goal(seen.places[names[2]], places[:, wrist], weight, floor)
        here = places[:, wrist]
        reach(
            turns,
            places,
            (shoulder, elbow, wrist),
            HINGES[names[1]],
            here + weight[:, None] * (goal - here),
        )
    return turns


def _goal(theirs: np.ndarray, ours: np.ndarray, weight: np.ndarray, floor: float) -> np.ndarray:
    """(T, 3): their places, each spell of leaning moved as a whole to where ours is in it, at
    their height over the floor.
    """
    goal = theirs + np.array([0, 0, floor])
    for start, end in runs(weight > 0):
        share = weight[start:end, None] / weight[start:end].sum()
        goal[start:end, :2] += (share * (ours - theirs)[start:end, :2]).sum(axis=0)
    return goal


def _softened(weight: np.ndarray, reach: int) -> np.ndarray:
    """The most of the weight nearby, averaged over the same reach: it is 1 through all of a firm
    spell, and no step.
    """
    soft = smoothed(moving_maximum(weight, reach), np.ones(2 * reach + 1))
    return np.where(weight.any(), np.clip(soft, 0, 1), 0.0)
