"""Torch files by hand, opcode by opcode, and joblib's pickles: as the recognisers of motion write them."""

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


def _tensor(values: np.ndarray, key: int, shape: tuple | None = None, start: int = 0, steps: tuple | None = None) -> bytes:
    shape = values.shape if shape is None else shape
    steps = tuple(s // values.itemsize for s in values.strides) if steps is None else steps
    kind = b"ctorch\n" + _KINDS[values.dtype.name].encode() + b"\n"
    place = b"(" + _text("storage") + kind + _text(str(key)) + _text("cpu") + b"J" + struct.pack("<i", values.size) + b"tQ"
    hooks = b"ccollections\nOrderedDict\n)R"
    parts = place + b"J" + struct.pack("<i", start) + _whole(shape) + _whole(steps) + b"\x89" + hooks
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + parts + b"tR"


def _dict(held: Mapping, storages: list[np.ndarray], **lies) -> bytes:
    body = b""
    for name, value in held.items():
        body += _text(name)
        if isinstance(value, Mapping):
            body += _dict(value, storages, **lies)
        else:
            storages.append(np.ascontiguousarray(value))
            body += _tensor(storages[-1], len(storages) - 1, **lies)
    return b"}(" + body + b"u"


def torch_file(path: Path, held: Mapping, extra: bytes = b"", **lies) -> Path:
    """Nested dicts of arrays as torch.save writes tensors; ``lies`` replace every tensor's shape, start or steps."""
    storages: list[np.ndarray] = []
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02" + _dict(held, storages, **lies) + extra + b".")
        archive.writestr("archive/byteorder", "little")
        for key, values in enumerate(storages):
            archive.writestr(f"archive/data/{key}", values.tobytes())
        archive.writestr("archive/version", "3\n")
    return path


def joblib_file(path: Path, held: Mapping) -> Path:
    """{person: {name: array}} as joblib.dump writes a defaultdict: each array's bytes follow its description."""
    data = bytearray(b"\x80\x04ccollections\ndefaultdict\ncbuiltins\ndict\n\x85R(")
    for person, arrays in held.items():
        data += b"K" + bytes([person]) + b"}("
        for name, values in arrays.items():
            data += _text(name) + b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}("
            data += _text("subclass") + b"cnumpy\nndarray\n" + _text("shape") + _whole(values.shape)
            data += _text("order") + _text("C") + _text("dtype") + pickle.dumps(values.dtype, 2)[2:-1]
            data += _text("allow_mmap") + b"\x88" + _text("numpy_array_alignment_bytes") + b"K\x10ub"
            pad = 16 - (len(data) + 1) % 16
            data += bytes([pad]) + b"\xff" * pad + values.tobytes()
        data += b"u"
    path.write_bytes(bytes(data + b"u."))
    return path
