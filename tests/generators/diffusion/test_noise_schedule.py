"""The solver finds the distribution it is told, and the schedule is the cosine one."""

import math

import numpy as np
import pytest

from footlights.generators.diffusion.noise_schedule import (
    CLEANEST,
    NOISIEST,
    denoise,
    signal_and_noise,
    time_at,
)


def test_signal_and_noise_are_amplitudes_of_unit_power():
    for time in (0.0, 0.1, 0.5, 0.9, 0.999):
        signal, noise = signal_and_noise(time)
        assert signal**2 + noise**2 == pytest.approx(1)
    assert signal_and_noise(0.0)[0] == 1


def test_cosine_schedule_has_the_published_values():
    # abar of the 1000-step cosine schedule at steps 199 and 799, from the running product of its
    # betas
    for step, abar in ((199, 0.8987), (799, 0.09405)):
        assert signal_and_noise((step + 1) / 1000)[0] ** 2 == pytest.approx(abar, rel=2e-3)


def test_time_at_inverts_the_ratio():
    for level in np.linspace(NOISIEST, CLEANEST, 9):
        signal, noise = signal_and_noise(time_at(float(level)))
        assert math.log(signal / noise) == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize("steps", [4, 8, 30])
def test_a_perfect_denoiser_of_a_point_gives_the_point(steps: int):
    point = np.array([1.5, -2.0])
    assert np.allclose(
        denoise(lambda x, t: point, np.random.default_rng(0).normal(size=2), steps), point
    )


def test_samples_of_a_gaussian_have_its_mean_and_spread():
    mean, spread = 2.0, 0.5

    def predict(x: np.ndarray, time: float) -> np.ndarray:
        signal, noise = signal_and_noise(time)
        return mean + spread**2 * signal / (spread**2 * signal**2 + noise**2) * (x - signal * mean)

    samples = denoise(predict, np.random.default_rng(0).normal(size=20_000), 40)
    assert samples.mean() == pytest.approx(mean, abs=0.02)
    assert samples.std() == pytest.approx(spread, rel=0.05)


def test_more_steps_come_closer_to_the_limit():
    def predict(x: np.ndarray, time: float) -> np.ndarray:
        signal, noise = signal_and_noise(time)
        return 0.3 * signal / (0.3 * signal**2 + noise**2) * x

    noise = np.random.default_rng(1).normal(size=500)
    limit = denoise(predict, noise, 400)
    errors = [np.abs(denoise(predict, noise, n) - limit).max() for n in (4, 16, 64)]
    assert errors == sorted(errors, reverse=True)
