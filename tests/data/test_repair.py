"""Recorded motion is repaired where it can be, cut where not, and left alone where it is sound."""

import numpy as np
import pytest

import canaries
from footlights.data.repair import repair
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.retargeting.joint_names import joint_map
from recordings import spiked


@pytest.fixture(scope="module")
def dance() -> Motion:
    return canaries.stepping(5.0, bpm=100.0)


def test_a_short_spike_is_bridged_and_a_long_one_is_cut_out(dance):
    names = joint_map(SMPL24)
    healed = repair(spiked(dance, slice(70, 72)), names)
    assert len(healed.pieces) == 1 and 0.05 < healed.bridged < 0.35 and healed.cut == 0
    assert np.abs(healed.pieces[0].motion.positions - dance.positions).max() < 0.12
    parted = repair(spiked(dance, slice(65, 85)), names)
    assert [round(p.start, 1) for p in parted.pieces] == [
        0.0,
        pytest.approx(2.9, abs=0.1),
    ] and parted.cut > 0.6
    assert repair(dance, names).pieces[0].motion.root.tobytes() == dance.root.tobytes()


def test_rest_poses_at_both_ends_are_cut(dance):
    pose = np.tile(np.array([1.0, 0, 0, 0], np.float32), (20, 24, 1))
    hold = Motion(np.tile(SMPL24.rest[0], (20, 1)), pose, 30)
    bare = dance.replace(contacts=None)
    both = repair(hold.joined(bare).joined(hold), joint_map(SMPL24))
    piece = max(both.pieces, key=lambda p: len(p.motion))
    assert 0.6 < piece.start < 0.85 and len(dance) - 10 < len(piece.motion) <= len(dance)


def test_skipped_frames_are_skipped(dance):
    piece = repair(dance, joint_map(SMPL24), skip=30, tail=15).pieces[0]
    assert piece.start == pytest.approx(1.0) and len(piece.motion) == len(dance) - 45
    assert repair(dance, joint_map(SMPL24), skip=10_000).pieces == []
