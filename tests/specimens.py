"""One small healthy file of every format that can be read, as its own world writes it."""

import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csc_matrix

from footlights.formats import read, write
from footlights.formats.glb_rig import read_character
from footlights.formats.smpl_body import read_body
from footlights.geometry.rotations import matrix_from_quat, quat_from_rotvec
from gltf_rigs import UPRIGHT, armature, vrm
from moving import TRIPOD, swaying
from smpl_models import box_model
from torch_files import boxed_file, joblib_file, torch_file

BVH = """HIERARCHY
ROOT Hips
{
\tOFFSET 0.0 0.0 0.0
\tCHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
\tJOINT LeftUpLeg
\t{
\t\tOFFSET 10.0 -5.0 0.0
\t\tCHANNELS 3 Zrotation Xrotation Yrotation
\t\tJOINT LeftLeg
\t\t{
\t\t\tOFFSET 0.0 -42.0 0.0
\t\t\tCHANNELS 3 Zrotation Xrotation Yrotation
\t\t\tJOINT LeftFoot
\t\t\t{
\t\t\t\tOFFSET 0.0 -43.0 0.0
\t\t\t\tCHANNELS 3 Zrotation Xrotation Yrotation
\t\t\t\tEnd Site
\t\t\t\t{
\t\t\t\t\tOFFSET 0.0 -5.0 15.0
\t\t\t\t}
\t\t\t}
\t\t}
\t}
\tJOINT Spine
\t{
\t\tOFFSET 0.0 30.0 0.0
\t\tCHANNELS 3 Zrotation Xrotation Yrotation
\t\tEnd Site
\t\t{
\t\t\tOFFSET 0.0 35.0 0.0
\t\t}
\t}
}
MOTION
Frames: 4
Frame Time: 0.0333333
0 95 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
1 95 0 0 0 5 0 10 0 0 20 0 0 0 0 0 0 0
2 95 0 0 0 10 0 20 0 0 40 0 0 0 0 0 0 0
3 95 0 0 0 15 0 30 0 0 60 0 0 0 0 0 0 0
"""

ASF = """# made by hand
:version 1.10
:name test
:units
  mass 1.0
  length 0.45
  angle deg
:root
  order TX TY TZ RX RY RZ
  axis XYZ
  position 0 0 0
  orientation 0 0 0
:bonedata
  begin
    id 1
    name lhipjoint
    direction 1 0 0
    length 2
    axis 0 0 0 XYZ
  end
  begin
    id 2
    name lfemur
    direction 0 -1 0
    length 7.5
    axis 0 0 20 XYZ
    dof rx ry rz
    limits (-160.0 20.0)
           (-70.0 70.0)
           (-60.0 70.0)
  end
  begin
    id 3
    name ltibia
    direction 0 -1 0
    length 7.5
    axis 0 0 20 XYZ
    dof rx
    limits (-10.0 170.0)
  end
  begin
    id 4
    name lfoot
    direction 0 0 1
    length 2.5
    axis 0 0 0 XYZ
  end
:hierarchy
  begin
    root lhipjoint
    lhipjoint lfemur
    lfemur ltibia
    ltibia lfoot
  end
"""

AMC = """#!OML:ASF C:\\somewhere\\else.ASF
:FULLY-SPECIFIED
:DEGREES
1
root 1 15.5 2 0 90 0
lfemur 0 0 0
ltibia 0
2
root 1 15.5 2 0 90 0
lfemur -30 0 0
ltibia 60
"""


def bvh(folder: Path, text: str = BVH) -> Path:
    return _put(folder / "walk.bvh", text.encode())


def asf(folder: Path) -> Path:
    return _put(folder / "02.asf", ASF.encode())


def amc(folder: Path) -> Path:
    asf(folder)
    return _put(folder / "02_01.amc", AMC.encode())


def g1(folder: Path, frames: int = 4) -> Path:
    row = [0.0, 0.0, 0.793, 0.0, 0.0, 0.0, 1.0, *np.linspace(-0.2, 0.3, 29)]
    return _put(
        folder / "robot.csv",
        "".join(",".join(f"{x:.6f}" for x in row) + "\n" for _ in range(frames)).encode(),
    )


def house(folder: Path) -> Path:
    motion = swaying(0.2)
    write(
        motion.replace(contacts=np.ones((len(motion), 4)), meta={"seed": 1}), folder / "dance.npz"
    )
    return folder / "dance.npz"


