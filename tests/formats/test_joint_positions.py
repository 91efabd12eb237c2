"""Joint positions alone: read through inverse kinematics, at any unit, with any axis up."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.formats import clips_in, read
from footlights.formats.safe.npz_archive import write_arrays
from footlights.motion.skeleton import SMPL24
from footlights.retargeting.pose_transfer import retarget

FIELD = Path(__file__).parent.parent / "field" / "motion"
Y_UP = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])  # from z up


@pytest.fixture(scope="module")
def walk():
    return retarget(read(FIELD / "root_plain.bvh"))


def millimetres_apart(motion, positions) -> float:
    joints = positions.shape[1]
    apart = np.linalg.norm(motion.positions[:, :joints] - positions, axis=-1)
    return 1000 * float(apart.max())


def saved(path, contents):
    np.save(path, contents, allow_pickle=True)
    return path


@pytest.mark.parametrize("joints", [22, 24])
@pytest.mark.parametrize("axes", [np.eye(3), Y_UP, np.diag([1, -1, -1]) @ Y_UP])
@pytest.mark.parametrize("metres", [1.0, 0.01, 0.001])
def test_N4_joints_come_back_where_they_were(walk, tmp_path, joints, axes, metres):
    positions = walk.positions[:, :joints]
    back = read(saved(tmp_path / "a.npy", positions @ axes.T / metres), fps=walk.fps)
    assert back.fps == walk.fps and len(back.skeleton) == 24
    assert millimetres_apart(back, positions) < 0.01


@pytest.mark.parametrize("end", ["npy", "npz", "json", "pkl", "flat.npy"])
def test_every_file_that_holds_them(walk, tmp_path, end):
    positions, path = walk.positions @ Y_UP.T, tmp_path / f"a.{end}"
    if end == "npz":
        write_arrays(path, {"joints": positions})
    elif end == "json":
        path.write_text(json.dumps({"result": positions.reshape(-1, 72).round(6).tolist()}))
    elif end == "pkl":
        path.write_bytes(pickle.dumps({"pred_position": positions.reshape(-1, 72)}))
    else:
        saved(path, positions.reshape(-1, 72) if end == "flat.npy" else positions)
    back = read(path, fps=30)
    assert len(back) == len(walk) and millimetres_apart(back, walk.positions) < 0.01


def test_the_samples_of_mdm(walk, tmp_path):
    y_up = (walk.positions[:, :22] @ Y_UP.T).astype(np.float32)
    samples = np.stack([np.moveaxis(np.roll(y_up, 9 * n, 0), 0, -1) for n in range(3)])
    contents = {"motion": samples, "text": ["a", "b", "c"], "lengths": np.array([40, 30, 20])}
    path = saved(tmp_path / "results.npy", contents)

    first = read(path)
    assert first.fps == 20 and len(first) == 40 and any("3 samples" in n for n in first.notes)
    third = read(path, clip="3")
    expected = np.roll(walk.positions[:, :22], 18, 0)[:20]
    assert len(third) == 20 and millimetres_apart(third, expected) < 0.01
    assert clips_in(path) == ["1", "2", "3"]
    for clip in ("4", "0", "Walk"):
        with pytest.raises(FootlightsError, match="1 to 3"):
            read(path, clip=clip)
    assert main(["convert", str(path), str(tmp_path / "out"), "--clip", "all", "--as", "npz"]) == 0
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_limbs_keep_the_plane_in_which_they_bend(walk, tmp_path):
    """A knee that bends turns about its hinge alone, so that the shin has no twist of its own."""
    back = read(saved(tmp_path / "a.npy", walk.positions), fps=walk.fps)
    knee = back.rotations[:, SMPL24.index("left_knee")].astype(np.float64)
    bent = np.abs(knee[:, 1]) > 0.2
    assert bent.sum() > 5
    assert np.abs(knee[bent, 2:]).max() < 0.15


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.zeros((5, 263), np.float32), "features"),
        (np.zeros((5, 17, 3), np.float32), "shape"),
        (np.zeros((5, 22, 3), np.float32), "in one place"),
        (np.random.default_rng(0).normal(size=(50, 22, 3)), "SMPL's order"),
        (np.full((5, 22, 3), np.nan), "not finite"),
        (np.zeros((0, 22, 3)), "0 frames"),
        (np.zeros(()), "shape"),
    ],
)
def test_what_is_no_body_is_one_line(tmp_path, values, says):
    with pytest.raises(FootlightsError, match=says) as problem:
        read(saved(tmp_path / "a.npy", values), fps=30)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("text", ["{", "[[1, 2], [3]]", '{"result": 3}', '["a"]', "[" * 9000])
def test_json_that_holds_no_body_is_one_line(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(FootlightsError):
        read(tmp_path / "a.json", fps=30)


def test_an_unknown_rate_is_asked_for(walk, tmp_path, capsys):
    path = saved(tmp_path / "a.npy", walk.positions)
    assert main(["convert", str(path), str(tmp_path / "a.npz")]) == 2
    assert "--fps" in capsys.readouterr().err
    assert main(["convert", str(path), str(tmp_path / "a.npz"), "--fps", "30"]) == 0


def test_a_pickle_that_runs_something_is_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return (print, ("ran",))

    with pytest.raises(FootlightsError, match="asks to run"):
        read(saved(tmp_path / "a.npy", {"motion": Evil()}))
