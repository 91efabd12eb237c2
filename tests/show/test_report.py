"""The report: the worst clips play first, bad moments stand where they are, names stay text."""

import re

import numpy as np
import pytest

import footlights as fl
from canaries import skating, stepping
from footlights.cli import main
from footlights.evaluation import evaluate
from footlights.show.charts import spread, strip
from footlights.show.report import report


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """Results are kept in a folder of the test's own; a few draws tell as much as fifty."""
    monkeypatch.setattr("footlights.evaluation.resampled_distances.DRAWS", 4)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_the_page_plays_the_worst_clip_first_and_shows_where_it_slides(tmp_path):
    place = tmp_path / "dances"
    place.mkdir()
    motion = stepping(8.0)
    late = np.arange(len(motion)) >= 120
    slid = skating(motion, 6.0)
    bad = motion.replace(root=np.where(late[:, None], slid.root, motion.root))
    fl.write(bad, place / "slides.npz")
    fl.write(motion, place / "good & <b>bold<b>.npz")
    report(evaluate(place, jobs=1), tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text()
    names = re.findall(r'<h2 id="name-\d+">.*?</span>(.*?)</h2>', text)
    assert names == ["slides: 1 of 2, worst", "good &amp; &lt;b&gt;bold&lt;b&gt;: 2 of 2, best"]
    starts = [float(s) for s in re.findall(r"<title>skating, ([\d.]+) to", text)]
    assert starts and min(starts) >= 3.5
    assert (
        "<b>" not in text and "Every clip beside real dance" in text and text.count("<figure>") > 10
    )


def test_the_command_makes_the_page(tmp_path, capsys):
    fl.write(stepping(6.0), tmp_path / "a.npz")
    page = tmp_path / "r.html"
    words = ["evaluate", "--generated", str(tmp_path), "--html", str(page), "--jobs", "1"]
    assert main(words) == 0
    assert "hash" in capsys.readouterr().out and page.stat().st_size > 100_000


def test_pictures_hold_a_dot_a_clip_and_an_arrow_beyond_the_scale():
    drawn = spread({"real": [1.0, 2.0, 3.0], "generated": [2.5], "frozen": [99.0], "chunks": []})
    assert drawn.count("<circle") == 4 and drawn.count("<path") == 1 and "nan" not in drawn
    assert "nan" not in spread({"real": [], "generated": [2.0]}) + spread(
        {"real": [], "generated": []}
    )


def test_a_strip_marks_runs_above_the_limit():
    drawn = strip(
        {"skating": [1.0, 6.0, 7.0, None, 20.0], "speed": [9.0] * 5}, {"skating": 5.0}, 0.25
    )
    assert re.findall(r"<title>(.*?)</title>", drawn) == [
        "skating, 0.25 to 0.75 s",
        "skating, 1 to 1.25 s",
    ]
    assert "speed" not in drawn
