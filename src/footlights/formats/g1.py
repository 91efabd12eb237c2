"""Joint angles of the Unitree G1 robot, read and written: csv of 36 columns without a header, on
the robot's skeleton.
"""

import json
import os
import warnings
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..geometry.rotations import normalize
from ..motion.hinge_tree import HingeTree
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .safe.budget import check_rate, check_room, read_bytes

COLUMNS = 36
MAX_BYTES = 64 << 20
_BLOCK = 4096
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
_HOW = "move it with footlights.retargeting.unitree_g1.onto_robot"


@cache
def robot_tree() -> HingeTree:
    """The robot's links and hinges."""
    links = json.loads((files("footlights") / "assets" / "g1.json").read_text("utf-8"))["links"]
    names = tuple(link["name"] for link in links)
    parents = tuple(names.index(link["parent"]) if link["parent"] else -1 for link in links)
    skeleton = Skeleton(names, parents, np.array([link["place"] for link in links]))
    rest_rotations = normalize(np.array([link["turn"] for link in links], np.float64))
    axes = np.array([link["axis"] or (0, 0, 0) for link in links], np.float64)
    return HingeTree(
        skeleton,
        rest_rotations,
        axes,
        np.array([link["range"] for link in links if link["axis"]], np.float64),
    )


def read(path: str | os.PathLike[str], *, fps: float | None = None) -> Motion:
    """The motion in a G1 csv: root place (m), root quaternion x y z w, 29 joint angles (rad), z up.

    Args:
        fps: frames a second, which the file does not hold; 30 when None.

    Raises:
        FootlightsError: the rows do not have 36 finite numbers.
    """
    values = _table(read_bytes(path, MAX_BYTES), path)
    robot = robot_tree()
    check_room(len(values), len(robot.skeleton), path)
    root = values[:, [6, 3, 4, 5]]
    lengths = np.linalg.norm(root, axis=-1)
    if abs(lengths - 1).max() > 0.1:
        frame = int(np.argmax(abs(lengths - 1)))
        raise FootlightsError(
            f"frame {frame}: columns 4 to 7 are no unit quaternion", path, "is this a G1 csv?"
        )
    rotations = np.empty((len(values), len(robot.skeleton), 4), np.float32)
    for start in range(0, len(values), _BLOCK):
        part = slice(start, start + _BLOCK)
        rotations[part] = robot.rotations(normalize(root[part]), values[part, 7:])
    notes = ["30 frames a second assumed: the file does not say"] if fps is None else []
    meta = {"file": Path(path).name, "notes": notes}
    return Motion(
        values[:, :3],
        rotations,
        check_rate(30.0 if fps is None else fps, path),
        robot.skeleton,
        meta=meta,
    )


def write(motion: Motion, path: str | os.PathLike[str]) -> list[str]:
    """Writes a G1 csv from a motion on the robot's skeleton; angles beyond the joints' limits are
    set to them.

    Returns:
        The rate, which the file does not hold; what had to be changed, a sentence a joint; and
        where motors are too slow.

    Raises:
        FootlightsError: another skeleton, a joint turned about another axis than its own, or no
            place to write.
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
    beyond = np.maximum(low - angles, angles - high).max(0)
    changed = [
        f"{robot.skeleton.names[j]} was up to {np.degrees(b):.1f} degrees beyond its limit and was held there"
        for j, b in zip(robot.hinged_links, beyond, strict=True)
        if b > 1e-4
    ]
    root = motion.rotations[:, 0][:, [1, 2, 3, 0]]
    table = np.concatenate([motion.root, root, np.clip(angles, low, high)], axis=1)
    with writing(path) as temporary:
        np.savetxt(temporary, table, fmt="%.7g", delimiter=",")
    rate = f"{motion.fps:g} frames a second: note it, the file does not say"
    return [
        rate,
        *changed,
        *_hurried([robot.skeleton.names[j] for j in robot.hinged_links], angles, motion.fps),
    ]


def _hurried(names: list[str], angles: np.ndarray, fps: float) -> list[str]:
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


def _table(data: bytes, path: str | os.PathLike[str]) -> np.ndarray:
    """Rows (T, 36) of finite numbers."""
    rows = [row for row in data.replace(b"\r", b"\n").split(b"\n") if row.strip()]
    for number, row in enumerate(rows):
        if row.count(b",") != COLUMNS - 1:
            found = row.count(b",") + 1
            raise FootlightsError(
                f"row {number + 1} has {found} columns, a G1 csv has {COLUMNS}",
                path,
                "give a G1 csv",
            )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            values = np.fromstring(b",".join(rows), sep=",")
        except ValueError:
            values = np.empty(0)
    if len(values) != COLUMNS * len(rows) or not len(values):
        raise FootlightsError(
            f"row {len(values) // COLUMNS + 1} holds a word that is no number", path, "remove it"
        )
    values = values.reshape(-1, COLUMNS)
    sound = (np.abs(values) < 1e6).all(-1)
    if not sound.all():
        raise FootlightsError(
            f"frame {int(np.argmin(sound))} holds a number that is not finite",
            path,
            "cut or repair it",
        )
    return values
