"""The table of metrics: every name gives its number in its unit, on any input, in any order."""

from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights.metrics.registry import FEATURES, METRICS, compare, measure, published_positions
from footlights.motion.motion import Motion

DOCS = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
BEATS = np.arange(0.0, 8.0, 0.5)
GOOD = canaries.stepping(8.0)
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
    with pytest.raises(KeyError):
        measure(GOOD, BEATS, ["fid_k"])


def test_sets_are_compared_by_name() -> None:
    features = table(DANCERS)
    found = compare(features, features)
    assert list(found) == [name for name, metric in METRICS.items() if metric.takes == "sets"]
    for name, value in found.items():
        if name.startswith("fid"):
            assert value == pytest.approx(0, abs=1e-3)
        if name.startswith(("precision", "recall", "coverage")):
            assert value == 1
    assert "fid_k" in compare({"kinetic": features["kinetic"]}, features)


def test_N2_order_and_company_change_no_number() -> None:
    real, some = table(DANCERS[:8]), table(DANCERS[6:])
    back = {name: rows[::-1] for name, rows in some.items()}
    for name, value in compare(real, some).items():
        assert compare(real, back)[name] == pytest.approx(value, rel=1e-6, abs=1e-6), name
    alone = {name: measure(GOOD, BEATS, [name])[name].value for name in CLIP}
    assert alone == {name: score.value for name, score in measure(GOOD, BEATS).items()}


@pytest.mark.parametrize("name", [name for name in CLIP if "@" not in name])
def test_N2_yaw_place_and_frame_rate_change_no_number_of_ours(name: str) -> None:
    here = measure(GOOD, BEATS, [name])[name].value
    moved = measure(GOOD.moved((3, -2, 0), yaw=1.1), BEATS, [name])[name].value
    assert moved == pytest.approx(here, rel=0.01, abs=0.01)
    if name not in ("jerk", "beat_z"):
        dense = measure(canaries.stepping(8.0, fps=60.0), BEATS, [name])[name].value
        assert dense == pytest.approx(here, rel=0.05, abs=0.01)


def test_N5_one_frame_gives_numbers_or_reasons() -> None:
    one = Motion(GOOD.root[:1], GOOD.rotations[:1], 30.0)
    for name, score in measure(one, BEATS).items():
        assert np.isfinite(score.value) or score.reason, name


def test_N5_a_still_clip_has_reasons_and_changes_no_table() -> None:
    for name, score in measure(canaries.frozen(GOOD), BEATS).items():
        assert np.isfinite(score.value) or score.reason, name
    features = table([*DANCERS, canaries.frozen(GOOD)])
    assert np.isfinite(list(compare(table(DANCERS), features).values())).all()


def test_published_code_gets_y_up_at_its_own_rate() -> None:
    place = published_positions(GOOD, 60.0, at_origin=True)
    assert len(place) == 2 * len(GOOD) - 1 and np.allclose(place[0, 0], 0)
    assert np.median(place[:, 15, 1]) > 0.3, "the head is above the pelvis along y"
    assert np.array_equal(published_positions(GOOD, 30.0, "z"), GOOD.positions)


@pytest.mark.parametrize("frames", [2, 3, 4])
def test_N5_tiny_clips_give_numbers_or_reasons(frames: int) -> None:
    for name, score in measure(GOOD[:frames], BEATS).items():
        assert np.isfinite(score.value) or score.reason, name
