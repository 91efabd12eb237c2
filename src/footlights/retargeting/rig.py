"""A character to be moved, and the proxy skeleton that stands for it while feet are solved.

The proxy has SMPL's 24 joints and the character's own bone lengths, in the house's T-pose: the
solver needs to know one rest pose only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.frames import mean_rotation
from ..geometry.rotations import (
    matrix_from_quat,
    normalize,
    quat_from_matrix,
    slerp,
    transpose,
)
from ..motion.body import Body
from ..motion.limbs import LEGS
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, SMPL_NAMES, SMPL_PARENTS, Skeleton, local_from_world
from .bone_calibration import Alignment, calibrate
from .joint_heuristics import find_joints
from .observed_motion import ObservedMotion, leg_length, observe, observe_rest_pose
from .proxy_pose import character_rotations

_ANKLES, _TOES = (7, 8), (10, 11)
_SOLE_NAMES = ("left_ankle", "left_foot", "right_ankle", "right_foot")

# Heights in metres of toe joints and ankles of feet that stand, of a grown person.
_STANDING_TOES, _STANDING_ANKLES = (0.005, 0.12), (0.03, 0.2)
_LOWEST_ANKLE = 0.6  # of the house's: no ankle is nearer to its sole


@dataclass(frozen=True, eq=False)
class Rig:
    """A character to be moved.

    Attributes:
        skeleton: its own J joints; all rotations zero is its rest pose.
        joints: SMPL joint name -> index of its joint.
        proxy_skeleton: 24 joints in T-pose facing -y, standing on z = 0, with its proportions, and
            legs as long as the house's.
        size: the character's length of a leg over the proxy's.
        alignment: SMPL joint name -> (3, 3) rotation of the proxy's joint while the character is
            at rest.
        sole_points: (4, K, 3) corners of heels and toes in the frames of the proxy's ankles and
            toes, as ``Body.sole_points``.
    """

    skeleton: Skeleton
    joints: dict[str, int]
    proxy_skeleton: Skeleton
    alignment: Alignment
    sole_points: np.ndarray
    size: float

    @staticmethod
    def of(
        skeleton: Skeleton,
        joints: Mapping[str, int] | None = None,
        clip: Motion | None = None,
        floor: float | None = None,
    ) -> "Rig":
        """The character with this skeleton.

        Args:
            skeleton: any humanoid whose rest pose stands on its feet (T-pose, A-pose, arms down),
                or any with a ``clip``.
            joints: SMPL joint name -> index; found by names and shape when None.
            clip: a motion on it, which tells how it stands when its rest pose is none (zero angles
                of some BVH files).
            floor: height of the floor under its rest pose, m; found when None.

        Raises:
            FootlightsError: joints are missing, legs have no length, or neither rest pose nor clip
                stands.
        """
        if skeleton == SMPL24 and joints is None:
            return house_rig()
        joints = dict(find_joints(skeleton) if joints is None else joints)

        size = leg_length(skeleton.rest.astype(np.float64), joints) / leg_length(
            SMPL24.rest, house_rig().joints
        )
        if size < 1e-3:
            raise FootlightsError("the legs of this rig have no length", "rig", "check its joints")

        rest_pose = observe_rest_pose(skeleton, joints)
        observed = rest_pose if _stands_up(rest_pose) else _standing_clip(clip, joints)
        alignment = calibrate([observed], SMPL24, rest_pose)
        alignment |= _spine_alignment(observed, alignment)

        proxy = _proxy_skeleton(skeleton, joints, alignment, size, floor)
        sole_points = _sole_points(proxy.rest.astype(np.float64))
        return Rig(skeleton, joints, proxy, alignment, sole_points, size)

    @property
    def missing_joints(self) -> frozenset[str]:
        """SMPL joints that it does not have: the proxy's turn with what carries them."""
        return frozenset(SMPL_NAMES) - self.joints.keys()

    def to_motion(self, root: np.ndarray, world_rotations: np.ndarray, source: Motion) -> Motion:
        """The proxy's motion on the character's own joints.

        Joints above the pelvis only travel; those that stand for nothing of ours keep their rest
        angle, but spine and neck bones between two of ours share their bend, and twist bones take
        their share of the twist along their limb.

        Args:
            root: (T, 3) metres of the proxy.
            world_rotations: (T, 24, 3, 3) of the proxy.
            source: the motion it was made from, whose rate, contacts and meta are kept.
        """
        world = character_rotations(self.skeleton, self.joints, self.alignment, world_rotations)
        rest, pelvis = self.skeleton.rest.astype(np.float64), self.joints["pelvis"]
        return Motion(
            self.size * root - (rest[pelvis] - rest[0]),
            quat_from_matrix(local_from_world(self.skeleton, world)),
            source.fps,
            self.skeleton,
            source.contacts,
            source.meta,
        ).continuous()

    def sole_positions(self, motion: Motion) -> np.ndarray:
        """(T, 4, K, 3) corners of heels and toes of a motion on this rig, metres in the world."""
        positions, world_rotations = motion.kinematics()
        corners = []
        for part, name in enumerate(_SOLE_NAMES):
            local = self.sole_points[part]
            if name not in self.joints:
                # Without a toe joint the toes' corners hang on the ankle.
                local = local + self.proxy_skeleton.offsets[self.proxy_skeleton.index(name)]
                name = name.replace("foot", "ankle")
            joint = self.joints[name]
            rotations = world_rotations[:, joint] @ self.alignment[name]
            offsets = self.size * np.einsum("tab,kb->tka", rotations, local)
            corners.append(positions[:, joint, None] + offsets)
        return np.stack(corners, 1)


