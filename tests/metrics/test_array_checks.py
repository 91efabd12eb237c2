"""Malformed input is named before any maths is done on it."""

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.metrics.array_checks import checked_features, checked_positions
from footlights.metrics.beat_alignment_published import bas_bailando, bas_fact
from footlights.metrics.distribution import distances, frechet
from footlights.metrics.distribution_published import frechet_published
from footlights.metrics.foot_support import centre_of_mass
from footlights.metrics.foot_support_published import ground_reward_s2s, ground_s2s, pfc_edge
from footlights.metrics.geometric_features import geometric_features, geometric_features_bailando
from footlights.metrics.kinetic_features import kinetic_features, kinetic_features_bailando
from footlights.metrics.motion_magnitude import antifreezing_s2s

BEATS = np.array([1, 5])
OF_POSITIONS = (
    lambda p: kinetic_features(p, 30.0),
    lambda p: geometric_features(p, 30.0),
    lambda p: bas_bailando(p, BEATS),
    lambda p: bas_fact(p, BEATS),
    kinetic_features_bailando,
    geometric_features_bailando,
    pfc_edge,
    ground_s2s,
    ground_reward_s2s,
    antifreezing_s2s,
    centre_of_mass,
)


@pytest.mark.parametrize("metric", OF_POSITIONS)
def test_positions_of_another_shape_or_with_nan_are_refused(metric) -> None:
    with pytest.raises(FootlightsError, match="must be"):
        metric(np.zeros((10, 72)))
    with pytest.raises(FootlightsError, match="must be"):
        metric(np.zeros((10, 24, 2)))
    broken = np.zeros((10, 24, 3))
    broken[7, 3] = np.nan
    with pytest.raises(FootlightsError, match="frame 7 is not finite"):
        metric(broken)


def test_named_joints_must_all_be_there() -> None:
    with pytest.raises(FootlightsError, match=r"\(T, 24, 3\)"):
        pfc_edge(np.zeros((10, 22, 3)))
    assert checked_positions(np.zeros((0, 22, 3))).shape == (0, 22, 3)


@pytest.mark.parametrize("metric", [frechet, frechet_published, lambda a, b: distances(a, b, 0.05)])
def test_features_of_unlike_kinds_are_refused(metric) -> None:
    with pytest.raises(FootlightsError, match=r"\(N, 72\)"):
        metric(np.zeros((5, 72)), np.zeros((5, 32)))
    with pytest.raises(FootlightsError, match="one row a clip"):
        metric(np.zeros(72), np.zeros(72))
    assert checked_features([[1, np.nan]]).shape == (1, 2)
