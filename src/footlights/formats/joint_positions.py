"""Motions that are nothing but joint positions: HumanML3D's and MDM's 22 joints, SMPL's 24.

Arrays (T, J, 3), (T, 3 J), or MDM's (N, J, 3, T) of N samples, in SMPL's order.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..basics.budget import MAX_CONTAINERS, MAX_LIST, check_rate, check_room, no_rate, read_bytes
from ..basics.errors import FootlightsError
from ..motion.from_positions import bone_lengths, motion_from_positions
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS
from .axes import y_to_z_up
from .raw_motion import RawMotion, check_unit_and_up
from .smpl import smpl_skeleton
from .unit_and_up import find_unit, find_up

# Names under which programs keep them, and the frames a second of those that have only one rate.
NAMES = ("joints", "positions", "joint_positions", "joints3d", "keypoints3d", "arr_0")
_MDM, _BAILANDO, _BAILANDO_JSON = "motion", "pred_position", "result"
_RATES = {_MDM: 20.0, _BAILANDO: 60.0, _BAILANDO_JSON: 60.0}

_COUNTS = (22, 24)
_UPSIDE_DOWN = np.array([1, -1, -1], np.float32)  # half a turn about x
_FEATURES = 263  # numbers a frame of HumanML3D's features, which are no positions
_LARGEST = 1e6
_UNEVEN, _CHANGING = 1.5, 0.3  # of bones of both sides, and of one bone over time: no body has that
_TOLD = 0.005  # metres by which a bone changes that is worth a note
_GIVE = "give the 22 joints of HumanML3D or the 24 of SMPL, in their order"
_SIDES = [
    (joint, SMPL_NAMES.index(name.replace("left", "right")))
    for joint, name in enumerate(SMPL_NAMES)
    if name.startswith("left")
]


class _Positions(RawMotion):
    """Positions on their way into metres with z up: what stands for the body has no rotations."""

    def __init__(self, positions: np.ndarray, fps: float, notes: list[str]) -> None:
        joints = positions.shape[1]
        offsets = np.zeros((joints, 3))
        offsets[1:, 0] = np.median(bone_lengths(_sampled(positions)), 0)
        names, parents = list(SMPL_NAMES[:joints]), list(SMPL_PARENTS[:joints])
        super().__init__(names, parents, offsets, positions[:, 0], np.empty(0), fps, notes)
        self.positions = positions

    def sample_positions(self, count: int = 200) -> np.ndarray:
        return _sampled(self.positions, count)


def _sampled(positions: np.ndarray, count: int = 200) -> np.ndarray:
    """(<= count, J, 3) float64 of frames spread over the clip (T, J, 3)."""
    frames = np.unique(np.linspace(0, len(positions) - 1, count).astype(int))
    return positions[frames].astype(np.float64)


def read(
    path: str | os.PathLike[str],
    *,
    fps: float | None = None,
    unit: float | None = None,
    up: str | None = None,
) -> Motion:
    """The motion in a JSON file: a list of frames of positions, alone or under "result".

    Args:
        path: the file.
        fps: frames a second; 60 of Bailando's "result" when None.
        unit: metres per file unit; found by leg length when None.
        up: one of `raw_motion.UP_AXES`; found by where the legs point when None.

    Raises:
        FootlightsError: no such list, damaged, or without a rate.
    """
    text = read_bytes(path, MAX_LIST)
    if text.count(b"[") + text.count(b"{") > MAX_CONTAINERS:
        raise FootlightsError("holds too many lists and objects", path, "cut it into parts")
    try:
        contents = json.loads(text.decode("utf-8-sig"))
        named = contents if isinstance(contents, dict) else {NAMES[0]: contents}
        names = [name for name in (*NAMES, *_RATES) if isinstance(named.get(name), list)]
        arrays = {name: np.array(named[name], np.float64) for name in names}
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise FootlightsError("holds no list of joint positions", path, _GIVE) from error
    return motion_from_named(arrays, path, fps=fps, unit=unit, up=up)


def has_positions(names: object) -> bool:
    """Whether arrays of these names (a container) may be positions."""
    return any(name in names for name in (*NAMES, *_RATES))  # type: ignore[operator]


def sample_names(arrays: Mapping[str, np.ndarray]) -> list[str]:
    """Names, from "1" on, of the samples in an array of MDM's; none of others."""
    values = arrays.get(_MDM, np.empty(0))
    return [str(number) for number in range(1, len(values) + 1)] if values.ndim == 4 else []