def amass(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    path = folder / "amass_poses.npz"
    np.savez(
        path,
        poses=rng.normal(0, 0.2, (6, 156)),
        trans=rng.normal(0, 0.1, (6, 3)) + np.array([0, 0, 0.9]),
        mocap_framerate=np.array(120.0),
        gender=np.array("female"),
        betas=rng.normal(size=16),
        dmpls=np.zeros((6, 8)),
    )
    return path


def aist(folder: Path, protocol: int = 4) -> Path:
    rng = np.random.default_rng(0)
    arrays = {
        "smpl_loss": 0.1,
        "smpl_poses": rng.normal(0, 0.2, (6, 72)),
        "smpl_scaling": np.array([93.7]),
        "smpl_trans": 93.7 * rng.normal(0, 0.1, (6, 3)),
    }
    return _put(folder / "gBR_sBM_cAll_d04_mBR0_ch01.pkl", pickle.dumps(arrays, protocol))


def edge(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    arrays = {
        "smpl_poses": rng.normal(0, 0.2, (6, 72)).astype(np.float32),
        "smpl_trans": rng.normal(0, 0.1, (6, 3)).astype(np.float32),
        "full_pose": np.zeros((6, 24, 3), np.float32),
    }
    return _put(folder / "edge.pkl", pickle.dumps(arrays))


def glb(folder: Path) -> Path:
    return _put(folder / "rig.glb", armature(swaying(0.2, skeleton=TRIPOD), 0.01, UPRIGHT).glb())


def gltf(folder: Path) -> Path:
    return _put(
        folder / "rig.gltf",
        armature(swaying(0.2, skeleton=TRIPOD), 1.0, UPRIGHT, skin=False).gltf(),
    )


def avatar(folder: Path) -> Path:
    return _put(folder / "avatar.vrm", vrm(swaying(0.2)).glb())


def _parameters(frames: int = 6) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = {
        "global_orient": (frames, 3),
        "body_pose": (frames, 63),
        "transl": (frames, 3),
        "betas": (frames, 10),
    }
    return {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes.items()}


def torch(folder: Path) -> Path:
    person = _parameters() | {"fps": np.array([30.0])}
    return torch_file(
        folder / "hmr4d_results.pt",
        {"smpl_params_global": person, "K_fullimg": np.ones((6, 3, 3), np.float32)},
    )


def wham(folder: Path) -> Path:
    person = {
        "pose_world": np.zeros((6, 72), np.float32),
        "trans_world": np.zeros((6, 3)),
        "fps": np.array([30.0]),
    }
    return joblib_file(
        folder / "wham_output.pkl", {0: person | {"frame_ids": np.array([0, 1, 2, 4, 5, 6])}}
    )


def _before_camera(frames: int) -> np.ndarray:
    """(T, 24, 3, 3) rotations of a body before a camera whose y points down."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(0, 0.2, (frames, 24, 3))
    vectors[:, 0] = (np.pi, 0, 0)  # half a turn about x
    return matrix_from_quat(quat_from_rotvec(vectors)).astype(np.float32)


def tram(folder: Path) -> Path:
    """A track without the camera's path."""
    places = np.tile(np.float32([0.1, 0.2, 4.0]), (6, 1, 1))
    frames = np.array([2, 3, 4, 6, 7, 8])
    arrays = {
        "pred_cam": np.ones((6, 3), np.float32),
        "pred_rotmat": _before_camera(6),
        "pred_trans": places,
        "frame": frames,
    }
    return boxed_file(
        folder / "hps_track_0.npy", arrays | {"pred_shape": np.ones((6, 10), np.float32)}
    )


def joints_npy(folder: Path) -> Path:
    """Two samples as MDM keeps them, y up."""
    places = swaying(0.2).positions[:, :22] @ np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0.0]])
    sample = np.moveaxis(places.astype(np.float32), 0, -1)
    results = {"motion": np.stack([sample, sample]), "lengths": np.array([6, 5])}
    return boxed_file(folder / "results.npy", results, tensors=False)


def joints_json(folder: Path) -> Path:
    """Bailando's: 72 numbers a frame."""
    rows = swaying(0.2).positions.reshape(-1, 72).round(5).tolist()
    return _put(folder / "dance.json", json.dumps({"result": rows}).encode())


def phalp(folder: Path) -> Path:
    """Four frames: person 3 in all of them, lost in the last, person 5 in two."""
    frames = {}
    for number, pose in enumerate(_before_camera(4)):
        body = {"global_orient": pose[:1], "body_pose": pose[1:], "betas": np.ones(10, np.float32)}
        persons = [3, 5] if number < 2 else [3]
        count = len(persons)
        frames[f"outputs/_DEMO/film/img/{number + 1:06d}.jpg"] = {
            "time": number,
            "shot": 0,
            "tid": persons,
            "tracked_time": [int(number == 3)] + [0] * (count - 1),
            "smpl": [body] * count,
            "camera": [np.float32([number * 0.1, 0.2, 30.0])] * count,
            "bbox": [np.ones(4)] * count,
            "conf": [0.9] * count,
            "mask": [{"size": [4, 4], "counts": b"04L4"}],
        }
    return joblib_file(folder / "demo_film.pkl", frames)


def smplx(folder: Path) -> Path:
    return _put(
        folder / "smplx.pkl",
        pickle.dumps({"smplx": _parameters() | {"jaw_pose": np.zeros((6, 3)), "fps": 30.0}}),
    )


def smplx_npz(folder: Path) -> Path:
    np.savez(folder / "smplx.npz", **_parameters(), fps=np.array(30.0))
    return folder / "smplx.npz"


def body_npz(folder: Path) -> Path:
    """A small SMPL model."""
    np.savez(folder / "model.npz", **box_model())
    return folder / "model.npz"


def body_pickle(folder: Path) -> Path:
    """A small SMPL model whose regressor is a sparse table, as its makers publish it."""
    arrays = box_model()
    arrays["J_regressor"] = csc_matrix(arrays["J_regressor"])
    return _put(folder / "model.pkl", pickle.dumps(arrays, 2))


_MOTIONS = (
    *(bvh, asf, amc, g1, house, amass, aist, edge, glb, gltf, avatar),
    *(torch, wham, tram, phalp, smplx, smplx_npz, joints_npy, joints_json),
)
ALL = {maker.__name__: maker for maker in _MOTIONS}

# Of recognisers' files, which do not hold the video's rate.
OPTIONS = {"hps_track_0.npy": {"fps": 30.0}, "demo_film.pkl": {"fps": 30.0}}


@dataclass(frozen=True)
class Reader:
    """A reader of strangers' files: what makes a healthy one in a folder, and what reads it."""

    make: Callable[[Path], Path]
    read: Callable[[Path], Any]


def _read_motion(path: Path) -> Any:
    return read(path, **OPTIONS.get(path.name, {}))


READERS = {name: Reader(make, _read_motion) for name, make in ALL.items()} | {
    "character": Reader(glb, read_character),
    "body_npz": Reader(body_npz, read_body),
    "body_pickle": Reader(body_pickle, read_body),
}


def _put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
