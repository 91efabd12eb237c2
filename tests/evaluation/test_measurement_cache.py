"""What was measured once is not measured again, unless it changed or is damaged."""

import json

import pytest

import footlights as fl
from canaries import stepping
from footlights.evaluation import evaluate, measurement_cache
from footlights.evaluation.clip_listing import list_clips
from footlights.evaluation.clip_measurement import MeasurementRequest, measure_clip
from footlights.evaluation.measurement_cache import kept_or_measured
from footlights.metrics.protocol import PROTOCOLS


def test_a_second_run_measures_nothing_and_a_changed_file_only_itself(dances, kept, monkeypatch):
    first = evaluate(dances, jobs=1).table
    assert len(list(kept.iterdir())) == 3
    asked = []

    def counted(request):
        asked.append(request.clip.name)
        return measure_clip(request)

    monkeypatch.setattr(measurement_cache, "measure_clip", counted)
    assert evaluate(dances, jobs=1).table.document() == first.document() and not asked
    fl.write(stepping(8.0, bpm=80), dances / "step90-1.npz")
    evaluate(dances, jobs=1)
    assert asked == ["step90-1"]


def test_a_damaged_kept_result_is_made_again(dances, kept):
    first = evaluate(dances, jobs=1).table
    for text in ('{"name": ', "[]", '{"name": "a", "numbers": 3}', "[" * 100_000):
        for path in kept.iterdir():
            path.write_text(text)
        assert evaluate(dances, jobs=1).table.document() == first.document()


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: record.update(seconds=[]),
        lambda record: record["numbers"]["values"].pop("slip"),
        lambda record: record["numbers"]["values"].update(slip=10**400),
        lambda record: record["numbers"].update(features=[[1, 2, 3]]),
        lambda record: record["controls"].clear(),
        lambda record: record.update(strips=3),
    ],
)
def test_S1_a_kept_result_of_a_wrong_shape_is_measured_again(
    measured, tmp_path, monkeypatch, damage
):
    request, clip = measured
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    calls = []
    monkeypatch.setattr(measurement_cache, "measure_clip", lambda r: calls.append(r) or clip)
    assert kept_or_measured(request) is clip
    assert kept_or_measured(request).as_json() == clip.as_json() and len(calls) == 1

    (file,) = (tmp_path / "footlights" / "clips").iterdir()
    whole = file.read_text()
    record = json.loads(whole)
    damage(record)
    file.write_text(json.dumps(record))
    assert kept_or_measured(request) is clip and len(calls) == 2 and file.read_text() == whole


@pytest.fixture(scope="module")
def measured():
    (clip,) = list_clips({"a": stepping(2.0)})
    request = MeasurementRequest(clip, PROTOCOLS["footlights"], controls=True, code="x")
    return request, measure_clip(request)


def test_a_clip_called_otherwise_is_found_again_under_its_new_name(dances, kept):
    evaluate(dances, jobs=1)
    (dances / "step90-1.npz").rename(dances / "walk.npz")
    names = [record.name for record in evaluate(dances, jobs=1).records]
    assert names == ["step100-1", "step120-1", "walk"] and len(list(kept.iterdir())) == 3
