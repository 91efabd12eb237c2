"""Self-penetration: how deep the capsules of segments that should stay apart lie in each other."""

import functools

import numpy as np

from ..basics.jit import compiled
from ..geometry.capsules_in_loops import segment_distance
from .humanoid import Humanoid
from .kinematics import rotate

_NEIGHBOURS = 2  # joints apart up to which segments always touch
# Segments that touch in clean recordings of every source, up to three frames in ten: hanging arms
# rest against the ribs.
TOUCHING = frozenset({("spine2", "left_shoulder"), ("spine2", "right_shoulder")})


@functools.lru_cache(8)
def judged_pairs(humanoid: Humanoid) -> np.ndarray:
    """(N, 2) pairs of joints whose segments must not go through each other, the lower index first.

    Left out are neighbours and the next but one along the tree, segments that overlap at rest, and
    `TOUCHING`.
    """
    skeleton, radii = humanoid.skeleton, humanoid.capsule_radii
    rest = skeleton.rest.astype(np.float64)[:, None] + humanoid.capsule_ends

    pairs = []
    for a in range(len(skeleton)):
        for b in range(a + 1, len(skeleton)):
            near = skeleton.steps[a, b] <= _NEIGHBOURS
            if near or _touching(skeleton.names[a], skeleton.names[b]):
                continue
            apart = segment_distance(*rest[a], *rest[b])
            if apart > radii[a] + radii[b]:
                pairs.append((a, b))
    return np.array(pairs, np.int64)


def self_penetration(
    humanoid: Humanoid, positions: np.ndarray, world_rotations: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(T,) metres of the deepest overlap of two judged segments, 0 when all are apart, and (T,) int
    the pair in `judged_pairs`.

    Args:
        positions: (T, J, 3) of the joints; world_rotations: (T, J, 3, 3) theirs.
    """
    pairs, ends, radii = judged_pairs(humanoid), humanoid.capsule_ends, humanoid.capsule_radii
    return _deepest_overlaps(positions, world_rotations, ends, radii, pairs)


def _touching(a: str, b: str) -> bool:
    return (a, b) in TOUCHING or (b, a) in TOUCHING


@compiled
def _deepest_overlaps(positions, rotations, ends, radii, pairs):  # type: ignore[no-untyped-def]
    frames, joints = positions.shape[0], positions.shape[1]
    depths, deepest = np.zeros(frames), np.zeros(frames, np.int64)
    world, middle, reach = np.empty((joints, 2, 3)), np.empty((joints, 3)), np.empty(joints)
    for j in range(joints):
        reach[j] = radii[j] + 0.5 * np.sqrt(((ends[j, 1] - ends[j, 0]) ** 2).sum())

    for t in range(frames):
        _place_capsules(positions[t], rotations[t], ends, world, middle)
        for k in range(len(pairs)):
            a, b = pairs[k, 0], pairs[k, 1]
            # Most pairs are far apart: balls around the capsules say so sooner.
            if _distance2(middle[a], middle[b]) >= (reach[a] + reach[b]) ** 2:
                continue
            distance = segment_distance(world[a, 0], world[a, 1], world[b, 0], world[b, 1])
            depth = radii[a] + radii[b] - distance
            if depth > depths[t]:
                depths[t], deepest[t] = depth, k
    return depths, deepest


@compiled
def _place_capsules(positions, rotations, ends, world, middle):  # type: ignore[no-untyped-def]
    """Write world ends (J, 2, 3) and middles (J, 3) of the capsules into the last two."""
    for j in range(len(ends)):
        for e in range(2):
            rotate(rotations[j], ends[j, e], world[j, e])
            for i in range(3):
                world[j, e, i] += positions[j, i]
        for i in range(3):
            middle[j, i] = 0.5 * (world[j, 0, i] + world[j, 1, i])


@compiled
def _distance2(a, b):  # type: ignore[no-untyped-def]
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    return x * x + y * y + z * z
