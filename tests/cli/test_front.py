"""The front of the command line: help, unknown words, exit codes, errors in one harmless line."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import footlights
from footlights.basics.errors import FootlightsError
from footlights.basics.terminal import plain
from footlights.cli import COMMANDS, main


def raising(monkeypatch, error):
    """Make ``footlights models`` end in ``error``."""

    def run(args):
        raise error

    monkeypatch.setattr("footlights.cli.models.run", run)


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "example" in printed and COMMANDS
    for name in COMMANDS:
        assert f"  {name}" in printed


def test_no_words_at_all_give_the_help(capsys):
    assert main([]) == 0 and "commands:" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"footlights {footlights.__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_P2_every_command_has_an_example_in_its_help(capsys, name):
    assert main([name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert "example" in printed and f"  footlights {name}" in printed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_module_is_small(name):
    source = Path(importlib.import_module(f"footlights.cli.{name}").__file__ or "")
    assert len(source.read_text().splitlines()) < 120


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["dnace"],
            f"footlights: no command called 'dnace'; did you mean dance?"
            f" the commands are {', '.join(COMMANDS)}",
        ),
        (
            ["dance", "a.wav", "--count", "x"],
            "footlights: dance: --count: 'x' is not a whole number; see footlights dance --help",
        ),
        (
            ["dance", "a.wav", "--energy", "high"],
            "footlights: dance: --energy: 'high' is not a number; see footlights dance --help",
        ),
        (
            ["dance", "a.wav", "--start", "1:75"],
            "footlights: dance: argument --start: '1:75' is not a number of seconds, nor m:ss;"
            " see footlights dance --help",
        ),
        (
            ["dance", "--sped=3"],
            "footlights: dance: unrecognized arguments: --sped; did you mean --seed?"
            " see footlights dance --help",
        ),
        (
            ["dance"],
            "footlights: dance: the following arguments are required: SONG;"
            " see footlights dance --help",
        ),
        (
            ["dance", "a.wav", "--sec", "3"],
            "footlights: dance: unrecognized arguments: --sec 3; did you mean --seconds?"
            " see footlights dance --help",
        ),
        (
            ["evaluate", "--generated", "dances", "--json", "table.json"],
            "footlights: evaluate: --json prints and takes no file: --json-file FILE writes one;"
            " see footlights evaluate --help",
        ),
        (
            ["evaluate", "--generated", "dances", "--json=table.json"],
            "footlights: evaluate: --json prints and takes no file: --json-file FILE writes one;"
            " see footlights evaluate --help",
        ),
        (
            ["convert", "walk.bvh", "--json", "made.json"],
            "footlights: convert: --json prints and takes no file: --json-file FILE writes one;"
            " see footlights convert --help",
        ),
        (["--nonsense"], "footlights: unrecognized arguments: --nonsense; see footlights --help"),
    ],
)
def test_P2_wrong_words_give_one_line_that_says_what_to_do(capsys, words, line):
    assert main(words) == 2
    assert capsys.readouterr() == ("", line + "\n")


@pytest.mark.parametrize(
    ("error", "code", "start"),
    [
        (
            FootlightsError("is broken", "a.wav", "mend it"),
            2,
            "footlights: a.wav: is broken; mend it",
        ),
        (FootlightsError("failed", "", "try", usage=False), 1, "footlights: failed; try"),
        (
            OSError(28, "No space left on device", "/x"),
            1,
            "footlights: /x: No space left on device; run it again with --debug",
        ),
        (MemoryError(), 1, "footlights: memory ran out; close other programs"),
        (
            ZeroDivisionError("two\nlines"),
            1,
            "footlights: unexpected ZeroDivisionError: two lines; run it again with --debug",
        ),
        (KeyboardInterrupt("3 files kept"), 130, "footlights: stopped; 3 files kept"),
        (KeyboardInterrupt(), 130, "footlights: stopped; finished files are whole"),
    ],
)
def test_every_error_is_one_line_and_an_exit_code(monkeypatch, capsys, error, code, start):
    raising(monkeypatch, error)
    assert main(["models"]) == code
    printed = capsys.readouterr().err
    assert printed.strip().startswith(start) and len(printed.strip().splitlines()) == 1


def test_debug_shows_where_an_error_came_from(monkeypatch, capsys):
    raising(monkeypatch, FootlightsError("is broken", "a.wav"))
    assert main(["models", "--debug"]) == 2
    printed = capsys.readouterr().err
    assert "Traceback" in printed and printed.endswith("footlights: a.wav: is broken\n")


def test_S2_a_hostile_file_name_cannot_drive_the_terminal(tmp_path, capsys):
    song = str(tmp_path / "\x1b]0;owned\x07\u009b2J.wav")
    assert main(["dance", song, "-o", "\x1b[2J", "--formats", "none"]) == 2
    assert main(["models", str(tmp_path / "\x1b[31m")]) == 2
    printed = capsys.readouterr().err
    assert (
        "\x1b" not in printed
        and "\x07" not in printed
        and "\u009b" not in printed
        and "\\x1b" in printed
    )
    assert plain("été 🎵 👩‍🎤\n") == "été 🎵 👩‍🎤\\n"


def test_python_dash_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "footlights", "nothing"], capture_output=True, text=True
    )
    assert done.returncode == 2 and done.stderr.startswith(
        "footlights: no command called 'nothing'"
    )


def test_a_song_without_a_command_is_told_how_to_dance(tmp_path, song, capsys):
    assert main([str(song)]) == 2
    assert f"try: footlights dance {song}" in capsys.readouterr().err
