"""The Unitree G1 dances: any motion as angles of its hinges, feet where they were planted."""

from dataclasses import replace
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from ..formats.g1 import robot_tree
from ..motion.limbs import SIDES
from ..motion.motion import Motion
from .hinge_ik import LinkCapsules, PointTargets, solve_hinges
from .pose_transfer import retarget
from .rig import Rig

_HALF_WIDTH = 0.03  # metres from the middle of its sole to the edge
_SOLES = ("left_heel", "left_toe", "right_heel", "right_toe")
_PLANTED = 5  # times as much weighs a part of a sole while it touches


class _TargetPoint(NamedTuple):
    """A point of the robot that shall be where the unhinged body of its proportions has it.

    ``place`` is in the link's frame, metres.
    """

    link: str
    place: tuple[float, float, float]
    weight: float


# Joints where they are; the second and third points of a foot and a hand say how it is turned.
_TRUNK_POINTS = (_TargetPoint("pelvis", (0, 0, 0), 1), _TargetPoint("pelvis", (0, 0, 0.1), 1))
_SIDE_POINTS = (
    _TargetPoint("hip_pitch_link", (0, 0, 0), 1),
    _TargetPoint("knee_link", (0, 0, 0), 1),
    _TargetPoint("ankle_roll_link", (0, 0, 0), 2),
    _TargetPoint("heel", (0, 0, 0), 1),
    _TargetPoint("toe", (0, 0, 0), 1),
    _TargetPoint("toe", (0, _HALF_WIDTH, 0), 0.5),
    _TargetPoint("shoulder_pitch_link", (0, 0, 0), 1),
    _TargetPoint("elbow_link", (0, 0, 0), 1),
    _TargetPoint("wrist_yaw_link", (0, 0, 0), 1.5),
    _TargetPoint("wrist_yaw_link", (0.1, 0, 0), 0.5),
    _TargetPoint("wrist_yaw_link", (0, 0.05, 0), 0.5),
)
_POINTS = _TRUNK_POINTS + tuple(
    point._replace(link=f"{side}_{point.link}") for side, point in product(SIDES, _SIDE_POINTS)
)


class _Capsule(NamedTuple):
    """A capsule around a link, of a ``part`` of the body: ends in its frame, and radius, metres.

    Measured on the meshes of the robot's published description, on its left side.
    """

    part: str
    link: str
    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radius: float
    side: str = ""

    def on(self, side: str) -> "_Capsule":
        """The same on one side of the body; the right is the mirrored left."""
        sign = 1 if side == "left" else -1
        start, end = ((x, sign * y, z) for x, y, z in (self.start, self.end))
        return self._replace(side=side, link=f"{side}_{self.link}", start=start, end=end)


_TRUNK_CAPSULES = (
    _Capsule("trunk", "pelvis", (0, 0, -0.09), (0, 0, -0.09), 0.07),
    _Capsule("trunk", "torso_link", (0.01, 0, 0.08), (0.01, 0, 0.27), 0.095),
    _Capsule("trunk", "torso_link", (0, 0, 0.4), (0, 0, 0.43), 0.06),
)
_LIMB_CAPSULES = (
    _Capsule("upper arm", "shoulder_yaw_link", (0, 0, 0), (0.005, 0, -0.08), 0.035),
    _Capsule("arm", "elbow_link", (0, 0, -0.01), (0.1, 0, -0.01), 0.035),
    _Capsule("arm", "wrist_pitch_link", (0, 0, 0), (0.05, 0, 0), 0.034),
    _Capsule("arm", "wrist_yaw_link", (0.04, -0.01, 0), (0.13, -0.01, 0), 0.04),
    _Capsule("leg", "hip_roll_link", (0.027, 0, 0), (0.027, 0, -0.08), 0.058),
    _Capsule("leg", "hip_yaw_link", (0, 0, -0.03), (-0.075, 0, -0.18), 0.048),
    _Capsule("leg", "knee_link", (0.01, 0, -0.05), (0, 0, -0.27), 0.04),
    _Capsule("leg", "ankle_roll_link", (-0.05, 0, -0.01), (0.1, 0, -0.01), 0.03),
)
_CAPSULES = _TRUNK_CAPSULES + tuple(
    capsule.on(side) for side, capsule in product(SIDES, _LIMB_CAPSULES)
)
_KEPT_APART = ({"upper arm", "trunk"}, {"arm", "trunk"}, {"arm", "leg"})
_KEPT_APART_FROM_ITS_LIKE = ("arm", "leg")  # of the other side


