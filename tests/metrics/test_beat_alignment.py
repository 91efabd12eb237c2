"""On the beat or not: by hand on times, then on dancers who keep or lose it."""

import numpy as np
import pytest

import canaries
from footlights.metrics.beat_alignment import beat_scores, matches, on_beat, precision_recall_f1

BEATS = np.arange(0.0, 8.0, 0.5)
GOOD = canaries.stepping(8.0, bpm=120.0)


def test_pairs_by_hand():
    assert matches(np.array([0.05, 1.0]), np.array([0.0, 0.5, 1.06])) == 2
    assert matches(np.array([0.0, 0.01, 0.02]), np.array([0.0])) == 1, "one beat serves one hit"
    assert matches(np.array([0.08]), np.array([0.0])) == 0
    assert matches(np.array([0.06, 0.12]), np.array([0.1, 0.0])) == 2, "order does not matter"


def test_shares_by_hand():
    precision, recall, f1 = precision_recall_f1(
        np.array([0.0, 0.25, 0.5]), np.array([0.0, 0.5, 1.0, 1.5])
    )
    assert (precision, recall) == (pytest.approx(2 / 3), 0.5) and f1 == pytest.approx(4 / 7)


def test_chance_is_what_a_random_phase_would_give():
    # 8 s of beats every half second, one hit on each: a shift within 70 ms either way still
    # matches, 2 * 0.07 / 0.5 of phases.
    scores = beat_scores(BEATS, BEATS, 8.0)
    assert scores["f1"].value == 1 and scores["chance"].value == pytest.approx(0.28, abs=0.07)
    assert scores["above_chance"].value == scores["f1"].value - scores["chance"].value


def test_a_dancer_on_the_beat_is_far_above_chance():
    scores = on_beat(GOOD, BEATS)
    assert scores["f1"].value > 0.9 and scores["above_chance"].value > 0.6


def test_a_dancer_half_a_beat_off_is_below_chance():
    assert on_beat(GOOD, BEATS + 0.25)["above_chance"].value < -0.1


def test_another_song_is_at_chance():
    gaps = [
        on_beat(GOOD, canaries.shuffled_music(BEATS, 8.0, seed))["above_chance"].value
        for seed in range(8)
    ]
    assert abs(np.mean(gaps)) < 0.1


def test_stillness_is_on_no_beat_and_disorder_near_chance():
    still = on_beat(canaries.frozen(GOOD), BEATS)
    assert still["f1"].value == 0
    assert np.isnan(still["precision"].value) and "no hit" in still["precision"].reason
    assert on_beat(canaries.random_codes(GOOD), BEATS)["above_chance"].value < 0.35


def test_a_beat_does_not_care_for_feet():
    for spoilt in (canaries.hovering(GOOD), canaries.sunk(GOOD), canaries.swapped_arms(GOOD)):
        assert on_beat(spoilt, BEATS)["f1"].value > 0.9


def test_N2_place_yaw_and_frame_rate_change_nothing():
    here = on_beat(GOOD, BEATS)["f1"].value
    moved, dense = GOOD.moved((3, -2, 0), yaw=1.1), canaries.stepping(8.0, fps=60.0)
    assert on_beat(moved, BEATS)["f1"].value == pytest.approx(here)
    assert on_beat(dense, BEATS)["f1"].value == pytest.approx(here, rel=0.05)


def test_N5_without_beats_there_is_no_score_but_a_reason():
    for beats in (np.zeros(0), np.array([1.0]), np.array([20.0, 21.0])):
        scores = beat_scores(BEATS, beats, 8.0)
        assert all(np.isnan(s.value) and s.reason for s in scores.values())


def test_z_tells_a_dancer_on_the_beat_from_chance():
    assert on_beat(GOOD, BEATS)["z"].value > 1.5
    others = [canaries.shuffled_music(BEATS, 8.0, seed) for seed in range(8)]
    assert abs(np.mean([on_beat(GOOD, beats)["z"].value for beats in others])) < 1
    still = on_beat(canaries.frozen(GOOD), BEATS)["z"]
    assert np.isnan(still.value) and "no hit" in still.reason
