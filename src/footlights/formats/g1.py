"""Joint angles of the Unitree G1 robot, read and written: csv of 36 columns without a header."""

import json
import os
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from ..basics.budget import MAX_ROBOT_TABLE, check_rate, check_room, read_bytes
from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..geometry.rotations import normalize
from ..motion.hinge_tree import HingeTree
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .safe.number_text import leading_numbers

COLUMNS = 36  # position (m), quaternion x y z w, 29 angles (rad)
_BLOCK = 4096  # rows made into rotations at once
_USUAL_RATE = 30.0  # frames a second
_LARGEST = 1e6  # of a number in a file
_STANDING, _FALLEN = 0.7, 0.3  # mean height of the pelvis's upward axis
_NOT_UNIT = 0.1  # by which a quaternion's length may miss 1
_BEYOND = 1e-4  # radians beyond a limit that are worth a word

_FASTEST = 37.0  # rad/s that its motors turn at most, but of these
_SLOWER = {
    "hip_pitch": 32.0,
    "hip_yaw": 32.0,
    "waist_yaw": 32.0,
    "hip_roll": 20.0,
    "knee": 20.0,
    "wrist_pitch": 22.0,
    "wrist_yaw": 22.0,
}
_HOW = "move it with footlights.retargeting.unitree_g1.onto_robot, or footlights convert"


@cache
def robot_tree() -> HingeTree:
    """The robot's links and hinges."""
    links = json.loads((files("footlights") / "assets" / "g1.json").read_text("utf-8"))["links"]
    names = tuple(link["name"] for link in links)
    parents = tuple(names.index(link["parent"]) if link["parent"] else -1 for link in links)
    return HingeTree(
        skeleton=Skeleton(names, parents, np.array([link["place"] for link in links])),
        rest_rotations=normalize(np.array([link["turn"] for link in links], np.float64)),
        axes=np.array([link["axis"] or (0, 0, 0) for link in links], np.float64),
        limits=np.array([link["range"] for link in links if link["axis"]], np.float64),
    )


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, quat: str | None = None
) -> Motion:
    """The motion in a G1 csv, on the robot's skeleton, z up.

    Args:
        path: the file.
        fps: frames a second, which the file does not hold; 30 when None.
        quat: order of the root's quaternion, "xyzw" or "wxyz"; x y z w when None, unless the robot
            stands on its feet only with the other.

    Raises:
        FootlightsError: the rows do not have 36 finite numbers, or there is no such order.
    """
    rows = _read_rows(read_bytes(path, MAX_ROBOT_TABLE), path)
    robot = robot_tree()
    check_room(len(rows), len(robot.skeleton), path)
    notes = ["30 frames a second assumed: the file does not say"] if fps is None else []
    root_rotations = _root_rotations(rows, quat, path, notes)
    length_error = abs(np.linalg.norm(root_rotations, axis=-1) - 1)
    if length_error.max() > _NOT_UNIT:
        frame = int(np.argmax(length_error))
        raise FootlightsError(
            f"frame {frame}: columns 4 to 7 are no unit quaternion", path, "is this a G1 csv?"
        )

    # In blocks, so that the doubles of a long clip never stand all at once.
    rotations = np.empty((len(rows), len(robot.skeleton), 4), np.float32)
    for start in range(0, len(rows), _BLOCK):
        part = slice(start, start + _BLOCK)
        rotations[part] = robot.rotations(normalize(root_rotations[part]), rows[part, 7:])

    rate = check_rate(_USUAL_RATE if fps is None else fps, path)
    meta = {"file": Path(path).name, "notes": notes}
    return Motion(rows[:, :3], rotations, rate, robot.skeleton, meta=meta)


def _root_rotations(
    rows: np.ndarray, quat: str | None, path: object, notes: list[str]
) -> np.ndarray:
    """(T, 4) quaternions w x y z of the pelvis."""
    if quat not in (None, "xyzw", "wxyz"):
        do = 'give quat="xyzw" or quat="wxyz"'
        raise FootlightsError(f"{quat!r} is no order of quaternions", path, do)

    last, first = rows[:, [6, 3, 4, 5]], rows[:, 3:7]
    if quat is None and _mean_rise(last) < _FALLEN and _mean_rise(first) > _STANDING:
        notes.append("quaternions taken to be w x y z: with x y z w it never stands (--quat xyzw)")
        return first
    return first if quat == "wxyz" else last


