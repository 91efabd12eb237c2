"""Feet that hold the body up: published contact, ground and magnitude scores, what fools them, and
ours beside them.
"""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.geometry.rotations import (
    matrix_from_quat,
    quat_about,
    quat_from_rotvec,
    rows_from_matrix,
)
from footlights.metrics.foot_support import (
    acceleration_of,
    centre_of_mass,
    foot_ground_deviation_of,
    ground_reward_s2s,
    ground_s2s,
    pfc_edge,
    support,
    unsupported_force_of,
)
from footlights.metrics.motion_magnitude import (
    angular_speed,
    angular_speed_of,
    antifreezing_s2s,
    freezing_s2s,
    magnitude_s2s,
)
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24

GOLDEN = Path(__file__).parents[1] / "golden"
PFC = dict(np.load(GOLDEN / "edge_pfc.npz"))
STAGE = dict(np.load(GOLDEN / "s2s_metrics.npz"))
REWARD = dict(np.load(GOLDEN / "s2s_rewards.npz"))
GOOD = canaries.stepping(8.0)
STANDING = np.zeros((60, 2, 1, 3))
STILL = np.tile([0.0, 0.0, 0.9], (60, 1))
HIGH = np.full(60, 0.5)


@pytest.mark.parametrize("name", [key[7:] for key in PFC if key.startswith("joints_")])
def test_N6_pfc_is_the_published_one(name: str) -> None:
    np.testing.assert_allclose(pfc_edge(PFC[f"joints_{name}"]), PFC[f"pfc_{name}"], rtol=1e-5)


@pytest.mark.parametrize("i", range(3))
def test_N6_ground_and_magnitude_are_the_published_ones(i: int) -> None:
    ground, below, above = ground_s2s(STAGE["joints"][i])
    assert ground == pytest.approx(float(STAGE["ground_height"][i]), abs=1e-5)
    assert below == pytest.approx(float(STAGE["penetration_sum_m"][i]), abs=1e-5)
    assert above == pytest.approx(float(STAGE["floating_sum_m"][i]), abs=1e-5)
    sixes = rows_from_matrix(
        matrix_from_quat(quat_from_rotvec(STAGE["axis_angle"][i].astype(np.float64)))
    )
    assert magnitude_s2s(sixes) == pytest.approx(float(STAGE["motion_magnitude_30"][i]), abs=1e-5)
    assert freezing_s2s(STAGE["root"][i], sixes) == pytest.approx(
        float(STAGE["freezing_rate"][i]), abs=1e-5
    )


@pytest.mark.parametrize("i", range(6))
def test_N6_rewards_are_the_published_ones(i: int) -> None:
    place = REWARD["joints"][i]
    np.testing.assert_allclose(
        antifreezing_s2s(place), REWARD["antifreezing"][i], rtol=1e-4, atol=1e-9
    )
    np.testing.assert_allclose(ground_reward_s2s(place), REWARD["fgd_per_frame"][i], atol=1e-6)
    np.testing.assert_allclose(np.exp(-0.1 * pfc_edge(place)), REWARD["pfc_reward"][i], rtol=1e-4)


def test_a_planted_foot_wins_the_published_score_and_not_ours() -> None:
    place = np.repeat(SMPL24.rest[None].astype(float), 60, axis=0)
    place[:, [8, 11], 1] += np.arange(60)[:, None] / 30 * 0.5
    place[:, 0, 2] += 0.05 * np.sin(np.arange(60))
    assert pfc_edge(place) == 0
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
    frames = [support(m)["unsupported_force"].frames for m in (skating, late)]
    assert np.array_equal(frames[0][calm], frames[1][calm]) and frames[1].max() <= 3


def test_unearned_force_by_hand() -> None:
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


