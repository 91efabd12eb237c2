"""One clip after another: no jump at the seam, the heading goes on, standing feet stay."""

import numpy as np
import pytest

from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.metrics.foot_contact import foot_contact_scores
from footlights.motion.heading import heading_of
from footlights.postprocess.blend import blended, find_seam
from footlights.postprocess.foot_lock import clean


def fastest(motion):
    """m/s of the fastest joint in any frame."""
    return float(np.linalg.norm(np.diff(motion.positions, axis=0), axis=-1).max() * motion.fps)


def test_a_clip_turned_and_far_away_goes_on_where_the_other_is():
    first = stepping(6.0)
    second = stepping(7.0, bpm=100).moved((5.0, -3.0, 0.0), yaw=2.0)
    whole = clean(blended(first, second, find_seam(first, second)))
    assert fastest(whole) < 1.2 * max(fastest(first), fastest(second))
    assert abs(heading_of(whole)).max() < 0.1
    assert np.abs(whole.root[:, :2]).max() < 1.0
    slips = [foot_contact_scores(motion)["slip"].value for motion in (first, second, whole)]
    assert slips[2] < max(slips[:2]) + 1.0, "cm/s"


def test_a_step_goes_on_as_the_step_that_it_is():
    whole = stepping(12.0)
    first, second = whole[:170], whole[100:].moved((1.0, 2.0, 0.0), yaw=-1.0)
    seam = find_seam(first, second)
    # Both are the same dance: the seam is best where it goes on as if it had not been cut. The
    # steps come round every four seconds.
    assert (100 + seam.second - seam.first) % 120 in (0, 1, 119)
    joined = blended(first, second, seam)
    place = joined.positions[seam.first : seam.first + seam.frames]
    assert np.abs(place - whole.positions[seam.first : seam.first + seam.frames]).max() < 0.03


def test_before_and_after_the_seam_nothing_changes():
    first, second = stepping(5.0), stepping(5.0, bpm=90)
    seam = find_seam(first, second)
    joined = blended(first, second, seam)
    assert len(joined) == seam.first + len(second) - seam.second
    assert np.array_equal(joined.rotations[: seam.first], first.rotations[: seam.first])
    tail = len(second) - seam.second - seam.frames
    assert np.allclose(joined.rotations[-tail:, 1:], second.rotations[-tail:, 1:], atol=1e-6)


def test_too_short_a_clip_is_refused():
    with pytest.raises(FootlightsError, match="too short to be joined"):
        find_seam(stepping(5.0), stepping(0.3))
