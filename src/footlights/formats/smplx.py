"""SMPL, SMPL-H and SMPL-X parameters under the names of many programs: in npz, in pickles, in torch
files of recognisers.

Accepted are whole poses (66, 72, 156 or 165 numbers a frame) or a body's beside the pelvis's, as
axis-angles or matrices.
"""

import os
from collections.abc import Container, Mapping
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import (
    matrix_from_quat,
    quat_from_matrix,
    quat_from_rotvec,
    rotvec_from_quat,
    slerp,
)
from ..motion.motion import Motion
from .axes import check_choice
from .safe.budget import check_rate, check_room, no_rate
from .safe.npz_archive import SafeNpz
from .safe.pickle_machine import arrays_of
from .safe.torch_tensors import load_torch
from .smpl import PELVIS, PELVIS_X, from_smpl

_ROOT = ("global_orient", "root_orient", "root_pose", "smplx_root_pose")
_BODY = ("body_pose", "pose_body", "smplx_body_pose")
_WHOLE = ("pose_world", "poses", "fullpose", "pose")
_PLACE = ("trans_world", "transl", "trans", "translation", "smplx_transl", "root_trans")
_RATES = ("fps", "mocap_framerate", "mocap_frame_rate", "frame_rate")
_FACE = ("jaw_pose", "pose_jaw", "expression", "expressions", "leye_pose", "pose_eye")
_NAMES = {*_ROOT, *_BODY, *_WHOLE, *_PLACE, *_RATES, *_FACE, "betas", "frame_ids"}
_LONGEST_GAP = 5
Camera = tuple[
    np.ndarray, np.ndarray
]  # turns (T or 1, 3, 3) and places (T or 1, 3) that take what it sees into a y-up world
UPRIGHT = np.diag([1.0, -1.0, -1.0])  # from a camera's axes, y down and z ahead, to y up
_MOST_VISITS = 1000
_TURNED = 0.05  # by which a matrix and its transpose may miss the identity


def fits(names: Container[object]) -> bool:
    """Whether a file with arrays of these names holds such parameters."""
    whole, root, body, place = (
        any(name in names for name in some) for some in (_WHOLE, _ROOT, _BODY, _PLACE)
    )
    return (whole or (root and body)) and place


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in a torch file of a recogniser such as GVHMR (its world, not its camera), on
    SMPL's mean body.

    Args:
        fps: frames a second of the video, which such files do not hold.
        up: "y" or "z"; y, unless the legs point along z, when None.

    Raises:
        FootlightsError: no torch file, damaged, without a person, asking to run something, or
            without a rate.
    """
    return from_dict(load_torch(path), path, fps=fps, up=up)


def from_npz(file: SafeNpz, *, fps: float | None = None, up: str | None = None) -> Motion:
    """The motion in an open npz file; as `read`."""
    return from_arrays(
        {n: file.array(n) for n in file.names if n in _NAMES}, file.path, fps, up, []
    )


def from_dict(
    held: dict[Any, Any], path: object, *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in a dict of a `safe_pickle.Machine`: its own, that of its world, or of its
    longest person; as `read`.
    """
    notes: list[str] = []
    person, world = _person(held, path, notes)
    return from_arrays(person, path, fps, up, notes, None if world else still_camera(notes))


def still_camera(notes: list[str]) -> Camera:
    """Of a file that knows no world: stood upright, and said."""
    notes.append("places are the camera's, not the world's: its tilt is not known")
    return UPRIGHT[None], np.zeros((1, 3))


