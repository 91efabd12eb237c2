"""The house file and AMASS files: exact round trips, published conventions, versions and damage."""

import json
from pathlib import Path

import numpy as np
import pytest

import specimens
from footlights.basics.errors import FootlightsError
from footlights.formats import read, write
from footlights.formats.smpl import smpl_skeleton
from footlights.geometry.rotations import angle_between, matrix_from_quat, quat_from_rotvec
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from moving import TRIPOD, swaying


@pytest.fixture
def dance():
    motion = swaying(2.0, 29.97)
    contacts = np.random.default_rng(0).random((len(motion), 4))
    return motion.replace(
        contacts=contacts, meta={"seed": 3, "song": "café 🎵", "list": [1, None, {"a": 0.1}]}
    )


def spoiled(path, **changes):
    """The same file with arrays replaced (or with None left out), written by numpy."""
    with np.load(path) as held:
        arrays = {k: held[k] for k in held.files}
    arrays |= changes
    np.savez(path, **{k: v for k, v in arrays.items() if v is not None})
    return path


def test_N4_npz_is_exact(tmp_path, dance):
    for motion in (dance, swaying(1.0, 60.0, TRIPOD), dance[:1]):
        write(motion, tmp_path / "a.npz")
        back = read(tmp_path / "a.npz")
        assert np.array_equal(back.root, motion.root) and np.array_equal(
            back.rotations, motion.rotations
        )
        assert (back.contacts is None) == (motion.contacts is None)
        assert motion.contacts is None or np.array_equal(back.contacts, motion.contacts)
        assert back.fps == motion.fps and back.meta == motion.meta
        assert (
            back.skeleton.names == motion.skeleton.names
            and back.skeleton.parents == motion.skeleton.parents
        )
        assert np.array_equal(back.skeleton.offsets, motion.skeleton.offsets)


def test_N1_the_same_motion_gives_the_same_bytes(tmp_path, dance):
    write(dance, tmp_path / "a.npz")
    write(read(tmp_path / "a.npz"), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_the_house_file_is_what_its_page_says(tmp_path, dance):
    write(dance, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as held:
        kinds = {k: (held[k].dtype.str, held[k].shape) for k in held.files}
        assert (
            str(held["format"]) == "footlights-motion-1"
            and json.loads(str(held["meta"])) == dance.meta
        )
    frames = len(dance)
    assert kinds["root"] == ("<f4", (frames, 3)) and kinds["rotations"] == ("<f4", (frames, 24, 4))
    assert (
        kinds["fps"] == ("<f8", ())
        and kinds["offsets"] == ("<f4", (24, 3))
        and kinds["contacts"] == ("<f4", (frames, 4))
    )
    assert kinds["joints"][1] == kinds["parents"][1] == (24,)


def test_a_motion_whose_facts_are_not_json_is_not_written(tmp_path, dance):
    for meta in ({"x": {1, 2}}, {"x": float("nan")}):
        with pytest.raises(FootlightsError, match="JSON"):
            write(dance.replace(meta=meta), tmp_path / "a.npz")
    assert not list(tmp_path.iterdir())


def test_R5_another_version_is_refused_by_name(tmp_path):
    path = spoiled(specimens.house(tmp_path), format=np.array("footlights-motion-2"))
    with pytest.raises(FootlightsError, match="footlights-motion-2"):
        read(path)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"root": None}, "no array 'root'"),
        ({"root": np.zeros((6, 2), np.float32)}, "root"),
        ({"root": np.full((6, 3), np.nan, np.float32)}, "root holds a number that is not finite"),
        ({"rotations": np.zeros((5, 24, 4), np.float32)}, "rotations"),
        ({"rotations": np.zeros((6, 24, 4), np.float32)}, "unit quaternions"),
        ({"rotations": np.zeros((6, 24, 4), int)}, "rotations"),
        ({"fps": np.array(0.0)}, "rate"),
        ({"parents": np.zeros(24, int)}, "parents"),
        ({"parents": np.arange(1, 25)}, "parents"),
        ({"offsets": np.zeros((23, 3), np.float32)}, "offsets"),
        ({"contacts": np.zeros((6, 3), np.float32)}, "contacts"),
        ({"meta": np.array("{")}, "meta"),
        ({"meta": np.array("[1]")}, "meta"),
        ({"meta": np.array("[" * 100_000)}, "meta"),
        ({"meta": None}, "meta"),
        ({"joints": np.zeros((0,), "U3")}, "joints"),
    ],
)
def test_a_damaged_house_file_is_refused(tmp_path, changes, says):
    with pytest.raises(FootlightsError) as caught:
        read(spoiled(specimens.house(tmp_path), **changes))
    assert says in str(caught.value)


