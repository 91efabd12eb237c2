"""Dances to a song again: other options, one take, two calls at once, and the song itself."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import footlights as fl
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.data.dance_folder import read_dances, song_file
from footlights.pipeline.compare import compare
from footlights.pipeline.dance import deliver
from footlights.pipeline.dance_options import DanceOptions
from footlights.pipeline.danced_songs import part_of
from footlights.pipeline.view import view
from stage import clicks

QUICK = DanceOptions(count=2, formats=("npz", "html"))
TESTS = Path(__file__).parents[1]


def options(**changes):
    return DanceOptions(**{"count": 2, "formats": ("npz", "html")} | changes)


def npz_names(folder):
    return sorted(path.name for path in folder.glob("*.npz"))


def test_names_carry_what_differs_from_the_first_request(tmp_path, song, swayer):
    deliver([song], tmp_path, options(count=1))
    first = (tmp_path / "clicks-1.npz").read_bytes()
    others = {
        "clicks-calm": {"style": "calm"},
        "clicks-e1": {"energy": 1.0},
        "clicks-seed7": {"seed": 7},
        "clicks-from1": {"start": 1.0},
        "clicks-2s": {"seconds": 2.0},
        "clicks-wild-e-0.5": {"style": " Wild ", "energy": -0.5},
    }
    for changes in others.values():
        deliver([song], tmp_path, options(count=1, **changes))

    listed = read_dances(tmp_path)
    assert [entry.name for entry in listed] == ["clicks", *others]
    assert npz_names(tmp_path) == sorted(f"{entry.name}-1.npz" for entry in listed)
    assert (tmp_path / "clicks-1.npz").read_bytes() == first
    front = (tmp_path / "index.html").read_text()
    for name in others:
        assert f'href="./{name}.html"' in front and (tmp_path / f"{name}.html").is_file()


def test_the_same_request_is_no_other_one(tmp_path, song, swayer):
    for changes in ({}, {"style": "calm"}):
        deliver([song], tmp_path, options(**changes))
        with pytest.raises(FootlightsError, match="exists already; give --force"):
            deliver([song], tmp_path, options(**changes))
    before = npz_names(tmp_path)
    deliver([song], tmp_path, options(style="calm"), force=True)
    assert npz_names(tmp_path) == before


def test_one_take_is_the_take_of_all(tmp_path, song, swayer):
    deliver([song], tmp_path / "all", options(count=3, seed=4))
    deliver([song], tmp_path / "one", options(seed=4, take=2))
    assert npz_names(tmp_path / "one") == ["clicks-2.npz"]
    one, other = ((tmp_path / place / "clicks-2.npz").read_bytes() for place in ("all", "one"))
    assert one == other


def test_one_more_format_or_take_joins_those_that_are_there(tmp_path, song, swayer):
    deliver([song], tmp_path, QUICK)
    deliver([song], tmp_path, options(take=2, formats=("glb",)))
    deliver([song], tmp_path, options(take=4))
    with pytest.raises(FootlightsError, match=r"clicks-2\.npz: exists already"):
        deliver([song], tmp_path, options(take=2))

    (listed,) = read_dances(tmp_path)
    kinds = [sorted(dance.files) for dance in listed.dances]
    assert [dance.take for dance in listed.dances] == [0, 1, 3]
    assert kinds == [["npz"], ["glb", "npz"], ["npz"]] and listed.page == "index.html"
    page = (tmp_path / "index.html").read_text()
    assert all(f">clicks-{k}</h2>" in page for k in (1, 2, 4))


def test_each_card_prints_the_command_that_makes_its_take(tmp_path, swayer, monkeypatch):
    song = clicks(tmp_path / "it's a song.wav")
    deliver([song], tmp_path / "out", options(seed=3, energy=0.5, style="wild", seconds=2))
    import html
    import re

    page = (tmp_path / "out" / "index.html").read_text()
    commands = [html.unescape(found) for found in re.findall(r"<code>(.*?)</code>", page)]
    assert len(commands) == 2 and commands[1].endswith("--model swayer --take 2")

    monkeypatch.chdir(tmp_path)
    words = shlex.split(commands[1])
    assert main([*words[1:], "-o", "again", "--formats", "npz"]) == 0
    name = "it's a song-2.npz"
    assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize("take", [0, 21])
def test_a_take_that_cannot_be_is_refused(take):
    with pytest.raises(FootlightsError, match=f"--take: there is no take {take}; give 1 to 20"):
        DanceOptions(take=take)


def test_a_length_beyond_the_songs_end_is_said(tmp_path, song, swayer, capsys):
    words = ["dance", str(song), "-o", str(tmp_path / "out"), "--count", "1", "--formats", "npz"]
    assert main([*words, "--start", "1", "--seconds", "30"]) == 0
    said = "of the 30 s asked for the song has 2.0 from 1 s on: the dance ends with it"
    assert said in capsys.readouterr().out
    deliver([song], tmp_path / "fits", options(start=1, seconds=2))
    assert not any("asked for" in note for note in read_dances(tmp_path / "fits")[0].notes)


def songs_of_page(path):
    """How many songs a page holds."""
    return path.read_text(encoding="utf-8").count('id="song"')


def test_pages_of_the_folder_play_its_song(tmp_path, swayer, capsys):
    (tmp_path / "music").mkdir()
    song = clicks(tmp_path / "music" / "clicks.wav", seconds=4)
    out = tmp_path / "out"
    deliver([song], out, options(start=1, seconds=2))
    entry = json.loads((out / "dances.json").read_text())["songs"][0]
    assert entry["song_path"] == "../music/clicks.wav"
    part = part_of([out / "clicks-1.npz", out / "clicks-2.npz"])
    assert part is not None and (part.start, part.seconds) == (1, 2)

    page = view([out / "clicks-1.npz"], tmp_path / "v.html").page
    score = tmp_path / "s.html"
    assert main(["score", str(out), "--html", str(score)]) == 0
    voted = compare(out, out, tmp_path / "votes")
    assert [songs_of_page(path) for path in (page, score, voted)] == [1, 1, 1]

    shutil.move(song, tmp_path / "elsewhere.wav")
    notes = []
    silent = view(
        [out / "clicks-1.npz"], tmp_path / "w.html", noted=lambda *note: notes.append(note)
    )
    assert songs_of_page(silent.page) == 0
    assert notes == [
        ("clicks.wav", "is not where it was when it was danced to; give it with --music")
    ]


def test_S1_a_list_makes_no_page_of_what_is_no_song(tmp_path, song, swayer):
    out = tmp_path / "out"
    deliver([song], out, QUICK)
    (tmp_path / "letter.txt").write_text("private")
    (tmp_path / "tune.wav").symlink_to(tmp_path / "letter.txt")
    os.mkfifo(tmp_path / "pipe.wav")
    (entry,) = read_dances(out)
    assert song_file(out, entry) is not None
    hostile = [
        "../letter.txt",
        "../tune.wav",
        "../pipe.wav",
        str(song),
        "C:\\a.wav",
        "..",
        "a\0.wav",
    ]
    document = json.loads((out / "dances.json").read_text())
    for path in hostile:
        document["songs"][0]["song_path"] = path
        (out / "dances.json").write_text(json.dumps(document))
        (entry,) = read_dances(out)
        assert song_file(out, entry) is None, path


_SLOW = f"""
import sys, time
sys.path.insert(0, {str(TESTS)!r})
import footlights.generators as room
from stage import Swayer