def onto_robot(motion: Motion) -> Motion:
    """``motion`` on the robot's skeleton, every joint a hinge within its limits.

    That is what its csv can hold. First its body moves as that of a character with its bones would;
    then the hinges bring knees, soles, shoulders, elbows and hands as near to that as they reach,
    soles first. A motion on the robot's hinges stays as it is.

    Raises:
        FootlightsError: as `retarget`.
    """
    tree = robot_tree()
    if motion.skeleton == tree.skeleton and tree.turns_by_hinges(motion.rotations):
        return motion

    free = retarget(motion, robot_rig())
    positions, world_rotations = free.kinematics()

    links = np.array([tree.skeleton.index(point.link) for point in _POINTS])
    local_points = np.array([point.place for point in _POINTS], np.float64)
    offsets = np.einsum("tpab,pb->tpa", world_rotations[:, links], local_points)
    targets = PointTargets(links, local_points, positions[:, links] + offsets, _weights(free))

    poses = solve_hinges(tree, positions[:, 0], world_rotations[:, 0], targets, link_capsules())
    rotations = tree.rotations(poses.root_rotations, poses.angles)
    return free.replace(root=poses.root, rotations=rotations).continuous()


@cache
def robot_rig() -> Rig:
    """The robot as a character, each of its joints free to turn as the solver likes."""
    skeleton = robot_tree().skeleton
    rig = Rig.of(skeleton, floor=float(skeleton.rest[skeleton.index("left_toe"), 2]))

    # Its soles end where its heel and toe links are: corners of ours that lie outwards lie outwards
    # on them.
    sole_points = np.empty_like(rig.sole_points)
    for part, link in enumerate(_SOLES):
        joint = link.replace("toe", "foot").replace("heel", "ankle")
        rest = skeleton.rest[rig.joints[joint]].astype(np.float64)
        outwards = np.sign(rig.sole_points[part, :, 0] - rig.sole_points[part, :, 0].mean())
        aside = (_HALF_WIDTH * outwards)[:, None] * np.array([0, 1.0, 0])
        corners = skeleton.rest[skeleton.index(link)] - rest + aside
        sole_points[part] = corners @ rig.alignment[joint] / rig.size
    return replace(rig, sole_points=sole_points)


@cache
def link_capsules() -> LinkCapsules:
    """Arms kept out of trunk, legs and each other, and each leg out of the other.

    An upper arm is kept out of the trunk alone.
    """
    pairs = [
        (first, second)
        for second, one in enumerate(_CAPSULES)
        for first, other in enumerate(_CAPSULES[:second])
        if _kept_apart(one, other)
    ]
    index = robot_tree().skeleton.index
    return LinkCapsules(
        links=np.array([index(capsule.link) for capsule in _CAPSULES]),
        ends=np.array([(capsule.start, capsule.end) for capsule in _CAPSULES], np.float64),
        radii=np.array([capsule.radius for capsule in _CAPSULES]),
        pairs=np.array(pairs),
    )


def _kept_apart(one: _Capsule, other: _Capsule) -> bool:
    if one.part == other.part:
        return one.side != other.side and one.part in _KEPT_APART_FROM_ITS_LIKE
    return {one.part, other.part} in _KEPT_APART


def _weights(free: Motion) -> np.ndarray:
    """(T, P) of the points; soles weigh more while they touch, or always where that is unknown."""
    weights = np.tile(np.array([point.weight for point in _POINTS], np.float64), (len(free), 1))
    contacts = np.ones((len(free), 4)) if free.contacts is None else free.contacts
    for p, point in enumerate(_POINTS):
        if point.link in _SOLES:
            weights[:, p] *= 1 + (_PLANTED - 1) * contacts[:, _SOLES.index(point.link)]
    return weights
