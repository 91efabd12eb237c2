"""Pickles of AIST++ and EDGE: published values, units and axes, and what they may not hold."""

import pickle
from pathlib import Path

import numpy as np
import pytest

import specimens
from footlights.basics.errors import FootlightsError
from footlights.formats import read, write
from footlights.formats.safe.pickle_machine import arrays_of, load_dict
from footlights.formats.smpl import PELVIS, to_smpl
from footlights.geometry.rotations import matrix_from_quat, quat_from_rotvec, rows_from_matrix
from footlights.motion.skeleton import SMPL24, Skeleton
from moving import swaying

GOLDEN = Path(__file__).parents[1] / "golden"


def pickled(path, protocol=4, **contents):
    path.write_bytes(pickle.dumps(contents, protocol))
    return path


def test_N6_edge_joints_as_published(tmp_path):
    golden = np.load(GOLDEN / "edge_rotations_fk.npz")
    for turns, root, expected in zip(
        golden["axis_angle"], golden["root"], golden["positions"], strict=True
    ):
        path = pickled(
            tmp_path / "e.pkl", smpl_poses=turns.reshape(8, 72), smpl_trans=root, full_pose=expected
        )
        motion = read(path, up="z")
        assert motion.fps == 30
        assert np.allclose(motion.positions, expected, atol=3e-6)


def test_N6_aist_turns_z_up_as_published(tmp_path):
    """Published code turns the root, not the body; ours adds where SMPL's pelvis really stands."""
    golden = np.load(GOLDEN / "edge_dataset.npz")
    for turns, root, vector in zip(
        golden["yup_axis_angle"], golden["yup_root"], golden["vector151"], strict=True
    ):
        contents = {
            "smpl_poses": turns,
            "smpl_trans": root * 93.7,
            "smpl_scaling": np.array([93.7], np.float32),
        }
        motion = read(pickled(tmp_path / "a.pkl", **contents), up="y", fps=30)
        x, y, z = PELVIS
        assert np.allclose(motion.root - np.array([x, -z, y]), vector[:, 4:7], atol=3e-6)
        rows = rows_from_matrix(matrix_from_quat(quat_from_rotvec(to_smpl(motion))))
        assert np.allclose(rows.reshape(30, 144), vector[:, 7:], atol=3e-6)


def test_aist_is_scaled_turned_and_60_frames_a_second(tmp_path):
    upright = {"smpl_poses": np.zeros((3, 72)), "smpl_trans": np.array([[10.0, 100.0, 50.0]] * 3)}
    motion = read(pickled(tmp_path / "a.pkl", **upright, smpl_scaling=np.array([100.0])))
    assert motion.fps == 60 and any("60" in note for note in motion.meta["notes"])
    assert np.allclose(motion.root[0], [0.1 - 0.002, -0.5 - 0.038, 1.0 - 0.244], atol=1e-6)
    names = motion.skeleton.names
    assert (
        motion.positions[0, names.index("head"), 2]
        > motion.positions[0, names.index("left_foot"), 2] + 1.3
    )
    whole = read(pickled(tmp_path / "c.pkl", **upright, smpl_scaling=100))
    assert np.array_equal(whole.root, motion.root)
    unscaled = read(pickled(tmp_path / "b.pkl", **upright))
    assert any("metres" in note for note in unscaled.meta["notes"])


def test_edge_puts_the_pelvis_at_its_translation(tmp_path):
    path = specimens.edge(tmp_path)
    with open(path, "rb") as handle:
        contents = pickle.load(handle)
    assert np.allclose(read(path).root, contents["smpl_trans"], atol=1e-6)


def test_N4_what_is_written_for_edge_comes_back(tmp_path):
    motion = swaying(2.0, 30).moved((1.3, -2.0, 0.4), yaw=2.0)
    assert write(motion, tmp_path / "out.pkl") == []
    back = read(tmp_path / "out.pkl")
    assert back.skeleton == SMPL24 and back.fps == 30 and len(back) == len(motion)
    assert np.abs(back.positions - motion.positions).max() < 1e-5


def test_what_is_written_for_edge_is_what_its_programs_take(tmp_path):
    motion = swaying(1.0, 60)
    assert any("60 to 30" in note for note in write(motion, tmp_path / "out.pkl"))
    data = (tmp_path / "out.pkl").read_bytes()
    assert b"numpy.core.multiarray" in data and b"numpy._core" not in data, "numpy 1 knows no other"

    contents = pickle.loads(data)
    shapes = {name: contents[name].shape for name in ("smpl_poses", "smpl_trans", "full_pose")}
    assert shapes == {"smpl_poses": (30, 72), "smpl_trans": (30, 3), "full_pose": (30, 24, 3)}
    assert all(contents[name].dtype == np.float32 for name in shapes)
    assert np.allclose(contents["full_pose"][:, 0], contents["smpl_trans"])
    assert contents["full_pose"][0, 15, 2] > 1.3, "the head, z up"


def test_only_smpls_joints_are_written_for_edge(tmp_path):
    other = swaying(0.2, skeleton=Skeleton(tuple("abc"), (-1, 0, 1), np.eye(3)))
    with pytest.raises(FootlightsError, match="24 joints"):
        write(other, tmp_path / "out.pkl")


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_binary_protocol_is_read(tmp_path, protocol):
    assert np.array_equal(
        read(specimens.aist(tmp_path, protocol)).positions,
        read(specimens.aist(tmp_path, 4)).positions,
    )


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", ">f4"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_arrays_come_out_as_numpy_put_them_in(tmp_path, dtype, order, protocol):
    values = np.asarray(np.random.default_rng(0).normal(size=(4, 3)), dtype, order=order)
    arrays = arrays_of(
        load_dict(
            pickled(
                tmp_path / "x.pkl", protocol, x=values, y=np.float64(0.5), n=7, text="a", none=None
            )
        )
    )
    assert np.array_equal(arrays["x"], values) and arrays["y"] == 0.5 and arrays["n"] == 7
    assert set(arrays) == {"x", "y", "n"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"smpl_poses": None}, "smpl_poses"),
        ({"smpl_poses": np.zeros((6, 71))}, "(6, 71)"),
        ({"smpl_poses": np.zeros((5, 72))}, "(5, 72)"),
        ({"smpl_poses": np.full((6, 72), np.nan)}, "smpl_poses holds"),
        ({"smpl_poses": np.zeros((6, 72), int)}, "smpl_poses holds int64"),
        ({"smpl_poses": np.zeros((6, 72), object)}, "pickle"),
        ({"smpl_poses": [[0.0] * 72] * 6}, "smpl_poses"),
        ({"smpl_scaling": np.array([0.0])}, "smpl_scaling is 0"),
        ({"smpl_scaling": np.array([])}, "smpl_scaling is 0"),
        ({"smpl_poses": np.zeros((0, 72)), "smpl_trans": np.zeros((0, 3))}, "no motion"),
    ],
)
def test_a_damaged_pickle_is_refused(tmp_path, changes, says):
    contents = {
        "smpl_poses": np.zeros((6, 72)),
        "smpl_trans": np.zeros((6, 3)),
        "smpl_scaling": np.array([90.0]),
    } | changes
    with pytest.raises(FootlightsError) as caught:
        read(pickled(tmp_path / "x.pkl", **{k: v for k, v in contents.items() if v is not None}))
    assert says in str(caught.value)


def test_a_pickle_of_something_else_is_refused(tmp_path):
    (tmp_path / "x.pkl").write_bytes(pickle.dumps([1, 2, 3]))
    with pytest.raises(FootlightsError, match="no dict"):
        read(tmp_path / "x.pkl")
