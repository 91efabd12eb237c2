"""PhyMotion's own humanoid, rebuilt from a table of its numbers.

The table is not here: its body derives from SMPL's.
"""

from typing import Any

import numpy as np

from ...geometry.rotations import matrix_from_quat
from ...motion.skeleton import SMPL_NAMES, Skeleton
from ..humanoid import Humanoid
from .hinged import LIMITS

# Its names for SMPL's joints, in SMPL's order.
NAMES = (
    "Pelvis", "L_Hip", "R_Hip", "Torso", "L_Knee", "R_Knee", "Spine", "L_Ankle", "R_Ankle", "Chest", "L_Toe", "R_Toe", "Neck",
    "L_Thorax", "R_Thorax", "Head", "L_Shoulder", "R_Shoulder", "L_Elbow", "R_Elbow", "L_Wrist", "R_Wrist", "L_Hand", "R_Hand",
)  # fmt: skip
_BOX = 6  # MuJoCo's code of a box; 3 is a capsule along z, 2 a sphere


def humanoid_of(table: dict[str, Any]) -> Humanoid:
    """The humanoid of a table: lists "bodies" and "geoms" of dicts, as MuJoCo's compiler prints
    them, y up in every segment.
    """
    bodies = {body["name"]: body for body in table["bodies"]}
    geoms = {geom["body"]: geom for geom in table["geoms"]}
    parents = (-1, *(NAMES.index(bodies[name]["parent"]) for name in NAMES[1:]))
    offsets = np.array([np.zeros(3), *(bodies[name]["pos"] for name in NAMES[1:])])
    axes = [matrix_from_quat(np.array(bodies[name]["iquat"])) for name in NAMES]
    shapes = [_shape(geoms[name]) for name in NAMES]
    counts = [len(points) for points, *_ in shapes]
    sole = [name.endswith(("Ankle", "Toe")) for name in NAMES]
    limits = [
        LIMITS.get(name.removeprefix("left_").removeprefix("right_"), np.inf) for name in SMPL_NAMES
    ]
    return Humanoid(
        skeleton=Skeleton(SMPL_NAMES, parents, offsets),
        offsets=offsets,
        masses=np.array([bodies[name]["mass"] for name in NAMES]),
        centres=np.array([bodies[name]["ipos"] for name in NAMES]),
        inertias=np.array(
            [
                a @ np.diag(bodies[name]["inertia"]) @ a.T
                for name, a in zip(NAMES, axes, strict=True)
            ]
        ),
        strengths=np.repeat(np.array(limits)[:, None], 3, axis=1),
        points=np.concatenate([points for points, *_ in shapes]),
        point_joints=np.repeat(np.arange(len(NAMES)), counts),
        soles=np.repeat(sole, counts),
        capsule_ends=np.array([ends for _, ends, _ in shapes]),
        capsule_radii=np.array([radius for *_, radius in shapes]),
        boxes={j: (shapes[j][0].min(0), shapes[j][0].max(0)) for j in range(len(NAMES)) if sole[j]},
    )


def _shape(geom: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, float]:
    """Points of a shape that can touch a floor, the ends of a capsule in it, and its radius."""
    size, at, turn = (
        np.array(geom["size"]),
        np.array(geom["pos"]),
        matrix_from_quat(np.array(geom["quat"])),
    )
    if geom["type"] == _BOX:
        corners = at + size * np.stack(np.meshgrid(*[[-1, 1]] * 3), -1).reshape(-1, 3) @ turn.T
        return corners, np.array([at, at]), float(size.min())
    ends = np.array([at - turn[:, 2] * size[1], at + turn[:, 2] * size[1]])
    around = size[0] * np.concatenate([np.eye(3), -np.eye(3)])
    return (ends[:, None] + around).reshape(-1, 3), ends, float(size[0])
