"""A body from the user's own SMPL, SMPL-H or SMPL-X model file, read without running anything in
it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.body import Body
from ..motion.motion import CONTACT_NAMES
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton
from .safe.npz_archive import SafeNpz
from .smpl_pickle import load_model

_NEEDED = ("v_template", "weights", "J_regressor", "kintree_table", "f")
_BODY = 22  # joints that SMPL, SMPL-H and SMPL-X share; hands follow
_SHARES = 4  # joints a vertex follows
_SMALLEST, _TALLEST = 0.2, 5.0  # metres
_SKIN = (186, 160, 140)
_SOLE = 0.012  # metres above the lowest point of a foot that belong to its sole


def read_body(path: str | os.PathLike[str], betas: np.ndarray | None = None) -> Body:
    """The body of a model file (.npz or .pkl) on SMPL's 24 joints, z up, soles on z = 0.

    Its fingers, jaw and eyes follow hands and head. The file is the user's own: its licence is its
    own, too.

    Args:
        betas: (B,) shape coefficients; the mean body if None.

    Raises:
        FootlightsError: no such model, or one that does not fit together.
    """
    held = _arrays(path)
    try:
        return _made(held, betas)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        what = f"is no whole SMPL model ({str(error)[:80]})"
        raise FootlightsError(what, path, "give the model's own .npz or .pkl file") from error


def _arrays(path: str | os.PathLike[str]) -> Mapping[str, np.ndarray]:
    if Path(path).suffix.lower() == ".npz":
        with SafeNpz(path) as file:
            names = set(file.names)
            held: dict[str, Any] = {
                name: file.array(name, kinds="fiu") for name in names & {*_NEEDED, "shapedirs"}
            }
    else:
        held = load_model(path)
        names = set(held)
    missing = [name for name in _NEEDED if name not in held]
    if missing:
        what = (
            "is a motion, not a model" if {"poses", "trans"} <= names else f"has no {missing[0]!r}"
        )
        raise FootlightsError(
            what, path, "give an SMPL, SMPL-H or SMPL-X model file, such as SMPLX_NEUTRAL.npz"
        )
    return held


def _made(held: Mapping[str, np.ndarray], betas: np.ndarray | None) -> Body:
    vertices = np.asarray(held["v_template"], np.float64)
    if betas is not None:
        vertices = vertices + np.asarray(held["shapedirs"], np.float64)[
            ..., : len(betas)
        ] @ np.asarray(betas, np.float64)
    weights = np.asarray(held["weights"], np.float64)
    parents = np.asarray(held["kintree_table"])[0].astype(np.int64)
    joints = np.asarray(held["J_regressor"], np.float64) @ vertices
    if (
        weights.shape != (len(vertices), len(parents))
        or len(parents) < _BODY
        or joints.shape != (len(parents), 3)
    ):
        raise ValueError("its tables have different sizes")
    if not (
        np.isfinite(vertices).all() and np.isfinite(joints).all() and np.isfinite(weights).all()
    ):
        raise ValueError("some of its numbers, or betas, are not finite")
    tall = float(np.ptp(vertices, axis=0).max())
    if not _SMALLEST < tall < _TALLEST:
        raise ValueError(f"it measures {tall:.3g} m")
    faces = np.asarray(held["f"]).astype(np.int64)
    if (
        faces.ndim != 2
        or faces.shape[1] != 3
        or faces.min(initial=0) < 0
        or faces.max(initial=0) >= len(vertices)
    ):
        raise ValueError("its faces are not made of its vertices")
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    if np.einsum("fi,fi->", a, np.cross(b, c)) <= 0:
        raise ValueError("its skin is inside out")
    vertices, joints = (_z_up(places) for places in (vertices, joints))
    ours = _nearest(parents)
    together = np.zeros((len(vertices), len(SMPL_NAMES)))
    np.add.at(together.T, ours, weights.T)
    rest = np.zeros((len(SMPL_NAMES), 3))
    rest[:_BODY] = joints[:_BODY]
    for hand, wrist, elbow in ((22, 20, 18), (23, 21, 19)):
        rest[hand] = rest[wrist] + 0.36 * (
            rest[wrist] - rest[elbow]
        )  # the knuckles, as far along as on the mean hand
    low = vertices[:, 2].min()
    vertices[:, 2], rest[:, 2] = vertices[:, 2] - low, rest[:, 2] - low
    return _body(vertices, faces, together, rest)


def _z_up(places: np.ndarray) -> np.ndarray:
    return np.stack([places[:, 0], -places[:, 2], places[:, 1]], axis=1)


def _nearest(parents: np.ndarray) -> np.ndarray:
    """(J,) which of the 24 joints each of the model's gives its skin to: itself, a hand for
    fingers, the head for a face.
    """
    hand = {20: 22, 21: 23}
    found = list(range(_BODY))
    for joint in range(_BODY, len(parents)):
        above = int(parents[joint])
        if not 0 <= above < joint:
            raise ValueError("a joint hangs on none")
        found.append(hand.get(above, found[above]))
    return np.array(found)


def _body(vertices: np.ndarray, faces: np.ndarray, weights: np.ndarray, rest: np.ndarray) -> Body:
    order = np.argsort(-weights, axis=1, kind="stable")[:, :_SHARES]
    shares = np.take_along_axis(weights, order, 1)
    shares = shares / np.maximum(shares.sum(1, keepdims=True), 1e-9)
    order = np.where(shares > 0, order, 0)
    soles = {name: _sole(vertices, weights, name) for name in CONTACT_NAMES}
    feet = (7, 10, 8, 11)
    corners = np.stack(
        [
            _corners(vertices[soles[name]]) - rest[joint]
            for name, joint in zip(CONTACT_NAMES, feet, strict=True)
        ]
    )
    offsets = rest - np.where(np.array(SMPL_PARENTS)[:, None] < 0, 0, rest[np.array(SMPL_PARENTS)])
    return Body(
        skeleton=Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets),
        vertices=vertices.astype(np.float32),
        faces=faces.astype(np.int32),
        weight_joints=order.astype(np.int32),
        weights=shares.astype(np.float32),
        colors=np.tile(np.array(_SKIN, np.uint8), (len(vertices), 1)),
        sole_vertices={name: found.astype(np.int32) for name, found in soles.items()},
        sole_joints=feet,
        sole_points=corners.astype(np.float32),
    )


def _sole(vertices: np.ndarray, weights: np.ndarray, name: str) -> np.ndarray:
    """Vertices of one part of a sole: the lowest of what follows ankle or toes most, the heel
    behind the ankle's middle.
    """
    side, part = name.split("_")
    ankle, toes = (7, 10) if side == "left" else (8, 11)
    most = weights.argmax(1)
    foot = np.flatnonzero((most == ankle) | (most == toes))
    if len(foot) < 8:
        raise ValueError(f"it has no {side} foot")
    flat = foot[vertices[foot, 2] < vertices[foot, 2].min() + _SOLE]
    length = vertices[foot, 1]
    middle = (length.min() + length.max()) / 2
    chosen = (
        flat[vertices[flat, 1] > middle] if part == "heel" else flat[vertices[flat, 1] <= middle]
    )
    if len(chosen) < 3:
        raise ValueError(f"its {side} foot has no {part}")
    return chosen


def _corners(sole: np.ndarray) -> np.ndarray:
    """(4, 3) of the points that lie farthest towards the four corners, all at the lowest height."""
    towards = np.array([[-1, 1], [1, 1], [-1, -1], [1, -1]])
    places = sole[(sole[:, :2] @ towards.T).argmax(0)]
    places[:, 2] = sole[:, 2].min()
    return places
