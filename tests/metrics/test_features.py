"""Kinetic and geometric features: the published numbers, hand-made cases, and what they must not
see.
"""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.metrics.geometric_features import (
    OLD_TEMPLATE,
    geometric_features,
    geometric_features_bailando,
    geometric_frames,
    size_of,
)
from footlights.metrics.kinetic_features import (
    kinetic_features,
    kinetic_features_bailando,
    kinetic_frames,
)
from footlights.motion.skeleton import SMPL24

GOLDEN = dict(np.load(Path(__file__).parents[1] / "golden" / "gen_dance_features.npz"))
CLIPS = [key[3:] for key in GOLDEN if key.startswith("in_")]
GOOD = canaries.stepping(8.0)


@pytest.mark.parametrize("name", CLIPS)
def test_N6_features_are_the_published_ones(name: str) -> None:
    place = GOLDEN[f"in_{name}"]
    np.testing.assert_allclose(
        kinetic_features_bailando(place), GOLDEN[f"kinetic_{name}"], rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(
        geometric_features_bailando(place), GOLDEN[f"geometric_{name}"], atol=1e-6
    )
    old = geometric_features_bailando(place, OLD_TEMPLATE)
    np.testing.assert_allclose(old, GOLDEN[f"geometric_oldnames_{name}"], atol=1e-6)


def test_kinetic_by_hand() -> None:
    t = np.arange(31) / 30
    place = np.zeros((31, 2, 3))
    place[:, 0] = np.stack([2 * t, 1 * t, 3 * t], axis=1)
    place[:, 1, 2] = 0.5 * 9.81 * t**2
    (ground, climb, bent), (_, rising, fall) = kinetic_features(place, 30.0).reshape(2, 3)
    assert (
        ground == pytest.approx(5)
        and climb == pytest.approx(9)
        and bent == pytest.approx(0, abs=1e-9)
    )
    assert fall == pytest.approx(9.81) and rising > 0
    assert kinetic_frames(place, 30.0).shape == (27, 2, 3)


def test_published_energy_is_the_distance_from_the_origin_and_ours_is_not() -> None:
    still = np.zeros((60, 24, 3))
    still[..., 1] = 0.93
    assert kinetic_features_bailando(still)[2] == pytest.approx(3348, rel=0.03)
    assert np.all(kinetic_features(still, 60.0, up=1) == 0)


def test_the_published_rate_is_taken_for_granted() -> None:
    place = np.zeros((40, 24, 3))
    place[..., 0] = (np.arange(40) / 30)[:, None]
    assert kinetic_features_bailando(place)[0] == pytest.approx(4), (
        "1 m/s at 30 frames a second is read as 2 m/s"
    )
    assert kinetic_features(place, 30.0, up=1)[0] == pytest.approx(1)


def test_geometric_by_hand() -> None:
    rest = np.repeat(SMPL24.rest[None].astype(float), 20, axis=0)
    shares = geometric_features(rest, 30.0)
    assert set(np.unique(shares)) <= {0.0, 1.0} and shares[12] == shares[19] == shares[28] == 0
    assert shares[29] == shares[30] == 0, "hands are high at rest"
    lying = rest[..., [0, 2, 1]]
    assert geometric_features(lying, 30.0)[28] == 1, "the spine lies"
    running = rest + np.arange(20)[:, None, None] / 30 * np.array([3.0, 0, 0])
    assert geometric_features(running, 30.0)[[12, 13, 21, 22, 31]].tolist() == [1] * 5, (
        "3 m/s is fast for every limb"
    )


def test_a_wrist_that_rises_is_seen_and_the_published_statement_is_blind_to_it() -> None:
    place = np.repeat(SMPL24.rest[None].astype(float), 20, axis=0)
    place[:, SMPL24.index("right_wrist"), 2] += np.arange(20) / 30 * 1.0
    assert geometric_features(place, 30.0)[4:6].tolist() == [1, 0]
    assert geometric_features_bailando(place[..., [0, 2, 1]] * [1, 1, -1])[4:6].tolist() == [0, 0]


def test_geometric_features_measure_with_the_dancers_own_lengths() -> None:
    place = GOOD.positions.astype(float)
    size = size_of(place)
    assert size_of(1.2 * place).arm == pytest.approx(1.2 * size.arm)
    assert np.allclose(geometric_features(place, 30.0), geometric_features(1.2 * place, 30.0))


@pytest.mark.parametrize("features", [kinetic_features, geometric_features])
def test_N2_place_yaw_and_frame_rate_change_no_feature(features) -> None:
    here = features(GOOD.positions, 30.0)
    moved = GOOD.moved((3, -2, 0), yaw=1.1)
    np.testing.assert_allclose(features(moved.positions, 30.0), here, rtol=2e-3, atol=5e-3)
    dense = canaries.stepping(8.0, fps=60.0)
    np.testing.assert_allclose(features(dense.positions, 60.0), here, rtol=0.05, atol=0.02)


def test_N2_the_upward_axis_can_be_another() -> None:
    turned = GOOD.positions[..., [0, 2, 1]] * np.array([1, 1, -1])
    assert np.allclose(kinetic_features(turned, 30.0, up=1), kinetic_features(GOOD.positions, 30.0))
    assert np.allclose(
        geometric_features(turned, 30.0, up=1), geometric_features(GOOD.positions, 30.0)
    )


def test_noise_is_seen_by_our_energy() -> None:
    shaken = canaries.vibrating(GOOD, 0.01)
    energy = slice(2, None, 3)
    assert (
        np.mean(
            kinetic_features(shaken.positions, 30.0)[energy]
            / kinetic_features(GOOD.positions, 30.0)[energy]
        )
        > 2
    )
    published = [
        kinetic_features_bailando(m.positions[..., [0, 2, 1]])[energy].mean()
        for m in (GOOD, shaken)
    ]
    assert published[1] == pytest.approx(published[0], rel=0.05), (
        "the published one does not see it"
    )


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_N5_too_short_clips_have_no_features(frames: int) -> None:
    place = GOOD.positions[:frames]
    assert (
        np.isnan(kinetic_features(place, 30.0)).all()
        and np.isnan(kinetic_features_bailando(place[:1])).all()
    )
    assert (
        np.isnan(geometric_features(place[:1], 30.0)).all()
        and np.isnan(geometric_features_bailando(place[:1])).all()
    )
    assert geometric_frames(place[:1], 30.0).shape == (0, 32)
