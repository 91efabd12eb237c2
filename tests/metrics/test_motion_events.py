"""What an eye counts, on a dancer whose steps land a known time after the beat."""

import numpy as np
import pytest

import canaries
from footlights.metrics.motion_events import EVENTS, lag_of, motion_events

BEATS = np.arange(0.0, 12.0, 0.5)


@pytest.mark.parametrize("late", [-0.08, 0.0, 0.1])
def test_lag_by_hand(late):
    lag = lag_of(BEATS[2:-2] + late, BEATS)
    assert lag.median_ms == pytest.approx(1000 * late, abs=1e-6)
    assert lag.concentration == pytest.approx(1) and lag.count == len(BEATS) - 4


def test_disorder_has_no_concentration_and_few_events_no_lag():
    random = np.random.default_rng(0).uniform(0, 11.5, 400)
    assert lag_of(random, BEATS).concentration < 0.15
    assert np.isnan(lag_of(BEATS[:2], BEATS).median_ms)
    assert np.isnan(lag_of(BEATS, BEATS[:2]).median_ms)


def test_later_beats_make_the_same_dance_earlier():
    events = motion_events(canaries.stepping(12.0, bpm=120.0))
    assert set(events) == set(EVENTS)
    strikes = events["foot_strikes"]
    before, after = lag_of(strikes, BEATS), lag_of(strikes, BEATS + 0.06)
    assert before.count > 10 and before.concentration > 0.9
    assert before.median_ms - after.median_ms == pytest.approx(60, abs=5)


def test_feet_and_hands_of_a_dancer_on_the_beat_arrive_near_it():
    events = motion_events(canaries.stepping(12.0, bpm=120.0, fps=60.0))
    for name in ("foot_strikes", "arrivals"):
        lag = lag_of(events[name], BEATS)
        assert lag.count > 10 and abs(lag.median_ms) < 120 and lag.concentration > 0.8, name


def test_a_frozen_body_does_nothing():
    still = motion_events(canaries.frozen(canaries.stepping(4.0)))
    assert all(len(times) == 0 for times in still.values()) and len(still) == len(EVENTS)
