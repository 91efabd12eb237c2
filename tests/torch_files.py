"""Torch files by hand, opcode by opcode, and joblib's pickles, as recognisers write them."""

import pickle
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

_KINDS = {"float32": "FloatStorage", "float64": "DoubleStorage", "int64": "LongStorage"}


def _text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text)) + text.encode()


def _whole(numbers: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(b"J" + struct.pack("<i", n) for n in numbers) + b"t"


def _tensor(
    values: np.ndarray,
    key: int,
    shape: tuple | None = None,
    start: int = 0,
    steps: tuple | None = None,
) -> bytes:
    shape = values.shape if shape is None else shape
    steps = tuple(s // values.itemsize for s in values.strides) if steps is None else steps
    kind = b"ctorch\n" + _KINDS[values.dtype.name].encode() + b"\n"
    place = (
        b"("
        + _text("storage")
        + kind
        + _text(str(key))
        + _text("cpu")
        + b"J"
        + struct.pack("<i", values.size)
        + b"tQ"
    )
    hooks = b"ccollections\nOrderedDict\n)R"
    parts = (
        place + b"J" + struct.pack("<i", start) + _whole(shape) + _whole(steps) + b"\x89" + hooks
    )
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + parts + b"tR"


def _dict(contents: Mapping, storages: list[np.ndarray], **lies) -> bytes:
    body = b""
    for name, value in contents.items():
        body += _text(name)
        if isinstance(value, Mapping):
            body += _dict(value, storages, **lies)
        else:
            storages.append(np.ascontiguousarray(value))
            body += _tensor(storages[-1], len(storages) - 1, **lies)
    return b"}(" + body + b"u"


def torch_file(path: Path, contents: Mapping, extra: bytes = b"", **lies) -> Path:
    """Nested dicts of arrays as torch.save writes tensors.

    ``lies`` replace every tensor's shape, start or steps.
    """
    storages: list[np.ndarray] = []
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "archive/data.pkl", b"\x80\x02" + _dict(contents, storages, **lies) + extra + b"."
        )
        archive.writestr("archive/byteorder", "little")
        for key, values in enumerate(storages):
            archive.writestr(f"archive/data/{key}", values.tobytes())
        archive.writestr("archive/version", "3\n")
    return path


def _stored(values: np.ndarray) -> bytes:
    """One storage in torch's old format: five pickles, a count, and the numbers."""
    mark = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
    key = (
        b"\x80\x02("
        + _text("storage")
        + b"ctorch\n"
        + _KINDS[values.dtype.name].encode()
        + b"\n"
        + _text("7")
    )
    contents = key + _text("cpu") + b"J" + struct.pack("<i", values.size) + b"NtQ."
    parts = [
        mark,
        b"\x80\x02M\xe9\x03.",
        b"\x80\x02}.",
        contents,
        b"\x80\x02]" + _text("7") + b"a.",
    ]
    return b"".join(parts) + struct.pack("<q", values.size) + values.tobytes()


def boxed_file(path: Path, contents: Mapping[str, np.ndarray], tensors: bool = True) -> Path:
    """A dict of tensors, or of arrays, as numpy.save writes an object: inside an array."""
    body = b""
    for name, value in contents.items():
        values = np.ascontiguousarray(value)
        if not tensors:
            body += _text(name) + pickle.dumps(values, 2)[2:-1]
            continue
        data = _stored(values)
        storage = (
            b"ctorch.storage\n_load_from_bytes\n(B" + struct.pack("<I", len(data)) + data + b"tR"
        )
        steps = tuple(s // values.itemsize for s in values.strides)
        hooks = b"ccollections\nOrderedDict\n)R"
        body += _text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"J\0\0\0\0"
        body += _whole(values.shape) + _whole(steps) + b"\x89" + hooks + b"tR"
    dtype = pickle.dumps(np.dtype(object), 3)[2:-1]
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tC\x01btR(K\x01)" + dtype
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }".ljust(117) + b"\n"
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    path.write_bytes(start + b"\x80\x03" + array + b"\x89](}(" + body + b"uetb.")
    return path


def joblib_file(path: Path, contents: Mapping) -> Path:
    """Nested dicts and lists of arrays and plain values as joblib.dump writes them.

    An array's bytes follow its description.
    """
    data = bytearray(b"\x80\x04")
    _joblib(contents, data)
    path.write_bytes(bytes(data + b"."))
    return path


def _joblib(value, data: bytearray) -> None:
    if isinstance(value, Mapping):
        data += b"}("
        for name, inner in value.items():
            data += pickle.dumps(name, 2)[2:-1]
            _joblib(inner, data)
        data += b"u"
    elif isinstance(value, list):
        data += b"]("
        for inner in value:
            _joblib(inner, data)
        data += b"e"
    elif isinstance(value, np.ndarray):
        data += b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}("
        data += _text("subclass") + b"cnumpy\nndarray\n" + _text("shape") + _whole(value.shape)
        data += _text("order") + _text("C") + _text("dtype") + pickle.dumps(value.dtype, 2)[2:-1]
        data += _text("allow_mmap") + b"\x88" + _text("numpy_array_alignment_bytes") + b"K\x10ub"
        pad = 16 - (len(data) + 1) % 16
        data += bytes([pad]) + b"\xff" * pad + value.tobytes()
    else:
        data += pickle.dumps(value, 2)[2:-1]
