"""Reading BVH: any channels in any order, on the file's own skeleton, in metres with z up."""

import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

from ..errors import FootlightsError
from ..motion import Motion
from ..rotations import matrix_from_quat, quat_from_euler, quat_mul
from .axes import RawMotion, find_unit, find_up, in_house_axes, leg_length, unique_names
from .bounded import MAX_JOINTS, check_rate, check_room, file_size

_BLOCK = 1 << 20
_LONGEST_LINE = 1 << 20
_STILL = 1e-3  # metres: a joint whose place channels wander less than this has a constant offset


@dataclass
class _Joint:
    name: str
    parent: int
    offset: tuple[float, ...] = (0.0, 0.0, 0.0)
    turns: list[tuple[str, int]] = field(default_factory=list)  # axis, column
    moves: list[tuple[str, int]] = field(default_factory=list)


class _Lines:
    """The lines of a text file with their numbers, for error messages."""

    def __init__(self, handle: TextIO, path: str) -> None:
        self.handle, self.path, self.number = handle, path, 0

    def next(self) -> str:
        line = self.handle.readline(_LONGEST_LINE)
        self.number += 1
        if not line:
            raise self.error("the file ends too early", "export it again")
        if len(line) >= _LONGEST_LINE:
            raise self.error("a line is far too long", "is this a BVH file?")
        return line.strip()

    def error(self, what: str, do: str = "export the file again") -> FootlightsError:
        return FootlightsError(what, f"{self.path}, line {self.number}", do)


def read(
    path: str | os.PathLike[str],
    *,
    unit: float | None = None,
    up: str | None = None,
    fps: float | None = None,
    root_offset: bool | None = None,
) -> Motion:
    """The motion in a BVH file, on its own skeleton; End Sites become joints called ``<parent>_end``.

    Args:
        unit: metres per file unit; found by leg length when None.
        up: "y" or "z"; found by where the legs point when None.
        fps: frames a second; the header's when None.
        root_offset: add the root's OFFSET to its position channels; found by where the feet end up when None.

    Raises:
        FootlightsError: not a BVH file, or damaged; says the line or the frame.
    """
    size = file_size(path)
    with open(path, encoding="utf-8", errors="replace") as handle:
        lines = _Lines(handle, str(path))
        joints, width = _hierarchy(lines)
        frames, rate = _motion_header(lines)
        if 2 * frames * width > size:
            raise lines.error(
                f"Frames says {frames}, but the file has no room for so many", "correct the number of frames"
            )
        check_room(frames, len(joints), path)
        notes: list[str] = []
        clip = _Clip(joints, frames)
        done = 0
        for block in _rows(lines, width, frames, notes):
            clip.put(done, block)
            done += len(block)
    if fps is None:
        fps = _rate(rate, lines, notes)
    raw = clip.raw(check_rate(fps, path), notes)
    unit = find_unit(raw) if unit is None else unit
    clip.settle(raw, unit)
    up = find_up(raw) if up is None else up
    _place_root(raw, joints[0], unit, up, root_offset)
    return in_house_axes(raw, unit, up, Path(path).name)


def _hierarchy(lines: _Lines) -> tuple[list[_Joint], int]:
    """The joints of the HIERARCHY part, and how many channels a frame has."""
    joints: list[_Joint] = []
    open_joints: list[int] = []
    columns, newest = 0, -1
    pieces = _pieces(lines)
    if next(pieces, "").upper() != "HIERARCHY":
        raise lines.error("does not begin with HIERARCHY, so it is not a BVH file", "give a BVH file")
    for piece in pieces:
        key, _, rest = piece.partition(" ")
        key = key.upper()
        if key == "MOTION":
            break
        if key == "ROOT" and joints:
            raise lines.error(f"a second ROOT, {rest.strip()!r}, beside {joints[0].name!r}", "export one body a file")
        if key in ("ROOT", "JOINT", "END"):
            if len(joints) >= MAX_JOINTS or bool(open_joints) == (key == "ROOT"):
                raise lines.error(f"{key} stands in the wrong place, or there are more than {MAX_JOINTS} joints")
            parent = open_joints[-1] if open_joints else -1
            joints.append(
                _Joint(f"{joints[parent].name}_end" if key == "END" else rest.strip() or f"joint{len(joints)}", parent)
            )
            newest = len(joints) - 1
        elif key == "{" and newest >= 0:
            open_joints.append(newest)
        elif key == "}" and open_joints:
            open_joints.pop()
        elif key == "OFFSET" and open_joints:
            joints[open_joints[-1]].offset = _offset(rest, lines)
        elif key == "CHANNELS" and open_joints:
            columns = _channels(joints[open_joints[-1]], rest, columns, lines)
        else:
            raise lines.error(f"{piece[:40]!r} is not understood here")
    if not columns or open_joints:
        raise lines.error("a } is missing before MOTION" if open_joints else "no joint has any channel")
    for joint, name in zip(joints, unique_names([j.name for j in joints]), strict=True):
        joint.name = name
    return joints, columns


