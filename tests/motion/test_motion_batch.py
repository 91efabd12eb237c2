"""Many clips as arrays: nothing is lost, what is held is marked, joints stand where they stood."""

import numpy as np
import pytest

from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.motion.motion_batch import MotionBatch
from moving import swaying

CLIPS = [swaying(1.0, seed=1), swaying(0.4, seed=2), swaying(0.7, seed=3)]


def test_motions_come_out_as_they_went_in():
    batch = MotionBatch.of(CLIPS)
    assert len(batch) == 3 and batch.root.shape == (3, 30, 3)
    for before, after in zip(CLIPS, batch.motions(), strict=True):
        assert np.array_equal(before.root, after.root)
        assert np.array_equal(before.rotations, after.rotations)


def test_short_clips_are_held_at_their_last_frame_and_that_is_marked():
    batch = MotionBatch.of(CLIPS)
    assert batch.mask.sum(axis=1).tolist() == [30, 12, 21]
    assert (batch.root[1, 12:] == CLIPS[1].root[-1]).all()


def test_joints_stand_where_those_of_the_clips_do_in_numpy_and_torch():
    torch = pytest.importorskip("torch")
    batch = MotionBatch.of(CLIPS)
    for positions in (batch.kinematics()[0], batch.map(torch.from_numpy).kinematics()[0].numpy()):
        for number, clip in enumerate(CLIPS):
            assert abs(positions[number, : len(clip)] - clip.positions).max() < 1e-6


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(FootlightsError, match="motion 1 is on another skeleton or at another rate"):
        MotionBatch.of([CLIPS[0], stepping(1.0, fps=60.0)])
    with pytest.raises(FootlightsError, match="no motions"):
        MotionBatch.of([])
