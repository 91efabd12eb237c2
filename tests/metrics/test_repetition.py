"""A dance over minutes: repetition, variety, joins, sides and drift, on dances made by hand and on
canaries.
"""

import numpy as np
import pytest

import canaries
from footlights.geometry.rotations import quat_from_rotvec
from footlights.metrics.repetition import drift, join_jerk, laterality, phrases, pieces_of
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24

GOOD = canaries.stepping(12.0)


def _wandering(seconds, fps=30.0, seed=0, size=0.4):
    """Joints that swing at rates of their own that never fit together: nothing comes again."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * fps)) / fps
    axes, parts = rng.normal(0, size, (3, 24, 3)), rng.uniform(0.3, 0.9, (3, 24))
    turns = sum(axes[k] * np.sin(2 * np.pi * parts[k] * t[:, None])[..., None] for k in range(3))
    return Motion(np.repeat(SMPL24.rest[:1], len(t), axis=0), quat_from_rotvec(turns), fps)


def _values(motion):
    return {name: score.value for name, score in phrases(motion).items()}


def test_what_comes_again_is_repetition():
    once = _wandering(10.0)
    assert _values(once)["repetition"] == 0
    again = once.joined(_wandering(9.3, seed=1)).joined(once)
    scores = phrases(again)["repetition"]
    assert (
        scores.value == pytest.approx(2 / 3, abs=0.08)
        and scores.frames[:16].all()
        and not scores.frames[21:37].any()
    )
    assert _values(GOOD)["repetition"] == 1, "the same eight beats over and over"


def test_a_repeat_is_found_elsewhere_and_facing_elsewhere():
    once = _wandering(6.0)
    turned = once.joined(once.moved((2, 1, 0), yaw=2.0))
    assert _values(turned)["repetition"] > 0.6
    assert _values(once.joined(once.mirrored()))["repetition"] == 0, (
        "a mirror image is another move"
    )


def test_held_poses_repeat_themselves_and_vary_by_nothing():
    frozen = _values(canaries.frozen(GOOD))
    assert (
        frozen["repetition"] == 1
        and frozen["variety"] < 1e-3
        and frozen["drift"] < 1e-3
        and np.isnan(frozen["laterality"])
    )


def test_variety_is_told_by_the_minute():
    rich, poor = _wandering(60.0), _wandering(60.0, size=0.1)
    scores = phrases(rich.joined(poor))["variety"]
    assert len(scores.frames) == 2 and scores.frames[0] > 2.5 * scores.frames[1] > 0
    assert len(phrases(rich.joined(poor)[: 80 * 30])["variety"].frames) == 1, (
        "a third of a minute is no minute"
    )


def test_N3_wider_dances_vary_more():
    values = [_values(_wandering(20.0, size=size))["variety"] for size in (0.1, 0.2, 0.4)]
    assert values == sorted(values) and values[2] > 2 * values[0]


def test_a_side_that_moves_alone():
    rest = np.zeros((90, 24, 3))
    rest[:, SMPL24.index("left_elbow"), 2] = -0.8 + 0.6 * np.sin(np.arange(90) / 5)
    left = Motion(np.zeros((90, 3)), quat_from_rotvec(rest), 30.0)
    assert laterality(left).value == pytest.approx(1) and laterality(left).frames.min() > 0.9
    assert (
        laterality(left.mirrored()).value == pytest.approx(1)
        and laterality(left.mirrored()).frames.max() < -0.9
    )
    both = rest.copy()
    both[:, SMPL24.index("right_elbow"), 2] = -rest[:, SMPL24.index("left_elbow"), 2]
    even = Motion(np.zeros((90, 3)), quat_from_rotvec(both), 30.0)
    assert laterality(even).value == pytest.approx(0, abs=1e-5)
    assert laterality(canaries.slow_drift(GOOD)).reason == "no limb moves"


def test_drift_by_hand():
    walk = canaries.slow_drift(canaries.frozen(GOOD), 0.05)
    assert drift(walk).value == pytest.approx(3.0, rel=1e-4)
    assert drift(walk).frames[-1] == pytest.approx(0.05 * (len(walk) - 1) / 30, rel=1e-3)
    there_and_back = walk.joined(canaries.time_reversed(walk))
    assert drift(there_and_back).value < 0.01 and drift(there_and_back).frames.max() > 0.5


def test_a_join_that_cannot_be_found_reads_one_and_a_cut_reads_many():
    dance = _wandering(12.0)
    whole, cut = dance, dance[:180].joined(dance[240:])
    smooth, hard = join_jerk(whole, np.array([6.0])), join_jerk(cut, np.array([6.0]))
    assert 0.3 < smooth.value < 2 and hard.value > 20
    several = join_jerk(cut, np.array([3.0, 6.0, 50.0]))
    assert (
        several.frames[0] < 2
        and several.frames[1] == pytest.approx(hard.value, rel=0.05)
        and np.isnan(several.frames[2])
    )


def test_N3_larger_jumps_at_a_join_read_more():
    read = [
        join_jerk(canaries.teleporting(_wandering(12.0), metres), np.array([6.0])).value
        for metres in (0, 0.01, 0.1, 1)
    ]
    assert read == sorted(read) and read[1] > 2


def test_pieces_are_poses_in_their_own_heading():
    pieces = pieces_of(GOOD)
    assert pieces.shape == (101, 20, 24, 3) and not pieces[..., 0, :].any()
    assert np.allclose(pieces_of(GOOD.moved((3, 2, 0), yaw=1.0)), pieces, atol=1e-4)


def test_N2_place_yaw_and_frame_rate_change_nothing():
    motion = _wandering(12.0)
    here, there = _values(motion), _values(motion.moved((3, -2, 0), yaw=1.1))
    twice = _values(_wandering(12.0, fps=60.0))
    for name, value in here.items():
        assert there[name] == pytest.approx(value, rel=1e-3, abs=1e-3)
        assert twice[name] == pytest.approx(value, rel=0.05, abs=1e-3)
    joins = np.array([6.0])
    cut, fine = motion.joined(motion), _wandering(12.0, fps=60.0).joined(_wandering(12.0, fps=60.0))
    assert join_jerk(cut.moved(yaw=2.0), joins).value == pytest.approx(
        join_jerk(cut, joins).value, rel=1e-2
    )
    assert join_jerk(fine, joins).value == pytest.approx(join_jerk(cut, joins).value, rel=0.25)


def test_N5_what_cannot_be_said_is_nan_with_a_reason():
    for name, score in phrases(GOOD[:1]).items():
        assert np.isnan(score.value) and score.reason, name
    brief = phrases(GOOD[:90])
    assert np.isnan(brief["repetition"].value) and "two pieces" in brief["variety"].reason
    for motion, joins in (
        (GOOD, []),
        (GOOD[:2], [0.0]),
        (canaries.frozen(GOOD), [3.0]),
        (canaries.slow_drift(GOOD), [3.0]),
    ):
        score = join_jerk(motion, np.array(joins))
        assert np.isnan(score.value) and score.reason