def _person(
    held: dict[Any, Any], path: object, notes: list[str]
) -> tuple[dict[str, np.ndarray], bool]:
    """The arrays of one person, from the outermost dict that holds any, and whether they are the
    world's, not the camera's.
    """
    level: list[tuple[str, dict[Any, Any]]] = [("", held)]
    known = {id(held)}
    for _ in range(4):
        found = {name: arrays_of(inner) for name, inner in level if fits(inner)}
        if "smpl_params_global" in found:
            return found["smpl_params_global"], True
        if found:
            name = max(found, key=lambda n: _length(found[n]))
            if len(found) > 1:
                notes.append(f"{len(found)} persons: the longest, {name!r}, was read")
            return found[name], "incam" not in name
        inside: dict[int, tuple[str, dict[Any, Any]]] = {}
        for _, inner in level:
            for name, value in islice(inner.items(), _MOST_VISITS):
                if (
                    isinstance(value, dict)
                    and id(value) not in known
                    and len(inside) < _MOST_VISITS
                ):
                    inside[id(value)] = (str(name)[:30], value)
        known |= inside.keys()
        level = list(inside.values())
    shown = ", ".join(str(n)[:30] for n in list(held)[:8]) or "nothing"
    raise FootlightsError(
        f"holds {shown}: no motion that is known",
        path,
        "give a file of AIST++, EDGE, WHAM, 4D-Humans or SMPL-X",
    )


def _length(arrays: dict[str, np.ndarray]) -> int:
    return max((len(a) for n, a in arrays.items() if n in _PLACE and a.ndim), default=0)


def from_arrays(
    arrays: Mapping[str, np.ndarray],
    path: object,
    fps: float | None,
    up: str | None,
    notes: list[str],
    camera: Camera | None = None,
) -> Motion:
    """The motion of parameters by name; what stands under other names is left out.

    Args:
        camera: through which they are seen, of each frame; None where they are the world's.
    """
    check_choice(None, up, path)
    trans = _numbers(arrays, _PLACE, path)
    frames = len(trans) if trans.ndim else 0
    check_room(frames, 24, path)
    angles, own = _angles(arrays, frames, path)
    if trans.size != 3 * frames:
        raise FootlightsError(f"places have shape {trans.shape}", path, "they must be (N, 3)")
    rate = _rate(arrays, path) if fps is None else fps
    if arrays.get("betas", np.zeros(1)).any():
        notes.append(
            "betas left out: the mean body stands for this one, so bones may differ by some centimetres"
        )
    root = trans.reshape(frames, 3).astype(np.float64) + (PELVIS_X if own else PELVIS)
    if camera is not None:
        turns, places = (np.asarray(part, np.float64) for part in camera)
        root = (turns @ root[..., None])[..., 0] + places
        angles[:, 0] = rotvec_from_quat(
            quat_from_matrix(turns @ matrix_from_quat(quat_from_rotvec(angles[:, 0])))
        )
    usual = "y" if own or camera is not None or "pose_world" in arrays else "z"
    motion = from_smpl(angles, root, check_rate(rate, path), up, usual, notes)
    motion = _whole_time(motion, arrays.get("frame_ids"), notes, path)
    return motion.replace(meta={"file": Path(str(path)).name, "notes": notes})


def _angles(arrays: Mapping[str, np.ndarray], frames: int, path: object) -> tuple[np.ndarray, bool]:
    """(T, 24, 3) axis-angles, zero for hands that are not there, and whether they are SMPL-X's."""
    face = any(name in arrays for name in _FACE)
    if any(name in arrays for name in _WHOLE):
        poses = _vectors(_numbers(arrays, _WHOLE, path), frames, path)
    else:
        root, body = (
            _vectors(_numbers(arrays, names, path), frames, path) for names in (_ROOT, _BODY)
        )
        poses = np.concatenate([root, body], axis=1)
        face |= "body_pose" in arrays and poses.shape[1] == 22
    if poses.shape[1] not in (22, 24, 52, 55):
        what = f"poses turn {poses.shape[1]} joints"
        raise FootlightsError(what, path, "SMPL has 22 or 24, SMPL-H 52, SMPL-X 55")
    result = np.zeros((frames, 24, 3), np.float32)
    kept = 24 if poses.shape[1] == 24 else 22
    result[:, :kept] = poses[:, :kept]
    return result, face or poses.shape[1] == 55


