"""SMPL, SMPL-H and SMPL-X parameters under many names: one dance, whichever program wrote it."""

import pickle

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.formats import read
from footlights.formats.smpl import PELVIS, PELVIS_X, smpl_skeleton, to_smpl
from footlights.geometry.rotations import (
    matrix_from_quat,
    quat_from_rotvec,
    quat_mul,
    rotvec_from_quat,
)
from moving import swaying
from torch_files import joblib_file, torch_file

MOTION = swaying(1.0, skeleton=smpl_skeleton())
TURN = np.array([np.sqrt(0.5), -np.sqrt(0.5), 0, 0])  # z up to y up


def parameters(up: str = "y", pelvis: np.ndarray = PELVIS_X) -> dict[str, np.ndarray]:
    """Axis-angles of pelvis (T, 3) and body (T, 63), and translations (T, 3) of the dance."""
    angles, root = to_smpl(MOTION), MOTION.root.astype(np.float64)
    if up == "y":
        angles[:, 0] = rotvec_from_quat(quat_mul(TURN, quat_from_rotvec(angles[:, 0])))
        root = np.stack([root[:, 0], root[:, 2], -root[:, 1]], 1)
    body = angles[:, 1:22].reshape(len(MOTION), 63)
    contents = {
        "global_orient": angles[:, 0],
        "body_pose": body,
        "transl": root - pelvis,
        "betas": np.ones((len(MOTION), 10)),
    }
    return {name: values.astype(np.float32) for name, values in contents.items()}


def same(path, **options) -> bool:
    back = read(path, **options)
    assert back.fps == 30 and len(back) == len(MOTION)
    hands = 22
    return abs(back.positions - MOTION.positions)[:, :hands].max() < 1e-4


def test_gvhmr_its_world_is_read_and_its_camera_is_not(tmp_path):
    camera = {name: values * 0.5 for name, values in parameters().items()}
    contents = {
        "smpl_params_incam": camera,
        "smpl_params_global": parameters(),
        "K_fullimg": np.eye(3),
    }
    assert same(torch_file(tmp_path / "hmr4d_results.pt", contents), fps=30)
    assert same(torch_file(tmp_path / "cache.pt", {"pred": contents}), fps=30)


def test_a_recogniser_that_does_not_say_its_rate_is_asked(tmp_path):
    with pytest.raises(FootlightsError, match="frames a second; give them with fps="):
        read(torch_file(tmp_path / "x.pt", parameters()))


def test_torch_reads_what_we_take_for_a_torch_file(tmp_path):
    """Both ways: torch opens the files made by hand, and ours opens torch's own."""
    torch = pytest.importorskip("torch", reason="torch's own files need torch")
    path = torch_file(tmp_path / "a.pt", {"smpl_params_global": parameters()})
    assert torch.load(path, weights_only=True)["smpl_params_global"]["body_pose"].shape == (
        len(MOTION),
        63,
    )
    contents = {name: torch.from_numpy(values) for name, values in parameters().items()}
    contents["betas"] = contents["betas"][:1].expand(len(MOTION), 10)
    contents["body_pose"] = torch.cat([contents["body_pose"], contents["body_pose"]], 1)[:, :63]
    torch.save(
        {
            "smpl_params_global": contents,
            "net_outputs": {"mask": torch.ones(1, 4, dtype=torch.bool)},
        },
        tmp_path / "b.pt",
    )
    assert same(tmp_path / "b.pt", fps=30)


def test_wham_each_person_and_its_gaps(tmp_path):
    pose = np.concatenate(
        [parameters()["global_orient"], parameters()["body_pose"], np.zeros((30, 6), np.float32)], 1
    )
    contents = {
        "pose_world": pose,
        "trans_world": parameters(pelvis=PELVIS)["transl"],
        "frame_ids": np.arange(30) + 7,
    }
    short = {name: values[:5] for name, values in contents.items()}
    assert same(joblib_file(tmp_path / "wham.pkl", {0: short, 1: contents}), fps=30)
    gap = np.r_[0:10, 13:30]
    holes = {name: values[gap] for name, values in contents.items()}
    back = read(joblib_file(tmp_path / "gap.pkl", {0: holes}), fps=30)
    assert len(back) == 30 and "3 missing frames were filled in" in back.meta["notes"]
    assert abs(back.positions[gap] - MOTION.positions[gap])[:, :22].max() < 1e-4
    assert abs(back.positions[11] - MOTION.positions[11]).max() < 0.1
    contents["frame_ids"] = np.r_[0:12, 40:58]
    back = read(joblib_file(tmp_path / "two.pkl", {0: contents}), fps=30)
    assert len(back) == 18 and "2 parts with gaps between" in " ".join(back.meta["notes"])


