"""A loop: its last frame is its first, it moves on as it came, and its feet stand."""

import numpy as np
import pytest

from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import angle_between
from footlights.metrics.foot_contact import foot_contact_scores
from footlights.motion.contacts import mark_contacts
from footlights.motion.motion import Motion
from footlights.postprocess.loop import find_loop, looped
from moving import swaying


def assert_meets(loop: Motion, source: Motion) -> None:
    """First and last frame within 1 cm and 2 degrees; at the seam velocities change no more than
    they do from frame to frame in the source at its liveliest.
    """
    places = loop.positions
    assert np.linalg.norm(places[0] - places[-1], axis=-1).max() < 0.01
    turns = angle_between(*loop.rotations[[0, -1]].astype(np.float64))
    assert np.degrees(turns.max()) < 2
    steps, own = np.diff(places, axis=0), np.diff(source.positions, n=2, axis=0)
    change = np.linalg.norm(steps[0] - steps[-1], axis=-1)
    assert (change < np.linalg.norm(own, axis=-1).max(axis=0) + 0.1 / loop.fps).all(), "0.1 m/s"


@pytest.mark.parametrize("fps", [30.0, 60.0])
def test_ends_meet_and_feet_stand(fps):
    clip = stepping(9.3, fps)
    loop = looped(clip, find_loop(clip))
    assert_meets(loop, clip)
    before, after = (foot_contact_scores(m)["slip"].value for m in (clip, loop))
    assert after < before + 1.0, "cm/s"


def test_a_clip_that_never_returns_is_brought_back():
    clip = swaying(6.0).moved((0, 0, 0.4))
    clip = clip.replace(contacts=mark_contacts(clip))
    span = find_loop(clip)
    loop = looped(clip, span)
    assert_meets(loop, clip)
    # In its middle the dance is what it was, but for the even way back.
    middle = slice(len(loop) // 2 - 5, len(loop) // 2 + 5)
    own = clip[span.start : span.end + 1]
    arms = [clip.skeleton.index(name) for name in ("left_elbow", "right_elbow", "neck")]
    assert np.allclose(loop.rotations[middle][:, arms], own.rotations[middle][:, arms], atol=1e-3)


def test_a_loop_lies_between_two_downbeats():
    clip = stepping(10.0)
    downbeats = (0.5, 2.5, 4.5, 6.5, 8.5)
    span = find_loop(clip, downbeats)
    assert {span.start / clip.fps, span.end / clip.fps} <= set(downbeats)
    # Side steps come round every four seconds.
    assert (span.end - span.start) / clip.fps in (4, 8)


def test_the_best_end_is_where_the_poses_are_alike():
    clip = stepping(8.0)
    span = find_loop(clip[: round(4.4 * clip.fps)])
    assert abs((span.end - span.start) / clip.fps - 4.0) < 0.11


def test_too_short_a_clip_is_refused():
    with pytest.raises(FootlightsError, match=r"0\.5 s are too short to loop; give more than 1 s"):
        find_loop(stepping(0.5))
