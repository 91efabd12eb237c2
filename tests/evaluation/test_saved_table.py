"""Saved tables: read field by field, and two of them side by side."""

import dataclasses
import json

import pytest

from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.evaluation import evaluate, side_by_side
from footlights.evaluation.former_names import RENAMED
from footlights.evaluation.saved_table import read_table
from footlights.evaluation.table_text import text_of


def test_tables_stand_side_by_side_only_when_measured_alike(dances, tmp_path):
    table = evaluate(dances, jobs=1).table
    a, b = tmp_path / "a.json", tmp_path / "b.json"
    table.save(a)
    table.save(b)
    beside = side_by_side(a, b)
    assert list(beside["rows"]) == ["a", "b", "real"] and "skating" in text_of(beside)

    elsewhere = dataclasses.replace(table.protocol, reference="other")
    dataclasses.replace(table, protocol=elsewhere).save(b)
    with pytest.raises(FootlightsError, match="measured differently: reference"):
        side_by_side(a, b)
    with pytest.raises(FootlightsError, match="cannot be read as JSON"):
        side_by_side(a, dances / "step90-1.npz")


def test_a_table_with_former_names_is_read_under_todays(dances, tmp_path):
    table = evaluate(dances, jobs=1).table
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    table.save(new)
    # Tables from then have no verdicts.
    document = json.loads(new.read_text())
    del document["verdicts"]
    new.write_text(json.dumps(document))
    text = new.read_text()
    for former, name in RENAMED.items():
        text = text.replace(f'"{name}"', f'"{former}"')
    old.write_text(text)

    assert '"tremor"' in text and '"jitter"' not in text
    assert read_table(old) == read_table(new)
    beside = side_by_side(old, new)["rows"]
    assert beside["old"] == beside["new"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda d: d.update(format="x"), "format is 'x', not 'footlights-table-1'"),
        (lambda d: d.pop("rows"), "rows is missing"),
        (lambda d: d["rows"].pop("real"), "rows.real is missing"),
        (lambda d: d["rows"]["real"].update(slip=3), "rows.real.slip is 3, not an object"),
        (lambda d: d["rows"]["real"]["slip"].pop("low"), "rows.real.slip.low is missing"),
        (lambda d: d["rows"]["real"]["slip"].update(value="1"), "value is '1', not a number"),
        (lambda d: d["labels"].update(slip=[]), "labels.slip is a list, not a text"),
        (lambda d: d.update(labels={}), "labels has none"),
        (lambda d: d.update(clips={}), "clips is an object, not a list"),
        (lambda d: d.update(protocol=None), "protocol is None, not an object"),
        (lambda d: d["protocol"].update(fps_of="x"), "its protocol cannot be read"),
    ],
)
def test_S1_a_table_of_a_wrong_shape_is_refused_by_the_field(saved, tmp_path, change, line):
    document = json.loads(saved.read_text())
    change(document)
    path = tmp_path / "b.json"
    path.write_text(json.dumps(document))
    with pytest.raises(FootlightsError, match=line) as caught:
        side_by_side(path, saved)
    assert "b.json" in str(caught.value)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "a.json"
    evaluate({"a": stepping(6.0)}, jobs=1).table.save(path)
    return path
