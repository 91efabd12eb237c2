"""The picture without a graphics card: a shaded mesh over the floor, in compiled loops."""

from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled
from .camera import View
from .floor_raster import draw_floor
from .floor_shadow import cast_shadow

FINE = 3  # sub-pixels of the body along each side of a pixel
_SINK = 2e-3  # metres that a sole must sink before the floor hides it
_NEAREST = 0.1  # metres ahead of the eye: nothing nearer is drawn

# Light on the body: from all of the sky, more from above, from the main and from the weaker lamp.
_SKY, _ABOVE, _MAIN, _WEAK = 0.56, 0.12, 0.7, 0.34
_SHEEN = 9  # sRGB levels that the main lamp adds to any colour


class _SubPixels(NamedTuple):
    """The body at ``FINE`` times the picture's resolution.

    Attributes:
        nearness: (H FINE, W FINE) float32, one over the distance ahead of what is seen.
        color: (H FINE, W FINE, 3) uint8 sRGB of the body there.
        floor: (H FINE,) float32 nearness of the floor along each row, the same across it; 0 in the
            sky. The body is seen where ``nearness`` is greater.
    """

    nearness: np.ndarray
    color: np.ndarray
    floor: np.ndarray


class _Box(NamedTuple):
    """First and last-plus-one column and row of the pixels that the mesh can touch."""

    left: int
    right: int
    top: int
    bottom: int


class Canvas:
    """Buffers for pictures of one mesh at one size, used again for every frame.

    Args:
        size: width and height in pixels.
        faces: (F, 3) int32, counter-clockwise seen from outside.
        colors: (V, 3) uint8 sRGB.
    """

    def __init__(self, size: tuple[int, int], faces: np.ndarray, colors: np.ndarray) -> None:
        self.width, self.height = size
        self.faces = np.ascontiguousarray(faces, np.int32)
        self.colors = np.ascontiguousarray(colors, np.float32)
        fine = (self.height * FINE, self.width * FINE)
        self._nearness = np.zeros(fine, np.float32)
        self._color = np.zeros((*fine, 3), np.uint8)

    def draw(self, vertices: np.ndarray, view: View) -> np.ndarray:
        """(H, W, 3) uint8 sRGB picture of the mesh (V, 3) over the floor z = 0.

        What is under the floor is hidden.
        """
        vertices = np.ascontiguousarray(vertices, np.float32)
        lit = _shaded(vertices, self.faces, self.colors, view.key, view.fill)
        screen = self._projected(vertices, view)
        box = self._box(screen)
        fine = _SubPixels(self._nearness, self._color, self._floor_nearness(view))
        _draw_mesh(screen, self.faces, lit, fine, box)

        picture = np.empty((self.height, self.width, 3), np.uint8)
        draw_floor(view, cast_shadow(vertices, self.faces, view.key), picture)
        _draw_over(fine, box, picture)
        return picture

    def _projected(self, vertices: np.ndarray, view: View) -> np.ndarray:
        """(V, 3) float32: column and row in sub-pixels, and nearness (0 behind the eye)."""
        in_view = (vertices - view.eye) @ np.stack([view.right, view.up, view.ahead], -1)
        nearness = np.where(in_view[:, 2] > _NEAREST, 1 / np.maximum(in_view[:, 2], _NEAREST), 0)
        scale = self.height * FINE / (2 * view.zoom)
        column = self.width * FINE / 2 + in_view[:, 0] * nearness * scale
        row = self.height * FINE / 2 - in_view[:, 1] * nearness * scale
        return np.stack([column, row, nearness], -1).astype(np.float32)

    def _floor_nearness(self, view: View) -> np.ndarray:
        """(H FINE,) float32 nearness of the floor along each row of sub-pixels; 0 in the sky."""
        rise = 1 - (np.arange(self.height * FINE) + 0.5) * 2 / (self.height * FINE)
        slope = view.ahead[2] + rise * view.zoom * view.up[2]
        return np.clip(-slope / (view.eye[2] + _SINK), 0, None).astype(np.float32)

    def _box(self, screen: np.ndarray) -> _Box:
        low, high = screen[:, :2].min(0) / FINE, screen[:, :2].max(0) / FINE
        sizes = (self.width, self.height)
        # Two pixels to spare: a triangle touches every sub-pixel whose middle it covers.
        left, top = (int(np.clip(low[i] - 1, 0, sizes[i])) for i in range(2))
        right, bottom = (int(np.clip(high[i] + 2, 0, sizes[i])) for i in range(2))
        return _Box(left, right, top, bottom)


