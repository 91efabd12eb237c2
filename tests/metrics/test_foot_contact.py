"""Skating, slip, penetration and float: by hand on points, then on canaries."""

import numpy as np
import pytest

import canaries
from footlights.metrics.foot_contact import (
    float_of,
    foot_contact_scores,
    penetration_of,
    skating_of,
    slip_of,
)

GOOD = canaries.stepping(6.0)


def _values(motion):
    return {name: score.value for name, score in foot_contact_scores(motion).items()}


def test_speed_of_the_lowest_point_by_hand():
    points = np.zeros((3, 2, 3))
    points[:, 0, 0] = [0, 0.01, 0.02]  # low, 30 cm/s at 30 fps
    points[:, 1] = [[0, 0, 0.1], [1, 0, 0.1], [2, 0, 0.1]]  # high and fast: not standing
    assert np.allclose(skating_of(points, 30.0), 30.0)
    assert np.isnan(skating_of(points + np.array([0, 0, 0.05]), 30.0)).all()


def test_slip_counts_marked_contacts_only():
    soles = np.zeros((4, 4, 1, 3))
    soles[:, 0, 0, 1] = [0, 0.02, 0.04, 0.06]
    contacts = np.zeros((4, 4))
    contacts[1:, 0] = 1
    slip = slip_of(soles, contacts, 30.0)
    assert np.isnan(slip[0]).all() and np.isnan(slip[:, 1:]).all()
    assert np.allclose(slip[1:, 0], 60.0)


def test_depth_and_height_by_hand():
    heights = np.array([[0.02, 0.10], [-0.03, 0.0]])
    assert np.allclose(penetration_of(heights), [0, 3])
    assert np.allclose(float_of(heights), [2, 0])


def test_feet_that_stand_score_nothing():
    assert all(value < 0.02 for value in _values(GOOD).values())


@pytest.mark.parametrize("speed", [0.1, 0.2, 0.5])
def test_skating_reads_the_speed_of_the_slide(speed):
    values = _values(canaries.skating(GOOD, speed))
    assert values["skating"] == pytest.approx(100 * speed, rel=0.1)
    assert values["slip"] == pytest.approx(100 * speed, rel=0.1)


def test_a_slow_drift_is_read_to_the_millimetre():
    assert _values(canaries.slow_drift(GOOD, 0.05))["skating"] == pytest.approx(5.0, abs=0.1)


def test_hovering_and_sunk_read_their_height():
    hovering, sunk = _values(canaries.hovering(GOOD)), _values(canaries.sunk(GOOD))
    assert hovering["float"] == pytest.approx(20, abs=0.1) and hovering["penetration"] == 0
    assert sunk["penetration"] == pytest.approx(10, abs=0.1) and sunk["float"] == 0


def test_trembling_spinning_teleporting_feet_are_caught():
    for noise, least in ((0.001, 5), (0.003, 15), (0.01, 50)):
        assert _values(canaries.vibrating(GOOD, noise))["skating"] > least
    assert _values(canaries.spinning_root(GOOD))["skating"] > 50
    assert _values(canaries.teleporting(GOOD))["skating"] > 5
    assert _values(canaries.random_codes(GOOD))["skating"] > 10


def test_what_fools_the_feet_is_known():
    for motion in (
        canaries.frozen(GOOD),
        canaries.time_reversed(GOOD),
        canaries.crossing_limbs(GOOD),
    ):
        assert all(value < 0.02 for value in _values(motion).values())


def test_N2_place_yaw_and_frame_rate_change_nothing():
    bad = canaries.skating(GOOD)
    here, there = _values(bad), _values(bad.moved((3, -2, 0), yaw=1.1))
    twice = _values(canaries.skating(canaries.stepping(6.0, fps=60.0)))
    assert there == pytest.approx(here, abs=0.01)
    assert twice == pytest.approx(here, rel=0.05, abs=0.01)


def test_N5_scores_that_cannot_be_are_nan_with_a_reason():
    unmarked = foot_contact_scores(GOOD.replace(contacts=None))["slip"]
    assert np.isnan(unmarked.value) and "not marked" in unmarked.reason
    high = foot_contact_scores(canaries.hovering(GOOD))["skating"]
    assert np.isnan(high.value) and "near the floor" in high.reason
    single = foot_contact_scores(GOOD[:1])
    assert np.isnan(single["skating"].value) and single["skating"].reason
    assert single["float"].value == pytest.approx(0, abs=0.01)


def test_there_is_a_value_for_every_frame():
    scores = foot_contact_scores(GOOD)
    assert scores["penetration"].frames.shape == (len(GOOD),)
    assert scores["skating"].frames.shape == (len(GOOD) - 1,)
