"""A blinded comparison: nobody can see whose dance is whose, keys vote, votes come back as a
preference with its interval.
"""

import json
import re

import numpy as np
import pytest

import footlights as fl
from chromium import Chromium, needs_chromium
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.evaluation.votes import (
    ComparedPair,
    ComparisonKey,
    preference,
    read_key,
    read_votes,
    sides,
    wilson,
)
from footlights.pipeline.compare import compare
from moving import swaying


@pytest.fixture
def two(tmp_path):
    """Folders mine and theirs with dances one, two and three, and one that the other lacks."""
    for folder, seed in (("mine", 0), ("theirs", 5)):
        (tmp_path / folder).mkdir()
        for k, name in enumerate(("one", "two", "three", folder)):
            dance = swaying(1.5, seed=seed + k).replace(meta={"model": folder})
            fl.write(dance, tmp_path / folder / f"{name}.npz")
    return tmp_path / "mine", tmp_path / "theirs"


def ballot(key, *votes):
    return {"format": "footlights-votes-1", "comparison": key.id, "votes": list(votes)}


def test_pages_are_pairs_of_the_same_name_and_tell_nothing(two, tmp_path):
    out = tmp_path / "vote"
    assert compare(*two, out) == out / "pair-01.html"
    pages = sorted(out.glob("*.html"))
    assert [page.name for page in pages] == [f"pair-0{number}.html" for number in (1, 2, 3)]
    assert (out / "key.json").is_file()
    for page in pages:
        text = page.read_text()
        shown = re.sub(r"<script.*?</script>", "", text, flags=re.S)
        assert "mine" not in shown and "theirs" not in shown and '"mine' not in text
        assert text.count('<article class="dance"') == 2
        assert text.index(">left<") < text.index(">right<")


def test_half_of_ours_stand_left_and_the_seed_decides_which():
    assert [sum(sides(20, seed)) for seed in range(5)] == [10] * 5
    assert sides(20, 1) == sides(20, 1) != sides(20, 2)


def test_votes_are_counted_by_who_stood_where(two, tmp_path):
    compare(*two, tmp_path / "vote")
    key = read_key(tmp_path / "vote" / "key.json")
    for_mine = ["left" if pair.a_left else "right" for pair in key.pairs]
    result = preference(key, [for_mine, [*for_mine[:2], None], ["same", "same", "same"]])
    assert result.names == ("mine", "theirs") and result.wins == (5, 0, 3) and result.share == 1.0
    assert result.pairs == {"one": (2, 0, 1), "three": (2, 0, 1), "two": (1, 0, 1)}
    assert "mine is preferred in 100 %" in result.text


def test_wilsons_interval_by_hand():
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert np.isnan(wilson(0, 0)).all()


def test_an_even_vote_decides_nothing_and_no_vote_says_so():
    key = ComparisonKey("x", "A", "B", (ComparedPair("p", True),))
    assert "decides nothing" in preference(key, [["left"], ["right"]]).text
    assert "nobody preferred either" in preference(key, [["same"]]).text
    assert "nobody preferred either" in preference(key, []).text


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "footlights-votes-1"}', "[" * 9999,
             '{"format": "footlights-votes-1", "comparison": "x", "votes": ["both"]}',
             '{"format": "footlights-votes-1", "comparison": "other", "votes": ["left"]}']
)  # fmt: skip
def test_S1_strange_votes_and_keys_are_refused(tmp_path, text):
    path = tmp_path / "votes.json"
    path.write_text(text)
    key = ComparisonKey("x", "A", "B", (ComparedPair("p", True),))
    with pytest.raises(FootlightsError):
        read_votes(path, key)
    with pytest.raises(FootlightsError):
        read_key(path)


def test_folders_without_a_common_name_are_refused(two, tmp_path):
    (tmp_path / "empty").mkdir()
    fl.write(swaying(1.0), tmp_path / "empty" / "nothing.npz")
    with pytest.raises(FootlightsError, match="no dance is called alike"):
        compare(two[0], tmp_path / "empty", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_makes_pages_and_counts_votes(two, tmp_path, capsys):
    out = tmp_path / "vote"
    words = ["compare", *map(str, two), "--html", str(out)]
    assert main(words) == 0 and capsys.readouterr().out == f"{out / 'pair-01.html'}\n"
    assert main(words) == 2 and "holds a comparison already" in capsys.readouterr().err
    key = read_key(out / "key.json")
    (tmp_path / "v.json").write_text(json.dumps(ballot(key, "left", "left", "right")))
    assert main([*words, "--votes", str(tmp_path / "v.json")]) == 0
    assert "is preferred in" in capsys.readouterr().out


@needs_chromium
def test_keys_vote_from_page_to_page_and_the_last_page_saves(two, tmp_path):
    first = compare(*two, tmp_path / "vote")
    key = read_key(tmp_path / "vote" / "key.json")
    with Chromium() as browser:
        browser.open(first)
        for number, choice in ((1, "1"), (2, "0"), (3, "2")):
            wait = f"""new Promise((done) => {{
                const ready = () => location.href.includes("pair-0{number}")
                    && document.readyState === "complete" && document.querySelector("#vote");
                const look = () => ready() ? done(true) : setTimeout(look, 50);
                look();
            }})"""
            assert browser.evaluate(wait)
            browser.press(choice)
        text = browser.evaluate("document.getElementById('text').value")
        assert browser.evaluate(
            "!document.getElementById('done').hidden"
            " && document.getElementById('save').href.startsWith('blob:')"
        )
    (tmp_path / "v.json").write_text(text)
    assert read_votes(tmp_path / "v.json", key) == ["left", "same", "right"]