def test_arrays_of_something_else_are_refused_with_what_they_hold(tmp_path):
    np.savez(tmp_path / "x.npz", music=np.zeros(3))
    with pytest.raises(FootlightsError, match="music"):
        read(tmp_path / "x.npz")


def test_N4_amass_keeps_a_tenth_of_a_millimetre_and_a_hundredth_of_a_degree(tmp_path, dance):
    motion = dance.moved((0.5, -2, 0.3), yaw=2.5)
    write(motion, tmp_path / "dance.amass.npz")
    back = read(tmp_path / "dance.amass.npz")
    assert back.fps == motion.fps and back.skeleton == motion.skeleton
    assert np.abs(back.positions - motion.positions).max() < 1e-4
    assert (
        np.rad2deg(
            angle_between(back.rotations.astype(float), motion.rotations.astype(float)).max()
        )
        < 0.01
    )


def test_an_amass_file_of_ours_has_what_amass_readers_want(tmp_path, dance):
    write(dance, tmp_path / "dance.amass.npz")
    with np.load(tmp_path / "dance.amass.npz", allow_pickle=False) as held:
        assert held["poses"].shape == (len(dance), 156) and not held["poses"][:, 66:].any()
        assert held["trans"].shape == (len(dance), 3) and held["betas"].shape == (16,)
        assert float(held["mocap_framerate"]) == dance.fps and str(held["gender"]) == "neutral"
        upright = matrix_from_quat(quat_from_rotvec(held["poses"][:, :3]))
    assert upright[:, 2, 1].min() > 0.7, "SMPL's y axis points up the body"


def test_only_the_24_joints_go_into_an_amass_file(tmp_path):
    with pytest.raises(FootlightsError, match="retarget"):
        write(swaying(1.0, 30.0, TRIPOD), tmp_path / "x.amass.npz")


def smpl_positions(poses, trans, offsets):
    """SMPL's joints by their own rule.

    Rotations in y-up frames, the pelvis at translation plus its place in the template.
    """
    from footlights.motion.skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton, forward_kinematics

    skeleton = Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)
    local = matrix_from_quat(quat_from_rotvec(poses.reshape(len(poses), -1, 3)[:, :24]))
    return forward_kinematics(skeleton, trans + np.array([-0.002, -0.244, 0.038]), local)[0]


@pytest.mark.parametrize("width", [72, 156, 165, 66])
def test_amass_joints_stand_where_smpl_puts_them(tmp_path, width):
    golden = np.load(Path(__file__).parents[1] / "golden" / "edge_rotations_fk.npz")
    rng = np.random.default_rng(1)
    poses, trans = np.zeros((5, 165)), rng.normal(size=(5, 3))
    poses[:, :72] = rng.normal(0, 0.5, (5, 72))
    np.savez(tmp_path / "a.npz", poses=poses[:, :width], trans=trans, mocap_frame_rate=60)
    motion = read(tmp_path / "a.npz", up="z")
    expected = smpl_positions(poses[:, :72], trans, golden["smpl_offsets"])
    assert motion.fps == 60 and np.allclose(motion.positions, expected, atol=1e-5)
    if width != 72:
        assert np.allclose(motion.rotations[:, 22:], [1, 0, 0, 0])


def test_a_y_up_smpl_file_is_seen_by_its_legs(tmp_path):
    poses, trans = np.zeros((3, 72)), np.array([[0, 1, 0.5]] * 3)
    np.savez(tmp_path / "yup.npz", poses=poses, trans=trans, mocap_framerate=30)
    yup = read(tmp_path / "yup.npz")
    poses[:, 0] = np.pi / 2
    np.savez(tmp_path / "zup.npz", poses=poses, trans=trans, mocap_framerate=30)
    zup = read(tmp_path / "zup.npz")
    for motion in (yup, zup):
        head, foot = (motion.positions[0, motion.skeleton.index(n)] for n in ("head", "left_foot"))
        assert head[2] > foot[2] + 1.3 and foot[1] < motion.positions[0, 7, 1], "upright, facing -y"
    assert np.allclose(yup.root[0], [-0.002, -0.538, 0.756], atol=1e-6)
    assert np.allclose(zup.root[0], [-0.002, 0.756, 0.538], atol=1e-6)


