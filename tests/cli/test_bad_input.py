"""Bad songs, models and places: one line says what, where and what to do; the code is not 0."""

import os
import resource
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

import footlights
from footlights.cli import main
from stage import RATE, clicks


def silent(path: Path) -> None:
    soundfile.write(path, np.zeros(3 * RATE), RATE)


def text_named_mp3(path: Path) -> None:
    path.write_text("Dear diary, today I danced.\n" * 50)


def playlist_named_mp3(path: Path) -> None:
    path.write_text("#EXTM3U\n/etc/hostname\nhttps://example.org/song.mp3\n")


def empty(path: Path) -> None:
    path.touch()


def blink(path: Path) -> None:
    clicks(path, seconds=0.05)


def folder(path: Path) -> None:
    path.mkdir()


def endless(path: Path) -> None:
    eleven_minutes = np.tile(np.sin(np.arange(2000)), 1700).astype(np.float32)
    soundfile.write(path, eleven_minutes, 2000, format="WAV")


def missing(path: Path) -> None:
    pass


BAD_SONGS = [
    (missing, "a.wav", "no such file"),
    (silent, "a.wav", "is silent"),
    (text_named_mp3, "a.mp3", "not a sound file"),
    (playlist_named_mp3, "a.mp3", "not a sound file"),
    (empty, "a.ogg", "is empty"),
    (blink, "a.wav", "0.05 s long"),
    (folder, "a.wav", "is a folder"),
    (endless, "a.wav", "longer than 10 minutes"),
]


def one_line(capsys) -> str:
    """The only line of stderr that is an error; the place before it and the count are news."""
    every_line = capsys.readouterr().err.splitlines()
    lines = [line for line in every_line if line.startswith("footlights: ")]
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize(
    ("make", "name", "what"), BAD_SONGS, ids=[make.__name__ for make, _, _ in BAD_SONGS]
)
def test_a_bad_song_is_one_line_and_exit_code_2(tmp_path, swayer, capsys, make, name, what):
    song = tmp_path / name
    make(song)
    assert main(["dance", str(song), "-o", str(tmp_path / "out"), "--formats", "npz"]) == 2
    line = one_line(capsys)
    assert line.startswith(f"footlights: {song}: ") and what in line
    assert "; " in line, "it says what to do"
    assert not (tmp_path / "out").exists(), "no empty folder is left"


def cut_short(path: Path) -> None:
    clicks(path, seconds=8)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def three_hour_header(path: Path) -> None:
    clicks(path, seconds=4)
    whole = bytearray(path.read_bytes())
    at = whole.index(b"data") + 4
    whole[at : at + 4] = struct.pack("<I", 3 * 3600 * RATE * 2)
    path.write_bytes(whole)


CUT_SONGS = [
    (cut_short, "a.wav"),
    (cut_short, "a.flac"),
    (cut_short, "a.ogg"),
    (cut_short, "a.mp3"),
    (three_hour_header, "a.wav"),
]


@pytest.mark.parametrize(("make", "name"), CUT_SONGS)
def test_a_song_cut_short_is_danced_as_far_as_it_goes_and_said(
    tmp_path, swayer, capsys, make, name
):
    song = tmp_path / name
    make(song)
    words = ["dance", str(song), "-o", str(tmp_path / "out"), "--formats", "npz", "--count", "1"]
    assert main(words) == 2
    line = one_line(capsys)
    assert "damaged or cut short" in line and "get a whole copy" in line and str(song) in line
    assert 2.5 < footlights.read(tmp_path / "out" / "a-1.npz").seconds < 4.5


def test_one_bad_song_of_several_leaves_the_others_done(tmp_path, song, swayer, capsys):
    text_named_mp3(tmp_path / "bad.mp3")
    songs = [str(tmp_path / "bad.mp3"), str(song)]
    assert main(["dance", *songs, "-o", str(tmp_path / "out"), "--formats", "npz,html"]) == 2
    assert "bad.mp3: is not a sound file" in one_line(capsys)
    footlights.read(tmp_path / "out" / "clicks-3.npz")
    assert "clicks.html" in (tmp_path / "out" / "index.html").read_text()


def broken_card(model: Path) -> None:
    (model / "card.json").write_text("{")


def broken_weights(model: Path) -> None:
    from footlights.generators.diffusion.config import Config

    (model / "card.json").write_text('{"labels": [], "styles": []}')
    (model / "config.toml").write_text(Config.named("small").to_toml())
    (model / "weights.safetensors").write_bytes(struct.pack("<Q", 10**15) + b"lies")


@pytest.mark.parametrize("make", [broken_card, broken_weights])
def test_an_unreadable_model_is_one_line(tmp_path, song, capsys, make):
    model = tmp_path / "model"
    model.mkdir()
    make(model)
    assert main(["dance", str(song), "--model", str(model), "-o", str(tmp_path / "out")]) == 2
    line = one_line(capsys)
    assert str(model) in line and "; " in line
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_names_the_known_ones(tmp_path, song, capsys):
    assert main(["dance", str(song), "--formats", "npz,fbx", "-o", str(tmp_path / "out")]) == 2
    assert "--formats: no format called fbx; choose from npz,bvh,glb,html,mp4" in one_line(capsys)


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_in_the_place_of_the_folder(tmp_path, song, swayer, capsys, below):
    (tmp_path / "out").write_text("mine")
    assert main(["dance", str(song), "-o", str(tmp_path / "out" / below)]) == 2
    line = f"{tmp_path / 'out'}: is a file, not a folder; choose another folder with -o"
    assert line in one_line(capsys)
    assert (tmp_path / "out").read_text() == "mine"


def test_R3_a_folder_that_cannot_be_written(tmp_path, song, swayer, capsys, monkeypatch):
    opened = os.open

    def refuse(path, *rest):
        if ".part" in str(path):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest)

    monkeypatch.setattr(os, "open", refuse)
    assert main(["dance", str(song), "-o", str(tmp_path / "out")]) == 1
    line = f"{tmp_path / 'out'}: cannot write here (Permission denied); choose another folder"
    assert line in one_line(capsys)


@pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="needs Linux's /proc, where nobody can make a folder"
)
def test_R3_a_folder_that_cannot_be_made(song, swayer, capsys):
    assert main(["dance", str(song), "-o", "/proc/dances"]) == 1
    assert "/proc/dances: cannot be made" in one_line(capsys)


@pytest.mark.parametrize("kinds", ["npz,bvh", "npz,mp4"])
def test_R3_a_disk_that_fills_up_is_one_line_and_finished_files_are_whole(tmp_path, swayer, kinds):
    """The system itself stops files at 60 kB, as a full disk would."""
    song, out = clicks(tmp_path / "a.wav", seconds=4), tmp_path / "out"
    second = kinds.partition(",")[2]
    words = ["dance", str(song), "-o", str(out), "--count", "1", "--formats", kinds]
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        "import footlights.generators as room\n"
        "from stage import Swayer\n"
        "room.load_generator = lambda *rest: Swayer()\n"
        "from footlights.cli import main\n"
        f"sys.exit(main({words!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("footlights: ")]
    assert done.returncode == 1 and len(lines) == 1, done.stderr
    line = f"{out / 'a-1'}.{second}: could not be written (File too large); free some space"
    assert line in lines[0]
    assert len(footlights.read(out / "a-1.npz")) == 120 and not (out / f"a-1.{second}").exists()