def test_grounding_allows_jumps_and_no_hovering() -> None:
    t = np.arange(90) / 30
    height = np.where((t >= 1) & (t <= 1.5), 9.81 / 2 * (t - 1) * (1.5 - t), 0.0)
    centre = np.stack([0 * t, 0 * t, 0.9 + height], axis=1)
    away = foot_ground_deviation_of(height[:, None], centre, 30.0)
    assert np.nanmax(away) <= 4.0 and np.isnan(away).sum() >= 12
    assert (
        ground_s2s(np.repeat(height[:, None, None], 24, axis=1) * np.array([0, 0, 1.0]))[2] > 1
    ), "published: it floats"
    still = np.tile([0, 0, 0.9], (90, 1))
    assert np.allclose(foot_ground_deviation_of(np.full((90, 1), 0.2), still, 30.0), 20)
    assert np.allclose(foot_ground_deviation_of(np.full((90, 1), -0.1), still, 30.0), 10)


def test_published_ground_does_not_see_hovering() -> None:
    place, high = (m.positions.astype(float) for m in (GOOD, canaries.hovering(GOOD)))
    assert ground_s2s(high)[1:] == pytest.approx(ground_s2s(place)[1:], abs=1e-4)
    assert support(canaries.hovering(GOOD))["foot_ground_deviation"].value == pytest.approx(
        20, abs=0.1
    )


def test_centre_of_mass_is_inside_the_body_and_mass_is_whole() -> None:
    centre = centre_of_mass(SMPL24.rest[None] + 5.0)[0] - 5
    assert abs(centre[0]) < 0.02 and SMPL24.rest[7, 2] < centre[2] < SMPL24.rest[12, 2]
    t = np.arange(30) / 30
    assert np.allclose(acceleration_of(np.stack([0 * t, t, 2 * t**2], 1), 30.0), [0, 0, 4])
    assert np.isnan(acceleration_of(STILL[:3], 30.0)).all()


def test_our_scores_rank_the_canaries() -> None:
    good = support(GOOD)["unsupported_force"].value
    assert good < 0.1
    for spoilt in (
        canaries.hovering(GOOD),
        canaries.skating(GOOD),
        canaries.vibrating(GOOD, 0.01),
        canaries.spinning_root(GOOD),
    ):
        assert support(spoilt)["unsupported_force"].value > 0.8


def test_turning_by_hand() -> None:
    quats = np.tile([1.0, 0, 0, 0], (31, 24, 1))
    quats[:, 3] = quat_about("z", np.arange(31) / 30 * 2.0)
    speeds = angular_speed_of(quats, 30.0)
    assert np.allclose(speeds[:, 3], 2, atol=1e-6) and np.allclose(np.delete(speeds, 3, axis=1), 0)
    assert angular_speed(canaries.frozen(GOOD)).value == pytest.approx(0, abs=1e-9)


def test_trembling_beats_dancing_in_the_published_energy() -> None:
    names = REWARD["case_names"].tolist()
    assert (
        REWARD["antifreezing"][names.index("gentle_jitter_0.03rad")]
        > REWARD["antifreezing"][names.index("dance")]
    )


@pytest.mark.parametrize(
    "score",
    [
        lambda m: support(m)["unsupported_force"],
        lambda m: support(m)["foot_ground_deviation"],
        angular_speed,
    ],
)
def test_N2_place_yaw_and_frame_rate(score) -> None:
    here = score(GOOD).value
    assert score(GOOD.moved((3, -2, 0), yaw=1.1)).value == pytest.approx(here, abs=2e-3)
    assert score(canaries.stepping(8.0, fps=60.0)).value == pytest.approx(here, rel=0.05, abs=5e-3)


def test_N5_no_number_without_frames_but_a_reason() -> None:
    one = Motion(GOOD.root[:1], GOOD.rotations[:1], 30.0)
    for score in (support(one)["unsupported_force"], angular_speed(one)):
        assert np.isnan(score.value) and score.reason
    place = one.positions
    assert np.isnan(
        [pfc_edge(place), antifreezing_s2s(place), magnitude_s2s(np.zeros((1, 24, 6)))]
    ).all()
    assert np.isnan(freezing_s2s(one.root, np.zeros((1, 24, 6))))
    assert np.isnan(pfc_edge(canaries.frozen(GOOD).positions)), (
        "published: a still clip has no score"
    )
