"""``footlights train`` and ``data``: what cannot be done, and what it leaves."""

import sys

import pytest

from footlights.cli import main


def test_train_without_torch_says_how_to_get_it(monkeypatch, tmp_path, capsys):
    for name in [
        name for name in sys.modules if name.startswith("footlights.generators.diffusion")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert (
        main(["train", "diffusion", "--data", str(tmp_path), "--out", str(tmp_path / "run")]) == 2
    )
    assert "pip install 'footlights[train]'" in capsys.readouterr().err


def test_a_run_that_cannot_begin_says_so_and_leaves_no_folder(tmp_path, capsys):
    pytest.importorskip("torch", reason="training needs torch")
    (tmp_path / "data").mkdir()
    words = [
        "train",
        "diffusion",
        "--data",
        str(tmp_path / "data"),
        "--out",
        str(tmp_path / "run"),
        "--resume",
    ]
    assert main(words) == 2 and not (tmp_path / "run").exists()
    assert "no checkpoint in" in capsys.readouterr().err


def test_data_that_cannot_be_built_leave_no_folder(tmp_path, capsys):
    for kind in ("folder", "manifest", "aist"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        words = [
            "data",
            "build",
            "--source",
            str(tmp_path / "empty"),
            "--format",
            kind,
            "-o",
            str(tmp_path / "built"),
        ]
        assert main(words) == 2 and not (tmp_path / "built").exists()


def test_train_does_not_touch_a_run_that_is_there(tmp_path, capsys):
    pytest.importorskip("torch", reason="training needs torch")
    (tmp_path / "checkpoint.pt").touch()
    assert main(["train", "diffusion", "--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "--resume" in capsys.readouterr().err
