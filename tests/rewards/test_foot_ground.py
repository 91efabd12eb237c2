"""Rewards of standing on the floor: the real one; published, any."""

import math

import numpy as np
import pytest

from canaries import frozen, hovering, skating, stepping, sunk
from footlights.metrics.foot_support_published import ground_reward_s2s
from footlights.motion.world import GRAVITY
from footlights.rewards.foot_ground import foot_ground
from moving import jumping
from paying import worth
from probes import GOLDEN

DANCE = stepping(4.0)
SPOILT = (hovering(DANCE), sunk(DANCE), skating(DANCE))


def test_foot_ground_wants_the_real_floor_and_feet_that_stand():
    clean, hover, low, slide = worth("foot_ground", DANCE, *SPOILT)
    assert clean > 0.95 and hover < 0.01 and low < 0.05 and slide < clean - 0.1


def test_terms_say_what_is_wrong():
    hover, low, slide = foot_ground(SPOILT, [None] * 3).terms["proximity"]
    assert hover < 0.01 and low < 0.05 and slide > 0.95
    grips = foot_ground([DANCE, SPOILT[2]], [None] * 2).terms["grip"]
    assert grips[0] > 0.95 > grips[1] + 0.1


def test_published_every_floor_will_do():
    assert np.ptp(worth("foot_ground_s2s", DANCE, *SPOILT)) < 1e-4


def test_a_jump_costs_little_and_published_much():
    jump = jumping()
    assert worth("foot_ground", jump)[0] > 0.85
    assert worth("foot_ground_s2s", jump)[0] < 1.9


def test_N5_a_body_that_only_falls_has_no_floor_to_stand_on():
    times = np.arange(20)[:, None] / 30
    still = frozen(DANCE)[:20]
    path = (4 - 0.5 * GRAVITY * times**2) * [0, 0, 1.0]
    falling = still.replace(root=still.root + path, contacts=None)
    reward = foot_ground([falling, DANCE], [None, None])
    assert math.isnan(reward.total[0]) and "falls" in reward.reasons[0]
    assert math.isfinite(reward.total[1])


def test_N6_the_published_reward():
    with np.load(GOLDEN / "s2s_rewards.npz") as g:
        assert len(g["joints"]) > 0
        for positions, frames in zip(g["joints"], g["fgd_per_frame"], strict=True):
            assert ground_reward_s2s(positions) == pytest.approx(frames, abs=1e-6)
