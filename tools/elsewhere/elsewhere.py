"""What other programs make of our files: where their joints are, against ours, in every format that
footlights writes.

    cd tools/elsewhere && npm install && cd ../..
    python tools/elsewhere/elsewhere.py [MOTION] [--g1 g1.xml] [--write]

MOTION is a file on the house skeleton; a dance made here when none is given. Each program is asked
if it is there: node with the packages of package.json (three.js, three-vrm, Khronos' glTF
validator), Blender (as for fbx: FOOTLIGHTS_BLENDER), godot3-server, usd-core, the package smplx
with torch (with a body made here, as the real one is nobody's to pass on), and MuJoCo with somebody
else's model of the Unitree G1 (mjlab's wheel has one). --write puts the table into docs/engines.md.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tests"))

from g1_model import posed

from canaries import stepping
from characters import CHARACTERS
from footlights import formats
from footlights.basics.errors import FootlightsError
from footlights.formats import fbx
from footlights.formats.axes import y_to_z_up, z_to_y_up
from footlights.formats.smpl import PELVIS, PELVIS_X
from footlights.formats.vrma import _BONES
from footlights.motion.motion import Motion
from footlights.retargeting.character_files import onto, read_rig
from footlights.retargeting.joint_names import path
from footlights.retargeting.unitree_g1 import onto_robot
from gltf_rigs import vrm

HERE = Path(__file__).parent
DOC = HERE.parent.parent / "docs" / "engines.md"
Told = dict[str, Any]  # frames, seconds, and joints: name -> (N, 3) places at the frames asked for


class Absent(Exception):
    """A program that is not here."""


class Failed(Exception):
    """A program that is here and did not read the file."""


def asked(words: list[str], **more: Any) -> Told:
    """What a program prints as JSON, alone or after the word JSON at the start of a line."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False, **more)
    found = re.search(r"^(?:JSON)?(\{.*\})$", done.stdout, re.MULTILINE)
    if found is None:
        raise Failed(
            (done.stderr or done.stdout).strip()[-200:].replace("\n", " ") or "it said nothing"
        )
    return json.loads(found[1])


def node(*words: str) -> Told:
    """From in_node.mjs."""
    if shutil.which("node") is None or not (HERE / "node_modules").is_dir():
        raise Absent("node: npm install in tools/elsewhere")
    return asked(["node", str(HERE / "in_node.mjs"), *words])


def in_blender(file: Path, motion: Motion, frames: list[int]) -> Told:
    """From in_blender.py."""
    program = fbx.blender()
    if program is None:
        raise Absent(f"Blender: set {fbx.BLENDER}")
    return asked(
        [
            *program,
            str(HERE / "in_blender.py"),
            "--",
            str(file),
            repr(motion.fps),
            *map(str, frames),
        ]
    )


def in_three(file: Path, motion: Motion, frames: list[int]) -> Told:
    """From three.js, whose world has y up; bvh is in centimetres."""
    told = node("three", str(file), *(repr(frame / motion.fps) for frame in frames))
    unit = 0.01 if file.suffix == ".bvh" else 1.0
    return told | {
        "joints": {
            name: unit * y_to_z_up(np.array(places)) for name, places in told["joints"].items()
        }
    }


def in_godot(file: Path, motion: Motion, frames: list[int]) -> Told:
    """From Godot 3, which imports a glb into a project first."""
    program = shutil.which("godot3-server")
    if program is None:
        raise Absent("godot3-server: apt install godot3-server")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        project.mkdir()
        shutil.copy(file, project / "dance.glb")
        shutil.copy(HERE / "in_godot.gd", project)
        (project / "project.godot").write_text(
            'config_version=4\n[application]\nconfig/name="dance"\n'
        )
        home = os.environ | {
            "HOME": folder,
            "TIMES": ",".join(repr(frame / motion.fps) for frame in frames),
        }
        importing = [program, "--path", str(project), "--editor", "--quit"]
        silent = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        with subprocess.Popen(
            importing, env=home, **silent
        ) as editor:  # it imports, and then does not always end
            for _ in range(120):
                if editor.poll() is not None or list(project.glob(".import/dance.glb-*.md5")):
                    break
                time.sleep(0.5)
            time.sleep(1)
            editor.kill()
        told = asked([program, "--path", str(project), "-s", "in_godot.gd"], env=home)
    return told | {
        "joints": {name: y_to_z_up(np.array(places)) for name, places in told["joints"].items()}
    }