def test_the_mean_body_stands_in_for_a_shape(tmp_path):
    motion = read(specimens.amass(tmp_path))
    assert motion.fps == 120 and motion.skeleton == smpl_skeleton()
    assert any("betas" in note for note in motion.meta["notes"])
    assert motion.skeleton.names == SMPL24.names and motion.skeleton.rest[
        :, 2
    ].min() == pytest.approx(0, abs=1e-6)


def test_separate_root_and_body_angles_are_joined(tmp_path):
    path = specimens.amass(tmp_path)
    whole = read(path)
    with np.load(path) as held:
        poses = held["poses"]
    assert np.array_equal(
        read(
            spoiled(path, poses=None, root_orient=poses[:, :3], pose_body=poses[:, 3:66])
        ).positions,
        whole.positions,
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"trans": None}, "'trans'"),
        ({"mocap_framerate": None}, "fps="),
        ({"mocap_framerate": np.array(0)}, "rate"),
        ({"mocap_framerate": np.array(["a", "b"])}, "mocap_framerate"),
        ({"poses": np.zeros((6, 63))}, "63 wide"),
        ({"poses": np.zeros((5, 156))}, "poses"),
        ({"poses": np.full((6, 156), 1e300)}, "no angles"),
        ({"poses": np.zeros((6, 156), object)}, "poses"),
        ({"trans": np.full((6, 3), np.inf)}, "trans holds"),
        ({"trans": np.zeros((0, 3)), "poses": np.zeros((0, 156))}, ""),
    ],
)
def test_a_damaged_amass_file_is_refused(tmp_path, changes, says):
    with pytest.raises(FootlightsError) as caught:
        read(spoiled(specimens.amass(tmp_path), **changes))
    assert says in str(caught.value)


def test_a_rate_can_be_given_where_there_is_none(tmp_path):
    path = spoiled(specimens.amass(tmp_path), mocap_framerate=None)
    assert read(path, fps=60).fps == 60
    with pytest.raises(FootlightsError, match="its own rate"):
        read(specimens.house(tmp_path), fps=60)


def test_quarter_turn_of_the_house_by_hand(tmp_path):
    """A left shoulder raised 90 degrees: about -y in the house, about z in SMPL."""
    turns = np.zeros((1, 24, 3))
    turns[0, 16, 1] = -np.pi / 2
    motion = Motion(np.zeros((1, 3)), quat_from_rotvec(turns), 30)
    assert motion.positions[0, 20, 2] > motion.positions[0, 16, 2] + 0.4, (
        "the wrist is above the shoulder"
    )
    write(motion, tmp_path / "up.amass.npz")
    with np.load(tmp_path / "up.amass.npz") as held:
        assert np.allclose(held["poses"][0, 48:51], [0, 0, np.pi / 2], atol=1e-6)
        assert np.allclose(held["poses"][0, :3], [np.pi / 2, 0, 0], atol=1e-6)


def test_an_smplx_file_has_the_arrays_of_amass(tmp_path, dance):
    motion = dance.replace(skeleton=smpl_skeleton())
    write(motion, tmp_path / "a.smplx.npz")
    with np.load(tmp_path / "a.smplx.npz", allow_pickle=False) as held:
        shapes = {name: held[name].shape[1:] for name in held.files if held[name].ndim == 2}
        assert (
            str(held["surface_model_type"]) == "smplx" and float(held["mocap_frame_rate"]) == 29.97
        )
        assert np.array_equal(held["poses"][:, 3:66], held["pose_body"])
        # SMPL-X's template has its origin in the chest, 35 cm above the pelvis in a y-up world.
        assert np.allclose(held["trans"] - motion.root, (-0.003, 0.351, -0.012), atol=1e-6)
    assert {
        "poses": (165,),
        "pose_hand": (90,),
        "pose_eye": (6,),
        "pose_jaw": (3,),
        "root_orient": (3,),
    }.items() <= shapes.items()
    assert abs(read(tmp_path / "a.smplx.npz").positions - motion.positions).max() < 1e-5
