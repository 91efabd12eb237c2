"""Rotation maths, written once for numpy and torch.

Quaternions are w x y z, 6-D is the first two columns of a matrix. Every function takes arrays of
either library with any leading axes and returns arrays of the same library and type.
"""

from typing import Any

from array_api_compat import array_namespace

Array = Any

_AXES = {"x": 0, "y": 1, "z": 2}


def normalize(v: Array, eps: float = 1e-12) -> Array:
    """Vectors (..., D) scaled to length one; those shorter than ``eps`` stay near zero."""
    xp = array_namespace(v)
    return v / xp.clip(xp.sqrt(xp.sum(v * v, axis=-1, keepdims=True)), eps, None)


def cross(a: Array, b: Array) -> Array:
    """Cross product (..., 3) of two broadcastable arrays of vectors."""
    xp = array_namespace(a, b)
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return xp.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def quat_mul(a: Array, b: Array) -> Array:
    """Hamilton product (..., 4): the rotation ``b`` followed by ``a``."""
    xp = array_namespace(a, b)
    aw, ax, ay, az = (a[..., i] for i in range(4))
    bw, bx, by, bz = (b[..., i] for i in range(4))
    return xp.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        axis=-1,
    )


def quat_conj(q: Array) -> Array:
    """Conjugate (..., 4): the inverse of a unit quaternion."""
    xp = array_namespace(q)
    return xp.concat([q[..., :1], -q[..., 1:]], axis=-1)


def quat_rotate(q: Array, v: Array) -> Array:
    """Vectors ``v`` (..., 3) turned by unit quaternions ``q`` (..., 4)."""
    u = q[..., 1:]
    t = 2.0 * cross(u, v)
    return v + q[..., :1] * t + cross(u, t)


def matrix_from_quat(q: Array) -> Array:
    """Rotation matrices (..., 3, 3) of unit quaternions (..., 4)."""
    xp = array_namespace(q)
    w, x, y, z = (q[..., i] for i in range(4))
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return xp.stack([xp.stack(row, axis=-1) for row in rows], axis=-2)


def quat_from_matrix(m: Array) -> Array:
    """Unit quaternions (..., 4) with w >= 0 of rotation matrices (..., 3, 3).

    Stable for every angle (Shepperd 1978).
    """
    xp = array_namespace(m)
    xx, yy, zz = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    a, b, c = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    d, e, f = m[..., 1, 0] + m[..., 0, 1], m[..., 0, 2] + m[..., 2, 0], m[..., 2, 1] + m[..., 1, 2]
    candidates = xp.stack(
        [
            xp.stack([1 + xx + yy + zz, a, b, c], axis=-1),
            xp.stack([a, 1 + xx - yy - zz, d, e], axis=-1),
            xp.stack([b, d, 1 - xx + yy - zz, f], axis=-1),
            xp.stack([c, e, f, 1 - xx - yy + zz], axis=-1),
        ],
        axis=-2,
    )

    # Each row is the quaternion times four of its own parts: the largest part loses least.
    diagonal = xp.stack([candidates[..., i, i] for i in range(4)], axis=-1)
    best = xp.max(diagonal, axis=-1, keepdims=True)
    chosen = xp.zeros_like(candidates[..., 0, :])
    for i in range(3, -1, -1):
        chosen = xp.where(diagonal[..., i : i + 1] >= best, candidates[..., i, :], chosen)

    q = normalize(chosen)
    return xp.where(q[..., :1] < 0, -q, q)


def matrix_from_6d(d6: Array) -> Array:
    """Rotation matrices (..., 3, 3) from their first two columns (..., 6).

    By Gram-Schmidt, so that any six numbers give a rotation (Zhou et al. 2019).
    """
    xp = array_namespace(d6)
    a = normalize(d6[..., :3])
    second = d6[..., 3:]
    b = normalize(second - xp.sum(a * second, axis=-1, keepdims=True) * a)
    return xp.stack([a, b, cross(a, b)], axis=-1)


def sixd_from_matrix(m: Array) -> Array:
    """The first two columns (..., 6) of rotation matrices (..., 3, 3)."""
    xp = array_namespace(m)
    return xp.concat([m[..., :, 0], m[..., :, 1]], axis=-1)


def rows_from_matrix(m: Array) -> Array:
    """The first two rows (..., 6) of rotation matrices (..., 3, 3), as EDGE and pytorch3d."""
    return sixd_from_matrix(transpose(m))


def transpose(m: Array) -> Array:
    """Matrices (..., 3, 3) transposed: the inverse of a rotation."""
    return array_namespace(m).matrix_transpose(m)


def quat_from_rotvec(v: Array) -> Array:
    """Unit quaternions (..., 4) of rotation vectors (..., 3), axis times angle in radians."""
    xp = array_namespace(v)
    angle2 = xp.sum(v * v, axis=-1, keepdims=True)
    angle = xp.sqrt(xp.clip(angle2, 1e-24, None))
    k = xp.where(angle2 < 1e-12, 0.5 - angle2 / 48, xp.sin(angle / 2) / angle)
    return normalize(xp.concat([xp.cos(angle / 2), k * v], axis=-1))


