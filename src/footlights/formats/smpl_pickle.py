"""SMPL's own model pickles, which hold arrays, variables of chumpy and sparse tables of scipy."""

import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..basics.budget import MAX_MODEL_PICKLE, Budget, read_bytes
from .safe.pickle_machine import PickleMachine, arrays_of

_SPARSE = "csc_matrix"
# What Python 2 and 3 write of plain objects.
_PLAIN = {
    ("copy_reg", "_reconstructor"),
    ("copyreg", "_reconstructor"),
    ("__builtin__", "object"),
    ("builtins", "object"),
    ("__builtin__", "set"),
    ("builtins", "set"),
}


@dataclass
class _ForeignObject:
    """An object of another package, which is never made: its class's name, and its attributes."""

    class_name: str
    attributes: dict[str, Any] = field(default_factory=dict)


def load_model(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The arrays of a model's pickle by name.

    Sparse ones are filled out, chumpy's stand by their values; what chumpy derives is left out.

    Raises:
        FootlightsError: no pickle, damaged, larger than 320 MiB, or asking for anything beside
            arrays, chumpy and scipy.
    """
    machine = _ModelMachine(path, Budget(path, MAX_MODEL_PICKLE))
    contents = machine.load_dict(read_bytes(path, MAX_MODEL_PICKLE))
    objects = {name: v for name, v in contents.items() if isinstance(v, _ForeignObject)}
    arrays = arrays_of({name: v for name, v in contents.items() if name not in objects})
    for name, foreign in objects.items():
        if foreign.class_name == _SPARSE:
            with machine.damage():
                arrays[name] = _dense(foreign, machine.budget)
        else:
            values = arrays_of(foreign.attributes).get("x")  # chumpy's name for them
            if values is not None:
                arrays[name] = values
    return arrays


class _ModelMachine(PickleMachine):
    """The pickle machine with chumpy's and scipy's names, which it writes down and never calls."""

    def knows(self, module: str, name: str) -> bool:
        is_chumpy = module.split(".")[0] == "chumpy"
        is_sparse = module.startswith("scipy.sparse") and name == _SPARSE
        return is_chumpy or is_sparse or (module, name) in _PLAIN or super().knows(module, name)

    def call(self, name: str, *arguments: Any) -> Any:
        if name == "_reconstructor":
            return _ForeignObject(arguments[0].name)
        return list(arguments[0]) if name == "set" else super().call(name, *arguments)

    def new_object(self, class_name: str) -> Any:
        if class_name == "NumpyArrayWrapper":
            return super().new_object(class_name)
        return _ForeignObject(class_name)

    def set_state(self, target: Any, state: Any) -> Any:
        if not isinstance(target, _ForeignObject):
            return super().set_state(target, state)
        if not isinstance(state, dict):
            raise ValueError("an object without names for what it holds")
        target.attributes = state
        return target


def _dense(sparse: _ForeignObject, budget: Budget) -> np.ndarray:
    """The whole table (R, C) of one that is compressed by columns."""
    attributes, arrays = sparse.attributes, arrays_of(sparse.attributes)
    shape = attributes.get("_shape", attributes.get("shape", (0, 0)))
    rows, columns = (int(size) for size in shape)
    data = arrays["data"]
    indices, starts = arrays["indices"].astype(np.int64), arrays["indptr"].astype(np.int64)
    counts = np.diff(starts)
    if (
        rows < 0
        or columns < 0
        or len(starts) != columns + 1
        or (counts < 0).any()
        or counts.sum() != len(data)
    ):
        raise ValueError("a table that does not fit together")

    budget.take(8 * rows * columns)
    table = np.zeros((rows, columns))
    np.add.at(table, (indices, np.repeat(np.arange(columns), counts)), data)
    return table
