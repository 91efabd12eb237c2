"""BVH: any channels in any order, read on the file's own skeleton, in metres with z up."""

import os
from pathlib import Path

import numpy as np

from ..basics.budget import check_rate, check_room, file_size
from ..geometry.rotations import matrix_from_quat, quat_from_euler, quat_mul
from ..motion.motion import Motion
from .bvh_text import (
    BvhJoint,
    BvhLines,
    parse_rate,
    read_hierarchy,
    read_motion_header,
    read_rows,
)
from .bvh_write import write
from .house_joints import with_house_joints
from .raw_motion import RawMotion, check_unit_and_up, to_motion
from .unit_and_up import find_legs, find_unit, find_up

__all__ = ["read", "write"]

# metres: a joint whose position channels wander less than this has a constant offset
_STILL = 1e-3
_PATH_LEVELS = 3  # of the tree, in which the joint can be that carries the body's path
_OFF_FLOOR = 0.3  # metres: feet further from height 0 than this are not on the floor


def read(
    path: str | os.PathLike[str],
    *,
    unit: float | None = None,
    up: str | None = None,
    fps: float | None = None,
    root_offset: bool | None = None,
) -> Motion:
    """The motion in a BVH file, on its own skeleton.

    End Sites become joints called ``<parent>_end``, but on SMPL's 24 joints, as our own files have
    them, they are left out.

    Args:
        path: the file.
        unit: metres per file unit; found by leg length when None.
        up: "y", "z", "minus-y" or "minus-z"; found by where the legs point when None.
        fps: frames a second; the header's when None.
        root_offset: add the root's OFFSET to its position channels; found by where the feet end up
            when None.

    Raises:
        FootlightsError: not a BVH file, or damaged; says the line or the frame.
    """
    check_unit_and_up(unit, up, path)
    notes: list[str] = []
    channels, fps = _read_channels(path, fps, notes)
    raw = channels.to_raw_motion(check_rate(fps, path), notes)
    unit = find_unit(raw) if unit is None else unit
    _take_path_carrier_as_root(raw, channels, unit)
    up = find_up(raw) if up is None else up
    _add_root_offset(raw, channels.joints[0], unit, up, root_offset)
    return with_house_joints(to_motion(raw, unit, up, Path(path).name))


def _read_channels(
    path: str | os.PathLike[str], fps: float | None, notes: list[str]
) -> tuple["_Channels", float]:
    """The rows of the file, and its frames a second unless ``fps`` is given."""
    size = file_size(path)
    with open(path, encoding="utf-8-sig", errors="replace") as handle:
        lines = BvhLines(handle, str(path))
        joints, width = read_hierarchy(lines)
        frames, frame_time = read_motion_header(lines)
        # A number takes two characters at least: memory is taken only for what can be there.
        if 2 * frames * width > size + 1:
            raise lines.error(
                f"Frames says {frames}, but the file has no room for so many", "correct that number"
            )
        check_room(frames, len(joints), path)
        fps = parse_rate(frame_time, lines, notes) if fps is None else fps

        channels = _Channels(joints, frames)
        frames_read = 0
        for block in read_rows(lines, width, frames, notes):
            channels.put(frames_read, block)
            frames_read += len(block)
    return channels, fps


class _Channels:
    """The rows of a file as rotations and positions, put in block by block.

    Positions below the first levels of the tree are only summed up: no body moves along a path
    there, and in long clips of many joints they would take much memory.
    """

    def __init__(self, joints: list[BvhJoint], frames: int) -> None:
        self.joints = joints
        self.rotations = np.zeros((frames, len(joints), 4), np.float32)
        self.rotations[..., 0] = 1

        # Joints of one order of axes are converted together: order -> joints, their columns.
        self.by_order: dict[str, tuple[list[int], list[list[int]]]] = {}
        for j, joint in enumerate(joints):
            if joint.rotation_channels:
                order = "".join(axis for axis, _ in joint.rotation_channels)
                members, columns = self.by_order.setdefault(order, ([], []))
                members.append(j)
                columns.append([column for _, column in joint.rotation_channels])

        self.with_position = [j for j, joint in enumerate(joints) if joint.position_channels]
        self.positions = {
            j: np.tile(np.array(joints[j].offset), (frames, 1))
            for j in self.with_position
            if _depth(joints, j) < _PATH_LEVELS
        }
        self.sums = np.zeros((len(joints), 3))
        self.lowest = np.full((len(joints), 3), np.inf)
        self.highest = np.full((len(joints), 3), -np.inf)

    def put(self, start: int, block: np.ndarray) -> None:
        """Takes rows (N, channels) from frame ``start`` on."""
        part = slice(start, start + len(block))
        for order, (members, columns) in self.by_order.items():
            angles = np.deg2rad(block[:, columns])
            self.rotations[part, members] = quat_from_euler(order, angles)

        for j in self.with_position:
            position = np.tile(np.array(self.joints[j].offset), (len(block), 1))
            for axis, column in self.joints[j].position_channels:
                position[:, "xyz".index(axis)] = block[:, column]
            self.sums[j] += position.sum(0)
            self.lowest[j] = np.minimum(self.lowest[j], position.min(0))
            self.highest[j] = np.maximum(self.highest[j], position.max(0))
            if j in self.positions:
                self.positions[j][part] = position

    def to_raw_motion(self, fps: float, notes: list[str]) -> RawMotion:
        """The clip, with the mean of position channels as offsets below the root."""
        frames = len(self.rotations)
        offsets = np.array([joint.offset for joint in self.joints])
        offsets[self.with_position] = self.sums[self.with_position] / frames
        root = self.positions[0] if 0 in self.positions else np.tile(offsets[:1], (frames, 1))
        offsets[0] = self.joints[0].offset
        names, parents = [j.name for j in self.joints], [j.parent for j in self.joints]
        return RawMotion(names, parents, offsets, root, self.rotations, fps, notes)

    def wandering(self, unit: float) -> set[int]:
        """Joints below the root whose distance to their parent changes; ``unit`` in metres."""
        span = self.highest - self.lowest
        return {j for j in self.with_position if j and span[j].max() * unit > _STILL}