@cache
def house_rig() -> Rig:
    """The house body as a rig that is its own proxy."""
    return Rig(
        SMPL24,
        {name: joint for joint, name in enumerate(SMPL_NAMES)},
        SMPL24,
        {name: np.eye(3) for name in SMPL_NAMES},
        Body.load().sole_points,
        1.0,
    )


def _stands_up(rest_pose: ObservedMotion) -> bool:
    """Whether a rest pose stands: trunk up, legs down, hips and shoulders apart and level."""
    legs = [rest_pose.direction(*bone)[0, 2] for leg in LEGS for bone in (leg[:2], leg[1:])]
    tilts = [abs(normalize(rest_pose.across(part))[0, 2]) for part in ("hip", "shoulder")]
    upright = normalize(rest_pose.trunk)[0, 2] > 0.85
    return bool(upright and max(legs) < -0.8 and max(tilts) < 0.3)


def _standing_clip(clip: Motion | None, joints: Mapping[str, int]) -> ObservedMotion:
    if clip is None or len(clip) < 2:
        raise FootlightsError(
            "the rest pose of this rig does not stand on its feet",
            "rig",
            "export it in T-pose or A-pose",
        )
    return observe(clip, dict(joints), SMPL24)


def _spine_alignment(observed: ObservedMotion, alignment: Alignment) -> Alignment:
    """Of the lower spine joints: while the rig stands they lie between pelvis and chest."""
    rotations = observed.world_rotations
    pelvis, chest = (
        quat_from_matrix(rotations[name] @ alignment[name]) for name in ("pelvis", "spine3")
    )
    spine = {}
    for name, share in (("spine1", 1 / 3), ("spine2", 2 / 3)):
        if name in rotations:
            ours = matrix_from_quat(slerp(pelvis, chest, np.full(len(pelvis), share)))
            spine[name] = mean_rotation(transpose(rotations[name]) @ ours, np.ones(len(ours)))
    return spine


def _proxy_skeleton(
    skeleton: Skeleton,
    joints: Mapping[str, int],
    alignment: Alignment,
    size: float,
    floor: float | None,
) -> Skeleton:
    """The character's bones over ``size`` in the frames of our joints, standing on z = 0."""
    rest = skeleton.rest.astype(np.float64) / size
    offsets = np.zeros((24, 3))

    # A bone that the character lacks has no length: its child sits on what carries it. Only feet
    # keep ours, because soles hang on them.
    carrier = dict.fromkeys(SMPL_NAMES, "pelvis")
    for j, name in enumerate(SMPL_NAMES[1:], 1):
        parent = SMPL_NAMES[SMPL_PARENTS[j]]
        carrier[name] = parent if parent in joints else carrier[parent]
        if name in joints:
            bone = rest[joints[name]] - rest[joints[carrier[name]]]
            offsets[j] = alignment[carrier[name]].T @ bone
        elif name.endswith("_foot"):
            offsets[j] = SMPL24.offsets[j]

    proxy = Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)
    feet = [name for name in ("left_foot", "right_foot") if name in joints]
    feet = feet or ["left_ankle", "right_ankle"]
    height = float(np.mean([rest[joints[name], 2] for name in feet]))
    proxy_height = proxy.rest[[proxy.index(name) for name in feet], 2]
    if floor is None:
        offsets[0, 2] = -_proxy_floor(proxy, feet, height)
    else:
        offsets[0, 2] = height - floor / size - float(np.mean(proxy_height))
    return Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)


def _proxy_floor(proxy: Skeleton, feet: list[str], height: float) -> float:
    """Height of the floor below a proxy whose ``feet`` stand ``height`` above z = 0 in their file.

    A file made with care stands on z = 0, soles of any thickness included. Where it cannot (z = 0
    at the hips, or deep below), the floor is as far below the toe joints as below ours, or as near
    as the ankles allow.
    """
    low, high = _STANDING_TOES if feet[0].endswith("_foot") else _STANDING_ANKLES
    if low < height < high:
        return float(proxy.rest[[proxy.index(name) for name in feet], 2].mean()) - height

    ankle, toe = proxy.rest[[list(_ANKLES), list(_TOES)], 2].mean(1)
    our_ankle, our_toe = SMPL24.rest[[list(_ANKLES), list(_TOES)], 2].mean(1)
    return float(min(toe - our_toe, ankle - _LOWEST_ANKLE * our_ankle))


def _sole_points(rest: np.ndarray) -> np.ndarray:
    """The house's soles (4, K, 3), as long as the feet of a proxy at ``rest`` (24, 3), on z = 0."""
    body, ours = Body.load(), SMPL24.rest.astype(np.float64)
    points = body.sole_points.astype(np.float64)
    for part, joint in enumerate(body.sole_joints):
        ankle, toe = _ANKLES[part // 2], _TOES[part // 2]
        length, our_length = (
            np.linalg.norm((positions[toe] - positions[ankle])[:2]) for positions in (rest, ours)
        )
        points[part, :, 1] *= length / our_length
        points[part, :, 2] += ours[joint, 2] - rest[joint, 2]
    return points
