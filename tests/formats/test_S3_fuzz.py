"""Any bytes given to any reader end in a motion or a FootlightsError, within ten seconds and a
gigabyte.

FOOTLIGHTS_FUZZ sets the number of damaged files per reader: 300 in each run, 10000 in the nightly
one. A failing seed is reproduced by ``python tests/reading.py --mutate FILE N``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import specimens

COUNT = int(os.environ.get("FOOTLIGHTS_FUZZ", "300"))
SECONDS = 10
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    "OPENBLAS_NUM_THREADS": "1",
}


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory is limited by the Linux way"
)
@pytest.mark.parametrize("kind", list(specimens.ALL))
def test_S3_damaged_files_end_well(tmp_path, kind):
    specimens.amc(tmp_path)
    healthy = specimens.ALL[kind](tmp_path)
    command = [
        sys.executable,
        str(Path(__file__).parents[1] / "reading.py"),
        "--mutate",
        str(healthy),
        str(COUNT),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=60 + COUNT * SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(outcomes) == COUNT
    bad = [
        o
        for o in outcomes
        if o["seconds"] > SECONDS or not o["ended"].startswith(("motion", "refused"))
    ]
    assert not bad, f"{len(bad)} of {COUNT}: {bad[0]}"
    refused = sum(o["ended"].startswith("refused") for o in outcomes)
    assert refused > COUNT / 10, "the damage is real"
