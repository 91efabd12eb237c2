"""The upper body of one clip over the legs of another."""

import numpy as np

from canaries import stepping
from footlights.motion.heading import heading_of, unturned
from footlights.motion.skeleton import SMPL24
from footlights.postprocess.layering import layered
from moving import swaying

LEGS = [j for j, name in enumerate(SMPL24.names) if any(
    part in name for part in ("pelvis", "hip", "knee", "ankle", "foot"))]  # fmt: skip


def test_legs_and_way_are_the_ones_arms_and_chest_the_others():
    upper, lower = swaying(3.0), stepping(4.0)
    both = layered(upper, lower)
    assert len(both) == len(upper) and np.array_equal(both.root, lower.root[: len(upper)])
    assert np.allclose(both.rotations[:, LEGS], lower.rotations[: len(upper), LEGS], atol=1e-6)
    arms = [SMPL24.index(name) for name in ("left_shoulder", "right_elbow", "neck", "head")]
    assert np.allclose(both.rotations[:, arms], upper.rotations[:, arms], atol=1e-6)


def test_the_chest_leans_as_it_did_whatever_the_pelvis_does():
    upper, lower = stepping(3.0), swaying(3.0)
    both = layered(upper, lower.moved(yaw=1.0))
    own = layered(upper, upper)
    assert np.allclose(own.positions, upper.positions, atol=1e-5), "over itself it is itself"

    # Where the chest's own axes point, seen from the dancer's heading.
    chest = SMPL24.index("spine3")
    axes = [
        unturned(m.kinematics()[1][:, chest].astype(np.float64).transpose(0, 2, 1), heading_of(m))
        for m in (upper, both)
    ]
    assert np.abs(axes[0] - axes[1]).max() < 0.01
