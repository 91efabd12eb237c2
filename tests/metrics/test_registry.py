"""The table of metrics: every name gives its number in its unit, on any input, in any order."""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.basics.errors import FootlightsError
from footlights.metrics.meanings import MEANINGS
from footlights.metrics.measure import compare, measure
from footlights.metrics.metric_score import Score
from footlights.metrics.published_scores import published_positions
from footlights.metrics.registry import (
    CLIP_METRICS,
    FEATURES,
    METRICS,
    Metric,
    metric_named,
    metric_names,
)
from footlights.motion.motion import Motion

DOCS = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
BEATS = np.arange(0.0, 8.0, 0.5)
# Their meta tells of a join, as a collage's does: there is one metric that looks for it.
JOINED = {"pieces": [{"at": 0.0}, {"at": 4.0}]}
GOOD = canaries.stepping(8.0).replace(meta=JOINED)
DENSE = canaries.stepping(8.0, fps=60.0).replace(meta=JOINED)
CLIP = [name for name, metric in METRICS.items() if metric.takes in ("motion", "beats")]
DANCERS = [
    canaries.stepping(3.0, bpm=bpm, stride=stride)
    for bpm in (80, 100, 120, 140)
    for stride in (0.1, 0.2, 0.3)
]


def table(motions: list[Motion]) -> dict[str, np.ndarray]:
    return {name: np.array([make(motion) for motion in motions]) for name, make in FEATURES.items()}


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_a_row_in_the_docs(name: str) -> None:
    assert f"| `{name}` |" in DOCS
    assert METRICS[name].better in ("less", "more", "real")


def test_every_clip_metric_says_a_number_in_its_unit() -> None:
    scores = measure(GOOD, BEATS)
    assert list(scores) == CLIP
    for name, score in scores.items():
        assert np.isfinite(score.value) and score.unit == METRICS[name].unit, name


def test_without_beats_nothing_is_said_of_music_and_names_choose() -> None:
    assert [METRICS[name].takes for name in measure(GOOD)] == ["motion"] * sum(
        m.takes == "motion" for m in METRICS.values()
    )
    assert list(measure(GOOD, BEATS, ["bas@fact", "skating"])) == ["bas@fact", "skating"]
    with pytest.raises(FootlightsError, match="fid_k is no metric of a single clip"):
        measure(GOOD, BEATS, ["fid_k"])


def test_every_metric_of_single_clips_has_a_meaning_for_people() -> None:
    assert list(MEANINGS) == list(CLIP_METRICS)
    for name, meaning in MEANINGS.items():
        assert 8 < len(meaning.sentence) < 90 and not meaning.sentence.endswith("."), name
    assert MEANINGS["slip"].number(15.858, "cm/s") == "16 cm/s"
    assert MEANINGS["frozen"].number(0.0463, "") == "4.6 %"


def test_sets_are_compared_by_name() -> None:
    features = table(DANCERS)
    values = compare(features, features)
    assert list(values) == [name for name, metric in METRICS.items() if metric.takes == "sets"]
    for name, value in values.items():
        if name.startswith("fid"):
            assert value == pytest.approx(0, abs=1e-3)
        if name.startswith(("precision", "recall", "coverage")):
            assert value == 1
    assert "fid_k" in compare({"kinetic": features["kinetic"]}, features)


def test_N2_order_and_company_change_no_number() -> None:
    real, some = table(DANCERS[:8]), table(DANCERS[6:])
    back = {name: rows[::-1] for name, rows in some.items()}
    assert compare(real, back) == pytest.approx(compare(real, some), rel=1e-6, abs=1e-6)
    alone = {name: measure(GOOD, BEATS, [name])[name].value for name in CLIP}
    assert alone == {name: score.value for name, score in measure(GOOD, BEATS).items()}


@pytest.mark.parametrize("name", [name for name in CLIP if "@" not in name])
def test_N2_yaw_place_and_frame_rate_change_no_number_of_ours(name: str) -> None:
    here = measure(GOOD, BEATS, [name])[name].value
    moved = measure(GOOD.moved((3, -2, 0), yaw=1.1), BEATS, [name])[name].value
    assert moved == pytest.approx(here, rel=0.01, abs=0.01)
    if name not in ("jerk", "join_jerk", "beat_z"):
        dense = measure(DENSE, BEATS, [name])[name].value
        # A lag is a place in time: it may move by a fifth of a frame.
        room = 6.0 if name == "beat_lag" else 0.01
        assert dense == pytest.approx(here, rel=0.05, abs=room)


