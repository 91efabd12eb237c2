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
    bridged = repair(spiked(dance, slice(70, 72)), names)
    assert len(bridged.segments) == 1 and 0.05 < bridged.bridged < 0.35 and bridged.cut == 0
    assert np.abs(bridged.segments[0].motion.positions - dance.positions).max() < 0.12

    cut = repair(spiked(dance, slice(65, 85)), names)
    starts = [segment.start for segment in cut.segments]
    assert starts == [0.0, pytest.approx(2.9, abs=0.1)] and cut.cut > 0.6


def test_a_sound_clip_is_left_alone(dance):
    names = joint_map(SMPL24)
    assert repair(dance, names).segments[0].motion.root.tobytes() == dance.root.tobytes()


def test_rest_poses_at_both_ends_are_cut(dance):
    pose = np.tile(np.array([1.0, 0, 0, 0], np.float32), (20, 24, 1))
    hold = Motion(np.tile(SMPL24.rest[0], (20, 1)), pose, 30)
    bare = dance.replace(contacts=None)
    segments = repair(hold.joined(bare).joined(hold), joint_map(SMPL24)).segments
    longest = max(segments, key=lambda segment: len(segment.motion))
    assert 0.6 < longest.start < 0.85 and len(dance) - 10 < len(longest.motion) <= len(dance)


def test_skipped_frames_are_skipped(dance):
    segment = repair(dance, joint_map(SMPL24), skip=30, tail=15).segments[0]
    assert segment.start == pytest.approx(1.0) and len(segment.motion) == len(dance) - 45
    assert repair(dance, joint_map(SMPL24), skip=10_000).segments == []
