"""Limits of hinges are where the measure of joint ranges begins to count."""

import numpy as np
import pytest

from footlights.geometry.rotations import quat_about
from footlights.metrics.joint_ranges import range_excess_of
from footlights.motion.joint_limits import hinge_limits
from footlights.motion.skeleton import SMPL24

# Joint -> what judges it; a joint of a chain may turn by its own limit, not yet the chain's.
GROUPS = {
    "hip": "leg",
    "knee": "leg",
    "ankle": "ankle",
    "foot": "toes",
    "collar": "collar",
    "shoulder": "arm",
    "elbow": "arm",
    "wrist": "wrist",
}
# A straight limb that is wrung, or an arm whose elbow's axis is turned, is judged as one with its
# other joint: alone these turn unseen.
SHARED = {("hip", 2), ("shoulder", 0), ("elbow", 1), ("elbow", 2)}
CHAINS = {"spine1": "spine", "spine2": "spine", "neck": "neck", "head": "neck"}


def excess(joint: str, group: str, axis: int, degrees: float) -> float:
    rotations = np.zeros((1, 24, 4))
    rotations[..., 0] = 1
    rotations[:, SMPL24.index(joint)] = quat_about("xyz"[axis], np.radians([degrees]))
    return float(range_excess_of(rotations)[group][0])


@pytest.mark.parametrize("name", GROUPS)
def test_a_joint_at_its_limit_is_allowed_and_beyond_it_is_not(name):
    joint, group = f"left_{name}", f"left_{GROUPS[name]}"
    limits = hinge_limits(joint)
    assert limits.shape == (3, 2) and (limits[:, 0] < 0).all() and (limits[:, 1] > 0).all()
    for axis, pair in enumerate(limits):
        for limit in pair:
            assert excess(joint, group, axis, limit) == pytest.approx(0, abs=1e-6), (axis, limit)
            beyond = excess(joint, group, axis, limit + np.copysign(8, limit))
            assert beyond == pytest.approx(8, abs=0.01) or (name, axis) in SHARED, (axis, limit)


@pytest.mark.parametrize("name", CHAINS)
def test_a_joint_of_a_chain_takes_at_most_the_chains_range(name):
    worst = [
        excess(name, CHAINS[name], axis, limit)
        for axis, pair in enumerate(hinge_limits(name))
        for limit in pair
    ]
    assert worst == pytest.approx([0.0] * 6, abs=1e-6)


def test_every_joint_but_the_root_has_limits():
    assert len([hinge_limits(name) for name in SMPL24.names[1:]]) == 23
    np.testing.assert_array_equal(hinge_limits("right_knee"), hinge_limits("knee"))
    with pytest.raises(KeyError):
        hinge_limits("tail")
