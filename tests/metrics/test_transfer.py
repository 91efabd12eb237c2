"""How a dance went onto a character: what is the same on both, and what is not."""

import numpy as np
import pytest

import canaries
from footlights.metrics.transfer import _shared_moments, transfer
from footlights.retargeting.rig import house_rig

DANCE = canaries.stepping(2.0)


def test_a_dance_on_the_house_body_is_itself():
    figures = transfer(DANCE, DANCE, house_rig())
    assert figures.shared_contacts == figures.shared_moments == 1
    assert figures.slide == figures.source_slide and figures.deepest_sole < 0.001
    assert figures.bone_angle == pytest.approx(0, abs=1e-3)
    assert np.isnan(figures.hand_slide), "no hand leans on the floor"


def test_a_dance_that_skates_slides_more():
    figures = transfer(DANCE, canaries.skating(DANCE, 0.2), house_rig())
    assert figures.slide > figures.source_slide + 10, "cm/s"


def test_a_dance_below_the_floor_is_told_how_deep():
    figures = transfer(DANCE, canaries.sunk(DANCE, 0.1), house_rig())
    assert figures.deepest_sole == pytest.approx(0.1, abs=0.005)


def test_moments_of_contact_are_counted_one_for_one():
    """Marks that flicker have every moment, and as many more: they are not the same."""
    marks = np.zeros((40, 4))
    marks[10:20, 0] = 1
    flicker, late = np.zeros((40, 4)), np.roll(marks, 1, axis=0)
    flicker[::2] = 1
    assert _shared_moments(marks, marks, 30.0) == 1 and _shared_moments(marks, late, 30.0) == 1
    assert _shared_moments(marks, np.roll(marks, 2, axis=0), 30.0) == 0
    assert _shared_moments(marks, flicker, 30.0) < 0.1
    assert np.isnan(_shared_moments(np.ones((40, 4)), np.ones((40, 4)), 30.0)), (
        "no foot moves: there is no moment"
    )
