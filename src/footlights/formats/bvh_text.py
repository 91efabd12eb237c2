"""The text of a BVH file: the tree of joints, the rate, and the rows of channels, each checked as
it is read.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

import numpy as np

from ..basics.errors import FootlightsError
from .axes import unique_names
from .safe.budget import MAX_JOINTS

_BLOCK = 1 << 20
_LONGEST_LINE = 1 << 20


@dataclass
class BvhJoint:
    """A joint or End Site as the header has it: file units, and the columns of its rotation and
    position channels.
    """

    name: str
    parent: int
    offset: tuple[float, ...] = (0.0, 0.0, 0.0)
    turns: list[tuple[str, int]] = field(default_factory=list)  # axis, column
    moves: list[tuple[str, int]] = field(default_factory=list)


class BvhLines:
    """The lines of a text file with their numbers, for error messages."""

    def __init__(self, handle: TextIO, path: str) -> None:
        self.handle, self.path, self.number = handle, path, 0

    def next(self) -> str:
        """The next line without its white space; FootlightsError at the end of the file or for a
        line without end.
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


def hierarchy(lines: BvhLines) -> tuple[list[BvhJoint], int]:
    """The joints of the HIERARCHY part, and how many channels a frame has."""
    joints: list[BvhJoint] = []
    open_joints: list[int] = []
    columns, newest = 0, -1
    pieces = _pieces(lines)
    if next(pieces, "").upper() != "HIERARCHY":
        raise lines.error(
            "does not begin with HIERARCHY, so it is not a BVH file", "give a BVH file"
        )
    for piece in pieces:
        key, _, rest = piece.partition(" ")
        key = key.upper()
        if key == "MOTION":
            break
        if key == "ROOT" and joints:
            raise lines.error(
                f"a second ROOT, {rest.strip()!r}, beside {joints[0].name!r}",
                "export one body a file",
            )
        if key in ("ROOT", "JOINT", "END"):
            if bool(open_joints) == (key == "ROOT"):
                raise lines.error(f"{key} stands in the wrong place")
            if len(joints) >= MAX_JOINTS:
                raise lines.error(
                    f"has more than {MAX_JOINTS} joints", "export the body's joints alone"
                )
            parent = open_joints[-1] if open_joints else -1
            joints.append(
                BvhJoint(
                    f"{joints[parent].name}_end"
                    if key == "END"
                    else rest.strip() or f"joint{len(joints)}",
                    parent,
                )
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
        raise lines.error(
            "a } is missing before MOTION" if open_joints else "no joint has any channel"
        )
    for joint, name in zip(joints, unique_names([j.name for j in joints]), strict=True):
        joint.name = name
    return joints, columns


def _pieces(lines: BvhLines) -> Iterator[str]:
    """The lines of the header, braces on lines of their own, blank ones left out, runs of spaces
    made one.
    """
    while True:
        for piece in re.split(r"([{}])", lines.next()):
            if piece.strip():
                yield " ".join(piece.split())


def _offset(text: str, lines: BvhLines) -> tuple[float, ...]:
    try:
        values = tuple(float(w) for w in text.split())
    except ValueError:
        values = ()
    if len(values) != 3 or not np.isfinite(values).all() or max(map(abs, values)) > 1e9:
        raise lines.error(f"OFFSET {text[:40]!r} is not three numbers")
    return values


def _channels(joint: BvhJoint, text: str, column: int, lines: BvhLines) -> int:
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


def motion_header(lines: BvhLines) -> tuple[int, str]:
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


def rate(text: str, lines: BvhLines, notes: list[str]) -> float:
    """Frames a second of a Frame Time, whole when its last digit leaves that open (0.008333 is
    120).
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1e-4 <= seconds <= 10:
        raise lines.error(
            f"Frame Time {text[:40]!r} is not a time in seconds", "give the true rate with fps="
        )
    digits = len(text.lower().partition("e")[0].partition(".")[2])
    whole = round(1 / seconds)
    if whole and abs(1 / whole - seconds) <= max(
        0.5001 * 10.0**-digits if "e" not in text.lower() else 0, 2e-5 * seconds
    ):
        if abs(whole - 1 / seconds) > 1e-9 * whole:
            notes.append(f"Frame Time {text} read as {whole} frames a second")
        return float(whole)
    return float(f"{1 / seconds:.12g}")


def rows(lines: BvhLines, width: int, frames: int, notes: list[str]) -> Iterator[np.ndarray]:
    """Blocks (N, width) of finite numbers, ``frames`` rows in all."""
    done = 0
    while done < frames:
        text = lines.handle.read(_BLOCK)
        text += lines.handle.readline(_LONGEST_LINE + 64 * width)
        if not text:
            raise FootlightsError(
                f"frame {done} is missing: Frames says {frames}",
                lines.path,
                "correct Frames, or export it again",
            )
        rows = [line for line in text.split("\n") if line.strip()]
        block = _numbers(text)
        if len(block) != width * len(rows):
            raise FootlightsError(
                _complaint(rows, width, done), lines.path, "export the file again"
            )
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
