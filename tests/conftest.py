"""Fixtures that more than one test file uses."""

import pytest

from stage import Swayer, clicks


@pytest.fixture
def song(tmp_path):
    """Three seconds of clicks at 120 beats a minute."""
    return clicks(tmp_path / "clicks.wav")


@pytest.fixture
def swayer(monkeypatch):
    """A dancer without weights in the place of every model."""
    dancer = Swayer()
    monkeypatch.setattr("footlights.generators.load_generator", lambda name="small", library=None: dancer)
    return dancer