def _pieces(lines: _Lines) -> Iterator[str]:
    """The lines of the header, braces on lines of their own, blank ones left out, runs of spaces made one."""
    while True:
        for piece in re.split(r"([{}])", lines.next()):
            if piece.strip():
                yield " ".join(piece.split())


def _offset(text: str, lines: _Lines) -> tuple[float, ...]:
    try:
        values = tuple(float(w) for w in text.split())
    except ValueError:
        values = ()
    if len(values) != 3 or not np.isfinite(values).all() or max(map(abs, values)) > 1e9:
        raise lines.error(f"OFFSET {text[:40]!r} is not three numbers")
    return values


def _channels(joint: _Joint, text: str, column: int, lines: _Lines) -> int:
    """Notes the joint's channels; the first free column after them."""
    count, *words = text.split() or [""]
    if not count.isdecimal() or int(count) != len(words) or joint.turns or joint.moves:
        raise lines.error(f"CHANNELS {text[:60]!r} does not list as many channels as it says")
    for word in words:
        kind, axis = word[1:].lower(), word[0].lower()
        if axis not in "xyz" or kind not in ("position", "rotation"):
            raise lines.error(f"channel {word[:40]!r} is not known", "use Xposition ... Zrotation")
        (joint.turns if kind == "rotation" else joint.moves).append((axis, column))
        column += 1
    return column


def _motion_header(lines: _Lines) -> tuple[int, str]:
    """Frames, and the text of Frame Time."""
    frames: int | None = None
    while True:
        key, _, value = lines.next().partition(":")
        key, value = " ".join(key.split()).lower(), value.strip()
        if key == "frames" and value.isdecimal() and len(value) < 16:
            frames = int(value)
        elif key == "frame time" and frames is not None:
            break
        elif key:
            raise lines.error(f"{key[:40]!r} stands where 'Frames: N' and 'Frame Time: S' should")
    if not frames:
        raise lines.error("the file has no frames")
    return frames, value


def _rate(text: str, lines: _Lines, notes: list[str]) -> float:
    """Frames a second of a Frame Time, whole when its last digit leaves that open (0.008333 is 120)."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1e-4 <= seconds <= 10:
        raise lines.error(f"Frame Time {text[:40]!r} is not a time in seconds", "give the true rate with fps=")
    digits = len(text.lower().partition("e")[0].partition(".")[2])
    whole = round(1 / seconds)
    if whole and abs(1 / whole - seconds) <= max(
        0.5001 * 10.0**-digits if "e" not in text.lower() else 0, 2e-5 * seconds
    ):
        if abs(whole - 1 / seconds) > 1e-9 * whole:
            notes.append(f"Frame Time {text} read as {whole} frames a second")
        return float(whole)
    return float(f"{1 / seconds:.12g}")


def _rows(lines: _Lines, width: int, frames: int, notes: list[str]) -> Iterator[np.ndarray]:
    """Blocks (N, width) of finite numbers, ``frames`` rows in all."""
    done = 0
    while done < frames:
        text = lines.handle.read(_BLOCK)
        text += lines.handle.readline(_LONGEST_LINE + 64 * width)
        if not text:
            raise FootlightsError(
                f"frame {done} is missing: Frames says {frames}", lines.path, "correct Frames, or export it again"
            )
        rows = [line for line in text.split("\n") if line.strip()]
        block = _numbers(text)
        if len(block) != width * len(rows):
            raise FootlightsError(_complaint(rows, width, done), lines.path, "export the file again")
        block = block.reshape(-1, width)
        extra = len(block) - (frames - done)
        if extra > 0:
            notes.append("the file has more rows than Frames says; the rest was left out")
        block = block[: frames - done]
        sound = np.isfinite(block).all(-1) & (np.abs(block) < 1e9).all(-1)
        if not sound.all():
            raise FootlightsError(
                f"frame {done + int(np.argmin(sound))} holds a number that is not finite",
                lines.path,
                "cut or repair it",
            )
        yield block
        done += len(block)


def _numbers(text: str) -> np.ndarray:
    """The leading numbers of ``text``, float64; stops at the first word that is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return np.fromstring(text.encode("ascii", "replace"), sep=" ")
        except ValueError:
            return np.empty(0)


def _complaint(rows: list[str], width: int, first: int) -> str:
    for number, row in enumerate(rows, start=first):
        words = row.split()
        if len(words) != width:
            return f"frame {number} has {len(words)} numbers, the joints need {width}"
        for word in words:
            if len(_numbers(word)) != 1:
                return f"frame {number}: {word[:40]!r} is not a number"
    return f"the frames from {first} on cannot be read"


