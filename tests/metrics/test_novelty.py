"""How far a dance is from what was learnt."""

import numpy as np
import pytest

import canaries
from footlights.metrics.novelty import TrainingSeconds, novelty, one_second_windows

GOOD = canaries.stepping(8.0)
KNOWN = TrainingSeconds.of([GOOD])


def test_what_was_learnt_is_no_news():
    assert novelty(GOOD.cut(1, 6), KNOWN).value < 0.5


def test_its_mirror_image_is_no_news_either():
    turned = GOOD.cut(1, 6).mirrored()
    assert novelty(turned, KNOWN).value < 0.5


def test_N2_place_heading_and_frame_rate_are_not_seen():
    elsewhere = GOOD.cut(1, 6).moved((4, 5, 0), yaw=2.0)
    assert novelty(elsewhere, KNOWN).value < 0.5
    assert novelty(canaries.stepping(8.0, fps=60.0), KNOWN).value < 0.5


def test_a_body_lifted_by_a_hand_is_that_far():
    assert novelty(GOOD.moved((0, 0, 0.1)), KNOWN).value == pytest.approx(10, abs=1)


def test_other_poses_are_news():
    assert novelty(canaries.swapped_arms(GOOD), KNOWN).value > 5
    assert novelty(canaries.vibrating(GOOD, 0.01), KNOWN).value > 1


def test_pieces_and_speeds_of_the_known_fool_it_partly():
    assert novelty(canaries.time_reversed(GOOD), KNOWN).value < 5
    assert novelty(canaries.frozen(GOOD), KNOWN).value < 15


def test_nearest_by_hand():
    seconds = TrainingSeconds(np.zeros((1, 300), np.float32))
    window = np.zeros((1, 300), np.float32)
    window[0, ::3] = 0.2  # every joint 20 cm along x
    assert seconds.nearest(window)[0] == pytest.approx(20)


def test_shapes():
    assert one_second_windows(GOOD, 0.5).shape == (15, 300)
    assert one_second_windows(GOOD[:20], 0.5).shape == (0, 300)


def test_N5_short_clips_and_empty_memories_have_no_number():
    assert (
        np.isnan(novelty(GOOD[:20], KNOWN).value) and "second" in novelty(GOOD[:20], KNOWN).reason
    )
    empty = novelty(GOOD, TrainingSeconds.of([]))
    assert np.isnan(empty.value) and "training" in empty.reason
