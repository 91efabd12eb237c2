"""Rewards on several processes: the numbers of one, bit for bit."""

import numpy as np
import pytest

from canaries import frozen, hovering, skating, stepping, vibrating
from footlights.basics.errors import FootlightsError
from footlights.rewards import combine, shared
from paying import Song

DANCE = stepping(4.0)
SONG = Song(np.arange(8) / 2)
SPEC = "physics=.5, energy=.3, beats=.1"


def test_two_processes_give_the_numbers_of_one_bit_for_bit():
    short = frozen(DANCE)[:3]
    motions = [DANCE, short, skating(DANCE), hovering(DANCE), vibrating(DANCE, 0.003)]
    alone = combine(SPEC)(motions, [SONG] * 5)

    with shared(SPEC, 2) as reward:
        for order in ([0, 1, 2, 3, 4], [4, 1, 3, 0, 2], [1]):
            dealt = reward([motions[k] for k in order], [SONG] * len(order))
            np.testing.assert_array_equal(dealt.total, alone.total[order])
            assert dealt.reasons == {order.index(1): alone.reasons[1]}

            assert len(dealt.terms) > 10 and len(dealt.frames) > 10
            for name, values in dealt.terms.items():
                np.testing.assert_array_equal(values, alone.terms[name][order])
            for name, arrays in dealt.frames.items():
                for k, frames in zip(order, arrays, strict=True):
                    np.testing.assert_array_equal(frames, alone.frames[name][k])


def test_one_process_is_the_reward_itself():
    with shared(SPEC, 1) as reward:
        total = reward([DANCE], [SONG]).total
    np.testing.assert_array_equal(total, combine(SPEC)([DANCE], [SONG]).total)


def test_a_wrong_spec_is_told_before_processes_start():
    with pytest.raises(FootlightsError, match="'grace'"), shared("grace"):
        pass
