"""Fixtures that more than one test file uses."""

import os

# Two test processes with two threads each on two cores wait for one another far longer than they
# work.
os.environ.setdefault("OMP_NUM_THREADS", "1")

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
    monkeypatch.setattr(
        "footlights.generators.load_generator", lambda name="small", library=None: dancer
    )
    return dancer
