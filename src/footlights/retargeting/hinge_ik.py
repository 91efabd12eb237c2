"""Inverse kinematics of hinges: angles within limits that bring points near to their goals."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled
from ..geometry.rotations import quat_from_matrix
from ..motion.hinge_tree import HingeTree
from .hinge_equations import (
    Capsules,
    NormalEquations,
    Points,
    add_capsules,
    add_points,
    damp,
    solve_positive_definite,
)
from .hinge_pose import compiled_links, forward_kinematics, new_pose, reset, take_step

_RESTART_COST = 0.05  # weighted m2 of error in a frame from which on a fresh start is tried
_FIRST_STEPS, _STEPS = 60, 12  # for the first frame, which starts from nothing, and for every other
_SMALLEST_STEP = 1e-5  # radians: it ends the search


@dataclass(frozen=True, eq=False)
class PointTargets:
    """P points, each fixed in the frame of a link, and where they shall be in T frames.

    Attributes:
        links: (P,) the link of each point.
        local_points: (P, 3) metres, in the link's frame.
        goals: (T, P, 3) metres, in the world.
        weights: (T, P) of a metre between point and goal.
    """

    links: np.ndarray
    local_points: np.ndarray
    goals: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, eq=False)
class LinkCapsules:
    """C capsules around links, and which of them are kept out of each other.

    Attributes:
        links: (C,) the link of each capsule.
        ends: (C, 2, 3) of its axis, metres in the link's frame.
        radii: (C,) metres.
        pairs: (N, 2) numbers of capsules.
    """

    links: np.ndarray
    ends: np.ndarray
    radii: np.ndarray
    pairs: np.ndarray


NO_CAPSULES = LinkCapsules(
    np.zeros(0, np.int64), np.zeros((0, 2, 3)), np.zeros(0), np.zeros((0, 2), np.int64)
)


class HingePoses(NamedTuple):
    """Root positions (T, 3) in metres, root quaternions (T, 4), and angles (T, H) in radians."""

    root: np.ndarray
    root_rotations: np.ndarray
    angles: np.ndarray


def solve_hinges(
    tree: HingeTree,
    root: np.ndarray,
    root_rotations: np.ndarray,
    targets: PointTargets,
    capsules: LinkCapsules = NO_CAPSULES,
) -> HingePoses:
    """The poses within the hinges' limits whose points are nearest to their goals.

    Damped Gauss-Newton steps on the weighted squared distances, frame after frame from where the
    last one ended; a hinge at its limit that would turn on is left out. What is found is a local
    minimum: where two ways are equally good, as for an arm that could leave a trunk on either side,
    the last bits of a number decide between them, and other processors may decide otherwise.

    Args:
        tree: J links and H hinges.
        root, root_rotations: (T, 3) metres and (T, 3, 3), where the search for each frame begins.
        targets: what is brought near to what.
        capsules: what of the links must not be in each other.
    """
    # Loops are compiled for one type and layout of arrays.
    links = compiled_links(tree)
    points = Points(
        targets.links.astype(np.int64),
        np.ascontiguousarray(targets.local_points, np.float64),
        np.ascontiguousarray(targets.goals, np.float64),
        np.ascontiguousarray(targets.weights, np.float64),
    )

    start = _Start(
        np.ascontiguousarray(root, np.float64), np.ascontiguousarray(root_rotations, np.float64)
    )

    kept_apart = Capsules(
        capsules.links.astype(np.int64),
        np.ascontiguousarray(capsules.ends, np.float64),
        np.ascontiguousarray(capsules.radii, np.float64),
        capsules.pairs.astype(np.int64),
    )

    positions, matrices, angles = _solve_frames(links, points, start, kept_apart)
    return HingePoses(positions, quat_from_matrix(matrices), angles)


class _Start(NamedTuple):
    """Where the search for each frame begins: root positions (T, 3), rotations (T, 3, 3)."""

    root: np.ndarray
    root_rotations: np.ndarray


@compiled
def _solve_frames(links, points, start, capsules):  # type: ignore[no-untyped-def]
    frames, count = len(points.goals), len(links.hinges)
    root, root_rotations = np.empty((frames, 3)), np.empty((frames, 3, 3))
    angles = np.empty((frames, count))

    pose, fresh = new_pose(links), new_pose(links)
    for t in range(frames):
        now = Points(points.links, points.local_points, points.goals[t], points.weights[t])
        if t == 0:
            reset(links, pose, start.root[t], start.root_rotations[t])
            _search(links, now, capsules, pose, True)
        else:
            for i in range(3):
                pose.positions[0, i] = (
                    pose.positions[0, i] + start.root[t, i] - start.root[t - 1, i]
                )
            cost = _search(links, now, capsules, pose, False)

            # Hinges may be wound up against their limits on the wrong side of a goal, from where
            # no small step leads back.
            if not cost < _RESTART_COST:
                reset(links, fresh, start.root[t], start.root_rotations[t])
                if _search(links, now, capsules, fresh, True) < cost / 2:
                    pose.angles[:] = fresh.angles
                    pose.positions[0] = fresh.positions[0]
                    pose.rotations[0] = fresh.rotations[0]

        root[t], root_rotations[t] = pose.positions[0], pose.rotations[0]
        angles[t] = pose.angles
    return root, root_rotations, angles


@compiled
def _search(links, points, capsules, pose, fresh):  # type: ignore[no-untyped-def]
    """Moves ``pose`` to a local minimum of the cost, which is returned, weighted m2."""
    size = 6 + len(links.hinges)
    system = NormalEquations(np.empty((size, size)), np.empty(size))
    before = pose.angles.copy()

    cost = 0.0
    for _ in range(_FIRST_STEPS if fresh else _STEPS):
        forward_kinematics(links, pose)
        system.matrix[:], system.vector[:] = 0.0, 0.0
        cost = add_points(links, points, pose, system)
        cost += add_capsules(links, capsules, pose, system)
        damp(links, pose, before, fresh, system)

        solve_positive_definite(system.matrix, system.vector)
        if take_step(links, pose, system.vector) < _SMALLEST_STEP:
            break
    return cost
