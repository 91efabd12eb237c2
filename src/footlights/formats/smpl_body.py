"""A body from the user's own SMPL, SMPL-H or SMPL-X model file, read without running anything."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.body import Body
from ..motion.motion import CONTACT_NAMES
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton
from .axes import y_to_z_up
from .safe.npz_archive import SafeNpz
from .smpl_pickle import load_model

_NEEDED = ("v_template", "weights", "J_regressor", "kintree_table", "f")
_BODY = 22  # joints that SMPL, SMPL-H and SMPL-X share; hands follow
_HAND_OF_WRIST = {20: 22, 21: 23}
_ELBOW_OF_WRIST = {20: 18, 21: 19}
_KNUCKLES = 0.36  # of the lower arm's length beyond the wrist, as on the mean hand
_FEET = (7, 10, 8, 11)  # joints of the contacts: ankle and toes, left and right
_INFLUENCES = 4  # joints a vertex follows
_SMALLEST, _TALLEST = 0.2, 5.0  # metres
_SKIN = (186, 160, 140)  # sRGB
_SOLE = 0.012  # metres above the lowest point of a foot that belong to its sole
_FEWEST_IN_FOOT, _FEWEST_IN_SOLE = 8, 3  # vertices


def read_body(path: str | os.PathLike[str], betas: np.ndarray | None = None) -> Body:
    """The body of a model file (.npz or .pkl) on SMPL's 24 joints, z up, soles on z = 0.

    Its fingers, jaw and eyes follow hands and head. The file is the user's own: its licence is its
    own, too.

    Args:
        path: the file.
        betas: (B,) shape coefficients; the mean body if None.

    Raises:
        FootlightsError: no such model, or one that does not fit together.
    """
    arrays = _read_arrays(path)
    try:
        return _body_of_model(arrays, betas)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        what = f"is no whole SMPL model ({str(error)[:80]})"
        raise FootlightsError(what, path, "give the model's own .npz or .pkl file") from error


def _read_arrays(path: str | os.PathLike[str]) -> Mapping[str, np.ndarray]:
    if Path(path).suffix.lower() == ".npz":
        with SafeNpz(path) as file:
            names = set(file.names)
            arrays: dict[str, Any] = {
                name: file.array(name, kinds="fiu") for name in names & {*_NEEDED, "shapedirs"}
            }
    else:
        arrays = load_model(path)
        names = set(arrays)

    missing = [name for name in _NEEDED if name not in arrays]
    if missing:
        is_motion = {"poses", "trans"} <= names
        raise FootlightsError(
            "is a motion, not a model" if is_motion else f"has no {missing[0]!r}",
            path,
            "give an SMPL, SMPL-H or SMPL-X model file, such as SMPLX_NEUTRAL.npz",
        )
    return arrays


def _body_of_model(arrays: Mapping[str, np.ndarray], betas: np.ndarray | None) -> Body:
    vertices = np.asarray(arrays["v_template"], np.float64)
    if betas is not None:
        directions = np.asarray(arrays["shapedirs"], np.float64)[..., : len(betas)]
        vertices = vertices + directions @ np.asarray(betas, np.float64)
    weights = np.asarray(arrays["weights"], np.float64)
    parents = np.asarray(arrays["kintree_table"])[0].astype(np.int64)
    joints = np.asarray(arrays["J_regressor"], np.float64) @ vertices
    faces = np.asarray(arrays["f"]).astype(np.int64)
    _check_sizes(vertices, weights, parents, joints)
    _check_faces(vertices, faces)

    vertices, joints = y_to_z_up(vertices), y_to_z_up(joints)
    house_weights = np.zeros((len(vertices), len(SMPL_NAMES)))
    np.add.at(house_weights.T, _house_joints(parents), weights.T)
    rest = _rest_positions(joints)
    floor = vertices[:, 2].min()
    vertices[:, 2], rest[:, 2] = vertices[:, 2] - floor, rest[:, 2] - floor
    return _assemble(vertices, faces, house_weights, rest)


def _check_sizes(
    vertices: np.ndarray, weights: np.ndarray, parents: np.ndarray, joints: np.ndarray
) -> None:
    if (
        weights.shape != (len(vertices), len(parents))
        or len(parents) < _BODY
        or joints.shape != (len(parents), 3)
    ):
        raise ValueError("its tables have different sizes")
    if not all(np.isfinite(values).all() for values in (vertices, joints, weights)):
        raise ValueError("some of its numbers, or betas, are not finite")
    height = float(np.ptp(vertices, axis=0).max())
    if not _SMALLEST < height < _TALLEST:
        raise ValueError(f"it measures {height:.3g} m")


def _check_faces(vertices: np.ndarray, faces: np.ndarray) -> None:
    if (
        faces.ndim != 2
        or faces.shape[1] != 3
        or faces.min(initial=0) < 0
        or faces.max(initial=0) >= len(vertices)
    ):
        raise ValueError("its faces are not made of its vertices")
    # Six times the volume that they enclose: negative when they look inwards.
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    if np.einsum("fi,fi->", a, np.cross(b, c)) <= 0:
        raise ValueError("its skin is inside out")


def _house_joints(parents: np.ndarray) -> np.ndarray:
    """(J,) the one of the 24 joints that takes over the skin of each of the model's.

    Itself, a hand for fingers, the head for a face.
    """
    house = list(range(_BODY))
    for joint in range(_BODY, len(parents)):
        parent = int(parents[joint])
        if not 0 <= parent < joint:
            raise ValueError("a joint hangs on none")
        house.append(_HAND_OF_WRIST.get(parent, house[parent]))
    return np.array(house)


def _rest_positions(joints: np.ndarray) -> np.ndarray:
    """(24, 3) of the model's joints (J, 3), hands at the knuckles."""
    rest = np.zeros((len(SMPL_NAMES), 3))
    rest[:_BODY] = joints[:_BODY]
    for wrist, hand in _HAND_OF_WRIST.items():
        rest[hand] = rest[wrist] + _KNUCKLES * (rest[wrist] - rest[_ELBOW_OF_WRIST[wrist]])
    return rest


