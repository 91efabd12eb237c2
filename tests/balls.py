"""Closed meshes whose overlaps are known."""

import numpy as np


def ball(centre, radius, rings=12):
    """A closed mesh of rings and two poles, seen counter-clockwise from outside."""
    around, down = np.arange(2 * rings) * np.pi / rings, np.arange(1, rings) * np.pi / rings
    x, y = (np.outer(np.sin(down), f(around)) for f in (np.cos, np.sin))
    ring = np.stack([x, y, np.outer(np.cos(down), around * 0 + 1)], -1)
    vertices = np.concatenate([[[0, 0, 1]], ring.reshape(-1, 3), [[0, 0, -1]]])

    wide, last, faces = 2 * rings, len(vertices) - 1, []
    for k in range(wide):
        n = (k + 1) % wide
        faces += [(0, 1 + k, 1 + n), (last, last - wide + n, last - wide + k)]
        for row in range(rings - 2):
            a, b = 1 + row * wide, 1 + (row + 1) * wide
            faces += [(a + k, b + k, b + n), (a + k, b + n, a + n)]
    return vertices * radius + centre, np.array(faces, np.int32)


def two_balls(distance, radius=0.1):
    """A closed mesh of two balls so far apart."""
    a, faces = ball([0, 0, 0], radius)
    b, _ = ball([distance, 0.013, 0.007], radius)
    return np.concatenate([a, b]), np.concatenate([faces, faces + len(a)])
