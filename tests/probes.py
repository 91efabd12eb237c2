"""PhyMotion's probes on PhyMotion's humanoid, as motions and a humanoid of ours, turned z up."""

import dataclasses
import functools
import json
from pathlib import Path

import numpy as np

from footlights.geometry.rotations import matrix_from_quat, quat_about, quat_from_matrix, quat_mul
from footlights.motion.motion import Motion
from footlights.motion.skeleton import Skeleton
from footlights.physics.humanoid import Humanoid
from footlights.physics.published.hinged import Hinged
from footlights.physics.published.phymotion_humanoid import humanoid_of

GOLDEN = Path(__file__).parent / "golden"
_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # its segments' axes have y up, ours z


@functools.cache
def native() -> Humanoid:
    """The published body in its own axes, from its table of numbers."""
    return humanoid_of(json.loads((GOLDEN / "phymotion_humanoid.json").read_text()))


@functools.cache
def humanoid() -> Humanoid:
    """The published body in our axes, with our torque limits.

    Its feet stand on their lowest corners: a box has others, that our soles do not have.
    """
    body = native()
    points = body.contact_points @ _UP.T
    keep = np.ones(len(points), bool)
    for joint in body.foot_boxes:
        mine = body.contact_joints == joint
        keep[mine] = points[mine, 2] < points[mine, 2].mean()

    return dataclasses.replace(
        body,
        skeleton=Skeleton(body.skeleton.names, body.skeleton.parents, body.offsets @ _UP.T),
        offsets=body.offsets @ _UP.T,
        centres=body.centres @ _UP.T,
        inertias=_UP @ body.inertias @ _UP.T,
        torque_limits=Humanoid.of().torque_limits,
        contact_points=points[keep],
        contact_joints=body.contact_joints[keep],
        on_sole=body.on_sole[keep],
        capsule_ends=body.capsule_ends @ _UP.T,
    )


@functools.cache
def probe(name: str) -> Motion:
    """One of PhyMotion's probe motions."""
    with np.load(GOLDEN / "physics_probes.npz") as file:
        number = file["names"].tolist().index(name)
        return motion_of(file[name].astype(np.float64), float(file["fps"][number]))


def motion_of(qpos: np.ndarray, fps: float) -> Motion:
    """A trajectory (T, 76) of the published humanoid as a motion on `humanoid`."""
    order = Hinged(native()).order
    local = np.empty((len(qpos), len(order), 3, 3))
    local[:, 0] = matrix_from_quat(qpos[:, 3:7]) @ _UP.T
    for k, joint in enumerate(order[1:]):
        x, y, z = qpos[:, 7 + 3 * k : 10 + 3 * k].T
        turn = quat_mul(quat_mul(quat_about("x", x), quat_about("y", y)), quat_about("z", z))
        local[:, joint] = _UP @ matrix_from_quat(turn) @ _UP.T
    return Motion(qpos[:, :3], quat_from_matrix(local), fps, humanoid().skeleton)
