"""Sets of dances against real sets: published numbers, and distributions of known distance."""

from pathlib import Path

import numpy as np
import pytest

from footlights.metrics.distribution import (
    distances,
    diversity,
    frechet,
    kernel_distance,
    multimodality,
    neighbourhood_scores,
    standardised,
    without_nan,
)
from footlights.metrics.distribution_published import diversity_published, frechet_published

GOLDEN = dict(np.load(Path(__file__).parents[1] / "golden" / "gen_fid_div.npz"))
RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(300, 6)) * np.array([1, 2, 3, 1, 1, 1])
SAME = RNG.normal(size=(60, 6)) * np.array([1, 2, 3, 1, 1, 1])


@pytest.mark.parametrize("tag", ["k", "g", "small"])
def test_N6_fid_and_diversity_are_the_published_ones(tag: str) -> None:
    real, made = GOLDEN[f"{tag}_gt"], GOLDEN[f"{tag}_pred"]
    assert frechet_published(real, made) == pytest.approx(
        float(GOLDEN[f"{tag}_fid_bailando"]), rel=1e-5
    )
    assert frechet_published(real, made) == pytest.approx(
        float(GOLDEN[f"{tag}_fid_mint"]), rel=1e-5
    )
    assert frechet(real, made) == pytest.approx(float(GOLDEN[f"{tag}_fid_raw"]), rel=1e-5)
    assert diversity_published(real, made) == pytest.approx(
        float(GOLDEN[f"{tag}_div_pred"]), rel=1e-5
    )
    assert diversity_published(real, real) == pytest.approx(
        float(GOLDEN[f"{tag}_div_gt"]), rel=1e-5
    )
    assert diversity(made) == pytest.approx(float(GOLDEN[f"{tag}_div_pred_raw"]), rel=1e-5)


def test_frechet_by_hand() -> None:
    a = np.array([[-1.0, 0], [1, 0], [0, -1], [0, 1]])
    assert frechet(a, a) == pytest.approx(0, abs=1e-12)
    assert frechet(a, a + np.array([3, 4])) == pytest.approx(25), "only the mean differs"
    # Covariance 2/3 I against 4 * 2/3 I: (sqrt(8/3) - sqrt(2/3))^2 a dimension.
    assert frechet(a, 2 * a) == pytest.approx(2 * (np.sqrt(8 / 3) - np.sqrt(2 / 3)) ** 2)
    assert frechet(a, 2 * a) == pytest.approx(frechet(2 * a, a))


def test_diversity_by_hand() -> None:
    assert diversity(np.array([[0.0, 0], [3, 4], [0, 0]])) == pytest.approx(10 / 3)
    assert multimodality(
        [np.array([[0.0], [2]]), np.array([[0.0], [4]]), np.array([[9.0]])]
    ) == pytest.approx(3)


def test_kernel_distance_is_zero_on_average_however_few_clips_there_are() -> None:
    rng = np.random.default_rng(1)
    for count in (5, 40):
        drawn = [
            kernel_distance(rng.normal(size=(count, 3)), rng.normal(size=(count, 3)))
            for _ in range(200)
        ]
        assert abs(np.mean(drawn)) < 4 * np.std(drawn) / np.sqrt(200)
        biased = [
            frechet(rng.normal(size=(count, 3)), rng.normal(size=(count, 3))) for _ in range(50)
        ]
        assert np.mean(biased) > 3 * np.std(biased) / np.sqrt(50), "the Frechet distance is not"
    assert kernel_distance(REAL, SAME + 2) > 10 * abs(kernel_distance(REAL, SAME))


def test_neighbourhood_by_hand() -> None:
    real, far = np.arange(8.0)[:, None], np.arange(8.0)[:, None] + 100
    assert neighbourhood_scores(real, real + 0.1, 1) == {
        "precision": 1,
        "recall": 1,
        "density": pytest.approx(15 / 8),
        "coverage": 1,
    }
    assert neighbourhood_scores(real, far, 1) == dict.fromkeys(
        ("precision", "recall", "density", "coverage"), 0
    )
    one = neighbourhood_scores(real, np.full((8, 1), 3.1) + np.arange(8)[:, None] * 1e-3, 1)
    assert one["precision"] == 1 and one["recall"] == 0 and one["coverage"] == 0.25, (
        "one dance repeated covers little"
    )


def test_precision_sees_bad_dances_and_recall_sees_missing_ones() -> None:
    narrow, wild = 0.3 * SAME, 4 * SAME
    assert (
        neighbourhood_scores(REAL, narrow)["precision"]
        > neighbourhood_scores(REAL, wild)["precision"] + 0.3
    )
    assert (
        neighbourhood_scores(REAL, wild)["recall"]
        > neighbourhood_scores(REAL, narrow)["recall"] + 0.3
    )


def test_a_feature_that_no_real_clip_shows_does_not_explode() -> None:
    real, made = REAL.copy(), SAME.copy()
    real[:, 3] = made[:, 3] = 0
    made[0, 3] = 0.02
    assert frechet_published(real, made) > 1e10
    assert distances(real, made, 0.05)["fid"] < 2
    assert standardised(made, real, 0.05)[0, 3] == pytest.approx(0.4)


def test_N2_order_and_units_change_nothing() -> None:
    found, swapped = distances(REAL, SAME, 1e-9), distances(REAL[::-1], SAME[::-1], 1e-9)
    assert found == {name: pytest.approx(value) for name, value in swapped.items()}
    scale = np.array([1, 10, 100, 1, 5, 2])
    assert found == {
        n: pytest.approx(v, rel=1e-6)
        for n, v in distances(REAL * scale, SAME * scale, 1e-9).items()
    }


def test_N5_a_clip_without_features_changes_no_other_number() -> None:
    broken = np.vstack([SAME, np.full(6, np.nan)])
    assert (
        distances(REAL, broken, 0.05) == distances(REAL, SAME, 0.05)
        and len(without_nan(broken)) == 60
    )
    assert all(np.isnan(value) for value in distances(REAL, SAME[:1], 0.05).values())
    assert all(np.isnan(value) for value in distances(REAL[:0], SAME, 0.05).values())
    assert np.isnan(multimodality([])) and np.isnan(kernel_distance(SAME[:1], SAME))


def test_a_table_of_motionless_clips_is_numbers() -> None:
    still = np.zeros((40, 6))
    assert np.isfinite(list(distances(REAL, still, 0.05).values())).all()
