"""Any file judged: the command, its JSON, the page and the film, and what it says of bad input."""

import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest

from canaries import hovering, skating, stepping
from chromium import Chromium, needs_chromium
from footlights.cli import main
from footlights.evaluation.judged_files import score
from footlights.formats import write
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from footlights.physics.judgement import AXES, SUB_SCORES
from footlights.show.marks import Marks, tinted
from footlights.show.score_page import marks_of

DANCE = stepping(3.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("motions")
    write(DANCE, place / "good.npz")
    write(skating(DANCE), place / "skating.npz")
    write(hovering(DANCE), place / "hover.npz")
    return place


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["score", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def test_one_motion_is_one_object(folder, capsys):
    code, out, _ = told(capsys, folder / "good.npz", "--json")
    said = json.loads(out)
    assert code == 0 and said["physics_score"] > 0.95
    assert set(said["sub_scores"]) == set(SUB_SCORES) and set(said["axes"]) == set(AXES)
    assert all(0 < value <= 1 for value in said["sub_scores"].values())


def test_findings_have_cause_seconds_and_part(folder, capsys):
    said = json.loads(told(capsys, folder / "skating.npz", "--json")[1])
    slide = next(f for f in said["findings"] if f["quantity"] == "slip")
    assert 0 <= slide["start"] < slide["end"] <= 3 and (
        "heel" in slide["part"] or "forefoot" in slide["part"]
    )
    assert "slides at" in slide["text"] and slide["unit"] == "m/s"


def test_a_folder_is_a_table_worst_first(folder, capsys):
    code, out, _ = told(capsys, folder)
    names = [line.rsplit("  ", 1)[-1].split(":")[0] for line in out.splitlines()[1:4]]
    assert code == 0 and names == ["hover.npz", "skating.npz", "good.npz"]
    many = json.loads(told(capsys, folder, "--json")[1])["motions"]
    assert [Path(m["file"]).name for m in many] == names


def test_a_song_is_measured_beside_and_never_inside(folder, capsys, tmp_path):
    import soundfile

    clicks = np.zeros(22050 * 6, np.float32)
    for beat in range(12):
        clicks[beat * 11025 : beat * 11025 + 400] = np.hanning(400) * np.sin(np.arange(400) * 0.6)
    soundfile.write(tmp_path / "song.wav", clicks, 22050)
    said = json.loads(
        told(capsys, folder / "good.npz", "--music", tmp_path / "song.wav", "--json")[1]
    )
    alone = json.loads(told(capsys, folder / "good.npz", "--json")[1])
    assert said["physics_score"] == alone["physics_score"] and "beats" not in alone
    assert (
        said["beats"]["f1"] is not None
        and "F1" in told(capsys, folder / "good.npz", "--music", tmp_path / "song.wav")[1]
    )


def test_our_npz_has_a_floor_and_other_files_are_asked(folder, capsys, tmp_path):
    assert json.loads(told(capsys, folder / "hover.npz", "--json")[1])["sub_scores"]["float"] < 0.1
    found = json.loads(told(capsys, folder / "hover.npz", "--floor", "auto", "--json")[1])
    assert found["floor"] == pytest.approx(0.2, abs=0.01) and found["sub_scores"]["float"] > 0.9
    write(DANCE, tmp_path / "dance.bvh")
    other = json.loads(told(capsys, tmp_path / "dance.bvh", "--json")[1])
    assert other["physics_score"] > 0.9 and any("estimated" in note for note in other["notes"])
    assert (
        json.loads(told(capsys, folder / "good.npz", "--floor", "0.3", "--json")[1])["quantities"][
            "penetration"
        ]["value"]
        > 25
    )


@pytest.mark.parametrize(
    ("motion", "says"),
    [
        (DANCE[:1], "1 frames"),
        (DANCE[:3], "3 frames"),
        (DANCE[::6].replace(fps=5.0), "5 frames a second"),
    ],
)
def test_N5_too_little_is_no_score_with_a_reason(motion, says, tmp_path, capsys):
    write(motion, tmp_path / "short.npz")
    code, out, _ = told(capsys, tmp_path / "short.npz", "--json")
    said = json.loads(out)
    assert code == 0 and said["physics_score"] is None and says in said["reason"]
    assert says in told(capsys, tmp_path / "short.npz")[1]


@pytest.mark.parametrize("size", [0.4 / 1.7, 4 / 1.7])
def test_a_body_of_another_size_is_judged_as_a_grown_one_and_told(size, tmp_path, capsys):
    small = Skeleton(SMPL24.names, SMPL24.parents, SMPL24.offsets * size)
    other = Motion(DANCE.root * size, DANCE.rotations, DANCE.fps, small)
    write(other, tmp_path / "other.npz")
    said = json.loads(told(capsys, tmp_path / "other.npz", "--json")[1])
    assert any("judged as a grown person" in note for note in said["notes"])
    assert said["physics_score"] > 0.9


def test_other_rates_are_judged_alike(tmp_path, capsys):
    write(DANCE.resampled(240.0), tmp_path / "fast.npz")
    assert json.loads(told(capsys, tmp_path / "fast.npz", "--json")[1])["physics_score"] > 0.95


def test_R3_broken_files_are_named_and_the_rest_is_judged(folder, tmp_path, capsys):
    write(DANCE, tmp_path / "good.npz")
    (tmp_path / "broken.npz").write_bytes(b"not a zip")
    rows = np.load(tmp_path / "good.npz")
    arrays = {name: rows[name] for name in rows.files}
    arrays["root"] = arrays["root"].copy()
    arrays["root"][5] = np.nan
    np.savez(tmp_path / "nan.npz", **arrays)
    bare = Skeleton(("pole", "tip"), (-1, 0), np.array([[0, 0, 0], [0, 0, 1.0]]))
    write(
        Motion(np.zeros((9, 3)), np.tile([1.0, 0, 0, 0], (9, 2, 1)), 30.0, bare),
        tmp_path / "pole.npz",
    )
    code, out, err = told(capsys, tmp_path)
    assert code == 2 and "good.npz" in out and "3 of 4 motions could not be judged" in err
    for name in ("broken.npz", "nan.npz", "pole.npz"):
        assert sum(name in line for line in err.splitlines()) == 1


def test_bad_words_are_told_in_one_line(folder, capsys, tmp_path):
    for words, says in (
        ((folder / "good.npz", "--floor", "low"), "no height"),
        ((folder / "none.npz",), "there is no such file"),
        ((folder / "good.npz", "--jobs", "0"), "0 processes"),
    ):
        code, _, err = told(capsys, *words)
        assert code == 2 and says in err
    (tmp_path / "page.html").write_text("mine")
    code, _, err = told(capsys, folder / "good.npz", "--html", tmp_path / "page.html")
    assert code == 2 and "--force" in err and (tmp_path / "page.html").read_text() == "mine"


def test_processes_and_order_change_nothing(folder):
    files = sorted(folder.glob("*.npz")) * 3
    alone, together = score(files, jobs=1), score(files[::-1], jobs=2)
    assert [row.said for row in alone] == [row.said for row in together]


def test_marks_say_which_segments_are_wrong_and_where_forces_press():
    from footlights.physics import judge

    motion = skating(DANCE)
    marks = marks_of(motion, judge(motion))
    feet = [
        SMPL24.index(f"{side}_{part}") for side in ("left", "right") for part in ("ankle", "foot")
    ]
    assert marks.wrong[:, feet].any() and marks.path.shape == (len(motion), 3)
    weight = marks.forces[10:-10, :, 2].sum(axis=1)
    assert weight.mean() == pytest.approx(1, abs=0.1)
    red = tinted(Body.load(), marks.wrong[int(marks.wrong.any(1).argmax())])
    assert (red[:, 0] == 225).any()
    facts = json.loads(gzip.decompress(marks.encoded()))
    assert len(facts["arrows"]) == len(motion) and len(facts["path"]) == 3 * len(motion)
    assert Marks(marks.wrong * False, marks.starts, marks.forces, marks.path).encoded()


def test_the_film_shows_wrong_parts_in_red(folder, tmp_path, monkeypatch, capsys):
    import av

    monkeypatch.chdir(tmp_path)
    code, out, _ = told(capsys, folder / "hover.npz", "--film")
    assert code == 0 and "hover-score.mp4" in out
    with av.open(str(tmp_path / "hover-score.mp4")) as film:
        picture = list(film.decode(video=0))[45].to_ndarray(format="rgb24").astype(int)
    red = (picture[..., 0] > 1.8 * picture[..., 1]) & (picture[..., 0] > 80)
    assert red.mean() > 0.01
    assert told(capsys, folder / "hover.npz", "--film")[0] == 2


@needs_chromium
def test_a_click_on_a_finding_jumps_there(folder, tmp_path, capsys):
    page = tmp_path / "report.html"
    assert told(capsys, folder, "--html", page)[0] == 0
    text = page.read_text(encoding="utf-8")
    assert "http" + "://" not in text.split("<script>")[0].replace("http://www.w3.org", "")
    with Chromium() as browser:
        browser.open(page)
        browser.evaluate("window.footlights.ready")
        where = browser.evaluate(
            "(() => { const b = [...document.querySelectorAll('button[data-at]')].find((b) => Number(b.dataset.at) > 0.5);"
            " b.click(); return Number(b.dataset.at); })()"
        )
        browser.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        now = browser.evaluate("document.getElementById('now').textContent")
        minutes, seconds = now.split(":")
        assert 60 * float(minutes) + float(seconds) == pytest.approx(
            math.floor(10 * where) / 10, abs=0.11
        )
        assert not [
            url for url in browser.requests if not url.startswith(("file:", "blob:", "data:"))
        ]


def test_one_glitched_frame_costs_no_memory_and_leaves_a_number(tmp_path, capsys):
    """A mark that flies off to 10,000 km: its floor is found among the others, its score is small
    and still a number.
    """
    root = DANCE.root.astype(np.float64).copy()
    root[40, 2] += 1e7
    write(DANCE.replace(root=root), tmp_path / "glitch.npz")
    code, out, err = told(capsys, tmp_path / "glitch.npz", "--floor", "auto", "--json")
    said = json.loads(out)
    assert code == 0 and "Warning" not in err and abs(said["floor"]) < 0.01
    assert 0 < said["physics_score"] < 0.1 and all(
        0 < value <= 1 for value in said["sub_scores"].values()
    )


def test_each_dance_made_here_and_each_file_is_judged_once(tmp_path):
    for suffix in ("npz", "bvh", "glb"):
        write(DANCE, tmp_path / f"dance.{suffix}")
    assert len(score([tmp_path])) == 3
    (tmp_path / "dances.json").write_text("{}")
    assert [row.path.name for row in score([tmp_path])] == ["dance.npz"]
    assert [row.path.name for row in score([tmp_path / "dance.bvh", tmp_path / "dance.bvh"])] == [
        "dance.bvh"
    ]


def test_motions_of_one_name_are_told_apart_and_keep_their_films(tmp_path, monkeypatch):
    from footlights.show import score_film
    from footlights.show.score_table import table

    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        write(DANCE, tmp_path / place / "dance.npz")
    rows = score([tmp_path])
    assert all(str(row.path) in table(rows) for row in rows)
    monkeypatch.setattr(
        score_film, "film", lambda motion, target, **more: target.write_bytes(b"film")
    )
    made = score_film.score_films(rows, tmp_path)
    assert sorted(path.name for path in made) == ["dance (2)-score.mp4", "dance-score.mp4"] and all(
        p.exists() for p in made
    )


def test_json_says_what_could_not_be_judged(folder, tmp_path, capsys):
    (tmp_path / "bad.bvh").write_text("HIERARCHY\n")
    code, out, _ = told(capsys, folder / "good.npz", tmp_path / "bad.bvh", "--json")
    said = json.loads(out)
    assert (
        code == 2 and len(said["motions"]) == 1 and said["problems"][0]["file"].endswith("bad.bvh")
    )


def test_no_place_for_the_page_is_said_before_the_work(folder, tmp_path, capsys):
    code, out, err = told(capsys, folder / "good.npz", "--html", tmp_path / "nowhere" / "page.html")
    assert code == 2 and not out and "no such folder" in err and "--html" in err
