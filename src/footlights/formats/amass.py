"""AMASS and other SMPL npz files: axis-angles of SMPL, SMPL-H or SMPL-X in a z-up world; fingers
and face are left out.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton
from .axes import check_choice
from .safe.budget import check_rate, check_room, no_rate
from .safe.npz_archive import SafeNpz, write_arrays
from .smpl import PELVIS, PELVIS_X, from_smpl, to_smpl

KEYS = frozenset({"poses", "trans", "root_orient", "pose_body"})
_RATES = ("mocap_framerate", "mocap_frame_rate", "fps")
_BODY, _SMPL, _FINGERS, _FACE = 22, 24, 30, 3


def fits(names: Iterable[str]) -> bool:
    """Whether a file with arrays of these names is AMASS's; others hold the same angles under
    other names.
    """
    held = set(names)
    return "trans" in held and bool(held & {"poses", "pose_body"})


def from_npz(file: SafeNpz, *, fps: float | None = None, up: str | None = None) -> Motion:
    """The motion in an open AMASS file, on SMPL's mean body (or the body footlights wrote beside
    it).

    Args:
        fps: frames a second; the file's when None.
        up: "y" or "z"; when None z, unless the legs point along y.

    Raises:
        FootlightsError: an array is missing, damaged or of a width that no SMPL body has.
    """
    check_choice(None, up, file.path)
    notes: list[str] = []
    trans = file.array("trans", "f", (None, 3))
    check_room(len(trans), _SMPL, file.path)
    axis_angle = _angles(file, len(trans), notes)
    if fps is None:
        name = next((n for n in _RATES if n in file), None)
        if name is None:
            raise no_rate(file.path)
        fps = float(file.array(name, "fiu").reshape(-1)[:1].sum())
    skeleton = None
    if "footlights_offsets" in file:
        skeleton = Skeleton(
            SMPL_NAMES, SMPL_PARENTS, file.array("footlights_offsets", "f", (_SMPL, 3))
        )
    elif "betas" in file and file.array("betas").any():
        notes.append(
            "betas left out: the mean body stands for this one, so bones may differ by some centimetres"
        )
    root = trans.astype(np.float64) + (PELVIS_X if "pose_jaw" in file else PELVIS)
    motion = from_smpl(axis_angle, root, check_rate(fps, file.path), up, "z", notes, skeleton)
    return motion.replace(meta={"file": Path(file.path).name, **motion.meta})


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes an AMASS file (z up), from a motion on the 24 joints: SMPL-H's 156 numbers a frame, or
    SMPL-X's 165 in .smplx.npz.

    Beside AMASS's arrays stand ``footlights_hands`` (T, 2, 3), the turn of the two hand joints that
    it has not, and ``footlights_offsets`` (24, 3), the bones; with them the file reads back as it
    was. Contacts and meta are left out.

    Raises:
        FootlightsError: another skeleton, or the place cannot be written.
    """
    if motion.skeleton.names != SMPL_NAMES or motion.skeleton.parents != SMPL_PARENTS:
        raise FootlightsError(
            "an AMASS file holds SMPL's 24 joints, this motion has others",
            path,
            "retarget it first",
        )
    axis_angle = to_smpl(motion)
    large = Path(path).name.lower().endswith(".smplx.npz")
    poses = np.zeros((len(motion), _BODY + _FINGERS + (_FACE if large else 0), 3))
    poses[:, :_BODY] = axis_angle[:, :_BODY]
    arrays = {
        "poses": poses.reshape(len(motion), -1),
        "trans": motion.root.astype(np.float64) - (PELVIS_X if large else PELVIS),
        "mocap_frame_rate" if large else "mocap_framerate": np.array(motion.fps),
        "gender": np.array("neutral"),
        "betas": np.zeros(16),
        "footlights_hands": axis_angle[:, _BODY:],
        "footlights_offsets": motion.skeleton.offsets,
    }
    write_arrays(path, arrays | (_parts(poses) if large else {}))


def _parts(poses: np.ndarray) -> dict[str, np.ndarray]:
    """The arrays by which SMPL-X's files in AMASS differ: its name, and the pose once more in
    parts.
    """
    flat = poses.reshape(len(poses), -1)
    parts = {"root_orient": flat[:, :3], "pose_body": flat[:, 3:66], "pose_jaw": flat[:, 66:69]}
    parts |= {"pose_eye": flat[:, 69:75], "pose_hand": flat[:, 75:]}
    return {"surface_model_type": np.array("smplx"), **parts}


def _angles(file: SafeNpz, frames: int, notes: list[str]) -> np.ndarray:
    """(T, 24, 3) axis-angles; the hands' are zero where the file has fingers instead of SMPL's
    hand joints.
    """
    if "poses" in file:
        poses = file.array("poses", "f", (frames, None))
    else:
        whole = [
            file.array("root_orient", "f", (frames, 3)),
            file.array("pose_body", "f", (frames, 63)),
        ]
        poses = np.concatenate(whole, axis=1)
    width = poses.shape[1]
    if width not in (66, 72, 156, 165):
        raise FootlightsError(
            f"poses are {width} wide", file.path, "SMPL has 66 or 72, SMPL-H 156, SMPL-X 165"
        )
    if np.abs(poses).max(initial=0) > 1e4:
        raise FootlightsError("poses are no angles in radians", file.path, "write the file again")
    result = np.zeros((frames, _SMPL, 3))
    kept = _SMPL if width == 72 else _BODY
    result[:, :kept] = poses[:, : 3 * kept].reshape(frames, kept, 3)
    if "footlights_hands" in file:
        result[:, _BODY:] = file.array("footlights_hands", "f", (frames, 2, 3))
    elif width > 72:
        notes.append("fingers and face left out")
    return result