def test_joblib_reads_what_we_take_for_its_file(tmp_path):
    joblib = pytest.importorskip("joblib", reason="joblib's own files need joblib")
    path = joblib_file(tmp_path / "a.pkl", {3: parameters()})
    assert np.array_equal(joblib.load(path)[3]["transl"], parameters()["transl"])
    joblib.dump({"a": parameters()}, tmp_path / "b.pkl")
    assert same(tmp_path / "b.pkl", fps=30)


@pytest.mark.parametrize("suffix", ["npz", "pkl"])
def test_smplx_parameters_in_npz_and_pickle(tmp_path, suffix):
    contents = parameters("z") | {
        "fps": np.array(30.0),
        "jaw_pose": np.zeros((30, 3)),
        "left_hand_pose": np.zeros((30, 45)),
    }
    path = tmp_path / f"a.{suffix}"
    np.savez(path, **contents) if suffix == "npz" else path.write_bytes(pickle.dumps(contents))
    assert same(path)
    assert "betas left out" in " ".join(read(path).meta["notes"])


def test_smplh_whole_poses_in_a_pickle(tmp_path):
    contents = parameters("z", PELVIS)
    poses = np.concatenate(
        [contents["global_orient"], contents["body_pose"], np.zeros((30, 90), np.float32)], 1
    )
    path = tmp_path / "a.pkl"
    path.write_bytes(
        pickle.dumps(
            {"poses": poses, "trans": contents["transl"], "mocap_framerate": 30.0, "gender": "male"}
        )
    )
    assert same(path)


def test_turns_may_be_matrices(tmp_path):
    contents = parameters()
    for name in ("global_orient", "body_pose"):
        contents[name] = matrix_from_quat(
            quat_from_rotvec(contents[name].reshape(30, -1, 3))
        ).astype(np.float32)
    assert same(torch_file(tmp_path / "a.pt", contents), fps=30)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"transl": None}, "no motion that is known"),
        ({"body_pose": np.zeros((30, 60))}, "turn 21 joints"),
        ({"body_pose": np.zeros((29, 63))}, "no angles of 30 frames"),
        ({"transl": np.full((30, 3), np.inf)}, "not finite"),
        ({"transl": np.zeros((30, 2))}, r"\(30, 2\)"),
        ({"transl": np.zeros((0, 3))}, "0 frames"),
        ({"frame_ids": np.zeros(30, int)}, "frame_ids"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, changes, says):
    contents = {k: v for k, v in (parameters() | changes).items() if v is not None}
    with pytest.raises(FootlightsError, match=says):
        read(torch_file(tmp_path / "a.pt", contents), fps=30)


@pytest.mark.parametrize(
    "lies",
    [
        {"shape": (30, 10**6)},
        {"start": 10**6},
        {"steps": (-1, 1)},
        {"shape": (10**9, 3), "steps": (0, 1)},
    ],
)
def test_S4_a_tensor_larger_than_its_storage_is_refused(tmp_path, lies):
    with pytest.raises(FootlightsError, match=r"damaged|more than 256 MiB"):
        read(torch_file(tmp_path / "a.pt", parameters(), **lies), fps=30)


def test_S1_a_torch_file_that_runs_something_is_refused(tmp_path):
    path = torch_file(
        tmp_path / "a.pt", parameters(), extra=b"0cos\nsystem\n(X\x09\x00\x00\x00touch rantR"
    )
    with pytest.raises(FootlightsError, match="asks to run"):
        read(path, fps=30)