def in_usd(file: Path, motion: Motion, frames: list[int]) -> Told:
    """From usd-core."""
    try:
        from pxr import Usd, UsdSkel
    except ImportError as error:
        raise Absent("usd-core: pip install usd-core") from error
    stage = Usd.Stage.Open(str(file))
    cache = UsdSkel.Cache()
    prims = list(stage.Traverse())
    root = UsdSkel.Root(next(prim for prim in prims if prim.IsA(UsdSkel.Root)))
    cache.Populate(root, Usd.PrimDefaultPredicate)
    query = cache.GetSkelQuery(
        UsdSkel.Skeleton(next(prim for prim in prims if prim.IsA(UsdSkel.Skeleton)))
    )
    start, end, rate = (
        stage.GetStartTimeCode(),
        stage.GetEndTimeCode(),
        stage.GetTimeCodesPerSecond(),
    )
    places = np.array(
        [np.array(query.ComputeJointSkelTransforms(start + frame))[:, 3, :3] for frame in frames]
    )
    names = [str(joint).rpartition("/")[2] for joint in query.GetJointOrder()]
    joints = {name: places[:, j] for j, name in enumerate(names)}
    return {"frames": int(end - start) + 1, "seconds": (end - start) / rate, "joints": joints}


def in_three_vrm(file: Path, motion: Motion, frames: list[int]) -> Told:
    """From three-vrm, on a VRM character with the dancer's bones."""
    character = file.with_suffix(".vrm")
    still = np.repeat(motion.skeleton.rest[:1], 2, axis=0), np.tile([1.0, 0, 0, 0], (2, 24, 1))
    made = vrm(Motion(*still, motion.fps, motion.skeleton))
    meta = {
        "name": "dancer",
        "authors": ["footlights"],
        "licenseUrl": "https://vrm.dev/licenses/1.0/",
    }
    made.document["extensions"]["VRMC_vrm"] |= {"specVersion": "1.0", "meta": meta}
    made.document |= {"extensionsUsed": ["VRMC_vrm"], "scene": 0, "scenes": [{"nodes": [0]}]}
    character.write_bytes(made.glb())
    told = node("vrm", str(character), str(file), *(repr(frame / motion.fps) for frame in frames))
    ours = {bone: name for name, bone in _BONES.items()}
    return told | {
        "joints": {
            ours[bone]: y_to_z_up(np.array(places)) for bone, places in told["joints"].items()
        }
    }


def in_smplx(file: Path, motion: Motion, frames: list[int]) -> Told:
    """From the package smplx, whose model is fed the file's numbers; its body is made here and has
    the dancer's bones.
    """
    try:
        import smplx
        import torch
    except ImportError as error:
        raise Absent("smplx: pip install smplx torch") from error
    large = file.name.endswith(".smplx.npz")
    held = np.load(file)
    with tempfile.TemporaryDirectory() as folder:
        kind = "smplx" if large else "smplh"
        model = Path(folder) / f"{kind.upper()}_NEUTRAL.npz"
        np.savez(model, **_body(motion, large))
        options = {
            "use_pca": False,
            "flat_hand_mean": True,
            "batch_size": len(frames),
            "ext": "npz",
            "gender": "neutral",
        }
        body = smplx.create(str(model), kind, **options)
        poses = torch.from_numpy(held["poses"][frames].astype(np.float32))
        place = torch.from_numpy(held["trans"][frames].astype(np.float32))
        with torch.no_grad():
            places = (
                body(global_orient=poses[:, :3], body_pose=poses[:, 3:66], transl=place)
                .joints[:, :22]
                .numpy()
            )
    rate = float(held["mocap_frame_rate" if large else "mocap_framerate"])
    joints = {name: places[:, j] for j, name in enumerate(motion.skeleton.names[:22])}
    return {
        "frames": len(held["poses"]),
        "seconds": (len(held["poses"]) - 1) / rate,
        "joints": joints,
    }


