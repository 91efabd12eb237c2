"""How thick a closed mesh overlaps itself, by rays from its buried vertices."""

import numpy as np

from ..basics.jit import compiled
from .triangle_intersection import boxes, grid, in_whole

_TILT = np.array(
    [1.3e-4, 2.1e-4, 1.7e-4]
)  # turns rays off planes of symmetry, where they would graze edges
_MOST = 64  # crossings of one ray that are kept


def overlap_thickness(
    vertices: np.ndarray,
    faces: np.ndarray,
    seeds: np.ndarray,
    around: tuple[np.ndarray, np.ndarray],
) -> float:
    """Metres: the thickest overlap of a closed mesh with itself, met straight inwards from buried
    vertices.

    A vertex is buried when the mesh winds twice or more around the place just inside it; from there
    inwards the overlap ends where it winds less than twice. Looked for from the ``seeds`` (N,) on,
    over buried neighbours. 0 when no vertex is buried: the overlap is finer than the mesh.

    Args:
        vertices: (V, 3) metres; faces: (F, 3) int32, counter-clockwise seen from outside.
        around: start (V + 1,) and members of the neighbours of each vertex, as `neighbours` gives
            them.
    """
    whole, corners, unit = in_whole(vertices, faces)
    return unit * float(
        _thickest(
            whole, corners, np.asarray(seeds, np.int32), *around, *grid(whole, corners), _TILT
        )
    )


def neighbours(faces: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Start (``count`` + 1,) and members of a list of the vertices that share an edge with each
    vertex.
    """
    ends = np.concatenate([faces[:, [a, b]] for a in range(3) for b in range(3) if a != b])
    ends = np.unique(ends, axis=0)
    start = np.searchsorted(ends[:, 0], np.arange(count + 1))
    return start.astype(np.int32), np.ascontiguousarray(ends[:, 1], np.int32)


@compiled
def _thickest(whole, faces, seeds, around, members_around, side, shape, start, members, tilt):  # type: ignore[no-untyped-def]
    """Units: the largest of `_thickness` over the seeds and all buried vertices next to buried
    ones.
    """
    inward = _inward(whole, faces)
    seen = np.zeros(len(whole), np.bool_)
    queue, filled, thickest = np.empty(len(whole), np.int32), 0, 0.0
    for v in seeds:
        if not seen[v]:
            seen[v] = True
            queue[filled] = v
            filled += 1
    at = 0
    while at < filled:
        v = queue[at]
        at += 1
        thickness = _thickness(whole, faces, v, inward[v] + tilt, side, shape, start, members)
        thickest = max(thickest, thickness)
        if thickness > 0:
            for k in range(around[v], around[v + 1]):
                if not seen[members_around[k]]:
                    seen[members_around[k]] = True
                    queue[filled] = members_around[k]
                    filled += 1
    return thickest


@compiled
def _inward(whole, faces):  # type: ignore[no-untyped-def]
    """(V, 3) unit vectors into the mesh at each vertex."""
    _, _, normal = boxes(whole, faces)
    inward = np.zeros((len(whole), 3))
    for f in range(len(faces)):
        for v in faces[f]:
            for k in range(3):
                inward[v, k] -= normal[f, k]
    for v in range(len(inward)):
        inward[v] /= max(np.sqrt((inward[v] ** 2).sum()), 1e-30)
    return inward


@compiled
def _thickness(whole, faces, v, way, side, shape, start, members):  # type: ignore[no-untyped-def]
    """Units along ``way`` from vertex v until the mesh winds less than twice; 0 where it never
    did.
    """
    origin = whole[v].astype(np.float64)
    cell, step, following = whole[v] // side, np.zeros(3, np.int64), np.full(3, np.inf)
    for k in range(3):
        if way[k] != 0:
            step[k] = 1 if way[k] > 0 else -1
            following[k] = ((cell[k] + (step[k] > 0)) * side - origin[k]) / way[k]
    at, signs = np.empty(_MOST), np.empty(_MOST, np.int64)
    count, now = 0, 0.0
    while cell.min() >= 0 and (cell < shape).all() and count < _MOST:
        axis = np.argmin(following)
        place = (cell[0] * shape[1] + cell[1]) * shape[2] + cell[2]
        for i in range(start[place], start[place + 1]):
            face = faces[members[i]]
            if count == _MOST or face[0] == v or face[1] == v or face[2] == v:
                continue
            t, sign = _met(origin, way, whole, face)
            if sign != 0 and now <= t < following[axis]:
                at[count], signs[count] = t, sign
                count += 1
        now = following[axis]
        cell[axis] += step[axis]
        following[axis] = ((cell[axis] + (step[axis] > 0)) * side - origin[axis]) / way[axis]
    winds = signs[:count].sum()
    if winds < 2:
        return 0.0
    for i in np.argsort(at[:count]):
        winds -= signs[i]
        if winds < 2:
            return at[i]
    return 0.0


@compiled
def _met(o, way, whole, face):  # type: ignore[no-untyped-def]
    """Where along the ray it meets the triangle, and 1 when it leaves there, -1 when it enters, 0
    when it does not meet.
    """
    a, b, c = face[0], face[1], face[2]
    ux, uy, uz = whole[b, 0] - whole[a, 0], whole[b, 1] - whole[a, 1], whole[b, 2] - whole[a, 2]
    vx, vy, vz = whole[c, 0] - whole[a, 0], whole[c, 1] - whole[a, 1], whole[c, 2] - whole[a, 2]
    sx, sy, sz = o[0] - whole[a, 0], o[1] - whole[a, 1], o[2] - whole[a, 2]
    px, py, pz = way[1] * vz - way[2] * vy, way[2] * vx - way[0] * vz, way[0] * vy - way[1] * vx
    det = ux * px + uy * py + uz * pz
    if det == 0:
        return 0.0, 0
    x = (sx * px + sy * py + sz * pz) / det
    qx, qy, qz = sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux
    y = (way[0] * qx + way[1] * qy + way[2] * qz) / det
    if x < 0 or y < 0 or x + y > 1:
        return 0.0, 0
    return (vx * qx + vy * qy + vz * qz) / det, 1 if det < 0 else -1
