"""Contacts with the floor: a dance whose standing feet are known by construction."""

import numpy as np
import pytest

import canaries
from footlights.basics.errors import FootlightsError
from footlights.motion.contacts import mark_contacts
from moving import TRIPOD, swaying

DANCE = canaries.stepping(8.0)


def test_standing_feet_are_marked_and_lifted_ones_are_not():
    marked = mark_contacts(DANCE)
    assert marked.shape == (len(DANCE), 4) and set(np.unique(marked)) <= {0.0, 1.0}
    assert (marked == DANCE.contacts).mean() > 0.93

    inner = DANCE.contacts.copy()
    for _ in range(2):  # two frames at each end of a stand belong to the lifting
        inner[1:-1] = np.minimum(np.minimum(inner[1:-1], inner[2:]), inner[:-2])
    assert marked[inner > 0].min() == 1


def test_contacts_do_not_depend_on_the_frame_rate():
    fast, slow = mark_contacts(canaries.stepping(8.0, fps=60.0)), mark_contacts(DANCE)
    assert (fast[::2][: len(slow)] == slow).mean() > 0.96


def test_nothing_touches_when_the_body_hovers():
    assert mark_contacts(DANCE.moved((0, 0, 0.2))).sum() == 0


def test_a_foot_that_skates_is_not_standing():
    along_x = np.arange(len(DANCE))[:, None] / 30 * np.array([1.0, 0, 0], np.float32)
    assert mark_contacts(DANCE.replace(root=DANCE.root + along_x)).mean() < 0.1


def test_N2_place_and_heading_do_not_matter():
    turned = mark_contacts(DANCE.moved((3, -2, 0), yaw=1.0))
    assert (turned == mark_contacts(DANCE)).mean() > 0.999


def test_one_frame_has_contacts():
    assert mark_contacts(DANCE[:1]).shape == (1, 4)


def test_another_skeleton_is_refused():
    with pytest.raises(FootlightsError, match="retarget"):
        mark_contacts(swaying(0.2, skeleton=TRIPOD))
