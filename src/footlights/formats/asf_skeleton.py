"""The skeleton in an ASF file: bones with their directions, axes and channels."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ..basics.budget import MAX_JOINTS, MAX_TEXT, file_size
from ..basics.errors import FootlightsError
from ..geometry.rotations import quat_from_euler

_CHANNELS = ("tx", "ty", "tz", "rx", "ry", "rz", "l")
_LONGEST_LINE = 1 << 16
_LARGEST = 1e9  # of a number in a file

NumberedWords = Iterator[tuple[int, list[str]]]


@dataclass
class AsfBone:
    """One bone, or the root; its fields are filled in the order of the file.

    Attributes:
        direction: (3,) unit vector from where it begins to where it ends.
        length: in the file's unit.
        axis: (3,) angles of its own axes at rest; degrees until the whole file is read.
        axis_order: the order in which they turn.
        channels: what moves it, in the order of a frame's numbers.
        parent: the name of the bone it hangs on; None for the root.
        position: (3,) of the root at rest.
    """

    name: str
    direction: np.ndarray = field(default_factory=lambda: np.zeros(3))
    length: float = 0.0
    axis: np.ndarray = field(default_factory=lambda: np.zeros(3))
    axis_order: str = "xyz"
    channels: tuple[str, ...] = ()
    parent: str | None = None
    position: np.ndarray = field(default_factory=lambda: np.zeros(3))

    def axes_rotation(self) -> np.ndarray:
        """(4,) rotation of the bone's own axes at rest."""
        # Acclaim turns in the order written about fixed axes: backwards about its own.
        return quat_from_euler(self.axis_order[::-1], self.axis[::-1])


@dataclass
class AsfSkeleton:
    """The bones of a file by name, the root first; ``length_unit`` as its units section says."""

    bones: dict[str, AsfBone]
    length_unit: float = 1.0
    degrees: bool = True

    def in_order(self) -> tuple[list[AsfBone], list[int]]:
        """Bones with parents before children, and the index of each one's parent."""
        children: dict[str, list[AsfBone]] = {}
        for bone in self.bones.values():
            if bone.parent is not None:
                children.setdefault(bone.parent, []).append(bone)

        bones, parents, waiting = [], [], [(self.bones["root"], -1)]
        while waiting:
            bone, parent = waiting.pop()
            bones.append(bone)
            parents.append(parent)
            waiting += [(child, len(bones) - 1) for child in reversed(children.get(bone.name, []))]
        return bones, parents


def read_words(path: str | os.PathLike[str]) -> NumberedWords:
    """Number and words of each line of an ASF or AMC file that has any, without comments."""
    file_size(path, MAX_TEXT)
    with open(path, encoding="utf-8-sig", errors="replace") as handle:
        for number, line in enumerate(handle, start=1):
            if len(line) > _LONGEST_LINE:
                raise FootlightsError(
                    "a line is far too long",
                    f"{path}, line {number}",
                    "is this an ASF or AMC file?",
                )
            words = (line if "#" not in line else line.partition("#")[0]).split()
            if words:
                yield number, words


def read_skeleton(path: str | os.PathLike[str]) -> AsfSkeleton:
    """The skeleton in an ASF file, angles in radians.

    Raises:
        FootlightsError: no such file, or no whole skeleton; says the line.
    """
    parser = _Parser()
    for number, words in read_words(path):
        try:
            parser.add(words)
        except (ValueError, IndexError, KeyError) as error:
            raise FootlightsError(
                f"{' '.join(words)[:60]!r} is not understood ({error})", f"{path}, line {number}"
            ) from error

    skeleton = parser.skeleton
    if len(skeleton.bones) < 2:
        raise FootlightsError(
            "holds no bones, so it is not an ASF file", path, "give the skeleton of the motion"
        )
    if not any(bone.parent == "root" for bone in skeleton.bones.values()):
        raise FootlightsError("no bone hangs on the root", path, "its :hierarchy part is damaged")
    # Only now, as a file may name its units behind its bones.
    if skeleton.degrees:
        for bone in skeleton.bones.values():
            bone.axis = np.deg2rad(bone.axis)
    return skeleton


class _Parser:
    """The skeleton as far as the file has been read; methods raise ValueError for what is wrong."""

    def __init__(self) -> None:
        self.skeleton = AsfSkeleton({"root": AsfBone("root")})
        self.section = ""
        self.bone: AsfBone | None = None  # that has begun and not ended

    def add(self, words: list[str]) -> None:
        """One line's words."""
        key, rest = words[0].lower(), words[1:]
        bones = self.skeleton.bones
        if key.startswith(":"):
            self.section, self.bone = key, None
        elif self.section == ":units":
            self._add_unit(key, rest)
        elif self.section == ":root":
            _set_root(bones["root"], key, rest)
        elif self.section == ":bonedata" and key == "begin":
            self.bone = AsfBone("")
        elif self.section == ":bonedata" and key == "end" and self.bone is not None:
            if not self.bone.name or self.bone.name in bones or len(bones) >= MAX_JOINTS:
                raise ValueError("a bone without a name, twice the same, or too many")
            bones[self.bone.name] = self.bone
        elif self.section == ":bonedata" and self.bone is not None:
            _set_bone(self.bone, key, rest)
        elif self.section == ":hierarchy" and key not in ("begin", "end"):
            self._add_children(words[0], rest)

    def _add_unit(self, key: str, words: list[str]) -> None:
        if key == "length":
            self.skeleton.length_unit = _finite(words)[0]
            if not 1e-6 < self.skeleton.length_unit < 1e6:
                raise ValueError("no length")
        elif key == "angle":
            self.skeleton.degrees = not words[0].lower().startswith("rad")

    def _add_children(self, parent: str, names: list[str]) -> None:
        bones = self.skeleton.bones
        for name in names:
            if parent not in bones or bones[name].parent is not None or name == "root":
                raise ValueError(f"{name} cannot hang on {parent}")
            bones[name].parent = parent


def _set_root(root: AsfBone, key: str, words: list[str]) -> None:
    if key == "order":
        root.channels = _channels(words)
    elif key == "axis":
        root.axis_order = _axis_order(words[0])
    elif key == "position":
        root.position = _finite(words, 3)
    elif key == "orientation":
        root.axis = _finite(words, 3)


def _set_bone(bone: AsfBone, key: str, words: list[str]) -> None:
    if key == "name":
        bone.name = words[0]
    elif key == "direction":
        direction = _finite(words, 3)
        bone.direction = direction / max(np.linalg.norm(direction), 1e-12)
    elif key == "length":
        bone.length = float(_finite(words)[0])
    elif key == "axis":
        bone.axis, bone.axis_order = _finite(words, 3), _axis_order(words[3])
    elif key == "dof":
        bone.channels = _channels(words)


def _finite(words: list[str], count: int = 1) -> np.ndarray:
    values = np.array([float(word) for word in words[:count]])
    if len(values) != count or not (np.abs(values) < _LARGEST).all():
        raise ValueError(f"needs {count} numbers")
    return values


def _channels(words: list[str]) -> tuple[str, ...]:
    channels = tuple(word.lower() for word in words)
    if set(channels) - set(_CHANNELS) or len(channels) != len(set(channels)):
        raise ValueError("unknown channels")
    return channels


def _axis_order(word: str) -> str:
    if sorted(word.lower()) != ["x", "y", "z"]:
        raise ValueError("an axis order is XYZ in some order")
    return word.lower()
