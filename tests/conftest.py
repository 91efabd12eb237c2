"""Fixtures that more than one test file uses."""

import os

# Two test processes with two threads each on two cores wait for one another far longer than they
# work.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from stage import Swayer, clicks

BLOCK = 1000  # damaged files a test of the long run


def pytest_addoption(parser):
    parser.addoption(
        "--fuzz-seeds",
        default="0:10000",
        metavar="FIRST:LAST",
        help="seeds of the damaged files of -m long_fuzz (default: 0:10000)",
    )


def pytest_generate_tests(metafunc):
    if "block" in metafunc.fixturenames:
        first, last = map(int, metafunc.config.getoption("--fuzz-seeds").split(":"))
        blocks = [range(seed, min(seed + BLOCK, last)) for seed in range(first, last, BLOCK)]
        names = [f"{block.start}-{block.stop - 1}" for block in blocks]
        metafunc.parametrize("block", blocks, ids=names)


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
