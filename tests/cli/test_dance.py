"""``footlights dance`` as a person meets it: what is said where, and what a program can read."""

import json

from footlights.cli import main


def test_the_place_is_said_first_and_a_summary_last(tmp_path, song, swayer, capsys):
    out = tmp_path / "my dances"
    assert main(["dance", str(song), "-o", str(out), "--count", "2", "--formats", "npz,html"]) == 0
    told = capsys.readouterr()
    assert told.err.splitlines()[0] == f"The dances go to {out / 'index.html'}"
    assert told.out == "clicks: 3 s, 120 beats a minute: clicks-1, clicks-2\n"
    assert "1 of 1 songs" in told.err


def test_json_is_all_that_is_printed(tmp_path, song, swayer, capsys):
    assert (
        main(
            [
                "dance",
                str(song),
                "-o",
                str(tmp_path / "out"),
                "--count",
                "1",
                "--formats",
                "npz",
                "--json",
            ]
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(tmp_path / "out") and told["songs"][0]["dances"][0]["files"] == {
        "npz": "clicks-1.npz"
    }
    assert told["songs"] == json.loads((tmp_path / "out" / "dances.json").read_text())["songs"]


def test_formats_may_be_written_any_way(tmp_path, song, swayer):
    assert (
        main(
            [
                "dance",
                str(song),
                "-o",
                str(tmp_path / "out"),
                "--count",
                "1",
                "--formats",
                " NPZ, bvh,npz",
            ]
        )
        == 0
    )
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".npz", ".bvh", ".json"}


def test_every_choice_reaches_the_dancer(tmp_path, song, swayer, monkeypatch):
    heard = {}
    sample = swayer.sample

    def listen(music, n, seed, **more):
        heard.update(n=n, seed=seed, seconds=music.seconds, **more)
        return sample(music, n, seed)

    monkeypatch.setattr(swayer, "sample", listen)
    choices = "--count 2 --seed 7 --energy -0.5 --style wild --start 0.5 --seconds 2".split()
    out = str(tmp_path / "out")
    assert main(["dance", str(song), "-o", out, *choices, "--formats", "npz"]) == 0
    assert (heard["n"], heard["seed"], heard["energy"], heard["style"], heard["seconds"]) == (
        2,
        7,
        -0.5,
        "wild",
        2.0,
    )


def test_default_folder_is_dances_here(tmp_path, song, swayer, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["dance", "clicks.wav", "--count", "1", "--formats", "npz"]) == 0
    assert (tmp_path / "dances" / "clicks-1.npz").is_file()


def test_times_formats_and_styles_may_be_written_as_people_do(tmp_path, song, swayer):
    choices = [
        "--start",
        "0:01",
        "--seconds",
        " 1.5",
        "--formats",
        ".NPZ, .bvh",
        "--style",
        " Wild",
        "--count",
        "1",
    ]
    assert main(["dance", str(song), "-o", str(tmp_path / "out"), *choices]) == 0
    (told,) = json.loads((tmp_path / "out" / "dances.json").read_text())["songs"]
    assert (told["start"], told["seconds"], told["style"]) == (1.0, 1.5, "wild")
    assert set(told["dances"][0]["files"]) == {"npz", "bvh"}


def test_a_start_beyond_the_end_says_how_long_the_song_is(tmp_path, song, swayer, capsys):
    assert main(["dance", str(song), "--start", "1:10", "-o", str(tmp_path / "out")]) == 2
    assert (
        "has nothing at 70 s, it is 3.0 s long; choose a smaller --start" in capsys.readouterr().err
    )


def test_fewer_forced_dances_leave_no_old_ones_of_the_song(tmp_path, song, swayer):
    out = tmp_path / "out"
    words = ["dance", str(song), "-o", str(out), "--formats", "npz,bvh"]
    assert main([*words, "--count", "3"]) == 0
    (out / "clicks-9.npz").write_text("mine")
    assert main([*words, "--count", "1", "--force"]) == 0
    assert {path.name for path in out.iterdir()} == {
        "clicks-1.npz",
        "clicks-1.bvh",
        "clicks-9.npz",
        "dances.json",
    }
