"""Reading ASF/AMC, Acclaim's motion files as CMU publishes them, on the skeleton beside them."""

import os
from array import array
from pathlib import Path

import numpy as np

from ..basics.budget import check_rate, check_room
from ..basics.errors import FootlightsError
from ..geometry.rotations import quat_conj, quat_from_euler, quat_mul
from ..motion.motion import Motion
from .asf_skeleton import AsfBone, AsfSkeleton, NumberedWords, read_skeleton, read_words
from .raw_motion import RawMotion, check_unit_and_up, to_motion, unique_names
from .unit_and_up import find_up

_INCH = 0.0254  # metres
_CMU_RATE = 120.0  # frames a second
_LARGEST = 1e9  # of a number in a file
_GIVE_ASF = "give the .asf of this motion"


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
        path: the AMC file.
        unit: metres per file unit; by the skeleton file's ``length`` when None (0.45 for CMU: 1
            unit is 1/0.45 inch).
        up: "y" or "z"; found by where the legs point when None.
        fps: frames a second, which the file does not hold; 120, CMU's rate, when None.
        asf: the skeleton file; otherwise the one of the same name, of the same name before the
            first ``_``, or the only one in the folder.

    Raises:
        FootlightsError: no skeleton file, or one of the two is damaged or does not fit the other.
    """
    check_unit_and_up(unit, up, path)
    skeleton_file = Path(asf) if asf is not None else _skeleton_file_beside(Path(path))
    skeleton = read_skeleton(skeleton_file)
    raw = _raw_motion(read_words(path), skeleton, str(path))

    raw.notes.append(f"skeleton from {skeleton_file.name}")
    if fps is None:
        raw.notes.append("120 frames a second assumed: the file does not say")
    raw.fps = check_rate(_CMU_RATE if fps is None else fps, path)
    if unit is None:
        unit = _INCH / skeleton.length_unit
        raw.notes.append(f"unit {unit:.5f} m, from 'length {skeleton.length_unit:g}'")
    return to_motion(raw, unit, find_up(raw) if up is None else up, Path(path).name)


def _skeleton_file_beside(path: Path) -> Path:
    """The skeleton file that belongs to the motion file at ``path``."""
    try:
        candidates = sorted(p for p in path.parent.iterdir() if p.suffix.lower() == ".asf")
    except OSError:
        candidates = []
    # CMU's motions of one person share a skeleton: 07_01.amc and 07_02.amc stand on 07.asf.
    for stem in (path.stem, path.stem.split("_")[0]):
        for candidate in candidates:
            if candidate.stem.lower() == stem.lower():
                return candidate
    if len(candidates) == 1:
        return candidates[0]
    which = "several .asf files, none of this name," if candidates else "no .asf file"
    raise FootlightsError(
        f"{which} beside it", path, f"put {path.stem}.asf there: it holds the skeleton"
    )


def _raw_motion(lines: NumberedWords, skeleton: AsfSkeleton, where: str) -> RawMotion:
    """The frames on the bones as joints where they begin.

    One joint more stands at the end of each bone without children.
    """
    bones, parents = skeleton.in_order()
    columns = {}
    width = 0
    for bone in bones:
        if bone.channels:
            columns[bone.name] = slice(width, width + len(bone.channels))
            width += len(bone.channels)
    values, degrees = _read_frames(lines, columns, width, where)
    check_room(len(values), 2 * len(bones), where)

    leaves = [j for j in range(1, len(bones)) if j not in parents]
    rotations = np.zeros((len(values), len(bones) + len(leaves), 4), np.float32)
    rotations[..., 0] = 1
    for j, bone in enumerate(bones):
        if any(channel[0] == "r" for channel in bone.channels):
            rotations[:, j] = _rotations(bone, values[:, columns[bone.name]], degrees)

    root = np.tile(bones[0].position, (len(values), 1))
    for column, channel in enumerate(bones[0].channels):
        if channel[0] == "t":
            root[:, "xyz".index(channel[1])] += values[:, column]

    notes = [
        f"{bone.name}: its {channel} channel was left out"
        for bone in bones[1:]
        for channel in bone.channels
        if channel[0] != "r"
    ]
    vectors = [bone.direction * bone.length for bone in bones]
    offsets = [np.zeros(3)] + [vectors[p] for p in parents[1:]] + [vectors[j] for j in leaves]
    names = unique_names([bone.name for bone in bones] + [f"{bones[j].name}_end" for j in leaves])
    return RawMotion(names, parents + leaves, np.array(offsets), root, rotations, _CMU_RATE, notes)


def _rotations(bone: AsfBone, values: np.ndarray, degrees: bool) -> np.ndarray:
    """(T, 4) of the bone in its parent: the angles in the order written, about its own axes."""
    # Acclaim turns in the order written about fixed axes: backwards about axes that turn along.
    turning = [i for i, channel in enumerate(bone.channels) if channel[0] == "r"][::-1]
    angles, order = values[:, turning], "".join(bone.channels[i][1] for i in turning)
    inner = quat_from_euler(order, np.deg2rad(angles) if degrees else angles)
    axes = bone.axes_rotation()
    return quat_mul(quat_mul(axes, inner), quat_conj(axes))


def _read_frames(
    lines: NumberedWords, columns: dict[str, slice], width: int, where: str
) -> tuple[np.ndarray, bool]:
    """Channel values (T, width), all finite, and whether angles are degrees."""
    values, frame = array("d"), [0.0] * width
    frames, degrees, missing = 0, True, set(columns)
    for number, words in lines:
        name = words[0]
        if frames and name in columns:
            place = columns[name]
            try:
                numbers = list(map(float, words[1:]))
            except ValueError:
                numbers = []
            if name not in missing or len(numbers) != place.stop - place.start:
                what = f"{' '.join(words)[:60]!r} does not fit the skeleton"
                raise FootlightsError(what, f"{where}, line {number}", _GIVE_ASF)
            missing.remove(name)
            frame[place] = numbers
        elif len(words) == 1 and name.isdecimal():  # the number of the frame that begins
            if frames:
                _check_complete(missing, frames - 1, where)
                values.extend(frame)
            frames, missing = frames + 1, set(columns)
            check_room(frames, 2 * len(columns), where)
        elif name.startswith(":"):
            degrees = degrees and name.lower() != ":radians"
        else:
            what = f"{name[:40]!r} is no bone that moves" if frames else "no frame begins before it"
            raise FootlightsError(what, f"{where}, line {number}", _GIVE_ASF)

    if not frames:
        raise FootlightsError("has no frames, so it is not an AMC file", where, "give an .amc file")
    _check_complete(missing, frames - 1, where)
    values.extend(frame)
    return _check_finite(np.frombuffer(values).reshape(frames, width), where), degrees


def _check_complete(missing: set[str], frame: int, where: str) -> None:
    if missing:
        raise FootlightsError(
            f"frame {frame} lacks {', '.join(sorted(missing)[:5])}", where, "export it again"
        )


def _check_finite(values: np.ndarray, where: str) -> np.ndarray:
    finite = (np.abs(values) < _LARGEST).all(-1)
    if not finite.all():
        raise FootlightsError(
            f"frame {int(np.argmin(finite))} holds a number that is not finite", where, "repair it"
        )
    return values
