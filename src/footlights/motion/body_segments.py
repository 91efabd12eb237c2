"""The flesh of each joint: volume, centre and inertia of its hull, points that can touch the
floor, and a capsule in it.
"""

from dataclasses import dataclass

import numpy as np

from .body import Body

_ALONG = {
    "hip": "knee",
    "knee": "ankle",
    "shoulder": "elbow",
    "elbow": "wrist",
}  # limbs, from this joint to that
_FEW = 4  # vertices that make a volume


@dataclass(frozen=True, eq=False)
class Segment:
    """The flesh that moves with one joint, in that joint's frame at rest; metres.

    Attributes:
        volume: m3 of the convex hull.
        centre: (3,) of that volume.
        inertia: (3, 3) of unit density about the centre, m5.
        points: (P, 3) corners of the hull, farthest in 26 directions: what may touch the floor.
        ends: (2, 3) ends of the capsule's axis; radius: of the capsule.
    """

    volume: float
    centre: np.ndarray
    inertia: np.ndarray
    points: np.ndarray
    ends: np.ndarray
    radius: float


def segments(body: Body) -> tuple[Segment, ...]:
    """The segment of every joint of ``body``: the vertices that follow it more than any other
    joint.
    """
    names, rest = body.skeleton.names, body.skeleton.rest.astype(np.float64)
    found = []
    for joint, name in enumerate(names):
        flesh = body.vertices[body.owners == joint].astype(np.float64) - rest[joint]
        side, _, part = name.rpartition("_")
        end = f"{side}_{_ALONG[part]}" if part in _ALONG else None
        found.append(_segment(flesh, None if end is None else rest[names.index(end)] - rest[joint]))
    return tuple(found)


def _segment(flesh: np.ndarray, bone: np.ndarray | None) -> Segment:
    if len(flesh) < _FEW:  # a joint that moves nothing of its own
        flesh = 0.01 * np.array(
            [[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
        )
    from scipy.spatial import ConvexHull

    hull = ConvexHull(flesh)
    corners = flesh[hull.vertices]
    volume, centre, inertia = _solid(flesh[hull.simplices], corners.mean(0))
    ends, radius = _capsule(flesh, centre, bone)
    return Segment(volume, centre, inertia, _farthest(corners), ends, radius)


def _solid(triangles: np.ndarray, inside: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Volume, centre and inertia about it, of unit density, of a convex solid (F, 3, 3) around the
    point ``inside``.
    """
    a, b, c = (triangles[:, i] - inside for i in range(3))
    parts = np.abs(np.einsum("fi,fi->f", a, np.cross(b, c))) / 6
    volume = parts.sum()
    centre = np.einsum("f,fi->i", parts, a + b + c) / (4 * volume)
    # Second moments of a tetrahedron with one corner at the origin: volume / 20 (sum of outer
    # products + that of the sum).
    together = a + b + c
    moments = sum(np.einsum("f,fi,fj->ij", parts / 20, v, v) for v in (a, b, c, together))
    moments = moments - volume * np.outer(centre, centre)
    return float(volume), inside + centre, np.trace(moments) * np.eye(3) - moments


def _farthest(corners: np.ndarray) -> np.ndarray:
    """(P, 3) of ``corners``, those that lie farthest towards the sides, edges and corners of a
    cube.
    """
    towards = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * 3), -1).reshape(-1, 3)
    towards = towards[np.abs(towards).sum(1) > 0]
    towards = towards / np.linalg.norm(towards, axis=1, keepdims=True)
    return corners[np.unique((corners @ towards.T).argmax(0))]


def _capsule(
    flesh: np.ndarray, centre: np.ndarray, bone: np.ndarray | None
) -> tuple[np.ndarray, float]:
    """Ends (2, 3) and radius of a capsule inside the flesh, along ``bone`` or the axis in which
    the flesh is widest.
    """
    spread = np.percentile(flesh, 98, axis=0) - np.percentile(flesh, 2, axis=0)
    axis = np.eye(3)[spread.argmax()] if bone is None else bone / np.linalg.norm(bone)
    away = flesh - centre
    along = away @ axis
    radius = float(np.median(np.linalg.norm(away - along[:, None] * axis, axis=1)))
    low, high = np.percentile(along, [2, 98])
    low, high = min(low + radius, (low + high) / 2), max(high - radius, (low + high) / 2)
    return centre + np.outer([low, high], axis), radius
