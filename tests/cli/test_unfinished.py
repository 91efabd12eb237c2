"""R1: a command that was cut off between its results is given again as it was."""

import subprocess
import sys
from pathlib import Path

import pytest

from canaries import stepping
from footlights.cli import main, options
from footlights.formats import write


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    write(stepping(2.0), tmp_path / "a.npz")
    out = [str(tmp_path / name) for name in ("a.npz", "page.html", "score.json")]
    return ["score", out[0], "--html", out[1], "--json-file", out[2], "--jobs", "1"]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def cut_off(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command, stopped when its page was there and its JSON was not."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(options, "show", stop)
        assert main(words) == 130
    assert names(tmp_path) == {"a.npz", "page.html", ".page.html.unfinished"}
    return words


def test_R1_the_same_command_makes_the_rest(cut_off, tmp_path, capsys):
    assert main(cut_off) == 0
    assert names(tmp_path) == {"a.npz", "page.html", "score.json"}
    capsys.readouterr()
    assert main(cut_off) == 2 and "exists already" in capsys.readouterr().err


def test_R1_another_command_replaces_nothing_of_what_was_left(cut_off, tmp_path, capsys):
    page = (tmp_path / "page.html").read_bytes()
    assert main([*cut_off, "--floor", "0.1"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert (tmp_path / "page.html").read_bytes() == page


def test_R1_killed_between_page_and_json_the_same_command_makes_the_rest(words, tmp_path):
    code = """
import os, sys
from footlights.cli import main, options
options.show = lambda *_: os.kill(os.getpid(), 9)
main(sys.argv[1:])
"""
    killed = subprocess.run([sys.executable, "-c", code, *words], timeout=120, check=False)
    assert killed.returncode == -9
    assert names(tmp_path) == {"a.npz", "page.html", ".page.html.unfinished"}
    assert main(words) == 0
    assert names(tmp_path) == {"a.npz", "page.html", "score.json"}


def test_a_command_that_is_refused_leaves_no_note(words, tmp_path, capsys):
    (tmp_path / "page.html").write_text("mine")
    assert main(words) == 2
    assert names(tmp_path) == {"a.npz", "page.html"}
    assert (tmp_path / "page.html").read_text() == "mine"

    missing = [words[0], str(tmp_path / "none.npz"), *words[2:]]
    missing[3] = str(tmp_path / "other.html")
    assert main(missing) == 2 and names(tmp_path) == {"a.npz", "page.html", "score.json"}


def test_evaluate_may_be_given_again_too(tmp_path, monkeypatch, capsys):
    (tmp_path / "in").mkdir()
    write(stepping(6.0), tmp_path / "in" / "a.npz")
    words = ["evaluate", "--generated", str(tmp_path / "in"), "--jobs", "1", "--metrics", "speed"]
    words += ["--html", str(tmp_path / "page.html"), "--json-file", str(tmp_path / "table.json")]
    with monkeypatch.context() as patch:
        patch.setattr(options, "show", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert main(words) == 130
    assert main(words) == 0 and names(tmp_path) == {"in", "page.html", "table.json"}
