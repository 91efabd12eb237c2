"""The list of a folder of dances as others read it: typed, and no name in it leads elsewhere."""

import json
import math

import pytest

from footlights.basics.errors import FootlightsError
from footlights.data.dance_folder import (
    DANCES_FILE,
    DANCES_FORMAT,
    DancedSong,
    Figure,
    ListedDance,
    read_dances,
)
from footlights.evaluation import evaluate
from footlights.formats import write
from footlights.pipeline.catalogue import Catalogue
from moving import swaying

SONG = DancedSong(
    name="a",
    song="a.mp3",
    start=1.5,
    seconds=62.4,
    tempo=120.0,
    beat_trust=0.9,
    beats=(0.5, 1.0),
    downbeats=(0.5,),
    notes=("mono",),
    model="small",
    seed=7,
    energy=0.5,
    style="salsa",
    page="index.html",
    dances=(
        ListedDance(
            "a-1",
            0,
            "salsa",
            62.4,
            30.0,
            files={"npz": "a-1.npz", "mp4": "a-1.mp4"},
            figures={"slip": Figure(1.2, "cm/s"), "float": Figure(None, "cm", "never stands")},
        ),
    ),
)


def write_list(folder, *songs):
    text = json.dumps({"format": DANCES_FORMAT, "songs": songs})
    (folder / DANCES_FILE).write_text(text)


def test_what_is_written_is_read_back(tmp_path):
    Catalogue(tmp_path).add(SONG)
    assert read_dances(tmp_path) == (SONG,) and Catalogue.read(tmp_path).songs == {"a": SONG}


def test_a_reason_stands_only_beside_a_missing_number():
    figures = SONG.as_json()["dances"][0]["figures"]
    assert figures["slip"] == {"value": 1.2, "unit": "cm/s"}
    assert figures["float"] == {"value": None, "unit": "cm", "reason": "never stands"}


def test_a_folder_without_a_list_holds_no_dances(tmp_path):
    assert read_dances(tmp_path) == () and read_dances(tmp_path / "nowhere") == ()


def test_an_older_list_that_says_less_is_read(tmp_path):
    write_list(tmp_path, {"name": "a", "page": None, "dances": [{"name": "a-1"}]})
    (song,) = read_dances(tmp_path)
    assert song == DancedSong("a", dances=(ListedDance("a-1", 0),))


@pytest.mark.parametrize("name", ["../out", "/etc/x", ".hidden", "", 7, None])
def test_S1_a_song_cannot_be_called_like_something_outside(tmp_path, name):
    write_list(tmp_path, SONG.as_json() | {"name": name})
    with pytest.raises(FootlightsError, match=r"not a list of dances \(songs\[0\]\.name is"):
        read_dances(tmp_path)


@pytest.mark.parametrize("page", ["../index.html", "b.html", "/etc/x", 3, ""])
def test_S1_a_page_is_the_songs_own(tmp_path, page):
    write_list(tmp_path, SONG.as_json() | {"page": page})
    with pytest.raises(FootlightsError, match=r"songs\[0\]\.page is"):
        read_dances(tmp_path)


@pytest.mark.parametrize("file", ["../a-2.npz", "/etc/x", "deep/a-2.npz", "", ".", "..", "a\0", 5])
def test_S1_a_file_lies_in_the_folder(tmp_path, file):
    dance = {"name": "a-2", "files": {"npz": file}}
    write_list(tmp_path, SONG.as_json() | {"dances": [dance]})
    with pytest.raises(FootlightsError, match=r"songs\[0\]\.dances\[0\]\.files\.npz"):
        read_dances(tmp_path)


def test_S1_a_link_that_leaves_the_folder_is_refused(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    write_list(home, SONG.as_json())
    (tmp_path / "secret").write_text("x")
    (home / "a-1.npz").symlink_to(tmp_path / "secret")
    with pytest.raises(FootlightsError, match=r"files\.npz leads out of the folder"):
        read_dances(home)


WRONG = [
    ({"seconds": "62"}, r"songs\[0\]\.seconds is '62', not a number"),
    ({"tempo": 1e-9}, r"songs\[0\]\.tempo is 1e-09, not a number from 1 to 2000"),
    ({"tempo": math.nan}, "NaN in it is no JSON"),
    ({"beats": [1.0, 0.5]}, r"songs\[0\]\.beats is a list, not a list of rising numbers"),
    ({"beats": "often"}, r"songs\[0\]\.beats is 'often'"),
    ({"notes": [3]}, r"songs\[0\]\.notes is a list, not a list of texts"),
    ({"damaged": "no"}, r"songs\[0\]\.damaged is 'no'"),
    ({"beat_division": 5}, r"songs\[0\]\.beat_division is neither 2 nor 3"),
    ({"seed": -1}, r"songs\[0\]\.seed is -1, not a whole number"),
    ({"dances": 3}, r"songs\[0\]\.dances is 3, not a list"),
    ({"dances": [3]}, r"songs\[0\]\.dances\[0\] is 3, not an object"),
    ({"dances": [{}]}, r"songs\[0\]\.dances\[0\]\.name is missing"),
    ({"dances": [{"name": "a-1", "files": []}]}, r"dances\[0\]\.files is a list, not an object"),
    ({"dances": [{"name": "a-1", "figures": {"slip": 3}}]}, r"figures\.slip is 3, not an object"),
]


@pytest.mark.parametrize(("facts", "line"), WRONG, ids=[str(facts)[:30] for facts, _ in WRONG])
def test_a_wrong_field_is_named_with_its_file(tmp_path, facts, line):
    write_list(tmp_path, SONG.as_json() | facts)
    with pytest.raises(FootlightsError, match=rf"dances\.json: is not a list of dances.*{line}"):
        read_dances(tmp_path)


FILES = [
    (b"", "is empty"),
    (b"[", "cannot be read as JSON"),
    (b"[" * 100_000, "cannot be read as JSON"),
    (b"{}", "format is 'None'"),
    (b'{"format": "footlights-dances-1"}', "songs is missing"),
    (b"[" + b"[]," * 1_000_000 + b"[]]", "too many lists"),
    (b" " * 60_000_000, "is too large"),
]


@pytest.mark.parametrize(("content", "line"), FILES, ids=[line[:30] for _, line in FILES])
def test_S4_a_file_that_is_no_list_is_refused_in_one_line(tmp_path, content, line):
    (tmp_path / DANCES_FILE).write_bytes(content)
    with pytest.raises(FootlightsError, match=line):
        read_dances(tmp_path)


def test_a_folder_in_its_place_is_refused(tmp_path):
    (tmp_path / DANCES_FILE).mkdir()
    with pytest.raises(FootlightsError, match=r"dances\.json: is not a list of dances .*a folder"):
        read_dances(tmp_path)


def test_evaluation_refuses_a_list_it_cannot_trust(tmp_path):
    write(swaying(4.0), tmp_path / "a-1.npz")
    write_list(tmp_path, SONG.as_json() | {"beats": [None]})
    with pytest.raises(FootlightsError, match=r"songs\[0\]\.beats"):
        evaluate(tmp_path)
