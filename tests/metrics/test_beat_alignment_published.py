"""Beat alignment as published: the published numbers, and what wins them."""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.metrics.beat_alignment import on_beat
from footlights.metrics.beat_alignment_published import (
    bas_bailando,
    bas_fact,
    dance_beats_bailando,
    dance_beats_fact,
)

GOLDEN = dict(np.load(Path(__file__).parents[1] / "golden" / "gen_beats.npz"))
BEATS = np.arange(0.0, 8.0, 0.5)
GOOD = canaries.stepping(8.0, bpm=120.0)


@pytest.mark.parametrize("name", [key[3:] for key in GOLDEN if key.startswith("in_")])
def test_N6_published_beats_and_scores(name: str):
    positions, beats = GOLDEN[f"in_{name}"], np.flatnonzero(GOLDEN[f"music_onehot_{name}"])
    bailando, fact = GOLDEN[f"bailando_bas_{name}"], GOLDEN[f"fact_bas_{name}"]
    assert np.array_equal(dance_beats_bailando(positions), GOLDEN[f"bailando_motion_beats_{name}"])
    assert np.array_equal(dance_beats_fact(positions), GOLDEN[f"fact_motion_beats_{name}"])
    np.testing.assert_allclose(bas_bailando(positions, beats), bailando, atol=1e-6)
    np.testing.assert_allclose(bas_fact(positions, beats), fact, atol=1e-6)


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
    doubled = np.repeat(GOOD.positions, 2, axis=0)
    assert len(dance_beats_fact(GOOD.positions)) > 0 == len(dance_beats_fact(doubled))
