"""Sets of windows against real dance at equal counts."""

import numpy as np

from footlights.evaluation.resampled_distances import Windows, equal_count, resampled_distances
from footlights.evaluation.table_figures import _distances
from footlights.metrics.protocol import PROTOCOLS

OURS = PROTOCOLS["footlights"]


def windows(mean: float, clips: int, seed: int) -> Windows:
    """Four windows of each clip, normal about ``mean``."""
    features = np.random.default_rng(seed).normal(mean, 1, (4 * clips, 104))
    return Windows(features, np.repeat(np.arange(clips), 4))


def test_real_dance_stands_at_the_floor_and_spoilt_dance_above_it():
    real = windows(0, 40, seed=0)
    sets = {"same": windows(0, 15, seed=1), "far": windows(1, 15, seed=2)}
    count = equal_count(60, 160)
    drawn = resampled_distances(real, sets, OURS, count)

    fid = {name: distances["fid_k"][:, 0].mean() for name, distances in drawn.items()}
    spread = drawn["real"]["fid_k"][:, 0].std()
    assert count == 60 and fid["far"] > fid["real"] + 50
    assert abs(fid["same"] - fid["real"]) < 3 * spread + 0.1 * fid["real"]
    kernel = {name: abs(distances["kernel_k"][:, 0].mean()) for name, distances in drawn.items()}
    assert kernel["same"] < 0.2 * kernel["far"]


def test_few_windows_are_not_compared():
    few = windows(0, 1, seed=3)
    drawn = resampled_distances(windows(0, 40, seed=0), {"few": few}, OURS, 4)
    assert list(drawn) == ["real", "few"]
    assert all(np.isnan(draws).all() for draws in drawn["few"].values())


def test_sides_are_equal_and_half_of_real_dance_stays():
    assert [equal_count(500, 1000), equal_count(9, 1000), equal_count(90, 100)] == [200, 9, 50]


def test_published_units_of_features_that_never_vary_give_no_number():
    rng = np.random.default_rng(0)
    real, others = rng.normal(size=(2, 64, 104))
    real[:, 80] = 0.25
    windows = Windows(real, np.arange(64) // 2)
    drawn = resampled_distances(
        windows, {"generated": Windows(others, np.arange(64) // 2)}, PROTOCOLS["edge"], 16
    )
    figures = _distances(drawn["generated"], drawn["real"], 16)
    assert "never varies" in figures["fid_g@edge"].reason and figures["fid_k@edge"].value > 0
    assert "never varies" in figures["diversity_g@edge"].reason
    assert "never varies" in figures["excess_g@edge"].reason