def _assemble(
    vertices: np.ndarray, faces: np.ndarray, weights: np.ndarray, rest: np.ndarray
) -> Body:
    strongest = np.argsort(-weights, axis=1, kind="stable")[:, :_INFLUENCES]
    shares = np.take_along_axis(weights, strongest, 1)
    shares = shares / np.maximum(shares.sum(1, keepdims=True), 1e-9)
    strongest = np.where(shares > 0, strongest, 0)

    soles = {name: _sole_vertices(vertices, weights, name) for name in CONTACT_NAMES}
    corners = [
        _sole_corners(vertices[soles[name]]) - rest[joint]
        for name, joint in zip(CONTACT_NAMES, _FEET, strict=True)
    ]
    parents = np.array(SMPL_PARENTS)
    offsets = rest - np.where(parents[:, None] < 0, 0, rest[parents])
    return Body(
        skeleton=Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets),
        vertices=vertices.astype(np.float32),
        faces=faces.astype(np.int32),
        weight_joints=strongest.astype(np.int32),
        weights=shares.astype(np.float32),
        colors=np.tile(np.array(_SKIN, np.uint8), (len(vertices), 1)),
        sole_vertices={name: sole.astype(np.int32) for name, sole in soles.items()},
        sole_joints=_FEET,
        sole_points=np.stack(corners).astype(np.float32),
    )


def _sole_vertices(vertices: np.ndarray, weights: np.ndarray, name: str) -> np.ndarray:
    """Vertices of one part of a sole.

    The lowest of what follows ankle or toes most; the heel lies behind the foot's middle.
    """
    side, part = name.split("_")
    ankle, toes = (7, 10) if side == "left" else (8, 11)
    owner = weights.argmax(1)
    foot = np.flatnonzero((owner == ankle) | (owner == toes))
    if len(foot) < _FEWEST_IN_FOOT:
        raise ValueError(f"it has no {side} foot")

    sole = foot[vertices[foot, 2] < vertices[foot, 2].min() + _SOLE]
    forward = vertices[foot, 1]
    middle = (forward.min() + forward.max()) / 2
    # The house faces -y.
    is_heel = vertices[sole, 1] > middle
    of_part = sole[is_heel if part == "heel" else ~is_heel]
    if len(of_part) < _FEWEST_IN_SOLE:
        raise ValueError(f"its {side} foot has no {part}")
    return of_part


def _sole_corners(sole: np.ndarray) -> np.ndarray:
    """(4, 3) the points (N, 3) farthest towards the four corners, all at the lowest height."""
    towards = np.array([[-1, 1], [1, 1], [-1, -1], [1, -1]])
    corners = sole[(sole[:, :2] @ towards.T).argmax(0)]
    corners[:, 2] = sole[:, 2].min()
    return corners
