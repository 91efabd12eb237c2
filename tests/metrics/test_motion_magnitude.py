"""How much a body moves: an angle by hand, and the published magnitudes with what wins them."""

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
from footlights.metrics.motion_magnitude import (
    angular_speed,
    angular_speed_of,
    antifreezing_s2s,
    freezing_s2s,
    magnitude_s2s,
)

GOLDEN = Path(__file__).parents[1] / "golden"
STAGE = dict(np.load(GOLDEN / "s2s_metrics.npz"))
REWARD = dict(np.load(GOLDEN / "s2s_rewards.npz"))
GOOD = canaries.stepping(8.0)


def test_angular_speed_by_hand() -> None:
    quats = np.tile([1.0, 0, 0, 0], (31, 24, 1))
    quats[:, 3] = quat_about("z", np.arange(31) / 30 * 2.0)
    speeds = angular_speed_of(quats, 30.0)
    assert np.allclose(speeds[:, 3], 2, atol=1e-6) and np.allclose(np.delete(speeds, 3, axis=1), 0)
    assert angular_speed(canaries.frozen(GOOD)).value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("i", range(3))
def test_N6_magnitudes_are_the_published_ones(i: int) -> None:
    turns = quat_from_rotvec(STAGE["axis_angle"][i].astype(np.float64))
    rotations_6d = rows_from_matrix(matrix_from_quat(turns))
    magnitude, freezing = STAGE["motion_magnitude_30"][i], STAGE["freezing_rate"][i]
    assert magnitude_s2s(rotations_6d) == pytest.approx(float(magnitude), abs=1e-5)
    assert freezing_s2s(STAGE["root"][i], rotations_6d) == pytest.approx(float(freezing), abs=1e-5)


@pytest.mark.parametrize("i", range(6))
def test_N6_the_energy_reward_is_the_published_one(i: int) -> None:
    reward = antifreezing_s2s(REWARD["joints"][i])
    np.testing.assert_allclose(reward, REWARD["antifreezing"][i], rtol=1e-4, atol=1e-9)


def test_trembling_beats_dancing_in_the_published_energy() -> None:
    names = REWARD["case_names"].tolist()
    reward = dict(zip(names, REWARD["antifreezing"], strict=True))
    assert reward["gentle_jitter_0.03rad"] > reward["dance"]


def test_N2_place_yaw_and_frame_rate() -> None:
    here = angular_speed(GOOD).value
    assert angular_speed(GOOD.moved((3, -2, 0), yaw=1.1)).value == pytest.approx(here, abs=2e-3)
    dense = angular_speed(canaries.stepping(8.0, fps=60.0)).value
    assert dense == pytest.approx(here, rel=0.05, abs=5e-3)


def test_N5_no_number_without_frames_but_a_reason() -> None:
    score = angular_speed(GOOD[:1])
    assert np.isnan(score.value) and score.reason
    assert np.isnan(
        [antifreezing_s2s(GOOD[:1].positions), magnitude_s2s(np.zeros((1, 24, 6)))]
    ).all()
