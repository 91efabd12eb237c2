"""Rewards of moving: as much as dancers do; published, trembling pays most."""

import numpy as np
import pytest

from canaries import frozen, half_speed, slow_drift, stepping, vibrating
from footlights.metrics.motion_magnitude import antifreezing_s2s
from footlights.rewards.energy import energy, steady_speed
from paying import worth
from probes import GOLDEN

DANCE = stepping(4.0)
STILL = frozen(DANCE)


def test_energy_wants_dancing_and_pays_nothing_for_trembling():
    clips = (DANCE, STILL, half_speed(DANCE), vibrating(STILL, 0.003))
    dance, still, slow, shaking = worth("energy", *clips)
    assert dance > 0.95 and still < 1e-6 and still <= shaking < 0.2 and shaking < slow < dance


def test_energy_is_not_had_by_sliding_or_trembling_however_much():
    """A statue that glides at 1 m/s or shakes by 10 mm earns nothing."""
    assert max(worth("energy", slow_drift(DANCE, 1.0), vibrating(STILL, 0.01))) < 0.2


def test_published_sliding_pays_and_trembling_more_than_dancing():
    clips = (STILL, slow_drift(DANCE, 1.0), vibrating(STILL, 0.01), DANCE)
    still, slide, shaking, dance = worth("energy_s2s", *clips)
    assert slide > still + 0.4 and shaking > 2 * dance


def test_energy_does_not_change_for_a_dance_that_trembles():
    speeds = [steady_speed(vibrating(DANCE, metres)) for metres in (0.001, 0.003)]
    assert speeds == pytest.approx([steady_speed(DANCE)] * 2, rel=0.05)


def test_frames_tell_the_speed_of_which_the_clip_has_the_root_mean_square():
    reward = energy([DANCE], [None])
    frames = reward.frames["speed"][0]
    mean = np.sqrt((frames**2).mean())
    assert len(frames) == len(DANCE) and mean == pytest.approx(reward.terms["speed"][0], rel=0.01)


def test_N6_the_published_reward():
    with np.load(GOLDEN / "s2s_rewards.npz") as g:
        assert len(g["joints"]) > 0
        for positions, value in zip(g["joints"], g["antifreezing"], strict=True):
            assert antifreezing_s2s(positions) == pytest.approx(float(value), rel=1e-4)
