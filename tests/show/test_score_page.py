"""What is wrong with a motion, seen: red segments, forces, a page whose findings can be clicked."""

import gzip
import json
import math
import re

import av
import pytest

from canaries import hovering, skating, stepping
from chromium import Chromium, needs_chromium
from footlights.evaluation.judged_files import judge_files
from footlights.formats import write
from footlights.motion.body import Body
from footlights.motion.skeleton import SMPL24
from footlights.physics import judge
from footlights.show.judgement_marks import judgement_marks
from footlights.show.marks import Marks, tinted
from footlights.show.score_film import score_films
from footlights.show.score_page import score_page

DANCE = stepping(3.0)


def test_marks_say_which_segments_are_wrong_and_where_forces_press():
    motion = skating(DANCE)
    marks = judgement_marks(motion, judge(motion))
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


def test_the_film_shows_wrong_parts_in_red(tmp_path):
    write(hovering(DANCE), tmp_path / "hover.npz")
    (path,) = score_films(judge_files([tmp_path], keep=1).files, tmp_path)
    with av.open(str(path)) as film:
        picture = list(film.decode(video=0))[45].to_ndarray(format="rgb24").astype(int)
    red = (picture[..., 0] > 1.8 * picture[..., 1]) & (picture[..., 0] > 80)
    assert path.name == "hover-score.mp4" and red.mean() > 0.01


def test_the_table_has_every_file_and_those_that_were_kept_play(tmp_path):
    for name, motion in (("a", DANCE), ("b", hovering(DANCE)), ("c & <i>", skating(DANCE))):
        write(motion, tmp_path / f"{name}.npz")
    score_page(judge_files([tmp_path], keep=2).files, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert re.findall(r'<span class="rank">(\d)</span>(.*?) <', text) == [
        ("1", "b.npz"),
        ("2", "c &amp; &lt;i&gt;.npz"),
    ]
    assert text.count('<article class="dance"') == 2 and "<th>a.npz</th>" in text
    assert "The 2 worst of 3 motions play here" in text


@needs_chromium
def test_a_click_on_a_finding_jumps_there(tmp_path):
    for name, motion in (("skating", skating(DANCE)), ("hover", hovering(DANCE))):
        write(motion, tmp_path / f"{name}.npz")
    path = tmp_path / "report.html"
    score_page(judge_files([tmp_path], keep=2).files, path)
    assert "http://" not in path.read_text(encoding="utf-8").split("<script>")[0].replace(
        "http://www.w3.org", ""
    )

    with Chromium() as browser:
        browser.open(path)
        browser.evaluate("window.footlights.ready")
        where = browser.evaluate(
            "(() => { const b = [...document.querySelectorAll('button[data-at]')]"
            ".find((b) => Number(b.dataset.at) > 0.5);"
            " b.click(); return Number(b.dataset.at); })()"
        )
        browser.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        minutes, seconds = browser.evaluate(
            "document.getElementById('now').textContent.split(':').map(Number)"
        )
        shown = math.floor(10 * where) / 10
        assert 60 * minutes + seconds == pytest.approx(shown, abs=0.11)
        own = ("file:", "blob:", "data:")
        assert not [url for url in browser.requests if not url.startswith(own)]
