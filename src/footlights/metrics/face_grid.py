"""A mesh in whole numbers, and a uniform grid that says which faces are near which.

In whole numbers the side of a plane that a point lies on is exact, and the same on every machine.
"""

from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled

# Bits of the differences between the corners of two near triangles, in whole units: their
# determinants then fit 63 bits.
_BITS = 20
_MOST_CELLS_A_FACE = 64


class Mesh(NamedTuple):
    """Vertices (V, 3) int64 in units from the mesh's lowest corner, and faces (F, 3) int32."""

    vertices: np.ndarray
    faces: np.ndarray


class FaceGrid(NamedTuple):
    """Cells of a box of space, and the faces whose box meets each.

    Attributes:
        side: of a cell, in units.
        shape: (3,) cells along each axis.
        start: (C + 1,) where each cell's faces begin in ``members``, cells in C order.
        members: faces, cell after cell.
    """

    side: int
    shape: np.ndarray
    start: np.ndarray
    members: np.ndarray


def in_whole_numbers(vertices: np.ndarray, faces: np.ndarray) -> tuple[Mesh, float]:
    """The mesh in whole units, and metres to a unit.

    The unit is a power of two, a two-to-the-20th of twice the longest face at most, so that
    rounding is the same on every machine.

    Args:
        vertices: (V, 3) metres, finite.
        faces: (F, 3) int32.
    """
    faces = np.ascontiguousarray(faces, np.int32).reshape(-1, 3)
    vertices = np.ascontiguousarray(vertices, np.float64).reshape(-1, 3)
    longest, _ = _box_sides(vertices, faces)
    unit = 2.0 ** (np.ceil(np.log2(max(longest, 1e-9) * 2.001)) - _BITS)

    whole = np.rint(vertices / unit).astype(np.int64)
    return Mesh(whole - whole.min(axis=0, initial=2**62), faces), unit


def grid_of(mesh: Mesh) -> FaceGrid:
    """The grid of a mesh, its cells somewhat larger than a face."""
    _, mean = _box_sides(*mesh)
    side, extent = max(1, int(1.5 * mean)), mesh.vertices.max(axis=0, initial=0)

    # A few large faces far apart would ask for more cells than memory holds.
    most = max(4096, _MOST_CELLS_A_FACE * len(mesh.faces))
    while np.prod((extent // side + 1).astype(np.float64)) > most:
        side = side + side // 4 + 1

    shape = extent // side + 1
    return FaceGrid(side, shape, *_faces_by_cell(mesh, side, shape))


@compiled
def _box_sides(vertices, faces):  # type: ignore[no-untyped-def]
    """The longest and the mean over faces of the longest side of their boxes."""
    longest, total = 0.0, 0.0
    for f in range(len(faces)):
        most = 0.0
        for k in range(3):
            a, b, c = vertices[faces[f, 0], k], vertices[faces[f, 1], k], vertices[faces[f, 2], k]
            most = max(most, float(max(a, b, c) - min(a, b, c)))
        longest, total = max(longest, most), total + most
    return longest, total / max(len(faces), 1)


@compiled
def _faces_by_cell(mesh, side, shape):  # type: ignore[no-untyped-def]
    """Start and members of each cell: counted first, then filled in from the back."""
    first, last = _cells_of_boxes(mesh, side)
    start = np.zeros(shape[0] * shape[1] * shape[2] + 1, np.int32)
    for turn in range(2):
        if turn:
            start = np.cumsum(start).astype(np.int32)
            members = np.empty(start[-1], np.int32)
        for f in range(len(first)):
            for x in range(first[f, 0], last[f, 0] + 1):
                for y in range(first[f, 1], last[f, 1] + 1):
                    for z in range(first[f, 2], last[f, 2] + 1):
                        cell = (x * shape[1] + y) * shape[2] + z
                        if turn:
                            start[cell] -= 1
                            members[start[cell]] = f
                        else:
                            start[cell] += 1
    return start, members


@compiled
def _cells_of_boxes(mesh, side):  # type: ignore[no-untyped-def]
    """The first and the last cell, (F, 3) each, that the box of each face meets."""
    vertices, faces = mesh
    first, last = np.empty((len(faces), 3), np.int32), np.empty((len(faces), 3), np.int32)
    for f in range(len(faces)):
        a, b, c = vertices[faces[f, 0]], vertices[faces[f, 1]], vertices[faces[f, 2]]
        for k in range(3):
            first[f, k] = min(a[k], b[k], c[k]) // side
            last[f, k] = max(a[k], b[k], c[k]) // side
    return first, last


@compiled
def face_boxes(mesh):  # type: ignore[no-untyped-def]
    """Lowest and highest corner and twice the area vector of each face, all (F, 3) int64."""
    vertices, faces = mesh
    size = (len(faces), 3)
    low, high, normal = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    for f in range(len(faces)):
        a, b, c = vertices[faces[f, 0]], vertices[faces[f, 1]], vertices[faces[f, 2]]
        for k in range(3):
            low[f, k], high[f, k] = min(a[k], b[k], c[k]), max(a[k], b[k], c[k])
            p, q = (k + 1) % 3, (k + 2) % 3
            normal[f, k] = (b[p] - a[p]) * (c[q] - a[q]) - (b[q] - a[q]) * (c[p] - a[p])
    return low, high, normal
