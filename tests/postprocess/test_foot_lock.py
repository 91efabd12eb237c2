"""Locked feet: what slid stands, what stood stays, nothing else moves, and it is said."""

import numpy as np
import pytest

import canaries
from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import angle_between, quat_about, quat_mul
from footlights.metrics.foot_contact import foot_contact_scores
from footlights.metrics.motion_statistics import movement_scores
from footlights.motion.body import sole_heights
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.postprocess.foot_lock import REACH, clean, lock_feet
from moving import TRIPOD, swaying

GOOD = canaries.stepping(8.0)
KEPT = [j for j in range(24) if SMPL24.names[j].split("_")[-1] not in ("hip", "knee", "ankle")]


def _feet(motion):
    return {name: score.value for name, score in foot_contact_scores(motion).items()}


def test_feet_that_stand_are_left_alone():
    after = clean(GOOD)
    assert np.abs(after.positions - GOOD.positions).max() < 1e-3
    assert after.meta["clean"]["max_correction_cm"] < 0.1


@pytest.mark.parametrize("speed", [0.1, 0.3, 0.5])
def test_sliding_feet_are_held(speed):
    before = canaries.skating(GOOD, speed)
    assert _feet(clean(before))["slip"] < 0.05 * _feet(before)["slip"]
    assert _feet(clean(before))["skating"] < 0.05 * _feet(before)["skating"]


def test_holding_feet_does_not_shake_the_body():
    before = canaries.skating(GOOD, 0.3)
    values = [movement_scores(m)["acceleration"].value for m in (before, clean(before))]
    assert values[1] < 1.1 * values[0]


def test_only_legs_change_and_feet_keep_their_orientation():
    before = canaries.skating(GOOD, 0.3)
    after = clean(before)
    assert np.abs(after.rotations[:, KEPT] - before.rotations[:, KEPT]).max() < 1e-6
    assert np.ptp(after.root - before.root, axis=0).max() < 1e-5, (
        "the root is moved by one height only"
    )
    turned = np.abs(after.kinematics()[1][:, [7, 8]] - before.kinematics()[1][:, [7, 8]])
    assert turned.max() < 1e-4


def test_a_correction_is_never_longer_than_its_bound():
    before = canaries.slow_drift(GOOD, 0.2)
    after = clean(before)
    moved = np.linalg.norm(after.positions[:, [7, 8]] - before.positions[:, [7, 8]], axis=-1)
    assert 0.8 * REACH < moved.max() < 1.01 * REACH
    assert after.meta["clean"]["at_limit"] > 0.1, "what could not be held is said"


def test_corrections_come_and_go_softly():
    before = canaries.skating(GOOD, 0.3)
    moved = clean(before).positions[:, 7] - before.positions[:, 7]
    assert np.abs(np.diff(moved, axis=0)).max() < 0.03, (
        "no jump of more than 3 cm a frame (90 cm/s)"
    )


def _rolling(drift: float) -> Motion:
    """A standing body whose feet roll from heel to toe while everything slides by ``drift`` m/s."""
    t = np.arange(90) / 30
    pitch = np.radians(25) * np.sin(2 * np.pi * t / 2)
    stands = int(GOOD.contacts.all(1).argmax())
    still = GOOD[stands : stands + 1]
    rotations = np.repeat(still.rotations, 90, axis=0).astype(float)
    for ankle in (7, 8):
        rotations[:, ankle] = quat_mul(rotations[:, ankle], quat_about("x", -pitch))
    root = np.repeat(still.root, 90, axis=0) + np.stack([drift * t, 0 * t, 0 * t], axis=1)
    motion = Motion(root, rotations, 30.0)
    motion = motion.replace(
        root=motion.root - np.array([0, 0, 1]) * sole_heights(motion).min(1)[:, None]
    )
    low = sole_heights(motion)
    return motion.replace(contacts=(low < low.min(1, keepdims=True) + 0.004).astype(np.float32))


def test_a_roll_from_heel_to_toe_passes_on_without_a_jump():
    rolling = _rolling(0.06)
    assert (rolling.contacts[:, 0] > 0).any() and (rolling.contacts[:, 0] == 0).any(), (
        "heel, then toe"
    )
    after = lock_feet(rolling)
    assert _feet(after)["skating"] < 0.15 * _feet(rolling)["skating"]
    moved = after.positions[:, 7] - rolling.positions[:, 7]
    assert np.linalg.norm(np.diff(moved, 2, axis=0), axis=1).max() < 0.01


def test_nothing_is_left_below_the_floor():
    for depth in (0.02, 0.1):
        assert _feet(clean(canaries.sunk(GOOD, depth)))["penetration"] < 0.01
    tilted = GOOD.rotations.copy()
    tilted[:, 7] = quat_mul(tilted[:, 7].astype(float), quat_about("x", np.full(len(GOOD), 0.3)))
    assert _feet(GOOD.replace(rotations=tilted))["penetration"] > 1
    assert sole_heights(clean(GOOD.replace(rotations=tilted))).min() > -0.01


def test_one_height_brings_a_hovering_clip_down_with_and_without_contacts():
    for contacts in (GOOD.contacts, None):
        after = clean(canaries.hovering(GOOD).replace(contacts=contacts))
        assert after.meta["clean"]["height_cm"] == pytest.approx(-20, abs=0.5)
        assert _feet(after)["float"] < 0.1 and np.ptp(after.root[:, 2] - GOOD.root[:, 2]) < 1e-5


def test_a_body_in_the_air_with_no_contact_is_not_pulled_down():
    flying = canaries.hovering(GOOD, 0.5).replace(contacts=np.zeros((len(GOOD), 4)))
    after = clean(flying)
    assert np.abs(after.positions - flying.positions).max() < 1e-4
    assert after.meta["clean"]["in_contact"] == 0


def test_knees_never_snap_straight():
    after = lock_feet(GOOD.moved((0, 0, 0.15)).replace(contacts=np.ones((len(GOOD), 4))))
    flexion = angle_between(
        after.rotations[:, [4, 5]].astype(float),
        np.array([1.0, 0, 0, 0]) + np.zeros((len(GOOD), 2, 4)),
    )
    assert flexion.min() > np.radians(8), "the floor is out of reach and the legs still have a knee"
    assert np.abs(np.diff(flexion, axis=0)).max() < np.radians(20)


def test_another_skeleton_is_refused():
    foreign = swaying(1.0, 30.0, TRIPOD)
    for change in (
        clean,
        lambda motion: lock_feet(motion.replace(contacts=np.ones((len(motion), 4)))),
    ):
        with pytest.raises(FootlightsError, match="another skeleton"):
            change(foreign)


def test_N1_the_same_motion_gives_the_same_bytes():
    before = canaries.skating(GOOD, 0.3)
    assert clean(before).rotations.tobytes() == clean(before).rotations.tobytes()


def test_N2_place_and_yaw_change_nothing_and_the_rate_little():
    before = canaries.skating(GOOD, 0.3)
    here, there = clean(before), clean(before.moved((2, 3, 0), yaw=0.7))
    assert np.abs(here.moved((2, 3, 0), yaw=0.7).positions - there.positions).max() < 1e-4
    twice = clean(canaries.skating(canaries.stepping(8.0, fps=60.0), 0.3))
    assert np.abs(twice.positions[::2] - here.positions).max() < 0.02


def test_one_frame_and_two_frames_are_no_trouble():
    for count in (1, 2, 3):
        assert len(clean(GOOD[:count])) == count