def _mean_rise(quats: np.ndarray) -> float:
    """Mean height of the pelvis's own upward axis: 1 upright, 0 lying, -1 upside down."""
    x, y = quats[:, 1], quats[:, 2]
    return float((1 - 2 * (x * x + y * y)).mean())


def _read_rows(data: bytes, path: str | os.PathLike[str]) -> np.ndarray:
    """Rows (T, 36) of finite numbers."""
    lines = [line for line in data.replace(b"\r", b"\n").split(b"\n") if line.strip()]
    for number, line in enumerate(lines, start=1):
        columns = line.count(b",") + 1
        if columns != COLUMNS:
            raise FootlightsError(
                f"row {number} has {columns} columns, a G1 csv has {COLUMNS}",
                path,
                "give a G1 csv",
            )

    numbers = leading_numbers(b",".join(lines), separator=",")
    if len(numbers) != COLUMNS * len(lines) or not len(numbers):
        raise FootlightsError(
            f"row {len(numbers) // COLUMNS + 1} holds a word that is no number", path, "remove it"
        )
    rows = numbers.reshape(-1, COLUMNS)
    finite = (np.abs(rows) < _LARGEST).all(-1)
    if not finite.all():
        raise FootlightsError(
            f"frame {int(np.argmin(finite))} holds a number that is not finite",
            path,
            "cut or repair it",
        )
    return rows


def write(motion: Motion, path: str | os.PathLike[str]) -> list[str]:
    """Writes a G1 csv from a motion on the robot's skeleton.

    Angles beyond the joints' limits are set to them.

    Returns:
        The rate, which the file does not hold; what had to be changed, a sentence a joint; and
        where motors are too slow.

    Raises:
        FootlightsError: another skeleton, a joint turned about another axis than its own, or the
            file cannot be written there.
    """
    robot = robot_tree()
    if motion.skeleton != robot.skeleton:
        raise FootlightsError(
            "a G1 csv holds the robot's joints, this motion has others", path, _HOW
        )
    if not robot.turns_by_hinges(motion.rotations):
        raise FootlightsError("a joint is turned about another axis than its own", path, _HOW)

    angles = robot.angles(motion.rotations)
    low, high = robot.limits.T
    root_rotations = motion.rotations[:, 0][:, [1, 2, 3, 0]]
    rows = np.concatenate([motion.root, root_rotations, np.clip(angles, low, high)], axis=1)
    with writing(path) as temporary:
        np.savetxt(temporary, rows, fmt="%.7g", delimiter=",")

    names = [robot.skeleton.names[j] for j in robot.hinged_links]
    rate = f"{motion.fps:g} frames a second: note it, the file does not say"
    return [rate, *_limit_notes(names, angles), *_speed_notes(names, angles, motion.fps)]


def _limit_notes(names: list[str], angles: np.ndarray) -> list[str]:
    """A sentence for each hinge that was held at its limit."""
    low, high = robot_tree().limits.T
    beyond = np.maximum(low - angles, angles - high).max(0)
    return [
        f"{name} was up to {np.degrees(most):.1f} degrees beyond its limit and was held there"
        for name, most in zip(names, beyond, strict=True)
        if most > _BEYOND
    ]


def _speed_notes(names: list[str], angles: np.ndarray, fps: float) -> list[str]:
    """A sentence when hinges turn faster than their motors do."""
    if len(angles) < 2:
        return []
    limits = np.array(
        [next((v for part, v in _SLOWER.items() if part in name), _FASTEST) for name in names]
    )
    share = np.abs(np.diff(np.unwrap(angles, axis=0), axis=0)) * fps / limits
    if share.max() <= 1:
        return []

    j = int(share.max(axis=0).argmax())
    worst = f"{names[j]} at {share[:, j].max() * limits[j]:.0f} rad/s, its motor at {limits[j]:.0f}"
    frames = 100 * float((share > 1).any(axis=1).mean())
    return [f"in {frames:.1f} % of the frames a hinge turns faster than its motor can: {worst}"]
