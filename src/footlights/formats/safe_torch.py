"""Tensors out of a torch file (.pt, .pth) without torch and without running it: a zip of a pickle and of raw numbers."""

import math
import os
import struct
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import FootlightsError
from .bounded import MAX_FILE, file_size
from .safe_npz import check_directory
from .safe_pickle import Machine

_MAX_PICKLE = 8 << 20
_MAX_STORAGE = 128 << 20
_MAX_NUMBERS = 16 << 20  # of one tensor: an expanded one is larger than what it is stored in
_KINDS = {
    "DoubleStorage": "f8", "FloatStorage": "f4", "HalfStorage": "f2", "LongStorage": "i8", "IntStorage": "i4",
    "ShortStorage": "i2", "CharStorage": "i1", "ByteStorage": "u1",
}  # fmt: skip
_OTHERS = ("BoolStorage", "BFloat16Storage")  # known to be harmless, but no numbers of a motion


def load_torch(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """The dict that the torch file at ``path`` holds; read its tensors with `safe_pickle.arrays_of`.

    Raises:
        FootlightsError: no torch file of version 1.6 or newer, damaged, too large, or asking for anything but tensors.
    """
    check_directory(path, file_size(path, MAX_FILE), zip64=True)
    try:
        with zipfile.ZipFile(path) as archive:
            return _Tensors(path, archive).held(_member(archive, "data.pkl", _MAX_PICKLE))
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, LookupError, RuntimeError, struct.error) as error:
        what = f"is no torch file, or damaged ({str(error)[:60]})"
        raise FootlightsError(what, path, "save it again with torch 1.6 or newer") from error


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """The bytes of the one member whose path ends in ``name`` below the archive's only folder."""
    found = [m for m in archive.infolist() if m.filename.partition("/")[2] == name]
    if len(found) != 1 or found[0].compress_type != zipfile.ZIP_STORED or found[0].file_size > limit:
        raise ValueError(f"no {name} of ordinary size")
    return archive.read(found[0])


@dataclass
class _Storage:
    values: np.ndarray | None


class _Tensors(Machine):
    """The pickle machine with torch's few names: storages by key, and views into them."""

    def __init__(self, path: object, archive: zipfile.ZipFile) -> None:
        super().__init__(path)
        self.archive = archive
        self.storages: dict[str, np.ndarray] = {}
        self.taken = 0

    def knows(self, module: str, name: str) -> bool:
        tensor = (module, name) == ("torch._utils", "_rebuild_tensor_v2")
        return tensor or (module == "torch" and name in (*_KINDS, *_OTHERS)) or super().knows(module, name)

    def make(self, name: str, *arguments: Any) -> Any:
        return _view(*arguments[:4]) if name == "_rebuild_tensor_v2" else super().make(name, *arguments)

    def persistent(self, key: Any) -> _Storage:
        kind, name, place, _, count = key
        if kind != "storage" or not isinstance(place, str) or not place.isdigit() or len(place) > 6:
            raise ValueError("no storage")
        if name.name in _OTHERS:
            return _Storage(None)
        if place not in self.storages:
            data = _member(self.archive, f"data/{place}", _MAX_STORAGE)
            self.taken += len(data)
            if self.taken > 2 * _MAX_STORAGE:
                raise FootlightsError("holds more numbers than a motion needs", self.path, "save the motion alone")
            self.storages[place] = np.frombuffer(data, f"<{_KINDS[name.name]}")
        if count != len(self.storages[place]):
            raise ValueError("a storage of another size")
        return _Storage(self.storages[place])


def _view(storage: Any, start: Any, shape: Any, steps: Any) -> np.ndarray | None:
    """The part of a storage that a tensor shows, after its bounds are compared with what is there."""
    if not isinstance(storage, _Storage) or not all(type(n) is int and n >= 0 for n in (start, *shape, *steps)):
        raise ValueError("no tensor")
    if storage.values is None:
        return None
    if len(shape) != len(steps) or len(shape) > 8 or math.prod(shape) > _MAX_NUMBERS:
        raise ValueError("no shape of a tensor")
    last = start + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    if math.prod(shape) and last >= len(storage.values):
        raise ValueError("a tensor larger than its storage")
    strides = [step * storage.values.itemsize for step in steps]
    return np.lib.stride_tricks.as_strided(storage.values[start:], shape, strides, writeable=False)
