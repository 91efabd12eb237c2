"""Joints that bend further than anybody's: by hand, mirrored, and on canaries."""

import numpy as np
import pytest

import canaries
from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import quat_about, quat_from_rotvec, quat_mul
from footlights.metrics.joint_ranges import joint_range_scores, range_excess_of, swing_twist
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton

GOOD = canaries.stepping(4.0)


def _pose(**turns):
    """(1, 24, 4): the rest pose with joints turned by (axis, degrees).

    Several of them are applied from the last to the first.
    """
    quats = np.zeros((1, 24, 4))
    quats[..., 0] = 1
    for name, turn in turns.items():
        for axis, degrees in turn if isinstance(turn, list) else [turn]:
            at = SMPL24.index(name)
            quats[:, at] = quat_mul(quats[:, at], quat_about(axis, np.radians([degrees])))
    return quats


def _excess(joint, **turns):
    return float(range_excess_of(_pose(**turns))[joint][0])


def _values(motion):
    return {name: score.value for name, score in joint_range_scores(motion).items()}


@pytest.mark.parametrize(
    ("joint", "turns", "degrees"),
    [
        ("left_leg", {"left_knee": ("x", 140)}, 0),
        ("left_leg", {"left_knee": ("x", 180 - 5)}, 10),
        ("right_leg", {"right_knee": ("x", -40)}, 25),  # backwards
        ("left_leg", {"left_knee": ("y", 50)}, 30),  # sideways
        ("left_leg", {"left_knee": ("z", 80)}, 35),  # wrung
        ("left_leg", {"left_hip": ("x", -120)}, 0),  # knee to the chest
        ("left_leg", {"left_hip": ("x", 70)}, 20),  # straight back
        ("left_leg", {"left_hip": ("y", 70)}, 20),  # across the other leg
        ("right_leg", {"right_hip": ("y", 80)}, 0),  # a side kick
        ("left_arm", {"left_shoulder": ("y", 85)}, 0),  # hanging
        ("left_arm", {"left_shoulder": ("y", -90)}, 0),  # up
        ("left_arm", {"left_shoulder": ("z", -120)}, 0),  # across the chest
        ("left_arm", {"left_shoulder": ("z", 90)}, 25),  # straight back
        ("right_arm", {"right_shoulder": ("z", 165)}, 20),  # through the chest
        ("left_arm", {"left_elbow": ("z", -150)}, 0),
        ("left_arm", {"left_elbow": ("z", -170)}, 10),
        ("neck", {"neck": ("z", 70), "head": ("z", 60)}, 35),  # looks over its back
        ("spine", {"spine1": ("x", 40), "spine2": ("x", 40)}, 0),
        ("spine", {"spine1": ("x", -40), "spine2": ("x", -40)}, 20),
        ("right_wrist", {"right_wrist": ("y", 120)}, 25),
        ("left_toes", {"left_foot": ("x", 90)}, 30),
        ("left_ankle", {"left_ankle": ("x", -75)}, 20),
    ],
)
def test_one_joint_by_hand(joint, turns, degrees):
    assert _excess(joint, **turns) == pytest.approx(degrees, abs=0.01)
    assert all(v[0] < 0.01 for k, v in range_excess_of(_pose(**turns)).items() if k != joint)


def test_the_rest_pose_is_free():
    assert all(value[0] == 0 for value in range_excess_of(_pose()).values())


def test_swings_and_twists_come_apart_and_together():
    rng = np.random.default_rng(0)
    swing = quat_from_rotvec(np.append(rng.normal(0, 0.8, (50, 2)), np.zeros((50, 1)), axis=1))
    angle = rng.uniform(-np.pi, np.pi, 50)
    found, twist = swing_twist(quat_mul(swing, quat_about("z", angle)), np.array([0, 0, 1.0]))
    assert np.allclose(np.cos(np.radians(twist) - angle), 1)
    assert np.allclose(np.abs(np.sum(found * swing, axis=1)), 1)