class _Clip:
    """Collects the rows of a file as rotations and places."""

    def __init__(self, joints: list[_Joint], frames: int) -> None:
        self.joints = joints
        self.rotations = np.zeros((frames, len(joints), 4), np.float32)
        self.rotations[..., 0] = 1
        self.turning: dict[str, tuple[list[int], list[list[int]]]] = {}
        for j, joint in enumerate(joints):
            if joint.turns:
                members, columns = self.turning.setdefault("".join(a for a, _ in joint.turns), ([], []))
                members.append(j)
                columns.append([c for _, c in joint.turns])
        self.moving = [j for j, joint in enumerate(joints) if joint.moves]
        self.places = {j: np.tile(np.float64(joints[j].offset), (frames, 1)) for j in self.moving if self._depth(j) < 3}
        self.sums = np.zeros((len(joints), 3))
        self.low, self.high = np.full((len(joints), 3), np.inf), np.full((len(joints), 3), -np.inf)

    def _depth(self, joint: int) -> int:
        return 0 if joint == 0 else 1 + self._depth(self.joints[joint].parent)

    def put(self, start: int, block: np.ndarray) -> None:
        """Takes rows (N, channels) from frame ``start`` on."""
        for order, (members, columns) in self.turning.items():
            self.rotations[start : start + len(block), members] = quat_from_euler(order, np.deg2rad(block[:, columns]))
        for j in self.moving:
            place = np.tile(np.float64(self.joints[j].offset), (len(block), 1))
            for axis, column in self.joints[j].moves:
                place[:, "xyz".index(axis)] = block[:, column]
            self.sums[j] += place.sum(0)
            self.low[j], self.high[j] = np.minimum(self.low[j], place.min(0)), np.maximum(self.high[j], place.max(0))
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
        """Makes the joint that carries the body's path the root, and says which other joints lost their wandering."""
        wandering = {j for j in self.moving if j and (self.high[j] - self.low[j]).max() * unit > _STILL}
        names = [joint.name for joint in self.joints]
        top = 0
        while (
            child := next(
                (j for j in wandering if j in self.places and raw.parents[raw.names.index(names[j])] == 0), None
            )
        ) is not None:
            inside = _below(raw.parents, raw.names.index(names[child]))
            if 2 * len(inside) < len(raw.names):
                break
            wandering.discard(child)
            _hang_on(raw, inside, self.places[child])
            top = child
        if top:
            raw.notes.append(f"{names[top]} carries the path and is taken as the root")
        lost = [names[j] for j in sorted(wandering) if names[j] in raw.names]
        if lost:
            raw.notes.append(
                f"joints that change their distance to the parent were given the mean: {', '.join(lost[:8])}"
            )


def _below(parents: list[int], joint: int) -> list[int]:
    """The joint and all its descendants, in order."""
    inside = {joint}
    for j in range(joint + 1, len(parents)):
        if parents[j] in inside:
            inside.add(j)
    return sorted(inside)


def _hang_on(raw: RawMotion, inside: list[int], places: np.ndarray) -> None:
    """Makes ``inside[0]``, a child of the root at ``places`` (T, 3), the new root; joints outside are dropped."""
    turn = raw.rotations[:, 0].astype(np.float64)
    raw.root = raw.root + (matrix_from_quat(turn) @ places[..., None])[..., 0]
    rotations = raw.rotations[:, inside]
    rotations[:, 0] = quat_mul(turn, rotations[:, 0].astype(np.float64))
    raw.rotations = rotations
    place = {j: i for i, j in enumerate(inside)}
    raw.names, raw.offsets = [raw.names[j] for j in inside], raw.offsets[inside]
    raw.parents = [place.get(raw.parents[j], -1) for j in inside]


def _place_root(raw: RawMotion, root: _Joint, unit: float, up: str, wanted: bool | None) -> None:
    """Adds the root's OFFSET to its path when asked, or when only then the feet are near the floor."""
    offset = np.float64(root.offset)
    if not root.moves or not offset.any():
        return
    rise = offset["xyz".index(up)] * unit
    if wanted is None:
        low = float(np.percentile(raw.sample()[..., "xyz".index(up)].min(-1), 5)) * unit if leg_length(raw) else 0.0
        wanted = abs(low) > 0.3 and abs(low + rise) < abs(low) / 2
        verb = "added to" if wanted else "replaced by"
        raw.notes.append(f"root OFFSET {verb} its position channels: lowest joint at {low + wanted * rise:.2f} m")
    if wanted:
        raw.root = raw.root + offset
