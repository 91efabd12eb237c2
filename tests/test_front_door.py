"""The front door: every name is there, for programs as for type checkers, and nothing else is."""

import ast
import importlib
import os
import re
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import footlights
from footlights.music import bundled_song

SOURCE = Path(footlights.__file__)

# What a stranger's first program looks like; mypy --strict must know every type in it.
PROGRAM = """
import footlights as fl
from footlights import Music

music = Music.load("song.wav")
dancer = fl.load_generator("small")
for motion in dancer.sample(music, n=3, seed=0):
    lost: list[str] = fl.write(motion, "dance.glb")
    reveal_type(motion)
reveal_type(fl.read("walk.bvh"))
reveal_type(fl.judge(fl.read("walk.bvh")))
"""

# Libraries whose types no name of the front door shows: mypy needs no time for them.
SETTINGS = """
[mypy]
follow_imports = silent
[mypy-torch.*,onnx.*,onnxruntime.*,scipy.*,numba.*,mujoco.*]
follow_imports = skip
"""


@pytest.mark.parametrize("name", footlights._DOORS)
def test_every_name_is_where_the_door_says(name):
    module = importlib.import_module(f"footlights.{footlights._DOORS[name]}")
    assert getattr(footlights, name) is getattr(module, name)


def test_type_checkers_see_the_names_that_programs_see():
    for_checkers = {
        alias.asname: node.module
        for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
        if alias.name == alias.asname  # only "X as X" counts as given on
    }
    assert for_checkers == footlights._DOORS


def test_a_name_that_is_not_there_says_so():
    with pytest.raises(AttributeError, match="no attribute 'Motoin'"):
        footlights.Motoin  # noqa: B018


def test_a_users_program_passes_mypy_strict_and_its_slips_do_not(tmp_path):
    assert (SOURCE.parent / "py.typed").is_file()
    (tmp_path / "settings.ini").write_text(SETTINGS)
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "slip.py").write_text("import footlights as fl\nfl.Motoin\nfl.read(3)\n")

    words = ["--strict", "--config-file", "settings.ini", "program.py", "slip.py"]
    run = subprocess.run(
        [sys.executable, "-m", "mypy", *words],
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(SOURCE.parents[1])},
        capture_output=True,
        text=True,
    )
    findings = run.stdout.splitlines()

    types = [line.rpartition("is ")[2] for line in findings if "Revealed type" in line]
    motion = '"footlights.motion.motion.Motion"'
    assert types == [motion, motion, '"footlights.physics.judgement.Judgement"'], run.stdout
    errors = [line for line in findings if ": error: " in line]
    assert len(errors) == 2, run.stdout
    assert errors[0].startswith("slip.py:2") and errors[1].startswith("slip.py:3")


def test_the_page_of_the_front_door_names_all_of_it_and_nothing_else():
    page = SOURCE.parents[2] / "docs" / "api.md"
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line[:4] == "| `f"]
    named = {name for row in rows for name in re.findall(r"`fl\.(\w+)`", row.split("|")[1])}
    assert named == set(footlights._DOORS)


def test_N1_a_generator_in_two_threads_gives_the_bytes_that_it_gives_alone():
    music = footlights.Music.load(bundled_song(), seconds=6)
    dancer = footlights.load_generator("small")

    def dance(seed: int) -> bytes:
        (motion,) = dancer.sample(music, seed=seed)
        return motion.root.tobytes() + motion.rotations.tobytes()

    alone = [dance(seed) for seed in range(4)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(dance, range(4))) == alone
    assert len(set(alone)) == 4


def test_from_python_nothing_is_printed_warned_or_drawn_from_a_global_generator(tmp_path, capfd):
    before = np.random.get_state()[1].tobytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        music = footlights.Music.load(bundled_song(), seconds=6)
        (motion,) = footlights.load_generator("small").sample(music)
        footlights.write(motion, tmp_path / "dance.bvh")
        again = footlights.retarget(footlights.read(tmp_path / "dance.bvh"))
        assert 0 < footlights.judge(again, floor="auto").physics_score <= 1
        assert np.isfinite(footlights.combine("physics")([again], [music]).total).all()

    assert capfd.readouterr() == ("", "")
    assert np.random.get_state()[1].tobytes() == before
