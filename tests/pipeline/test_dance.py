"""From songs to a folder of dances: every promised file, the same bytes again, whole files."""

import errno
import json
import math
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

import footlights as fl
from footlights.basics import whole_files
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.formats import npz
from footlights.pipeline.dance import deliver
from footlights.pipeline.dance_options import DanceOptions
from footlights.pipeline.dance_record import CONTESTED, NO_BEAT
from stage import RATE, Swayer, beeps, clicks

QUICK = DanceOptions(count=2, formats=("npz", "html"))
ONE_NPZ = DanceOptions(count=1, formats=("npz",))


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def listed_songs(folder: Path) -> list[dict]:
    document = json.loads((folder / "dances.json").read_text())
    assert document["format"] == "footlights-dances-1"
    return document["songs"]


def test_every_format_of_every_take_and_one_page(out, song, swayer):
    places = []
    delivery = deliver([song], out, DanceOptions(count=2), begin=places.append, ready=places.append)
    files = {f"clicks-{k}.{kind}" for k in (1, 2) for kind in ("npz", "bvh", "glb", "mp4")}
    assert names_in(out) == files | {"index.html", "dances.json"}
    # Where the dances go, and then that their page can be looked at.
    assert places == [out / "index.html"] * 2 and delivery.exit_code == 0
    for kind in ("npz", "bvh"):
        motion = fl.read(out / f"clicks-1.{kind}")
        assert math.isclose(motion.seconds, 3.0, abs_tol=0.05)


def test_nothing_is_promised_of_a_song_that_cannot_be_read(out, tmp_path, swayer):
    (tmp_path / "noise.mp3").write_bytes(b"no song" * 100)
    places = []
    delivery = deliver([tmp_path / "noise.mp3"], out, begin=places.append, ready=places.append)
    assert not places and delivery.exit_code == 2


def test_films_have_the_size_that_was_asked_for(out, song, swayer):
    deliver([song], out, DanceOptions(count=1, formats=("mp4",), film_size=(96, 160)))
    with av.open(str(out / "clicks-1.mp4")) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (96, 160)


def test_the_list_tells_of_the_song_its_dances_and_what_was_measured(out, song, swayer):
    deliver([song], out, DanceOptions(count=2, seed=5, energy=0.5, formats=("npz",)))
    (entry,) = listed_songs(out)
    request = {"song": "clicks.wav", "model": "swayer", "seed": 5, "energy": 0.5, "page": None}
    assert entry.items() >= request.items()
    assert entry["seconds"] == 3.0 and isinstance(entry["beats"], list)
    files = [dance["files"] for dance in entry["dances"]]
    assert files == [{"npz": "clicks-1.npz"}, {"npz": "clicks-2.npz"}]

    figures = entry["dances"][0]["figures"]
    assert figures["speed"]["unit"] == "m/s" and figures["speed"]["value"] > 0
    assert figures["slip"]["value"] is None, "nothing stands in this dance"
    assert figures["slip"]["reason"], "what could not be measured says why"


def test_N1_the_same_seed_gives_the_same_bytes(tmp_path, song, swayer):
    for place, seed in (("a", 3), ("b", 3), ("c", 4)):
        deliver([song], tmp_path / place, DanceOptions(count=2, seed=seed, formats=("npz",)))
    first, again, other = ((tmp_path / place / "clicks-2.npz").read_bytes() for place in "abc")
    assert first == again != other


def test_a_part_of_the_song_is_danced(out, song, swayer):
    deliver([song], out, DanceOptions(start=1.0, seconds=1.5, count=1, formats=("npz",)))
    assert math.isclose(fl.read(out / "clicks-1.npz").seconds, 1.5, abs_tol=0.05)


def test_music_and_a_generator_in_memory_are_taken_as_they_are(out):
    dancer, music = Swayer(), beeps(3.0, "Ohne/Datei")
    delivery = deliver([music], out, ONE_NPZ, model=dancer)
    assert dancer.asked == 1 and names_in(out) == {"Ohne_Datei-1.npz", "dances.json"}
    assert delivery.songs[0].song == "Ohne/Datei" and delivery.songs[0].model == "swayer"
    assert fl.read(out / "Ohne_Datei-1.npz").seconds == pytest.approx(3.0, abs=0.05)
    with pytest.raises(FootlightsError, match="takes no library"):
        deliver([music], out, ONE_NPZ, model=dancer, library=out)


