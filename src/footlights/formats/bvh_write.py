"""Writing BVH as Blender, MotionBuilder, Unity and Unreal expect it: centimetres, y up, Z X Y."""

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
from .axes import quats_to_y_up, z_to_y_up

_CM = 100.0  # in a metre
_TOE = 0.005  # metres: sole corners this near the foremost one are the toe
_TIP_SHARE, _SHORTEST_TIP, _LONGEST_TIP = 0.7, 3.0, 15.0  # of the bone before it; centimetres
_STILL = 1e-6  # of a quaternion's vector: a joint that turns no more never turns
_BLOCK = 2048  # frames made into text at once


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes ``motion`` as BVH on its own skeleton; contacts and meta have no place in the format.

    The root's OFFSET is zero and its position channels hold its place in the world, so that no
    reader can add one to the other. Joints called ``<parent>_end`` that never turn become End
    Sites; other leaves get one of reasonable length, the house body's feet the tip of their soles:
    no toe stands in the floor that the mesh stands on.

    Raises:
        FootlightsError: the file cannot be written there.
    """
    ends = _end_sites(motion)
    with (
        writing(Path(path)) as temporary,
        open(temporary, "w", encoding="utf-8", newline="\n") as handle,
    ):
        handle.write("HIERARCHY\n")
        handle.writelines(line + "\n" for line in _hierarchy(motion.skeleton, ends))
        handle.write(f"MOTION\nFrames: {len(motion)}\nFrame Time: {1 / motion.fps!r}\n")
        handle.writelines(_rows(motion, _channel_order(motion.skeleton, ends)))


def _end_sites(motion: Motion) -> set[int]:
    """Joints that an End Site can stand for.

    Leaves called after their parent that are its only child and never turn.
    """
    names, parents = motion.skeleton.names, motion.skeleton.parents
    only_leaves = [
        j for j, p in enumerate(parents) if p >= 0 and parents.count(p) == 1 and j not in parents
    ]
    by_name = [j for j in only_leaves if names[j] == f"{names[parents[j]]}_end"]
    return {j for j in by_name if not np.abs(motion.rotations[:, j, 1:]).max() > _STILL}


def _channel_order(skeleton: Skeleton, ends: set[int]) -> list[int]:
    """Joints with channels, depth first, as they stand in the HIERARCHY part."""
    order, waiting = [], [0]
    while waiting:
        joint = waiting.pop()
        order.append(joint)
        # Backwards, as the last one that waits comes next.
        waiting += [
            j
            for j in range(len(skeleton) - 1, 0, -1)
            if skeleton.parents[j] == joint and j not in ends
        ]
    return order


def _hierarchy(skeleton: Skeleton, ends: set[int]) -> Iterator[str]:
    """The lines of the HIERARCHY part."""
    offsets = z_to_y_up(skeleton.offsets.astype(np.float64)) * _CM
    offsets[0] = 0
    toes = _toe_tips(skeleton)
    depth = [0] * len(skeleton)
    open_joints: list[int] = []
    for joint in _channel_order(skeleton, ends):
        while open_joints and open_joints[-1] != skeleton.parents[joint]:
            yield "\t" * depth[open_joints.pop()] + "}"
        depth[joint] = len(open_joints)
        tabs = "\t" * depth[joint]
        open_joints.append(joint)

        yield f"{tabs}{'JOINT' if joint else 'ROOT'} {_safe_name(skeleton.names[joint])}"
        yield f"{tabs}{{"
        yield f"{tabs}\tOFFSET {_numbers(offsets[joint])}"
        count_and_positions = "3" if joint else "6 Xposition Yposition Zposition"
        yield f"{tabs}\tCHANNELS {count_and_positions} Zrotation Xrotation Yrotation"

        children = [j for j, p in enumerate(skeleton.parents) if p == joint]
        if not set(children) - ends:
            end = offsets[children[0]] if children else toes.get(joint, _tip(offsets[joint]))
            yield f"{tabs}\tEnd Site"
            yield f"{tabs}\t{{"
            yield f"{tabs}\t\tOFFSET {_numbers(end)}"
            yield f"{tabs}\t}}"
    while open_joints:
        yield "\t" * depth[open_joints.pop()] + "}"


def _toe_tips(skeleton: Skeleton) -> dict[int, np.ndarray]:
    """Where the house body's soles end in front, from their joints, in the file's centimetres.

    Of no other body, whose soles are not known.
    """
    if skeleton != SMPL24:
        return {}
    body = Body.load()
    tips = {}
    for part, joint in enumerate(body.sole_joints):
        if joint in skeleton.parents:  # an ankle, whose sole is the heel
            continue
        corners = body.sole_points[part]
        front = corners[corners[:, 1] < corners[:, 1].min() + _TOE]
        tips[joint] = z_to_y_up(front.mean(0).astype(np.float64)) * _CM
    return tips


def _tip(offset: np.ndarray) -> np.ndarray:
    """Where a leaf ends: onwards in its own direction, 3 to 15 cm."""
    length = np.linalg.norm(offset)
    direction = offset / length if length > 1e-6 else np.array([0.0, 1.0, 0.0])
    return direction * np.clip(_TIP_SHARE * length, _SHORTEST_TIP, _LONGEST_TIP)


def _safe_name(name: str) -> str:
    """A name that cannot be taken for the file's own braces and lines."""
    return re.sub(r"[{}\s]+", " ", name).strip() or "joint"


def _numbers(values: np.ndarray) -> str:
    # Plus zero: no file says -0.000000.
    return " ".join(f"{value + 0.0:.6f}" for value in values)


def _rows(motion: Motion, order: list[int]) -> Iterator[str]:
    """One line a frame: the root's position, then Z X Y angles in degrees.

    Angles never jump by a whole turn, so that curves in an editor are smooth.
    """
    line = " ".join(["%.6f"] * (3 + 3 * len(order))) + "\n"
    previous: np.ndarray | None = None
    for start in range(0, len(motion), _BLOCK):
        part = slice(start, start + _BLOCK)
        y_up = quats_to_y_up(motion.rotations[part][:, order].astype(np.float64))
        radians = euler_from_matrix("zxy", matrix_from_quat(y_up))
        angles = np.rad2deg(radians).reshape(len(y_up), -1)

        # Unwrapped behind the last row of the block before, or blocks would jump at their seams.
        joined = angles if previous is None else np.concatenate([previous, angles])
        joined = np.unwrap(joined, period=360.0, axis=0)
        previous = joined[-1:]

        positions = z_to_y_up(motion.root[part].astype(np.float64)) * _CM
        values = np.concatenate([positions, joined[-len(y_up) :]], axis=1) + 0.0
        yield from (line % tuple(row) for row in values.tolist())
