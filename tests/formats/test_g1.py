"""The G1 robot's csv: the published tree, by hand where it can be."""

import numpy as np
import pytest

import specimens
from footlights.basics.errors import FootlightsError
from footlights.formats import read, write
from footlights.formats.g1 import robot_tree
from footlights.geometry.rotations import quat_from_rotvec
from moving import swaying


def rows(tmp_path, *, root=(0, 0, 0.793), turn=(0, 0, 0, 1), angles=None, frames=2):
    """A csv of one pose; ``angles`` by number of the joint."""
    values = [*root, *turn, *np.zeros(29)]
    for number, angle in (angles or {}).items():
        values[7 + number] = angle
    path = tmp_path / "robot.csv"
    path.write_text("".join(",".join(str(v) for v in values) + "\n" for _ in range(frames)))
    return path


def place(motion, name):
    return motion.positions[0, motion.skeleton.index(name)]


def test_the_robot_stands_on_the_floor_facing_x(tmp_path):
    motion = read(rows(tmp_path))
    for side, sign in (("left", 1), ("right", -1)):
        assert (
            abs(place(motion, f"{side}_toe")[2]) < 0.005
            and abs(place(motion, f"{side}_heel")[2]) < 0.005
        )
        assert place(motion, f"{side}_toe")[0] > place(motion, f"{side}_heel")[0] + 0.15
        assert sign * place(motion, f"{side}_knee_link")[1] > 0.1
    assert place(motion, "left_shoulder_pitch_link")[2] > 1.0


def test_thigh_and_shin_have_the_robot_s_length():
    rest = dict(zip(robot_tree().skeleton.names, robot_tree().skeleton.rest, strict=True))
    assert len(rest) == 34
    motion_free = robot_tree().skeleton.offsets[
        robot_tree().skeleton.index("left_ankle_pitch_link")
    ]
    assert np.linalg.norm(motion_free) == pytest.approx(0.300, abs=0.001)


def test_a_bent_knee_swings_the_foot_back_by_hand(tmp_path):
    """Knee (joint 3) by 90 degrees about +y: the shin, which hung down, points back."""
    straight, bent = read(rows(tmp_path)), read(rows(tmp_path, angles={3: np.pi / 2}))
    knee = place(straight, "left_knee_link")
    assert np.allclose(place(bent, "left_knee_link"), knee)
    shin = place(straight, "left_ankle_pitch_link") - knee
    assert np.allclose(
        place(bent, "left_ankle_pitch_link") - knee, [shin[2], shin[1], -shin[0]], atol=1e-5
    )
    assert place(bent, "left_ankle_pitch_link")[0] < knee[0] - 0.25


def test_the_root_quaternion_is_x_y_z_w(tmp_path):
    turned = read(rows(tmp_path, root=(1, 2, 0.8), turn=(0, 0, np.sqrt(0.5), np.sqrt(0.5))))
    assert np.allclose(turned.root[0], [1, 2, 0.8])
    assert place(turned, "left_toe")[1] > 2.05, "a quarter turn to the left faces +y"


def test_the_rate_is_assumed_and_can_be_given(tmp_path):
    motion = read(rows(tmp_path))
    assert motion.fps == 30 and any("30" in note for note in motion.meta["notes"])
    assert read(rows(tmp_path), fps=60).fps == 60


@pytest.mark.parametrize("old_new", [("\n", "\r\n"), (",", " , ")])
def test_other_line_ends_and_spaces(tmp_path, old_new):
    path = specimens.g1(tmp_path)
    plain = read(path)
    path.write_text(path.read_text().replace(*old_new), newline="")
    assert np.array_equal(read(path).positions, plain.positions)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t: "time,x,y\n" + t, "row 1 has 3 columns"),
        (lambda t: t.replace("0.793000", "high", 1), "row 1 holds a word"),
        (lambda t: t.replace("0.793000", "nan", 1), "frame 0 holds"),
        (lambda t: t[: t.rindex(",")] + "\n", "row 4 has 35 columns"),
        (lambda t: t.replace("0.000000,1.000000", "0.000000,3.000000", 1), "no unit quaternion"),
        (lambda t: "\n\n", "row 1"),
    ],
)
def test_damage_is_named(tmp_path, spoil, says):
    path = specimens.g1(tmp_path)
    path.write_text(spoil(path.read_text()))
    with pytest.raises(FootlightsError) as caught:
        read(path)
    assert says in str(caught.value)


def test_N4_what_was_written_comes_back(tmp_path):
    within = robot_tree().limits.T[0] * 0.4 + robot_tree().limits.T[1] * 0.6
    motion = read(rows(tmp_path, turn=(0.5, -0.5, 0.5, 0.5), angles=dict(enumerate(within))))
    assert write(motion, tmp_path / "b.csv") == [
        "30 frames a second: note it, the file does not say"
    ]
    back = read(tmp_path / "b.csv")
    assert abs(back.positions - motion.positions).max() < 1e-6


def test_angles_beyond_the_limits_are_held_and_said(tmp_path):
    path = specimens.g1(tmp_path, 3)
    row = [float(x) for x in path.read_text().splitlines()[0].split(",")]
    row[7 + 3] = -0.5
    path.write_text(",".join(map(str, row)) + "\n")
    _, note = write(read(path), tmp_path / "b.csv")
    smallest = robot_tree().limits[3, 0]
    assert note.startswith("left_knee_link was up to ") and "beyond its limit" in note
    assert float((tmp_path / "b.csv").read_text().split(",")[10]) == pytest.approx(
        smallest, abs=1e-5
    )
    assert f"{np.degrees(smallest + 0.5):.1f} degrees" in note


def test_a_body_that_is_no_robot_is_refused(tmp_path):
    with pytest.raises(FootlightsError, match="onto_robot"):
        write(swaying(0.1), tmp_path / "a.csv")
    motion = read(specimens.g1(tmp_path))
    turned = motion.rotations.copy()
    turned[:, 4] = quat_from_rotvec(np.array([0.3, 0.3, 0.3]))
    with pytest.raises(FootlightsError, match="another axis"):
        write(motion.replace(rotations=turned), tmp_path / "a.csv")


def test_a_hinge_that_is_asked_to_hurry_is_told(tmp_path):
    """The left knee (joint 3) opens by a radian in a frame: 30 rad/s, its motor turns at 20."""
    motion = read(rows(tmp_path, angles={3: 0.5}, frames=4))
    bent = read(rows(tmp_path, angles={3: 1.5}, frames=1))
    rotations = motion.rotations.copy()
    rotations[2:] = bent.rotations[0]
    _, note = write(motion.replace(rotations=rotations), tmp_path / "b.csv")
    assert note == (
        "in 33.3 % of the frames a hinge turns faster than its motor can: "
        "left_knee_link at 30 rad/s, its motor at 20"
    )
    assert len(write(motion, tmp_path / "c.csv")) == 1 and len(write(bent, tmp_path / "d.csv")) == 1
