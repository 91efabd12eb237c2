"""Fixtures that more than one test file uses."""

import os

# Two test processes with two threads each on two cores wait for one another far longer than they
# work.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from stage import Swayer, clicks


def pytest_addoption(parser):
    parser.addoption(
        "--fuzz-seeds",
        default="0:10000",
        metavar="FIRST:LAST",
        help="seeds of the damaged files of -m long_fuzz (default: 0:10000)",
    )


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
