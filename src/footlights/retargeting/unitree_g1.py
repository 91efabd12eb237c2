"""The Unitree G1 dances: any motion as angles of its hinges, within their limits, feet where they
were planted.
"""

from dataclasses import replace
from functools import cache

import numpy as np

from ..formats.g1 import robot_tree
from ..motion.motion import Motion
from .hinge_ik import LinkCapsules, PointTargets, solve_hinges
from .pose_transfer import retarget
from .rig import Rig

_WIDTH = 0.03  # metres from the middle of its sole to the edge
# Points of the robot that shall be where the unhinged body of its proportions has them: link, place
# in its frame (m), weight.
_POINTS = (
    ("pelvis", (0, 0, 0), 1), ("pelvis", (0, 0, 0.1), 1),
    *((f"{side}_{link}", place, weight) for side in ("left", "right") for link, place, weight in (
        ("hip_pitch_link", (0, 0, 0), 1), ("knee_link", (0, 0, 0), 1), ("ankle_roll_link", (0, 0, 0), 2),
        ("heel", (0, 0, 0), 1), ("toe", (0, 0, 0), 1), ("toe", (0, _WIDTH, 0), 0.5),
        ("shoulder_pitch_link", (0, 0, 0), 1), ("elbow_link", (0, 0, 0), 1), ("wrist_yaw_link", (0, 0, 0), 1.5),
        ("wrist_yaw_link", (0.1, 0, 0), 0.5), ("wrist_yaw_link", (0, 0.05, 0), 0.5),
    )),
)  # fmt: skip
# Its links as capsules, measured on the meshes of its published description: link, ends in its
# frame and radius, m.
_ARM = (
    ("shoulder_yaw_link", (0, 0, 0), (0.005, 0, -0.08), 0.035), ("elbow_link", (0, 0, -0.01), (0.1, 0, -0.01), 0.035),
    ("wrist_pitch_link", (0, 0, 0), (0.05, 0, 0), 0.034), ("wrist_yaw_link", (0.04, -0.01, 0), (0.13, -0.01, 0), 0.04),
)  # fmt: skip
_LEG = (
    ("hip_roll_link", (0.027, 0, 0), (0.027, 0, -0.08), 0.058), ("hip_yaw_link", (0, 0, -0.03), (-0.075, 0, -0.18), 0.048),
    ("knee_link", (0.01, 0, -0.05), (0, 0, -0.27), 0.04), ("ankle_roll_link", (-0.05, 0, -0.01), (0.1, 0, -0.01), 0.03),
)  # fmt: skip
_TRUNK = (
    ("pelvis", (0, 0, -0.09), (0, 0, -0.09), 0.07), ("torso_link", (0.01, 0, 0.08), (0.01, 0, 0.27), 0.095),
    ("torso_link", (0, 0, 0.4), (0, 0, 0.43), 0.06),
)  # fmt: skip
_APART = ({"upper", "trunk"}, {"arm", "trunk"}, {"arm", "leg"})
_PLANTED = 5  # times as much weighs a part of a sole while it touches
_SOLES = ("left_heel", "left_toe", "right_heel", "right_toe")


@cache
def character() -> Rig:
    """The robot as a character, each of its joints free to turn as the solver likes."""
    skeleton = robot_tree().skeleton
    rig = Rig.of(skeleton, floor=float(skeleton.rest[skeleton.index("left_toe"), 2]))
    # Its soles end where its heel and toe links are: corners of ours that lie outwards lie outwards
    # on them.
    soles = np.empty_like(rig.soles)
    for part, link in enumerate(_SOLES):
        joint = link.replace("toe", "foot").replace("heel", "ankle")
        lever = skeleton.rest[skeleton.index(link)] - skeleton.rest[rig.joints[joint]].astype(
            np.float64
        )
        across = _WIDTH * np.sign(rig.soles[part, :, 0] - rig.soles[part, :, 0].mean())
        corners = lever + across[:, None] * np.array([0, 1.0, 0])
        soles[part] = corners @ rig.fit[joint] / rig.size
    return replace(rig, soles=soles)


def onto_robot(motion: Motion) -> Motion:
    """``motion`` on the robot's skeleton, every joint a hinge within its limits: what its csv can
    hold.

    First its body moves as that of a character with its bones would; then the hinges bring knees,
    soles, shoulders, elbows and hands as near to that as they reach, soles first. A motion on the
    robot's hinges stays as it is.

    Raises:
        FootlightsError: as `retarget`.
    """
    tree = robot_tree()
    if motion.skeleton == tree.skeleton and tree.turns_by_hinges(motion.rotations):
        return motion

    free = retarget(motion, character())
    positions, world_rotations = free.kinematics()

    links = np.array([tree.skeleton.index(link) for link, *_ in _POINTS])
    local_points = np.array([point for _, point, _ in _POINTS], np.float64)
    offsets = np.einsum("tpab,pb->tpa", world_rotations[:, links], local_points)
    targets = PointTargets(links, local_points, positions[:, links] + offsets, _weights(free))

    poses = solve_hinges(tree, positions[:, 0], world_rotations[:, 0], targets, link_capsules())
    rotations = tree.rotations(poses.root_rotations, poses.angles)
    return free.replace(root=poses.root, rotations=rotations).continuous()


@cache
def link_capsules() -> LinkCapsules:
    """Arms kept out of trunk, legs and each other, and each leg out of the other; an upper arm out
    of the trunk alone.
    """
    parts = [("", "trunk", *capsule) for capsule in _TRUNK]
    for side, sign in (("left", 1), ("right", -1)):
        for limb, capsules in (("arm", _ARM), ("leg", _LEG)):
            for link, start, end, radius in capsules:
                kind = "upper" if link == "shoulder_yaw_link" else limb
                parts.append(
                    (
                        side,
                        kind,
                        f"{side}_{link}",
                        *((x, sign * y, z) for x, y, z in (start, end)),
                        radius,
                    )
                )
    pairs = [
        (a, b)
        for b, (side, kind, *_) in enumerate(parts)
        for a, (other, theirs, *_) in enumerate(parts[:b])
        if {kind, theirs} in _APART or (side != other and kind == theirs and kind in ("arm", "leg"))
    ]
    ends = np.array([part[3:5] for part in parts], np.float64)
    links = np.array([robot_tree().skeleton.index(part[2]) for part in parts])
    return LinkCapsules(links, ends, np.array([part[5] for part in parts]), np.array(pairs))


def _weights(free: Motion) -> np.ndarray:
    """(T, P) of the points, soles more while they touch, or always where it is not known when."""
    weights = np.tile(np.array([weight for *_, weight in _POINTS], np.float64), (len(free), 1))
    touch = np.ones((len(free), 4)) if free.contacts is None else free.contacts
    for p, (link, *_) in enumerate(_POINTS):
        if link in _SOLES:
            weights[:, p] *= 1 + (_PLANTED - 1) * touch[:, _SOLES.index(link)]
    return weights
