"""A mix of rewards: weighted sums, terms and frames by name, what it pays for, what is refused."""

import math

import numpy as np
import pytest

from canaries import double_speed, frozen, hovering, skating, slow_drift, stepping, sunk, vibrating
from footlights.basics.errors import FootlightsError
from footlights.rewards import combine
from paying import worth

DANCE = stepping(4.0)
STILL = frozen(DANCE)
MIX = "physics=.5, foot_ground=.2, energy=.3"


def test_totals_are_weighted_sums():
    reward = combine("physics=.5, foot_ground=.2, energy")([DANCE, STILL], [None, None])
    names = ("physics", "foot_ground", "energy")
    physics, foot_ground, energy = (np.array(worth(name, DANCE, STILL)) for name in names)
    np.testing.assert_allclose(reward.total, 0.5 * physics + 0.2 * foot_ground + energy)
    np.testing.assert_array_equal(reward.terms["physics"], physics)
    log = reward.log()
    assert log["physics"]["mean"] == pytest.approx(physics.mean()) and log["total"]["missing"] == 0


def test_terms_bear_the_name_of_their_reward():
    reward = combine(MIX)([DANCE], [None])
    assert {"physics", "physics.slip", "foot_ground.grip", "energy.speed"} <= set(reward.terms)


def test_dancing_earns_more_than_any_canary():
    """In the mixture of the docs."""
    spoilt = [
        STILL,
        slow_drift(DANCE),
        hovering(DANCE),
        sunk(DANCE),
        skating(DANCE),
        vibrating(DANCE, 0.003),
        double_speed(DANCE),
    ]
    total = combine(MIX)([DANCE, *spoilt], [None] * 8).total
    assert total[0] > 0.95 and total[1:].max() < total[0] - 0.05


def test_where_published_rewards_are_mixed_hovering_earns_as_much():
    reward = combine("phymotion, foot_ground_s2s, energy_s2s")
    total = reward([DANCE, hovering(DANCE)], [None] * 2).total
    assert total[1] == pytest.approx(total[0], abs=1e-4)


def test_frames_say_when_a_motion_is_worth_less():
    """A dance that sinks for half a second loses its reward there, and only there."""
    root = DANCE.root.copy()
    root[60:75, 2] -= 0.2
    reward = combine(f"{MIX}, phymotion")([DANCE.replace(root=root), DANCE], [None] * 2)
    assert "phymotion" not in reward.frames and "energy" not in reward.frames
    for name in ("physics.penetration", "foot_ground.proximity", "foot_ground"):
        low, clean = reward.frames[name]
        assert low[62:73].max() < 0.2 < 0.9 < np.median(low), name
        np.testing.assert_allclose(low[:50], clean[:50], atol=0.05)
    low, clean = reward.frames["physics"]
    assert (low < clean - 0.15)[62:73].all()


def test_N5_a_missing_reward_is_nan_with_every_reason_and_spoils_nothing():
    alone = combine("physics=.5, energy=.5")([DANCE], [None])
    reward = combine("physics=.5, energy=.5")([DANCE[:2], DANCE], [None, None])
    assert math.isnan(reward.total[0]) and list(reward.reasons) == [0]
    assert "physics: 2 frames" in reward.reasons[0] and "; energy: " in reward.reasons[0]
    assert reward.total[1] == alone.total[0]
    total = reward.log()["total"]
    assert total["missing"] == 1 and math.isfinite(total["mean"])


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("grace=1", "'grace'"),
        ("physics=much", "'much'"),
        ("", "no reward"),
        ("energy, energy=2", "twice"),
        ("physics=nan", "'nan'"),
        ("physics(grace=1)", "no parameter 'grace'"),
    ],
)
def test_a_wrong_spec_is_told_in_one_line(spec, says):
    with pytest.raises(FootlightsError, match=says):
        combine(spec)
