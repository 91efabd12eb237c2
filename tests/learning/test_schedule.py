"""Learning rates: up in a line, flat, and down along a cosine."""

import numpy as np
import pytest

from footlights.learning.schedule import warmup_cosine


def share(step: int) -> float:
    return warmup_cosine(step, 1000, warmup=100, decay_from=0.5)


def test_it_rises_in_a_line_to_the_plateau():
    assert [share(step) for step in (0, 49, 99)] == [0.01, 0.5, 1.0]
    assert {share(step) for step in range(99, 501)} == {1.0}


def test_it_falls_along_half_a_cosine_to_the_last_share():
    falling = [share(step) for step in range(500, 1001)]
    assert all(np.diff(falling) < 0)
    assert share(750) == pytest.approx(0.02 + 0.98 / 2)
    assert share(1000) == share(1200) == pytest.approx(0.02)


def test_the_plateau_may_last_to_the_end():
    assert warmup_cosine(999, 1000, warmup=0, decay_from=1.0) == 1.0
