"""What was measured once is not measured again, unless it changed or is damaged."""

import footlights as fl
from canaries import stepping
from footlights.evaluation import evaluate, measurement_cache
from footlights.evaluation.clip_measurement import measure_clip


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
    for text in ('{"name": ', "[]", '{"name": "a", "numbers": 3}'):
        for path in kept.iterdir():
            path.write_text(text)
        assert evaluate(dances, jobs=1).table.document() == first.document()


def test_a_clip_called_otherwise_is_found_again_under_its_new_name(dances, kept):
    evaluate(dances, jobs=1)
    (dances / "step90-1.npz").rename(dances / "walk.npz")
    names = [record.name for record in evaluate(dances, jobs=1).records]
    assert names == ["step100-1", "step120-1", "walk"] and len(list(kept.iterdir())) == 3