def _body(motion: Motion, large: bool) -> dict[str, np.ndarray]:
    """A model file of SMPL-X's or SMPL-H's form: the dancer's joints as its first vertices, and
    nothing that bends them.
    """
    count, vertices = (55, 10475) if large else (52, 6890)
    rest = z_to_y_up(motion.skeleton.rest.astype(np.float64))
    rest = rest[:22] - rest[0] + (PELVIS_X if large else PELVIS)
    fingers = [20] * 15 + [21] * 15
    parents = [*motion.skeleton.parents[:22], *([15] * 3 if large else []), *fingers]
    template = np.zeros((vertices, 3))
    template[:count] = np.concatenate([rest, rest[parents[22:]]])
    regressor = np.eye(count, vertices)
    zeros = {f"hands_mean{side}": np.zeros(45) for side in "lr"} | {
        f"hands_components{side}": np.eye(45) for side in "lr"
    }
    return zeros | {
        "v_template": template, "f": np.zeros((1, 3), np.int64), "J_regressor": regressor,
        "shapedirs": np.zeros((vertices, 3, 400 if large else 10)), "posedirs": np.zeros((vertices, 3, 9 * (count - 1))),
        "weights": np.eye(count)[np.arange(vertices) % count],
        "kintree_table": np.array([[p % 2**32 for p in parents], range(count)], np.int64),
        "lmk_faces_idx": np.zeros(51, np.int64), "lmk_bary_coords": np.ones((51, 3)) / 3,
        "dynamic_lmk_faces_idx": np.zeros((79, 17), np.int64), "dynamic_lmk_bary_coords": np.ones((79, 17, 3)) / 3,
    }  # fmt: skip


def in_mujoco(model_file: str | None) -> Callable[[Path, Motion, list[int]], Told]:
    """From MuJoCo with a model of the robot that is not ours; also how often its links are in each
    other.
    """

    def look(file: Path, motion: Motion, frames: list[int]) -> Told:
        if model_file is None:
            raise Absent("a model of the G1: --g1 g1.xml, such as mjlab's")
        places, deep = posed(file, model_file)
        joints = {name: places[name][frames] for name in motion.skeleton.names if name in places}
        said = f"links deeper than 1 cm in each other in {100 * deep.mean():.0f} % of frames"
        return {
            "frames": len(deep),
            "seconds": (len(deep) - 1) / motion.fps,
            "joints": joints,
            "said": said,
        }

    return look


def validated(file: Path, *_: Any) -> Told:
    """From Khronos' validator, which reads no motion."""
    told = node("validate", str(file))
    return {"joints": {}, "said": f"{told['errors']} errors, {told['warnings']} warnings"}


def off(told: Told, motion: Motion, frames: list[int]) -> float:
    """Millimetres between its joints and ours, at most; names may have lost what a format forbids."""
    ours = {re.sub(r"\W", "", name): j for j, name in enumerate(motion.skeleton.names)}
    apart = [np.zeros(0)]
    for name, places in told["joints"].items():
        j = ours.get(re.sub(r"\W", "", name))
        if j is not None:
            apart.append(
                1000
                * np.linalg.norm(
                    np.array(places, np.float64) - motion.positions[frames, j], axis=-1
                )
            )
    every = np.concatenate(apart)
    return float(every.max()) if every.size else float("nan")  # NaN, too, where a place is none