@pytest.mark.parametrize("turn", [-150, -100, -40, 0, 60, 90, 130, 170])
def test_an_upper_arm_may_be_turned_at_the_shoulder_or_in_the_elbow(turn):
    above = _excess("left_arm", left_shoulder=[("y", 60), ("x", turn)], left_elbow=("z", -90))
    below = _excess(
        "left_arm", left_shoulder=("y", 60), left_elbow=[("x", turn), ("z", -90), ("x", -turn)]
    )
    assert above == pytest.approx(below, abs=0.01)
    assert (above == 0) == (-121 < turn < 101)


def test_N3_further_is_worse_and_ellipses_have_no_corners():
    for joint, name, axis in (
        ("left_leg", "left_knee", "x"),
        ("neck", "head", "z"),
        ("left_wrist", "left_wrist", "y"),
    ):
        sweep = [_excess(joint, **{name: (axis, degrees)}) for degrees in range(100, 180, 10)]
        assert sorted(sweep) == sweep and sweep[-1] > sweep[0] + 4
    both = np.repeat(_pose(), 3, axis=0)
    both[:, SMPL24.index("spine1")] = quat_from_rotvec(
        np.radians([[75, 0, 0], [75, 40, 0], [75, 50, 0]])
    )
    bent = range_excess_of(both)["spine"]
    assert bent[0] == 0 < bent[1] < bent[2], "no joint reaches both of its limits at once"


def test_a_dancer_is_free_and_one_with_exchanged_arms_is_not():
    assert _values(GOOD) == {"excess": 0, "violation_rate": 0}
    crossed = _values(canaries.swapped_arms(GOOD))
    assert crossed["excess"] > 5 and crossed["violation_rate"] > 0.2


def test_random_poses_are_impossible():
    rng = np.random.default_rng(1)
    quats = quat_from_rotvec(rng.normal(0, 1.2, (40, 24, 3)))
    assert _values(Motion(np.zeros((40, 3)), quats, 30.0))["violation_rate"] == 1


def test_what_fools_the_ranges_is_known():
    for spoiled in (
        canaries.frozen,
        canaries.hovering,
        canaries.skating,
        canaries.teleporting,
        canaries.time_reversed,
    ):
        assert _values(spoiled(GOOD))["excess"] == 0
    assert _values(canaries.vibrating(GOOD, 0.01))["excess"] < 0.1


def test_mirror_images_are_as_possible():
    quats = quat_from_rotvec(np.random.default_rng(2).normal(0, 0.9, (30, 24, 3)))
    motion = Motion(np.zeros((30, 3)), quats, 30.0)
    here, there = range_excess_of(motion.rotations), range_excess_of(motion.mirrored().rotations)
    assert len(here) == len(there) == 14
    for name, value in here.items():
        mirrored = name.replace("left", "?").replace("right", "left").replace("?", "right")
        assert np.allclose(value, there[mirrored], atol=0.01), name


def test_N2_place_yaw_and_frame_rate_change_nothing():
    bad = canaries.swapped_arms(GOOD)
    here, twice = _values(bad), _values(canaries.swapped_arms(canaries.stepping(4.0, fps=60.0)))
    assert _values(bad.moved((3, -2, 0), yaw=1.1)) == here
    assert twice == pytest.approx(here, rel=0.05)


def test_frames_say_when_and_one_frame_does():
    motion = Motion(np.zeros((2, 3)), np.concatenate([_pose(), _pose(left_knee=("x", -60))]), 30.0)
    scores = joint_range_scores(motion)
    assert scores["excess"].frames.tolist() == pytest.approx([0, 45])
    assert scores["violation_rate"].frames.tolist() == [0, 1]
    assert joint_range_scores(motion[:1])["excess"].value == 0


def test_another_skeleton_is_refused():
    other = Motion(
        np.zeros((1, 3)), [[[1.0, 0, 0, 0]]], 30.0, Skeleton(("a",), (-1,), np.zeros((1, 3)))
    )
    with pytest.raises(FootlightsError, match="retarget"):
        joint_range_scores(other)
