"""Speed, acceleration, jerk, stillness, travel, drift and sides: by hand, then on canaries."""

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

import canaries
from footlights.geometry.rotations import quat_from_rotvec
from footlights.metrics.derivatives import derivative
from footlights.metrics.motion_statistics import (
    drift,
    earth_movers_distance,
    frozen_of,
    laterality,
    movement_scores,
    travel_of,
)
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from moving import wandering

GOOD = canaries.stepping(6.0)


def _values(motion):
    return {name: score.value for name, score in movement_scores(motion).items()}


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 120.0])
def test_derivatives_of_a_cubic_path(fps):
    t = np.arange(int(2 * fps)) / fps
    path = np.stack([t**3, 0 * t, 0 * t], axis=1)[:, None]
    assert np.allclose(derivative(path, fps, 3), 6.0)
    speed, size = derivative(path, fps, 1)[:, 0], derivative(path, fps, 2)[:, 0]
    assert speed.mean() == pytest.approx(4.0, rel=0.05) and size.mean() == pytest.approx(
        6.0, rel=0.05
    )


def test_distance_of_distributions_by_hand_and_against_scipy():
    assert earth_movers_distance([0, 0, 0], [1, 1]) == pytest.approx(1)
    assert earth_movers_distance([0, 1], [1, 0]) == 0
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, 300), rng.gamma(2, 1, 170)
    assert earth_movers_distance(a, b) == pytest.approx(wasserstein_distance(a, b))
    assert np.isnan(earth_movers_distance([], [1.0]))


def test_half_seconds_that_stand_still_are_counted():
    speed = np.concatenate([np.full(30, 0.5), np.full(15, 0.01), np.full(15, 0.3)])
    assert frozen_of(speed, 30.0).tolist() == [0, 0, 1, 0]
    assert frozen_of(np.array([0.0, 0.5, 0.0]), 1.0).tolist() == [1, 0, 1], (
        "frames a second apart stand for themselves"
    )


def test_travel_is_planar():
    t = np.arange(30) / 30
    root = np.stack([0.6 * t, 0.8 * t, 5 * t], axis=1)
    assert np.allclose(travel_of(root, 30.0), 1.0)


def test_frozen_and_drifting_bodies_are_frozen():
    assert (
        _values(canaries.frozen(GOOD))["frozen"] == 1
        and _values(canaries.frozen(GOOD))["speed"] == 0
    )
    assert _values(canaries.slow_drift(GOOD))["frozen"] == 1
    assert _values(GOOD)["frozen"] == 0


def test_trembling_shows_in_jerk_before_it_shows_in_speed():
    good, bad = _values(GOOD), _values(canaries.vibrating(GOOD, 0.003))
    assert bad["jerk"] > 5 * good["jerk"] and bad["speed"] < 2 * good["speed"]
    assert [_values(canaries.vibrating(GOOD, n))["jerk"] for n in (0.001, 0.003, 0.01)] == sorted(
        _values(canaries.vibrating(GOOD, n))["jerk"] for n in (0.001, 0.003, 0.01)
    )


def test_jumps_in_place_show_in_acceleration():
    good = _values(GOOD)["acceleration"]
    assert _values(canaries.teleporting(GOOD))["acceleration"] > 1.5 * good
    assert _values(canaries.random_codes(GOOD))["acceleration"] > 3 * good


def test_half_and_double_speed_scale_as_time_does():
    good, slow, fast = (
        _values(m) for m in (GOOD, canaries.half_speed(GOOD), canaries.double_speed(GOOD))
    )
    assert slow["speed"] == pytest.approx(good["speed"] / 2, rel=0.05)
    assert fast["speed"] == pytest.approx(good["speed"] * 2, rel=0.05)
    assert slow["acceleration"] < good["acceleration"] / 3 < fast["acceleration"] / 9


def test_reversed_time_cannot_be_told():
    assert _values(canaries.time_reversed(GOOD)) == pytest.approx(_values(GOOD), rel=1e-4)


def test_N2_place_yaw_and_frame_rate_change_nothing():
    here, there = _values(GOOD), _values(GOOD.moved((3, -2, 0), yaw=1.1))
    twice = _values(canaries.stepping(6.0, fps=60.0))
    assert there == pytest.approx(here, rel=1e-3)
    assert twice == pytest.approx(here, rel=0.05)


def test_N5_a_clip_too_short_has_no_number_but_a_reason():
    scores = movement_scores(GOOD[:2])
    assert np.isfinite(scores["speed"].value)
    for name in ("acceleration", "jerk", "frozen"):
        assert np.isnan(scores[name].value) and scores[name].reason
    for score in (drift(GOOD[:1]), laterality(GOOD[:1])):
        assert np.isnan(score.value) and score.reason


def test_N2_of_sides_and_drift_place_yaw_and_frame_rate_change_nothing():
    motion, dense = wandering(12.0), wandering(12.0, fps=60.0)
    for score in (laterality, drift):
        here = score(motion).value
        assert score(motion.moved((3, -2, 0), yaw=1.1)).value == pytest.approx(here, abs=1e-3)
        assert score(dense).value == pytest.approx(here, rel=0.05, abs=1e-3)


def test_a_side_that_moves_alone():
    rest = np.zeros((90, 24, 3))
    rest[:, SMPL24.index("left_elbow"), 2] = -0.8 + 0.6 * np.sin(np.arange(90) / 5)
    left = Motion(np.zeros((90, 3)), quat_from_rotvec(rest), 30.0)
    assert laterality(left).value == pytest.approx(1) and laterality(left).frames.min() > 0.9
    right = laterality(left.mirrored())
    assert right.value == pytest.approx(1) and right.frames.max() < -0.9
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
    assert drift(there_and_back).value < 0.01 and drift(there_and_back).frames.max() > 0.25
