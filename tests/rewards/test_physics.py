"""Rewards of physics: paid for what a body could do; published, hovering pays as well."""

import pytest

from canaries import hovering, skating, stepping, sunk, vibrating
from footlights.physics import judge
from footlights.rewards.physics import physics
from paying import worth

DANCE = stepping(4.0)


def test_physics_pays_for_what_a_body_could_do():
    spoilt = (hovering(DANCE), skating(DANCE), vibrating(DANCE, 0.003))
    clean, *others = worth("physics", DANCE, *spoilt)
    assert clean > 0.95 and max(others) < 0.9


def test_physics_is_the_judgement_with_its_sub_scores():
    reward, judgement = physics([DANCE], [None]), judge(DANCE)
    assert reward.total[0] == judgement.physics_score
    terms = {name: values[0] for name, values in reward.terms.items()}
    assert terms == {"activity": judgement.activity, **judgement.sub_scores}
    assert set(reward.frames) == {"total", *judgement.sub_scores}


def test_published_physics_pays_for_hovering_and_sinking():
    clean, *others = worth("phymotion", DANCE, hovering(DANCE), sunk(DANCE))
    assert others == pytest.approx([clean, clean], abs=1e-6)
