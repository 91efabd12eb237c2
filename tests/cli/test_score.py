"""``footlights score``: the table, the JSON, the page, the films, and bad input."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from canaries import hovering, skating, stepping
from footlights.cli import main
from footlights.evaluation import judged_files
from footlights.formats import write
from footlights.motion.motion import Motion
from footlights.motion.skeleton import Skeleton
from footlights.physics.judgement import AXES, SUB_SCORES

DANCE = stepping(3.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("motions")
    write(DANCE, place / "good.npz")
    write(skating(DANCE), place / "skating.npz")
    write(hovering(DANCE), place / "hover.npz")
    return place


@pytest.fixture
def score(capsys):
    """Run the command: exit code, what it prints, what it complains of."""

    def run(*words: object) -> tuple[int, str, str]:
        code = main(["score", *map(str, words)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def motions(score):
    """The motions of the command's JSON."""

    def run(*words: object) -> list[dict]:
        return json.loads(score(*words, "--json")[1])["motions"]

    return run


def test_one_motion_has_the_shape_of_many(folder, score):
    code, out, _ = score(folder / "good.npz", "--json")
    document = json.loads(out)
    assert code == 0 and document.keys() == {"motions", "problems", "written"}
    (motion,) = document["motions"]
    assert document["problems"] == [] and motion["physics_score"] > 0.95
    assert set(motion["sub_scores"]) == set(SUB_SCORES) and set(motion["axes"]) == set(AXES)
    assert all(0 < value <= 1 for value in motion["sub_scores"].values())


def test_findings_have_cause_seconds_and_part(folder, motions):
    (motion,) = motions(folder / "skating.npz")
    slide = next(f for f in motion["findings"] if f["quantity"] == "slip")
    assert 0 <= slide["start"] < slide["end"] <= 3
    assert "heel" in slide["part"] or "forefoot" in slide["part"]
    assert "slides at" in slide["text"] and slide["unit"] == "m/s"


def test_a_folder_is_a_table_worst_first(folder, score, motions):
    code, out, _ = score(folder)
    names = [line.rsplit("  ", 1)[-1].split(":")[0] for line in out.splitlines()[1:4]]
    assert code == 0 and names == ["hover.npz", "skating.npz", "good.npz"]
    assert [Path(motion["file"]).name for motion in motions(folder)] == names


def test_a_song_is_measured_beside_and_never_inside(folder, score, motions, tmp_path):
    clicks = np.zeros(22050 * 6, np.float32)
    for beat in range(12):
        clicks[beat * 11025 : beat * 11025 + 400] = np.hanning(400) * np.sin(np.arange(400) * 0.6)
    soundfile.write(tmp_path / "song.wav", clicks, 22050)

    (with_song,) = motions(folder / "good.npz", "--music", tmp_path / "song.wav")
    (alone,) = motions(folder / "good.npz")
    assert with_song["physics_score"] == alone["physics_score"] and "beats" not in alone
    assert with_song["beats"]["f1"] is not None
    assert "F1" in score(folder / "good.npz", "--music", tmp_path / "song.wav")[1]


def test_a_score_that_cannot_be_says_why(tmp_path, score):
    write(DANCE[:3], tmp_path / "short.npz")
    code, out, _ = score(tmp_path / "short.npz")
    assert code == 0 and "3 frames" in out


def test_R3_broken_files_are_named_and_the_rest_is_judged(tmp_path, score):
    write(DANCE, tmp_path / "good.npz")
    (tmp_path / "broken.npz").write_bytes(b"not a zip")

    with np.load(tmp_path / "good.npz") as file:
        arrays = {name: file[name].copy() for name in file.files}
    arrays["root"][5] = np.nan
    np.savez(tmp_path / "nan.npz", **arrays)

    pole = Skeleton(("pole", "tip"), (-1, 0), np.array([[0, 0, 0], [0, 0, 1.0]]))
    still = Motion(np.zeros((9, 3)), np.tile([1.0, 0, 0, 0], (9, 2, 1)), 30.0, pole)
    write(still, tmp_path / "pole.npz")

    code, out, err = score(tmp_path)
    assert code == 2 and "good.npz" in out and "3 of 4 motions could not be judged" in err
    for name in ("broken.npz", "nan.npz", "pole.npz"):
        assert sum(name in line for line in err.splitlines()) == 1


def test_json_says_what_could_not_be_judged(folder, tmp_path, score):
    (tmp_path / "bad.bvh").write_text("HIERARCHY\n")
    code, out, _ = score(folder / "good.npz", tmp_path / "bad.bvh", "--json")
    document = json.loads(out)
    assert code == 2 and len(document["motions"]) == 1
    assert document["problems"][0]["item"] == str(tmp_path / "bad.bvh")
    assert document["problems"][0]["what"] and document["problems"][0]["do"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("good.npz", "--floor", "low"), "'low' is no height"),
        (("none.npz",), "there is no such file"),
        (("good.npz", "--jobs", "0"), "0 processes"),
        (("good.npz", "--html", "nowhere/page.html"), "no such folder"),
    ],
)
def test_bad_words_are_told_in_one_line(folder, score, monkeypatch, words, line):
    monkeypatch.chdir(folder)
    code, out, err = score(*words)
    assert code == 2 and not out and line in err


def test_a_page_that_exists_is_replaced_only_by_force(folder, score, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("mine")
    code, _, err = score(folder / "good.npz", "--html", page)
    assert code == 2 and "--force" in err and page.read_text() == "mine"
    code, out, _ = score(folder / "good.npz", "--html", page, "--force")
    assert code == 0 and str(page) in out and page.read_text() != "mine"


def test_page_and_films_show_what_was_judged_without_judging_again(
    folder, tmp_path, score, monkeypatch
):
    calls = []
    judge = judged_files.judge

    def counted(motion: Motion, floor: float | str):
        calls.append(motion)
        return judge(motion, floor)

    monkeypatch.setattr(judged_files, "judge", counted)
    monkeypatch.setattr(
        "footlights.show.score_film.film", lambda motion, path, **_: path.write_bytes(b"film")
    )
    monkeypatch.chdir(tmp_path)
    code, out, _ = score(folder, "--html", "page.html", "--film", "--jobs", "1", "--json")
    assert code == 0 and len(calls) == 3
    films = {f"{name}-score.mp4" for name in ("good", "hover", "skating")}
    assert set(json.loads(out)["written"]) == {"page.html", *films}


def test_motions_of_one_name_are_told_apart_and_keep_their_films(tmp_path, score, monkeypatch):
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        write(DANCE, tmp_path / place / "dance.npz")
    monkeypatch.setattr(
        "footlights.show.score_film.film", lambda motion, path, **_: path.write_bytes(b"film")
    )
    monkeypatch.chdir(tmp_path)
    code, out, _ = score("a", "b", "--film")
    assert code == 0 and "a/dance.npz" in out and "b/dance.npz" in out
    films = {path.name for path in tmp_path.glob("*.mp4")}
    assert films == {"dance (2)-score.mp4", "dance-score.mp4"}


def test_a_film_that_exists_is_kept_and_the_scores_are_told_all_the_same(
    folder, tmp_path, score, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good-score.mp4").write_text("mine")
    code, out, err = score(folder / "good.npz", "--film")
    assert code == 2 and "good-score.mp4: exists already; give --force" in err
    assert "good.npz" in out and "could not be judged" not in err
    assert (tmp_path / "good-score.mp4").read_text() == "mine"
