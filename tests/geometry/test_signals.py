"""Smooth steps, runs of masks and windows, on curves one can see."""

import numpy as np
import pytest

from footlights.geometry.signals import (
    close_gaps,
    drop_short_runs,
    gaussian_smoothed,
    gaussian_window,
    inner_runs,
    moving_maximum,
    runs,
    smoothed,
    smoothstep,
)
from footlights.geometry.signals_in_loops import smoothstep_of_number


def mask(text: str) -> np.ndarray:
    return np.array([letter == "#" for letter in text])


def test_a_smooth_step_is_level_at_both_ends_and_half_in_the_middle():
    x = np.linspace(-1, 4, 501)
    y = smoothstep(x, 1, 3)
    assert y[x <= 1].max() == 0 and y[x >= 3].min() == 1
    assert smoothstep(np.array(2.0), 1, 3) == 0.5
    assert np.abs(np.gradient(y, x))[np.abs(y - 0.5) > 0.499].max() < 0.05


def test_a_step_down_is_one_minus_the_step_up():
    x = np.linspace(0, 5, 101)
    assert smoothstep(x, 3, 1) == pytest.approx(1 - smoothstep(x, 1, 3))


def test_the_compiled_step_is_the_same_to_the_last_bit():
    x = np.linspace(-1, 4, 97)
    assert [smoothstep_of_number(v, 3.0, 0.7) for v in x] == smoothstep(x, 3.0, 0.7).tolist()


def test_runs_of_a_mask():
    assert runs(mask("##..#.###")) == [(0, 2), (4, 5), (6, 9)]
    assert inner_runs(mask("##..#.###")) == [(4, 5)]
    assert runs(mask("....")) == runs(mask("")) == []
    assert runs(mask("###")) == [(0, 3)] and inner_runs(mask("###")) == []


def test_short_gaps_are_closed_and_short_runs_dropped():
    assert (close_gaps(mask("..#..#...#."), 3) == mask("..####...#.")).all()
    assert (drop_short_runs(mask("#..##..#"), 2) == mask("...##...")).all()
    assert (drop_short_runs(mask("#..##.#.#"), 2, at_ends=False) == mask("#..##...#")).all()


def test_smoothing_keeps_what_is_level_up_to_the_ends():
    level = np.full(40, 3.0)
    window = gaussian_window(2.0, 7)
    assert smoothed(level, window) == pytest.approx(level)
    assert smoothed(np.stack([level, 2 * level], axis=1), window)[:, 1] == pytest.approx(2 * level)
    assert gaussian_smoothed(level, 5.0) == pytest.approx(level)


def test_wide_smoothing_is_that_under_a_window():
    curve = np.random.default_rng(3).normal(size=200)
    assert gaussian_smoothed(curve, 4.0) == pytest.approx(smoothed(curve, gaussian_window(4.0, 12)))


def test_the_most_nearby():
    assert moving_maximum(np.array([0.0, 5, 1, 0, 0, 2]), 1).tolist() == [5, 5, 5, 1, 2, 2]
