"""``footlights dance`` as a person meets it: what is said where, and what a program can read."""

import json

import pytest

from footlights.cli import main


@pytest.fixture
def dance(tmp_path, song, swayer):
    """Run the command on the song of clicks, into the folder out; its exit code."""

    def run(*words: str) -> int:
        return main(["dance", str(song), "-o", str(tmp_path / "out"), *words])

    return run


def listed_song(folder) -> dict:
    """The only song in the list of a folder of dances."""
    (song,) = json.loads((folder / "dances.json").read_text())["songs"]
    return song


def test_the_place_is_said_first_and_a_summary_last(tmp_path, dance, capsys):
    assert dance("--count", "2", "--formats", "npz,html") == 0
    printed = capsys.readouterr()
    page = tmp_path / "out" / "index.html"
    assert printed.err.splitlines()[0] == f"The dances go to {page}"
    assert printed.out == "clicks: 3 s, 120 beats a minute: clicks-1, clicks-2\n"
    assert "1 of 1 songs" in printed.err


def test_json_is_all_that_is_printed(tmp_path, dance, capsys):
    assert dance("--count", "1", "--formats", "npz", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["folder"] == str(tmp_path / "out") and document["problems"] == []
    assert document["songs"] == [listed_song(tmp_path / "out")]
    assert document["songs"][0]["dances"][0]["files"] == {"npz": "clicks-1.npz"}


def test_formats_may_be_written_any_way(tmp_path, dance):
    assert dance("--count", "1", "--formats", " NPZ, bvh,npz") == 0
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".npz", ".bvh", ".json"}


def test_every_choice_reaches_the_dancer(dance, swayer, monkeypatch):
    request = {}
    sample = swayer.sample

    def listen(music, n, seed, **options):
        request.update(n=n, seed=seed, seconds=music.seconds, **options)
        return sample(music, n, seed)

    monkeypatch.setattr(swayer, "sample", listen)
    choices = "--count 2 --seed 7 --energy -0.5 --style wild --start 0.5 --seconds 2".split()
    assert dance(*choices, "--formats", "npz") == 0
    wanted = {"n": 2, "seed": 7, "energy": -0.5, "style": "wild", "seconds": 2.0}
    assert request.items() >= wanted.items()


def test_default_folder_is_dances_here(tmp_path, song, swayer, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["dance", "clicks.wav", "--count", "1", "--formats", "npz"]) == 0
    assert (tmp_path / "dances" / "clicks-1.npz").is_file()


def test_times_formats_and_styles_may_be_written_as_people_do(tmp_path, dance):
    part = ("--start", "0:01", "--seconds", " 1.5")
    assert dance(*part, "--formats", ".NPZ, .bvh", "--style", " Wild", "--count", "1") == 0
    song = listed_song(tmp_path / "out")
    assert (song["start"], song["seconds"], song["style"]) == (1.0, 1.5, "wild")
    assert set(song["dances"][0]["files"]) == {"npz", "bvh"}


def test_a_start_beyond_the_end_says_how_long_the_song_is(dance, capsys):
    assert dance("--start", "1:10") == 2
    line = capsys.readouterr().err
    assert "has nothing at 70 s, it is 3.0 s long; choose a smaller --start" in line


def test_fewer_forced_dances_leave_no_old_ones_of_the_song(tmp_path, dance):
    assert dance("--formats", "npz,bvh", "--count", "3") == 0
    (tmp_path / "out" / "clicks-9.npz").write_text("mine")
    assert dance("--formats", "npz,bvh", "--count", "1", "--force") == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"clicks-1.npz", "clicks-1.bvh", "clicks-9.npz", "dances.json"}
