"""TRAM's tracks: seen through a camera that moves, danced in a world that does not."""

from pathlib import Path

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.formats import read
from footlights.formats.smpl import PELVIS, smpl_skeleton, to_smpl
from footlights.geometry.rotations import matrix_from_quat, quat_from_rotvec
from footlights.pipeline.convert import convert
from moving import swaying
from torch_files import boxed_file

MOTION = swaying(1.0, skeleton=smpl_skeleton())
FRAMES = np.arange(30) + 3
Y_UP = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])  # from the house's world to one with y up
DOWN = np.diag([1.0, -1.0, -1.0])


def camera() -> dict[str, np.ndarray]:
    """A camera that pans and travels for 40 frames.

    Its axes, y down and z ahead, and its positions in a world with y up.
    """
    pan = quat_from_rotvec(np.stack([np.full(40, 0.1), np.linspace(0, 0.5, 40), np.zeros(40)], 1))
    places = np.stack([np.linspace(0, 1, 40), np.full(40, 1.5), np.full(40, 4.0)], 1)
    return {
        "world_cam_R": (matrix_from_quat(pan) @ DOWN).astype(np.float32),
        "world_cam_T": places.astype(np.float32),
    }


def track(path: dict[str, np.ndarray] | None = None) -> dict[str, np.ndarray]:
    """The dance as a camera on this path sees it; None: one that stands upright in the middle."""
    turns = DOWN[None] if path is None else path["world_cam_R"][FRAMES].astype(np.float64)
    places = 0 if path is None else path["world_cam_T"][FRAMES].astype(np.float64)
    into_camera = np.swapaxes(turns, -1, -2)
    pose = matrix_from_quat(quat_from_rotvec(to_smpl(MOTION)))
    pose[:, 0] = into_camera @ Y_UP @ pose[:, 0]
    pelvis = (into_camera @ (MOTION.root @ Y_UP.T - places)[..., None])[..., 0]
    contents = {
        "pred_rotmat": pose,
        "pred_trans": (pelvis - PELVIS)[:, None],
        "pred_shape": np.ones((30, 10)),
    }
    return {name: values.astype(np.float32) for name, values in contents.items()} | {
        "frame": FRAMES
    }


def folder(place: Path) -> Path:
    (place / "hps").mkdir(parents=True, exist_ok=True)
    return place / "hps" / "hps_track_0.npy"


def apart(path: Path) -> float:
    return float(abs(read(path, fps=30).positions - MOTION.positions)[:, :22].max())


def test_the_world_is_found_through_the_cameras_path(tmp_path):
    boxed_file(tmp_path / "camera.npy", camera(), tensors=False)
    path = boxed_file(folder(tmp_path), track(camera()))
    assert apart(path) < 1e-4
    assert "betas left out" in " ".join(read(path, fps=30).meta["notes"])


def test_a_camera_that_does_not_know_what_is_up_is_stood_upright_and_said(tmp_path):
    """The world of the older files is the camera's of the first frame, y down."""
    contents = camera()
    turns, places = DOWN @ contents["world_cam_R"], contents["world_cam_T"] @ DOWN
    boxed_file(
        tmp_path / "camera.npy",
        {"pred_cam_R": turns.astype(np.float32), "pred_cam_T": places},
        tensors=False,
    )
    path = boxed_file(folder(tmp_path), track(contents))
    assert apart(path) < 1e-4
    assert "as the camera was in its first frame" in " ".join(read(path, fps=30).meta["notes"])


def test_without_the_cameras_path_places_are_the_cameras(tmp_path):
    path = boxed_file(tmp_path / "hps_track_0.npy", track())
    assert apart(path) < 1e-4
    assert "the camera's, not the world's" in " ".join(read(path, fps=30).meta["notes"])


def test_files_as_numpy_and_torch_write_them(tmp_path):
    torch = pytest.importorskip("torch", reason="TRAM's own files are made with torch")
    np.save(
        tmp_path / "camera.npy",
        camera() | {"img_focal": np.float32(900), "img_center": np.ones(2)},
        allow_pickle=True,
    )
    contents = {name: torch.from_numpy(values) for name, values in track(camera()).items()}
    contents["pred_trans"] = torch.cat([contents["pred_trans"], contents["pred_trans"]], 1)[
        :, :1
    ]  # a view into twice as much
    np.save(folder(tmp_path), contents | {"pred_cam": torch.ones(30, 3)}, allow_pickle=True)
    assert apart(folder(tmp_path)) < 1e-4


def test_our_files_are_what_numpy_and_torch_read(tmp_path):
    torch = pytest.importorskip("torch", reason="the files hold torch's tensors")
    contents = np.load(boxed_file(tmp_path / "a.npy", track()), allow_pickle=True).item()
    assert torch.equal(contents["pred_rotmat"], torch.from_numpy(track()["pred_rotmat"]))


def test_what_is_wrong_is_said(tmp_path):
    path = boxed_file(folder(tmp_path), track())
    with pytest.raises(FootlightsError, match="frames a second; give them with fps="):
        read(path)
    boxed_file(
        tmp_path / "camera.npy",
        {name: values[:20] for name, values in camera().items()},
        tensors=False,
    )
    with pytest.raises(
        FootlightsError,
        match=r"camera.npy: world_cam_R does not cover the frames of hps_track_0.npy",
    ):
        read(path, fps=30)
    boxed_file(tmp_path / "camera.npy", {"img_focal": np.ones(1)}, tensors=False)
    with pytest.raises(FootlightsError, match="no path of a camera"):
        read(path, fps=30)
    with pytest.raises(FootlightsError, match="holds img_focal: no track of TRAM"):
        read(tmp_path / "camera.npy", fps=30)
    np.save(tmp_path / "plain.npy", np.ones((4, 3)))
    with pytest.raises(FootlightsError, match="no joint positions"):
        read(tmp_path / "plain.npy", fps=30)


def test_of_a_folder_of_results_the_dancers_are_converted(tmp_path):
    place = tmp_path / "film"
    boxed_file(folder(place), track(camera()))
    boxed_file(place / "camera.npy", camera(), tensors=False)
    np.save(place / "boxes.npy", np.ones(3))
    done = convert([place], tmp_path / "out", "npz", options={"fps": 30.0})
    assert (len(done.written), done.problems) == (1, []) and (
        tmp_path / "out/hps/hps_track_0.npz"
    ).exists()


@pytest.mark.parametrize(
    ("name", "value"), [("world_cam_T", 1e30), ("world_cam_R", 0.0), ("world_cam_R", np.nan)]
)
def test_a_path_that_no_camera_took_is_refused_by_name(tmp_path, name, value):
    contents = camera()
    contents[name][5] = value
    boxed_file(tmp_path / "camera.npy", contents, tensors=False)
    with pytest.raises(
        FootlightsError, match=r"camera.npy: world_cam_R and world_cam_T are no path of a camera"
    ):
        read(boxed_file(folder(tmp_path), track(camera())), fps=30)
    short = track(camera()) | {"frame": FRAMES[:5]}
    with pytest.raises(FootlightsError, match="places and its frames do not belong together"):
        read(boxed_file(folder(tmp_path), short), fps=30)
