"""SMPL, SMPL-H and SMPL-X parameters under the names of many programs.

Accepted are whole poses (66, 72, 156 or 165 numbers a frame) or a body's beside the pelvis's, as
axis-angles or matrices.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from ..basics.budget import check_rate, check_room, no_rate
from ..basics.errors import FootlightsError
from ..geometry.rotations import (
    matrix_from_quat,
    quat_from_matrix,
    quat_from_rotvec,
    rotvec_from_quat,
    slerp,
)
from ..motion.motion import Motion
from .raw_motion import check_unit_and_up
from .smpl import BETAS_NOTE, PELVIS, PELVIS_X, SmplClip, from_smpl

# Names under which programs keep the rotation of the pelvis, of the joints below it, of all of
# them, the translation, and the rate.
_ROOT = ("global_orient", "root_orient", "root_pose", "smplx_root_pose")
_BODY = ("body_pose", "pose_body", "smplx_body_pose")
_WHOLE = ("pose_world", "poses", "fullpose", "pose")
TRANSLATION = ("trans_world", "transl", "trans", "translation", "smplx_transl", "root_trans")
_RATES = ("fps", "mocap_framerate", "mocap_frame_rate", "frame_rate")
# Only SMPL-X has a face.
_FACE = ("jaw_pose", "pose_jaw", "expression", "expressions", "leye_pose", "pose_eye")
NAMES = {*_ROOT, *_BODY, *_WHOLE, *TRANSLATION, *_RATES, *_FACE, "betas", "frame_ids"}

_BODY_JOINTS, _SMPL_JOINTS = 22, 24
_JOINT_COUNTS = (_BODY_JOINTS, _SMPL_JOINTS, 52, 55)  # ..., SMPL-H, SMPL-X
_LONGEST_GAP = 5  # frames that may be missing and are filled in
_LARGEST = 1e6  # of a number in a file
_LARGEST_ANGLE = 1e4  # radians
_NOT_ORTHONORMAL = 0.05  # by which a matrix times its transpose may miss the identity


@dataclass(frozen=True)
class CameraPath:
    """Rotations (T or 1, 3, 3) and positions (T or 1, 3) of a camera in a y-up world."""

    rotations: np.ndarray
    positions: np.ndarray


UPRIGHT = np.diag([1.0, -1.0, -1.0])  # from a camera's axes, y down and z ahead, to y up


def still_camera(notes: list[str]) -> CameraPath:
    """The camera of a file that knows no world: stood upright; adds a note."""
    notes.append("places are the camera's, not the world's: its tilt is not known")
    return CameraPath(UPRIGHT[None], np.zeros((1, 3)))


def has_smpl_arrays(names: Container[object]) -> bool:
    """Whether a file with arrays of these names holds such parameters."""
    whole, root, body, translation = (
        any(name in names for name in known) for known in (_WHOLE, _ROOT, _BODY, TRANSLATION)
    )
    return (whole or (root and body)) and translation


def motion_from_arrays(
    arrays: Mapping[str, np.ndarray],
    path: object,
    fps: float | None,
    up: str | None,
    notes: list[str],
    camera: CameraPath | None = None,
) -> Motion:
    """The motion of parameters by name; what stands under other names is left out.

    Args:
        arrays: the parameters.
        path: of the file, for what is said of it.
        fps: frames a second; the file's when None.
        up: "y" or "z"; when None the usual one of such files, unless the legs point along the
            other.
        notes: what was found out so far; more are added.
        camera: before which they are; None where they are in the world.

    Raises:
        FootlightsError: an array is missing, of another shape or not finite, or there is no rate.
    """
    check_unit_and_up(None, up, path)
    trans = _numbers(arrays, TRANSLATION, path)
    frames = len(trans) if trans.ndim else 0
    check_room(frames, _SMPL_JOINTS, path)
    axis_angles, is_smplx = _axis_angles(arrays, frames, path)
    if trans.size != 3 * frames:
        raise FootlightsError(f"places have shape {trans.shape}", path, "they must be (N, 3)")
    rate = check_rate(_rate(arrays, path) if fps is None else fps, path)
    if arrays.get("betas", np.zeros(1)).any():
        notes.append(BETAS_NOTE)

    root = trans.reshape(frames, 3).astype(np.float64) + (PELVIS_X if is_smplx else PELVIS)
    if camera is not None:
        root = _into_world(axis_angles, root, camera)
    is_y_up = is_smplx or camera is not None or "pose_world" in arrays
    clip = SmplClip(axis_angles, root, rate, "y" if is_y_up else "z", notes)
    motion = from_smpl(clip, up)
    motion = _without_gaps(motion, arrays.get("frame_ids"), notes, path)
    return motion.replace(meta={"file": Path(str(path)).name, "notes": notes})


def _into_world(axis_angles: np.ndarray, root: np.ndarray, camera: CameraPath) -> np.ndarray:
    """Root positions (T, 3) in the world; the pelvis's angles are turned into it in place."""
    rotations = np.asarray(camera.rotations, np.float64)
    pelvis = rotations @ matrix_from_quat(quat_from_rotvec(axis_angles[:, 0]))
    axis_angles[:, 0] = rotvec_from_quat(quat_from_matrix(pelvis))
    return (rotations @ root[..., None])[..., 0] + np.asarray(camera.positions, np.float64)


