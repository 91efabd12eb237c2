"""The picture without a graphics card: a shaded mesh on a gridded floor with its shadow, in
compiled loops.
"""

import numpy as np

from ..basics.jit import compiled
from .camera import View

FINE = 3  # sub-pixels of the body along each side of a pixel
TEXELS, TEXEL = 200, 0.016  # the patch of floor that can be in shadow: cells a side, metres a cell
GRAZE = 2e-3  # metres that a sole must sink before the floor hides it
# sRGB: the floor, its lines, the haze it runs into, the sky above.
TONES = np.array([[190, 191, 194], [92, 98, 114], [222, 224, 228], [192, 197, 207]], np.float32)
HAZE = 8.0, 24.0  # metres ahead: where the floor begins to fade, where it is gone


class Canvas:
    """Buffers for pictures of one mesh at one size, used again for every frame.

    Args:
        size: width and height in pixels.
        faces: (F, 3) int32, counter-clockwise seen from outside.
        colors: (V, 3) uint8 sRGB.
    """

    def __init__(self, size: tuple[int, int], faces: np.ndarray, colors: np.ndarray) -> None:
        self.width, self.height = size
        self.faces, self.colors = (
            np.ascontiguousarray(faces, np.int32),
            np.ascontiguousarray(colors, np.float32),
        )
        self.near = np.zeros((self.height * FINE, self.width * FINE), np.float32)
        self.paint = np.zeros((self.height * FINE, self.width * FINE, 3), np.uint8)

    def draw(self, vertices: np.ndarray, view: View) -> np.ndarray:
        """(H, W, 3) uint8 picture of the mesh (V, 3) over the floor z = 0; what is under the floor
        is hidden.
        """
        vertices = np.ascontiguousarray(vertices, np.float32)
        lit = _shaded(vertices, self.faces, self.colors, view.key, view.fill)
        screen, floor = self._projected(vertices, view), self._floor(view)
        box = self._box(screen)
        _mesh(screen, self.faces, lit, floor, box, self.near, self.paint)
        shear = view.key[:2] / view.key[2]
        origin, shadow = _shadow(vertices, self.faces, shear)
        picture = np.empty((self.height, self.width, 3), np.uint8)
        camera = np.stack([view.eye, view.right, view.up, view.ahead])
        _scene(camera, view.zoom, TONES, origin, shadow, floor, box, self.near, self.paint, picture)
        return picture

    def _projected(self, vertices: np.ndarray, view: View) -> np.ndarray:
        """(V, 3) float32: sub-pixel column and row, and nearness, one over the distance ahead (0
        behind the eye).
        """
        seen = (vertices - view.eye) @ np.stack([view.right, view.up, view.ahead], -1)
        near = np.where(seen[:, 2] > 0.1, 1 / np.maximum(seen[:, 2], 0.1), 0)
        scale = self.height * FINE / (2 * view.zoom)
        column = self.width * FINE / 2 + seen[:, 0] * near * scale
        row = self.height * FINE / 2 - seen[:, 1] * near * scale
        return np.stack([column, row, near], -1).astype(np.float32)

    def _floor(self, view: View) -> np.ndarray:
        """(H FINE,) float32 nearness of the floor along each row of sub-pixels, the same across
        it; 0 in the sky.
        """
        rise = 1 - (np.arange(self.height * FINE) + 0.5) * 2 / (self.height * FINE)
        slope = view.ahead[2] + rise * view.zoom * view.up[2]
        return np.clip(-slope / (view.eye[2] + GRAZE), 0, None).astype(np.float32)

    def _box(self, screen: np.ndarray) -> tuple[int, int, int, int]:
        """First and last-plus-one column and row of the pixels that the mesh can touch."""
        low, high = screen[:, :2].min(0) / FINE, screen[:, :2].max(0) / FINE
        x0, y0 = (
            int(np.clip(edge - 1, 0, size))
            for edge, size in zip(low, (self.width, self.height), strict=True)
        )
        x1, y1 = (
            int(np.clip(edge + 2, 0, size))
            for edge, size in zip(high, (self.width, self.height), strict=True)
        )
        return x0, x1, y0, y1


@compiled
def _shaded(vertices, faces, colors, key, fill):  # type: ignore[no-untyped-def]
    """(V, 3) float32 colours of a matt surface under sky light and two lamps, smooth over the
    mesh.
    """
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
        lamp = max(0.0, (x * key[0] + y * key[1] + z * key[2]) * scale)
        side = max(0.0, (x * fill[0] + y * fill[1] + z * fill[2]) * scale)
        light = 0.56 + 0.12 * z * scale + 0.7 * lamp + 0.34 * side
        for i in range(3):
            lit[v, i] = min(255.0, colors[v, i] * light + 9 * lamp)
    return lit


