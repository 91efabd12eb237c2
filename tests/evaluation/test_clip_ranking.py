"""Which clips are worst: how far they lie from real dance, towards the worse side."""

import numpy as np
import pytest

from footlights.evaluation.clip_ranking import deviations, mean_deviation

REAL = {
    "skating": np.array([10.0, 20.0, 30.0]),
    "beat_f1": np.array([0.4, 0.5, 0.6]),
    "speed": np.array([0.5, 0.6, 0.7]),
}


def test_deviations_look_to_the_worse_side_only():
    good = deviations({"skating": 0.0, "beat_f1": 0.9, "speed": 0.6}, REAL)
    assert good == {"skating": 0.0, "beat_f1": 0.0, "speed": 0.0}
    bad = deviations({"skating": 500.0, "beat_f1": 0.3, "speed": 0.4}, REAL)
    assert bad == pytest.approx({"skating": 10.0, "beat_f1": 2.7, "speed": 2.7})


def test_what_cannot_be_said_counts_nothing():
    few = {"beat_f1": np.array([0.5])}
    assert deviations({"skating": np.nan, "beat_f1": 0.5}, few) == {}
    assert mean_deviation({"skating": np.nan}, REAL) == 0.0
    assert mean_deviation({"skating": np.nan, "beat_f1": 0.3}, REAL) == pytest.approx(2.7)
