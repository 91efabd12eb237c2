"""Writing BVH as Blender, MotionBuilder, Unity and Unreal expect it: centimetres, y up, Z X Y
rotations.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..basics.whole_files import writing
from ..geometry.rotations import euler_from_matrix, matrix_from_quat
from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, Skeleton
from .axes import z_to_y_up

_CM = 100.0
_TOE = 0.005  # metres: sole corners this near the foremost one are the toe
_BLOCK = 2048


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes ``motion`` as BVH on its own skeleton; contacts and meta have no place in the format
    and are left out.

    The root's OFFSET is zero and its position channels hold its place in the world, so that no
    reader can add one to the other. Joints called ``<parent>_end`` that never turn become End
    Sites; other leaves get one of reasonable length, the house body's feet the tip of their soles:
    no toe stands in the floor that the mesh stands on.

    Raises:
        FootlightsError: the place cannot be written.
    """
    ends = _ends(motion)
    with (
        writing(Path(path)) as temporary,
        open(temporary, "w", encoding="utf-8", newline="\n") as handle,
    ):
        handle.write("HIERARCHY\n")
        handle.writelines(line + "\n" for line in _tree(motion.skeleton, ends))
        handle.write(f"MOTION\nFrames: {len(motion)}\nFrame Time: {1 / motion.fps!r}\n")
        handle.writelines(_frames(motion, _order(motion.skeleton, ends)))


def _ends(motion: Motion) -> set[int]:
    """Joints that an End Site can stand for: leaves called after their parent that are its only
    child and never turn.
    """
    names, parents = motion.skeleton.names, motion.skeleton.parents
    only = [
        j for j, p in enumerate(parents) if p >= 0 and parents.count(p) == 1 and j not in parents
    ]
    named = [j for j in only if names[j] == f"{names[parents[j]]}_end"]
    return {j for j in named if not np.abs(motion.rotations[:, j, 1:]).max() > 1e-6}


def _order(skeleton: Skeleton, ends: set[int]) -> list[int]:
    """Joints with channels, depth first, as they stand in the HIERARCHY part."""
    order, waiting = [], [0]
    while waiting:
        joint = waiting.pop()
        order.append(joint)
        waiting += [
            j
            for j in range(len(skeleton) - 1, 0, -1)
            if skeleton.parents[j] == joint and j not in ends
        ]
    return order


def _tree(skeleton: Skeleton, ends: set[int]) -> Iterator[str]:
    """The lines of the HIERARCHY part."""
    offsets = z_to_y_up(skeleton.offsets.astype(np.float64)) * _CM
    offsets[0] = 0
    toes = _toes(skeleton)
    depth = [0] * len(skeleton)
    open_joints: list[int] = []
    for joint in _order(skeleton, ends):
        while open_joints and open_joints[-1] != skeleton.parents[joint]:
            yield "\t" * depth[open_joints.pop()] + "}"
        depth[joint] = len(open_joints)
        tabs = "\t" * depth[joint]
        open_joints.append(joint)
        yield f"{tabs}{'JOINT' if joint else 'ROOT'} {_name(skeleton.names[joint])}"
        yield f"{tabs}{{"
        yield f"{tabs}\tOFFSET {_numbers(offsets[joint])}"
        place = "6 Xposition Yposition Zposition" if not joint else "3"
        yield f"{tabs}\tCHANNELS {place} Zrotation Xrotation Yrotation"
        children = [j for j, p in enumerate(skeleton.parents) if p == joint]
        if not set(children) - ends:
            end = offsets[children[0]] if children else toes.get(joint, _tip(offsets[joint]))
            yield from (
                f"{tabs}\tEnd Site",
                f"{tabs}\t{{",
                f"{tabs}\t\tOFFSET {_numbers(end)}",
                f"{tabs}\t}}",
            )
    while open_joints:
        yield "\t" * depth[open_joints.pop()] + "}"


def _toes(skeleton: Skeleton) -> dict[int, np.ndarray]:
    """Where the soles of the house body end in front, from their joints, in the file's
    centimetres; no one else's.
    """
    if skeleton != SMPL24:
        return {}
    body = Body.load()
    corners = {
        joint: body.sole_points[part]
        for part, joint in enumerate(body.sole_joints)
        if joint not in skeleton.parents
    }
    front = {
        joint: points[points[:, 1] < points[:, 1].min() + _TOE] for joint, points in corners.items()
    }
    return {
        joint: z_to_y_up(points.mean(0).astype(np.float64)) * _CM for joint, points in front.items()
    }


def _tip(offset: np.ndarray) -> np.ndarray:
    """Where a leaf ends: onwards in its own direction, 3 to 15 cm."""
    length = np.linalg.norm(offset)
    direction = offset / length if length > 1e-6 else np.array([0.0, 1.0, 0.0])
    return direction * np.clip(0.7 * length, 3.0, 15.0)


def _name(name: str) -> str:
    """A name that cannot be taken for the file's own braces and lines."""
    return re.sub(r"[{}\s]+", " ", name).strip() or "joint"


def _numbers(values: np.ndarray) -> str:
    return " ".join(f"{v + 0.0:.6f}" for v in values)


def _frames(motion: Motion, order: list[int]) -> Iterator[str]:
    """One line a frame: the root's place, then Z X Y angles in degrees that never jump by a whole
    turn.
    """
    line = " ".join(["%.6f"] * (3 + 3 * len(order))) + "\n"
    last: np.ndarray | None = None
    for start in range(0, len(motion), _BLOCK):
        part = slice(start, start + _BLOCK)
        turns = motion.rotations[part][:, order].astype(np.float64)
        y_up = np.concatenate([turns[..., :1], z_to_y_up(turns[..., 1:])], axis=-1)
        angles = np.rad2deg(euler_from_matrix("zxy", matrix_from_quat(y_up))).reshape(
            len(turns), -1
        )
        joined = angles if last is None else np.concatenate([last, angles])
        joined = np.unwrap(joined, period=360.0, axis=0)
        last = joined[-1:]
        places = z_to_y_up(motion.root[part].astype(np.float64)) * _CM
        values = np.concatenate([places, joined[-len(turns) :]], axis=1) + 0.0
        yield from (line % tuple(row) for row in values.tolist())
