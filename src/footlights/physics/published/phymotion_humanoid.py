"""PhyMotion's own humanoid, rebuilt from a table of its numbers.

The table is not here: its body derives from SMPL's.
"""

from typing import Any

import numpy as np

from ...geometry.rotations import matrix_from_quat
from ...motion.anatomy import without_side
from ...motion.skeleton import SMPL_NAMES, Skeleton
from ..humanoid import Humanoid
from .hinged import TORQUE_LIMITS

# Its names for SMPL's joints, in SMPL's order.
NAMES = (
    "Pelvis", "L_Hip", "R_Hip", "Torso", "L_Knee", "R_Knee", "Spine", "L_Ankle", "R_Ankle",
    "Chest", "L_Toe", "R_Toe", "Neck", "L_Thorax", "R_Thorax", "Head", "L_Shoulder", "R_Shoulder",
    "L_Elbow", "R_Elbow", "L_Wrist", "R_Wrist", "L_Hand", "R_Hand",
)  # fmt: skip
_BOX = 6  # MuJoCo's code of a box; 3 is a capsule along z, 2 a sphere


def humanoid_of(table: dict[str, Any]) -> Humanoid:
    """The humanoid of a table: lists "bodies" and "geoms" of dicts, as MuJoCo's compiler prints
    them, y up in every segment.
    """
    by_name = {body["name"]: body for body in table["bodies"]}
    bodies = [by_name[name] for name in NAMES]
    geoms = {geom["body"]: geom for geom in table["geoms"]}
    parents = (-1, *(NAMES.index(body["parent"]) for body in bodies[1:]))
    offsets = np.array([np.zeros(3), *(body["pos"] for body in bodies[1:])])

    points, ends, radii = zip(*(_shape(geoms[name]) for name in NAMES), strict=True)
    counts = [len(corners) for corners in points]
    on_foot = [name.endswith(("Ankle", "Toe")) for name in NAMES]
    feet = np.flatnonzero(on_foot).tolist()
    limits = [TORQUE_LIMITS.get(without_side(name), np.inf) for name in SMPL_NAMES]
    return Humanoid(
        skeleton=Skeleton(SMPL_NAMES, parents, offsets),
        offsets=offsets,
        masses=np.array([body["mass"] for body in bodies]),
        centres=np.array([body["ipos"] for body in bodies]),
        inertias=np.array([_inertia(body) for body in bodies]),
        torque_limits=np.repeat(np.array(limits)[:, None], 3, axis=1),
        contact_points=np.concatenate(points),
        contact_joints=np.repeat(np.arange(len(NAMES)), counts),
        on_sole=np.repeat(on_foot, counts),
        capsule_ends=np.array(ends),
        capsule_radii=np.array(radii),
        foot_boxes={joint: (points[joint].min(0), points[joint].max(0)) for joint in feet},
    )


def _inertia(body: dict[str, Any]) -> np.ndarray:
    """(3, 3) in the segment's axes, of principal moments in their own."""
    axes = matrix_from_quat(np.array(body["iquat"]))
    return axes @ np.diag(body["inertia"]) @ axes.T


def _shape(geom: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, float]:
    """Points of a shape that can touch a floor, the ends of a capsule in it, and its radius."""
    size, centre = np.array(geom["size"]), np.array(geom["pos"])
    rotation = matrix_from_quat(np.array(geom["quat"]))
    if geom["type"] == _BOX:
        signs = np.stack(np.meshgrid(*[[-1, 1]] * 3), -1).reshape(-1, 3)
        return centre + size * signs @ rotation.T, np.array([centre, centre]), float(size.min())

    half = rotation[:, 2] * size[1]
    ends = np.array([centre - half, centre + half])
    around = size[0] * np.concatenate([np.eye(3), -np.eye(3)])
    return (ends[:, None] + around).reshape(-1, 3), ends, float(size[0])