@compiled
def _mesh(screen, faces, lit, floor, box, near, paint):  # type: ignore[no-untyped-def]
    """Draw the triangles that face the camera into the sub-pixels of ``box``; nearness is linear
    over the picture.
    """
    x0, x1, y0, y1 = box[0] * FINE, box[1] * FINE, box[2] * FINE, box[3] * FINE
    for row in range(y0, y1):
        near[row, x0:x1] = floor[row]
    for f in range(len(faces)):
        ia, ib, ic = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, az = screen[ia]
        bx, by, bz = screen[ib]
        cx, cy, cz = screen[ic]
        area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay)
        if area <= 0 or az == 0 or bz == 0 or cz == 0:
            continue
        one, half = np.float32(1), np.float32(0.5)
        inverse = one / area
        left, right = max(x0, int(min(ax, bx, cx) + half)), min(x1 - 1, int(max(ax, bx, cx) - half))
        for row in range(
            max(y0, int(min(ay, by, cy) + half)), min(y1 - 1, int(max(ay, by, cy) - half)) + 1
        ):
            y = row + half
            wa = ((cx - (left + half)) * (by - y) - (bx - (left + half)) * (cy - y)) * inverse
            wb = ((ax - (left + half)) * (cy - y) - (cx - (left + half)) * (ay - y)) * inverse
            wa_step, wb_step = (cy - by) * inverse, (ay - cy) * inverse
            for column in range(left, right + 1):
                wc = one - wa - wb
                if wa >= 0 and wb >= 0 and wc >= 0:
                    depth = wa * az + wb * bz + wc * cz
                    if depth > near[row, column]:
                        near[row, column] = depth
                        for i in range(3):
                            paint[row, column, i] = np.uint8(
                                wa * lit[ia, i] + wb * lit[ib, i] + wc * lit[ic, i]
                            )
                wa += wa_step
                wb += wb_step


@compiled
def _shadow(vertices, faces, shear):  # type: ignore[no-untyped-def]
    """The corner (2,) m of a patch of floor and how dark it is (TEXELS, TEXELS), from the lowest
    body height over it.

    Two shadows are added: a sharp one that dies out within 10 cm of height, so that touching shows,
    and a wide soft one.
    """
    cast = np.empty((len(vertices), 2), np.float32)
    for v in range(len(vertices)):
        height = max(vertices[v, 2], 0.0)
        cast[v, 0] = vertices[v, 0] - height * shear[0]
        cast[v, 1] = vertices[v, 1] - height * shear[1]
    origin = np.empty(2)
    for i in range(2):
        origin[i] = (cast[:, i].min() + cast[:, i].max() - TEXELS * TEXEL) / 2
    lowest = np.full((TEXELS, TEXELS), 1e9, np.float32)
    for f in range(len(faces)):
        _cast_triangle(cast, vertices, faces[f], origin, lowest)
    touch, soft = np.zeros_like(lowest), np.zeros_like(lowest)
    for i in range(TEXELS):
        for j in range(TEXELS):
            if lowest[i, j] < 1e8:
                touch[i, j] = np.exp(-max(lowest[i, j], 0.0) / 0.035)
                soft[i, j] = np.exp(-max(lowest[i, j], 0.0) / 1.5)
    for _ in range(2):
        touch, soft = _blurred(_blurred(touch, 2), 2), _blurred(_blurred(soft, 5), 5)
    for i in range(TEXELS):
        for j in range(TEXELS):
            touch[i, j] = 1 - (1 - 0.8 * touch[i, j]) * (1 - 0.42 * soft[i, j])
    return origin, touch


@compiled
def _cast_triangle(cast, vertices, face, origin, lowest):  # type: ignore[no-untyped-def]
    """Lower ``lowest`` to the heights of one triangle that looks away from the light."""
    a, b, c = face
    ax, ay = (cast[a, 0] - origin[0]) / TEXEL, (cast[a, 1] - origin[1]) / TEXEL
    bx, by = (cast[b, 0] - origin[0]) / TEXEL, (cast[b, 1] - origin[1]) / TEXEL
    cx, cy = (cast[c, 0] - origin[0]) / TEXEL, (cast[c, 1] - origin[1]) / TEXEL
    area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay)
    if area <= 0:
        return
    left, right = max(0, int(min(ax, bx, cx) + 0.5)), min(TEXELS - 1, int(max(ax, bx, cx) - 0.5))
    for row in range(
        max(0, int(min(ay, by, cy) + 0.5)), min(TEXELS - 1, int(max(ay, by, cy) - 0.5)) + 1
    ):
        y = row + 0.5
        for column in range(left, right + 1):
            x = column + 0.5
            wa = (cx - x) * (by - y) - (bx - x) * (cy - y)
            wb = (ax - x) * (cy - y) - (cx - x) * (ay - y)
            if wa >= 0 and wb >= 0 and area - wa - wb >= 0:
                height = (
                    wa * vertices[a, 2] + wb * vertices[b, 2] + (area - wa - wb) * vertices[c, 2]
                ) / area
                lowest[row, column] = min(lowest[row, column], height)


@compiled
def _blurred(image, radius):  # type: ignore[no-untyped-def]
    """Mean over 2 ``radius`` + 1 cells along each row, with rows and columns exchanged: twice is a
    square.
    """
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


