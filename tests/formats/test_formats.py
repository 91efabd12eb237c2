"""The front door of the formats: which reader takes which file, and how legs tell unit and axes."""

import shutil

import numpy as np
import pytest

import specimens
from footlights.basics.errors import FootlightsError
from footlights.formats import FORMATS, read, write
from footlights.formats.g1 import robot_tree
from footlights.formats.raw_motion import RawMotion
from footlights.formats.unit_and_up import Leg, find_legs, leg_length
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, SMPL_PARENTS
from moving import swaying

READERS = {k: f for k, f in specimens.ALL.items() if k != "asf"}


@pytest.mark.parametrize("kind", list(READERS))
def test_every_kind_of_file_becomes_a_motion_and_tells_its_name(tmp_path, kind):
    path = READERS[kind](tmp_path)
    motion = read(str(path), **specimens.OPTIONS.get(path.name, {}))
    assert isinstance(motion, Motion) and np.isfinite(motion.positions).all()
    assert kind == "house" or motion.meta["file"] == path.name


@pytest.mark.parametrize("kind", ["bvh", "amass", "house", "aist", "edge", "glb"])
@pytest.mark.parametrize("suffix", ["", ".dat", ".BAK"])
def test_a_file_without_its_suffix_is_known_by_what_it_holds(tmp_path, kind, suffix):
    path = READERS[kind](tmp_path)
    moved = tmp_path / f"moved{suffix}"
    shutil.copy(path, moved)
    assert np.array_equal(read(moved).positions, read(path).positions)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_format_of_the_registry_has_the_functions_that_it_promises(form):
    assert form.reads or form.writes
    assert not form.reads or callable(form.member("read"))
    assert not form.writes or callable(form.member("write"))


def test_a_missing_file_is_said_in_one_line(tmp_path):
    with pytest.raises(FootlightsError, match="there is no such file") as caught:
        read(tmp_path / "nothing.bvh")
    assert "nothing.bvh" in str(caught.value)


@pytest.mark.parametrize("name", ["song.mp3", "clip.max", "text"])
def test_another_kind_of_file_is_refused_with_what_would_do(tmp_path, name):
    (tmp_path / name).write_text("la la la")
    with pytest.raises(FootlightsError, match=r"\.npz \.bvh"):
        read(tmp_path / name)


def test_text_renamed_to_a_motion_is_refused_by_its_reader(tmp_path):
    for name in ("a.bvh", "a.npz", "a.pkl", "a.amc", "a.csv"):
        (tmp_path / name).write_text("la la la\n")
        with pytest.raises(FootlightsError):
            read(tmp_path / name)


def test_an_option_that_a_format_does_not_have_is_refused(tmp_path):
    with pytest.raises(FootlightsError, match="root_offset"):
        read(specimens.g1(tmp_path), root_offset=True)
    with pytest.raises(FootlightsError, match="unit"):
        read(specimens.amass(tmp_path), unit=0.01)


def test_an_unknown_suffix_is_not_written(tmp_path):
    with pytest.raises(FootlightsError, match=r"\.bvh"):
        write(swaying(0.1), tmp_path / "dance.max")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    for name in ("missing/a.npz", "missing/a.bvh", "missing/a.amass.npz"):
        with pytest.raises(FootlightsError, match="missing"):
            write(swaying(0.1), tmp_path / name)


def test_N4_every_road_there_and_back(tmp_path):
    """npz, AMASS, SMPL-X, BVH and GLB in a row change no joint by a tenth of a millimetre."""
    motion = swaying(1.0)
    for name in ("a.npz", "a.amass.npz", "a.smplx.npz", "a.bvh", "a.glb"):
        write(motion, tmp_path / name)
        back = read(tmp_path / name)
        index = [back.skeleton.index(n) for n in SMPL24.names]
        assert np.abs(back.positions[:, index] - motion.positions).max() < 1e-4


@pytest.mark.parametrize(
    "names",
    [
        ("hip", "lThigh", "lShin", "lFoot"),
        ("CC_Base_Hip", "CC_Base_L_Thigh", "CC_Base_L_Calf", "CC_Base_L_Foot"),
        ("mixamorig:Hips", "mixamorig:LeftUpLeg", "mixamorig:LeftLeg", "mixamorig:LeftFoot"),
        ("Hips", "LeftHip", "LeftKnee", "LeftAnkle"),
        ("Hips", "UpperLeg_L", "LowerLeg_L", "Foot_L"),
        ("Bip01", "Bip01 L Thigh", "Bip01 L Calf", "Bip01 L Foot"),
        ("pelvis", "thigh_l", "calf_l", "foot_l"),
        ("spine", "thigh.L", "shin.L", "foot.L"),
        ("root", "lfemur", "ltibia", "lfoot"),
        ("Character1_Hips", "Character1_LeftUpLeg", "Character1_LeftLeg", "Character1_LeftFoot"),
        ("pelvis", "left_hip", "left_knee", "left_ankle"),
    ],
)
def test_legs_are_known_by_the_names_of_many_worlds(names):
    twist = f"{names[2]}Twist01"
    leg = find_legs([*names, twist], [-1, 0, 1, 2, 2])[0]
    assert leg == Leg(hip=1, ankle=3, chain=[2, 3])


def test_a_thigh_in_pieces_is_measured_whole():
    names = ["hips", "LeftUpLeg", "LeftUpLegTwist", "LeftLeg", "LeftFoot"]
    assert find_legs(names, [-1, 0, 1, 2, 3]) == [Leg(hip=1, ankle=4, chain=[2, 3, 4])]


def test_the_house_body_and_the_robot_have_two_legs():
    legs = find_legs(list(SMPL24.names), list(SMPL_PARENTS))
    assert [(leg.hip, leg.ankle) for leg in legs] == [(1, 7), (2, 8)]
    names, parents = list(robot_tree().skeleton.names), list(robot_tree().skeleton.parents)
    assert {names[leg.ankle] for leg in find_legs(names, parents)} == {
        "left_ankle_pitch_link",
        "right_ankle_pitch_link",
    }


def test_no_legs_no_length():
    still = np.tile(np.float32([1, 0, 0, 0]), (1, 2, 1))
    raw = RawMotion(["a", "b"], [-1, 0], np.zeros((2, 3)), np.zeros((1, 3)), still, 30)
    assert leg_length(raw) is None


def test_a_wrong_suffix_is_seen_through_and_said(tmp_path):
    """What begins as another format's files do is read as that, with a note.

    What begins as none is its suffix's.
    """
    for kind in ("bvh", "glb", "house"):
        path = READERS[kind](tmp_path)
        for suffix in {".bvh", ".npz", ".glb", ".csv", ".pkl"} - {path.suffix}:
            moved = shutil.copy(path, tmp_path / f"lie-{kind}{suffix}")
            motion = read(moved)
            assert np.array_equal(motion.positions, read(path).positions)
            assert motion.meta["notes"][0] == f"holds {path.suffix[1:]}, whatever its name says"
    assert not any("whatever" in note for note in read(READERS["g1"](tmp_path)).meta["notes"])
    with pytest.raises(FootlightsError, match="HIERARCHY"):
        (tmp_path / "text.bvh").write_text("hello")
        read(tmp_path / "text.bvh")
