"""A table says of itself which controls it catches, and which look better than real dance to it."""

import math

import numpy as np

from footlights.evaluation import evaluate
from footlights.evaluation.table_figures import Figure
from footlights.evaluation.verdict import line_of, verdicts_of


def figures(**values: float) -> dict[str, Figure]:
    return {name.replace("_at_", "@"): Figure(v, v - 1, v + 1, 3) for name, v in values.items()}


ROWS = {
    "generated": figures(slip=6.0, speed=8.0, beat_f1=30.0, bas_at_fact=20.0),
    "real": figures(slip=10.0, speed=8.0, beat_f1=40.0, bas_at_fact=20.0),
    "frozen": figures(slip=0.0, speed=0.0, beat_f1=math.nan, bas_at_fact=20.5),
    "shaken": figures(slip=30.0, speed=8.5, beat_f1=10.0, bas_at_fact=70.0),
    "shuffled music": figures(slip=6.0, speed=8.0, beat_f1=5.0, bas_at_fact=20.0),
}


def test_worse_than_real_dance_is_caught_and_better_than_all_is_fooled():
    frozen, shaken, shuffled = verdicts_of(ROWS)
    assert frozen.control == "frozen" and frozen.caught == ("speed",)
    assert frozen.fooled == ("slip",), "it slides less than anybody"
    assert shaken.caught == ("slip", "beat_f1") and shaken.fooled == ("bas@fact",)
    # What another song does not change says nothing of it; a number that is missing neither.
    assert shuffled.measured == ("beat_f1",) == shuffled.caught
    assert "beat_f1" not in frozen.measured


def test_a_verdict_is_one_line():
    shaken = verdicts_of(ROWS)[1].as_json()
    assert line_of(shaken) == (
        "control shaken: caught by 2 of 4 metrics; looks better than real dance to bas@fact"
    )
    many = {**shaken, "fooled": [f"m{k}" for k in range(9)]}
    assert line_of(many).endswith("m0, m1, m2, m3, m4, m5 and 3 more")


def test_the_table_ends_with_its_verdicts(dances):
    table = evaluate(dances, jobs=1).table
    document = table.document()
    controls = [name for name in document["rows"] if name not in ("real", "generated")]
    assert controls and [v["control"] for v in document["verdicts"]] == controls
    for verdict in document["verdicts"]:
        assert line_of(verdict) in table.text
        assert not set(verdict["caught"]) & set(verdict["fooled"])
    caught = {v["control"]: len(v["caught"]) for v in document["verdicts"]}
    assert caught["frozen"] > 3 and caught["chunks"] > 3
    assert np.isfinite(list(caught.values())).all()


def test_somebody_else_s_metric_is_read_by_its_distance_from_real_dance():
    rows = {"generated": figures(mine=5.0), "real": figures(mine=5.0), "odd": figures(mine=9.0)}
    (verdict,) = verdicts_of(rows)
    assert verdict.caught == ("mine",) and not verdict.fooled
