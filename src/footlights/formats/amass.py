"""AMASS and other SMPL npz files: axis-angles of SMPL, SMPL-H or SMPL-X in a z-up world."""

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..basics.budget import check_rate, check_room, no_rate
from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton
from .raw_motion import check_unit_and_up
from .safe.npz_archive import SafeNpz, write_arrays
from .smpl import BETAS_NOTE, PELVIS, PELVIS_X, SmplClip, from_smpl, to_smpl

KEYS = frozenset({"poses", "trans", "root_orient", "pose_body"})
_RATES = ("mocap_framerate", "mocap_frame_rate", "fps")  # names under which files keep it

_BODY_JOINTS = 22  # that SMPL, SMPL-H and SMPL-X share
_SMPL_JOINTS = 24  # with SMPL's two hands
_FINGER_JOINTS, _FACE_JOINTS = 30, 3
# Numbers a frame: the body alone, SMPL, SMPL-H with fingers, SMPL-X with fingers and face.
_SMPL_WIDTH = 3 * _SMPL_JOINTS
_WIDTHS = (66, _SMPL_WIDTH, 156, 165)
_LARGEST_ANGLE = 1e4  # radians


def is_amass(names: Iterable[str]) -> bool:
    """Whether a file with arrays of these names is AMASS's.

    Other programs keep the same angles under other names.
    """
    names = set(names)
    return "trans" in names and bool(names & {"poses", "pose_body"})


def motion_from_npz(file: SafeNpz, *, fps: float | None = None, up: str | None = None) -> Motion:
    """The motion in an open AMASS file, on SMPL's mean body; fingers and face are left out.

    A file that footlights wrote comes back on its own bones.

    Args:
        file: the open archive.
        fps: frames a second; the file's when None.
        up: "y" or "z"; when None z, unless the legs point along y.

    Raises:
        FootlightsError: an array is missing, damaged or of a width that no SMPL body has.
    """
    check_unit_and_up(None, up, file.path)
    notes: list[str] = []
    trans = file.array("trans", "f", (None, 3))
    check_room(len(trans), _SMPL_JOINTS, file.path)
    axis_angles = _axis_angles(file, len(trans), notes)
    fps = check_rate(_rate(file) if fps is None else fps, file.path)

    skeleton = None
    if "footlights_offsets" in file:
        offsets = file.array("footlights_offsets", "f", (_SMPL_JOINTS, 3))
        skeleton = Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)
    elif "betas" in file and file.array("betas").any():
        notes.append(BETAS_NOTE)

    # Only SMPL-X has a jaw, and its template another origin.
    root = trans.astype(np.float64) + (PELVIS_X if "pose_jaw" in file else PELVIS)
    motion = from_smpl(SmplClip(axis_angles, root, fps, "z", notes), up, skeleton)
    return motion.replace(meta={"file": Path(file.path).name, **motion.meta})


def _axis_angles(file: SafeNpz, frames: int, notes: list[str]) -> np.ndarray:
    """(T, 24, 3) radians; the hands' are zero where the file has fingers instead of hand joints."""
    if "poses" in file:
        poses = file.array("poses", "f", (frames, None))
    else:
        root = file.array("root_orient", "f", (frames, 3))
        poses = np.concatenate([root, file.array("pose_body", "f", (frames, 63))], axis=1)
    width = poses.shape[1]
    if width not in _WIDTHS:
        raise FootlightsError(
            f"poses are {width} wide", file.path, "SMPL has 66 or 72, SMPL-H 156, SMPL-X 165"
        )
    if np.abs(poses).max(initial=0) > _LARGEST_ANGLE:
        raise FootlightsError("poses are no angles in radians", file.path, "write the file again")

    axis_angles = np.zeros((frames, _SMPL_JOINTS, 3))
    joints = _SMPL_JOINTS if width == _SMPL_WIDTH else _BODY_JOINTS
    axis_angles[:, :joints] = poses[:, : 3 * joints].reshape(frames, joints, 3)
    if "footlights_hands" in file:
        axis_angles[:, _BODY_JOINTS:] = file.array("footlights_hands", "f", (frames, 2, 3))
    elif width > _SMPL_WIDTH:
        notes.append("fingers and face left out")
    return axis_angles


def _rate(file: SafeNpz) -> float:
    name = next((name for name in _RATES if name in file), None)
    if name is None:
        raise no_rate(file.path)
    return float(file.array(name, "fiu").reshape(-1)[:1].sum())


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes an AMASS file (z up) from a motion on the 24 joints; contacts and meta are left out.

    SMPL-H's 156 numbers a frame, or SMPL-X's 165 in .smplx.npz. Beside AMASS's arrays stand
    ``footlights_hands`` (T, 2, 3), the turn of the two hand joints that it has not, and
    ``footlights_offsets`` (24, 3), the bones; with them the file reads back as it was.

    Raises:
        FootlightsError: another skeleton, or the file cannot be written there.
    """
    if motion.skeleton.names != SMPL_NAMES or motion.skeleton.parents != SMPL_PARENTS:
        raise FootlightsError(
            "an AMASS file holds SMPL's 24 joints, this motion has others",
            path,
            "retarget it first",
        )
    axis_angles = to_smpl(motion)
    is_smplx = Path(path).name.lower().endswith(".smplx.npz")
    joints = _BODY_JOINTS + _FINGER_JOINTS + (_FACE_JOINTS if is_smplx else 0)
    poses = np.zeros((len(motion), joints, 3))
    poses[:, :_BODY_JOINTS] = axis_angles[:, :_BODY_JOINTS]

    arrays = {
        "poses": poses.reshape(len(motion), -1),
        "trans": motion.root.astype(np.float64) - (PELVIS_X if is_smplx else PELVIS),
        "mocap_frame_rate" if is_smplx else "mocap_framerate": np.array(motion.fps),
        "gender": np.array("neutral"),
        "betas": np.zeros(16),
        "footlights_hands": axis_angles[:, _BODY_JOINTS:],
        "footlights_offsets": motion.skeleton.offsets,
    }
    write_arrays(path, arrays | (_smplx_arrays(arrays["poses"]) if is_smplx else {}))


def _smplx_arrays(poses: np.ndarray) -> dict[str, np.ndarray]:
    """What SMPL-X's files in AMASS have besides: its name, and the poses (T, 165) in parts."""
    return {
        "surface_model_type": np.array("smplx"),
        "root_orient": poses[:, :3],
        "pose_body": poses[:, 3:66],
        "pose_jaw": poses[:, 66:69],
        "pose_eye": poses[:, 69:75],
        "pose_hand": poses[:, 75:],
    }
