"""`RawMotion`: one clip in its file's own unit and axes, on its way into metres with z up."""

from dataclasses import dataclass, field

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat, quat_mul
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton, forward_kinematics
from .axes import quats_to_z_up, y_to_z_up

UP_AXES = ("y", "z", "minus-y", "minus-z")
_HALF_ABOUT_X = np.array([1.0, -1.0, -1.0])  # what half a turn about x makes of coordinates


@dataclass
class RawMotion:
    """One clip as its file has it, in the file's unit and axes; readers fill it step by step.

    Attributes:
        names, parents: J joints, parents before children, joint 0 the root.
        offsets: (J, 3) float, rest position of each joint in its parent's frame.
        root: (T, 3) float, position of the root joint.
        rotations: (T, J, 4) float32, local unit quaternions w x y z.
        fps: frames a second.
        notes: what was found out or decided, one sentence each.
    """

    names: list[str]
    parents: list[int]
    offsets: np.ndarray
    root: np.ndarray
    rotations: np.ndarray
    fps: float
    notes: list[str] = field(default_factory=list)

    def sample_positions(self, count: int = 200) -> np.ndarray:
        """(<= count, J, 3) joint positions of frames spread over the clip."""
        frames = np.unique(np.linspace(0, len(self.root) - 1, count).astype(int))
        skeleton = Skeleton(tuple(self.names), tuple(self.parents), self.offsets)
        local = matrix_from_quat(self.rotations[frames].astype(np.float64))
        return forward_kinematics(skeleton, np.asarray(self.root, np.float64)[frames], local)[0]


def to_motion(raw: RawMotion, unit: float, up: str, file_name: str) -> Motion:
    """The clip in metres with z up; its rotations are turned in place, so ``raw`` is used up.

    A y-up world turns +90 degrees about x, and every joint's own axes with it: (x, y, z) becomes
    (x, -z, y), and a rest pose that faces +z with y up faces -y with z up.

    Args:
        raw: the clip.
        unit: metres in a unit of it.
        up: its up axis, one of `UP_AXES`.
        file_name: of the file, for ``meta["file"]``.
    """
    if up.startswith("minus-"):
        _set_upright(raw, "xyz".index(up[-1]))
    root, offsets = np.asarray(raw.root) * unit, np.asarray(raw.offsets) * unit
    if up.endswith("y"):
        root, offsets = y_to_z_up(root), y_to_z_up(offsets)
        quats_to_z_up(raw.rotations)
    skeleton = Skeleton(tuple(raw.names), tuple(raw.parents), offsets)
    meta = {"file": file_name, "notes": raw.notes}
    return Motion(root, raw.rotations, raw.fps, skeleton, meta=meta)


def _set_upright(raw: RawMotion, axis: int) -> None:
    """Turns a world that is upside down half about x, and its rest pose where that is, too."""
    raw.root = np.asarray(raw.root) * _HALF_ABOUT_X
    skeleton = Skeleton(tuple(raw.names), tuple(raw.parents), raw.offsets)
    rest = skeleton.rest[:, axis] - skeleton.rest[0, axis]
    if abs(rest.min()) >= rest.max():  # more hangs below the root than stands above it: legs
        root_rotation = raw.rotations[:, 0].astype(np.float64)
        raw.rotations[:, 0] = quat_mul(np.array([0.0, 1.0, 0.0, 0.0]), root_rotation)
        return
    raw.offsets = np.asarray(raw.offsets) * _HALF_ABOUT_X
    raw.rotations[..., 2:] *= -1


def check_unit_and_up(unit: float | None, up: str | None, where: object) -> None:
    """Refuses what a caller cannot mean by a file's unit and up axis; None is "find it out".

    Raises:
        FootlightsError: ``unit`` is no length in metres, or ``up`` none of `UP_AXES`.
    """
    if up not in (None, *UP_AXES):
        do = f"give up as one of {', '.join(UP_AXES)}"
        raise FootlightsError(f"up axis {up!r} is not known", where, do)
    if unit is not None and not (isinstance(unit, int | float) and 1e-6 <= unit <= 1e3):
        raise FootlightsError(
            f"unit {unit!r} is no length", where, "give the metres of one file unit, such as 0.01"
        )


def unique_names(names: list[str]) -> list[str]:
    """The same names, the second and later of equal ones with _2, _3 ... appended."""
    taken: set[str] = set()
    counts: dict[str, int] = {}  # where to go on counting: thousands of equal names take no longer
    unique = []
    for name in names:
        candidate, count = name, counts.get(name, 1)
        while candidate in taken:
            count += 1
            candidate = f"{name}_{count}"
        counts[name] = count
        taken.add(candidate)
        unique.append(candidate)
    return unique
