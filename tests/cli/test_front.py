"""The front of the command line: help, unknown words, exit codes, and errors that are one harmless
line.
"""

import importlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import footlights
from footlights.basics.errors import FootlightsError
from footlights.cli import COMMANDS, main, plain


def raising(monkeypatch, error):
    """Make ``footlights models`` end in ``error``."""

    def run(args):
        raise error

    monkeypatch.setattr("footlights.cli.models.run", run)


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"  {name}" in told for name in COMMANDS) and "example" in told


def test_no_words_at_all_give_the_help(capsys):
    assert main([]) == 0 and "commands:" in capsys.readouterr().out


def test_version(capsys):
    assert (
        main(["--version"]) == 0
        and capsys.readouterr().out == f"footlights {footlights.__version__}\n"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_P2_every_command_has_an_example_in_its_help(capsys, name):
    assert main([name, "--help"]) == 0
    told = capsys.readouterr().out
    assert "example" in told and f"  footlights {name}" in told


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_module_is_small(name):
    source = Path(importlib.import_module(f"footlights.cli.{name}").__file__ or "")
    assert len(source.read_text().splitlines()) < 120


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["dnace"],
            f"footlights: no command called 'dnace'; the commands are {', '.join(COMMANDS)}",
        ),
        (
            ["dance"],
            "footlights: dance: the following arguments are required: SONG; see footlights dance --help",
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
            "footlights: dance: argument --start: '1:75' is not a number of seconds, nor m:ss; see footlights dance --help",
        ),
        (
            ["dance", "--sped=3"],
            "footlights: dance: unrecognized arguments: --sped; see footlights dance --help",
        ),
        (
            ["dance"],
            "footlights: dance: the following arguments are required: SONG; see footlights dance --help",
        ),
        (
            ["dance", "a.wav", "--sec", "3"],
            "footlights: dance: unrecognized arguments: --sec 3; see footlights dance --help",
        ),
        (["--nonsense"], "footlights: unrecognized arguments: --nonsense; see footlights --help"),
    ],
)
def test_P2_wrong_words_give_one_line_that_says_what_to_do(capsys, words, line):
    assert main(words) == 2
    assert capsys.readouterr() == ("", line + "\n")


@pytest.mark.parametrize(
    ("error", "code", "said"),
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
def test_every_error_is_one_line_and_an_exit_code(monkeypatch, capsys, error, code, said):
    raising(monkeypatch, error)
    assert main(["models"]) == code
    told = capsys.readouterr().err
    assert told.strip().startswith(said) and len(told.strip().splitlines()) == 1


def test_debug_shows_where_an_error_came_from(monkeypatch, capsys):
    raising(monkeypatch, FootlightsError("is broken", "a.wav"))
    assert main(["models", "--debug"]) == 2
    told = capsys.readouterr().err
    assert "Traceback" in told and told.endswith("footlights: a.wav: is broken\n")


def test_S2_a_hostile_file_name_cannot_drive_the_terminal(tmp_path, capsys):
    assert (
        main(
            [
                "dance",
                str(tmp_path / "\x1b]0;owned\x07\u009b2J.wav"),
                "-o",
                "\x1b[2J",
                "--formats",
                "none",
            ]
        )
        == 2
    )
    assert main(["models", str(tmp_path / "\x1b[31m")]) == 2
    told = capsys.readouterr().err
    assert "\x1b" not in told and "\x07" not in told and "\u009b" not in told and "\\x1b" in told
    assert plain("été 🎵 👩‍🎤\n") == "été 🎵 👩‍🎤\\n"


def test_python_dash_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "footlights", "nothing"], capture_output=True, text=True
    )
    assert done.returncode == 2 and done.stderr.startswith(
        "footlights: no command called 'nothing'"
    )


def test_a_reader_that_goes_away_is_no_error():
    code = "import sys; from footlights.cli import main; sys.exit(main(['doctor', '--help']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as talker:
        talker.stdout.close()
        assert talker.stderr.read() == b""


@pytest.fixture
def interrupted(tmp_path, song):
    """``footlights dance`` in a process of its own, busy with its second file."""
    code = (
        f"import sys, time; sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        "import footlights.generators as room, footlights.formats.npz as npz\n"
        "from stage import Swayer\n"
        "room.load_generator = lambda *rest: Swayer()\n"
        "good = npz.write\n"
        "def slow(motion, path):\n"
        "    if 'clicks-2' in str(path): print('writing', flush=True); time.sleep(60)\n"
        "    good(motion, path)\n"
        "npz.write = slow\n"
        "from footlights.cli import main\n"
        f"sys.exit(main({dance_words(song, tmp_path)!r}))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as work:
        assert work.stdout.readline() == "writing\n"
        yield work
        work.kill()


def dance_words(song, place):
    return ["dance", str(song), "-o", str(place / "out"), "--formats", "npz"]


def test_P1_ctrl_c_says_what_is_kept_and_leaves_whole_files(tmp_path, interrupted):
    interrupted.send_signal(signal.SIGINT)
    told = interrupted.communicate()[1]
    assert interrupted.returncode == 130
    assert (
        f"footlights: stopped; 1 finished file kept in {tmp_path / 'out'}; the same command makes the rest"
        in told
    )
    footlights.read(tmp_path / "out" / "clicks-1.npz")


def test_R1_killed_at_once_the_same_command_finishes_the_rest(tmp_path, song, interrupted, swayer):
    interrupted.kill()
    interrupted.communicate()
    first = (tmp_path / "out" / "clicks-1.npz").stat()
    (tmp_path / "out" / ".clicks-2.npz.x7k2.part.npz").write_text("half a file")
    assert main(dance_words(song, tmp_path)) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *(f"clicks-{k}.npz" for k in (1, 2, 3)),
        "dances.json",
    }
    assert (tmp_path / "out" / "clicks-1.npz").stat().st_mtime_ns == first.st_mtime_ns, (
        "what was whole is kept"
    )


def test_a_song_without_a_command_is_told_how_to_dance(tmp_path, song, capsys):
    assert main([str(song)]) == 2
    assert f"try: footlights dance {song}" in capsys.readouterr().err
