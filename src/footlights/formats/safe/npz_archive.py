"""npz files: a stranger's is checked before memory is taken; ours have reproducible bytes."""

import math
import os
import re
import struct
import zipfile
import zlib
from types import TracebackType
from typing import IO

import numpy as np

from ...basics.budget import MAX_FILE, ROOM, Budget, file_size
from ...basics.errors import FootlightsError
from ...basics.whole_files import writing
from .zip_directory import check_directory

_LONGEST_HEADER = 1000  # bytes
# A npy header is a Python dict: matched, never evaluated.
_HEADER = re.compile(
    r"\{'descr': ?'(?P<descr>[<>|=]([iu][1248]|f[248]|b1|[US][1-9]\d{0,7}))', ?"
    r"'fortran_order': ?(?P<fortran>True|False), ?'shape': ?\((?P<shape>[\d, ]{0,120})\),? ?\}"
)
_NUMPY = b"\x93NUMPY"
_LENGTH_BYTES = {b"\x01\x00": 2, b"\x02\x00": 4, b"\x03\x00": 4}  # of a header, by version
_PREAMBLE = 12  # bytes: mark, version, and the longest length
_PIECE = 1 << 20  # bytes unpacked at once

Shape = tuple[int | None, ...]  # None stands for any length of an axis


class SafeNpz:
    """The arrays of an npz file, read one by one; use in a ``with`` block.

    Nothing is unpickled.

    Raises:
        FootlightsError: the file is no zip, lies about its sizes or holds anything but numbers and
            text.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path
        self._budget = Budget(path)
        check_directory(path, file_size(path, MAX_FILE))
        try:
            self._zip = zipfile.ZipFile(path)
            members = self._zip.infolist()
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            NotImplementedError,
            struct.error,
            UnicodeError,
        ) as error:
            raise self._error(f"is not an npz file ({error})") from error

        self._members = {
            member.filename.removesuffix(".npy"): member
            for member in members
            if member.filename.endswith(".npy")
        }
        if len(self._members) != len(members):
            self._zip.close()
            raise self._error("holds something beside arrays, or an array twice")

    @property
    def names(self) -> tuple[str, ...]:
        """Of the arrays, in the file's order."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def __enter__(self) -> "SafeNpz":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def array(self, name: str, kinds: str = "fiu", shape: Shape | None = None) -> np.ndarray:
        """The array called ``name``.

        Args:
            name: one of `names`.
            kinds: numpy kinds it may have ("f" float, "i" and "u" whole numbers, "b" bool, "U" and
                "S" text).
            shape: the shape it must have; None stands for any length of an axis.

        Raises:
            FootlightsError: it is absent, damaged, of another kind or shape, or holds a number that
                is not finite.
        """
        if name not in self._members:
            raise self._error(
                f"has no array {name!r}", f"it holds {', '.join(self.names[:12]) or 'none'}"
            )
        member = self._members[name]
        self._budget.take(member.file_size)
        try:
            with self._zip.open(member) as stream:
                values = _read_array(stream, member.file_size, kinds, shape)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            ValueError,
            RuntimeError,
            struct.error,
        ) as error:
            raise self._error(f"{name} cannot be read ({error})") from error
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise self._error(f"{name} holds a number that is not finite", "cut or repair it")
        return values

    def text(self, name: str) -> str:
        """The single text called ``name``; errors as `array`."""
        return str(self.array(name, "U", ()))

    def _error(self, what: str, do: str = "write the file again") -> FootlightsError:
        return FootlightsError(what, self.path, do)


def load_array(path: str | os.PathLike[str], kinds: str = "fiu") -> np.ndarray:
    """The array in an .npy file.

    Raises:
        FootlightsError: it is damaged, too large, or no array of these numpy kinds.
    """
    size = file_size(path, ROOM)
    try:
        with open(path, "rb") as stream:
            return _read_array(stream, size, kinds, None)
    except (OSError, ValueError) as error:
        raise FootlightsError(f"cannot be read ({error})", path, "write the file again") from error


def _read_array(stream: IO[bytes], size: int, kinds: str, shape: Shape | None) -> np.ndarray:
    """The array of an npy stream of ``size`` bytes.

    Its header must account for every one of them.
    """
    start = stream.read(_PREAMBLE)
    width = _LENGTH_BYTES.get(start[6:8])
    if not start.startswith(_NUMPY) or width is None:
        raise ValueError("it is no array")
    length = int.from_bytes(start[8 : 8 + width], "little")
    if length > _LONGEST_HEADER:
        raise ValueError("its header is too long")
    # Of a short length, the preamble has taken the first bytes of the header along.
    head = start[8 + width :] + stream.read(max(0, length - (4 - width)))

    dtype, fortran, found_shape = _parse_header(head[:length])
    if dtype.kind not in kinds:
        raise ValueError(f"it holds {dtype.name}, not what belongs there")
    if shape is not None and not _fits(found_shape, shape):
        expected = tuple("any" if length is None else length for length in shape)
        raise ValueError(f"it has shape {found_shape}, not {expected}")
    count = math.prod(found_shape)
    if count * dtype.itemsize != size - 8 - width - length:
        raise ValueError(f"its header claims shape {found_shape}, which is not what follows")

    data = bytearray(head[length:])
    while piece := stream.read(_PIECE):
        data += piece
    values = np.frombuffer(data, dtype, count)
    return values.reshape(found_shape, order="F" if fortran else "C")


def _parse_header(text: bytes) -> tuple[np.dtype, bool, tuple[int, ...]]:
    """Type, whether it is in Fortran's order, and shape."""
    match = _HEADER.fullmatch(text.decode("latin1").strip())
    if match is None:
        raise ValueError("its header is not that of numbers or text")
    shape = tuple(int(n) for n in match["shape"].replace(",", " ").split())
    return np.dtype(match["descr"]), match["fortran"] == "True", shape


def _fits(shape: tuple[int, ...], expected: Shape) -> bool:
    return len(shape) == len(expected) and all(
        length in (None, n) for n, length in zip(shape, expected, strict=True)
    )


def write_arrays(path: str | os.PathLike[str], arrays: dict[str, np.ndarray]) -> None:
    """Writes arrays as an npz whose bytes depend on nothing but them.

    No dates, no compression, little-endian.
    """
    with writing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, values in arrays.items():
            # zipfile's own defaults would note the hour and the system.
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o644 << 16
            values = np.ascontiguousarray(values).reshape(np.shape(values))
            little = values.astype(values.dtype.newbyteorder("<"))
            with archive.open(member, "w", force_zip64=False) as stream:
                np.lib.format.write_array(stream, little, (1, 0), allow_pickle=False)
