"""Feet that hold the body up: by hand, on canaries, and beside the published scores."""

import numpy as np
import pytest

import canaries
from footlights.metrics.foot_support import (
    acceleration_of,
    centre_of_mass,
    foot_ground_deviation_of,
    foot_support_scores,
    unsupported_force_of,
)
from footlights.metrics.foot_support_published import ground_s2s, pfc_edge
from footlights.motion.skeleton import SMPL24

GOOD = canaries.stepping(8.0)
STANDING = np.zeros((60, 2, 1, 3))
STILL = np.tile([0.0, 0.0, 0.9], (60, 1))
HIGH = np.full(60, 0.5)


def test_a_planted_foot_wins_the_published_score_and_not_ours() -> None:
    positions = np.repeat(SMPL24.rest[None].astype(float), 60, axis=0)
    positions[:, [8, 11], 1] += np.arange(60)[:, None] / 30 * 0.5
    positions[:, 0, 2] += 0.05 * np.sin(np.arange(60))
    assert pfc_edge(positions) == 0
    soles = STANDING.copy()
    soles[:, 1, :, 1] += np.arange(60)[:, None] / 30 * 0.5
    assert unsupported_force_of(STILL, soles, HIGH, 30.0).mean() == pytest.approx(0.5), (
        "the sliding foot cannot give its half"
    )


def test_one_jump_rescales_the_published_score_and_not_ours() -> None:
    skating = canaries.skating(GOOD)
    late = canaries.teleporting(skating, 0.0).replace(
        root=skating.root + (np.arange(240) == 200)[:, None] * np.float32([0, 0, 1])
    )
    assert pfc_edge(late.positions) < 0.5 * pfc_edge(skating.positions), (
        "worse motion, better score"
    )
    calm = slice(0, 180)
    frames = [foot_support_scores(m)["unsupported_force"].frames for m in (skating, late)]
    assert np.array_equal(frames[0][calm], frames[1][calm]) and frames[1].max() <= 3


def test_unsupported_force_by_hand() -> None:
    assert np.allclose(unsupported_force_of(STILL, STANDING, HIGH, 30.0), 0), (
        "standing soles hold a still body"
    )
    hovering = STANDING + np.array([0, 0, 0.3])
    assert np.allclose(unsupported_force_of(STILL, hovering, HIGH, 30.0), 1), (
        "a still body in the air needs its weight"
    )
    assert np.isnan(unsupported_force_of(STILL, hovering, np.full(60, 0.05), 30.0)).all(), (
        "it may lie on its back"
    )
    falling = STILL.copy()
    falling[:, 2] = 9 - 0.5 * 9.81 * (np.arange(60) / 30) ** 2
    assert np.allclose(unsupported_force_of(falling, hovering, HIGH, 30.0), 0, atol=1e-9), (
        "a falling body needs nothing"
    )
    gliding = STANDING + np.arange(60)[:, None, None, None] / 30 * np.array([0.25, 0, 0])
    assert np.allclose(unsupported_force_of(STILL, gliding, HIGH, 30.0), 0.5)


def test_deviation_allows_jumps_and_no_hovering() -> None:
    t = np.arange(90) / 30
    height = np.where((t >= 1) & (t <= 1.5), 9.81 / 2 * (t - 1) * (1.5 - t), 0.0)
    centre = np.stack([0 * t, 0 * t, 0.9 + height], axis=1)
    away = foot_ground_deviation_of(height[:, None], centre, 30.0)
    assert np.nanmax(away) <= 4.0 and np.isnan(away).sum() >= 12
    positions = np.repeat(height[:, None, None], 24, axis=1) * np.array([0, 0, 1.0])
    assert ground_s2s(positions)[2] > 1, "published: it floats"
    still = np.tile([0, 0, 0.9], (90, 1))
    assert np.allclose(foot_ground_deviation_of(np.full((90, 1), 0.2), still, 30.0), 20)
    assert np.allclose(foot_ground_deviation_of(np.full((90, 1), -0.1), still, 30.0), 10)


def test_centre_of_mass_is_inside_the_body_and_mass_is_whole() -> None:
    centre = centre_of_mass(SMPL24.rest[None] + 5.0)[0] - 5
    assert abs(centre[0]) < 0.02 and SMPL24.rest[7, 2] < centre[2] < SMPL24.rest[12, 2]
    t = np.arange(30) / 30
    assert np.allclose(acceleration_of(np.stack([0 * t, t, 2 * t**2], 1), 30.0), [0, 0, 4])
    assert np.isnan(acceleration_of(STILL[:3], 30.0)).all()


def test_our_scores_rank_the_canaries() -> None:
    good = foot_support_scores(GOOD)["unsupported_force"].value
    assert good < 0.1
    for spoilt in (
        canaries.hovering(GOOD),
        canaries.skating(GOOD),
        canaries.vibrating(GOOD, 0.01),
        canaries.spinning_root(GOOD),
    ):
        assert foot_support_scores(spoilt)["unsupported_force"].value > 0.8


@pytest.mark.parametrize("name", ["unsupported_force", "foot_ground_deviation"])
def test_N2_place_yaw_and_frame_rate(name: str) -> None:
    here = foot_support_scores(GOOD)[name].value
    moved = foot_support_scores(GOOD.moved((3, -2, 0), yaw=1.1))[name].value
    dense = foot_support_scores(canaries.stepping(8.0, fps=60.0))[name].value
    assert moved == pytest.approx(here, abs=2e-3)
    assert dense == pytest.approx(here, rel=0.05, abs=5e-3)


def test_N5_no_number_without_frames_but_a_reason() -> None:
    score = foot_support_scores(GOOD[:1])["unsupported_force"]
    assert np.isnan(score.value) and score.reason
