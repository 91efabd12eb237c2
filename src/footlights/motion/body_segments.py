"""The segment of the body that each joint moves: mass, volume, centre and inertia of its hull,
points that can touch the floor, and a capsule in it.
"""

import functools
from dataclasses import dataclass

import numpy as np

from . import anatomy
from .body import Body

# The joint at the far end of a limb's bone, along which its capsule lies.
_BONE_END = {"hip": "knee", "knee": "ankle", "shoulder": "elbow", "elbow": "wrist"}
_LEAST_VERTICES = 4  # that have a volume
_STAND_IN = 0.01  # metres about a joint that moves no vertices of its own
_OUTLIERS = 2.0  # per cent of vertices at each end of a segment that its capsule leaves out


@dataclass(frozen=True, eq=False)
class Segment:
    """What moves with one joint, in that joint's frame at rest; metres.

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
    parts = []
    for joint, name in enumerate(names):
        vertices = body.vertices[body.owners == joint].astype(np.float64) - rest[joint]
        side, _, part = name.rpartition("_")
        end = f"{side}_{_BONE_END[part]}" if part in _BONE_END else None
        bone = None if end is None else rest[names.index(end)] - rest[joint]
        parts.append(_segment(vertices, bone))
    return tuple(parts)


def segment_masses(body: Body, parts: tuple[Segment, ...]) -> np.ndarray:
    """(J,) kg: the mesh's volume at 985 kg/m3, shared out by de Leva's (1996) segments; where a
    segment spans several joints, by the volumes of their hulls.
    """
    a, b, c = (body.vertices[body.faces[:, i]].astype(np.float64) for i in range(3))
    total = anatomy.DENSITY * np.einsum("fi,fi->", a, np.cross(b, c)) / 6

    names, volumes = body.skeleton.names, np.array([part.volume for part in parts])
    masses: np.ndarray = np.zeros(len(names))
    for share, joints in anatomy.SEGMENTS.values():
        for side in ("left_", "right_"):
            # Trunk and head are one, named whole; the second side gives them the same again.
            sided = joints if any(name in names for name in joints) else [side + j for j in joints]
            here = [names.index(name) for name in sided if name in names]
            masses[here] = share * volumes[here] / volumes[here].sum()
    masses = total * masses / masses.sum()
    return masses


@functools.cache
def joint_mass_shares() -> np.ndarray:
    """(24,) shares of the house body's mass as points at its joints: what a body weighs of which
    nothing is known but its joints.

    Each segment hangs on both ends of the bone nearest to its centre, so that its centre stays.
    """
    body = Body.load()
    parts, parents = segments(body), body.skeleton.parents
    masses = segment_masses(body, parts)

    shares: np.ndarray = np.zeros(len(parents))
    for joint, part in enumerate(parts):
        # Distance from the centre, share along the bone, and the joint at its other end.
        bones = [(float(np.linalg.norm(part.centre)), 0.0, joint)]
        for child in np.flatnonzero(np.array(parents) == joint):
            bone = body.skeleton.offsets[child].astype(np.float64)
            along = float(np.clip(part.centre @ bone / (bone @ bone), 0, 1))
            bones.append((float(np.linalg.norm(part.centre - along * bone)), along, int(child)))
        _, along, end = min(bones)
        shares[joint] += masses[joint] * (1 - along)
        shares[end] += masses[joint] * along
    shares = shares / shares.sum()
    return shares


def _segment(vertices: np.ndarray, bone: np.ndarray | None) -> Segment:
    if len(vertices) < _LEAST_VERTICES:
        octahedron = [[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
        vertices = _STAND_IN * np.array(octahedron)
    from scipy.spatial import ConvexHull

    hull = ConvexHull(vertices)
    corners = vertices[hull.vertices]
    volume, centre, inertia = _solid(vertices[hull.simplices], corners.mean(0))
    ends, radius = _capsule(vertices, centre, bone)
    return Segment(volume, centre, inertia, _farthest(corners), ends, radius)


def _solid(triangles: np.ndarray, inside: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Volume, centre and inertia about it, of unit density, of a convex solid (F, 3, 3) around the
    point ``inside``.
    """
    a, b, c = (triangles[:, i] - inside for i in range(3))
    volumes = np.abs(np.einsum("fi,fi->f", a, np.cross(b, c))) / 6
    volume = volumes.sum()
    total = a + b + c
    centre = np.einsum("f,fi->i", volumes, total) / (4 * volume)

    # Second moments of a tetrahedron with one corner at the origin: volume / 20 (sum of outer
    # products + that of the sum).
    moments = sum(np.einsum("f,fi,fj->ij", volumes / 20, v, v) for v in (a, b, c, total))
    moments = moments - volume * np.outer(centre, centre)
    return float(volume), inside + centre, np.trace(moments) * np.eye(3) - moments


def _farthest(corners: np.ndarray) -> np.ndarray:
    """(P, 3) of ``corners``, those that lie farthest towards the sides, edges and corners of a
    cube.
    """
    directions = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * 3), -1).reshape(-1, 3)
    directions = directions[np.abs(directions).sum(1) > 0]
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    farthest: np.ndarray = corners[np.unique((corners @ directions.T).argmax(0))]
    return farthest


def _capsule(
    vertices: np.ndarray, centre: np.ndarray, bone: np.ndarray | None
) -> tuple[np.ndarray, float]:
    """Ends (2, 3) and radius of a capsule inside the vertices, along ``bone`` or the axis in which
    they spread widest.
    """
    low, high = np.percentile(vertices, [_OUTLIERS, 100 - _OUTLIERS], axis=0)
    axis = np.eye(3)[(high - low).argmax()] if bone is None else bone / np.linalg.norm(bone)

    offsets = vertices - centre
    along = offsets @ axis
    radius = float(np.median(np.linalg.norm(offsets - along[:, None] * axis, axis=1)))

    # The caps lie inside the segment; one shorter than it is wide becomes a ball.
    first, last = np.percentile(along, [_OUTLIERS, 100 - _OUTLIERS])
    middle = (first + last) / 2
    first, last = min(first + radius, middle), max(last - radius, middle)
    return centre + np.outer([first, last], axis), radius
