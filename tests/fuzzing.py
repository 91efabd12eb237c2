"""Damaged files given to a reader in a process of its own: how the tests of S3 ask for them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NEVER_REFUSED = ("title",)  # whatever a song is called, it has a page
QUICK = 300  # damaged files a reader
SECONDS = 10  # of processor time a file
READING = Path(__file__).parent / "reading.py"
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    "OPENBLAS_NUM_THREADS": "1",
}
on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory is limited by the Linux way"
)


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
    assert refused > len(seeds) / 10 or kind in NEVER_REFUSED, "the damage is real"
