"""Where triangles of a mesh cross each other, decided in whole numbers."""

import numpy as np

from ..basics.jit import compiled
from .face_grid import face_boxes, grid_of, in_whole_numbers


def intersecting_pairs(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(P, 2) int32 faces that cross, each pair once, lower first, sorted.

    Two triangles cross when each has corners strictly on both sides of the other's plane and they
    have a point in common. So touching and lying in one plane is no crossing; triangles without
    area never cross; pairs that share a vertex never count. Vertices are rounded to a
    two-to-the-20th of twice the longest face (0.3 micrometres on the house body); from there the
    answer is exact.

    Args:
        vertices: (V, 3) metres, finite.
        faces: (F, 3) int32.
    """
    mesh, _ = in_whole_numbers(vertices, faces)
    pairs = _pairs(mesh, grid_of(mesh))
    # They come cell by cell, which hangs on where the mesh stands.
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


@compiled
def _pairs(mesh, grid):  # type: ignore[no-untyped-def]
    low, high, normal = face_boxes(mesh)
    pairs, count = np.empty((256, 2), np.int32), 0
    fullest = np.diff(grid.start).max()
    box, near = np.empty((9, fullest), np.int32), np.empty(fullest, np.uint8)

    for cell in range(len(grid.start) - 1):
        inside = grid.members[grid.start[cell] : grid.start[cell + 1]]
        for i in range(len(inside)):
            for k in range(3):
                box[k, i], box[k + 3, i] = low[inside[i], k], high[inside[i], k]
                box[k + 6, i] = mesh.faces[inside[i], k]

        corner = _low_corner(cell, grid)
        for i in range(len(inside) - 1):
            if not _mark_meeting_boxes(box, i, len(inside), corner, near):
                continue
            for j in range(i + 1, len(inside)):
                if near[j - i - 1]:
                    f, g = min(inside[i], inside[j]), max(inside[i], inside[j])
                    if _cross(mesh, f, g, normal):
                        if count == len(pairs):
                            pairs = np.concatenate((pairs, np.empty_like(pairs)))
                        pairs[count, 0], pairs[count, 1] = f, g
                        count += 1
    return pairs[:count]


@compiled
def _low_corner(cell, grid):  # type: ignore[no-untyped-def]
    side, shape = grid.side, grid.shape
    x, y, z = cell // shape[2] // shape[1], cell // shape[2] % shape[1], cell % shape[2]
    return x * side, y * side, z * side


@compiled
def _mark_meeting_boxes(box, i, count, corner, near):  # type: ignore[no-untyped-def]
    """Mark which later faces have a box that meets face i's, and no vertex of it; say if one has.

    A pair that shares several cells is marked in one, where the low corner of what the boxes share
    lies: that is not before ``corner``. Without branches, so that several boxes are looked at at
    once.
    """
    x0, y0, z0, x1, y1, z1 = box[0, i], box[1, i], box[2, i], box[3, i], box[4, i], box[5, i]
    a, b, c = box[6, i], box[7, i], box[8, i]
    cx, cy, cz = np.int32(corner[0]), np.int32(corner[1]), np.int32(corner[2])
    later = box[:, i + 1 : count]
    lx, ly, lz, hx, hy, hz = later[0], later[1], later[2], later[3], later[4], later[5]
    u, v, w = later[6], later[7], later[8]

    some = np.uint8(0)
    for j in range(len(lx)):
        x = (lx[j] <= x1) & (x0 <= hx[j]) & (max(lx[j], x0) >= cx)
        y = (ly[j] <= y1) & (y0 <= hy[j]) & (max(ly[j], y0) >= cy)
        z = (lz[j] <= z1) & (z0 <= hz[j]) & (max(lz[j], z0) >= cz)
        p, q, r = u[j], v[j], w[j]
        apart = (p != a) & (p != b) & (p != c)
        apart &= (q != a) & (q != b) & (q != c)
        apart &= (r != a) & (r != b) & (r != c)
        near[j] = x & y & z & apart
        some |= near[j]
    return some != 0


@compiled
def _cross(mesh, f, g, normal):  # type: ignore[no-untyped-def]
    """Whether two triangles straddle each other's plane and meet."""
    # Most near triangles lie on one side of each other: the two cheap questions come first.
    sides_g = _sides(mesh, g, f, normal)
    if min(sides_g) >= 0 or max(sides_g) <= 0:
        return False
    sides_f = _sides(mesh, f, g, normal)
    if min(sides_f) >= 0 or max(sides_f) <= 0:
        return False

    # They meet where an edge of one goes through the other, if they meet at all.
    vertices, faces = mesh
    for k in range(3):
        n = (k + 1) % 3
        if _reaches(sides_f, k, n) and _pierces(vertices, faces[f, k], faces[f, n], faces[g]):
            return True
        if _reaches(sides_g, k, n) and _pierces(vertices, faces[g, k], faces[g, n], faces[f]):
            return True
    return False


@compiled
def _sides(mesh, face, plane, normal):  # type: ignore[no-untyped-def]
    """Signs of the heights of a face's corners over the plane of another."""
    corners = mesh.faces[face]
    return (
        _side(mesh, corners[0], plane, normal),
        _side(mesh, corners[1], plane, normal),
        _side(mesh, corners[2], plane, normal),
    )


@compiled
def _side(mesh, vertex, plane, normal):  # type: ignore[no-untyped-def]
    p, base = mesh.vertices[vertex], mesh.vertices[mesh.faces[plane, 0]]
    n = normal[plane]
    height = (p[0] - base[0]) * n[0] + (p[1] - base[1]) * n[1] + (p[2] - base[2]) * n[2]
    return 1 if height > 0 else (-1 if height < 0 else 0)


@compiled
def _reaches(sides, k, n):  # type: ignore[no-untyped-def]
    """Whether an edge leads from one side of a plane to the other, or ends in it."""
    return sides[k] * sides[n] < 0 or (sides[k] == 0) != (sides[n] == 0)


@compiled
def _pierces(vertices, i, j, face):  # type: ignore[no-untyped-def]
    """Whether the line through vertices i and j passes the closed triangle."""
    p, q = vertices[i], vertices[j]
    a, b, c = vertices[face[0]], vertices[face[1]], vertices[face[2]]
    u, v, w = _volume(p, q, a, b), _volume(p, q, b, c), _volume(p, q, c, a)
    return (u >= 0 and v >= 0 and w >= 0) or (u <= 0 and v <= 0 and w <= 0)


@compiled
def _volume(p, q, a, b):  # type: ignore[no-untyped-def]
    """Six times the signed volume of the tetrahedron."""
    ax, ay, az = a[0] - p[0], a[1] - p[1], a[2] - p[2]
    bx, by, bz = b[0] - p[0], b[1] - p[1], b[2] - p[2]
    qx, qy, qz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
    return qx * (ay * bz - az * by) + qy * (az * bx - ax * bz) + qz * (ax * by - ay * bx)
