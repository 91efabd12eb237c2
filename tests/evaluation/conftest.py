"""Fixtures of the evaluation's tests."""

from pathlib import Path

import pytest

import footlights as fl
from canaries import stepping


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch) -> Path:
    """Results are kept in a folder of the test's own; a few draws tell as much as fifty."""
    monkeypatch.setattr("footlights.evaluation.resampled_distances.DRAWS", 6)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "footlights" / "clips"


@pytest.fixture
def dances(tmp_path) -> Path:
    """Three dances of 8 s on the beat of 120, 100 and 90 beats a minute."""
    folder = tmp_path / "dances"
    folder.mkdir()
    for bpm in (120, 100, 90):
        fl.write(stepping(8.0, bpm=bpm), folder / f"step{bpm}-1.npz")
    return folder
