"""A pose of links and hinges in compiled loops: forward kinematics, and steps in place."""

from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled
from ..geometry.rotations import matrix_from_quat
from ..motion.hinge_tree import HingeTree

_LONGEST_STEP = 0.4  # radians: beyond, the straight line that a step follows means nothing


class Links(NamedTuple):
    """A `HingeTree` for compiled loops, rotations as matrices.

    ``hinges`` (H,) are the links that have one, ``hinge_of`` (J,) is the number of a link's hinge
    or -1, and ``moves`` (J, H) says which hinges stand between the root and a link.
    """

    parents: np.ndarray
    offsets: np.ndarray
    rest_rotations: np.ndarray
    axes: np.ndarray
    limits: np.ndarray
    hinges: np.ndarray
    hinge_of: np.ndarray
    moves: np.ndarray


class Pose(NamedTuple):
    """A pose, changed in place: world positions, rotations, hinge axes of J links; H angles."""

    positions: np.ndarray
    rotations: np.ndarray
    hinge_axes: np.ndarray
    angles: np.ndarray


def compiled_links(tree: HingeTree) -> Links:
    """``tree`` for compiled loops."""
    parents, hinges = np.array(tree.skeleton.parents, np.int64), tree.hinged_links
    hinge_of = np.full(len(parents), -1, np.int64)
    hinge_of[hinges] = np.arange(len(hinges))

    # A parent stands before its children: each link is moved by what moves its parent.
    moves = np.zeros((len(parents), len(hinges)), np.bool_)
    for link, parent in enumerate(parents):
        if parent >= 0:
            moves[link] = moves[parent]
        if hinge_of[link] >= 0:
            moves[link, hinge_of[link]] = True

    return Links(
        parents,
        tree.skeleton.offsets.astype(np.float64),
        matrix_from_quat(tree.rest_rotations),
        tree.axes.astype(np.float64),
        tree.limits.astype(np.float64),
        hinges,
        hinge_of,
        moves,
    )


@compiled
def new_pose(links):  # type: ignore[no-untyped-def]
    """Room for a pose, all hinges at 0."""
    count = len(links.parents)
    return Pose(
        np.empty((count, 3)),
        np.empty((count, 3, 3)),
        np.empty((count, 3)),
        np.zeros(len(links.hinges)),
    )


@compiled
def reset(links, pose, root, root_rotation):  # type: ignore[no-untyped-def]
    """The pose becomes that of a given root with all hinges at 0, or as near as their limits."""
    for h in range(len(links.hinges)):
        pose.angles[h] = min(max(0.0, links.limits[h, 0]), links.limits[h, 1])
    pose.positions[0], pose.rotations[0] = root, root_rotation


@compiled
def forward_kinematics(links, pose):  # type: ignore[no-untyped-def]
    """World positions, rotations and hinge axes of all links below the root, by the angles."""
    local = np.empty((3, 3))
    for j in range(1, len(links.parents)):
        parent, hinge = links.parents[j], links.hinge_of[j]
        angle = pose.angles[hinge] if hinge >= 0 else 0.0
        _rotate(links.axes[j], angle, links.rest_rotations[j], False, local)

        above = pose.rotations[parent]
        for i in range(3):
            pose.positions[j, i] = pose.positions[parent, i]
            for k in range(3):
                pose.positions[j, i] += above[i, k] * links.offsets[j, k]
                pose.rotations[j, i, k] = (
                    above[i, 0] * local[0, k]
                    + above[i, 1] * local[1, k]
                    + above[i, 2] * local[2, k]
                )
        for i in range(3):
            pose.hinge_axes[j, i] = (
                pose.rotations[j, i, 0] * links.axes[j, 0]
                + pose.rotations[j, i, 1] * links.axes[j, 1]
                + pose.rotations[j, i, 2] * links.axes[j, 2]
            )


@compiled
def take_step(links, pose, step):  # type: ignore[no-untyped-def]
    """Changes the pose by a step, shortened where it is too long; the largest angle in it, rad."""
    longest = _LONGEST_STEP
    for a in range(3, len(step)):
        longest = max(longest, abs(step[a]))
    for a in range(len(step)):
        step[a] *= _LONGEST_STEP / longest

    largest = np.sqrt(step[3] ** 2 + step[4] ** 2 + step[5] ** 2)
    axis, rotated = np.empty(3), np.empty((3, 3))
    for i in range(3):
        pose.positions[0, i] += step[i]
        axis[i] = step[3 + i] / max(largest, 1e-12)
    _rotate(axis, largest, pose.rotations[0], True, rotated)
    pose.rotations[0] = rotated

    for h in range(len(links.hinges)):
        angle = min(max(pose.angles[h] + step[6 + h], links.limits[h, 0]), links.limits[h, 1])
        largest = max(largest, abs(angle - pose.angles[h]))
        pose.angles[h] = angle
    return largest


@compiled
def _rotate(axis, angle, matrix, left, out):  # type: ignore[no-untyped-def]
    """``out`` becomes ``matrix`` with a rotation about a unit axis on its left or on its right.

    Rodrigues' formula.
    """
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = axis[0], axis[1], axis[2]
    rotation = (
        (c + x * x * (1 - c), x * y * (1 - c) - z * s, x * z * (1 - c) + y * s),
        (y * x * (1 - c) + z * s, c + y * y * (1 - c), y * z * (1 - c) - x * s),
        (z * x * (1 - c) - y * s, z * y * (1 - c) + x * s, c + z * z * (1 - c)),
    )
    for i in range(3):
        for j in range(3):
            out[i, j] = 0.0
            for k in range(3):
                out[i, j] += (
                    rotation[i][k] * matrix[k, j] if left else matrix[i, k] * rotation[k][j]
                )
