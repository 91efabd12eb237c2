"""Taking arrays out of a stranger's pickle without running it.

Python's own unpickler calls what a file names. This small machine reads the same opcodes, knows a
few names of numpy, calls none of them, and makes arrays only of bytes that are there.
"""

import contextlib
import io
import math
import os
import pickletools
import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...basics.budget import MAX_PICKLE, Budget, read_bytes
from ...basics.errors import FootlightsError
from .pickled_arrays import (
    KNOWN_NAMES,
    LARGEST_KEY,
    GlobalName,
    JoblibArray,
    PickledArray,
    PickledDtype,
    array_of_bytes,
    call_name,
    checked_shape,
    set_dtype_state,
)

_LARGEST_INT = 1 << 127  # beyond, they take for ever to multiply; torch's mark has 81 bits
_MOST_ARGUMENTS = 8
_DISTRUST = "do not trust this file"

# What a damaged file makes Python raise.
_DAMAGE = (
    ValueError,
    LookupError,
    TypeError,
    OverflowError,
    AttributeError,
    struct.error,
    RecursionError,
)


def load_dict(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """The dict that the pickle at ``path`` holds.

    Its arrays, and those of dicts inside, are read with `arrays_of`.

    Raises:
        FootlightsError: not a pickle of a dict, damaged, larger than 128 MiB, or asking for
            anything but numpy's arrays.
    """
    return PickleMachine(path).load_dict(read_bytes(path, MAX_PICKLE))


def arrays_of(contents: dict[Any, Any]) -> dict[str, np.ndarray]:
    """The arrays and numbers of a dict that a machine made; its other values are left out."""
    arrays, numbers = {}, {}
    for name, value in contents.items():
        value = value.values if isinstance(value, PickledArray) else value
        if isinstance(value, np.ndarray):
            arrays[name] = value
        elif type(value) in (int, float):
            numbers[name] = np.array(value)
    return arrays | numbers


class PickleMachine:
    """The stack machine of the pickle format, without the opcodes that call or import.

    A subclass may know more names, by `knows`, `call`, `new_object`, `set_state` and
    `persistent_object`.
    """

    def __init__(self, path: object, budget: Budget | None = None) -> None:
        self.path = path
        self.budget = Budget(path) if budget is None else budget
        self.stream = io.BytesIO()
        self.stack: list[Any] = []
        self.marks: list[int] = []  # heights of the stack to which it can be taken down
        self.memo: dict[int, Any] = {}

    def load_dict(self, data: bytes) -> dict[Any, Any]:
        """The dict that the pickle ``data`` holds.

        Raises:
            FootlightsError: it is damaged or holds something else.
        """
        with self.damage():
            contents = self.run(data)
        if not isinstance(contents, dict):
            raise FootlightsError(
                "holds no dict of arrays",
                self.path,
                "give a file of AIST++, EDGE, WHAM, 4D-Humans or SMPL-X",
            )
        return contents

    @contextlib.contextmanager
    def damage(self) -> Iterator[None]:
        """Turns what a damaged file makes Python raise into one line."""
        try:
            yield
        except _DAMAGE as error:
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
        return self.run_next()

    def run_next(self) -> Any:
        """What the next pickle of the stream holds."""
        for opcode, argument, _ in pickletools.genops(self.stream):
            self.budget.step()
            if opcode.name == "STOP":
                return self.stack.pop()
            if opcode.name not in _OPCODES:
                raise FootlightsError(
                    f"uses {opcode.name}, which no pickle of arrays needs", self.path, _DISTRUST
                )
            _OPCODES[opcode.name](self, argument)
        raise ValueError("no end")

    # What a file may name, and what becomes of it

    def knows(self, module: str, name: str) -> bool:
        """Whether a file may name this global."""
        return (module, name) in KNOWN_NAMES

    def call(self, name: str, *arguments: Any) -> Any:
        """What calling the global ``name`` would make of these arguments."""
        if name == "encode":
            self.budget.take(len(arguments[0]))
        return call_name(name, *arguments)

    def new_object(self, class_name: str) -> Any:
        """What a new object of a class becomes."""
        if class_name != "NumpyArrayWrapper":
            raise ValueError("an object that is no array")
        return JoblibArray()

    def set_state(self, target: Any, state: Any) -> Any:
        """``target``, or what takes its place, with the state that a file gives it."""
        if isinstance(target, PickledDtype):
            set_dtype_state(target, state)
            return target
        if isinstance(target, PickledArray):
            return self._set_array_state(target, state)
        if isinstance(target, JoblibArray):
            return PickledArray(self._read_joblib_array(state))
        raise ValueError("a state for nothing")

    def persistent_object(self, key: Any) -> Any:
        """What a key into something outside the pickle stands for."""
        raise FootlightsError(
            "points out of itself, which no pickle of arrays needs", self.path, _DISTRUST
        )

    def _set_array_state(self, array: PickledArray, state: Any) -> Any:
        _, shape, dtype, fortran, data = state
        if shape == () and isinstance(data, list) and len(data) == 1:
            return data[0]  # an object in an array's clothes
        if isinstance(data, str | bytearray):
            # These are copied each time, however often the file names them.
            self.budget.take(len(data))
        array.values = array_of_bytes(data, dtype, shape, "F" if fortran else "C")
        return array

    def _read_joblib_array(self, state: dict[str, Any]) -> np.ndarray:
        """The array whose bytes come next in the file."""
        if state.get("numpy_array_alignment_bytes") is not None:
            self.stream.read(self.stream.read(1)[0])  # a byte that says how many to leave out
        shape, dtype = state["shape"], state["dtype"]
        count = math.prod(checked_shape(shape)) * int(dtype.code[1:])
        self.budget.take(count)
        return array_of_bytes(self.stream.read(count), dtype, shape, state["order"])

    # The opcodes

    def _push_literal(self, argument: Any) -> None:
        if isinstance(argument, int) and abs(argument) > _LARGEST_INT:
            raise ValueError("a whole number of too many digits")
        self.stack.append(argument)

    def _push_name(self, module: Any, name: Any) -> None:
        if not self.knows(module, name):
            what = f"asks to run {str(module)[:40]}.{str(name)[:40]}, which no motion needs"
            raise FootlightsError(what, self.path, _DISTRUST)
        self.stack.append(GlobalName(module, name))

    def _memoize(self, index: int | None) -> None:
        self.memo[len(self.memo) if index is None else index] = self.stack[-1]

    def _pop(self, count: int) -> list[Any]:
        if len(self.stack) < count:
            raise ValueError("empty stack")
        values = self.stack[-count:]
        del self.stack[-count:]
        return values

    def _pop_to_mark(self) -> list[Any]:
        height = self.marks.pop()
        values = self.stack[height:]
        del self.stack[height:]
        return values

    def _pop_one(self) -> None:
        # A mark is on top of the stack in Python's own machine, too.
        if self.marks and self.marks[-1] == len(self.stack):
            self.marks.pop()
        else:
            self.stack.pop()

    def _set_items(self, pairs: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(pairs) % 2:
            raise ValueError("no dict")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            # Only plain keys: a nested tuple can be made that takes for ever to hash.
            if not isinstance(key, str | int | bytes):
                raise ValueError("a key that is no text")
            if isinstance(key, int) and abs(key) > LARGEST_KEY:
                raise ValueError("a key that is no text")
            target[key] = value

    def _extend(self, values: list[Any]) -> None:
        if not isinstance(self.stack[-1], list):
            raise ValueError("no list")
        self.stack[-1].extend(values)

    def _push_dict(self) -> None:
        pairs = self._pop_to_mark()
        self.stack.append({})
        self._set_items(pairs)

    def _reduce(self) -> None:
        name, arguments = self._pop(2)
        if not isinstance(arguments, tuple) or len(arguments) > _MOST_ARGUMENTS:
            raise ValueError("not what a function is given")
        self.stack.append(self.call(name.name, *arguments))

    def _push_object(self) -> None:
        name, _ = self._pop(2)
        self.stack.append(self.new_object(name.name))


_LITERALS = (
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE"),
    *("BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
)

# What each opcode does with the machine and its argument (pickletools explains them).
_OPCODES: dict[str, Callable[[PickleMachine, Any], Any]] = {
    **dict.fromkeys(_LITERALS, PickleMachine._push_literal),
    **dict.fromkeys(("PROTO", "FRAME"), lambda m, _: None),
    "NONE": lambda m, _: m.stack.append(None),
    "NEWTRUE": lambda m, _: m.stack.append(True),
    "NEWFALSE": lambda m, _: m.stack.append(False),
    # the stack and the memo
    "MARK": lambda m, _: m.marks.append(len(m.stack)),
    "POP": lambda m, _: m._pop_one(),
    "POP_MARK": lambda m, _: m._pop_to_mark(),
    "DUP": lambda m, _: m.stack.append(m.stack[-1]),
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"), PickleMachine._memoize),
    **dict.fromkeys(
        ("GET", "BINGET", "LONG_BINGET"), lambda m, index: m.stack.append(m.memo[index])
    ),
    # lists, sets (read as lists), dicts, tuples
    "EMPTY_LIST": lambda m, _: m.stack.append([]),
    "LIST": lambda m, _: m.stack.append(m._pop_to_mark()),
    "APPEND": lambda m, _: m._extend(m._pop(1)),
    "APPENDS": lambda m, _: m._extend(m._pop_to_mark()),
    "EMPTY_SET": lambda m, _: m.stack.append([]),
    "ADDITEMS": lambda m, _: m._extend(m._pop_to_mark()),
    "EMPTY_DICT": lambda m, _: m.stack.append({}),
    "DICT": lambda m, _: m._push_dict(),
    "SETITEM": lambda m, _: m._set_items(m._pop(2)),
    "SETITEMS": lambda m, _: m._set_items(m._pop_to_mark()),
    "EMPTY_TUPLE": lambda m, _: m.stack.append(()),
    "TUPLE": lambda m, _: m.stack.append(tuple(m._pop_to_mark())),
    "TUPLE1": lambda m, _: m.stack.append(tuple(m._pop(1))),
    "TUPLE2": lambda m, _: m.stack.append(tuple(m._pop(2))),
    "TUPLE3": lambda m, _: m.stack.append(tuple(m._pop(3))),
    # names, and what would be made with them
    "GLOBAL": lambda m, argument: m._push_name(*argument.split(" ", 1)),
    "STACK_GLOBAL": lambda m, _: m._push_name(*m._pop(2)),
    "REDUCE": lambda m, _: m._reduce(),
    "NEWOBJ": lambda m, _: m._push_object(),
    "BUILD": lambda m, _: m.stack.append(m.set_state(*m._pop(2))),
    "BINPERSID": lambda m, _: m.stack.append(m.persistent_object(m.stack.pop())),
}
