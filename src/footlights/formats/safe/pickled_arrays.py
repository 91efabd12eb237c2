"""numpy's arrays as pickles describe them: descriptions, and arrays of the bytes that are there.

Nothing of numpy that a pickle names is called. What a name would make is a description here, and
an array only once its type, shape and bytes have been compared.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

LARGEST_KEY = 1 << 60  # whole numbers beyond, as keys of a dict, can all be made to collide
_MOST_AXES = 32

KNOWN_NAMES = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
    ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    ("builtins", "dict"),
    ("__builtin__", "dict"),
}


@dataclass(frozen=True)
class GlobalName:
    """A global that a file names; it is never looked up."""

    module: str
    name: str


@dataclass
class PickledDtype:
    """A numpy type: kind and bytes, such as "f8", and the order of its bytes."""

    code: str
    byte_order: str = "<"


@dataclass
class PickledArray:
    """An array, or the empty one that a state is to fill."""

    values: np.ndarray | None = None


class JoblibArray:
    """An array of joblib's, whose bytes stand in the file right after its description."""


def call_name(name: str, *arguments: Any) -> Any:
    """What the function ``name`` would make of these arguments: a description, or an array.

    Raises:
        ValueError: it is not called like this.
    """
    if name == "_reconstruct":
        return PickledArray()
    if name == "dtype":
        return PickledDtype(arguments[0])
    if name == "scalar":
        return PickledArray(array_of_bytes(arguments[1], arguments[0], (), "C"))
    if name == "_frombuffer":
        data, dtype, shape, order = arguments
        return PickledArray(array_of_bytes(data, dtype, shape, order))
    if name in ("OrderedDict", "defaultdict"):
        # A defaultdict names what makes its values, which is left out.
        if not arguments or isinstance(arguments[0], GlobalName):
            return {}
    if name == "encode" and arguments[1] == "latin1":
        return arguments[0].encode("latin1")
    raise ValueError(f"{name} is not called like this")


def set_dtype_state(dtype: PickledDtype, state: Any) -> None:
    """Gives a type the byte order of its state, and refuses any with fields inside."""
    dtype.byte_order, inner = state[1], state[2:5]
    if dtype.byte_order not in ("<", ">", "|", "=") or any(part is not None for part in inner):
        raise ValueError("a type that is no number")


def array_of_bytes(data: Any, dtype: Any, shape: Any, order: Any) -> np.ndarray:
    """The array of ``data``, whose length must be that of the shape it claims.

    Raises:
        ValueError: it is not, or the type is none of numbers.
    """
    raw = _raw_bytes(data)
    if not isinstance(dtype, PickledDtype) or not re.fullmatch(r"[fiub][1248]", dtype.code):
        raise ValueError("not an array of numbers")
    if order not in ("C", "F"):
        raise ValueError("not an order")
    numpy_dtype = np.dtype(f"{dtype.byte_order}{dtype.code}")
    if math.prod(checked_shape(shape)) * numpy_dtype.itemsize != len(raw):
        raise ValueError("a shape that its data does not have")
    return np.frombuffer(raw, numpy_dtype).reshape(shape, order=order)


def _raw_bytes(data: Any) -> bytes:
    if isinstance(data, str):  # Python 2 wrote bytes as text
        return data.encode("latin1")
    if isinstance(data, bytes | bytearray):
        return bytes(data)
    raise ValueError("not an array of numbers")


def checked_shape(shape: Any) -> tuple[int, ...]:
    """``shape`` when it is one; ValueError otherwise."""
    if not isinstance(shape, tuple) or len(shape) > _MOST_AXES:
        raise ValueError("not a shape")
    if not all(type(n) is int and 0 <= n < LARGEST_KEY for n in shape):
        raise ValueError("not a shape")
    return shape
