"""npz files: a stranger's is checked before any memory is taken; ours have the same bytes for the
same arrays.
"""

import math
import os
import re
import struct
import zipfile
import zlib
from types import TracebackType
from typing import IO

import numpy as np

from ...basics.errors import FootlightsError
from ...basics.whole_files import writing
from .budget import MAX_FILE, Budget, file_size

MAX_MEMBERS = 200
_LONGEST_HEADER = 1000
_HEADER = re.compile(
    r"\{'descr': ?'(?P<descr>[<>|=]([iu][1248]|f[248]|b1|[US][1-9]\d{0,7}))', ?"
    r"'fortran_order': ?(?P<fortran>True|False), ?'shape': ?\((?P<shape>[\d, ]{0,120})\),? ?\}"
)
_END, _LOCATOR = b"PK\x05\x06", b"PK\x06\x07"


class SafeNpz:
    """The arrays of an npz file, read one by one; use in a ``with`` block.

    Nothing is unpickled. Raises FootlightsError when the file is no zip, lies about its sizes or
    holds anything but numbers and text.
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
            m.filename.removesuffix(".npy"): m for m in members if m.filename.endswith(".npy")
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

    def array(
        self, name: str, kinds: str = "fiu", shape: tuple[int | None, ...] | None = None
    ) -> np.ndarray:
        """The array called ``name``.

        Args:
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
                values = _array(stream, member.file_size, kinds, shape)
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


def write_arrays(path: str | os.PathLike[str], arrays: dict[str, np.ndarray]) -> None:
    """Writes arrays as an npz whose bytes depend on nothing but them: no dates, no compression,
    little-endian.
    """
    with writing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, values in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o644 << 16
            little = np.ascontiguousarray(values).reshape(np.shape(values))
            with archive.open(member, "w", force_zip64=False) as stream:
                np.lib.format.write_array(
                    stream, little.astype(little.dtype.newbyteorder("<")), (1, 0), False
                )


def check_directory(path: str | os.PathLike[str], size: int, *, zip64: bool = False) -> None:
    """Refuses a zip whose directory claims more entries than a motion has, before the directory is
    read.

    Args:
        zip64: whether its directory may be in the form for large files, as torch always writes it.
    """
    with open(path, "rb") as handle:
        handle.seek(max(0, size - (1 << 16) - 22))
        tail = handle.read()
    at = len(tail) - 22 if tail[-22:-18] == _END and tail[-2:] == b"\0\0" else tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        kind = "torch" if zip64 else "npz"
        raise FootlightsError(
            f"is no {kind} file, or cut short (no directory at its end)",
            path,
            "write the file again",
        )
    entries, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    large = tail[max(0, at - 20) : at].startswith(_LOCATOR)
    if large and zip64:
        entries, length = _large(tail, at, size)
    if entries > MAX_MEMBERS or length > MAX_MEMBERS * 1000 or (large and not zip64):
        raise FootlightsError(
            f"claims {entries} entries, more than a motion needs", path, "is this a motion?"
        )


def _large(tail: bytes, at: int, size: int) -> tuple[int, int]:
    """Entries and length of the directory in the zip64 record that must stand right before its
    locator; else far too many.
    """
    record = tail[max(0, at - 76) : max(0, at - 20)]
    place = struct.unpack("<Q", tail[at - 12 : at - 4])[0]
    if len(record) < 56 or record[:4] != b"PK\x06\x06" or place != size - len(tail) + at - 76:
        return 1 << 32, 1 << 32
    return struct.unpack("<QQ", record[32:48])


def _array(
    stream: IO[bytes], size: int, kinds: str, shape: tuple[int | None, ...] | None
) -> np.ndarray:
    """The array of an npy stream of ``size`` bytes, whose header must account for every one of
    them.
    """
    start = stream.read(12)
    width = {b"\x01\x00": 2, b"\x02\x00": 4, b"\x03\x00": 4}.get(start[6:8])
    if start[:6] != b"\x93NUMPY" or width is None:
        raise ValueError("it is no array")
    length = int.from_bytes(start[8 : 8 + width], "little")
    if length > _LONGEST_HEADER:
        raise ValueError("its header is too long")
    head = start[8 + width :] + stream.read(max(0, length - (4 - width)))
    dtype, fortran, found = _header(head[:length])
    if dtype.kind not in kinds:
        raise ValueError(f"it holds {dtype.name}, not what belongs there")
    if shape is not None and (
        len(found) != len(shape)
        or any(w not in (None, n) for n, w in zip(found, shape, strict=True))
    ):
        raise ValueError(
            f"it has shape {found}, not {tuple('any' if w is None else w for w in shape)}"
        )
    count = math.prod(found)
    if count * dtype.itemsize != size - 8 - width - length:
        raise ValueError(f"its header claims shape {found}, which is not what follows")
    data = bytearray(head[length:])
    while piece := stream.read(1 << 20):
        data += piece
    return np.frombuffer(data, dtype, count).reshape(found, order="F" if fortran else "C")


def _header(text: bytes) -> tuple[np.dtype, bool, tuple[int, ...]]:
    """Type, order and shape of an npy header, which is a Python dict: matched, never evaluated."""
    match = _HEADER.fullmatch(text.decode("latin1").strip())
    if match is None:
        raise ValueError("its header is not that of numbers or text")
    shape = tuple(int(n) for n in match["shape"].replace(",", " ").split())
    return np.dtype(match["descr"]), match["fortran"] == "True", shape
