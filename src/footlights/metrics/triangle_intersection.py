"""Where triangles of a mesh cross each other, decided in whole numbers."""

import numpy as np

from ..basics.jit import compiled

# differences between the corners of two near triangles, in whole units: their determinants fit 63
# bits
_BITS = 20


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
    whole, corners, _ = in_whole(vertices, faces)
    pairs = _pairs(whole, corners, *grid(whole, corners))
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def in_whole(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Vertices (V, 3) int64 in units from the mesh's lowest corner, faces (F, 3) int32, and metres
    to a unit.

    The unit is a power of two, so that rounding is the same on every machine.
    """
    faces = np.ascontiguousarray(faces, np.int32).reshape(-1, 3)
    places = np.ascontiguousarray(vertices, np.float64).reshape(-1, 3)
    longest, _ = _extents(places, faces)
    unit = 2.0 ** (np.ceil(np.log2(max(longest, 1e-9) * 2.001)) - _BITS)
    whole = np.rint(places / unit).astype(np.int64)
    return whole - whole.min(axis=0, initial=2**62), faces, unit


def grid(whole: np.ndarray, faces: np.ndarray) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """Side of a cell in units, cells along each axis (3,), and start and members of the list of
    faces whose box meets each.
    """
    _, mean = _extents(whole, faces)
    side, extent = max(1, int(1.5 * mean)), whole.max(axis=0, initial=0)
    while np.prod((extent // side + 1).astype(np.float64)) > max(4096, 64 * len(faces)):
        side = side + side // 4 + 1
    shape = extent // side + 1
    return side, shape, *_filed(whole, faces, side, shape)


@compiled
def _extents(places, faces):  # type: ignore[no-untyped-def]
    """The longest and the mean over faces of the longest side of their boxes."""
    longest, total = 0.0, 0.0
    for f in range(len(faces)):
        most = 0.0
        for k in range(3):
            a, b, c = places[faces[f, 0], k], places[faces[f, 1], k], places[faces[f, 2], k]
            most = max(most, float(max(a, b, c) - min(a, b, c)))
        longest, total = max(longest, most), total + most
    return longest, total / max(len(faces), 1)


@compiled
def _filed(whole, faces, side, shape):  # type: ignore[no-untyped-def]
    start = np.zeros(shape[0] * shape[1] * shape[2] + 1, np.int32)
    first, last = np.empty((len(faces), 3), np.int32), np.empty((len(faces), 3), np.int32)
    for f in range(len(faces)):
        a, b, c = whole[faces[f, 0]], whole[faces[f, 1]], whole[faces[f, 2]]
        for k in range(3):
            first[f, k] = min(a[k], b[k], c[k]) // side
            last[f, k] = max(a[k], b[k], c[k]) // side
    for turn in range(2):
        if turn:
            start = np.cumsum(start).astype(np.int32)
            members = np.empty(start[-1], np.int32)
        for f in range(len(faces)):
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
def _pairs(whole, faces, side, shape, start, members):  # type: ignore[no-untyped-def]
    low, high, normal = boxes(whole, faces)
    found, count = np.empty((256, 2), np.int32), 0
    fullest = np.diff(start).max()
    box, near = np.empty((9, fullest), np.int32), np.empty(fullest, np.uint8)
    for cell in range(len(start) - 1):
        inside = members[start[cell] : start[cell + 1]]
        for i in range(len(inside)):
            for k in range(3):
                box[k, i], box[k + 3, i], box[k + 6, i] = (
                    low[inside[i], k],
                    high[inside[i], k],
                    faces[inside[i], k],
                )
        corner = (
            cell // shape[2] // shape[1] * side,
            cell // shape[2] % shape[1] * side,
            cell % shape[2] * side,
        )
        for i in range(len(inside) - 1):
            if not _meeting(box, i, len(inside), corner, near):
                continue
            for j in range(i + 1, len(inside)):
                if near[j - i - 1]:
                    f, g = min(inside[i], inside[j]), max(inside[i], inside[j])
                    if _cross(whole, faces, f, g, normal):
                        if count == len(found):
                            found = np.concatenate((found, np.empty_like(found)))
                        found[count, 0], found[count, 1] = f, g
                        count += 1
    return found[:count]


@compiled
def _meeting(box, i, count, corner, near):  # type: ignore[no-untyped-def]
    """Mark which of the later faces have a box that meets face i's, and no vertex of it; say
    whether there is one.

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
        apart = (
            (p != a)
            & (p != b)
            & (p != c)
            & (q != a)
            & (q != b)
            & (q != c)
            & (r != a)
            & (r != b)
            & (r != c)
        )
        near[j] = x & y & z & apart
        some |= near[j]
    return some != 0


@compiled
def boxes(whole, faces):  # type: ignore[no-untyped-def]
    """Lowest and highest corner and twice the area vector of each face, all (F, 3) int64."""
    size = (len(faces), 3)
    low, high, normal = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    for f in range(len(faces)):
        a, b, c = whole[faces[f, 0]], whole[faces[f, 1]], whole[faces[f, 2]]
        for k in range(3):
            low[f, k], high[f, k] = min(a[k], b[k], c[k]), max(a[k], b[k], c[k])
            p, q = (k + 1) % 3, (k + 2) % 3
            normal[f, k] = (b[p] - a[p]) * (c[q] - a[q]) - (b[q] - a[q]) * (c[p] - a[p])
    return low, high, normal


@compiled
def _cross(whole, faces, f, g, normal):  # type: ignore[no-untyped-def]
    """Whether two triangles straddle each other's plane and meet."""
    sides_g = _sides(whole, faces, g, f, normal)
    if min(sides_g) >= 0 or max(sides_g) <= 0:
        return False
    sides_f = _sides(whole, faces, f, g, normal)
    if min(sides_f) >= 0 or max(sides_f) <= 0:
        return False
    for k in range(3):
        n = (k + 1) % 3
        if _reaches(sides_f, k, n) and _pierces(whole, faces[f, k], faces[f, n], faces[g]):
            return True
        if _reaches(sides_g, k, n) and _pierces(whole, faces[g, k], faces[g, n], faces[f]):
            return True
    return False


@compiled
def _sides(whole, faces, of, plane, normal):  # type: ignore[no-untyped-def]
    """Signs of the heights of a face's corners over the plane of another."""
    base = faces[plane, 0]
    return (
        _side(whole, faces[of, 0], base, normal, plane),
        _side(whole, faces[of, 1], base, normal, plane),
        _side(whole, faces[of, 2], base, normal, plane),
    )


@compiled
def _side(whole, v, base, normal, plane):  # type: ignore[no-untyped-def]
    x, y, z = (
        whole[v, 0] - whole[base, 0],
        whole[v, 1] - whole[base, 1],
        whole[v, 2] - whole[base, 2],
    )
    height = x * normal[plane, 0] + y * normal[plane, 1] + z * normal[plane, 2]
    return 1 if height > 0 else (-1 if height < 0 else 0)


@compiled
def _reaches(sides, k, n):  # type: ignore[no-untyped-def]
    return sides[k] * sides[n] < 0 or (sides[k] == 0) != (sides[n] == 0)


@compiled
def _pierces(whole, i, j, face):  # type: ignore[no-untyped-def]
    """Whether the line through vertices i and j passes the closed triangle."""
    p, q = whole[i], whole[j]
    a, b, c = whole[face[0]], whole[face[1]], whole[face[2]]
    u, v, w = _turn(p, q, a, b), _turn(p, q, b, c), _turn(p, q, c, a)
    return (u >= 0 and v >= 0 and w >= 0) or (u <= 0 and v <= 0 and w <= 0)


@compiled
def _turn(p, q, a, b):  # type: ignore[no-untyped-def]
    """Six times the volume of the tetrahedron."""
    ax, ay, az = a[0] - p[0], a[1] - p[1], a[2] - p[2]
    bx, by, bz = b[0] - p[0], b[1] - p[1], b[2] - p[2]
    qx, qy, qz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
    return qx * (ay * bz - az * by) + qy * (az * bx - ax * bz) + qz * (ax * by - ay * bx)