def motion_from_named(
    arrays: Mapping[str, np.ndarray],
    path: object,
    *,
    fps: float | None = None,
    unit: float | None = None,
    up: str | None = None,
    clip: str | None = None,
) -> Motion:
    """The motion of the first of ``arrays`` whose name is one under which programs keep positions.

    Args:
        arrays: by name; MDM's may have its ``lengths``.
        path: of the file, for what is said of it.
        fps, unit, up: as for `read`.
        clip: which of MDM's samples, from "1" on; the first when None.

    Raises:
        FootlightsError: none is, it is of another shape, or there is no rate or no such sample.
    """
    notes: list[str] = []
    name = next((name for name in (*NAMES, *_RATES) if name in arrays), None)
    if name is None:
        raise FootlightsError("holds no joint positions", path, _GIVE)
    values = arrays[name]
    if values.ndim == 4:
        values = _sample(values, arrays.get("lengths"), clip, path, notes)
    elif clip is not None:
        raise FootlightsError(f"holds one motion, not {clip!r} of several", path, "leave out clip")
    if fps is None and name in _RATES:
        fps = _RATES[name]
        notes.append(f"{fps:g} frames a second assumed: the file does not say")
    return _motion(_checked(values, path), path, fps, unit, up, notes)


def _sample(
    values: np.ndarray,
    lengths: np.ndarray | None,
    clip: str | None,
    path: object,
    notes: list[str],
) -> np.ndarray:
    """(T, J, 3) one sample of (N, J, 3, T), without the frames beyond its length."""
    count = len(values)
    number = int(clip) if clip is not None and clip.isdecimal() and len(clip) < 10 else 0
    if clip is None:
        number = 1
        if count > 1:
            notes.append(f"{count} samples: the first was read (--clip takes 1 to {count})")
    if not 1 <= number <= count:
        raise FootlightsError(f"has no sample {clip!r}", path, f"give one of 1 to {count}")

    sample = np.moveaxis(values[number - 1], -1, 0)
    if lengths is not None and lengths.shape == (count,) and lengths.dtype.kind in "iu":
        sample = sample[: max(1, int(lengths[number - 1]))]
    return sample


def _checked(values: np.ndarray, path: object) -> np.ndarray:
    """(T, J, 3) float32; FootlightsError where it is no motion of a body."""
    shape = values.shape
    if values.ndim == 2 and shape[1] == _FEATURES:
        do = "give the positions made of them, as in HumanML3D's new_joints"
        raise FootlightsError("holds HumanML3D's features, no positions", path, do)
    if values.ndim == 2 and shape[1] in [3 * count for count in _COUNTS]:
        values = values.reshape(len(values), -1, 3)
    if values.ndim != 3 or values.shape[1] not in _COUNTS or values.shape[2] != 3:
        raise FootlightsError(f"numbers of shape {shape} are no joint positions", path, _GIVE)
    check_room(len(values), values.shape[1], path)
    if values.dtype.kind not in "fiu" or not (np.abs(values) < _LARGEST).all():
        what = "holds a position that is not finite, or far too large"
        raise FootlightsError(what, path, "cut or repair it")

    values = np.array(values, np.float32)
    lengths = bone_lengths(_sampled(values))
    usual = np.median(lengths, 0)
    pairs = [(a - 1, b - 1) for a, b in _SIDES if b < values.shape[1]]
    if not usual.all():
        raise FootlightsError("two of its joints are always in one place", path, _GIVE)
    uneven = max(max(usual[a] / usual[b], usual[b] / usual[a]) for a, b in pairs)
    changing = float(np.median(np.abs(lengths - usual) / usual, 0).max())
    if uneven > _UNEVEN or changing > _CHANGING:
        raise FootlightsError("its joints are no body in SMPL's order", path, _GIVE)
    return values


def _motion(
    positions: np.ndarray,
    path: object,
    fps: float | None,
    unit: float | None,
    up: str | None,
    notes: list[str],
) -> Motion:
    """The motion at these positions (T, J, 3) of a file."""
    check_unit_and_up(unit, up, path)
    if fps is None:
        raise no_rate(path)
    raw = _Positions(positions, check_rate(fps, path), notes)
    try:
        unit = find_unit(raw) if unit is None else unit
    except FootlightsError as error:
        raise FootlightsError(error.what, path, error.do) from error
    up = find_up(raw) if up is None else up

    scale = np.float32(unit) * (_UPSIDE_DOWN if up.startswith("minus-") else np.float32(1))
    positions *= scale  # in place: these are a copy of the file's own
    placed = positions
    if up.endswith("y"):
        placed = y_to_z_up(placed)
    motion = motion_from_positions(np.asarray(placed, np.float32), raw.fps, smpl_skeleton())
    notes.append("joint positions alone: bones turn about themselves as elbows and knees tell")
    usual = np.linalg.norm(motion.skeleton.offsets[1 : positions.shape[1]], axis=-1)
    change = float(np.percentile(np.abs(bone_lengths(raw.sample_positions() * unit) - usual), 95))
    if change > _TOLD:
        notes.append(f"bones change by up to {100 * change:.1f} cm: each has its usual length")
    return motion.replace(meta={"file": Path(str(path)).name, "notes": notes})
