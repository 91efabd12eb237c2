"""From quantities to scores: strictly falling, never 0; files of users are read or refused."""

import json

import numpy as np
import pytest

from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.physics import judge
from footlights.physics.score_calibration import Calibration

SHIPPED = Calibration.shipped()
FORMER_NAMES = {
    "self_penetration": "self_depth",
    "residual_moment": "balance",
    "excess_ground_reaction": "overload",
    "residual_force": "missing_force",
    "specific_power": "effort",
    "slip_aware_residual": "unexplained",
}


def text(version: int, names: dict[str, str], **more: object) -> str:
    """A calibration file with the shipped numbers and some quantities under other names."""
    rows = {
        names.get(name, name): {"tolerance": SHIPPED.tolerance[name], "scale": SHIPPED.scale[name]}
        for name in SHIPPED.tolerance
    }
    kind = f"footlights-physics-calibration-{version}"
    return json.dumps({"format": kind, "version": "mine", "quantities": rows, **more})


@pytest.mark.parametrize("name", SHIPPED.tolerance)
def test_scores_are_never_zero_and_fall_everywhere(name):
    scores = SHIPPED.score(name, np.linspace(0, 20 * SHIPPED.scale[name], 200))
    assert scores[0] == 1 and (np.diff(scores) < 0).all() and scores[-1] > 0
    assert 0.85 < SHIPPED.score(name, SHIPPED.tolerance[name]) < 0.95
    assert SHIPPED.score(name, 1e12) > 0


def test_a_scale_beyond_the_tolerance_costs_a_factor_of_e():
    ratio = SHIPPED.log_score("slip", 3.0) - SHIPPED.log_score("slip", 3.0 + SHIPPED.scale["slip"])
    assert ratio == pytest.approx(1, abs=1e-3)


def test_a_calibration_of_a_user_is_read():
    mine = Calibration.read(text(2, {}, energy={"band": [0.5, 1.5]}), "mine.json")
    assert mine.tolerance == SHIPPED.tolerance and mine.speed_band == (0.5, 1.5)
    assert mine.name.startswith("mine-") and mine.name != SHIPPED.name
    without = Calibration.read(text(2, {}), "mine.json")
    assert np.isnan(without.speed_band).all()


def test_a_calibration_with_the_names_of_the_version_before_is_read():
    mine = Calibration.read(text(1, FORMER_NAMES), "mine.json")
    assert len(mine.tolerance) == 13 and set(FORMER_NAMES) <= set(mine.tolerance)
    assert mine.tolerance == SHIPPED.tolerance and mine.scale == SHIPPED.scale
    dance = stepping(2.0)
    assert judge(dance, calibration=mine).sub_scores == judge(dance).sub_scores


@pytest.mark.parametrize(
    "content", ['{"format": "other"}', "not json", "[]", '{"format": "footlights-motion-1"}']
)
def test_a_calibration_of_another_format_is_refused(content):
    with pytest.raises(FootlightsError, match="no calibration of format"):
        Calibration.read(content, "mine.json")
