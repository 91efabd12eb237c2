"""What other programs make of our files: where their joints are, against ours, in every format.

    cd tools/other_programs && npm install && cd ../..
    python tools/other_programs/joint_table.py [MOTION] [--g1 g1.xml] [--write]

MOTION is a file on the house skeleton; a dance made here when none is given. Each program is asked
if it is there: node with the packages of package.json (three.js, three-vrm, Khronos' glTF
validator), Blender (as for fbx: FOOTLIGHTS_BLENDER), godot3-server, usd-core, the package smplx
with torch (with a body made here, as the real one is nobody's to pass on), and MuJoCo with somebody
else's model of the Unitree G1 (mjlab's wheel has one). --write puts the table into docs/engines.md.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from programs import (
    Absent,
    Failed,
    Reader,
    Reading,
    in_blender,
    in_godot,
    in_mujoco,
    in_smplx,
    in_three,
    in_three_vrm,
    in_usd,
    in_validator,
    rest_motion,
)

from canaries import stepping
from characters import CHARACTERS
from footlights import formats
from footlights.basics.errors import FootlightsError
from footlights.motion.motion import Motion
from footlights.retargeting.character_files import read_character_file, write_retargeted
from footlights.retargeting.unitree_g1 import onto_robot

DOC = Path(__file__).parents[2] / "docs" / "engines.md"
BEGIN, END = "<!-- joint table -->\n", "<!-- end -->"
HEAD = (
    "| file | read by | frames | seconds | joints | farthest off, mm | |",
    "|---|---|---|---|---|---|---|",
)


def rows(motion: Motion, folder: Path, robot_model: str | None) -> Iterator[str]:
    """All lines, one after the other: our formats, a control that must be off, six characters."""
    yield from format_rows(motion, folder, robot_model)

    late = motion.replace(root=np.concatenate([motion.root[:1], motion.root[:-1]]))
    formats.write(late, folder / "late.glb")
    control = "control: glb whose root is a frame late"
    yield row(control, "three.js", in_three, folder / "late.glb", motion)

    for name in CHARACTERS:
        yield from character_rows(motion, folder, name)


def format_rows(motion: Motion, folder: Path, robot_model: str | None) -> Iterator[str]:
    """A line for every format that we write and every program that reads it."""
    readers: dict[str, dict[str, Reader]] = {
        "glb": {
            "glTF validator": in_validator,
            "three.js": in_three,
            "Blender": in_blender,
            "Godot 3": in_godot,
        },
        "bvh": {"three.js": in_three, "Blender": in_blender},
        "fbx": {"three.js": in_three, "Blender": in_blender},
        "usdc": {"usd-core": in_usd, "Blender": in_blender},
        "vrma": {"glTF validator": in_validator, "three-vrm": in_three_vrm},
        "smplx.npz": {"smplx": in_smplx},
        "amass.npz": {"smplx": in_smplx},
        "csv": {"MuJoCo": in_mujoco(robot_model)},
    }
    for kind, programs in readers.items():
        file = folder / f"dance.{kind}"
        written = onto_robot(motion) if kind == "csv" else motion
        try:
            formats.write(written, file)
        except FootlightsError as problem:
            yield f"| {kind} | | not written: {problem.what} | | | | |"
            continue
        for program, reader in programs.items():
            yield row(kind, program, reader, file, written)


def character_rows(motion: Motion, folder: Path, name: str) -> Iterator[str]:
    """The dance in somebody's own character file."""
    skeleton = CHARACTERS[name]()
    empty, danced = folder / f"{name}.glb", folder / f"{name}-danced.glb"
    formats.write(rest_motion(skeleton, motion.fps), empty)
    character = read_character_file(empty)
    moved = write_retargeted(motion, character, danced)
    pelvis = character.rig.joints["pelvis"]
    above_pelvis = {skeleton.names[j] for j in skeleton.chain(0, pelvis)[:-1]}

    def from_pelvis(file: Path, motion: Motion, frames: list[int]) -> Reading:
        """three.js without the joints above the pelvis: the file leaves them where they stand."""
        reading = in_three(file, motion, frames)
        joints = {k: v for k, v in reading.joints.items() if k not in above_pelvis}
        return Reading(joints, reading.frames, reading.seconds)

    yield row(f"glb, {name}", "glTF validator", in_validator, danced, moved)
    yield row(f"glb, {name}", "three.js", from_pelvis, danced, moved)


def row(kind: str, program: str, reader: Reader, file: Path, motion: Motion) -> str:
    """A line of the table: what one program made of one file."""
    last = len(motion) - 1
    frames = sorted({0, len(motion) // 3, 2 * len(motion) // 3, last})
    try:
        reading = reader(file, motion, frames)
    except Absent as absent:
        return f"| {kind} | {program} | not here ({absent}) | | | | |"
    except Failed as failure:
        return f"| {kind} | {program} | FAILED: {failure} | | | | |"
    if not reading.frames:
        return f"| {kind} | {program} | | | | | {reading.remark} |"

    distances = millimetres_off(reading, motion, frames)
    # NaN, too, where a position is none: max() of an array keeps it.
    farthest = np.concatenate(distances).max() if distances else np.nan
    cells = [
        kind,
        program,
        f"{reading.frames} of {len(motion)}",
        f"{reading.seconds:.3f} of {last / motion.fps:.3f}",
        f"{len(distances)}",
        f"{farthest:.3f}",
        reading.remark,
    ]
    return f"| {' | '.join(cells)} |"


def millimetres_off(reading: Reading, motion: Motion, frames: list[int]) -> list[np.ndarray]:
    """(N,) distances of each joint that both have, millimetres."""
    ours = {_letters(name): j for j, name in enumerate(motion.skeleton.names)}
    return [
        1000 * np.linalg.norm(positions - motion.positions[frames, ours[_letters(name)]], axis=-1)
        for name, positions in reading.joints.items()
        if _letters(name) in ours
    ]


def _letters(name: str) -> str:
    """A name without what formats forbid in names."""
    return re.sub(r"\W", "", name)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("motion", nargs="?", metavar="MOTION")
    parser.add_argument("--g1", metavar="XML", help="a MuJoCo model of the Unitree G1, 29 joints")
    parser.add_argument("--write", action="store_true", help="put the table into docs/engines.md")
    args = parser.parse_args()

    motion = formats.read(args.motion) if args.motion else stepping(10.0)
    lines = list(HEAD)
    print(*HEAD, sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        for line in rows(motion, Path(folder), args.g1):
            print(line, flush=True)
            lines.append(line)

    if args.write:
        before, _, rest = DOC.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        table = "\n".join(lines) + "\n"
        DOC.write_text(before + BEGIN + table + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
