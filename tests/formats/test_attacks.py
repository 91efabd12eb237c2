"""S1 and S4: hostile motion files are refused by name, run nothing, take no memory and no time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import specimens
from attacks import ATTACKS, odd_files
from footlights.formats import FORMATS

READING = Path(__file__).parents[1] / "reading.py"
# No process can be given a name with a null, which is read here.
NAMES = [name for name in ATTACKS if name != "a_name_with_a_null"]
LINUX = sys.platform.startswith("linux")
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    "OPENBLAS_NUM_THREADS": "1",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What came of every attack, read one after the other in a process with a gigabyte to spare."""
    folder = tmp_path_factory.mktemp("attacks")
    paths = {}
    for name in NAMES:
        (folder / name).mkdir()
        paths[name] = ATTACKS[name](folder / name)

    run = subprocess.run(
        [sys.executable, str(READING), *map(str, paths.values())],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=300,
        check=False,
        cwd=folder,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return dict(zip(paths, map(json.loads, run.stdout.splitlines()), strict=True)), folder


@pytest.mark.skipif(not LINUX, reason="memory is limited by the Linux way")
@pytest.mark.parametrize("name", NAMES)
def test_S4_hostile_files_are_refused(outcomes, name):
    outcome = outcomes[0][name]
    assert outcome["ended"].startswith("refused: "), outcome["ended"]
    assert outcome["seconds"] < 10, "of processor time"
    assert len(outcome["ended"]) < 600 and "\n" not in outcome["ended"]


@pytest.mark.skipif(not LINUX, reason="memory is limited by the Linux way")
def test_S1_nothing_ran_and_nothing_was_written(outcomes):
    by_name, folder = outcomes
    assert len(by_name) == len(NAMES)
    assert not [p for p in folder.parent.rglob("*") if p.name in ("ran", "climbed.npy")]


@pytest.mark.skipif(not LINUX, reason="memory is limited by the Linux way")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pickle_that_runs_a_program", ".system"),
        ("pickle_that_runs_a_program_in_old_words", "os.system"),
        ("pickle_that_evaluates", "builtins.eval"),
        ("tram_storage_that_runs_a_program", "posix.system"),
        ("pickle_that_reaches_through_numpy", "fromfile"),
        ("bvh_claims_a_thousand_million_frames", "1000000000"),
        ("npz_header_claims_a_hundred_thousand_million_numbers", "100000000000"),
        ("npz_inside_npz", "beside arrays"),
        ("a_folder", "is a folder"),
        ("empty", "is empty"),
    ],
)
def test_the_reason_is_said(outcomes, name, says):
    assert says in outcomes[0][name]["ended"]


@pytest.mark.skipif(not LINUX, reason="memory is limited by the Linux way")
def test_S4_every_reader_is_attacked_and_fuzzed(outcomes, tmp_path):
    """A new format needs a hostile file in ``attacks`` and a healthy one in ``specimens``.

    What another program reads, none.
    """
    own = [form for form in FORMATS if form.reads and not form.program]
    readers = {suffix: form.member("read") for form in own for suffix in form.suffixes}
    attacked = {readers.get(path.suffix) for path in outcomes[1].rglob("x.*")} | {readers[".amc"]}
    fuzzed = {readers.get(make(tmp_path).suffix) for make in specimens.ALL.values()}
    assert set(readers.values()) <= attacked and set(readers.values()) <= fuzzed


def test_a_name_that_cannot_be_one_is_refused(tmp_path):
    from footlights.basics.errors import FootlightsError
    from footlights.formats import read

    with pytest.raises(FootlightsError):
        read(odd_files.a_name_with_a_null(tmp_path))
