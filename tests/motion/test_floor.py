"""The one floor of a clip: found wherever it lies, moved by nothing that does not stand on it."""

import numpy as np
import pytest

import canaries
from footlights.motion.floor import SOLES, WHOLE_BODY, find_floor, floor_height
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24

DANCE = canaries.stepping(8.0)


@pytest.mark.parametrize("height", [-0.4, 0.0, 0.07, 1.1])
def test_the_floor_is_found_wherever_the_clip_lies(height):
    assert floor_height(DANCE.moved((0, 0, height))) == pytest.approx(height, abs=0.004)


def test_jumps_and_single_bad_frames_do_not_move_the_floor():
    root, time = DANCE.root.copy(), np.arange(len(DANCE)) / 30
    root[:, 2] += np.where((time % 2) < 0.6, 0.9 * np.sin(np.pi * (time % 2) / 0.6), 0)
    root[50:52, 2] -= 0.5
    assert floor_height(DANCE.replace(root=root)) == pytest.approx(0, abs=0.006)


def test_the_floor_of_a_clip_is_one_number_and_frames_under_it_stay_under_it():
    sunk = DANCE.root.copy()
    sunk[100:110, 2] -= 0.03
    assert floor_height(DANCE.replace(root=sunk)) == pytest.approx(0, abs=0.004)


def test_a_clip_that_never_stands_still_has_a_floor():
    frames = np.arange(30)
    root = np.stack([0.1 * frames, 0 * frames, SMPL24.rest[0, 2] + 0.02 * np.sin(frames)], axis=1)
    rotations = np.tile([1.0, 0, 0, 0], (30, 24, 1))
    assert floor_height(Motion(root, rotations, 30)) == pytest.approx(-0.01, abs=0.03)


def test_one_frame_has_a_floor():
    assert floor_height(DANCE[:1]) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("search", [SOLES, WHOLE_BODY])
def test_the_spread_says_how_unsure_the_floor_is(search):
    """Half of the middle half of the heights; a frame kilometres away takes no memory."""
    heights = np.concatenate([np.full(50, 0.3), np.linspace(0.3, 0.5, 50), [-9e6]])
    points = np.stack([0 * heights, 0 * heights, heights], axis=-1)[:, None]
    floor = find_floor(points, np.zeros((len(heights), 1)), search)
    assert floor.height == pytest.approx(0.3, abs=0.01)
    assert floor.spread == pytest.approx(0.05, abs=0.01)
    assert find_floor(points[:50], np.zeros((50, 1)), search).spread == 0
