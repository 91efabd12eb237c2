"""The digest of code changes with every file that results depend on, and with no other."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import footlights as fl
from canaries import crossing_limbs, stepping
from footlights.evaluation.clip_listing import ListedClip
from footlights.evaluation.clip_measurement import MeasurementRequest, measure_clip
from footlights.evaluation.code_digest import code_digest, code_files, digest_of, libraries_of
from footlights.metrics.protocol import PROTOCOLS

MEASURING = measure_clip.__module__
HOUSE = Path(fl.__file__).parent


@pytest.fixture(scope="module")
def copied_files(tmp_path_factory):
    """The files that measuring a clip depends on, in a copy of the house."""
    libraries = tmp_path_factory.mktemp("libraries")
    shutil.copytree(HOUSE, libraries / "footlights", ignore=shutil.ignore_patterns("__pycache__"))
    return code_files(MEASURING, libraries)


def test_a_change_of_any_file_that_measuring_depends_on_changes_the_digest(copied_files):
    before = digest_of(copied_files)
    assert before == code_digest(MEASURING)

    for name, file in copied_files.items():
        whole = file.read_bytes()
        file.write_bytes(whole + b"#")
        assert digest_of(copied_files) != before, name
        file.write_bytes(whole)

    assert len(copied_files) > 60 and digest_of(copied_files) == before


def test_every_function_that_runs_while_a_clip_is_measured_stands_in_one_of_the_files(tmp_path):
    known = {file.resolve() for file in code_files(MEASURING, HOUSE.parent).values()}
    ran: set[Path] = set()
    for suffix in ("npz", "bvh"):
        path = tmp_path / f"clip.{suffix}"
        fl.write(crossing_limbs(stepping(2.0)), path)
        clip = ListedClip("clip", path, beats=tuple(np.arange(0, 2, 0.5)))
        request = MeasurementRequest(clip, PROTOCOLS["footlights"], controls=True)
        ran |= files_that_run(lambda request=request: measure_clip(request))

    of_the_house = {file for file in ran if HOUSE.resolve() in file.parents}
    assert of_the_house <= known
    assert len(of_the_house) > 25


def files_that_run(work) -> set[Path]:
    """The files of all Python functions that are called during ``work``."""
    names: set[str] = set()
    sys.setprofile(lambda frame, event, _: names.add(frame.f_code.co_filename))
    try:
        work()
    finally:
        sys.setprofile(None)
    return {Path(name).resolve() for name in names if name.endswith(".py")}


def test_what_only_shows_or_commands_does_not_count(copied_files):
    rooms = {name.split(".")[1] for name in copied_files if name.startswith("footlights.")}
    assert {"music", "metrics", "formats", "geometry"} <= rooms
    assert not rooms & {"cli", "show", "pipeline", "generators", "rewards", "studio"}


def test_data_files_and_modules_that_are_imported_by_name_count(copied_files):
    assert {"assets/body.npz", "footlights.formats.bvh", "footlights.music.streams"} <= set(
        copied_files
    )


def test_of_a_module_what_it_imports_counts_wherever_it_says_so(tmp_path):
    package = tmp_path / "stranger"
    (package / "deep").mkdir(parents=True)
    sources = {
        "__init__.py": "from .unrelated import x",
        "metric.py": "import numpy\ndef f():\n    from .deep import helper",
        "deep/__init__.py": "",
        "deep/helper.py": "from .. import constants",
        "constants.py": "if TYPE_CHECKING:\n    from . import types",
        "types.py": "",
        "unrelated.py": "x = 1",
    }
    for name, text in sources.items():
        (package / name).write_text(text)

    files = code_files("stranger.metric", tmp_path)
    assert set(files) == {"stranger.metric", "stranger.deep.helper", "stranger.constants"}


def test_a_package_is_found_where_python_finds_it():
    assert libraries_of("footlights.metrics.jitter") == HOUSE.parent
    assert (libraries_of("numpy.linalg") / "numpy" / "__init__.py").is_file()
    assert code_files("sys", libraries_of("sys")) == {}
