"""``footlights view``: any motions on a page, opened in the browser."""

import json

import pytest

import footlights as fl
from footlights.cli import main
from footlights.pipeline.view import MOST, view
from moving import swaying
from stage import beeps


@pytest.fixture
def motions(tmp_path):
    """A folder with two motions, one of them in another format."""
    fl.write(swaying(1.0), tmp_path / "sway.npz")
    fl.write(swaying(1.0, seed=1), tmp_path / "other.bvh")
    return tmp_path


def test_view_shows_every_kind_that_can_be_read_and_says_what_is_not_there(tmp_path, capsys):
    fl.write(swaying(1.0), tmp_path / "sway.glb")
    assert main(["view", str(tmp_path), "--no-open"]) == 0
    assert ">sway<" in (tmp_path / "index.html").read_text()
    assert main(["view", str(tmp_path / "none.bvh"), "--no-open"]) == 2
    assert "none.bvh: there is no such file; check the name" in capsys.readouterr().err


def test_view_makes_a_page_of_named_motions(motions, song, capsys):
    files = [str(motions / "sway.npz"), str(motions / "other.bvh")]
    assert main(["view", *files, "--music", str(song), "--no-open"]) == 0
    assert capsys.readouterr().out == f"{motions / 'sway.html'}\n"
    page = (motions / "sway.html").read_text()
    assert ">sway<" in page and ">other<" in page and 'href="./other.bvh"' in page


def test_view_says_what_had_to_be_found_out(motions, capsys):
    assert main(["view", str(motions / "other.bvh"), "--no-open"]) == 0
    assert "other.bvh: " in capsys.readouterr().err


def test_view_of_a_folder_takes_its_npz_files(motions, capsys):
    assert main(["view", str(motions), "--no-open"]) == 0
    page = (motions / "index.html").read_text()
    assert ">sway<" in page and ">other<" not in page


def test_view_of_a_folder_with_a_page_shows_that_page(motions, capsys):
    (motions / "index.html").write_text("made before")
    assert main(["view", str(motions), "--no-open"]) == 0
    assert (motions / "index.html").read_text() == "made before"


def test_view_opens_the_page(motions, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert main(["view", str(motions / "sway.npz")]) == 0
    assert opened == [(motions / "sway.html").as_uri()]


def test_view_never_overwrites_unless_forced(motions, capsys):
    (motions / "sway.html").write_text("mine")
    assert main(["view", str(motions / "sway.npz"), "--no-open"]) == 2
    assert "sway.html: exists already" in capsys.readouterr().err
    assert (motions / "sway.html").read_text() == "mine"
    assert main(["view", str(motions / "sway.npz"), "--no-open", "--force"]) == 0


def test_view_tells_of_a_bad_motion_and_shows_the_rest(motions, capsys):
    (motions / "bad.npz").write_bytes(b"PK\x03\x04 broken")
    assert main(["view", str(motions), "--no-open"]) == 2
    assert "bad.npz" in capsys.readouterr().err and ">sway<" in (motions / "index.html").read_text()


def test_view_of_too_many_or_none_is_refused(tmp_path, capsys):
    assert main(["view", str(tmp_path)]) == 2
    assert "no motion in this folder" in capsys.readouterr().err
    for number in range(MOST + 1):
        (tmp_path / f"{number}.npz").touch()
    assert main(["view", str(tmp_path)]) == 2 and f"name up to {MOST}" in capsys.readouterr().err


def test_the_page_of_dances_is_not_replaced_by_a_plain_one(tmp_path):
    (tmp_path / "dances.json").write_text("{}")
    (tmp_path / "index.html").write_text("their page")
    fl.write(swaying(0.5), tmp_path / "song-1.npz")
    with pytest.raises(fl.FootlightsError, match="another place with -o"):
        view([tmp_path], force=True)
    assert (tmp_path / "index.html").read_text() == "their page"
    assert view([tmp_path], tmp_path / "mine.html").page.is_file()


def test_motions_and_music_in_memory_are_shown(tmp_path):
    notes = []
    short = swaying(1.0).replace(meta={"notes": ["made up"]})
    delivery = view(
        [short, swaying(2.0)],
        tmp_path / "page.html",
        beeps(2.0, "A song"),
        noted=lambda *note: notes.append(note),
    )
    assert delivery.motions == ["motion 1", "motion 2"] and notes == [("motion 1", "made up")]
    text = delivery.page.read_text()
    assert "<h1>A song</h1>" in text and ">motion 2<" in text


def test_the_json_says_what_is_shown_and_what_is_not(motions, capsys):
    (motions / "bad.npz").write_bytes(b"PK\x03\x04 broken")
    assert main(["view", str(motions), "--no-open", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["page"] == str(motions / "index.html") and document["motions"] == ["sway"]
    assert [problem["item"] for problem in document["problems"]] == [str(motions / "bad.npz")]