def row(kind: str, reader: str, look: Callable[..., Told], file: Path, motion: Motion) -> str:
    """A line of the table: what one program made of one file."""
    frames = sorted({0, len(motion) // 3, 2 * len(motion) // 3, len(motion) - 1})
    try:
        told = look(file, motion, frames)
    except Absent as absent:
        return f"| {kind} | {reader} | not here ({absent}) | | | | |"
    except Failed as failure:
        return f"| {kind} | {reader} | FAILED: {failure} | | | | |"
    if look is validated:
        return f"| {kind} | {reader} | | | | | {told['said']} |"
    count, seconds = told["frames"], told["seconds"]
    found = sum(
        1
        for name in told["joints"]
        if re.sub(r"\W", "", name) in {re.sub(r"\W", "", n) for n in motion.skeleton.names}
    )
    line = f"| {kind} | {reader} | {count} of {len(motion)} | {seconds:.3f} of {(len(motion) - 1) / motion.fps:.3f} | {found} |"
    return f"{line} {off(told, motion, frames):.3f} | {told.get('said', '')} |"


def rows(motion: Motion, folder: Path, robot: str | None) -> Iterator[str]:
    """All lines, one after the other."""
    looks: dict[str, dict[str, Callable[..., Told]]] = {
        "glb": {
            "glTF validator": validated,
            "three.js": in_three,
            "Blender": in_blender,
            "Godot 3": in_godot,
        },
        "bvh": {"three.js": in_three, "Blender": in_blender},
        "fbx": {"three.js": in_three, "Blender": in_blender},
        "usdc": {"usd-core": in_usd, "Blender": in_blender},
        "vrma": {"glTF validator": validated, "three-vrm": in_three_vrm},
        "smplx.npz": {"smplx": in_smplx},
        "amass.npz": {"smplx": in_smplx},
        "csv": {"MuJoCo": in_mujoco(robot)},
    }
    for kind, readers in looks.items():
        file, danced = folder / f"dance.{kind}", onto_robot(motion) if kind == "csv" else motion
        try:
            formats.write(danced, file)
        except FootlightsError as problem:
            yield f"| {kind} | | not written: {problem.what} | | | | |"
            continue
        for reader, look in readers.items():
            yield row(kind, reader, look, file, danced)
    formats.write(
        motion.replace(root=np.concatenate([motion.root[:1], motion.root[:-1]])),
        folder / "late.glb",
    )
    yield row(
        "control: glb whose root is a frame late", "three.js", in_three, folder / "late.glb", motion
    )
    for name, make in CHARACTERS.items():
        still = np.repeat(make().rest[:1], 2, axis=0), np.tile([1.0, 0, 0, 0], (2, len(make()), 1))
        formats.write(Motion(*still, motion.fps, make()), folder / f"{name}.glb")
        given = read_rig(folder / f"{name}.glb")
        moved = onto(motion, given, folder / f"{name}-danced.glb")
        above = {make().names[j] for j in path(make(), 0, given.rig.joints["pelvis"])[:-1]}

        def from_pelvis(*asked: Any, above: set[str] = above) -> Told:
            """What three.js says, without joints above the pelvis: the file leaves them where they
            stand.
            """
            told = in_three(*asked)
            return told | {
                "joints": {
                    name: places for name, places in told["joints"].items() if name not in above
                }
            }

        for reader, look in {"glTF validator": validated, "three.js": from_pelvis}.items():
            yield row(f"glb, {name}", reader, look, folder / f"{name}-danced.glb", moved)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("motion", nargs="?", metavar="MOTION")
    parser.add_argument(
        "--g1", metavar="XML", help="somebody's MuJoCo model of the Unitree G1, 29 joints"
    )
    parser.add_argument("--write", action="store_true", help="put the table into docs/engines.md")
    args = parser.parse_args()
    motion = formats.read(args.motion) if args.motion else stepping(10.0)
    lines = [
        "| file | read by | frames | seconds | joints | farthest off, mm | |",
        "|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for line in rows(motion, Path(folder), args.g1):
            print(line, flush=True)
            lines.append(line)
    if args.write:
        text = DOC.read_text(encoding="utf-8")
        table = "<!-- elsewhere -->\n" + "\n".join(lines) + "\n<!-- end -->"
        DOC.write_text(
            re.sub(r"<!-- elsewhere -->.*?<!-- end -->", lambda _: table, text, flags=re.DOTALL),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
