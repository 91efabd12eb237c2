"""Reading ASF/AMC, Acclaim's skeleton and motion files as CMU publishes them: y up, degrees,
inches / 0.45.
"""

import os
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import quat_conj, quat_from_euler, quat_mul
from ..motion.motion import Motion
from .axes import RawMotion, check_choice, find_up, in_house_axes, unique_names
from .safe.budget import MAX_JOINTS, check_rate, check_room, file_size

_CHANNELS = ("tx", "ty", "tz", "rx", "ry", "rz", "l")
_INCH = 0.0254
_LONGEST_LINE = 1 << 16
MAX_BYTES = 1 << 28

Lines = Iterator[tuple[int, list[str]]]


@dataclass
class _Bone:
    name: str
    direction: np.ndarray = field(default_factory=lambda: np.zeros(3))
    length: float = 0.0
    axis: np.ndarray = field(default_factory=lambda: np.zeros(3))
    axis_order: str = "xyz"
    channels: tuple[str, ...] = ()
    parent: str | None = None
    place: np.ndarray = field(default_factory=lambda: np.zeros(3))

    def frame(self) -> np.ndarray:
        """(4,) rotation of the bone's own axes at rest; Acclaim turns in the order written about
        fixed axes.
        """
        return quat_from_euler(self.axis_order[::-1], self.axis[::-1])


@dataclass
class _Body:
    bones: dict[str, _Bone]
    length_unit: float = 1.0
    degrees: bool = True


def read(
    path: str | os.PathLike[str],
    *,
    unit: float | None = None,
    up: str | None = None,
    fps: float | None = None,
    asf: str | os.PathLike[str] | None = None,
) -> Motion:
    """The motion in an AMC file, on the skeleton of the ASF file beside it.

    A joint carries the name of the bone that begins in it; the end of a bone without children is
    ``<bone>_end``.

    Args:
        unit: metres per file unit; by the skeleton file's ``length`` when None (0.45 for CMU: 1
            unit is 1/0.45 inch).
        up: "y" or "z"; found by where the legs point when None.
        fps: frames a second, which the file does not hold; 120, CMU's rate, when None.
        asf: the skeleton file; otherwise the one of the same name, of the same name before the
            first ``_``, or the only one in the folder.

    Raises:
        FootlightsError: no skeleton file, or one of the two is damaged or does not fit the other.
    """
    check_choice(unit, up, path)
    skeleton_file = Path(asf) if asf is not None else _beside(Path(path))
    body = _skeleton(_lines(skeleton_file), str(skeleton_file))
    raw = _motion(_lines(path), body, str(path))
    raw.notes.append(f"skeleton from {skeleton_file.name}")
    if fps is None:
        raw.notes.append("120 frames a second assumed: the file does not say")
    raw.fps = check_rate(120.0 if fps is None else fps, path)
    if unit is None:
        unit = _INCH / body.length_unit
        raw.notes.append(f"unit {unit:.5f} m, from 'length {body.length_unit:g}'")
    return in_house_axes(raw, unit, find_up(raw) if up is None else up, Path(path).name)


def _beside(path: Path) -> Path:
    """The skeleton file that belongs to the motion file at ``path``."""
    try:
        there = sorted(p for p in path.parent.iterdir() if p.suffix.lower() == ".asf")
    except OSError:
        there = []
    for stem in (path.stem, path.stem.split("_")[0]):
        for candidate in there:
            if candidate.stem.lower() == stem.lower():
                return candidate
    if len(there) == 1:
        return there[0]
    found = "several .asf files, none of this name," if there else "no .asf file"
    raise FootlightsError(
        f"{found} beside it", path, f"put {path.stem}.asf there: it holds the skeleton"
    )


def _lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, list[str]]]:
    """Number and words of each line that has any; comments gone."""
    file_size(path, MAX_BYTES)
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


