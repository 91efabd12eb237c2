"""Taking arrays out of a stranger's pickle without running it: a small machine of our own reads the
opcodes.

Python's own unpickler calls what a file names. This one knows a few names of numpy, calls none of
them, and makes arrays only of bytes that are there.
"""

import io
import math
import os
import pickletools
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...basics.errors import FootlightsError
from .budget import Budget, read_bytes

MAX_BYTES = 128 << 20
_LONGEST = 1 << 127  # whole numbers beyond take for ever to multiply; torch's mark has 81 bits
_KEYS = 1 << 60  # and as keys, such beyond can all be made to collide
_MOST_ARGUMENTS = 8


@dataclass(frozen=True)
class _Name:
    """A global that a file names; it is never looked up."""

    module: str
    name: str


@dataclass
class _Dtype:
    code: str
    order: str = "<"


@dataclass
class _Array:
    values: np.ndarray | None = None


@dataclass
class _Inline:
    """An array of joblib's, whose bytes stand in the file right after its description."""


_NUMPY = {
    *(
        (f"numpy.{core}.multiarray", name)
        for core in ("core", "_core")
        for name in ("_reconstruct", "scalar")
    ),
    *((f"numpy.{core}.numeric", "_frombuffer") for core in ("core", "_core")),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
    ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    ("builtins", "dict"),
    ("__builtin__", "dict"),
}
_LITERALS = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "UNICODE", "BINUNICODE",
    "SHORT_BINUNICODE", "BINUNICODE8",
}  # fmt: skip


