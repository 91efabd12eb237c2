"""What a protocol measures of a clip is what it says: windows where it says windows."""

from pathlib import Path

import numpy as np
import pytest

import footlights as fl
from footlights.evaluation.protocol_metrics import scores_of
from footlights.metrics.protocol import PROTOCOLS

CLIPS = Path(__file__).parents[1] / "field" / "music" / "pfc"
NONE = np.zeros(0)


@pytest.mark.parametrize(
    ("name", "of_windows", "whole"), [("a", 1.3209, 0.8706), ("b", 0.2110, 0.1403)]
)
def test_foot_contact_of_edge_is_the_mean_over_its_windows(name, of_windows, whole):
    motion = fl.read(CLIPS / f"{name}.npz")
    names = ["pfc@edge"]
    windows = scores_of(motion, NONE, names, protocol=PROTOCOLS["edge"])["pfc@edge"]
    assert windows.value == pytest.approx(of_windows, abs=1e-4)
    # Skeleton2Stage looks at one stretch of a clip, and so does whoever asks for the metric alone.
    assert scores_of(motion, NONE, names)["pfc@edge"].value == pytest.approx(whole, abs=1e-4)


def test_a_clip_shorter_than_a_window_is_one():
    motion = fl.read(CLIPS / "a.npz")[:90]
    names = ["pfc@edge"]
    one = scores_of(motion, NONE, names, protocol=PROTOCOLS["edge"])["pfc@edge"]
    assert one.value == scores_of(motion, NONE, names)["pfc@edge"].value
