"""The floor of a picture, in compiled loops: lines each metre and half metre, shadow, haze, sky."""

from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled
from .camera import View
from .floor_shadow import CELL, CELLS, ShadowPatch

# sRGB of the floor, its lines, the haze that it runs into, the sky above.
_TONES = np.array([[190, 191, 194], [92, 98, 114], [222, 224, 228], [192, 197, 207]], np.float32)
_HAZE_START, _HAZE_END = 8.0, 24.0  # metres ahead: where the floor begins to fade, where it is gone
_SKY_RISE = 1.6  # haze has turned into sky 1 / 1.6 of half a picture above the horizon
_METRE_WIDTH = np.float32(0.018)  # metres that a line at each metre is wide
_HALF_THINNER = np.float32(0.008)  # by which one at half a metre is narrower
_HALF_PALER = np.float32(0.58)  # share by which it is paler


class _Lens(NamedTuple):
    """A `View` as compiled loops take it: (3,) place and axes, and the zoom."""

    eye: np.ndarray
    right: np.ndarray
    up: np.ndarray
    ahead: np.ndarray
    zoom: float


def draw_floor(view: View, shadow: ShadowPatch, picture: np.ndarray) -> None:
    """Fill a picture (H, W, 3) uint8 with the floor z = 0 and the sky, sRGB."""
    _draw(_Lens(view.eye, view.right, view.up, view.ahead, view.zoom), _TONES, shadow, picture)


@compiled
def _draw(lens, tones, shadow, picture):  # type: ignore[no-untyped-def]
    height, width, _ = picture.shape
    lines, dark = np.zeros(width, np.float32), np.zeros(width, np.float32)
    floor, line, haze, sky = tones
    for row in range(height):
        far, start, step = _row_on_floor(lens, height, width, row)
        lines[:] = 0
        dark[:] = 0
        fade = np.float32(min(max((far - _HAZE_START) / (_HAZE_END - _HAZE_START), 0.0), 1.0))
        if fade < 1:
            _, below, below_step = _row_on_floor(lens, height, width, row + 1)
            _line_shares(start, step, below, below_step, lines)
            _shadow_shares(start, step, shadow, dark)

        level = lens.ahead[2] / lens.zoom + 1 - (2 * row + 1) / height
        high = np.float32(min(1.0, max(0.0, level * _SKY_RISE)))
        for k in range(3):
            back = (haze[k] + high * (sky[k] - haze[k])) * fade + np.float32(0.5)
            base, to_line = floor[k] * (1 - fade), (line[k] - floor[k]) * (1 - fade)
            for column in range(width):
                picture[row, column, k] = np.uint8(
                    (base + lines[column] * to_line) * (1 - dark[column]) + back
                )


@compiled
def _row_on_floor(lens, height, width, row):  # type: ignore[no-untyped-def]
    """Where a row of pixels meets the floor.

    Returns the distance ahead in metres, and on the floor the place (2,) of column 0 and the step
    (2,) from column to column.
    """
    pixel = 2 * lens.zoom / height
    rise, aside = lens.zoom - (row + 0.5) * pixel, (0.5 - width / 2) * pixel
    # Rows above the horizon meet it so far away that the haze has it all.
    far = -lens.eye[2] / min(lens.ahead[2] + rise * lens.up[2], -1e-9)
    start, step = np.empty(2, np.float32), np.empty(2, np.float32)
    for i in range(2):
        direction = lens.ahead[i] + aside * lens.right[i] + rise * lens.up[i]
        start[i] = lens.eye[i] + far * direction
        step[i] = far * pixel * lens.right[i]
    return far, start, step


@compiled
def _line_shares(start, step, below, below_step, lines):  # type: ignore[no-untyped-def]
    """How much line (columns,) there is in each pixel of a row: 1 on a metre line, less on a half.

    Averaged over the pixel, whose size on the floor is seen from the row ``below``: lines far away
    grow pale instead of flickering.
    """
    one, two = np.float32(1), np.float32(2)
    lines[:] = 0
    for axis in range(2):
        for column in range(len(lines)):
            place = start[axis] + step[axis] * column
            size = abs(below[axis] + below_step[axis] * column - place) + abs(step[axis])
            nearest = np.floor(place * two + np.float32(0.5))  # line, in half metres
            odd = nearest - two * np.floor(nearest / two)  # 1 at half a metre, 0 at a metre
            width = _METRE_WIDTH - _HALF_THINNER * odd
            off = abs(place - nearest / two)
            share = min(min((width / two + size / two - off) / size, width / size), one)
            lines[column] = max(lines[column], share * (one - _HALF_PALER * odd))


@compiled
def _shadow_shares(start, step, shadow, dark):  # type: ignore[no-untyped-def]
    """How dark (columns,) the shadow is along a row of pixels, between the cells of its patch."""
    cells = shadow.darkness
    for column in range(len(dark)):
        u = (start[0] + step[0] * column - shadow.origin[0]) / CELL - 0.5
        v = (start[1] + step[1] * column - shadow.origin[1]) / CELL - 0.5
        dark[column] = 0
        if 0 <= u < CELLS - 1 and 0 <= v < CELLS - 1:
            i, j = int(v), int(u)
            p, q = v - i, u - j
            near = cells[i, j] * (1 - q) + cells[i, j + 1] * q
            dark[column] = (
                near * (1 - p) + (cells[i + 1, j] * (1 - q) + cells[i + 1, j + 1] * q) * p
            )
