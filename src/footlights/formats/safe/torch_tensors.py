"""Tensors without torch and without running anything: of torch files (.pt, .pth), and pickled one
by one inside numpy files.
"""

import io
import math
import os
import struct
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...basics.errors import FootlightsError
from .budget import MAX_FILE, Budget, file_size, read_bytes
from .npz_archive import check_directory
from .pickle_machine import MAX_BYTES, Machine

_DOUBLE = 8  # bytes of a number while it is worked with
_KINDS = {
    "DoubleStorage": "f8", "FloatStorage": "f4", "HalfStorage": "f2", "LongStorage": "i8", "IntStorage": "i4",
    "ShortStorage": "i2", "CharStorage": "i1", "ByteStorage": "u1",
}  # fmt: skip
_OLD = (0x1950A86A20F9469CFC6C, 1001)  # torch's mark and version before files were zips
_LONGEST_HEADER = 200
_OTHERS = ("BoolStorage", "BFloat16Storage")  # known to be harmless, but no numbers of a motion


def load_torch(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """The dict that the torch file at ``path`` holds; read its tensors with
    `safe_pickle.arrays_of`.

    Raises:
        FootlightsError: no torch file of version 1.6 or newer, damaged, too large, or asking for
            anything but tensors.
    """
    check_directory(path, file_size(path, MAX_FILE), zip64=True)
    try:
        with zipfile.ZipFile(path) as archive:
            machine = _Tensors(path, archive)
            return machine.held(_member(archive, "data.pkl", machine.budget))
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        LookupError,
        RuntimeError,
        struct.error,
    ) as error:
        what = f"is no torch file, or damaged ({str(error)[:60]})"
        raise FootlightsError(what, path, "save it again with torch 1.6 or newer") from error


def load_boxed(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """The dict that an .npy file holds as its one object; read its arrays and tensors with
    `safe_pickle.arrays_of`.

    Raises:
        FootlightsError: no such file, damaged, larger than 128 MiB, or asking for anything but
            numpy's arrays and tensors.
    """
    data = read_bytes(path, MAX_BYTES)
    if not data.startswith(b"\x93NUMPY"):
        raise FootlightsError(
            "is no file of numpy", path, "give a track that TRAM wrote, such as hps_track_0.npy"
        )
    length = int.from_bytes(data[8:10], "little")
    if (
        data[:7] != b"\x93NUMPY\x01"
        or b"'descr': '|O'" not in data[10 : 10 + min(length, _LONGEST_HEADER)]
    ):
        raise FootlightsError(
            "holds numbers, but no dancer",
            path,
            "give a track that TRAM wrote, such as hps_track_0.npy",
        )
    return _Pickled(path).held(data[10 + length :])


def _member(archive: zipfile.ZipFile, name: str, budget: Budget) -> bytes:
    """The bytes of the one member whose path ends in ``name`` below the archive's only folder."""
    found = [m for m in archive.infolist() if m.filename.partition("/")[2] == name]
    if len(found) != 1 or found[0].compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"not one {name}, as torch stores it")
    budget.take(found[0].file_size)
    return archive.read(found[0])


@dataclass
class _Storage:
    values: np.ndarray | None


class _Torch(Machine):
    """The pickle machine with torch's few names: storages, and views into them."""

    def knows(self, module: str, name: str) -> bool:
        tensor = (module, name) == ("torch._utils", "_rebuild_tensor_v2")
        return (
            tensor
            or (module == "torch" and name in (*_KINDS, *_OTHERS))
            or super().knows(module, name)
        )

    def make(self, name: str, *arguments: Any) -> Any:
        return (
            _view(self.budget, *arguments[:4])
            if name == "_rebuild_tensor_v2"
            else super().make(name, *arguments)
        )


class _Tensors(_Torch):
    """Of a torch file, whose storages stand beside the pickle under their keys."""

    def __init__(self, path: object, archive: zipfile.ZipFile) -> None:
        super().__init__(path)
        self.archive = archive
        self.storages: dict[str, np.ndarray] = {}

    def persistent(self, key: Any) -> _Storage:
        kind, name, place, _, count = key
        if kind != "storage" or not isinstance(place, str) or not place.isdigit() or len(place) > 6:
            raise ValueError("no storage")
        if name.name in _OTHERS:
            return _Storage(None)
        if place not in self.storages:
            data = _member(self.archive, f"data/{place}", self.budget)
            self.storages[place] = np.frombuffer(data, f"<{_KINDS[name.name]}")
        if count != len(self.storages[place]):
            raise ValueError("a storage of another size")
        return _Storage(self.storages[place])


class _Pickled(_Torch):
    """Of a pickle in which every tensor brings its storage along, as bytes in torch's old format."""

    def knows(self, module: str, name: str) -> bool:
        return (module, name) == ("torch.storage", "_load_from_bytes") or super().knows(
            module, name
        )

    def make(self, name: str, *arguments: Any) -> Any:
        if name != "_load_from_bytes":
            return super().make(name, *arguments)
        self.budget.take(len(arguments[0]))
        return _Old(self.path, self.budget).storage(arguments[0])


class _Old(_Torch):
    """Of torch's old format: pickles of a mark, a version, the machine, what is held and its keys;
    then count and numbers.
    """

    def storage(self, data: bytes) -> _Storage:
        """The one storage that ``data`` holds."""
        self.stream = io.BytesIO(data)
        mark, version, _, name, keys = (self.next() for _ in range(5))
        if (mark, version) != _OLD or not isinstance(name, str) or len(keys) != 1:
            raise ValueError("no storage of torch")
        count = int.from_bytes(self.stream.read(8), "little")
        if name in _OTHERS:
            return _Storage(None)
        rest = self.stream.read()
        kind = np.dtype(f"<{_KINDS[name]}")
        if len(rest) != count * kind.itemsize:
            raise ValueError("a storage of another size")
        return _Storage(np.frombuffer(rest, kind))

    def persistent(self, key: Any) -> str:
        if key[0] != "storage":
            raise ValueError("no storage")
        return str(key[1].name)


def _view(budget: Budget, storage: Any, start: Any, shape: Any, steps: Any) -> np.ndarray | None:
    """The part of a storage that a tensor shows, after its bounds are compared with what is there."""
    if not isinstance(storage, _Storage) or not all(
        isinstance(part, tuple) and len(part) <= 8 for part in (shape, steps)
    ):
        raise ValueError("no tensor")
    if len(shape) != len(steps) or not all(
        type(n) is int and 0 <= n < 1 << 40 for n in (start, *shape, *steps)
    ):
        raise ValueError("no shape of a tensor")
    if storage.values is None:
        return None
    budget.take(math.prod(shape) * _DOUBLE)  # an expanded one is larger than what it is stored in
    last = start + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    if math.prod(shape) and last >= len(storage.values):
        raise ValueError("a tensor larger than its storage")
    strides = [step * storage.values.itemsize for step in steps]
    return np.lib.stride_tricks.as_strided(storage.values[start:], shape, strides, writeable=False)
