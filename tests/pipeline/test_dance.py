"""From songs to a folder of dances: every promised file, the same bytes again, whole files after
any kind of end.
"""

import errno
import json
import math

import numpy as np
import pytest
import soundfile

import footlights as fl
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.pipeline.dance import deliver
from footlights.pipeline.dance_options import DanceOptions
from footlights.pipeline.dance_record import NO_BEAT
from stage import RATE, clicks

QUICK = DanceOptions(count=2, formats=("npz", "html"))


def test_every_format_of_every_take_and_one_page(tmp_path, song, swayer):
    out = tmp_path / "out"
    places = []
    delivery = deliver([song], out, DanceOptions(count=2), begin=places.append)
    kinds = {f"clicks-{k}.{kind}" for k in (1, 2) for kind in ("npz", "bvh", "glb", "mp4")}
    assert {path.name for path in out.iterdir()} == kinds | {"index.html", "dances.json"}
    assert places == [out / "index.html"] and delivery.exit_code == 0
    for kind in ("npz", "bvh"):
        motion = fl.read(out / f"clicks-1.{kind}")
        assert math.isclose(motion.seconds, 3.0, abs_tol=0.05)


def test_the_list_tells_what_was_heard_made_and_measured(tmp_path, song, swayer):
    deliver([song], tmp_path, DanceOptions(count=2, seed=5, energy=0.5, formats=("npz",)))
    told = json.loads((tmp_path / "dances.json").read_text())
    assert told["format"] == "footlights-dances-1"
    (heard,) = told["songs"]
    assert (
        heard["song"] == "clicks.wav"
        and heard["model"] == "swayer"
        and heard["seed"] == 5
        and heard["energy"] == 0.5
    )
    assert heard["seconds"] == 3.0 and heard["page"] is None and isinstance(heard["beats"], list)
    assert [dance["files"] for dance in heard["dances"]] == [
        {"npz": "clicks-1.npz"},
        {"npz": "clicks-2.npz"},
    ]
    figures = heard["dances"][0]["figures"]
    assert figures["speed"]["unit"] == "m/s" and figures["speed"]["value"] > 0
    assert figures["slip"]["value"] is None and figures["slip"]["reason"], (
        "what could not be measured says why"
    )


def test_N1_the_same_seed_gives_the_same_bytes(tmp_path, song, swayer):
    for place in ("a", "b"):
        deliver([song], tmp_path / place, DanceOptions(count=2, seed=3, formats=("npz",)))
    deliver([song], tmp_path / "c", DanceOptions(count=2, seed=4, formats=("npz",)))
    first, again, other = ((tmp_path / place / "clicks-2.npz").read_bytes() for place in "abc")
    assert first == again != other


def test_a_part_of_the_song_is_danced(tmp_path, song, swayer):
    deliver([song], tmp_path, DanceOptions(start=1.0, seconds=1.5, count=1, formats=("npz",)))
    assert math.isclose(fl.read(tmp_path / "clicks-1.npz").seconds, 1.5, abs_tol=0.05)


def test_titles_with_spaces_and_emoji_and_twins_from_two_folders(tmp_path, swayer):
    (tmp_path / "b").mkdir()
    title = "été 🎵 'n' <b>"
    songs = [clicks(tmp_path / f"{title}.wav"), clicks(tmp_path / "b" / f"{title}.wav", bpm=100)]
    deliver(songs, tmp_path / "out", DanceOptions(count=1, formats=("npz", "html")))
    names = {path.name for path in (tmp_path / "out").iterdir()}
    one, two = "été 🎵 'n' _b_", "été 🎵 'n' _b_ (2)"
    assert names == {
        f"{one}-1.npz",
        f"{two}-1.npz",
        f"{one}.html",
        f"{two}.html",
        "index.html",
        "dances.json",
    }
    assert "<b>" not in (tmp_path / "out" / "index.html").read_text()


def test_one_bad_song_of_three_is_told_and_the_rest_is_done(tmp_path, song, swayer):
    bad = tmp_path / "bad.mp3"
    bad.write_text("not a song")
    problems = []
    delivery = deliver(
        [bad, song, tmp_path / "none.wav"], tmp_path / "out", QUICK, failed=problems.append
    )
    assert [song.name for song in delivery.songs] == ["clicks"] and delivery.exit_code == 2
    assert [problem.item for problem in problems] == [str(bad), str(tmp_path / "none.wav")]
    assert not list((tmp_path / "out").glob(".*")), "nothing is left of what could not be done"


def test_existing_results_are_refused_before_work_and_forced_ones_replaced(tmp_path, song, swayer):
    deliver([song], tmp_path / "out", QUICK)
    before, asked = (tmp_path / "out" / "clicks-1.npz").read_bytes(), swayer.asked
    with pytest.raises(FootlightsError, match=r"clicks-1\.npz: exists already; give --force"):
        deliver([song], tmp_path / "out", DanceOptions(count=1, formats=("npz", "html")))
    assert swayer.asked == asked and (tmp_path / "out" / "clicks-1.npz").read_bytes() == before
    deliver(
        [song], tmp_path / "out", DanceOptions(count=1, seed=9, formats=("npz", "html")), force=True
    )
    assert (tmp_path / "out" / "clicks-1.npz").read_bytes() != before


def test_a_song_joins_the_dances_of_another(tmp_path, song, swayer):
    deliver([song], tmp_path / "out", QUICK)
    page = (tmp_path / "out" / "index.html").read_bytes()
    deliver([clicks(tmp_path / "second.wav")], tmp_path / "out", QUICK)
    assert (tmp_path / "out" / "clicks.html").read_bytes() == page
    told = json.loads((tmp_path / "out" / "dances.json").read_text())
    assert [entry["page"] for entry in told["songs"]] == ["clicks.html", "second.html"]


