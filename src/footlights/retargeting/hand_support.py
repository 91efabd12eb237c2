"""Hands that lean on the floor stay where they lean: arms are bent so that wrists rest."""

import numpy as np

from ..geometry.signals import moving_maximum, runs, smoothed
from ..geometry.two_bone_ik import bend_limb
from ..motion.limbs import ARMS, HINGE_AXES
from ..motion.skeleton import Skeleton, forward_kinematics, local_from_world
from .observed_motion import ObservedMotion

# A wrist leans below the first and is free above the second.
_LOW, _HIGH = 0.10, 0.17  # metres over the floor, of a grown person
_SLOW, _FAST = 0.2, 0.45  # m/s
_SOFT = 0.1  # seconds over which a hand is taken and let go


def hand_support_weights(observed: ObservedMotion) -> dict[str, np.ndarray]:
    """(T,) for each wrist there is, 1 while it leans on the floor z = 0, soft in and out."""
    weights = {}
    for arm in ARMS:
        wrist = observed.positions.get(arm.end)
        if wrist is not None and len(wrist) > 2:
            speed = np.linalg.norm(np.gradient(wrist, 1 / observed.fps, axis=0), axis=-1)
            low = np.clip((_HIGH - wrist[:, 2]) / (_HIGH - _LOW), 0, 1)
            slow = np.clip((_FAST - speed) / (_FAST - _SLOW), 0, 1)
            weights[arm.end] = _softened(low * slow, max(1, round(_SOFT * observed.fps)))
    return weights


def support_hands(
    observed: ObservedMotion,
    root: np.ndarray,
    world_rotations: np.ndarray,
    skeleton: Skeleton,
    floor: float,
) -> np.ndarray:
    """World rotations (T, 24, 3, 3) with the arms bent so that leaning wrists rest as theirs do.

    They are as high over the floor as theirs, and move as theirs. While a hand leans it keeps one
    place: where our wrist is in that time on average. Hands keep their direction in the world.

    Args:
        observed: the source at our size; its floor is z = 0.
        root: (T, 3) of our skeleton, metres.
        world_rotations: (T, 24, 3, 3) of our skeleton.
        skeleton: ours, with SMPL's joints.
        floor: height of our floor, metres.
    """
    supported = world_rotations.copy()
    weights = hand_support_weights(observed)
    for arm in ARMS:
        weight = weights.get(arm.end, np.zeros(len(root)))
        if not weight.any():
            continue

        positions, _ = forward_kinematics(skeleton, root, local_from_world(skeleton, supported))
        shoulder, elbow, wrist = (skeleton.index(name) for name in arm)
        ours = positions[:, wrist]
        goal = _resting_place(observed.positions[arm.end], ours, weight, floor)
        target = ours + weight[:, None] * (goal - ours)
        hinge = HINGE_AXES[arm.middle]
        bend_limb(supported, positions, (shoulder, elbow, wrist), hinge, target)
    return supported


def _resting_place(
    theirs: np.ndarray, ours: np.ndarray, weight: np.ndarray, floor: float
) -> np.ndarray:
    """(T, 3) their wrist's path, moved aside as a whole, each time it leans, to where ours is."""
    goal = theirs + np.array([0, 0, floor])
    for start, end in runs(weight > 0):
        share = weight[start:end, None] / weight[start:end].sum()
        goal[start:end, :2] += (share * (ours - theirs)[start:end, :2]).sum(axis=0)
    return goal


def _softened(weight: np.ndarray, reach: int) -> np.ndarray:
    """A weight (T,) that begins earlier and ends later by ``reach`` frames, and has no steps."""
    # The most nearby, averaged over the same reach, is 1 through all of the time that was 1.
    soft = smoothed(moving_maximum(weight, reach), np.ones(2 * reach + 1))
    return np.where(weight.any(), np.clip(soft, 0, 1), 0.0)
