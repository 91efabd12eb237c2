"""Arms kept out of the trunk where the dancer's were, on a character of other proportions.

Bodies are capsules: the house body's, as wide as the character's hips and shoulders are apart. What
the dancer's own arms do to the dancer's own trunk is left: hands on hips stay on hips.
"""

import functools
from dataclasses import dataclass

import numpy as np

from ..geometry.capsules import closest_points
from ..geometry.rotations import normalize
from ..geometry.signals import moving_maximum, smoothed
from ..geometry.two_bone_ik import bend_limb
from ..motion.body import Body
from ..motion.body_segments import segments
from ..motion.limbs import ARMS, HINGE_AXES, SIDES
from ..motion.skeleton import SMPL24, Skeleton, forward_kinematics, local_from_world

TRUNK = ("pelvis", "spine1", "spine2", "spine3", "head")
_ALLOWED = 0.01  # metres deeper than the dancer's own that are let be
# Share of the distance from shoulder to wrist by which a wrist is moved at most: an arm still
# points as it did.
_FARTHEST = 0.2
_ROUNDS = 4
_SOFT = 0.12  # seconds over which an arm is moved aside and back
# Share of the way from elbow to wrist that a contact is taken to lie at, at least: nearer to the
# elbow the wrist cannot help.
_NEAREST_CONTACT = 0.35


@dataclass(frozen=True, eq=False)
class BodyCapsules:
    """Capsules of the 24 segments of a body.

    Attributes:
        ends: (24, 2, 3) of their axes in the frames of their joints, metres.
        radii: (24,) metres.
    """

    ends: np.ndarray
    radii: np.ndarray


@dataclass(frozen=True, eq=False)
class WorldPose:
    """Joint positions (T, 24, 3) in metres and world rotations (T, 24, 3, 3)."""

    positions: np.ndarray
    rotations: np.ndarray


def resolve_arm_collisions(
    source: WorldPose, root: np.ndarray, rotations: np.ndarray, skeleton: Skeleton, fps: float
) -> np.ndarray:
    """World rotations (T, 24, 3, 3) with arms bent out of trunk and head.

    Only where a forearm or a hand is deeper in them than the dancer's.

    Args:
        source: the dancer's, on the house skeleton.
        root: (T, 3) of the character, metres.
        rotations: (T, 24, 3, 3) world rotations of the character.
        skeleton: the character's, with SMPL's joints.
        fps: frames a second.
    """
    cleared, capsules = rotations.copy(), scaled_capsules(skeleton)
    allowed = {
        side: np.maximum(_deepest(source, house_capsules(), side)[0], 0) + _ALLOWED
        for side in SIDES
    }
    moved = {side: np.zeros((len(root), 3)) for side in SIDES}
    reach = max(1, round(_SOFT * fps))

    # An arm that is moved out of one segment may come to lie in another.
    for _ in range(_ROUNDS):
        positions, _ = forward_kinematics(skeleton, root, local_from_world(skeleton, cleared))
        for arm in ARMS:
            depth, way_out = _deepest(WorldPose(positions, cleared), capsules, arm.side)
            excess = np.maximum(depth - allowed[arm.side], 0)
            if not (excess > 1e-4).any():
                continue

            shoulder, elbow, wrist = (skeleton.index(name) for name in arm)
            aside = _softened(excess[:, None] * way_out, reach)
            whole_arm = positions[:, shoulder] - positions[:, wrist]
            aside = _still_allowed(moved[arm.side], aside, whole_arm)
            moved[arm.side] += aside

            target = positions[:, wrist] + aside
            hinge = HINGE_AXES[arm.middle]
            bend_limb(cleared, positions, (shoulder, elbow, wrist), hinge, target)
    return cleared


def arm_penetration(pose: WorldPose, capsules: BodyCapsules) -> np.ndarray:
    """(T,) metres by which a forearm or hand is in trunk or head at most; negative while apart."""
    return np.maximum(*(_deepest(pose, capsules, side)[0] for side in SIDES))


@functools.cache
def house_capsules() -> BodyCapsules:
    """The house body's."""
    parts = segments(Body.load())
    return BodyCapsules(
        np.stack([part.ends for part in parts]), np.array([part.radius for part in parts])
    )


