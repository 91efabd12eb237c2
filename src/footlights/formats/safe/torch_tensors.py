"""Tensors without torch and without running anything.

Of torch files (.pt, .pth), and pickled one by one inside numpy files.
"""

import io
import math
import os
import struct
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...basics.budget import MAX_FILE, MAX_PICKLE, Budget, file_size, read_bytes
from ...basics.errors import FootlightsError
from .pickle_machine import PickleMachine
from .zip_directory import check_directory

_DOUBLE = 8  # bytes of a number while it is worked with
_DTYPES = {
    "DoubleStorage": "f8",
    "FloatStorage": "f4",
    "HalfStorage": "f2",
    "LongStorage": "i8",
    "IntStorage": "i4",
    "ShortStorage": "i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
}
_NOT_READ = ("BoolStorage", "BFloat16Storage")  # harmless, but no numbers of a motion
_OLD_MAGIC, _OLD_VERSION = 0x1950A86A20F9469CFC6C, 1001  # of torch before its files were zips
_LONGEST_HEADER = 200  # bytes of a numpy header that are looked at
_MOST_EXPANDED = 1 << 20  # numbers
_MOST_AXES, _LARGEST_SIZE = 8, 1 << 40
_GIVE_TRACK = "give a track that TRAM wrote, such as hps_track_0.npy"


