"""ASF/AMC: bones and their own axes by hand, the skeleton file found, damage named."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import specimens
from footlights.basics.errors import FootlightsError
from footlights.formats import read

UNIT = 0.0254 / 0.45


def place(motion, name):
    return motion.positions[:, motion.skeleton.index(name)]


@pytest.fixture
def files(tmp_path):
    """Writes a skeleton and a motion, reads the motion."""

    def written(asf=specimens.ASF, amc=specimens.AMC, **options):
        (tmp_path / "02.asf").write_text(asf)
        (tmp_path / "02_01.amc").write_text(amc)
        return read(tmp_path / "02_01.amc", **options)

    return written


def test_joints_begin_bones_and_the_last_bone_has_an_end(files):
    assert files().skeleton.names == ("root", "lhipjoint", "lfemur", "ltibia", "lfoot", "lfoot_end")


def test_cmu_units_and_rate(files):
    motion = files()
    assert motion.fps == 120 and any("120" in note for note in motion.meta["notes"])
    assert np.linalg.norm(
        motion.skeleton.offsets[motion.skeleton.index("ltibia")]
    ) == pytest.approx(7.5 * UNIT)
    assert np.allclose(motion.root[0], [1 * UNIT, -2 * UNIT, 15.5 * UNIT])


def test_the_standing_leg_by_hand(files):
    """The root turns 90 degrees about y: what pointed to +x points to -z, our +y."""
    motion = files()
    hip = np.array([1, -2, 15.5]) + np.array([0, 2, 0])
    assert np.allclose(place(motion, "lfemur")[0], hip * UNIT, atol=1e-5)
    assert np.allclose(place(motion, "lfoot")[0], (hip - np.array([0, 0, 15])) * UNIT, atol=1e-5)
    assert np.allclose(
        place(motion, "lfoot_end")[0], (hip - np.array([-2.5, 0, 15])) * UNIT, atol=1e-5
    )


def test_a_bone_turns_about_its_own_tilted_axes(files):
    """Frame 2: rx of a bone whose axes are tilted 20 degrees about z turns about the tilted x."""
    tilted = Rotation.from_euler("z", 20, degrees=True)
    thigh, shin = (
        tilted * Rotation.from_euler("x", a, degrees=True) * tilted.inv() for a in (-30, 60)
    )
    root = Rotation.from_euler("y", 90, degrees=True)
    knee = root.apply(np.array([2, 0, 0]) + thigh.apply([0, -7.5, 0]))
    x, y, z = (knee + (root * thigh * shin).apply([0, -7.5, 0]) + np.array([1, 15.5, 2])) * UNIT
    assert np.allclose(place(files(), "lfoot")[1], [x, -z, y], atol=1e-5)


def test_three_angles_turn_x_first(files):
    motion = files(amc=specimens.AMC.replace("lfemur -30 0 0", "lfemur 10 20 30"))
    tilted = Rotation.from_euler("z", 20, degrees=True)
    turn = tilted * Rotation.from_euler("xyz", [10, 20, 30], degrees=True) * tilted.inv()
    root = Rotation.from_euler("y", 90, degrees=True)
    x, y, z = (
        root.apply(np.array([2, 0, 0]) + turn.apply([0, -7.5, 0])) + np.array([1, 15.5, 2])
    ) * UNIT
    assert np.allclose(place(motion, "ltibia")[1], [x, -z, y], atol=1e-5)


def test_windows_lines_and_radians_give_the_same_motion(files):
    plain = files()
    assert np.array_equal(
        files(specimens.ASF.replace("\n", "\r\n"), specimens.AMC.replace("\n", "\r\n")).positions,
        plain.positions,
    )
    radians = specimens.AMC.replace("DEGREES", "RADIANS").replace("90", f"{np.pi / 2!r}")
    radians = radians.replace("-30", f"{-np.pi / 6!r}").replace(
        "ltibia 60", f"ltibia {np.pi / 3!r}"
    )
    assert np.allclose(files(amc=radians).positions, plain.positions, atol=1e-6)


def test_unit_rate_and_skeleton_can_be_given(files, tmp_path):
    files()
    (tmp_path / "02.asf").rename(tmp_path / "elsewhere.txt")
    motion = read(tmp_path / "02_01.amc", asf=tmp_path / "elsewhere.txt", unit=1.0, fps=60)
    assert motion.fps == 60 and motion.root[0, 2] == pytest.approx(15.5)


@pytest.mark.parametrize("name", ["02_01.asf", "02.asf", "02.ASF", "any.asf"])
def test_the_skeleton_beside_the_motion_is_found(tmp_path, name):
    (tmp_path / name).write_text(specimens.ASF)
    (tmp_path / "02_01.amc").write_text(specimens.AMC)
    assert len(read(tmp_path / "02_01.amc")) == 2


def test_without_a_skeleton_the_error_says_where_to_put_it(tmp_path):
    (tmp_path / "02_01.amc").write_text(specimens.AMC)
    with pytest.raises(FootlightsError, match=r"no \.asf file beside it"):
        read(tmp_path / "02_01.amc")
    for name in ("a.asf", "b.asf"):
        (tmp_path / name).write_text(specimens.ASF)
    with pytest.raises(FootlightsError, match="several"):
        read(tmp_path / "02_01.amc")


def test_a_skeleton_alone_is_no_motion(tmp_path):
    with pytest.raises(FootlightsError, match=r"\.amc"):
        read(specimens.asf(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ltibia 60", "rtibia 60", "'rtibia' is no bone that moves"),
        ("ltibia 60", "ltibia", "does not fit the skeleton"),
        ("ltibia 60", "ltibia sixty", "does not fit the skeleton"),
        ("ltibia 60", "ltibia nan", "frame 1 holds a number that is not finite"),
        ("ltibia 60\n", "", "frame 1 lacks ltibia"),
        ("ltibia 0\n", "", "frame 0 lacks ltibia"),
        ("ltibia 60", "ltibia 60\nltibia 60", "does not fit"),
        ("1\nroot 1", "root 1", "no frame begins before it"),
    ],
)
def test_a_damaged_motion_is_named_with_its_place(files, old, new, says):
    assert old in specimens.AMC
    with pytest.raises(FootlightsError) as caught:
        files(amc=specimens.AMC.replace(old, new, 1))
    assert says in str(caught.value) and "02_01.amc" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("direction 0 -1 0", "direction 0 -1"),
        ("length 7.5", "length long"),
        ("axis 0 0 20 XYZ", "axis 0 0 20 XYX"),
        ("dof rx\n", "dof spin\n"),
        ("name ltibia", "name lfemur"),
        ("ltibia lfoot", "ltibia lpaw"),
        ("lfemur ltibia", "lfemur ltibia root"),
        (":hierarchy", ":nothing"),
        (":bonedata", ":nothing"),
        ("length 0.45", "length 0"),
    ],
)
def test_a_damaged_skeleton_is_refused(files, old, new):
    assert old in specimens.ASF
    with pytest.raises(FootlightsError, match="asf"):
        files(asf=specimens.ASF.replace(old, new, 1))


def test_a_bone_that_can_slide_is_read_without_its_sliding(files):
    motion = files(
        specimens.ASF.replace("dof rx\n", "dof rx l\n"),
        specimens.AMC.replace("ltibia 60", "ltibia 60 0.1").replace("ltibia 0", "ltibia 0 0"),
    )
    assert np.allclose(motion.positions, files().positions)