def _vectors(values: np.ndarray, frames: int, path: object) -> np.ndarray:
    """(T, J, 3) axis-angles of (T, 3 J), (T, J, 3) or matrices (T, J, 3, 3)."""
    if values.ndim == 4 and values.shape[0] == frames and values.shape[2:] == (3, 3):
        return _from_matrices(values, path)
    if (
        values.ndim not in (2, 3)
        or len(values) != frames
        or values[0].size % 3
        or np.abs(values).max() > 1e4
    ):
        raise FootlightsError(
            f"turns of shape {values.shape} are no angles of {frames} frames",
            path,
            "write the file again",
        )
    return values.reshape(frames, -1, 3)


def _from_matrices(values: np.ndarray, path: object, block: int = 4096) -> np.ndarray:
    """(T, J, 3) float32 of matrices (T, J, 3, 3), in blocks so that the doubles of a long clip
    never stand all at once.
    """
    vectors = np.empty(values.shape[:3], np.float32)
    for start in range(0, len(values), block):
        turns = values[start : start + block].astype(np.float64)
        if not are_turns(turns):
            raise FootlightsError("holds matrices that turn nothing", path, "write the file again")
        vectors[start : start + block] = rotvec_from_quat(quat_from_matrix(turns))
    return vectors


def are_turns(matrices: np.ndarray) -> bool:
    """Whether matrices (..., 3, 3) are rotations, or nearly."""
    apart = np.abs(matrices @ np.swapaxes(matrices, -1, -2) - np.eye(3)).max(initial=0)
    return bool(apart < _TURNED and (np.linalg.det(matrices) > 0).all())


def _numbers(arrays: Mapping[str, np.ndarray], names: tuple[str, ...], path: object) -> np.ndarray:
    """The first array of these names, with finite numbers."""
    name = next((n for n in names if n in arrays), None)
    if name is None:
        raise FootlightsError(
            f"has none of {', '.join(names)}",
            path,
            "give a file of SMPL, SMPL-H or SMPL-X parameters",
        )
    values = arrays[name]
    if values.dtype.kind != "f" or not (np.abs(values) < 1e6).all():
        raise FootlightsError(f"{name} holds a number that is not finite", path, "cut or repair it")
    return values


def _rate(arrays: Mapping[str, np.ndarray], path: object) -> float:
    name = next((n for n in _RATES if n in arrays), None)
    if name is None:
        raise no_rate(path)
    return float(arrays[name].reshape(-1)[:1].sum())


def _whole_time(motion: Motion, ids: np.ndarray | None, notes: list[str], path: object) -> Motion:
    """The clip with gaps of up to five frames filled; of parts further apart the longest."""
    if ids is None:
        return motion
    steps = np.diff(ids) if ids.shape == (len(motion),) and ids.dtype.kind in "iu" else np.zeros(1)
    if (steps < 1).any():
        raise FootlightsError("frame_ids do not count its frames", path, "write the file again")
    edges = [0, *(np.flatnonzero(steps > _LONGEST_GAP + 1) + 1).tolist(), len(motion)]
    start, end = max(pairwise(edges), key=lambda edge: edge[1] - edge[0])
    if len(edges) > 2:
        notes.append(
            f"{len(edges) - 1} parts with gaps between: the longest, {end - start} frames, was read"
        )
    motion, at = motion[start:end], ids[start:end].astype(np.int64) - int(ids[start])
    if at[-1] + 1 == len(at):
        return motion
    notes.append(f"{int(at[-1]) + 1 - len(at)} missing frames were filled in")
    wanted = np.arange(int(at[-1]) + 1)
    low = np.clip(np.searchsorted(at, wanted, "right") - 1, 0, len(at) - 2)
    share = (wanted - at[low]) / (at[low + 1] - at[low])
    turns = motion.rotations.astype(np.float64)
    root = motion.root[low] * (1 - share[:, None]) + motion.root[low + 1] * share[:, None]
    return motion.replace(root=root, rotations=slerp(turns[low], turns[low + 1], share[:, None]))
