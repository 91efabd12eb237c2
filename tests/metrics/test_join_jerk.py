"""Joins that show and joins that do not: cuts, jumps, and what a collage tells of itself."""

import numpy as np
import pytest

import canaries
from footlights.metrics.join_jerk import join_jerk, join_jerk_at
from moving import wandering

GOOD = canaries.stepping(12.0)


def test_a_join_that_cannot_be_found_reads_one_and_a_cut_reads_many():
    dance = wandering(12.0)
    whole, cut = dance, dance[:180].joined(dance[240:])
    smooth, hard = join_jerk_at(whole, np.array([6.0])), join_jerk_at(cut, np.array([6.0]))
    assert 0.3 < smooth.value < 2 and hard.value > 20
    several = join_jerk_at(cut, np.array([3.0, 6.0, 50.0]))
    assert (
        several.frames[0] < 2
        and several.frames[1] == pytest.approx(hard.value, rel=0.05)
        and np.isnan(several.frames[2])
    )


def test_N3_larger_jumps_at_a_join_read_more():
    read = [
        join_jerk_at(canaries.teleporting(wandering(12.0), metres), np.array([6.0])).value
        for metres in (0, 0.01, 0.1, 1)
    ]
    assert read == sorted(read) and read[1] > 2


def test_the_joins_of_a_collage_stand_in_its_meta():
    dance = wandering(12.0)
    cut = dance[:180].joined(dance[240:])
    told = cut.replace(meta={"pieces": [{"at": 0.0}, {"at": 6.0}]})
    assert join_jerk(told).value == join_jerk_at(cut, np.array([6.0])).value
    assert "no joins" in join_jerk(cut).reason
    for meta in ({"pieces": 3}, {"pieces": ["a"]}, {"pieces": [{"at": 0.0}, {"at": "noon"}]}):
        assert np.isnan(join_jerk(cut.replace(meta=meta)).value)


def test_N2_yaw_and_frame_rate_change_nothing():
    joins = np.array([6.0])
    cut = wandering(12.0).joined(wandering(12.0))
    dense = wandering(12.0, fps=60.0).joined(wandering(12.0, fps=60.0))
    here = join_jerk_at(cut, joins).value
    assert join_jerk_at(cut.moved(yaw=2.0), joins).value == pytest.approx(here, rel=1e-2)
    assert join_jerk_at(dense, joins).value == pytest.approx(here, rel=0.25)


def test_N5_what_cannot_be_said_is_nan_with_a_reason():
    for motion, joins in (
        (GOOD, []),
        (GOOD[:2], [0.0]),
        (canaries.frozen(GOOD), [3.0]),
        (canaries.slow_drift(GOOD), [3.0]),
    ):
        score = join_jerk_at(motion, np.array(joins))
        assert np.isnan(score.value) and score.reason
