"""What the segments of a body weigh, and the same weight as points at its joints."""

import numpy as np
import pytest

from canaries import stepping
from footlights.motion.body import Body
from footlights.motion.body_segments import joint_mass_shares, segment_masses, segments
from footlights.motion.skeleton import SMPL24
from footlights.physics import Humanoid
from footlights.physics.inverse_dynamics import dynamics_of


def test_masses_are_de_levas_shares_of_a_body_as_dense_as_a_living_one():
    body = Body.load()
    masses = segment_masses(body, segments(body))
    share = dict(zip(SMPL24.names, masses / masses.sum(), strict=True))
    assert masses.sum() == pytest.approx(0.0620 * 985, rel=0.01)
    assert share["left_hip"] == pytest.approx(0.1447, abs=1e-3)
    assert share["left_knee"] == pytest.approx(0.0457, abs=1e-3)
    assert share["head"] + share["neck"] == pytest.approx(0.0681, abs=1e-3)
    assert share["left_wrist"] + share["left_hand"] == pytest.approx(0.0059, abs=1e-3)


def test_points_at_joints_weigh_as_the_body_and_balance_as_it():
    """The centre of mass that only joints tell is the whole body's to two or three centimetres."""
    shares = joint_mass_shares()
    assert shares.sum() == pytest.approx(1) and (shares >= 0).all()
    np.testing.assert_allclose(shares[list(SMPL24.swapped)], shares, rtol=0.02, atol=1e-4)

    dance = stepping(2.0)
    by_joints = np.einsum("tjc,j->tc", dance.positions.astype(np.float64), shares)
    whole = dynamics_of(Humanoid.of(), dance.root, dance.rotations, dance.fps).centre_of_mass
    np.testing.assert_allclose(by_joints[5:-5], whole[5:-5], atol=0.025)
    np.testing.assert_allclose(by_joints[5:-5, 2], whole[5:-5, 2], atol=0.007)
