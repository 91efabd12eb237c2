"""What programs of others read of a file that footlights wrote: one function a program.

Each takes a file, the motion that was written into it, and the frames to look at; it gives a
`Reading`, or raises `Absent` where the program is not here and `Failed` where it did not read.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from g1_links import link_positions

from footlights.formats import fbx
from footlights.formats.axes import y_to_z_up, z_to_y_up
from footlights.formats.smpl import PELVIS, PELVIS_X
from footlights.formats.vrma import HUMANOID_BONES
from footlights.motion.motion import Motion
from gltf_rigs import vrm

HERE = Path(__file__).parent
PATIENCE = 600  # seconds for one program and one file
GODOT_IMPORT = 60  # seconds; it imports, and then does not always end


@dataclass(frozen=True)
class Reading:
    """What a program made of a file.

    Attributes:
        joints: name to positions (N, 3) at the frames that were asked for, metres with z up.
        frames: how many it counts; 0 where it does not say.
        seconds: from the first to the last.
        remark: what else it says.
    """

    joints: dict[str, np.ndarray]
    frames: int = 0
    seconds: float = 0.0
    remark: str = ""


Reader = Callable[[Path, Motion, list[int]], Reading]


class Absent(Exception):
    """A program that is not here."""


class Failed(Exception):
    """A program that is here and did not read the file."""


def in_three(file: Path, motion: Motion, frames: list[int]) -> Reading:
    """three.js, whose world has y up; bvh is in centimetres."""
    metres = 0.01 if file.suffix == ".bvh" else 1.0
    return _reading(_node("three", str(file), *_times(motion, frames)), metres)


def in_three_vrm(file: Path, motion: Motion, frames: list[int]) -> Reading:
    """three-vrm, on a VRM character with the dancer's bones."""
    maker = vrm(rest_motion(motion.skeleton, motion.fps))
    meta = {
        "name": "dancer",
        "authors": ["footlights"],
        "licenseUrl": "https://vrm.dev/licenses/1.0/",
    }
    maker.document["extensions"]["VRMC_vrm"] |= {"specVersion": "1.0", "meta": meta}
    maker.document |= {"extensionsUsed": ["VRMC_vrm"], "scene": 0, "scenes": [{"nodes": [0]}]}
    character = file.with_suffix(".vrm")
    character.write_bytes(maker.glb())

    reading = _reading(_node("vrm", str(character), str(file), *_times(motion, frames)))
    names = {bone: name for name, bone in HUMANOID_BONES.items()}
    joints = {names[bone]: positions for bone, positions in reading.joints.items()}
    return Reading(joints, reading.frames, reading.seconds)


def in_validator(file: Path, motion: Motion, frames: list[int]) -> Reading:
    """Khronos' glTF validator, which reads no motion."""
    counts = _node("validate", str(file))
    return Reading({}, remark=f"{counts['errors']} errors, {counts['warnings']} warnings")


def in_blender(file: Path, motion: Motion, frames: list[int]) -> Reading:
    """Blender, or a Python with its module bpy, whose world is ours."""
    program = fbx.blender()
    if program is None:
        raise Absent(f"Blender: set {fbx.BLENDER}")
    script = str(HERE / "blender_joints.py")
    words = [*program, script, "--", str(file), repr(motion.fps), *map(str, frames)]
    answer = _ask(words)
    joints = {name: np.array(positions) for name, positions in answer["joints"].items()}
    return Reading(joints, answer["frames"], answer["seconds"])


def in_godot(file: Path, motion: Motion, frames: list[int]) -> Reading:
    """Godot 3, which imports a glb into a project first."""
    program = shutil.which("godot3-server")
    if program is None:
        raise Absent("godot3-server: apt install godot3-server")

    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        project.mkdir()
        shutil.copy(file, project / "dance.glb")
        shutil.copy(HERE / "godot_joints.gd", project)
        settings = 'config_version=4\n[application]\nconfig/name="dance"\n'
        (project / "project.godot").write_text(settings)

        environment = os.environ | {"HOME": folder, "TIMES": ",".join(_times(motion, frames))}
        here = [program, "--path", str(project)]
        _import_into_godot(here, project, environment)
        return _reading(_ask([*here, "-s", "godot_joints.gd"], env=environment))


def _import_into_godot(here: list[str], project: Path, environment: dict[str, str]) -> None:
    nothing = subprocess.DEVNULL
    with subprocess.Popen(
        [*here, "--editor", "--quit"],
        env=environment,
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
    ) as editor:
        for _ in range(2 * GODOT_IMPORT):
            if editor.poll() is not None or list(project.glob(".import/dance.glb-*.md5")):
                break
            time.sleep(0.5)
        time.sleep(1)  # the last file of the import may still be open
        editor.kill()


def in_usd(file: Path, motion: Motion, frames: list[int]) -> Reading:
    """usd-core."""
    try:
        from pxr import Usd, UsdSkel
    except ImportError as error:
        raise Absent("usd-core: pip install usd-core") from error

    stage = Usd.Stage.Open(str(file))
    prims = list(stage.Traverse())
    root = UsdSkel.Root(next(prim for prim in prims if prim.IsA(UsdSkel.Root)))
    skeleton = UsdSkel.Skeleton(next(prim for prim in prims if prim.IsA(UsdSkel.Skeleton)))
    cache = UsdSkel.Cache()
    cache.Populate(root, Usd.PrimDefaultPredicate)
    query = cache.GetSkelQuery(skeleton)

    start, end = stage.GetStartTimeCode(), stage.GetEndTimeCode()
    transforms = [query.ComputeJointSkelTransforms(start + frame) for frame in frames]
    positions = np.array([np.array(one)[:, 3, :3] for one in transforms])
    names = [str(joint).rpartition("/")[2] for joint in query.GetJointOrder()]
    joints = {name: positions[:, j] for j, name in enumerate(names)}
    return Reading(joints, int(end - start) + 1, (end - start) / stage.GetTimeCodesPerSecond())


