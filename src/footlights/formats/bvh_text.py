"""The text of a BVH file: joints, rate and rows of channels, each checked as it is read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

import numpy as np

from ..basics.budget import MAX_JOINTS
from ..basics.errors import FootlightsError
from .raw_motion import unique_names
from .safe.number_text import leading_numbers

_BLOCK = 1 << 20  # characters of rows read at once
_LONGEST_LINE = 1 << 20
_LARGEST = 1e9  # of a number in a file
_SLOWEST_FRAME, _FASTEST_FRAME = 10, 1e-4  # seconds
# A Frame Time this near (as a share) to that of a whole rate is of that rate.
_WHOLE_RATE = 2e-5
_JOINED = re.compile(r"[0-9.]-")  # two numbers in one word; an exponent's minus follows an e


@dataclass
class BvhJoint:
    """A joint or End Site as the header has it.

    Attributes:
        name: unique in the file.
        parent: index of the parent, -1 for the root.
        offset: (3,) in the file's unit.
        rotation_channels: axis and column of each, in the order in which they turn.
        position_channels: axis and column of each.
    """

    name: str
    parent: int
    offset: tuple[float, ...] = (0.0, 0.0, 0.0)
    rotation_channels: list[tuple[str, int]] = field(default_factory=list)
    position_channels: list[tuple[str, int]] = field(default_factory=list)


class BvhLines:
    """The lines of a text file with their numbers, for error messages."""

    def __init__(self, handle: TextIO, path: str) -> None:
        self.handle, self.path, self.number = handle, path, 0

    def next(self) -> str:
        """The next line without its white space.

        Raises:
            FootlightsError: the file ends, or the line does not.
        """
        line = self.handle.readline(_LONGEST_LINE)
        self.number += 1
        if not line:
            raise self.error("the file ends too early", "export it again")
        if len(line) >= _LONGEST_LINE:
            raise self.error("a line is far too long", "is this a BVH file?")
        return line.strip()

    def error(self, what: str, do: str = "export the file again") -> FootlightsError:
        """What is wrong at the line that was read last, to be raised."""
        return FootlightsError(what, f"{self.path}, line {self.number}", do)


def read_hierarchy(lines: BvhLines) -> tuple[list[BvhJoint], int]:
    """The joints of the HIERARCHY part, and how many channels a frame has."""
    pieces = _header_pieces(lines)
    if next(pieces, "").upper() != "HIERARCHY":
        raise lines.error(
            "does not begin with HIERARCHY, so it is not a BVH file", "give a BVH file"
        )
    hierarchy = _Hierarchy(lines)
    for piece in pieces:
        keyword, _, rest = piece.partition(" ")
        if keyword.upper() == "MOTION":
            break
        hierarchy.add(keyword.upper(), rest, piece)

    if hierarchy.open_joints:
        raise lines.error("a } is missing before MOTION")
    if not hierarchy.width:
        raise lines.error("no joint has any channel")
    joints = hierarchy.joints
    for joint, name in zip(joints, unique_names([j.name for j in joints]), strict=True):
        joint.name = name
    return joints, hierarchy.width


def _header_pieces(lines: BvhLines) -> Iterator[str]:
    """The lines of the header with single spaces, braces on lines of their own, no blank ones."""
    while True:
        for piece in re.split(r"([{}])", lines.next()):
            if piece.strip():
                yield " ".join(piece.split())


class _Hierarchy:
    """The HIERARCHY part as far as it has been read."""

    def __init__(self, lines: BvhLines) -> None:
        self.lines = lines
        self.joints: list[BvhJoint] = []
        self.open_joints: list[int] = []  # whose { has come and whose } has not
        self.width = 0  # channels so far

    def add(self, keyword: str, rest: str, piece: str) -> None:
        """One piece of the header: ``keyword`` in capitals and what follows it."""
        if keyword in ("ROOT", "JOINT", "END"):
            self._add_joint(keyword, rest.strip())
        elif keyword == "{" and self.joints:
            self.open_joints.append(len(self.joints) - 1)
        elif keyword == "}" and self.open_joints:
            self.open_joints.pop()
        elif keyword == "OFFSET" and self.open_joints:
            self.joints[self.open_joints[-1]].offset = _offset(rest, self.lines)
        elif keyword == "CHANNELS" and self.open_joints:
            self._add_channels(self.joints[self.open_joints[-1]], rest)
        else:
            raise self.lines.error(f"{piece[:40]!r} is not understood here")

    def _add_joint(self, keyword: str, name: str) -> None:
        if keyword == "ROOT" and self.joints:
            raise self.lines.error(
                f"a second ROOT, {name!r}, beside {self.joints[0].name!r}", "export one body a file"
            )
        if bool(self.open_joints) == (keyword == "ROOT"):
            raise self.lines.error(f"{keyword} stands in the wrong place")
        if len(self.joints) >= MAX_JOINTS:
            raise self.lines.error(
                f"has more than {MAX_JOINTS} joints", "export the body's joints alone"
            )
        parent = self.open_joints[-1] if self.open_joints else -1
        if keyword == "END":
            name = f"{self.joints[parent].name}_end"
        self.joints.append(BvhJoint(name or f"joint{len(self.joints)}", parent))

    def _add_channels(self, joint: BvhJoint, text: str) -> None:
        count, *words = text.split() or [""]
        again = joint.rotation_channels or joint.position_channels
        # Compared as text: Python refuses to read a number of thousands of digits.
        if not count.isdecimal() or count.lstrip("0") != str(len(words) or "") or again:
            raise self.lines.error(
                f"CHANNELS {text[:60]!r} does not list as many channels as it says"
            )
        for word in words:
            kind, axis = word[1:].lower(), word[0].lower()
            if axis not in "xyz" or kind not in ("position", "rotation"):
                raise self.lines.error(
                    f"channel {word[:40]!r} is not known", "use Xposition ... Zrotation"
                )
            of_kind = joint.rotation_channels if kind == "rotation" else joint.position_channels
            of_kind.append((axis, self.width))
            self.width += 1


def _offset(text: str, lines: BvhLines) -> tuple[float, ...]:
    try:
        values = tuple(float(word) for word in text.split())
    except ValueError:
        values = ()
    if len(values) != 3 or not np.isfinite(values).all() or max(map(abs, values)) > _LARGEST:
        raise lines.error(f"OFFSET {text[:40]!r} is not three numbers")
    return values


def read_motion_header(lines: BvhLines) -> tuple[int, str]:
    """How many frames there are, and the text of Frame Time."""
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


def parse_rate(frame_time: str, lines: BvhLines, notes: list[str]) -> float:
    """Frames a second of the text of a Frame Time.

    A whole rate when the last digit leaves that open: 0.008333 is 120.
    """
    try:
        seconds = float(frame_time)
    except ValueError:
        seconds = 0.0
    if not _FASTEST_FRAME <= seconds <= _SLOWEST_FRAME:
        raise lines.error(
            f"Frame Time {frame_time[:40]!r} is not a time in seconds", _rate_advice(frame_time)
        )

    whole = round(1 / seconds)
    if whole and abs(1 / whole - seconds) <= _rounding(frame_time.lower(), seconds):
        if abs(whole - 1 / seconds) > 1e-9 * whole:
            notes.append(f"Frame Time {frame_time} read as {whole} frames a second")
        return float(whole)
    return float(f"{1 / seconds:.12g}")


def _rate_advice(frame_time: str) -> str:
    """What to do about a Frame Time that is none."""
    if "," in frame_time:
        return "replace its decimal commas by points, or export it with points"
    number = frame_time if frame_time.replace(".", "", 1).isdecimal() else "RATE"
    return f"give the true frames a second with --fps {number[:12]}"


def _rounding(frame_time: str, seconds: float) -> float:
    """Seconds by which a Frame Time may be rounded: half of its last digit, or 20 millionths."""
    digits = len(frame_time.partition("e")[0].partition(".")[2])
    half_digit = 0.5001 * 10.0**-digits if "e" not in frame_time else 0
    return max(half_digit, _WHOLE_RATE * seconds)


def read_rows(lines: BvhLines, width: int, frames: int, notes: list[str]) -> Iterator[np.ndarray]:
    """Blocks (N, width) of finite numbers, ``frames`` rows in all."""
    frames_read = 0
    while frames_read < frames:
        text = lines.handle.read(_BLOCK)
        text += lines.handle.readline(_LONGEST_LINE + 64 * width)
        if not text:
            raise FootlightsError(
                f"frame {frames_read} is missing: Frames says {frames}",
                lines.path,
                "correct Frames, or export it again",
            )

        rows = [line for line in text.split("\n") if line.strip()]
        block = leading_numbers(text.encode("ascii", "replace"))
        if len(block) != width * len(rows):
            raise FootlightsError(
                _complaint(rows, width, frames_read), lines.path, "export the file again"
            )
        block = block.reshape(-1, width)
        if len(block) > frames - frames_read:
            notes.append("the file has more rows than Frames says; the rest was left out")
            block = block[: frames - frames_read]

        finite = np.isfinite(block).all(-1) & (np.abs(block) < _LARGEST).all(-1)
        if not finite.all():
            raise FootlightsError(
                f"frame {frames_read + int(np.argmin(finite))} holds a number that is not finite",
                lines.path,
                "cut or repair it",
            )
        yield block
        frames_read += len(block)


def _complaint(rows: list[str], width: int, first: int) -> str:
    """What is wrong in these rows, of which ``first`` is the number of the first frame."""
    for number, row in enumerate(rows, start=first):
        words = row.split()
        if len(words) != width and (joined := next(filter(_JOINED.search, words), None)):
            return f"frame {number}: {joined[:40]!r} has no blank before its minus"
        if len(words) != width:
            return f"frame {number} has {len(words)} numbers, the joints need {width}"
        for word in words:
            if len(leading_numbers(word.encode("ascii", "replace"))) != 1:
                return f"frame {number}: {word[:40]!r} is not a number"
    return f"the frames from {first} on cannot be read"
