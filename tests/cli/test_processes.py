"""The command as a process: pipes that nobody reads, streams that are closed, signals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import footlights
from footlights.cli import main

TESTS = str(Path(__file__).parents[1])
# A dancer without weights in the place of the models.
SWAYER = (
    f"import sys, time, signal; sys.path.insert(0, {TESTS!r})\n"
    "import footlights.generators as room, footlights.formats.npz as npz\n"
    "from stage import Swayer\n"
    "room.load_generator = lambda *rest: Swayer()\n"
)


def bare_environment(**more: str) -> dict[str, str]:
    """What a fresh shell sets and no more: nothing here may hide a fault of Python's buffering."""
    known = ("PATH", "HOME", "LANG", "PYTHONPATH", "NUMBA_CACHE_DIR")
    return {name: os.environ[name] for name in known if name in os.environ} | more


def unread_pipe() -> int:
    """A pipe to write to whose reader has gone already."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def dance_words(song: Path, place: Path) -> list[str]:
    return ["dance", str(song), "-o", str(place / "out"), "--formats", "npz"]


def dance_code(song: Path, place: Path, before: str = "") -> str:
    words = dance_words(song, place)
    return f"{SWAYER}{before}from footlights.cli import main\nsys.exit(main({words!r}))"


@pytest.mark.parametrize("buffering", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "not"])
@pytest.mark.parametrize("words", [["doctor", "--help"], ["models"], ["--version"]])
def test_a_reader_that_goes_away_is_no_error(words, buffering):
    pipe = unread_pipe()
    done = subprocess.run(
        [sys.executable, "-m", "footlights", *words],
        stdout=pipe,
        stderr=subprocess.PIPE,
        env=bare_environment(**buffering),
    )
    os.close(pipe)
    assert done.returncode in (0, 1) and done.stderr == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's /dev/full")
def test_R3_a_full_disk_behind_stdout_is_one_line():
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "footlights", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=bare_environment(),
        )
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 1 and len(lines) == 1
    assert lines[0].startswith("footlights: No space left on device; ")


@pytest.mark.parametrize("buffering", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "not"])
def test_nobody_reading_messages_does_not_stop_the_work(tmp_path, song, buffering):
    pipe = unread_pipe()
    done = subprocess.run(
        [sys.executable, "-c", dance_code(song, tmp_path)],
        stdout=subprocess.PIPE,
        stderr=pipe,
        env=bare_environment(**buffering),
    )
    os.close(pipe)
    assert done.returncode == 0 and done.stdout.startswith(b"clicks: ")
    assert len(list((tmp_path / "out").glob("*.npz"))) == 3


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_closed_streams_do_not_stop_the_work_nor_get_into_its_files(tmp_path, song, closed):
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", dance_code(song, tmp_path)],
        capture_output=True,
        env=bare_environment(),
    )
    assert done.returncode == 0, done.stderr
    files = sorted((tmp_path / "out").glob("*.npz"))
    assert len(files) == 3
    for file in files:
        footlights.read(file)


@pytest.fixture
def interrupted(tmp_path, song):
    """``footlights dance`` in a process of its own, busy with its second file."""
    busy = (
        # Tests in the background ignore Ctrl-C, those under nohup SIGHUP: processes inherit that.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "good = npz.write\n"
        "def slow(motion, path):\n"
        "    if 'clicks-2' in str(path): print('writing', flush=True); time.sleep(60)\n"
        "    good(motion, path)\n"
        "npz.write = slow\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", dance_code(song, tmp_path, busy)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as work:
        assert work.stdout.readline() == "writing\n"
        yield work
        work.kill()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_P1_who_stops_it_hears_what_is_kept_and_finds_whole_files(tmp_path, interrupted, name):
    interrupted.send_signal(getattr(signal, name))
    errors = interrupted.communicate()[1]
    assert interrupted.returncode == 130
    kept = f"1 finished file kept in {tmp_path / 'out'}; the same command makes the rest"
    assert f"footlights: stopped; {kept}" in errors
    footlights.read(tmp_path / "out" / "clicks-1.npz")


def test_R1_killed_at_once_the_same_command_finishes_the_rest(tmp_path, song, interrupted, swayer):
    interrupted.kill()
    interrupted.communicate()
    first = (tmp_path / "out" / "clicks-1.npz").stat()
    (tmp_path / "out" / ".clicks-2.npz.x7k2.part.npz").write_text("half a file")
    assert main(dance_words(song, tmp_path)) == 0

    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {*(f"clicks-{k}.npz" for k in (1, 2, 3)), "dances.json"}
    again = (tmp_path / "out" / "clicks-1.npz").stat()
    assert again.st_mtime_ns == first.st_mtime_ns, "what was whole is kept"
