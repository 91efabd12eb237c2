"""S3: any bytes given to any reader end in a result or a FootlightsError.

Within ten seconds of processor time and a gigabyte. Every run damages 300 files a reader; the long
one, ``pytest -m long_fuzz``, 10,000, a thousand a test. It may be stopped and go on: the names of
its tests say the seeds, and ``--fuzz-seeds FIRST:LAST`` chooses others. A seed that failed is seen
alone by ``python tests/reading.py --mutate KIND SEED SEED+1 DIR``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import specimens

QUICK = 300  # damaged files a reader
BLOCK = 1000  # of them a test of the long run
SECONDS = 10  # of processor time a file
READING = Path(__file__).parents[1] / "reading.py"
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    "OPENBLAS_NUM_THREADS": "1",
}
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory is limited by the Linux way"
)


def pytest_generate_tests(metafunc):
    if "block" in metafunc.fixturenames:
        first, last = map(int, metafunc.config.getoption("--fuzz-seeds").split(":"))
        blocks = [range(seed, min(seed + BLOCK, last)) for seed in range(first, last, BLOCK)]
        names = [f"{block.start}-{block.stop - 1}" for block in blocks]
        metafunc.parametrize("block", blocks, ids=names)


@pytest.mark.parametrize("kind", specimens.READERS)
def test_S3_damaged_files_end_well(tmp_path, kind):
    check_seeds(kind, range(QUICK), tmp_path)


@pytest.mark.long_fuzz
@pytest.mark.parametrize("kind", specimens.READERS)
def test_S3_thousands_of_damaged_files_end_well(tmp_path, kind, block):
    check_seeds(kind, block, tmp_path)


def check_seeds(kind: str, seeds: range, folder: Path) -> None:
    command = [sys.executable, READING, "--mutate", kind, seeds.start, seeds.stop, folder]
    run = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        # Only so that a reader that never ends is found out: many times what they all take.
        timeout=60 + len(seeds) * SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    outcomes = [json.loads(line) for line in run.stdout.splitlines()]
    assert [outcome["seed"] for outcome in outcomes] == list(seeds)

    bad = [
        outcome
        for outcome in outcomes
        if outcome["seconds"] > SECONDS or not outcome["ended"].startswith(("read", "refused: "))
    ]
    assert not bad, f"{len(bad)} of {len(seeds)}: {bad[0]}"
    refused = sum(outcome["ended"].startswith("refused: ") for outcome in outcomes)
    assert refused > len(seeds) / 10, "the damage is real"
