"""BVH: any channels in any order, on the file's own skeleton, in metres with z up; written in
centimetres with y up.
"""

import os
from pathlib import Path

import numpy as np

from ..geometry.rotations import matrix_from_quat, quat_from_euler, quat_mul
from ..motion.motion import Motion
from .axes import RawMotion, check_choice, find_unit, find_up, in_house_axes, legs
from .bvh_text import BvhJoint, BvhLines, hierarchy, motion_header, rate, rows
from .bvh_write import write
from .safe.budget import check_rate, check_room, file_size

__all__ = ["read", "write"]

_STILL = 1e-3  # metres: a joint whose place channels wander less than this has a constant offset


def read(
    path: str | os.PathLike[str],
    *,
    unit: float | None = None,
    up: str | None = None,
    fps: float | None = None,
    root_offset: bool | None = None,
) -> Motion:
    """The motion in a BVH file, on its own skeleton; End Sites become joints called
    ``<parent>_end``.

    Args:
        unit: metres per file unit; found by leg length when None.
        up: "y" or "z"; found by where the legs point when None.
        fps: frames a second; the header's when None.
        root_offset: add the root's OFFSET to its position channels; found by where the feet end up
            when None.

    Raises:
        FootlightsError: not a BVH file, or damaged; says the line or the frame.
    """
    check_choice(unit, up, path)
    notes: list[str] = []
    clip, fps = _parsed(path, fps, notes)
    raw = clip.raw(check_rate(fps, path), notes)
    unit = find_unit(raw) if unit is None else unit
    clip.settle(raw, unit)
    up = find_up(raw) if up is None else up
    _place_root(raw, clip.joints[0], unit, up, root_offset)
    return in_house_axes(raw, unit, up, Path(path).name)


def _parsed(
    path: str | os.PathLike[str], fps: float | None, notes: list[str]
) -> tuple["_Clip", float]:
    """The rows of the file as rotations and places, and its frames a second unless ``fps`` is
    given.
    """
    size = file_size(path)
    with open(path, encoding="utf-8-sig", errors="replace") as handle:
        lines = BvhLines(handle, str(path))
        joints, width = hierarchy(lines)
        frames, frame_time = motion_header(lines)
        if 2 * frames * width > size + 1:
            raise lines.error(
                f"Frames says {frames}, but the file has no room for so many", "correct that number"
            )
        check_room(frames, len(joints), path)
        fps = rate(frame_time, lines, notes) if fps is None else fps
        clip = _Clip(joints, frames)
        done = 0
        for block in rows(lines, width, frames, notes):
            clip.put(done, block)
            done += len(block)
    return clip, fps


