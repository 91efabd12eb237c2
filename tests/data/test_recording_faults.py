"""What no body can have done is told from jumps, walks and handstands, and its rest is kept."""

import numpy as np
import pytest

import canaries
from footlights.data.recording_faults import (
    FLIPPED,
    FROZEN,
    HANGING,
    ON_ONE_HEEL,
    recording_faults,
    sound_spans,
)
from footlights.geometry.rotations import quat_from_rotvec, quat_mul
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24

DANCE = canaries.stepping(5.0, bpm=100.0)


def lifted(heights: np.ndarray) -> Motion:
    """The dance, its whole body raised by so many metres in each frame."""
    root = DANCE.root + np.stack([0 * heights, 0 * heights, heights], axis=1)
    return DANCE.replace(root=root)


def turned(motion: Motion, joint: str, x_degrees: float) -> Motion:
    rotations = motion.rotations.astype(np.float64)
    by = quat_from_rotvec(np.radians([x_degrees, 0.0, 0.0]))
    at = SMPL24.index(joint)
    rotations[:, at] = quat_mul(rotations[:, at], by)
    return motion.replace(rotations=rotations)


@pytest.mark.parametrize("dance", [DANCE, canaries.walking(5.0)])
def test_dance_and_walk_have_no_fault(dance):
    assert recording_faults(dance) == []
    assert sound_spans(dance, []) == [(0, len(dance))]


def test_a_body_held_up_by_nothing_hangs_and_one_that_jumps_as_high_does_not():
    seconds = np.arange(len(DANCE)) / DANCE.fps
    inside = (seconds > 2.0) & (seconds < 2.6)
    held = recording_faults(lifted(np.where(inside, 0.15, 0.0)))
    assert [fault.what for fault in held] == [HANGING]
    assert held[0].start / DANCE.fps == pytest.approx(1.9, abs=0.1)
    assert held[0].end / DANCE.fps == pytest.approx(2.7, abs=0.1)

    since = np.clip(seconds - 2.0, 0, 0.6)
    jump = 0.5 * 9.81 * since * (0.6 - since)
    assert recording_faults(lifted(jump)) == []


def test_standing_on_one_heel_is_no_stance():
    standing = canaries.frozen(DANCE)[:45]
    # The other leg is drawn up in front, as in an arabesque in which no foot turns over.
    raised = turned(standing, "right_hip", -60.0)
    assert ON_ONE_HEEL not in {fault.what for fault in recording_faults(raised)}

    tilted = turned(raised, "left_ankle", -40.0)
    assert ON_ONE_HEEL in {fault.what for fault in recording_faults(on_the_floor(tilted))}


def test_upside_down_on_ones_feet_and_frozen():
    still = canaries.frozen(DANCE)[:60]
    assert FROZEN in {fault.what for fault in recording_faults(still)}

    # The pelvis alone turns over; the hips turn back, so that the feet still point down.
    flipped = turned(turned(turned(still, "pelvis", 180.0), "left_hip", 180.0), "right_hip", 180.0)
    assert FLIPPED in {fault.what for fault in recording_faults(on_the_floor(flipped))}


def test_what_is_left_beside_a_fault_is_long_enough_to_learn_from():
    seconds = np.arange(len(DANCE)) / DANCE.fps
    faults = recording_faults(lifted(np.where((seconds > 1.0) & (seconds < 1.5), 0.15, 0.0)))
    assert len(faults) == 1
    assert sound_spans(DANCE, faults) == [(faults[0].end, len(DANCE))]


def on_the_floor(motion: Motion) -> Motion:
    from footlights.motion.body import sole_heights

    return motion.moved((0.0, 0.0, -float(sole_heights(motion).min())))