def test_an_unknown_style_is_refused_before_anything_is_made(tmp_path, song, swayer):
    with pytest.raises(FootlightsError, match="no style called 'waltz'; its styles: calm, wild"):
        deliver([song], tmp_path / "out", DanceOptions(style="waltz"))
    assert not (tmp_path / "out").exists()


class Cut(Exception):
    """The power goes."""


@pytest.mark.parametrize("end", [Cut, KeyboardInterrupt])
def test_R1_after_a_cut_the_same_call_makes_only_the_rest(tmp_path, song, swayer, monkeypatch, end):
    from footlights.formats import npz

    good, written = npz.write, []

    def write(motion: fl.Motion, path: str) -> None:
        if written:
            raise end
        written.append(path)
        good(motion, path)

    monkeypatch.setattr(npz, "write", write)
    with pytest.raises(end) as stopped:
        deliver([song], tmp_path / "out", QUICK)
    if end is KeyboardInterrupt:
        assert "1 finished file kept" in str(
            stopped.value
        ) and "the same command makes the rest" in str(stopped.value)
    first = (tmp_path / "out" / "clicks-1.npz").read_bytes()
    assert [
        path.name for path in (tmp_path / "out").glob("*[!~]") if not path.name.startswith(".")
    ] == ["clicks-1.npz"]
    written.clear()
    monkeypatch.setattr(
        npz, "write", lambda motion, path: (written.append(path), good(motion, path)) and None
    )
    deliver([song], tmp_path / "out", QUICK)
    assert [path.name for path in written] == ["clicks-2.npz"]
    assert (tmp_path / "out" / "clicks-1.npz").read_bytes() == first
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "clicks-1.npz",
        "clicks-2.npz",
        "index.html",
        "dances.json",
    }


def test_R3_a_full_disk_is_one_line_and_finished_files_stay(tmp_path, song, swayer, monkeypatch):
    from footlights.basics import whole_files as atomic

    real, room = atomic.os.replace, [2]  # the note and the first npz still fit

    def full(source, target):
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= 1
        real(source, target)

    monkeypatch.setattr(atomic.os, "replace", full)
    delivery = deliver([song], tmp_path / "out", QUICK)
    (problem,) = delivery.problems
    assert "clicks-2.npz: could not be written (No space left on device); free some space" in str(
        problem
    )
    assert delivery.exit_code == 1
    fl.read(tmp_path / "out" / "clicks-1.npz")
    monkeypatch.setattr(atomic.os, "replace", real)
    assert deliver([song], tmp_path / "out", QUICK).exit_code == 0, (
        "once there is room, the same call finishes"
    )


def test_progress_moves_forward_through_all_steps(tmp_path, song, swayer):
    seen = []
    deliver(
        [song, clicks(tmp_path / "b.wav")],
        tmp_path / "out",
        QUICK,
        progress=lambda done, text: seen.append((done, text)),
    )
    shares = [done for done, _ in seen]
    assert shares == sorted(shares) and shares[0] == 0 and math.isclose(shares[-1], 1)
    assert "listening to clicks" in seen[0][1] and any(
        "index.html" in text or "b.html" in text for _, text in seen
    )


def test_dances_stand_where_the_generator_put_them(tmp_path, song, swayer):
    deliver([song], tmp_path, DanceOptions(count=1, formats=("npz",)))
    made = swayer.sample(fl.Music.load(song), 1, 0)[0]
    np.testing.assert_array_equal(fl.read(tmp_path / "clicks-1.npz").rotations, made.rotations)


def test_a_song_without_a_clear_beat_says_so_and_nothing_is_said_of_beats(tmp_path, swayer, capsys):
    times = np.arange(4 * RATE) / RATE
    soundfile.write(
        tmp_path / "drone.wav", 0.2 * np.sin(2 * np.pi * 110 * times) * (1 + 0.1 * times), RATE
    )
    words = [
        "dance",
        str(tmp_path / "drone.wav"),
        "-o",
        str(tmp_path / "out"),
        "--count",
        "1",
        "--formats",
        "npz,html",
    ]
    assert main(words) == 0
    assert capsys.readouterr().out == f"drone: 4 s; {NO_BEAT}: drone-1\n"
    (told,) = json.loads((tmp_path / "out" / "dances.json").read_text())["songs"]
    assert (
        told["tempo"] is None
        and told["beats"] == told["downbeats"] == []
        and told["beat_trust"] < 0.3
    )
    assert (
        told["notes"] == [NO_BEAT]
        and told["dances"][0]["figures"]["beat_precision"]["value"] is None
    )
    page = (tmp_path / "out" / "index.html").read_text()
    assert (
        f'<p class="notice">{NO_BEAT}</p>' in page
        and "no clear beat" in page
        and "hits on beats" not in page
    )
    assert '"beats":[],"downbeats":[]' in page


def test_a_damaged_song_is_told_on_its_page_and_a_word_in_a_title_is_not_damage(tmp_path, swayer):
    whole = clicks(tmp_path / "damaged.flac", seconds=6.0)
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    delivery = deliver([whole, cut], tmp_path / "out", DanceOptions(count=1, formats=("html",)))
    assert [song.damaged for song in delivery.songs] == [False, True]
    assert [problem.item for problem in delivery.problems] == [str(cut)]
    assert (
        '<p class="notice">the file is damaged or cut short'
        in (tmp_path / "out" / "cut.html").read_text()
    )