@compiled
def _shaded(vertices, faces, colors, key, fill):  # type: ignore[no-untyped-def]
    """(V, 3) float32 sRGB of a matt surface under sky light and two lamps, smooth over the mesh.

    ``key`` and ``fill`` (3,) are the directions to the main and to the weaker lamp.
    """
    # Sums of cross products weigh each face by its area.
    normal = np.zeros((len(vertices), 3), np.float32)
    for f in range(len(faces)):
        a, b, c = vertices[faces[f, 0]], vertices[faces[f, 1]], vertices[faces[f, 2]]
        ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
        x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in range(3):
            v = faces[f, corner]
            normal[v, 0] += x
            normal[v, 1] += y
            normal[v, 2] += z

    lit = np.empty((len(vertices), 3), np.float32)
    for v in range(len(vertices)):
        x, y, z = normal[v]
        scale = 1 / max(np.sqrt(x * x + y * y + z * z), 1e-12)
        main = max(0.0, (x * key[0] + y * key[1] + z * key[2]) * scale)
        weak = max(0.0, (x * fill[0] + y * fill[1] + z * fill[2]) * scale)
        light = _SKY + _ABOVE * z * scale + _MAIN * main + _WEAK * weak
        for i in range(3):
            lit[v, i] = min(255.0, colors[v, i] * light + _SHEEN * main)
    return lit


@compiled
def _draw_mesh(screen, faces, lit, fine, box):  # type: ignore[no-untyped-def]
    """Draw the triangles that face the camera into the sub-pixels of ``box``, the nearest on top.

    Nearness, unlike distance, is linear over the picture.
    """
    x0, x1 = box.left * FINE, box.right * FINE
    y0, y1 = box.top * FINE, box.bottom * FINE
    nearness, color = fine.nearness, fine.color
    for row in range(y0, y1):
        nearness[row, x0:x1] = fine.floor[row]

    # All in single precision: twice as fast, and fine enough for a picture.
    one, half = np.float32(1), np.float32(0.5)
    for f in range(len(faces)):
        ia, ib, ic = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, az = screen[ia]
        bx, by, bz = screen[ib]
        cx, cy, cz = screen[ic]
        area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay)
        if area <= 0 or az == 0 or bz == 0 or cz == 0:
            continue

        inverse = one / area
        left, right = max(x0, int(min(ax, bx, cx) + half)), min(x1 - 1, int(max(ax, bx, cx) - half))
        top, bottom = max(y0, int(min(ay, by, cy) + half)), min(y1 - 1, int(max(ay, by, cy) - half))
        for row in range(top, bottom + 1):
            y = row + half
            # Barycentric weights of the first sub-pixel's middle; from one to the next they grow
            # by steps that are the same along the row.
            wa = ((cx - (left + half)) * (by - y) - (bx - (left + half)) * (cy - y)) * inverse
            wb = ((ax - (left + half)) * (cy - y) - (cx - (left + half)) * (ay - y)) * inverse
            wa_step, wb_step = (cy - by) * inverse, (ay - cy) * inverse
            for column in range(left, right + 1):
                wc = one - wa - wb
                if wa >= 0 and wb >= 0 and wc >= 0:
                    depth = wa * az + wb * bz + wc * cz
                    if depth > nearness[row, column]:
                        nearness[row, column] = depth
                        for i in range(3):
                            color[row, column, i] = np.uint8(
                                wa * lit[ia, i] + wb * lit[ib, i] + wc * lit[ic, i]
                            )
                wa += wa_step
                wb += wb_step


@compiled
def _draw_over(fine, box, picture):  # type: ignore[no-untyped-def]
    """Mix the body into the picture by the share of sub-pixels that it covers."""
    whole = FINE * FINE
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            covered, red, green, blue = 0, 0, 0, 0
            for r in range(row * FINE, row * FINE + FINE):
                for c in range(column * FINE, column * FINE + FINE):
                    if fine.nearness[r, c] > fine.floor[r]:
                        covered += 1
                        red += fine.color[r, c, 0]
                        green += fine.color[r, c, 1]
                        blue += fine.color[r, c, 2]

            if covered:
                pixel = picture[row, column]
                pixel[0] = (red + (whole - covered) * pixel[0] + whole // 2) // whole
                pixel[1] = (green + (whole - covered) * pixel[1] + whole // 2) // whole
                pixel[2] = (blue + (whole - covered) * pixel[2] + whole // 2) // whole
