"""Pictures as PNG files, losslessly, with nothing but zlib."""

import os
import struct
import zlib

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing


def png(picture: np.ndarray) -> bytes:
    """The bytes of a PNG file (ISO/IEC 15948, truecolour, no filter).

    Args:
        picture: (H, W, 3) uint8, sRGB.

    Raises:
        FootlightsError: it is no such picture.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise FootlightsError(
            f"{picture.shape} {picture.dtype} is not a picture", "png", "give (H, W, 3) uint8"
        )
    height, width, _ = picture.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each begins with its filter: 0, none
    rows[:, 1:] = picture.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (
        _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
        + _chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def write_png(picture: np.ndarray, path: str | os.PathLike[str]) -> None:
    """Write a picture (H, W, 3) uint8 to ``path``, whole or not at all.

    Raises:
        FootlightsError: it is no such picture, or cannot be written.
    """
    data = png(picture)
    with writing(path) as temporary:
        temporary.write_bytes(data)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