def rotvec_from_quat(q: Array) -> Array:
    """Rotation vectors (..., 3) with angles in [0, pi] of unit quaternions (..., 4)."""
    xp = array_namespace(q)
    q = xp.where(q[..., :1] < 0, -q, q)
    s = xp.sqrt(xp.clip(xp.sum(q[..., 1:] * q[..., 1:], axis=-1, keepdims=True), 1e-24, None))
    k = xp.where(s < 1e-6, 2.0 + s * s / 3, 2 * xp.atan2(s, q[..., :1]) / s)
    return k * q[..., 1:]


def quat_about(axis: str, angle: Array) -> Array:
    """Unit quaternions (..., 4) turning by ``angle`` (...) radians about "x", "y" or "z"."""
    xp = array_namespace(angle)
    zero = xp.zeros_like(angle)
    parts = [xp.cos(angle / 2), zero, zero, zero]
    parts[1 + _AXES[axis.lower()]] = xp.sin(angle / 2)
    return xp.stack(parts, axis=-1)


def quat_from_euler(order: str, angles: Array) -> Array:
    """Unit quaternions (..., 4) of intrinsic Euler angles (..., len(order)) in radians.

    Applied in the order written, as BVH has them.
    """
    q = quat_about(order[0], angles[..., 0])
    for i, axis in enumerate(order[1:], start=1):
        q = quat_mul(q, quat_about(axis, angles[..., i]))
    return q


def euler_from_matrix(order: str, m: Array) -> Array:
    """Intrinsic Tait-Bryan angles (..., 3) in radians of rotation matrices (..., 3, 3).

    ``matrix = R[order[0]] R[order[1]] R[order[2]]``, with three different axes, for example "zxy".
    At gimbal lock the third angle is 0.
    """
    xp = array_namespace(m)
    i, j, k = (_AXES[a] for a in order.lower())
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    cosine = xp.sqrt(m[..., i, i] ** 2 + m[..., i, j] ** 2)
    third = xp.where(
        cosine < 1e-7, xp.zeros_like(cosine), xp.atan2(-sign * m[..., i, j], m[..., i, i])
    )

    # The first angle is read after the third is undone, so that together they are exact however
    # near the lock.
    sine_k, cosine_k = sign * xp.sin(third), xp.cos(third)
    first = xp.atan2(
        sign * (sine_k * m[..., k, i] + cosine_k * m[..., k, j]),
        sine_k * m[..., j, i] + cosine_k * m[..., j, j],
    )
    return xp.stack([first, xp.atan2(sign * m[..., i, k], cosine), third], axis=-1)


def quat_between(a: Array, b: Array) -> Array:
    """The least rotation (..., 4) that turns directions ``a`` (..., 3) into ``b`` (..., 3)."""
    xp = array_namespace(a, b)
    a, b = normalize(a), normalize(b)
    w = 1 + xp.sum(a * b, axis=-1, keepdims=True)

    # Of opposite directions any axis across serves: one across a coordinate they lie little along.
    helper = xp.where(
        xp.abs(a[..., :1]) < 0.9,
        xp.asarray([1.0, 0.0, 0.0], dtype=a.dtype),
        xp.asarray([0.0, 1.0, 0.0], dtype=a.dtype),
    )
    axis = xp.where(w < 1e-6, normalize(cross(a, helper)), cross(a, b))
    return normalize(xp.concat([xp.where(w < 1e-6, xp.zeros_like(w), w), axis], axis=-1))


def slerp(a: Array, b: Array, t: Array) -> Array:
    """Spherical blend (..., 4) from ``a`` to ``b`` the short way.

    ``t`` (...) in [0, 1] broadcasts against the leading axes.
    """
    xp = array_namespace(a, b)
    t = t[..., None]
    dot = xp.sum(a * b, axis=-1, keepdims=True)
    b = xp.where(dot < 0, -b, b)
    angle = xp.acos(xp.clip(xp.abs(dot), 0.0, 1.0))

    # Nearly equal rotations are blended on the straight line, which divides by no sine.
    s = xp.clip(xp.sin(angle), 1e-7, None)
    near = angle < 1e-4
    wa = xp.where(near, 1 - t, xp.sin((1 - t) * angle) / s)
    wb = xp.where(near, t + xp.zeros_like(angle), xp.sin(t * angle) / s)
    return normalize(wa * a + wb * b)


def yaw_of(q: Array) -> Array:
    """Heading (...) in radians: the twist of ``q`` (..., 4) about the vertical."""
    xp = array_namespace(q)
    return 2 * xp.atan2(q[..., 3], q[..., 0])


def hemisphere(q: Array) -> Array:
    """Quaternions (T, ..., 4) with signs that never jump from one frame to the next."""
    xp = array_namespace(q)
    dots = xp.sum(q[1:] * q[:-1], axis=-1)
    flips = xp.where(dots < 0, -xp.ones_like(dots), xp.ones_like(dots))
    signs = xp.concat([xp.ones_like(q[:1, ..., 0]), xp.cumulative_prod(flips, axis=0)], axis=0)
    return q * signs[..., None]


def angle_between(a: Array, b: Array) -> Array:
    """Geodesic angle (...) in radians between unit quaternions ``a`` and ``b`` (..., 4)."""
    xp = array_namespace(a, b)
    d = quat_mul(quat_conj(a), b)
    return 2 * xp.atan2(xp.sqrt(xp.sum(d[..., 1:] ** 2, axis=-1)), xp.abs(d[..., 0]))