def test_a_part_of_music_in_memory_is_danced(out, swayer):
    deliver([beeps(3.0)], out, DanceOptions(start=1.0, seconds=1.5, count=1, formats=("npz",)))
    (entry,) = listed_songs(out)
    assert (entry["start"], entry["seconds"]) == (1.0, 1.5)
    beyond = deliver([beeps(3.0)], out / "b", DanceOptions(start=4.0, formats=("npz",)))
    assert "has nothing at 4 s, it is 3.0 s long" in str(beyond.problems[0])


def test_titles_with_spaces_and_emoji_and_the_same_title_in_two_folders(tmp_path, out, swayer):
    (tmp_path / "b").mkdir()
    title = "été 🎵 'n' <b>"
    songs = [clicks(tmp_path / f"{title}.wav"), clicks(tmp_path / "b" / f"{title}.wav", bpm=100)]
    deliver(songs, out, DanceOptions(count=1, formats=("npz", "html")))
    files = [f"été 🎵 'n' _b_{end}" for end in ("-1.npz", " (2)-1.npz", ".html", " (2).html")]
    assert names_in(out) == {*files, "index.html", "dances.json"}
    assert "<b>" not in (out / "index.html").read_text()


def test_one_bad_song_of_three_is_told_and_the_rest_is_done(tmp_path, out, song, swayer):
    bad, none = tmp_path / "bad.mp3", tmp_path / "none.wav"
    bad.write_text("not a song")
    problems = []
    delivery = deliver([bad, song, none], out, QUICK, failed=problems.append)
    assert [song.name for song in delivery.songs] == ["clicks"] and delivery.exit_code == 2
    assert [problem.item for problem in problems] == [str(bad), str(none)]
    assert not list(out.glob(".*")), "nothing is left of what could not be done"


def test_existing_results_are_refused_before_work_and_forced_ones_replaced(out, song, swayer):
    deliver([song], out, QUICK)
    before, asked = (out / "clicks-1.npz").read_bytes(), swayer.asked
    one = DanceOptions(count=1, formats=("npz", "html"))
    with pytest.raises(FootlightsError, match=r"clicks-1\.npz: exists already; give --force"):
        deliver([song], out, one)
    assert swayer.asked == asked and (out / "clicks-1.npz").read_bytes() == before

    deliver([song], out, DanceOptions(count=1, seed=9, formats=("npz", "html")), force=True)
    assert (out / "clicks-1.npz").read_bytes() != before


def test_a_song_joins_the_dances_of_another(tmp_path, out, song, swayer):
    deliver([song], out, QUICK)
    page = (out / "index.html").read_bytes()
    deliver([clicks(tmp_path / "second.wav")], out, QUICK)
    assert (out / "clicks.html").read_bytes() == page
    assert [entry["page"] for entry in listed_songs(out)] == ["clicks.html", "second.html"]


def test_an_unknown_style_is_refused_before_anything_is_made(out, song, swayer):
    with pytest.raises(FootlightsError, match="no style called 'waltz'; its styles: calm, wild"):
        deliver([song], out, DanceOptions(style="waltz"))
    assert not out.exists()


class PowerCut(Exception):
    """The power goes."""


@pytest.mark.parametrize("end", [PowerCut, KeyboardInterrupt])
def test_R1_after_a_cut_the_same_call_makes_only_the_rest(out, song, swayer, monkeypatch, end):
    write, written = npz.write, []

    def write_one(motion: fl.Motion, path: Path) -> None:
        if written:
            raise end
        write(motion, path)
        written.append(path)

    monkeypatch.setattr(npz, "write", write_one)
    with pytest.raises(end) as stopped:
        deliver([song], out, QUICK)
    if end is KeyboardInterrupt:
        kept = f"1 finished file kept in {out}; the same command makes the rest"
        assert str(stopped.value) == kept
    assert {name for name in names_in(out) if not name.startswith(".")} == {"clicks-1.npz"}
    first = (out / "clicks-1.npz").read_bytes()

    def write_any(motion: fl.Motion, path: Path) -> None:
        write(motion, path)
        written.append(path)

    written.clear()
    monkeypatch.setattr(npz, "write", write_any)
    deliver([song], out, QUICK)
    assert [path.name for path in written] == ["clicks-2.npz"]
    assert (out / "clicks-1.npz").read_bytes() == first
    assert names_in(out) == {"clicks-1.npz", "clicks-2.npz", "index.html", "dances.json"}