def _skeleton(lines: Lines, where: str) -> _Body:
    """Bones of an ASF file, the root first, with parents."""
    body, section, bone = _Body({"root": _Bone("root")}), "", None
    for number, words in lines:
        key, rest = words[0].lower(), words[1:]
        try:
            if key.startswith(":"):
                section, bone = key, None
            elif section == ":units":
                _unit(body, key, rest)
            elif section == ":root":
                _root(body.bones["root"], key, rest)
            elif section == ":bonedata" and key == "begin":
                bone = _Bone("")
            elif section == ":bonedata" and key == "end" and bone is not None:
                if not bone.name or bone.name in body.bones or len(body.bones) >= MAX_JOINTS:
                    raise ValueError("a bone without a name, twice the same, or too many")
                body.bones[bone.name] = bone
            elif section == ":bonedata" and bone is not None:
                _bone(bone, key, rest)
            elif section == ":hierarchy" and key not in ("begin", "end"):
                _children(body, words[0], rest)
        except (ValueError, IndexError, KeyError) as error:
            raise FootlightsError(
                f"{' '.join(words)[:60]!r} is not understood ({error})", f"{where}, line {number}"
            ) from error
    if len(body.bones) < 2:
        raise FootlightsError(
            "holds no bones, so it is not an ASF file", where, "give the skeleton of the motion"
        )
    if not any(bone.parent == "root" for bone in body.bones.values()):
        raise FootlightsError("no bone hangs on the root", where, "its :hierarchy part is damaged")
    _to_radians(body)
    return body


def _unit(body: _Body, key: str, words: list[str]) -> None:
    if key == "length":
        body.length_unit = _finite(words)[0]
        if not 1e-6 < body.length_unit < 1e6:
            raise ValueError("no length")
    elif key == "angle":
        body.degrees = not words[0].lower().startswith("rad")


def _root(root: _Bone, key: str, words: list[str]) -> None:
    if key == "order":
        root.channels = _known(words)
    elif key == "axis":
        root.axis_order = _order(words[0])
    elif key == "position":
        root.place = _finite(words, 3)
    elif key == "orientation":
        root.axis = _finite(words, 3)


def _bone(bone: _Bone, key: str, words: list[str]) -> None:
    if key == "name":
        bone.name = words[0]
    elif key == "direction":
        direction = _finite(words, 3)
        bone.direction = direction / max(np.linalg.norm(direction), 1e-12)
    elif key == "length":
        bone.length = float(_finite(words)[0])
    elif key == "axis":
        bone.axis, bone.axis_order = _finite(words, 3), _order(words[3])
    elif key == "dof":
        bone.channels = _known(words)


def _children(body: _Body, parent: str, names: list[str]) -> None:
    for name in names:
        if parent not in body.bones or body.bones[name].parent is not None or name == "root":
            raise ValueError(f"{name} cannot hang on {parent}")
        body.bones[name].parent = parent


def _finite(words: list[str], count: int = 1) -> np.ndarray:
    values = np.array([float(word) for word in words[:count]])
    if len(values) != count or not (np.abs(values) < 1e9).all():
        raise ValueError(f"needs {count} numbers")
    return values


def _known(words: list[str]) -> tuple[str, ...]:
    channels = tuple(word.lower() for word in words)
    if set(channels) - set(_CHANNELS) or len(channels) != len(set(channels)):
        raise ValueError("unknown channels")
    return channels


def _order(word: str) -> str:
    if sorted(word.lower()) != ["x", "y", "z"]:
        raise ValueError("an axis order is XYZ in some order")
    return word.lower()


def _to_radians(body: _Body) -> None:
    if body.degrees:
        for bone in body.bones.values():
            bone.axis = np.deg2rad(bone.axis)


def _tree(body: _Body) -> tuple[list[_Bone], list[int]]:
    """Bones with parents before children, and the index of each one's parent."""
    children: dict[str, list[_Bone]] = {}
    for bone in body.bones.values():
        if bone.parent is not None:
            children.setdefault(bone.parent, []).append(bone)
    bones, parents, waiting = [], [], [(body.bones["root"], -1)]
    while waiting:
        bone, parent = waiting.pop()
        bones.append(bone)
        parents.append(parent)
        waiting += [(child, len(bones) - 1) for child in reversed(children.get(bone.name, []))]
    return bones, parents


