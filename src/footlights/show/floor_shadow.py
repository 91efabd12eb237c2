"""The shadow of a body on the floor, in compiled loops: it shows whether soles touch or hover.

Two shadows are added: a sharp one that dies out within 10 cm of height, so that touching shows, and
a wide soft one.
"""

from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled

CELLS, CELL = 200, 0.016  # the square patch of floor that can be in shadow: cells a side, metres

_TOUCH_HEIGHT = 0.035  # metres of height over which the sharp shadow fades to a third
_SOFT_HEIGHT = 1.5  # metres over which the wide one does
_TOUCH_BLUR, _SOFT_BLUR = 2, 5  # cells to each side
_TOUCH_DARKNESS, _SOFT_DARKNESS = 0.8, 0.42  # shares of the light that are taken at most
_UNCOVERED = 1e9  # metres: higher than any body


class ShadowPatch(NamedTuple):
    """How dark a patch of floor is.

    Attributes:
        origin: (2,) metres, its corner.
        darkness: (CELLS, CELLS) float32, rows along y, columns along x, 0 in full light.
    """

    origin: np.ndarray
    darkness: np.ndarray


def cast_shadow(vertices: np.ndarray, faces: np.ndarray, light: np.ndarray) -> ShadowPatch:
    """The shadow of a mesh.

    Args:
        vertices: (V, 3) float32 metres; faces: (F, 3) int32.
        light: (3,) direction to the lamp, above the floor.
    """
    return ShadowPatch(*_shadow(vertices, faces, light[:2] / light[2]))


@compiled
def _shadow(vertices, faces, shear):  # type: ignore[no-untyped-def]
    """Corner (2,) and darkness (CELLS, CELLS) of the patch around what the light casts.

    ``shear`` (2,) is how far a shadow falls from below its vertex, per metre of height.
    """
    cast = np.empty((len(vertices), 2), np.float32)
    for v in range(len(vertices)):
        height = max(vertices[v, 2], 0.0)
        cast[v, 0] = vertices[v, 0] - height * shear[0]
        cast[v, 1] = vertices[v, 1] - height * shear[1]
    origin = np.empty(2)
    for i in range(2):
        origin[i] = (cast[:, i].min() + cast[:, i].max() - CELLS * CELL) / 2

    lowest = np.full((CELLS, CELLS), _UNCOVERED, np.float32)  # height of the body over each cell
    for f in range(len(faces)):
        _cast_triangle(cast, vertices, faces[f], origin, lowest)
    return origin, _darkness(lowest)


@compiled
def _cast_triangle(cast, vertices, face, origin, lowest):  # type: ignore[no-untyped-def]
    """Lower ``lowest`` to the heights of one triangle that looks away from the light."""
    a, b, c = face
    ax, ay = (cast[a, 0] - origin[0]) / CELL, (cast[a, 1] - origin[1]) / CELL
    bx, by = (cast[b, 0] - origin[0]) / CELL, (cast[b, 1] - origin[1]) / CELL
    cx, cy = (cast[c, 0] - origin[0]) / CELL, (cast[c, 1] - origin[1]) / CELL
    area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay)
    if area <= 0:
        return

    left, right = max(0, int(min(ax, bx, cx) + 0.5)), min(CELLS - 1, int(max(ax, bx, cx) - 0.5))
    top, bottom = max(0, int(min(ay, by, cy) + 0.5)), min(CELLS - 1, int(max(ay, by, cy) - 0.5))
    for row in range(top, bottom + 1):
        y = row + 0.5
        for column in range(left, right + 1):
            x = column + 0.5
            # Barycentric weights of the cell's middle, times the area.
            wa = (cx - x) * (by - y) - (bx - x) * (cy - y)
            wb = (ax - x) * (cy - y) - (cx - x) * (ay - y)
            if wa >= 0 and wb >= 0 and area - wa - wb >= 0:
                height = (
                    wa * vertices[a, 2] + wb * vertices[b, 2] + (area - wa - wb) * vertices[c, 2]
                ) / area
                lowest[row, column] = min(lowest[row, column], height)


@compiled
def _darkness(lowest):  # type: ignore[no-untyped-def]
    """(CELLS, CELLS) float32 share of light that is taken, by the body's height over each cell."""
    touch, soft = np.zeros_like(lowest), np.zeros_like(lowest)
    for i in range(CELLS):
        for j in range(CELLS):
            if lowest[i, j] < _UNCOVERED / 10:
                touch[i, j] = np.exp(-max(lowest[i, j], 0.0) / _TOUCH_HEIGHT)
                soft[i, j] = np.exp(-max(lowest[i, j], 0.0) / _SOFT_HEIGHT)

    for _ in range(2):  # a box filter twice is nearly a Gaussian
        touch = _blurred(_blurred(touch, _TOUCH_BLUR), _TOUCH_BLUR)
        soft = _blurred(_blurred(soft, _SOFT_BLUR), _SOFT_BLUR)

    for i in range(CELLS):
        for j in range(CELLS):
            sharp_light = 1 - _TOUCH_DARKNESS * touch[i, j]
            touch[i, j] = 1 - sharp_light * (1 - _SOFT_DARKNESS * soft[i, j])
    return touch


@compiled
def _blurred(image, radius):  # type: ignore[no-untyped-def]
    """Mean over 2 ``radius`` + 1 cells of each row, transposed: twice is a mean over squares."""
    rows, columns = image.shape
    out = np.zeros((columns, rows), np.float32)
    for i in range(rows):
        total = np.float32(0)
        for j in range(columns + radius):
            if j < columns:
                total += image[i, j]
            if j > 2 * radius:
                total -= image[i, j - 2 * radius - 1]
            if j >= radius:
                out[j - radius, i] = total / (2 * radius + 1)
    return out
