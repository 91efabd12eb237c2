"""Velocities and accelerations: exact for slow swings, without a lag, of rotations too."""

import numpy as np
import pytest

from footlights.geometry.rotations import quat_about, quat_mul
from footlights.physics.differentiation import (
    CUTOFF,
    angular_rates,
    differentiate,
    guessed_frames,
)


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0, 240.0])
def test_derivatives_are_exact_for_slow_swings_and_have_no_lag(fps):
    phase = 2 * np.pi * np.arange(round(4 * fps)) / fps  # one swing a second
    value, velocity, acceleration = differentiate(np.sin(phase)[:, None], fps)
    inside = slice(round(0.3 * fps), -round(0.3 * fps))
    for found, expected, atol in (
        (value, np.sin(phase), 0.01),
        (velocity, 2 * np.pi * np.cos(phase), 0.06),
        (acceleration, -((2 * np.pi) ** 2) * np.sin(phase), 0.4),
    ):
        np.testing.assert_allclose(found[inside, 0], expected[inside], atol=atol)


def test_the_filter_loses_three_decibels_at_its_cut_off():
    swing = np.sin(2 * np.pi * CUTOFF * np.arange(600) / 60)
    value, _, _ = differentiate(swing[:, None], 60.0)
    assert value[120:-120].std() / swing.std() == pytest.approx(np.sqrt(0.5), rel=0.01)


def test_travel_and_fall_stay_exactly_that():
    """A cubic of time passes the filter whole, to its very ends."""
    times = np.arange(30) / 30
    value, velocity, acceleration = differentiate((3 * times - 4.9 * times**2)[:, None], 30.0)
    np.testing.assert_allclose(value[:, 0], 3 * times - 4.9 * times**2, atol=1e-9)
    np.testing.assert_allclose(velocity[:, 0], 3 - 9.8 * times, atol=1e-9)
    np.testing.assert_allclose(acceleration[:, 0], -9.8, atol=1e-8)


def test_rates_of_a_growing_quaternion_are_those_of_its_rotation():
    """Turning about z at 2 rad/s and speeding up, in a body that lies on its side."""
    t, step = 0.7, 1e-4

    def quat(time: float) -> np.ndarray:
        turned = quat_mul(quat_about("x", np.array(1.0)), quat_about("z", 2 * np.array(time) ** 2))
        return (1 + 0.3 * time) * turned

    before, here, after = quat(t - step), quat(t), quat(t + step)
    velocity, acceleration = (after - before) / (2 * step), (after - 2 * here + before) / step**2
    unit, angular_velocity, angular_acceleration = angular_rates(here, velocity, acceleration)
    np.testing.assert_allclose(unit, here / np.linalg.norm(here))
    np.testing.assert_allclose(angular_velocity, [0, 0, 4 * t], atol=1e-6)
    np.testing.assert_allclose(angular_acceleration, [0, 0, 4], atol=1e-5)


def test_ends_that_are_guessed_leave_a_frame_between_them():
    counts = {(frames, fps): guessed_frames(frames, fps) for frames in (5, 90) for fps in (30, 60)}
    assert counts == {(5, 30): 2, (5, 60): 2, (90, 30): 2, (90, 60): 4}