def _motion(lines: Lines, body: _Body, where: str) -> RawMotion:
    """The frames on the bones as joints where they begin, and one joint more at the end of each
    bone without children.
    """
    bones, parents = _tree(body)
    columns = {}
    width = 0
    for bone in bones:
        if bone.channels:
            columns[bone.name] = slice(width, width + len(bone.channels))
            width += len(bone.channels)
    values, degrees = _frames(lines, columns, width, where)
    check_room(len(values), 2 * len(bones), where)
    leaves = [j for j in range(1, len(bones)) if j not in parents]
    rotations = np.zeros((len(values), len(bones) + len(leaves), 4), np.float32)
    rotations[..., 0] = 1
    for j, bone in enumerate(bones):
        if any(channel[0] == "r" for channel in bone.channels):
            rotations[:, j] = _turn(bone, values[:, columns[bone.name]], degrees)
    root = np.tile(bones[0].place, (len(values), 1))
    for column, channel in enumerate(bones[0].channels):
        if channel[0] == "t":
            root[:, "xyz".index(channel[1])] += values[:, column]
    notes = [
        f"{bone.name}: its {c} channel was left out"
        for bone in bones[1:]
        for c in bone.channels
        if c[0] != "r"
    ]
    vectors = [bone.direction * bone.length for bone in bones]
    offsets = [np.zeros(3)] + [vectors[p] for p in parents[1:]] + [vectors[j] for j in leaves]
    names = unique_names([bone.name for bone in bones] + [f"{bones[j].name}_end" for j in leaves])
    return RawMotion(names, parents + leaves, np.array(offsets), root, rotations, 120.0, notes)


def _turn(bone: _Bone, values: np.ndarray, degrees: bool) -> np.ndarray:
    """(T, 4) rotation of the bone in its parent: its axes, the angles in the order written, its
    axes undone.
    """
    turning = [i for i, channel in enumerate(bone.channels) if channel[0] == "r"][::-1]
    angles, order = values[:, turning], "".join(bone.channels[i][1] for i in turning)
    inner = quat_from_euler(order, np.deg2rad(angles) if degrees else angles)
    return quat_mul(quat_mul(bone.frame(), inner), quat_conj(bone.frame()))


def _frames(
    lines: Lines, columns: dict[str, slice], width: int, where: str
) -> tuple[np.ndarray, bool]:
    """Channel values (T, width), all finite, and whether angles are degrees."""
    values, frame = array("d"), [0.0] * width
    frames, degrees, missing = 0, True, set(columns)
    for number, words in lines:
        name = words[0]
        if frames and name in columns:
            place = columns[name]
            try:
                found = list(map(float, words[1:]))
                missing.remove(name)
            except (ValueError, KeyError):
                found = []
            if len(found) != place.stop - place.start:
                what = f"{' '.join(words)[:60]!r} does not fit the skeleton"
                raise FootlightsError(
                    what, f"{where}, line {number}", "give the .asf of this motion"
                )
            frame[place] = found
        elif len(words) == 1 and name.isdecimal():
            if frames:
                _whole(missing, frames - 1, where)
                values.extend(frame)
            frames, missing = frames + 1, set(columns)
            check_room(frames, 2 * len(columns), where)
        elif name.startswith(":"):
            degrees = degrees and name.lower() != ":radians"
        else:
            what = f"{name[:40]!r} is no bone that moves" if frames else "no frame begins before it"
            raise FootlightsError(what, f"{where}, line {number}", "give the .asf of this motion")
    if not frames:
        raise FootlightsError("has no frames, so it is not an AMC file", where, "give an .amc file")
    _whole(missing, frames - 1, where)
    values.extend(frame)
    return _finite_rows(np.frombuffer(values).reshape(frames, width), where), degrees


def _finite_rows(values: np.ndarray, where: str) -> np.ndarray:
    sound = (np.abs(values) < 1e9).all(-1)
    if not sound.all():
        raise FootlightsError(
            f"frame {int(np.argmin(sound))} holds a number that is not finite", where, "repair it"
        )
    return values


def _whole(missing: set[str], frame: int, where: str) -> None:
    if missing:
        raise FootlightsError(
            f"frame {frame} lacks {', '.join(sorted(missing)[:5])}", where, "export it again"
        )
