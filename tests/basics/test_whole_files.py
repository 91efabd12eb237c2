"""Files are whole or absent: what an error, a kill or a folder in the way leaves behind."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from footlights.basics.errors import FootlightsError
from footlights.basics.whole_files import writing


def test_a_file_appears_whole_under_its_name_and_nothing_beside_it(tmp_path: Path):
    with writing(tmp_path / "été 🎵.npz") as temporary:
        temporary.write_text("whole")
        assert not (tmp_path / "été 🎵.npz").exists() and temporary.suffix == ".npz"
    assert [path.name for path in tmp_path.iterdir()] == ["été 🎵.npz"]
    assert (tmp_path / "été 🎵.npz").read_text() == "whole"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_R1_what_was_there_stays_when_the_work_breaks_off(
    tmp_path: Path, error: type[BaseException]
):
    (tmp_path / "a").write_text("old")
    with pytest.raises((error, FootlightsError)), writing(tmp_path / "a") as temporary:
        temporary.write_text("half")
        raise error
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (
        tmp_path / "a"
    ).read_text() == "old"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_file_may_be_read_by_whoever_the_umask_lets(tmp_path: Path):
    before = os.umask(0o027)
    try:
        with writing(tmp_path / "a") as temporary:
            temporary.touch()
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_folder_of_that_name_or_no_folder_to_write_in_are_said(tmp_path: Path):
    (tmp_path / "out").mkdir()
    with pytest.raises(FootlightsError, match="is a folder"), writing(tmp_path / "out"):
        pass
    with (
        pytest.raises(FootlightsError, match="none: cannot write here"),
        writing(tmp_path / "none" / "a"),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    with writing(pipe) as temporary:
        temporary.write_text("whole")
    reader.join(10)
    assert read == ["whole"] and pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="no such device")
def test_a_device_stays_a_device():
    with writing("/dev/null") as temporary:
        temporary.write_text("into nothing")
    assert Path("/dev/null").is_char_device()


def test_R1_what_a_killed_process_left_is_taken_up_by_the_next(tmp_path: Path):
    code = (
        "import os, signal, sys\n"
        "from footlights.basics.whole_files import writing\n"
        "with writing(sys.argv[1]) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    target = tmp_path / "a.npz"
    subprocess.run([sys.executable, "-c", code, target])
    assert len(list(tmp_path.iterdir())) == 1 and not target.exists()
    with writing(target) as temporary:
        temporary.write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]
    assert target.read_text() == "whole"


def test_two_who_write_one_file_do_not_write_into_each_other(tmp_path: Path):
    target = tmp_path / "a"
    with writing(target) as first, writing(target) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert target.read_text() == "first", "who ends last is read"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
