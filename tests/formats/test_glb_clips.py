"""Which of several animations of a glTF file is read."""

from pathlib import Path

import numpy as np
import pytest

from footlights import formats
from footlights.basics.errors import FootlightsError

FILE = Path(__file__).parent.parent / "field" / "motion" / "three_clips_idle_walk_run.glb"


def way(**options: str) -> float:
    """Metres between where the root begins and where it ends."""
    motion = formats.read(FILE, **options)
    return float(np.linalg.norm(motion.root[-1] - motion.root[0]))


def test_each_animation_can_be_taken():
    assert way(clip="Idle") < 0.01
    assert way(clip="Walk") == pytest.approx(1.6, abs=0.05)
    # Run stays on the spot, but its joints turn.
    run = formats.read(FILE, clip="Run")
    assert float(np.ptp(run.rotations, axis=0).max()) > 0.3
    with pytest.raises(FootlightsError, match="give one of Idle, Walk, Run"):
        way(clip="Jump")


def test_one_that_moves_is_taken_by_itself():
    assert way() == pytest.approx(way(clip="Walk"))