def load_torch(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """The dict that the torch file at ``path`` holds; its tensors are read with `arrays_of`.

    Raises:
        FootlightsError: no torch file of version 1.6 or newer, damaged, too large, or asking for
            anything but tensors.
    """
    check_directory(path, file_size(path, MAX_FILE), zip64=True)
    try:
        with zipfile.ZipFile(path) as archive:
            machine = _TorchFileMachine(path, archive)
            return machine.load_dict(_member(archive, "data.pkl", machine.budget))
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


def is_boxed(path: str | os.PathLike[str]) -> bool:
    """Whether an .npy file holds an object and no array of numbers; errors as `file_size`."""
    file_size(path)
    with open(path, "rb") as handle:
        return b"'descr': '|O'" in handle.read(_LONGEST_HEADER)


def load_boxed(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """The dict that an .npy file holds as its one object.

    Its arrays and tensors are read with `arrays_of`.

    Raises:
        FootlightsError: no such file, damaged, larger than 128 MiB, or asking for anything but
            numpy's arrays and tensors.
    """
    data = read_bytes(path, MAX_PICKLE)
    if not data.startswith(b"\x93NUMPY"):
        raise FootlightsError("is no file of numpy", path, _GIVE_TRACK)
    length = int.from_bytes(data[8:10], "little")
    header = data[10 : 10 + min(length, _LONGEST_HEADER)]
    if data[:7] != b"\x93NUMPY\x01" or b"'descr': '|O'" not in header:
        raise FootlightsError("holds numbers, but no dancer", path, _GIVE_TRACK)
    return _BoxedTensorMachine(path).load_dict(data[10 + length :])


def _member(archive: zipfile.ZipFile, name: str, budget: Budget) -> bytes:
    """The bytes of the one member whose path ends in ``name`` below the archive's only folder."""
    members = [m for m in archive.infolist() if m.filename.partition("/")[2] == name]
    if len(members) != 1 or members[0].compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"not one {name}, as torch stores it")
    budget.take(members[0].file_size)
    return archive.read(members[0])


@dataclass
class _Storage:
    """The numbers (N,) that tensors are views of; None for those that are not read."""

    values: np.ndarray | None


class _TorchMachine(PickleMachine):
    """The pickle machine with torch's few names: storages, and views of them."""

    def knows(self, module: str, name: str) -> bool:
        is_view = (module, name) == ("torch._utils", "_rebuild_tensor_v2")
        is_storage = module == "torch" and (name in _DTYPES or name in _NOT_READ)
        return is_view or is_storage or super().knows(module, name)

    def call(self, name: str, *arguments: Any) -> Any:
        if name != "_rebuild_tensor_v2":
            return super().call(name, *arguments)
        # What follows the strides is whether it wants a gradient, and hooks.
        storage, start, shape, strides = arguments[:4]
        return _view(storage, start, shape, strides, self.budget)


class _TorchFileMachine(_TorchMachine):
    """Of a torch file, whose storages stand beside the pickle under their keys."""

    def __init__(self, path: object, archive: zipfile.ZipFile) -> None:
        super().__init__(path)
        self.archive = archive
        self.storages: dict[str, np.ndarray] = {}

    def persistent_object(self, key: Any) -> _Storage:
        kind, class_name, index, _, count = key
        is_index = isinstance(index, str) and index.isdigit() and len(index) <= 6
        if kind != "storage" or not is_index:
            raise ValueError("no storage")
        if class_name.name in _NOT_READ:
            return _Storage(None)
        if index not in self.storages:
            data = _member(self.archive, f"data/{index}", self.budget)
            self.storages[index] = np.frombuffer(data, f"<{_DTYPES[class_name.name]}")
        if count != len(self.storages[index]):
            raise ValueError("a storage of another size")
        return _Storage(self.storages[index])


class _BoxedTensorMachine(_TorchMachine):
    """Of a pickle in which every tensor brings its storage along, as bytes in the old format."""

    def knows(self, module: str, name: str) -> bool:
        is_storage = (module, name) == ("torch.storage", "_load_from_bytes")
        return is_storage or super().knows(module, name)

    def call(self, name: str, *arguments: Any) -> Any:
        if name != "_load_from_bytes":
            return super().call(name, *arguments)
        self.budget.take(len(arguments[0]))
        return _OldStorageMachine(self.path, self.budget).load_storage(arguments[0])


class _OldStorageMachine(_TorchMachine):
    """Of torch's old format.

    Five pickles (magic number, version, the computer, what is held, and its keys), then count and
    numbers.
    """

    def load_storage(self, data: bytes) -> _Storage:
        """The one storage that ``data`` holds."""
        self.stream = io.BytesIO(data)
        magic, version, _, class_name, keys = (self.run_next() for _ in range(5))
        if (magic, version) != (_OLD_MAGIC, _OLD_VERSION):
            raise ValueError("no storage of torch")
        if not isinstance(class_name, str) or len(keys) != 1:
            raise ValueError("no storage of torch")
        count = int.from_bytes(self.stream.read(8), "little")
        if class_name in _NOT_READ:
            return _Storage(None)
        numbers = self.stream.read()
        dtype = np.dtype(f"<{_DTYPES[class_name]}")
        if len(numbers) != count * dtype.itemsize:
            raise ValueError("a storage of another size")
        return _Storage(np.frombuffer(numbers, dtype))

    def persistent_object(self, key: Any) -> str:
        if key[0] != "storage":
            raise ValueError("no storage")
        return str(key[1].name)


def _view(storage: Any, start: Any, shape: Any, strides: Any, budget: Budget) -> np.ndarray | None:
    """The part of a storage that a tensor shows; strides are in numbers, not bytes.

    Its bounds are compared with what is there.
    """
    axes_fit = all(isinstance(part, tuple) and len(part) <= _MOST_AXES for part in (shape, strides))
    if not isinstance(storage, _Storage) or not axes_fit:
        raise ValueError("no tensor")
    numbers = (start, *shape, *strides)
    if len(shape) != len(strides) or not all(
        type(n) is int and 0 <= n < _LARGEST_SIZE for n in numbers
    ):
        raise ValueError("no shape of a tensor")
    if storage.values is None:
        return None

    # An expanded tensor is larger than what it is stored in: a body's shape may be, no long clip.
    if math.prod(shape) > max(len(storage.values), _MOST_EXPANDED):
        raise ValueError("a tensor expanded far beyond its storage")
    budget.take(math.prod(shape) * _DOUBLE)
    last = start + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
    if math.prod(shape) and last >= len(storage.values):
        raise ValueError("a tensor larger than its storage")
    byte_strides = [stride * storage.values.itemsize for stride in strides]
    return np.lib.stride_tricks.as_strided(
        storage.values[start:], shape, byte_strides, writeable=False
    )
