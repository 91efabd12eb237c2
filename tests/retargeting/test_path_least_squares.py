"""Paths by least squares, on cases one can work out by hand."""

import numpy as np
import pytest

from footlights.retargeting.path_least_squares import (
    LEFT_ANKLE,
    RIGHT_ANKLE,
    ROOT,
    PathOperators,
    Term,
    best_paths,
)

FRAMES = 4
EVERY = PathOperators.of(FRAMES).frames
STEPS = PathOperators.of(FRAMES).steps


def at(path: int, x: float, weight: float = 1.0) -> Term:
    goals = np.tile([x, 0, 0], (FRAMES, 1))
    return Term({path: EVERY}, goals, np.full(FRAMES, weight))


def test_two_wishes_meet_by_their_weights():
    terms = [at(ROOT, 0.0), at(ROOT, 4.0, 3.0), at(LEFT_ANKLE, 1.0), at(RIGHT_ANKLE, 2.0)]
    paths = best_paths(terms, FRAMES, slice(0, 3))
    assert paths.shape == (3, FRAMES, 3)
    assert paths[..., 0] == pytest.approx(np.tile([[3.0], [1.0], [2.0]], (1, FRAMES)))


def test_paths_that_are_tied_to_each_other_move_together():
    apart = Term(
        {ROOT: -EVERY, LEFT_ANKLE: EVERY}, np.tile([0.5, 0, 0], (FRAMES, 1)), np.ones(FRAMES)
    )
    paths = best_paths([at(ROOT, 2.0), apart, at(RIGHT_ANKLE, 0.0)], FRAMES, slice(0, 1))
    assert paths[LEFT_ANKLE, :, 0] == pytest.approx(np.full(FRAMES, 2.5))


def test_steps_are_asked_for_from_frame_to_frame():
    walk = Term({ROOT: STEPS}, np.tile([0.1, 0, 0], (FRAMES - 1, 1)), np.full(FRAMES - 1, 1e6))
    terms = [walk, at(ROOT, 0.0), at(LEFT_ANKLE, 0.0), at(RIGHT_ANKLE, 0.0)]
    paths = best_paths(terms, FRAMES, slice(0, 1))
    assert np.diff(paths[ROOT, :, 0]) == pytest.approx(np.full(FRAMES - 1, 0.1), abs=1e-6)
    assert paths[ROOT, :, 0].mean() == pytest.approx(0, abs=1e-6)