@compiled
def _ink(start, step, below, below_step, ink):  # type: ignore[no-untyped-def]
    """How much line (columns,) there is in each pixel of a row: 1 on a metre line, less on a half,
    averaged over a pixel.

    ``start`` (2,) is the floor place of column 0 and ``step`` (2,) that from column to column;
    ``below`` one row lower.
    """
    one, two = np.float32(1), np.float32(2)
    ink[:] = 0
    for axis in range(2):
        for column in range(len(ink)):
            place = start[axis] + step[axis] * column
            foot = abs(below[axis] + below_step[axis] * column - place) + abs(step[axis])
            nearest = np.floor(place * two + np.float32(0.5))
            odd = nearest - two * np.floor(nearest / two)
            width = np.float32(0.018) - np.float32(0.008) * odd
            off = abs(place - nearest / two)
            share = min(min((width / two + foot / two - off) / foot, width / foot), one)
            ink[column] = max(ink[column], share * (one - np.float32(0.58) * odd))


@compiled
def _darkness(start, step, origin, shadow, dark):  # type: ignore[no-untyped-def]
    """How dark (columns,) the shadow is along a row of pixels, between the cells of its patch."""
    for column in range(len(dark)):
        u = (start[0] + step[0] * column - origin[0]) / TEXEL - 0.5
        v = (start[1] + step[1] * column - origin[1]) / TEXEL - 0.5
        dark[column] = 0
        if 0 <= u < TEXELS - 1 and 0 <= v < TEXELS - 1:
            i, j = int(v), int(u)
            p, q = v - i, u - j
            above = shadow[i, j] * (1 - q) + shadow[i, j + 1] * q
            dark[column] = (
                above * (1 - p) + (shadow[i + 1, j] * (1 - q) + shadow[i + 1, j + 1] * q) * p
            )


@compiled
def _met(camera, zoom, height, width, row):  # type: ignore[no-untyped-def]
    """Distance ahead at which a row of pixels meets the floor, its place (2,) in column 0 and the
    step (2,) to the next.
    """
    eye, right, up, ahead = camera
    pixel = 2 * zoom / height
    rise, aside = zoom - (row + 0.5) * pixel, (0.5 - width / 2) * pixel
    far = -eye[2] / min(ahead[2] + rise * up[2], -1e-9)
    start, step = np.empty(2, np.float32), np.empty(2, np.float32)
    for i in range(2):
        start[i] = eye[i] + far * (ahead[i] + aside * right[i] + rise * up[i])
        step[i] = far * pixel * right[i]
    return far, start, step


@compiled
def _scene(camera, zoom, tones, origin, shadow, floor, box, near, paint, picture):  # type: ignore[no-untyped-def]
    """Fill the picture: floor or sky in each pixel, and over it the mean of the body's sub-pixels."""
    height, width, _ = picture.shape
    ink, dark = np.zeros(width, np.float32), np.zeros(width, np.float32)
    ground, line, haze, sky = tones
    for row in range(height):
        far, start, step = _met(camera, zoom, height, width, row)
        ink[:] = 0
        dark[:] = 0
        fade = np.float32(min(max((far - HAZE[0]) / (HAZE[1] - HAZE[0]), 0.0), 1.0))
        if fade < 1:
            _, below, below_step = _met(camera, zoom, height, width, row + 1)
            _ink(start, step, below, below_step, ink)
            _darkness(start, step, origin, shadow, dark)
        high = np.float32(
            min(1.0, max(0.0, (camera[3, 2] / zoom + 1 - (2 * row + 1) / height) * 1.6))
        )
        for k in range(3):
            back = (haze[k] + high * (sky[k] - haze[k])) * fade + np.float32(0.5)
            base, to_line = ground[k] * (1 - fade), (line[k] - ground[k]) * (1 - fade)
            for column in range(width):
                picture[row, column, k] = np.uint8(
                    (base + ink[column] * to_line) * (1 - dark[column]) + back
                )
        if box[2] <= row < box[3]:
            _over(row, floor, box, near, paint, picture)


@compiled
def _over(row, floor, box, near, paint, picture):  # type: ignore[no-untyped-def]
    """Mix the body into one row of the picture by the share of sub-pixels that it covers."""
    whole = FINE * FINE
    for column in range(box[0], box[1]):
        covered, red, green, blue = 0, 0, 0, 0
        for r in range(row * FINE, row * FINE + FINE):
            for c in range(column * FINE, column * FINE + FINE):
                if near[r, c] > floor[r]:
                    covered += 1
                    red += paint[r, c, 0]
                    green += paint[r, c, 1]
                    blue += paint[r, c, 2]
        if covered:
            pixel = picture[row, column]
            pixel[0] = (red + (whole - covered) * pixel[0] + whole // 2) // whole
            pixel[1] = (green + (whole - covered) * pixel[1] + whole // 2) // whole
            pixel[2] = (blue + (whole - covered) * pixel[2] + whole // 2) // whole