def scaled_capsules(skeleton: Skeleton) -> BodyCapsules:
    """The house body's on a skeleton of SMPL's joints: as wide as it, as long as its bones."""
    ours = house_capsules()
    width = float(
        np.mean([_across(skeleton, part) / _across(SMPL24, part) for part in ("hip", "shoulder")])
    )

    ends = ours.ends.copy()
    for joint, name in enumerate(SMPL24.names):
        child = next((c for c, p in enumerate(SMPL24.parents) if p == joint), None)
        length = 1.0
        if child is not None:
            length = _bone_length(skeleton, child) / _bone_length(SMPL24, child)
        ends[joint] *= (width, 1.0, length) if name in TRUNK else (length,) * 3

    # A capsule is as deep as it is wide: a broader trunk is not made deeper.
    thinner = np.where([name in TRUNK for name in SMPL24.names], min(width, 1.0), 1.0)
    return BodyCapsules(ends, ours.radii * thinner)


def _deepest(pose: WorldPose, capsules: BodyCapsules, side: str) -> tuple[np.ndarray, np.ndarray]:
    """(T,) metres of the deepest overlap of a forearm and hand with the trunk, and the way out.

    The way out (T, 3) is how the wrist would have to move, per metre of depth.
    """
    names, frames = SMPL24.names, len(pose.positions)
    ends = pose.positions[:, :, None] + np.einsum("tjab,jkb->tjka", pose.rotations, capsules.ends)
    elbow, wrist = (pose.positions[:, names.index(f"{side}_{part}")] for part in ("elbow", "wrist"))
    forearm = wrist - elbow
    squared_length = np.maximum((forearm**2).sum(-1), 1e-9)

    deepest, way_out = np.full(frames, -np.inf), np.zeros((frames, 3))
    for part in ("elbow", "hand"):
        arm = names.index(f"{side}_{part}")
        for trunk in (names.index(name) for name in TRUNK):
            on_arm, on_trunk = closest_points(
                ends[:, arm, 0], ends[:, arm, 1], ends[:, trunk, 0], ends[:, trunk, 1]
            )
            gap = on_arm - on_trunk
            depth = capsules.radii[arm] + capsules.radii[trunk] - np.linalg.norm(gap, axis=-1)

            # The forearm turns about the elbow: its wrist moves farther than the contact does.
            share = ((on_arm - elbow) * forearm).sum(-1) / squared_length
            share = np.clip(share, _NEAREST_CONTACT, None)
            deeper = depth > deepest
            deepest = np.where(deeper, depth, deepest)
            way_out = np.where(deeper[:, None], normalize(gap) / share[:, None], way_out)
    return deepest, way_out


def _still_allowed(moved: np.ndarray, aside: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """As much of ``aside`` (T, 3) as may still be added to ``moved`` for an arm (T, 3)."""
    farthest = _FARTHEST * np.linalg.norm(arm, axis=-1, keepdims=True)
    whole = moved + aside
    size = np.linalg.norm(whole, axis=-1, keepdims=True)
    return whole * np.minimum(1, farthest / np.maximum(size, 1e-9)) - moved


def _softened(aside: np.ndarray, reach: int) -> np.ndarray:
    """A displacement (T, 3) begun before and ended after, nowhere shorter than it was."""
    size, window = np.linalg.norm(aside, axis=-1), np.hanning(2 * reach + 3)[1:-1]
    soft_size = np.maximum(smoothed(moving_maximum(size, reach), window), size)
    soft = smoothed(aside, window)

    somewhere = np.linalg.norm(soft, axis=-1, keepdims=True) > 1e-9
    return normalize(soft) * soft_size[:, None] * somewhere


def _across(skeleton: Skeleton, part: str) -> float:
    left, right = (skeleton.rest[skeleton.index(f"{side}_{part}")] for side in SIDES)
    return float(np.linalg.norm(left - right))


def _bone_length(skeleton: Skeleton, joint: int) -> float:
    return max(float(np.linalg.norm(skeleton.offsets[joint])), 1e-3)
