"""SMPL's parameters in npz files, in pickles, and in torch files of recognisers such as GVHMR."""

import os
from itertools import islice
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from .safe.npz_archive import SafeNpz
from .safe.pickle_machine import arrays_of
from .safe.torch_tensors import load_torch
from .smpl_arrays import NAMES, TRANSLATION, has_smpl_arrays, motion_from_arrays, still_camera

_DEEPEST = 4  # levels of dicts in dicts that are looked through
_MOST_DICTS = 1000  # of a level


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in a torch file of a recogniser (its world, not its camera), on SMPL's mean body.

    Args:
        path: the file.
        fps: frames a second of the video, which such files do not hold.
        up: "y" or "z"; y, unless the legs point along z, when None.

    Raises:
        FootlightsError: no torch file, damaged, without a person, asking to run something, or
            without a rate.
    """
    return motion_from_dict(load_torch(path), path, fps=fps, up=up)


def motion_from_npz(file: SafeNpz, *, fps: float | None = None, up: str | None = None) -> Motion:
    """The motion in an open npz file; as `read`."""
    arrays = {name: file.array(name) for name in file.names if name in NAMES}
    return motion_from_arrays(arrays, file.path, fps, up, [])


def motion_from_dict(
    contents: dict[Any, Any], path: object, *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in the dict that a file holds; as `read`.

    The dict's own parameters, else those of its world, or of its longest person.
    """
    notes: list[str] = []
    person, in_world = _find_person(contents, path, notes)
    camera = None if in_world else still_camera(notes)
    return motion_from_arrays(person, path, fps, up, notes, camera)


def _find_person(
    contents: dict[Any, Any], path: object, notes: list[str]
) -> tuple[dict[str, np.ndarray], bool]:
    """The arrays of one person, and whether they are the world's, not the camera's.

    From the outermost dict that holds any.
    """
    level: list[tuple[str, dict[Any, Any]]] = [("", contents)]
    visited = {id(contents)}
    for _ in range(_DEEPEST):
        persons = {name: arrays_of(inner) for name, inner in level if has_smpl_arrays(inner)}
        # GVHMR keeps the same person in its world and before its camera.
        if "smpl_params_global" in persons:
            return persons["smpl_params_global"], True
        if persons:
            name = max(persons, key=lambda n: _frame_count(persons[n]))
            if len(persons) > 1:
                notes.append(f"{len(persons)} persons: the longest, {name!r}, was read")
            return persons[name], "incam" not in name
        level = _next_level(level, visited)

    names = ", ".join(str(name)[:30] for name in list(contents)[:8]) or "nothing"
    raise FootlightsError(
        f"holds {names}: no motion that is known",
        path,
        "give a file of AIST++, EDGE, WHAM, 4D-Humans or SMPL-X",
    )


def _next_level(
    level: list[tuple[str, dict[Any, Any]]], visited: set[int]
) -> list[tuple[str, dict[Any, Any]]]:
    """The dicts inside the dicts of a level, each once: a file may name one many times."""
    inside: dict[int, tuple[str, dict[Any, Any]]] = {}
    for _, outer in level:
        for name, value in islice(outer.items(), _MOST_DICTS):
            is_new = isinstance(value, dict) and id(value) not in visited
            if is_new and len(inside) < _MOST_DICTS:
                inside[id(value)] = (str(name)[:30], value)
    visited |= inside.keys()
    return list(inside.values())


def _frame_count(arrays: dict[str, np.ndarray]) -> int:
    lengths = (len(a) for name, a in arrays.items() if name in TRANSLATION and a.ndim)
    return max(lengths, default=0)
