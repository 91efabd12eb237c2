"""PhyMotion's probes on PhyMotion's humanoid, as motions and a humanoid of ours: golden/physics_probes.npz, turned z up."""

import functools
import json
from pathlib import Path

import numpy as np

from footlights.motion import Motion
from footlights.physics.humanoid import Humanoid
from footlights.rotations import matrix_from_quat, quat_about, quat_from_matrix, quat_mul
from footlights.skeleton import SMPL_NAMES, Skeleton

GOLDEN = Path(__file__).parent / "golden"
_NAMES = (
    "Pelvis", "L_Hip", "R_Hip", "Torso", "L_Knee", "R_Knee", "Spine", "L_Ankle", "R_Ankle", "Chest", "L_Toe", "R_Toe", "Neck",
    "L_Thorax", "R_Thorax", "Head", "L_Shoulder", "R_Shoulder", "L_Elbow", "R_Elbow", "L_Wrist", "R_Wrist", "L_Hand", "R_Hand",
)  # fmt: skip
_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # its segments' axes have y up, ours z
_SPHERE, _CAPSULE, _BOX = 2, 3, 6


@functools.cache
def humanoid() -> Humanoid:
    """The published body, from its table of numbers, with our strengths."""
    table = json.loads((GOLDEN / "phymotion_humanoid.json").read_text())
    bodies = {body["name"]: body for body in table["bodies"]}
    geoms = {geom["body"]: geom for geom in table["geoms"]}
    parents = [-1, *(_NAMES.index(bodies[name]["parent"]) for name in _NAMES[1:])]
    offsets = [np.zeros(3), *(_UP @ bodies[name]["pos"] for name in _NAMES[1:])]
    inertias = []
    for name in _NAMES:
        turn = _UP @ matrix_from_quat(np.array(bodies[name]["iquat"]))
        inertias.append(turn @ np.diag(bodies[name]["inertia"]) @ turn.T)
    shapes = [_shape(geoms[name], _sole(name)) for name in _NAMES]
    points = [points for points, *_ in shapes]
    return Humanoid(
        skeleton=Skeleton(SMPL_NAMES, tuple(parents), np.array(offsets)),
        masses=np.array([bodies[name]["mass"] for name in _NAMES]),
        centres=np.array([_UP @ bodies[name]["ipos"] for name in _NAMES]),
        inertias=np.array(inertias),
        strengths=Humanoid.of().strengths,
        points=np.concatenate(points),
        point_joints=np.repeat(np.arange(24), [len(p) for p in points]),
        soles=np.repeat([_sole(name) for name in _NAMES], [len(p) for p in points]),
        capsule_ends=np.array([ends for _, ends, _ in shapes]),
        capsule_radii=np.array([radius for *_, radius in shapes]),
        boxes={joint: (points[joint].min(0), points[joint].max(0)) for joint in range(24) if _sole(_NAMES[joint])},
    )


def _sole(name: str) -> bool:
    return name.endswith(("Ankle", "Toe"))


def _shape(geom: dict, sole: bool) -> tuple[np.ndarray, np.ndarray, float]:
    """Points that can touch the floor, a capsule's ends and its radius."""
    size, at, turn = np.array(geom["size"]), np.array(geom["pos"]), matrix_from_quat(np.array(geom["quat"]))
    if geom["type"] == _BOX:
        corners = (at + size * (np.stack(np.meshgrid(*[[-1, 1]] * 3), -1).reshape(-1, 3))) @ _UP.T
        lowest = corners[corners[:, 2] < corners[:, 2].mean()] if sole else corners
        return lowest, np.repeat([_UP @ at], 2, axis=0), float(size.min())
    ends = np.array([at - turn[:, 2] * size[1], at + turn[:, 2] * size[1]]) @ _UP.T
    around = size[0] * np.concatenate([np.eye(3), -np.eye(3)])
    return (ends[:, None] + around).reshape(-1, 3), ends, float(size[0])


@functools.cache
def probe(name: str) -> Motion:
    """One of PhyMotion's probe motions."""
    with np.load(GOLDEN / "physics_probes.npz") as file:
        qpos, fps = file[name].astype(np.float64), float(file["fps"][file["names"].tolist().index(name)])
    table = json.loads((GOLDEN / "phymotion_humanoid.json").read_text())
    order = [body["name"] for body in table["bodies"] if body["name"] != "world"]
    local = np.empty((len(qpos), 24, 3, 3))
    local[:, 0] = matrix_from_quat(qpos[:, 3:7]) @ _UP.T
    for k, body in enumerate(order[1:]):
        x, y, z = qpos[:, 7 + 3 * k : 10 + 3 * k].T
        turn = quat_mul(quat_mul(quat_about("x", x), quat_about("y", y)), quat_about("z", z))
        local[:, _NAMES.index(body)] = _UP @ matrix_from_quat(turn) @ _UP.T
    return Motion(qpos[:, :3], quat_from_matrix(local), fps, humanoid().skeleton)
