"""Dancers stay on stage, and their steps stay what they are."""

import numpy as np

from footlights.generators.diffusion.travel_limit import RADIUS, limit_travel
from footlights.generators.representation import VELOCITY, WIDTH

FPS = 30.0


def test_a_walk_off_stage_comes_back_and_steps_stay():
    frames = 1200
    vectors = np.zeros((frames, WIDTH), np.float32)
    vectors[:, VELOCITY] = [0.5, 0.0]
    vectors[:, VELOCITY] += 0.4 * np.sin(2 * np.pi * 1.5 * np.arange(frames) / FPS)[:, None]

    limited = vectors.copy()
    limit_travel(limited, FPS)
    path = np.cumsum(limited[:, VELOCITY], axis=0) / FPS
    assert np.linalg.norm(path, axis=1).max() < RADIUS + 0.7
    middle = slice(200, -200)
    steps, limited_steps = np.diff(vectors[middle, 1]), np.diff(limited[middle, 1])
    assert np.corrcoef(limited_steps, steps)[0, 1] > 0.99


def test_who_stands_stands():
    still = np.zeros((90, WIDTH), np.float32)
    limit_travel(still, FPS)
    assert not still.any()


def test_the_shortest_dance_passes():
    one = np.ones((1, WIDTH), np.float32)
    limit_travel(one, FPS)
    assert np.array_equal(one, np.ones((1, WIDTH), np.float32))
