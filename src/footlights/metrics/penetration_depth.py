"""How thick a closed mesh overlaps itself, by rays from its buried vertices."""

from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled
from .face_grid import face_boxes, grid_of, in_whole_numbers

# Turns rays off planes of symmetry, where they would graze edges.
_TILT = np.array([1.3e-4, 2.1e-4, 1.7e-4])
_MOST_CROSSINGS = 64  # of one ray that are kept


class Neighbours(NamedTuple):
    """The vertices that share an edge with each vertex.

    Attributes:
        start: (V + 1,) where each vertex's neighbours begin in ``members``.
        members: neighbours, vertex after vertex.
    """

    start: np.ndarray
    members: np.ndarray


def overlap_thickness(
    vertices: np.ndarray, faces: np.ndarray, seeds: np.ndarray, neighbours: Neighbours
) -> float:
    """Metres: the thickest overlap of a closed mesh with itself, 0 when no vertex is buried.

    A vertex is buried when the mesh winds twice or more around the point just inside it; from
    there straight inwards the overlap ends where it winds less than twice. An overlap that swallows
    no vertex is finer than the mesh and reads 0.

    Args:
        vertices: (V, 3) metres.
        faces: (F, 3) int32, counter-clockwise seen from outside.
        seeds: (N,) vertices to begin with; from there over buried neighbours.
        neighbours: from `neighbours_of`.
    """
    mesh, unit = in_whole_numbers(vertices, faces)
    seeds = np.asarray(seeds, np.int32)
    return unit * float(_thickest(mesh, grid_of(mesh), seeds, neighbours, _TILT))


def neighbours_of(faces: np.ndarray, count: int) -> Neighbours:
    """The neighbours of ``count`` vertices over the edges of faces (F, 3)."""
    ends = np.concatenate([faces[:, [a, b]] for a in range(3) for b in range(3) if a != b])
    ends = np.unique(ends, axis=0)
    start = np.searchsorted(ends[:, 0], np.arange(count + 1))
    return Neighbours(start.astype(np.int32), np.ascontiguousarray(ends[:, 1], np.int32))


@compiled
def _thickest(mesh, grid, seeds, neighbours, tilt):  # type: ignore[no-untyped-def]
    """Units: the largest `_thickness` of the seeds and all buried vertices next to buried ones."""
    inward = _inward(mesh)
    count = len(mesh.vertices)
    queued = np.zeros(count, np.bool_)
    queue, filled, thickest = np.empty(count, np.int32), 0, 0.0
    for v in seeds:
        if not queued[v]:
            queued[v] = True
            queue[filled] = v
            filled += 1

    at = 0
    while at < filled:
        v = queue[at]
        at += 1
        thickness = _thickness(mesh, grid, v, inward[v] + tilt)
        thickest = max(thickest, thickness)
        if thickness > 0:
            for k in range(neighbours.start[v], neighbours.start[v + 1]):
                neighbour = neighbours.members[k]
                if not queued[neighbour]:
                    queued[neighbour] = True
                    queue[filled] = neighbour
                    filled += 1
    return thickest


@compiled
def _inward(mesh):  # type: ignore[no-untyped-def]
    """(V, 3) unit vectors into the mesh at each vertex."""
    _, _, normal = face_boxes(mesh)
    inward = np.zeros((len(mesh.vertices), 3))
    for f in range(len(mesh.faces)):
        for v in mesh.faces[f]:
            for k in range(3):
                inward[v, k] -= normal[f, k]
    for v in range(len(inward)):
        inward[v] /= max(np.sqrt((inward[v] ** 2).sum()), 1e-30)
    return inward


@compiled
def _thickness(mesh, grid, v, direction):  # type: ignore[no-untyped-def]
    """Units from vertex v until the mesh winds less than twice; 0 where it never did."""
    distances, signs = _crossings(mesh, grid, v, direction)
    winding = signs.sum()
    if winding < 2:
        return 0.0
    for i in np.argsort(distances):
        winding -= signs[i]
        if winding < 2:
            return distances[i]
    return 0.0


@compiled
def _crossings(mesh, grid, v, direction):  # type: ignore[no-untyped-def]
    """Where the ray from vertex v meets faces, cell by cell, and 1 where it leaves, -1 enters."""
    origin, shape = mesh.vertices[v].astype(np.float64), grid.shape
    cell, step = mesh.vertices[v] // grid.side, np.zeros(3, np.int64)
    # Along the ray, where it goes over into the next cell of each axis.
    border = np.full(3, np.inf)
    for k in range(3):
        if direction[k] != 0:
            step[k] = 1 if direction[k] > 0 else -1
            border[k] = ((cell[k] + (step[k] > 0)) * grid.side - origin[k]) / direction[k]

    distances, signs = np.empty(_MOST_CROSSINGS), np.empty(_MOST_CROSSINGS, np.int64)
    count, now = 0, 0.0
    while cell.min() >= 0 and (cell < shape).all() and count < _MOST_CROSSINGS:
        axis = np.argmin(border)
        number = (cell[0] * shape[1] + cell[1]) * shape[2] + cell[2]
        for i in range(grid.start[number], grid.start[number + 1]):
            face = mesh.faces[grid.members[i]]
            # The ray begins on the vertex's own faces: it does not cross them.
            if count == _MOST_CROSSINGS or face[0] == v or face[1] == v or face[2] == v:
                continue
            distance, sign = _meeting(origin, direction, mesh.vertices, face)
            # A face that reaches into several cells counts in the one in which it is met.
            if sign != 0 and now <= distance < border[axis]:
                distances[count], signs[count] = distance, sign
                count += 1
        now = border[axis]
        cell[axis] += step[axis]
        border[axis] = ((cell[axis] + (step[axis] > 0)) * grid.side - origin[axis]) / direction[
            axis
        ]
    return distances[:count], signs[:count]


@compiled
def _meeting(o, d, vertices, face):  # type: ignore[no-untyped-def]
    """Where a ray meets a triangle, and 1 when it leaves there, -1 enters, 0 does not meet it.

    After Möller and Trumbore (1997).
    """
    a, b, c = vertices[face[0]], vertices[face[1]], vertices[face[2]]
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    sx, sy, sz = o[0] - a[0], o[1] - a[1], o[2] - a[2]

    px, py, pz = d[1] * vz - d[2] * vy, d[2] * vx - d[0] * vz, d[0] * vy - d[1] * vx
    determinant = ux * px + uy * py + uz * pz
    if determinant == 0:
        return 0.0, 0
    x = (sx * px + sy * py + sz * pz) / determinant

    qx, qy, qz = sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux
    y = (d[0] * qx + d[1] * qy + d[2] * qz) / determinant
    if x < 0 or y < 0 or x + y > 1:
        return 0.0, 0
    return (vx * qx + vy * qy + vz * qz) / determinant, 1 if determinant < 0 else -1
