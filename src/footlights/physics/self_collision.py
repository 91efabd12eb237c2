"""Does a body go through itself: how deep the capsules of segments that should stay apart lie in
each other.
"""

import functools

import numpy as np

from ..basics.jit import compiled
from ..geometry.capsules import segment_distance
from .humanoid import Humanoid

_NEAR = 2  # joints apart from which segments are judged: neighbours always touch
# Segments that touch in clean recordings of every source, up to three frames in ten: hanging arms
# rest against the ribs.
TOUCHING = frozenset({("spine2", "left_shoulder"), ("spine2", "right_shoulder")})


@functools.lru_cache(8)
def judged_pairs(humanoid: Humanoid) -> np.ndarray:
    """(N, 2) pairs of joints whose segments must not go through each other, the lower index first.

    Left out are neighbours and the next but one along the tree, segments that overlap at rest, and
    `TOUCHING`.
    """
    rest = humanoid.skeleton.rest.astype(np.float64)[:, None] + humanoid.capsule_ends
    count = len(humanoid.skeleton)
    far = humanoid.skeleton.steps > _NEAR
    found = []
    for a in range(count):
        for b in range(a + 1, count):
            apart = segment_distance(rest[a, 0], rest[a, 1], rest[b, 0], rest[b, 1])
            free = apart > humanoid.capsule_radii[a] + humanoid.capsule_radii[b]
            if (
                far[a, b]
                and free
                and not _soft(humanoid.skeleton.names[a], humanoid.skeleton.names[b])
            ):
                found.append((a, b))
    return np.array(found, np.int64)


def _soft(a: str, b: str) -> bool:
    return (a, b) in TOUCHING or (b, a) in TOUCHING


def self_depths(
    humanoid: Humanoid, places: np.ndarray, turns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(T,) metres of the deepest overlap of two judged segments, 0 when all are apart, and (T,) int
    the pair in `judged_pairs`.

    Args:
        places, turns: (T, J, 3) and (T, J, 3, 3) of the joints.
    """
    pairs = judged_pairs(humanoid)
    return _deepest(places, turns, humanoid.capsule_ends, humanoid.capsule_radii, pairs)


@compiled
def _deepest(places, turns, ends, radii, pairs):  # type: ignore[no-untyped-def]
    frames, joints = places.shape[0], places.shape[1]
    depths, which = np.zeros(frames), np.zeros(frames, np.int64)
    world, middle, reach = np.empty((joints, 2, 3)), np.empty((joints, 3)), np.empty(joints)
    for j in range(joints):
        reach[j] = radii[j] + 0.5 * np.sqrt(((ends[j, 1] - ends[j, 0]) ** 2).sum())
    for t in range(frames):
        for j in range(joints):
            for e in range(2):
                for i in range(3):
                    world[j, e, i] = places[t, j, i] + (
                        turns[t, j, i, 0] * ends[j, e, 0]
                        + turns[t, j, i, 1] * ends[j, e, 1]
                        + turns[t, j, i, 2] * ends[j, e, 2]
                    )
            for i in range(3):
                middle[j, i] = 0.5 * (world[j, 0, i] + world[j, 1, i])
        for k in range(len(pairs)):
            a, b = pairs[k, 0], pairs[k, 1]
            dx, dy, dz = (
                middle[a, 0] - middle[b, 0],
                middle[a, 1] - middle[b, 1],
                middle[a, 2] - middle[b, 2],
            )
            if dx * dx + dy * dy + dz * dz < (reach[a] + reach[b]) ** 2:
                depth = (
                    radii[a]
                    + radii[b]
                    - segment_distance(world[a, 0], world[a, 1], world[b, 0], world[b, 1])
                )
                if depth > depths[t]:
                    depths[t], which[t] = depth, k
    return depths, which
