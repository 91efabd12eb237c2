"""Kinetic features: the published numbers, by hand, and what they must not see."""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.metrics.kinetic_features import (
    kinetic_features,
    kinetic_features_bailando,
    kinetic_frames,
)

GOLDEN = dict(np.load(Path(__file__).parents[1] / "golden" / "gen_dance_features.npz"))
CLIPS = [key[3:] for key in GOLDEN if key.startswith("in_")]
GOOD = canaries.stepping(8.0)


@pytest.mark.parametrize("name", CLIPS)
def test_N6_features_are_the_published_ones(name: str) -> None:
    ours, golden = kinetic_features_bailando(GOLDEN[f"in_{name}"]), GOLDEN[f"kinetic_{name}"]
    np.testing.assert_allclose(ours, golden, rtol=1e-5, atol=1e-6)


def test_kinetic_by_hand() -> None:
    t = np.arange(31) / 30
    positions = np.zeros((31, 2, 3))
    positions[:, 0] = np.stack([2 * t, 1 * t, 3 * t], axis=1)
    positions[:, 1, 2] = 0.5 * 9.81 * t**2
    features = kinetic_features(positions, 30.0).reshape(2, 3)
    (ground, climb, acceleration), (_, rising, fall) = features
    assert (ground, climb, acceleration) == pytest.approx((5, 9, 0), abs=1e-9)
    assert fall == pytest.approx(9.81) and rising > 0
    assert kinetic_frames(positions, 30.0).shape == (27, 2, 3)


def test_published_energy_is_the_distance_from_the_origin_and_ours_is_not() -> None:
    still = np.zeros((60, 24, 3))
    still[..., 1] = 0.93
    assert kinetic_features_bailando(still)[2] == pytest.approx(3348, rel=0.03)
    assert np.all(kinetic_features(still, 60.0, up=1) == 0)


def test_the_published_rate_is_taken_for_granted() -> None:
    positions = np.zeros((40, 24, 3))
    positions[..., 0] = (np.arange(40) / 30)[:, None]
    assert kinetic_features_bailando(positions)[0] == pytest.approx(4), (
        "1 m/s at 30 frames a second is read as 2 m/s"
    )
    assert kinetic_features(positions, 30.0, up=1)[0] == pytest.approx(1)


def test_N2_place_yaw_and_frame_rate_change_no_feature() -> None:
    here = kinetic_features(GOOD.positions, 30.0)
    moved, dense = GOOD.moved((3, -2, 0), yaw=1.1), canaries.stepping(8.0, fps=60.0)
    again = kinetic_features(moved.positions, 30.0)
    np.testing.assert_allclose(again, here, rtol=2e-3, atol=5e-3)
    np.testing.assert_allclose(kinetic_features(dense.positions, 60.0), here, rtol=0.05, atol=0.02)


def test_N2_the_upward_axis_can_be_another() -> None:
    turned = GOOD.positions[..., [0, 2, 1]] * np.array([1, 1, -1])
    assert np.allclose(kinetic_features(turned, 30.0, up=1), kinetic_features(GOOD.positions, 30.0))


def test_noise_is_seen_by_our_energy_and_not_by_the_published_one() -> None:
    shaken, energy = canaries.vibrating(GOOD, 0.01), slice(2, None, 3)
    ours = [kinetic_features(motion.positions, 30.0)[energy] for motion in (GOOD, shaken)]
    assert np.mean(ours[1] / ours[0]) > 2
    y_up = (motion.positions[..., [0, 2, 1]] for motion in (GOOD, shaken))
    published = [kinetic_features_bailando(positions)[energy].mean() for positions in y_up]
    assert published[1] == pytest.approx(published[0], rel=0.05)


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_N5_too_short_clips_have_no_features(frames: int) -> None:
    assert np.isnan(kinetic_features(GOOD.positions[:frames], 30.0)).all()
    assert np.isnan(kinetic_features_bailando(GOOD.positions[: min(frames, 1)])).all()
