"""Every reward keeps the contract: shapes, missing numbers with reasons, no company, no rate."""

import math

import numpy as np
import pytest

from canaries import frozen, hovering, skating, stepping
from footlights.basics.errors import FootlightsError
from footlights.motion.skeleton import Skeleton
from footlights.rewards import REWARDS, Worth, each
from paying import Song, worth

DANCE = stepping(4.0)
STILL = frozen(DANCE)
SONG = Song(np.arange(8) / 2)
OURS = ["physics", "foot_ground", "energy"]


@pytest.mark.parametrize("name", REWARDS)
def test_every_reward_has_the_house_signature(name):
    reward = REWARDS[name]([DANCE, STILL], [SONG] * 2)
    assert reward.total.shape == (2,) and reward.total.dtype == np.float64
    assert {values.shape for values in reward.terms.values()} <= {(2,)}
    lengths = [[len(frames) for frames in arrays] for arrays in reward.frames.values()]
    assert all(pair == [len(DANCE), len(STILL)] for pair in lengths)


@pytest.mark.parametrize("name", REWARDS)
def test_N5_what_is_too_short_or_elsewhere_is_missing_and_the_others_are_not(name):
    bare = Skeleton(DANCE.skeleton.names, DANCE.skeleton.parents, 1.2 * DANCE.skeleton.offsets)
    stranger = DANCE.replace(skeleton=bare)
    alone = REWARDS[name]([DANCE], [SONG])
    reward = REWARDS[name]([DANCE[:1], stranger, DANCE], [SONG] * 3)
    assert reward.total[2] == alone.total[0]
    for index in np.flatnonzero(np.isnan(reward.total)):
        assert reward.reasons[int(index)]


@pytest.mark.parametrize("name", OURS[:2])
def test_N5_another_skeleton_is_refused_in_the_reason(name):
    bare = Skeleton(DANCE.skeleton.names, DANCE.skeleton.parents, 1.2 * DANCE.skeleton.offsets)
    reward = REWARDS[name]([DANCE.replace(skeleton=bare)], [None])
    assert math.isnan(reward.total[0]) and math.isnan(reward.log()["total"]["mean"])
    assert "another skeleton" in reward.reasons[0] and "retarget" in reward.reasons[0]


@pytest.mark.parametrize("name", OURS)
def test_N2_the_frame_rate_and_where_it_is_danced_change_little(name):
    for fault in (lambda motion: motion, skating):
        clips = [fault(stepping(4.0, fps=fps)) for fps in (30.0, 15.0, 60.0)]
        at_thirty, *others = worth(name, *clips)
        assert others == pytest.approx([at_thirty] * 2, abs=0.05)
    here, there = worth(name, skating(DANCE), skating(DANCE).moved((5, -3, 0)))
    assert there == pytest.approx(here, abs=1e-3)


@pytest.mark.parametrize("name", OURS)
def test_N2_order_and_company_change_nothing(name):
    motions = [DANCE, STILL, skating(DANCE), hovering(DANCE)]
    forwards = worth(name, *motions)
    assert worth(name, *motions[::-1]) == forwards[::-1]
    assert [worth(name, motion)[0] for motion in motions] == forwards


def test_each_gathers_what_motions_are_worth():
    def frames_long(motion, music):
        if len(motion) < 10:
            raise FootlightsError("too short", "motion", "give more")
        return Worth(float(len(motion)), {"half": len(motion) / 2}, {"ones": np.ones(len(motion))})

    reward = each([DANCE, DANCE[:3]], [None, None], frames_long)
    np.testing.assert_array_equal(reward.total, [120, np.nan])
    np.testing.assert_array_equal(reward.terms["half"], [60, np.nan])
    assert [len(frames) for frames in reward.frames["ones"]] == [120, 0]
    assert reward.reasons == {1: "too short: give more"}
    log = reward.log()
    assert log["total"] == {"mean": 120, "spread": 0, "least": 120, "most": 120, "missing": 1}


def test_as_many_songs_as_motions():
    with pytest.raises(ValueError, match="2 motions and 1 songs"):
        REWARDS["physics"]([DANCE, STILL], [None])