def in_smplx(file: Path, motion: Motion, frames: list[int]) -> Reading:
    """The package smplx, whose model is fed the file's numbers.

    Its body is made here with the dancer's bones: the real one is nobody's to pass on.
    """
    try:
        import smplx
        import torch
    except ImportError as error:
        raise Absent("smplx: pip install smplx torch") from error

    large = file.name.endswith(".smplx.npz")
    kind = "smplx" if large else "smplh"
    arrays = np.load(file)
    poses = torch.from_numpy(arrays["poses"][frames].astype(np.float32))
    translation = torch.from_numpy(arrays["trans"][frames].astype(np.float32))

    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / f"{kind.upper()}_NEUTRAL.npz"
        np.savez(model, **_smplx_model(motion, large))
        options = {"use_pca": False, "flat_hand_mean": True, "ext": "npz", "gender": "neutral"}
        body = smplx.create(str(model), kind, batch_size=len(frames), **options)
        with torch.no_grad():
            posed = body(global_orient=poses[:, :3], body_pose=poses[:, 3:66], transl=translation)

    positions = posed.joints[:, :22].numpy()
    joints = {name: positions[:, j] for j, name in enumerate(motion.skeleton.names[:22])}
    count = len(arrays["poses"])
    rate = float(arrays["mocap_frame_rate" if large else "mocap_framerate"])
    return Reading(joints, count, (count - 1) / rate)


def _smplx_model(motion: Motion, large: bool) -> dict[str, np.ndarray]:
    """A model file of SMPL-X's form, or of SMPL-H's: its first vertices are the dancer's joints.

    Nothing bends them: shape and pose directions are zero.
    """
    count, vertices = (55, 10475) if large else (52, 6890)
    rest = z_to_y_up(motion.skeleton.rest.astype(np.float64))
    rest = rest[:22] - rest[0] + (PELVIS_X if large else PELVIS)
    face = [15] * 3 if large else []  # jaw and eyes on the head
    fingers = [20] * 15 + [21] * 15
    parents = [*motion.skeleton.parents[:22], *face, *fingers]

    template = np.zeros((vertices, 3))
    template[:count] = np.concatenate([rest, rest[parents[22:]]])
    hands = {f"hands_mean{side}": np.zeros(45) for side in "lr"}
    hands |= {f"hands_components{side}": np.eye(45) for side in "lr"}
    return hands | {
        "v_template": template,
        "f": np.zeros((1, 3), np.int64),
        "J_regressor": np.eye(count, vertices),
        "shapedirs": np.zeros((vertices, 3, 400 if large else 10)),
        "posedirs": np.zeros((vertices, 3, 9 * (count - 1))),
        "weights": np.eye(count)[np.arange(vertices) % count],
        # SMPL writes the root's parent -1 as an unsigned number.
        "kintree_table": np.array([[p % 2**32 for p in parents], range(count)], np.int64),
        "lmk_faces_idx": np.zeros(51, np.int64),
        "lmk_bary_coords": np.ones((51, 3)) / 3,
        "dynamic_lmk_faces_idx": np.zeros((79, 17), np.int64),
        "dynamic_lmk_bary_coords": np.ones((79, 17, 3)) / 3,
    }


def in_mujoco(model_file: str | None) -> Reader:
    """MuJoCo with a model of the robot that is not ours; also how often its links intersect."""

    def read(file: Path, motion: Motion, frames: list[int]) -> Reading:
        if model_file is None:
            raise Absent("a model of the G1: --g1 g1.xml, such as mjlab's")
        positions, deep = link_positions(file, model_file)
        names = [name for name in motion.skeleton.names if name in positions]
        joints = {name: positions[name][frames] for name in names}
        often = f"{100 * deep.mean():.0f} % of frames"
        remark = f"links deeper than 1 cm in each other in {often}"
        return Reading(joints, len(deep), (len(deep) - 1) / motion.fps, remark)

    return read


def rest_motion(skeleton: Any, fps: float) -> Motion:
    """Two frames of a skeleton at rest: what a file of a character needs."""
    root = np.repeat(skeleton.rest[:1], 2, axis=0)
    return Motion(root, np.tile([1.0, 0, 0, 0], (2, len(skeleton), 1)), fps, skeleton)


def _node(*words: str) -> dict[str, Any]:
    """What node_joints.mjs prints."""
    if shutil.which("node") is None or not (HERE / "node_modules").is_dir():
        raise Absent("node: npm install in tools/other_programs")
    return _ask(["node", str(HERE / "node_joints.mjs"), *words])


def _ask(words: list[str], **options: Any) -> dict[str, Any]:
    """What a program prints as JSON, alone or after the word JSON at the start of a line."""
    run = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, **options)
    answer = re.search(r"^(?:JSON)?(\{.*\})$", run.stdout, re.MULTILINE)
    if answer is None:
        last_words = (run.stderr or run.stdout).strip()[-200:].replace("\n", " ")
        raise Failed(last_words or "it said nothing")
    return dict(json.loads(answer[1]))


def _reading(answer: dict[str, Any], metres: float = 1.0) -> Reading:
    """The answer of a program whose world has y up, in units of ``metres``."""
    joints = {
        name: metres * y_to_z_up(np.array(positions))
        for name, positions in answer["joints"].items()
    }
    return Reading(joints, answer["frames"], answer["seconds"])


def _times(motion: Motion, frames: list[int]) -> list[str]:
    return [repr(frame / motion.fps) for frame in frames]
