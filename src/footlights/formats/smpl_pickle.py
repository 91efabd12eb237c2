"""SMPL's own model pickles: beside arrays they hold variables of chumpy and sparse tables of
scipy, read as what they hold.
"""

import os
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from .safe.budget import Budget, read_bytes
from .safe.pickle_machine import Machine, arrays_of

_MOST = 320 << 20  # bytes of a model with three hundred shapes
_SPARSE = "csc_matrix"
_PLAIN = {
    ("copy_reg", "_reconstructor"),
    ("copyreg", "_reconstructor"),
    ("__builtin__", "object"),
    ("builtins", "object"),
}
_PLAIN |= {("__builtin__", "set"), ("builtins", "set")}


@dataclass
class _Thing:
    """An object of another package, which is never made: its kind, and what it holds."""

    kind: str
    held: dict[str, Any] = field(default_factory=dict)


def load_model(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The arrays of a model's pickle by name, sparse ones filled out, chumpy's by their values;
    what it derives is left out.

    Raises:
        FootlightsError: no pickle, damaged, larger than 320 MiB, or asking for anything beside
            arrays, chumpy and scipy.
    """
    machine = _Model(path, Budget(path, _MOST))
    held = machine.held(read_bytes(path, _MOST))
    things = {name: value for name, value in held.items() if isinstance(value, _Thing)}
    found = arrays_of({name: value for name, value in held.items() if name not in things})
    for name, thing in things.items():
        inside = arrays_of(thing.held)
        if thing.kind == _SPARSE:
            found[name] = machine.guarded(partial(_filled, inside, thing.held, machine))
        elif "x" in inside:
            found[name] = inside["x"]
    return found


class _Model(Machine):
    """The pickle machine with chumpy's and scipy's names, which it writes down and does not call."""

    def knows(self, module: str, name: str) -> bool:
        other = module.split(".")[0] == "chumpy" or (
            module.startswith("scipy.sparse") and name == _SPARSE
        )
        return other or (module, name) in _PLAIN or super().knows(module, name)

    def make(self, name: str, *arguments: Any) -> Any:
        if name == "_reconstructor":
            return _Thing(arguments[0].name)
        return list(arguments[0]) if name == "set" else super().make(name, *arguments)

    def object_of(self, name: str) -> Any:
        return super().object_of(name) if name == "NumpyArrayWrapper" else _Thing(name)

    def fill(self, made: Any, state: Any) -> Any:
        if not isinstance(made, _Thing):
            return super().fill(made, state)
        if not isinstance(state, dict):
            raise ValueError("an object without names for what it holds")
        made.held = state
        return made


def _filled(inside: dict[str, np.ndarray], held: dict[str, Any], machine: Machine) -> np.ndarray:
    """The whole table of a compressed one, by columns."""
    rows, columns = (int(size) for size in held.get("_shape", held.get("shape", (0, 0))))
    data, indices, starts = (
        inside["data"],
        inside["indices"].astype(np.int64),
        inside["indptr"].astype(np.int64),
    )
    counts = np.diff(starts)
    if (
        rows < 0
        or columns < 0
        or len(starts) != columns + 1
        or (counts < 0).any()
        or counts.sum() != len(data)
    ):
        raise ValueError("a table that does not fit together")
    machine.budget.take(8 * rows * columns)
    whole = np.zeros((rows, columns))
    np.add.at(whole, (indices, np.repeat(np.arange(columns), counts)), data)
    return whole
