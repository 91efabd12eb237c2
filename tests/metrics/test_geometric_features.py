"""Geometric features: the published numbers, by hand, and what they must not see."""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.metrics.geometric_features import (
    OLD_TEMPLATE,
    TEMPLATE,
    geometric_features,
    geometric_features_bailando,
    geometric_frames,
    size_of,
)
from footlights.motion.skeleton import SMPL24

GOLDEN = dict(np.load(Path(__file__).parents[1] / "golden" / "gen_dance_features.npz"))
CLIPS = [key[3:] for key in GOLDEN if key.startswith("in_")]
GOOD = canaries.stepping(8.0)


@pytest.mark.parametrize("name", CLIPS)
def test_N6_features_are_the_published_ones(name: str) -> None:
    positions = GOLDEN[f"in_{name}"]
    ours, old = (geometric_features_bailando(positions, size) for size in (TEMPLATE, OLD_TEMPLATE))
    np.testing.assert_allclose(ours, GOLDEN[f"geometric_{name}"], atol=1e-6)
    np.testing.assert_allclose(old, GOLDEN[f"geometric_oldnames_{name}"], atol=1e-6)


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
    positions = np.repeat(SMPL24.rest[None].astype(float), 20, axis=0)
    positions[:, SMPL24.index("right_wrist"), 2] += np.arange(20) / 30 * 1.0
    assert geometric_features(positions, 30.0)[4:6].tolist() == [1, 0]
    assert geometric_features_bailando(positions[..., [0, 2, 1]] * [1, 1, -1])[4:6].tolist() == [
        0,
        0,
    ]


def test_geometric_features_measure_with_the_dancers_own_lengths() -> None:
    positions = GOOD.positions.astype(float)
    size = size_of(positions)
    assert size_of(1.2 * positions).arm == pytest.approx(1.2 * size.arm)
    assert np.allclose(
        geometric_features(positions, 30.0), geometric_features(1.2 * positions, 30.0)
    )


def test_N2_place_yaw_and_frame_rate_change_no_feature() -> None:
    here = geometric_features(GOOD.positions, 30.0)
    moved, dense = GOOD.moved((3, -2, 0), yaw=1.1), canaries.stepping(8.0, fps=60.0)
    again = geometric_features(moved.positions, 30.0)
    np.testing.assert_allclose(again, here, rtol=2e-3, atol=5e-3)
    np.testing.assert_allclose(
        geometric_features(dense.positions, 60.0), here, rtol=0.05, atol=0.02
    )


def test_N2_the_upward_axis_can_be_another() -> None:
    turned = GOOD.positions[..., [0, 2, 1]] * np.array([1, 1, -1])
    assert np.allclose(
        geometric_features(turned, 30.0, up=1), geometric_features(GOOD.positions, 30.0)
    )


@pytest.mark.parametrize("frames", [0, 1])
def test_N5_too_short_clips_have_no_features(frames: int) -> None:
    positions = GOOD.positions[:frames]
    assert np.isnan(geometric_features(positions, 30.0)).all()
    assert np.isnan(geometric_features_bailando(positions)).all()
    assert geometric_frames(positions, 30.0).shape == (0, 32)