def test_R3_a_full_disk_is_one_line_and_finished_files_stay(out, song, swayer, monkeypatch):
    replace, room = whole_files.os.replace, [2]  # the note and the first npz still fit

    def replace_while_there_is_room(source, target):
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= 1
        replace(source, target)

    monkeypatch.setattr(whole_files.os, "replace", replace_while_there_is_room)
    delivery = deliver([song], out, QUICK)
    (problem,) = delivery.problems
    line = "clicks-2.npz: could not be written (No space left on device); free some space"
    assert line in str(problem) and delivery.exit_code == 1
    fl.read(out / "clicks-1.npz")

    monkeypatch.setattr(whole_files.os, "replace", replace)
    again = deliver([song], out, QUICK)
    assert again.exit_code == 0, "once there is room, the same call finishes"


def test_progress_moves_forward_through_all_steps(tmp_path, out, song, swayer):
    reports = []
    songs = [song, clicks(tmp_path / "b.wav")]
    deliver(songs, out, QUICK, progress=lambda done, text: reports.append((done, text)))
    shares = [done for done, _ in reports]
    assert shares == sorted(shares) and shares[0] == 0 and math.isclose(shares[-1], 1)
    texts = " ".join(text for _, text in reports)
    assert "listening to clicks" in reports[0][1] and "b.html" in texts


def test_dances_stand_where_the_generator_put_them(out, song, swayer):
    deliver([song], out, ONE_NPZ)
    sampled = swayer.sample(fl.Music.load(song), 1, 0)[0]
    np.testing.assert_array_equal(fl.read(out / "clicks-1.npz").rotations, sampled.rotations)


def test_where_else_the_beat_may_lie_is_told(out, song, swayer, monkeypatch):
    monkeypatch.setattr(fl.Music, "beat_rival", 0.5)
    deliver([song], out, ONE_NPZ)
    (entry,) = listed_songs(out)
    assert entry["beat_rival"] == 0.5 and entry["notes"] == [CONTESTED.format(0.5)]


def test_a_song_without_a_clear_beat_says_so_and_no_more_of_beats(tmp_path, out, swayer, capsys):
    times = np.arange(4 * RATE) / RATE
    drone = 0.2 * np.sin(2 * np.pi * 110 * times) * (1 + 0.1 * times)
    soundfile.write(tmp_path / "drone.wav", drone, RATE)
    words = ["dance", str(tmp_path / "drone.wav"), "-o", str(out), "--count", "1"]
    assert main([*words, "--formats", "npz,html"]) == 0
    assert capsys.readouterr().out == f"drone: 4 s; {NO_BEAT}: drone-1\n"

    (entry,) = listed_songs(out)
    assert entry["tempo"] is None and entry["beats"] == entry["downbeats"] == []
    assert entry["beat_trust"] < 0.3 and entry["notes"] == [NO_BEAT]
    assert entry["dances"][0]["figures"]["beat_precision"]["value"] is None

    page = (out / "index.html").read_text()
    assert f'<p class="notice">{NO_BEAT}</p>' in page and "no clear beat" in page
    assert '"beats":[],"downbeats":[]' in page and "hits on beats" not in page


def test_a_damaged_song_is_told_on_its_page_and_a_word_in_a_title_is_not_damage(
    tmp_path, out, swayer
):
    whole, cut = clicks(tmp_path / "damaged.flac", seconds=6.0), tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    delivery = deliver([whole, cut], out, DanceOptions(count=1, formats=("html",)))
    assert [song.damaged for song in delivery.songs] == [False, True]
    assert [problem.item for problem in delivery.problems] == [str(cut)]
    notice = '<p class="notice">the file is damaged or cut short'
    assert notice in (out / "cut.html").read_text()