class _Clip:
    """Collects the rows of a file as rotations and places."""

    def __init__(self, joints: list[BvhJoint], frames: int) -> None:
        self.joints = joints
        self.rotations = np.zeros((frames, len(joints), 4), np.float32)
        self.rotations[..., 0] = 1
        self.turning: dict[str, tuple[list[int], list[list[int]]]] = {}
        for j, joint in enumerate(joints):
            if joint.turns:
                members, columns = self.turning.setdefault(
                    "".join(a for a, _ in joint.turns), ([], [])
                )
                members.append(j)
                columns.append([c for _, c in joint.turns])
        self.moving = [j for j, joint in enumerate(joints) if joint.moves]
        high = self._highest(3)
        self.places = {
            j: np.tile(np.array(joints[j].offset), (frames, 1)) for j in self.moving if j in high
        }
        self.sums = np.zeros((len(joints), 3))
        self.low, self.high = np.full((len(joints), 3), np.inf), np.full((len(joints), 3), -np.inf)

    def _highest(self, levels: int) -> set[int]:
        """The joints of the first levels of the tree, the only ones that can carry the body's
        path.
        """
        high = {0}
        for _ in range(levels - 1):
            high |= {j for j, joint in enumerate(self.joints) if joint.parent in high}
        return high

    def put(self, start: int, block: np.ndarray) -> None:
        """Takes rows (N, channels) from frame ``start`` on."""
        for order, (members, columns) in self.turning.items():
            self.rotations[start : start + len(block), members] = quat_from_euler(
                order, np.deg2rad(block[:, columns])
            )
        for j in self.moving:
            place = np.tile(np.array(self.joints[j].offset), (len(block), 1))
            for axis, column in self.joints[j].moves:
                place[:, "xyz".index(axis)] = block[:, column]
            self.sums[j] += place.sum(0)
            self.low[j], self.high[j] = (
                np.minimum(self.low[j], place.min(0)),
                np.maximum(self.high[j], place.max(0)),
            )
            if j in self.places:
                self.places[j][start : start + len(block)] = place

    def raw(self, fps: float, notes: list[str]) -> RawMotion:
        """The clip with the mean of its place channels as offsets."""
        frames = len(self.rotations)
        offsets = np.array([joint.offset for joint in self.joints])
        offsets[self.moving] = self.sums[self.moving] / frames
        root = self.places[0] if 0 in self.places else np.tile(offsets[:1], (frames, 1))
        offsets[0] = self.joints[0].offset
        names, parents = [j.name for j in self.joints], [j.parent for j in self.joints]
        return RawMotion(names, parents, offsets, root, self.rotations, fps, notes)

    def settle(self, raw: RawMotion, unit: float) -> None:
        """Makes the joint that carries the body's path the root, and says which other joints lost
        their wandering.
        """
        wandering = {
            j for j in self.moving if j and (self.high[j] - self.low[j]).max() * unit > _STILL
        }
        while (child := self._carrier(raw, wandering)) is not None:
            wandering.discard(child)
            name = self.joints[child].name
            _hang_on(raw, _below(raw.parents, raw.names.index(name)), self.places[child])
            raw.notes.append(f"{name} carries the path and is taken as the root")
        lost = [self.joints[j].name for j in sorted(wandering) if self.joints[j].name in raw.names]
        if lost:
            raw.notes.append(
                f"joints whose distance to the parent changes were given the mean: {', '.join(lost[:8])}"
            )

    def _carrier(self, raw: RawMotion, wandering: set[int]) -> int | None:
        """A wandering child of the root below which most of the joints are."""
        for j in sorted(wandering & self.places.keys()):
            at = raw.names.index(self.joints[j].name) if self.joints[j].name in raw.names else 0
            if raw.parents[at] == 0 and 2 * len(_below(raw.parents, at)) >= len(raw.names):
                return j
        return None


def _below(parents: list[int], joint: int) -> list[int]:
    """The joint and all its descendants, in order."""
    inside = {joint}
    for j in range(joint + 1, len(parents)):
        if parents[j] in inside:
            inside.add(j)
    return sorted(inside)


def _hang_on(raw: RawMotion, inside: list[int], places: np.ndarray) -> None:
    """Makes ``inside[0]``, a child of the root at ``places`` (T, 3), the new root; joints outside
    are dropped.
    """
    turn = raw.rotations[:, 0].astype(np.float64)
    raw.root = raw.root + (matrix_from_quat(turn) @ places[..., None])[..., 0]
    rotations = raw.rotations[:, inside]
    rotations[:, 0] = quat_mul(turn, rotations[:, 0].astype(np.float64))
    raw.rotations = rotations
    place = {j: i for i, j in enumerate(inside)}
    raw.names, raw.offsets = [raw.names[j] for j in inside], raw.offsets[inside]
    raw.parents = [place.get(raw.parents[j], -1) for j in inside]


def _place_root(raw: RawMotion, root: BvhJoint, unit: float, up: str, wanted: bool | None) -> None:
    """Adds the root's OFFSET to its path when asked, or when only then the feet are near the
    floor.
    """
    offset = np.array(root.offset)
    if not root.moves or not offset.any():
        return
    if wanted is None:
        axis = "xyz".index(up)
        ankles = [ankle for _, (_, ankle) in legs(raw.names, raw.parents)]
        low = (
            float(np.percentile(raw.sample()[:, ankles, axis].min(-1), 5)) * unit if ankles else 0.0
        )
        rise = offset[axis] * unit
        wanted = abs(low) > 0.3 and abs(low + rise) < abs(low) / 2
        verb = "added to" if wanted else "replaced by"
        raw.notes.append(
            f"root OFFSET {verb} its position channels: lowest ankle at {low + wanted * rise:.2f} m"
        )
    if wanted:
        raw.root = raw.root + offset
