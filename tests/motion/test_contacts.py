"""Contacts and the floor: a dance whose standing feet are known by construction."""

import numpy as np
import pytest

import canaries
from footlights.basics.errors import FootlightsError
from footlights.motion.contacts import mark_contacts
from footlights.motion.floor import floor_height
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from moving import TRIPOD, swaying


@pytest.fixture(scope="module")
def dance() -> Motion:
    return canaries.stepping(8.0)


def test_standing_feet_are_marked_and_lifted_ones_are_not(dance):
    marked = mark_contacts(dance)
    assert marked.shape == (len(dance), 4) and set(np.unique(marked)) <= {0.0, 1.0}
    assert (marked == dance.contacts).mean() > 0.93
    inner = dance.contacts.copy()
    for _ in range(2):  # two frames at each end of a stand belong to the lifting
        inner[1:-1] = np.minimum(np.minimum(inner[1:-1], inner[2:]), inner[:-2])
    assert marked[inner > 0].min() == 1


def test_contacts_do_not_depend_on_the_frame_rate(dance):
    fast = mark_contacts(canaries.stepping(8.0, fps=60.0))
    slow = mark_contacts(dance)
    assert (fast[::2][: len(slow)] == slow).mean() > 0.96


def test_nothing_touches_when_the_body_hovers_or_is_moved_away_from_the_floor(dance):
    assert mark_contacts(dance.moved((0, 0, 0.2))).sum() == 0


def test_a_foot_that_skates_is_not_standing(dance):
    gliding = dance.replace(
        root=dance.root + np.arange(len(dance))[:, None] / 30 * np.array([1.0, 0, 0], np.float32)
    )
    assert mark_contacts(gliding).mean() < 0.1


def test_place_and_heading_do_not_matter(dance):
    assert (mark_contacts(dance.moved((3, -2, 0), yaw=1.0)) == mark_contacts(dance)).mean() > 0.999


@pytest.mark.parametrize("height", [-0.4, 0.0, 0.07, 1.1])
def test_the_floor_is_found_wherever_the_clip_lies(dance, height):
    assert floor_height(dance.moved((0, 0, height))) == pytest.approx(height, abs=0.004)


def test_jumps_and_single_bad_frames_do_not_move_the_floor(dance):
    root = dance.root.copy()
    time = np.arange(len(root)) / 30
    root[:, 2] += np.where((time % 2) < 0.6, 0.9 * np.sin(np.pi * (time % 2) / 0.6), 0)
    root[50:52, 2] -= 0.5
    assert floor_height(dance.replace(root=root)) == pytest.approx(0, abs=0.006)


def test_the_floor_of_a_clip_is_one_number_and_frames_under_it_stay_under_it(dance):
    sunk = dance.root.copy()
    sunk[100:110, 2] -= 0.03
    assert floor_height(dance.replace(root=sunk)) == pytest.approx(0, abs=0.004)


def test_a_clip_that_never_stands_still_has_a_floor():
    root = np.stack(
        [np.arange(30) * 0.1, np.zeros(30), SMPL24.rest[0, 2] + 0.02 * np.sin(np.arange(30))], 1
    )
    rotations = np.tile([1.0, 0, 0, 0], (30, 24, 1))
    assert floor_height(Motion(root, rotations, 30)) == pytest.approx(-0.01, abs=0.03)


def test_one_frame_has_a_floor_and_contacts(dance):
    assert floor_height(dance[:1]) == pytest.approx(0, abs=0.02)
    assert mark_contacts(dance[:1]).shape == (1, 4)


def test_another_skeleton_is_refused():
    with pytest.raises(FootlightsError, match="retarget"):
        mark_contacts(swaying(0.2, skeleton=TRIPOD))
