"""Which of several animations of a glTF file is read."""

from pathlib import Path

import numpy as np
import pytest

from footlights import formats
from footlights.basics.errors import FootlightsError
from footlights.cli import main

FILE = Path(__file__).parent.parent / "field" / "motion" / "three_clips_idle_walk_run.glb"


def way(**options: str) -> float:
    """Metres between where the root begins and where it ends."""
    motion = formats.read(FILE, **options)
    return float(np.linalg.norm(motion.root[-1] - motion.root[0]))


def test_each_animation_can_be_taken():
    assert way(clip="Idle") < 0.01
    assert way(clip="Walk") == pytest.approx(1.6, abs=0.05)
    # Run stays on the spot, but its joints turn.
    run = formats.read(FILE, clip="Run")
    assert float(np.ptp(run.rotations, axis=0).max()) > 0.3
    with pytest.raises(FootlightsError, match="give one of Idle, Walk, Run"):
        way(clip="Jump")


def test_one_that_moves_is_taken_by_itself():
    assert way() == pytest.approx(way(clip="Walk"))


def test_all_of_them_become_files_of_a_folder(tmp_path, capsys):
    assert main(["convert", str(FILE), str(tmp_path / "out"), "--clip", "all", "--as", "npz"]) == 0
    stem = FILE.stem
    names = [path.name for path in sorted((tmp_path / "out").iterdir())]
    assert names == [f"{stem}-Idle.npz", f"{stem}-Run.npz", f"{stem}-Walk.npz"]
    walk = formats.read(tmp_path / "out" / f"{stem}-Walk.npz")
    assert np.linalg.norm(walk.root[-1] - walk.root[0]) == pytest.approx(1.6, abs=0.05)
    assert "3 written" in capsys.readouterr().err


def test_all_of_them_do_not_fit_into_one_file(tmp_path, capsys):
    assert main(["convert", str(FILE), str(tmp_path / "out.npz"), "--clip", "all"]) == 2
    assert "need a folder" in capsys.readouterr().err and not list(tmp_path.iterdir())
