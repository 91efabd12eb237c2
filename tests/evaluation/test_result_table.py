"""The table: its figures, reasons and notes, saved, read again, and set beside another."""

import json
import math

import numpy as np

import footlights as fl
from canaries import stepping
from footlights.evaluation import evaluate
from footlights.evaluation.table_figures import mean_over_clips
from footlights.evaluation.table_text import short_number
from moving import swaying


def test_the_table_names_count_protocol_hash_and_licence(dances):
    text = evaluate(dances, jobs=1).table.text
    assert "3 clips; footlights: 30 frames a second" in text and "hash " in text and "CMU" in text
    assert "beat_f1" in text and "real" in text.splitlines()[0]


def test_a_number_that_is_missing_has_a_reason(dances):
    table = evaluate(dances, jobs=1).table
    missing = {m: f.reason for m, f in table.rows["generated"].items() if math.isnan(f.value)}
    assert missing["beat_f1"] == "no beats of its song are known" and all(missing.values())
    assert ": no beats of its song are known" in table.text
    document = json.loads(json.dumps(table.document(), allow_nan=False))
    assert document["rows"]["generated"]["beat_f1"]["value"] is None
    assert document["clips"][0]["beat_f1"] is None


def test_mixed_rates_and_doubled_frames_are_said(dances):
    motion = stepping(8.0)
    twice = np.repeat(np.arange(len(motion)), 2)
    doubled = motion.replace(
        root=motion.root[twice], rotations=motion.rotations[twice], contacts=None, fps=60.0
    )
    fl.write(doubled, dances / "twice.npz")
    notes = evaluate(dances, jobs=1).table.notes
    assert any("1 clip (twice)" in n and "30 frames a second written as 60" in n for n in notes)
    assert any("30, 60 frames a second" in n for n in notes)


def test_an_interval_is_over_clips():
    figure = mean_over_clips(np.array([1.0, 2.0, np.nan, 3.0, 4.0]))
    assert figure.value == 2.5 and figure.count == 4
    assert 1.0 <= figure.low < 2.5 < figure.high <= 4.0
    assert math.isnan(mean_over_clips(np.array([3.0])).low)
    assert mean_over_clips(np.zeros(0), "why").reason == "why"


def test_dances_for_one_song_are_told_apart_from_the_same_dance_twice(tmp_path):
    def multimodality(*seeds):
        dances = {f"song-{k}": swaying(6.0, seed=seed) for k, seed in enumerate(seeds)}
        return evaluate(dances, jobs=1).table.rows["generated"]["multimodality_k"]

    same, other, alone = multimodality(1, 1), multimodality(1, 2), multimodality(1)
    assert same.value == 0 < other.value and other.count == 1
    assert math.isnan(alone.value) and alone.reason == "no song has two dances"


def test_short_numbers_have_three_digits_or_all_before_the_point():
    numbers = [0.0, 1e-6, 0.12345, 12.345, 12345.6, 2.5e9]
    assert [short_number(n) for n in numbers] == ["0", "0", "0.123", "12.3", "12346", "2.5e+09"]