def _depth(joints: list[BvhJoint], joint: int) -> int:
    """How many joints are above this one."""
    depth = 0
    while (joint := joints[joint].parent) >= 0:
        depth += 1
    return depth


def _take_path_carrier_as_root(raw: RawMotion, channels: _Channels, unit: float) -> None:
    """Makes the joint that carries the body's path the root, as often as one is found.

    Says which other joints lost their wandering.
    """
    wandering = channels.wandering(unit)
    while (carrier := _path_carrier(raw, channels, wandering)) is not None:
        wandering.discard(carrier)
        name = channels.joints[carrier].name
        _make_root(raw, raw.names.index(name), channels.positions[carrier])
        raw.notes.append(f"{name} carries the path and is taken as the root")

    fixed = [channels.joints[j].name for j in sorted(wandering)]
    fixed = [name for name in fixed if name in raw.names]
    if fixed:
        raw.notes.append(
            "joints whose distance to the parent changes were given the mean: "
            + ", ".join(fixed[:8])
        )


def _path_carrier(raw: RawMotion, channels: _Channels, wandering: set[int]) -> int | None:
    """A wandering child of the root below which most of the joints are."""
    for j in sorted(wandering & channels.positions.keys()):
        name = channels.joints[j].name
        joint = raw.names.index(name) if name in raw.names else 0
        if raw.parents[joint] != 0:
            continue
        if 2 * len(_with_descendants(raw.parents, joint)) >= len(raw.names):
            return j
    return None


def _with_descendants(parents: list[int], joint: int) -> list[int]:
    """The joint and all its descendants, in order."""
    inside = {joint}
    for j in range(joint + 1, len(parents)):
        if parents[j] in inside:
            inside.add(j)
    return sorted(inside)


def _make_root(raw: RawMotion, joint: int, positions: np.ndarray) -> None:
    """Makes a child of the root, at ``positions`` (T, 3) below it, the new root.

    Joints that are not below it are dropped.
    """
    inside = _with_descendants(raw.parents, joint)
    root_rotation = raw.rotations[:, 0].astype(np.float64)
    raw.root = raw.root + (matrix_from_quat(root_rotation) @ positions[..., None])[..., 0]
    rotations = raw.rotations[:, inside]
    rotations[:, 0] = quat_mul(root_rotation, rotations[:, 0].astype(np.float64))
    raw.rotations = rotations

    new_index = {j: i for i, j in enumerate(inside)}
    raw.names, raw.offsets = [raw.names[j] for j in inside], raw.offsets[inside]
    raw.parents = [new_index.get(raw.parents[j], -1) for j in inside]


def _add_root_offset(
    raw: RawMotion, root: BvhJoint, unit: float, up: str, is_added: bool | None
) -> None:
    """Adds the root's OFFSET to its path when asked, or when only then feet are near the floor.

    Programs differ in whether position channels stand for the offset or come on top of it.
    """
    offset = np.array(root.offset)
    if not root.position_channels or not offset.any():
        return
    if is_added is None:
        axis, sign = "xyz".index(up[-1]), -1 if up.startswith("minus-") else 1
        ankles = [leg.ankle for leg in find_legs(raw.names, raw.parents)]
        lowest = 0.0
        if ankles:
            heights = sign * raw.sample_positions()[:, ankles, axis]
            lowest = float(np.percentile(heights.min(-1), 5)) * unit
        rise = sign * offset[axis] * unit
        is_added = abs(lowest) > _OFF_FLOOR and abs(lowest + rise) < abs(lowest) / 2

        verb = "added to" if is_added else "replaced by"
        height = lowest + is_added * rise
        raw.notes.append(
            f"root OFFSET {verb} its position channels: lowest ankle at {height:.2f} m"
        )
    if is_added:
        raw.root = raw.root + offset