def _axis_angles(
    arrays: Mapping[str, np.ndarray], frames: int, path: object
) -> tuple[np.ndarray, bool]:
    """(T, 24, 3) radians, zero for hands that are not there, and whether they are SMPL-X's."""
    is_smplx = any(name in arrays for name in _FACE)
    if any(name in arrays for name in _WHOLE):
        poses = _rotation_vectors(_numbers(arrays, _WHOLE, path), frames, path)
    else:
        root = _rotation_vectors(_numbers(arrays, _ROOT, path), frames, path)
        body = _rotation_vectors(_numbers(arrays, _BODY, path), frames, path)
        poses = np.concatenate([root, body], axis=1)
        # smplx's own layer calls it body_pose, and has no hands in it.
        is_smplx |= "body_pose" in arrays and poses.shape[1] == _BODY_JOINTS

    joints = poses.shape[1]
    if joints not in _JOINT_COUNTS:
        what = f"poses turn {joints} joints"
        raise FootlightsError(what, path, "SMPL has 22 or 24, SMPL-H 52, SMPL-X 55")
    axis_angles = np.zeros((frames, _SMPL_JOINTS, 3), np.float32)
    known = _SMPL_JOINTS if joints == _SMPL_JOINTS else _BODY_JOINTS
    axis_angles[:, :known] = poses[:, :known]
    return axis_angles, is_smplx or joints == 55


def _rotation_vectors(values: np.ndarray, frames: int, path: object) -> np.ndarray:
    """(T, J, 3) axis-angles of (T, 3 J), (T, J, 3) or matrices (T, J, 3, 3)."""
    if values.ndim == 4 and values.shape[0] == frames and values.shape[2:] == (3, 3):
        return _from_matrices(values, path)
    if (
        values.ndim not in (2, 3)
        or len(values) != frames
        or values[0].size % 3
        or np.abs(values).max() > _LARGEST_ANGLE
    ):
        raise FootlightsError(
            f"turns of shape {values.shape} are no angles of {frames} frames",
            path,
            "write the file again",
        )
    return values.reshape(frames, -1, 3)


def _from_matrices(values: np.ndarray, path: object, block: int = 4096) -> np.ndarray:
    """(T, J, 3) float32 of matrices (T, J, 3, 3), block by block.

    The doubles of a long clip never stand all at once.
    """
    vectors = np.empty(values.shape[:3], np.float32)
    for start in range(0, len(values), block):
        matrices = values[start : start + block].astype(np.float64)
        if not are_rotations(matrices):
            raise FootlightsError("holds matrices that turn nothing", path, "write the file again")
        vectors[start : start + block] = rotvec_from_quat(quat_from_matrix(matrices))
    return vectors


def are_rotations(matrices: np.ndarray) -> bool:
    """Whether matrices (..., 3, 3) are rotations, or nearly."""
    product = matrices @ np.swapaxes(matrices, -1, -2)
    error = np.abs(product - np.eye(3)).max(initial=0)
    return bool(error < _NOT_ORTHONORMAL and (np.linalg.det(matrices) > 0).all())


def _numbers(arrays: Mapping[str, np.ndarray], names: tuple[str, ...], path: object) -> np.ndarray:
    """The first array of these names, with finite numbers."""
    name = next((name for name in names if name in arrays), None)
    if name is None:
        raise FootlightsError(
            f"has none of {', '.join(names)}",
            path,
            "give a file of SMPL, SMPL-H or SMPL-X parameters",
        )
    values = arrays[name]
    if values.dtype.kind != "f" or not (np.abs(values) < _LARGEST).all():
        raise FootlightsError(f"{name} holds a number that is not finite", path, "cut or repair it")
    return values


def _rate(arrays: Mapping[str, np.ndarray], path: object) -> float:
    name = next((name for name in _RATES if name in arrays), None)
    if name is None:
        raise no_rate(path)
    return float(arrays[name].reshape(-1)[:1].sum())


def _without_gaps(
    motion: Motion, frame_ids: np.ndarray | None, notes: list[str], path: object
) -> Motion:
    """The clip with gaps of up to five frames filled; of parts further apart the longest."""
    if frame_ids is None:
        return motion
    counts_frames = frame_ids.shape == (len(motion),) and frame_ids.dtype.kind in "iu"
    steps = np.diff(frame_ids) if counts_frames else np.zeros(1)
    if (steps < 1).any():
        raise FootlightsError("frame_ids do not count its frames", path, "write the file again")

    edges = [0, *(np.flatnonzero(steps > _LONGEST_GAP + 1) + 1).tolist(), len(motion)]
    start, end = max(pairwise(edges), key=lambda part: part[1] - part[0])
    if len(edges) > 2:
        notes.append(
            f"{len(edges) - 1} parts with gaps between: the longest, {end - start} frames, was read"
        )
    motion = motion[start:end]
    known = frame_ids[start:end].astype(np.int64) - int(frame_ids[start])
    missing = int(known[-1]) + 1 - len(known)
    if not missing:
        return motion
    notes.append(f"{missing} missing frames were filled in")
    return _interpolated(motion, known)


def _interpolated(motion: Motion, known: np.ndarray) -> Motion:
    """The motion, whose frames have the numbers ``known`` (T,), with every number in between."""
    every_frame = np.arange(int(known[-1]) + 1)
    before = np.clip(np.searchsorted(known, every_frame, "right") - 1, 0, len(known) - 2)
    share = ((every_frame - known[before]) / (known[before + 1] - known[before]))[:, None]
    root = motion.root[before] * (1 - share) + motion.root[before + 1] * share

    rotations = motion.rotations.astype(np.float64)
    between = slerp(rotations[before], rotations[before + 1], share)
    return motion.replace(root=root, rotations=between)
