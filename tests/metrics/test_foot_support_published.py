"""Published scores of feet and floor are the published numbers, and blind where they are."""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.metrics.foot_support import foot_support_scores
from footlights.metrics.foot_support_published import ground_reward_s2s, ground_s2s, pfc_edge

GOLDEN = Path(__file__).parents[1] / "golden"
PFC = dict(np.load(GOLDEN / "edge_pfc.npz"))
STAGE = dict(np.load(GOLDEN / "s2s_metrics.npz"))
REWARD = dict(np.load(GOLDEN / "s2s_rewards.npz"))
GOOD = canaries.stepping(8.0)


@pytest.mark.parametrize("name", [key[7:] for key in PFC if key.startswith("joints_")])
def test_N6_pfc_is_the_published_one(name: str) -> None:
    np.testing.assert_allclose(pfc_edge(PFC[f"joints_{name}"]), PFC[f"pfc_{name}"], rtol=1e-5)


@pytest.mark.parametrize("i", range(3))
def test_N6_ground_is_the_published_one(i: int) -> None:
    ground, below, above = ground_s2s(STAGE["joints"][i])
    assert ground == pytest.approx(float(STAGE["ground_height"][i]), abs=1e-5)
    assert below == pytest.approx(float(STAGE["penetration_sum_m"][i]), abs=1e-5)
    assert above == pytest.approx(float(STAGE["floating_sum_m"][i]), abs=1e-5)


@pytest.mark.parametrize("i", range(6))
def test_N6_rewards_are_the_published_ones(i: int) -> None:
    positions = REWARD["joints"][i]
    published = REWARD["fgd_per_frame"][i], REWARD["pfc_reward"][i]
    np.testing.assert_allclose(ground_reward_s2s(positions), published[0], atol=1e-6)
    np.testing.assert_allclose(np.exp(-0.1 * pfc_edge(positions)), published[1], rtol=1e-4)


def test_published_ground_does_not_see_hovering() -> None:
    high = canaries.hovering(GOOD)
    published = [ground_s2s(motion.positions.astype(float))[1:] for motion in (GOOD, high)]
    assert published[1] == pytest.approx(published[0], abs=1e-4)
    ours = foot_support_scores(high)["foot_ground_deviation"].value
    assert ours == pytest.approx(20, abs=0.1)


def test_N5_one_frame_has_no_published_score() -> None:
    assert np.isnan(pfc_edge(GOOD[:1].positions))