@pytest.mark.parametrize(
    "motion", [GOOD[:1], GOOD[:2], GOOD[:3], GOOD[:4], canaries.frozen(GOOD)], ids=repr
)
def test_N5_tiny_and_still_clips_give_numbers_or_reasons(motion: Motion) -> None:
    scores = measure(motion, BEATS)
    silent = [n for n, s in scores.items() if not np.isfinite(s.value) and not s.reason]
    assert list(scores) == CLIP and not silent


def test_N5_a_still_clip_changes_no_table() -> None:
    features = table([*DANCERS, canaries.frozen(GOOD)])
    assert np.isfinite(list(compare(table(DANCERS), features).values())).all()


def test_published_code_gets_y_up_at_its_own_rate() -> None:
    positions = published_positions(GOOD, 60.0, at_origin=True)
    assert len(positions) == 2 * len(GOOD) - 1 and np.allclose(positions[0, 0], 0)
    assert np.median(positions[:, 15, 1]) > 0.3, "the head is above the pelvis along y"
    assert np.array_equal(published_positions(GOOD, 30.0, "z"), GOOD.positions)


def head_height(motion: Motion, beats: np.ndarray | None) -> float:
    """A metric of somebody else's."""
    return float(motion.positions[:, 15, 2].mean())


def beats_counted(motion: Motion, beats: np.ndarray | None) -> Score:
    """One that gives a score with a reason."""
    return Score.none("", "no beats") if beats is None else Score(float(len(beats)), "beats")


def broken(motion: Motion, beats: np.ndarray | None) -> float:
    raise ValueError("never works")


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an installed package would offer as entry points of the group "footlights.metrics"."""
    points = {
        "head_height": head_height,
        "beats_counted": beats_counted,
        "broken": broken,
        "worded": lambda motion, beats: "high",
        "lower_head": Metric(head_height, "beats or none", "m", "less"),
        "number": 3,
    }
    monkeypatch.setattr("footlights.basics.plugins.offered", lambda group: points)
    monkeypatch.setattr("footlights.basics.plugins.find", lambda group, name: points.get(name))


def test_metrics_of_other_packages_are_measured_beside_ours(offered: None) -> None:
    scores = measure(GOOD, BEATS, ["skating", "head_height", "beats_counted"])
    assert list(scores) == ["skating", "head_height", "beats_counted"]
    assert 1.2 < scores["head_height"].value < 1.7
    assert (scores["beats_counted"].value, scores["beats_counted"].unit) == (16.0, "beats")
    assert measure(GOOD, None, ["beats_counted"])["beats_counted"].reason == "no beats"
    assert metric_named("head_height").better == "real"
    assert metric_named("lower_head").better == "less" and "lower_head" in metric_names()


def test_a_broken_metric_of_another_package_costs_its_own_number_only(offered: None) -> None:
    scores = measure(GOOD, BEATS, ["broken", "skating"])
    assert scores["broken"].reason == "failed with ValueError: never works"
    assert np.isfinite(scores["skating"].value)
    with pytest.raises(FootlightsError, match="worded gave str, no number"):
        measure(GOOD, BEATS, ["worded"])


def test_an_unknown_metric_is_told_the_known_ones(offered: None) -> None:
    with pytest.raises(FootlightsError, match=r"no metric called 'smile'.*skating, .*head_height"):
        metric_named("smile")
    with pytest.raises(FootlightsError, match="number is no metric"):
        metric_named("number")


def test_a_metric_of_any_module_goes_by_its_place() -> None:
    metric = metric_named("footlights.metrics.motion_statistics:drift")
    assert metric.takes == "beats or none" and metric.function is METRICS["drift"].function
    with pytest.raises(FootlightsError, match="cannot be loaded"):
        metric_named("footlights.metrics.motion_statistics:drifting")
