"""On the beat or not: by hand on times, then on dancers who keep or lose it."""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.metrics.beat_alignment import (
    bas_bailando,
    bas_fact,
    beat_scores,
    chance_f1,
    dance_beats_bailando,
    dance_beats_fact,
    matches,
    on_beat,
    precision_recall_f1,
)

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
    assert chance_f1(BEATS, BEATS, 8.0, phases=200) == pytest.approx(0.28, abs=0.02)


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
    assert (
        still["f1"].value == 0
        and np.isnan(still["precision"].value)
        and "no hit" in still["precision"].reason
    )
    assert on_beat(canaries.random_codes(GOOD), BEATS)["above_chance"].value < 0.35


def test_a_beat_does_not_care_for_feet():
    for spoilt in (canaries.hovering(GOOD), canaries.sunk(GOOD), canaries.swapped_arms(GOOD)):
        assert on_beat(spoilt, BEATS)["f1"].value > 0.9


def test_N2_place_yaw_and_frame_rate_change_nothing():
    here = on_beat(GOOD, BEATS)["f1"].value
    assert on_beat(GOOD.moved((3, -2, 0), yaw=1.1), BEATS)["f1"].value == pytest.approx(here)
    assert on_beat(canaries.stepping(8.0, fps=60.0), BEATS)["f1"].value == pytest.approx(
        here, rel=0.05
    )


def test_N5_without_beats_there_is_no_score_but_a_reason():
    for beats in (np.zeros(0), np.array([1.0]), np.array([20.0, 21.0])):
        scores = beat_scores(BEATS, beats, 8.0)
        assert all(np.isnan(s.value) and s.reason for s in scores.values())


def test_z_tells_a_dancer_on_the_beat_from_chance():
    assert on_beat(GOOD, BEATS)["z"].value > 1.5
    assert (
        abs(
            np.mean(
                [
                    on_beat(GOOD, canaries.shuffled_music(BEATS, 8.0, seed))["z"].value
                    for seed in range(8)
                ]
            )
        )
        < 1
    )
    still = on_beat(canaries.frozen(GOOD), BEATS)["z"]
    assert np.isnan(still.value) and "no hit" in still.reason


GOLDEN = dict(np.load(Path(__file__).parents[1] / "golden" / "gen_beats.npz"))


@pytest.mark.parametrize("name", [key[3:] for key in GOLDEN if key.startswith("in_")])
def test_N6_published_beats_and_scores(name: str):
    place, beats = GOLDEN[f"in_{name}"], np.flatnonzero(GOLDEN[f"music_onehot_{name}"])
    assert np.array_equal(dance_beats_bailando(place), GOLDEN[f"bailando_motion_beats_{name}"])
    assert np.array_equal(dance_beats_fact(place), GOLDEN[f"fact_motion_beats_{name}"])
    np.testing.assert_allclose(
        bas_bailando(place, beats), GOLDEN[f"bailando_bas_{name}"], atol=1e-6
    )
    np.testing.assert_allclose(bas_fact(place, beats), GOLDEN[f"fact_bas_{name}"], atol=1e-6)


def test_published_scores_by_hand():
    """One joint that stops at frames 30 and 90: three frames off costs a factor of exp(-1/2)."""
    t = np.arange(120) + 0.3
    place = np.zeros((120, 1, 3))
    place[:, 0, 0] = t / 60 + np.sin(2 * np.pi * t / 60) / (2 * np.pi)
    assert dance_beats_fact(place).tolist() == [30, 90]
    assert bas_fact(place, np.array([33, 93])) == pytest.approx(np.exp(-0.5))
    assert np.isnan(bas_fact(place, np.zeros(0))) and np.isnan(bas_bailando(place, np.zeros(0)))


def test_vibration_wins_the_published_score_and_not_ours():
    still = canaries.frozen(canaries.stepping(8.0, fps=60.0))
    wobble = still.root + 0.001 * np.sin(2 * np.pi * 6 * np.arange(len(still)) / 60)[:, None]
    shaken = still.replace(root=wobble.astype(np.float32))
    assert bas_bailando(shaken.positions, 60 * BEATS + 4) > 0.7
    assert on_beat(shaken, BEATS)["above_chance"].value < 0.1


def test_doubled_frames_lose_every_beat_of_fact():
    assert len(dance_beats_fact(GOOD.positions)) and not len(
        dance_beats_fact(np.repeat(GOOD.positions, 2, axis=0))
    )
