"""Feet are placed: what rests stays, on one floor, with knees that keep their bend."""

from dataclasses import replace

import numpy as np
import pytest

import canaries
from footlights.motion.body import Body, soles
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, forward_kinematics, local_from_world
from footlights.retargeting.foot_placement import (
    FootPlacement,
    SoleContacts,
    lift_toes,
    place_feet,
)
from footlights.retargeting.foot_rest import rest_height, rest_weights
from footlights.retargeting.observed_motion import ObservedMotion, observe
from footlights.retargeting.rig import house_rig

DANCE = canaries.stepping(4.0)
ANKLES, TOES = [7, 8], [10, 11]


def observed(motion: Motion) -> ObservedMotion:
    return observe(motion, house_rig().joints, SMPL24)


def placed(
    motion: Motion, contacts: SoleContacts | None = None, rise: float = 0.0
) -> FootPlacement:
    """A clip's feet placed on its own body, after its positions were lifted by ``rise`` metres."""
    theirs = observed(motion)
    lifted = {name: p + np.array([0, 0, rise]) for name, p in theirs.positions.items()}
    _, world_rotations = motion.kinematics()
    return place_feet(
        replace(theirs, positions=lifted),
        world_rotations.astype(np.float64),
        SMPL24,
        Body.load().sole_points,
        contacts,
    )


def positions_of(placement: FootPlacement) -> np.ndarray:
    local = local_from_world(SMPL24, placement.world_rotations)
    return forward_kinematics(SMPL24, placement.root, local)[0]


def test_a_clip_on_its_own_body_stays_where_it_was():
    placement = placed(DANCE)
    assert np.abs(positions_of(placement) - DANCE.positions).max() < 0.01
    assert placement.floor == pytest.approx(0, abs=0.005)


def test_the_floor_is_found_at_any_height():
    assert placed(DANCE, rise=0.7).floor == pytest.approx(0.7, abs=0.005)


def test_soles_move_as_theirs_where_contacts_are_known():
    still = soles(DANCE).astype(np.float64)
    touching = SoleContacts(DANCE.contacts, still, 1.0)
    sideways = DANCE.replace(root=DANCE.root + 0.05 * np.sin(np.arange(len(DANCE)) / 4)[:, None])
    ankles = positions_of(placed(sideways, touching))[:, ANKLES]

    both = (DANCE.contacts[1:] > 0.5) & (DANCE.contacts[:-1] > 0.5)
    steps = np.linalg.norm(np.diff(ankles, axis=0), axis=-1)
    stands = both.reshape(-1, 2, 2).all(-1)
    assert stands.any() and steps[stands].max() < 0.003, "metres a frame; the body sways by 12 mm"


def test_a_floor_out_of_reach_lowers_the_pelvis_and_leaves_the_knee_bent():
    deep = soles(DANCE).astype(np.float64)
    standing = SoleContacts(np.ones_like(DANCE.contacts), deep, 1.0)
    positions = positions_of(placed(DANCE.moved((0, 0, 0.1)), standing))
    thigh, shin = positions[:, 4] - positions[:, 1], positions[:, 7] - positions[:, 4]
    reach = np.linalg.norm(positions[:, 7] - positions[:, 1], axis=-1)
    length = np.linalg.norm(thigh, axis=-1) + np.linalg.norm(shin, axis=-1)
    assert positions[:, 0, 2].mean() < DANCE.positions[:, 0, 2].mean() + 0.05
    assert (reach / length).max() < 0.9975


def test_toes_are_lifted_where_they_point_into_the_floor_and_nowhere_else():
    theirs = observed(DANCE)
    _, world_rotations = DANCE.kinematics()
    tipped = world_rotations.astype(np.float64).copy()
    down = 0.5
    tilt = np.array([[1, 0, 0], [0, np.cos(down), -np.sin(down)], [0, np.sin(down), np.cos(down)]])
    tipped[:, TOES] = tipped[:, TOES] @ tilt
    lifted = lift_toes(tipped, theirs, SMPL24)

    ball = theirs.positions["left_foot"]
    low = ball[:, 2] < rest_height(ball, theirs.fps) + 0.02
    assert low.any() and np.abs(lifted[low][:, TOES[0], 2, 1]).max() < 0.02
    others = [j for j in range(24) if j not in TOES]
    np.testing.assert_array_equal(lifted[:, others], tipped[:, others])


def test_a_point_rests_while_it_is_low_and_slow():
    at = np.arange(90) / 30
    path = np.zeros((90, 3))
    path[30:60, 2] = 0.3 * np.sin(np.pi * (at[30:60] - 1))
    path[60:, 0] = 1.0 * (at[60:] - 2)
    weights = rest_weights(path, 30.0)
    assert rest_height(path, 30.0) == pytest.approx(0, abs=0.01)
    assert weights[2:28].min() > 0.9, "it stands"
    assert weights[35:55].max() < 0.1, "it is in the air"
    assert weights[62:88].max() < 0.1, "it slides"