def load_dict(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """The dict that the pickle at ``path`` holds; read its arrays, and those of dicts inside, with
    `arrays_of`.

    Raises:
        FootlightsError: not a pickle of a dict, damaged, larger than 128 MiB, or asking for
            anything but numpy's arrays.
    """
    return Machine(path).held(read_bytes(path, MAX_BYTES))


def arrays_of(held: dict[Any, Any]) -> dict[str, np.ndarray]:
    """The arrays and numbers of a dict that a `Machine` made; its other values are left out."""
    arrays = {
        name: value.values if isinstance(value, _Array) else value for name, value in held.items()
    }
    numbers = {
        name: np.array(value) for name, value in arrays.items() if type(value) in (int, float)
    }
    return {
        name: value for name, value in arrays.items() if isinstance(value, np.ndarray)
    } | numbers


class Machine:
    """The stack machine of the pickle format, without the opcodes that call or import."""

    def __init__(self, path: object, budget: Budget | None = None) -> None:
        self.path = path
        self.stack: list[Any] = []
        self.marks: list[int] = []  # places in the stack
        self.memo: dict[int, Any] = {}
        self.stream = io.BytesIO()
        self.budget = Budget(path) if budget is None else budget

    def held(self, data: bytes) -> dict[Any, Any]:
        """The dict that the pickle ``data`` holds; FootlightsError when it is damaged or holds
        something else.
        """
        held = self.guarded(lambda: self.run(data))
        if not isinstance(held, dict):
            raise FootlightsError(
                "holds no dict of arrays",
                self.path,
                "give a file of AIST++, EDGE, WHAM, 4D-Humans or SMPL-X",
            )
        return held

    def guarded(self, work: Callable[[], Any]) -> Any:
        """What ``work`` gives; FootlightsError for what a damaged file makes Python raise in it."""
        try:
            return work()
        except (
            ValueError,
            LookupError,
            TypeError,
            OverflowError,
            AttributeError,
            struct.error,
            RecursionError,
        ) as error:
            raise FootlightsError(
                "is no pickle of arrays, or damaged", self.path, "write the file again"
            ) from error
        except MemoryError as error:
            raise FootlightsError(
                "needs more memory than there is", self.path, "cut it into parts"
            ) from error

    def run(self, data: bytes) -> Any:
        """What the pickle ``data`` holds."""
        self.stream = io.BytesIO(data)
        return self.next()

    def next(self) -> Any:
        """What the next pickle of the stream holds."""
        for opcode, argument, _ in pickletools.genops(self.stream):
            self.budget.step()
            if opcode.name == "STOP":
                return self.stack.pop()
            self._do(opcode.name, argument)
        raise ValueError("no end")

    def _do(self, code: str, argument: Any) -> None:
        step = _STEPS.get(code)
        if step is None:
            raise FootlightsError(
                f"uses {code}, which no pickle of arrays needs", self.path, "do not trust this file"
            )
        step(self, argument)

    def knows(self, module: str, name: str) -> bool:
        """Whether a file may name this global."""
        return (module, name) in _NUMPY

    def make(self, name: str, *arguments: Any) -> Any:
        """What calling the global ``name`` would make of these arguments."""
        if name == "encode":
            self.budget.take(len(arguments[0]))
        return _made(name, *arguments)

    def persistent(self, key: Any) -> Any:
        """What a file means by a key into something outside its pickle."""
        raise FootlightsError(
            "points out of itself, which no pickle of arrays needs",
            self.path,
            "do not trust this file",
        )

    def _name(self, module: str, name: str) -> _Name:
        if not self.knows(module, name):
            what = f"asks to run {str(module)[:40]}.{str(name)[:40]}, which no motion needs"
            raise FootlightsError(what, self.path, "do not trust this file")
        return _Name(module, name)

    def _pop(self, count: int) -> list[Any]:
        if len(self.stack) < count:
            raise ValueError("empty stack")
        popped = self.stack[-count:]
        del self.stack[-count:]
        return popped

    def _to_mark(self) -> list[Any]:
        at = self.marks.pop()
        popped = self.stack[at:]
        del self.stack[at:]
        return popped

    def _set(self, pairs: list[Any]) -> None:
        held = self.stack[-1]
        if not isinstance(held, dict) or len(pairs) % 2:
            raise ValueError("no dict")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            # Only plain keys: a nested tuple can be made that takes for ever to hash.
            if not isinstance(key, str | int | bytes) or (
                isinstance(key, int) and abs(key) > _KEYS
            ):
                raise ValueError("a key that is no text")
            held[key] = value

    def _add(self, values: list[Any]) -> None:
        if not isinstance(self.stack[-1], list):
            raise ValueError("no list")
        self.stack[-1].extend(values)

    def _dict(self) -> None:
        pairs = self._to_mark()
        self.stack.append({})
        self._set(pairs)

    def _tuple(self, count: int) -> None:
        self.stack.append(tuple(self._pop(count)))

    def _reduce(self) -> None:
        name, arguments = self._pop(2)
        if not isinstance(arguments, tuple) or len(arguments) > _MOST_ARGUMENTS:
            raise ValueError("not what a function is given")
        self.stack.append(self.make(name.name, *arguments))

    def object_of(self, name: str) -> Any:
        """What a file means by a new object of the kind ``name``."""
        if name != "NumpyArrayWrapper":
            raise ValueError("an object that is no array")
        return _Inline()

    def _object(self) -> None:
        name, _ = self._pop(2)
        self.stack.append(self.object_of(name.name))

    def _build(self) -> None:
        self.stack.append(self.fill(*self._pop(2)))

    def fill(self, made: Any, state: Any) -> Any:
        """``made`` with what a file says that it holds."""
        if isinstance(made, _Dtype):
            made.order, rest = state[1], state[2:5]
            if made.order not in ("<", ">", "|", "=") or any(part is not None for part in rest):
                raise ValueError("a type that is no number")
        elif isinstance(made, _Array):
            _, shape, dtype, fortran, data = state
            if (
                shape == () and isinstance(data, list) and len(data) == 1
            ):  # an object in an array's clothes
                return data[0]
            if isinstance(
                data, str | bytearray
            ):  # copied each time, however often the file names it
                self.budget.take(len(data))
            made.values = _values(data, dtype, shape, "F" if fortran else "C")
        elif isinstance(made, _Inline):
            return _Array(self._following(state))
        else:
            raise ValueError("a state for nothing")
        return made

    def _following(self, state: dict[str, Any]) -> np.ndarray:
        """The array whose bytes come next in the file, after joblib's padding: its length in a
        byte, then so many.
        """
        if state.get("numpy_array_alignment_bytes") is not None:
            self.stream.read(self.stream.read(1)[0])
        shape, dtype = state["shape"], state["dtype"]
        count = math.prod(_shape(shape)) * int(dtype.code[1:])
        self.budget.take(count)
        data = self.stream.read(count)
        return _values(data, dtype, shape, state["order"])


def _said(machine: Machine, argument: Any) -> None:
    if isinstance(argument, int) and abs(argument) > _LONGEST:
        raise ValueError("a whole number of too many digits")
    machine.stack.append(argument)


def _remembered(machine: Machine, place: int | None) -> None:
    machine.memo[len(machine.memo) if place is None else place] = machine.stack[-1]


_STEPS: dict[str, Callable[[Machine, Any], Any]] = {
    **dict.fromkeys(_LITERALS, _said),
    **{
        code: lambda m, argument: m.stack.append(m.memo[argument])
        for code in ("GET", "BINGET", "LONG_BINGET")
    },
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"), _remembered),
    **dict.fromkeys(("PROTO", "FRAME"), lambda m, _: None),
    "NONE": lambda m, _: m.stack.append(None),
    "NEWTRUE": lambda m, _: m.stack.append(True),
    "NEWFALSE": lambda m, _: m.stack.append(False),
    "GLOBAL": lambda m, argument: m.stack.append(m._name(*argument.split(" ", 1))),
    "STACK_GLOBAL": lambda m, _: m.stack.append(m._name(*m._pop(2))),
    "MARK": lambda m, _: m.marks.append(len(m.stack)),
    "POP": lambda m, _: m.marks.pop() if m.marks and m.marks[-1] == len(m.stack) else m.stack.pop(),
    "POP_MARK": lambda m, _: m._to_mark(),
    "DUP": lambda m, _: m.stack.append(m.stack[-1]),
    "EMPTY_LIST": lambda m, _: m.stack.append([]),
    "EMPTY_SET": lambda m, _: m.stack.append([]),
    "EMPTY_DICT": lambda m, _: m.stack.append({}),
    "LIST": lambda m, _: m.stack.append(m._to_mark()),
    "TUPLE": lambda m, _: m.stack.append(tuple(m._to_mark())),
    "EMPTY_TUPLE": lambda m, _: m.stack.append(()),
    "TUPLE1": lambda m, _: m._tuple(1),
    "TUPLE2": lambda m, _: m._tuple(2),
    "TUPLE3": lambda m, _: m._tuple(3),
    "DICT": lambda m, _: m._dict(),
    "APPEND": lambda m, _: m._add(m._pop(1)),
    "APPENDS": lambda m, _: m._add(m._to_mark()),
    "ADDITEMS": lambda m, _: m._add(m._to_mark()),
    "SETITEM": lambda m, _: m._set(m._pop(2)),
    "SETITEMS": lambda m, _: m._set(m._to_mark()),
    "REDUCE": lambda m, _: m._reduce(),
    "BUILD": lambda m, _: m._build(),
    "NEWOBJ": lambda m, _: m._object(),
    "BINPERSID": lambda m, _: m.stack.append(m.persistent(m.stack.pop())),
}


def _made(name: str, *arguments: Any) -> Any:
    """What numpy's function ``name`` would make of these arguments, as a description or as
    numbers.
    """
    if name == "_reconstruct":
        return _Array()
    if name == "dtype":
        return _Dtype(arguments[0])
    if name == "scalar":
        return _Array(_values(arguments[1], arguments[0], (), "C"))
    if name == "_frombuffer":
        data, dtype, shape, order = arguments
        return _Array(_values(data, dtype, shape, order))
    if name in ("OrderedDict", "defaultdict") and (
        not arguments or isinstance(arguments[0], _Name)
    ):
        return {}
    if name == "encode" and arguments[1] == "latin1":
        return arguments[0].encode("latin1")
    raise ValueError(f"{name} is not called like this")


def _values(data: Any, dtype: Any, shape: Any, order: Any) -> np.ndarray:
    """The array of ``data``, after its length is compared with the shape it claims."""
    raw = (
        data.encode("latin1")
        if isinstance(data, str)
        else bytes(data)
        if isinstance(data, bytes | bytearray)
        else None
    )
    if (
        raw is None
        or not isinstance(dtype, _Dtype)
        or not re.fullmatch(r"[fiub][1248]", dtype.code)
    ):
        raise ValueError("not an array of numbers")
    if order not in ("C", "F"):
        raise ValueError("not an order")
    kind = np.dtype(f"{dtype.order}{dtype.code}")
    if math.prod(_shape(shape)) * kind.itemsize != len(raw):
        raise ValueError("a shape that its data does not have")
    return np.frombuffer(raw, kind).reshape(shape, order=order)


def _shape(shape: Any) -> tuple[int, ...]:
    if (
        not isinstance(shape, tuple)
        or len(shape) > 32
        or not all(type(n) is int and 0 <= n < _KEYS for n in shape)
    ):
        raise ValueError("not a shape")
    return shape