class Slow(Swayer):
    def takes(self, request, n, seed, progress):
        # All have passed their checks by the time that the first one writes.
        time.sleep(max(0.0, float(sys.argv[3]) - time.time()))
        yield from super().takes(request, n, seed, progress)

room.load_generator = lambda *rest: Slow()
from footlights.cli import main
sys.exit(main(["dance", sys.argv[1], "-o", sys.argv[2], "--count", "1", "--formats", "npz,html"]))
"""


def test_calls_at_once_into_one_folder_lose_no_song(tmp_path):
    names = ["one", "two", "three"]
    songs = [clicks(tmp_path / f"{name}.wav", bpm=100 + 5 * len(name)) for name in names]
    out, moment = tmp_path / "out", str(time.time() + 4)
    calls = [
        subprocess.Popen(
            [sys.executable, "-c", _SLOW, str(song), str(out), moment], stderr=subprocess.PIPE
        )
        for song in songs
    ]
    for call in calls:
        _, complaint = call.communicate(timeout=120)
        assert call.returncode == 0, complaint

    listed = read_dances(out)
    assert sorted(song.name for song in listed) == sorted(names)
    front = (out / "index.html").read_text()
    for song in listed:
        assert song.page == f"{song.name}.html" and f'href="./{song.page}"' in front
        assert f"<title>{song.name}" in (out / song.page).read_text(), "each has its own page"
        assert fl.read(out / f"{song.name}-1.npz").meta["song"] == song.name
    assert not list(out.glob(".*"))
