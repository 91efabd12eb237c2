"""Motions become a table: controls fail, broken files are named, objects do as well as folders."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import footlights as fl
from canaries import frozen, hovering, stepping
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.evaluation import evaluate
from footlights.evaluation.reference import Reference
from footlights.metrics.protocol import Protocol
from footlights.music import Music
from json_schemas import check
from moving import swaying
from stage import clicks

CONTROLS = ["frozen", "vibrating", "chunks", "shuffled music"]


def test_a_table_tells_dances_from_controls(dances, tmp_path):
    songs = tmp_path / "songs"
    songs.mkdir()
    for bpm in (120, 100, 90):
        clicks(songs / f"step{bpm}.wav", 12.0, bpm)
    table = evaluate(dances, music=songs, jobs=1).table
    rows = {name: {m: f.value for m, f in row.items()} for name, row in table.rows.items()}

    assert list(rows) == ["generated", "real", *CONTROLS]
    assert rows["generated"]["frozen"] == 0
    assert rows["frozen"]["frozen"] == rows["vibrating"]["frozen"] == 1
    assert rows["generated"]["beat_f1"] > 0.6 > 0.4 > rows["shuffled music"]["beat_f1"]
    assert rows["chunks"]["jerk"] > 10 * rows["generated"]["jerk"]
    assert rows["chunks"]["skating"] > rows["generated"]["skating"] + 5
    # Six windows are too few for a comparison of distributions, and that is said, not guessed.
    assert math.isnan(rows["generated"]["fid_k"])
    assert table.rows["generated"]["fid_k"].reason == "too few windows for a comparison"


def test_published_protocols_score_what_papers_score(tmp_path):
    fl.write(swaying(21.0), tmp_path / "a.npz")
    for protocol, metric in (
        ("bailando", "fid_k@bailando"),
        ("bailando", "bas@bailando"),
        ("aist", "fid_k@aist"),
        ("edge", "pfc@edge"),
    ):
        row = evaluate(tmp_path, protocol=protocol, jobs=1).table.rows["generated"]
        assert metric in row and "frozen" in row and "fid_k" not in row


def test_motions_are_measured_as_their_files_are(dances, tmp_path):
    clicks(tmp_path / "song.wav", 12.0, 120)
    songs = {"step120": Music.load(tmp_path / "song.wav")}
    motions = {path.stem: fl.read(path) for path in sorted(dances.iterdir())}
    by_name = evaluate(motions, music=songs, jobs=1)
    assert [record.name for record in by_name.records] == list(motions)
    assert by_name.table.rows["generated"]["beat_f1"].value > 0.3

    in_order = evaluate(list(motions.values()), jobs=1)
    of_files = evaluate(dances, jobs=1)
    assert [record.name for record in in_order.records] == ["clip-1", "clip-2", "clip-3"]
    for one, other in zip(in_order.records, of_files.records, strict=True):
        assert one.numbers.values == pytest.approx(other.numbers.values, nan_ok=True)


def test_a_motion_is_danced_to_the_song_of_its_meta(tmp_path):
    clicks(tmp_path / "song.wav", 12.0, 120)
    songs = {"tune": Music.load(tmp_path / "song.wav")}
    dance = stepping(8.0).replace(meta={"song": "tune"})
    figures = evaluate([dance], music=songs, jobs=1).table.rows["generated"]
    assert figures["beat_f1"].value > 0.6


def test_a_bad_motion_among_motions_is_named(tmp_path):
    motions = {"good": stepping(4.0), "brief": stepping(4.0)[:3]}
    evaluation = evaluate(motions, jobs=1)
    assert [record.name for record in evaluation.records] == ["good"]
    assert str(evaluation.problems[0]).startswith("brief: has only 3 frames")
    with pytest.raises(FootlightsError, match="no motion to measure"):
        evaluate([])


def test_real_dance_may_be_motions_or_numbers(dances):
    real = [stepping(8.0, bpm=bpm, stride=0.3) for bpm in (95, 105)]
    measured = evaluate(dances, real, jobs=1).table
    assert measured.rows["real"]["speed"].count == 2 and measured.real.name == "real dance"
    assert isinstance(measured.real, Reference)
    again = evaluate(dances, measured.real, jobs=1).table
    assert again.document() == measured.document()


def test_a_protocol_of_ones_own_is_followed(dances):
    mine = Protocol("mine", fps=24.0, seconds=4.0, hop=2.0)
    table = evaluate(dances, [stepping(8.0)], protocol=mine, jobs=1).table
    assert "mine: 24 frames a second, windows of 4 s every 2 s" in table.text
    with pytest.raises(FootlightsError, match="knows nothing of the protocol mine"):
        evaluate(dances, protocol=mine)
    with pytest.raises(FootlightsError, match="'footlights' has other settings"):
        evaluate(dances, protocol=Protocol(fps=60.0))


def head_height(motion, beats):
    """A metric of somebody else's."""
    return float(motion.positions[:, 15, 2].mean())


def test_metrics_of_other_packages_are_columns_beside_ours(dances, monkeypatch, capsys):
    points = {"head_height": head_height}
    monkeypatch.setattr("footlights.basics.plugins.offered", lambda group: points)
    monkeypatch.setattr("footlights.basics.plugins.find", lambda group, name: points.get(name))
    lifted = [hovering(stepping(8.0), 0.5)]
    table = evaluate(dances, lifted, metrics=["head_height", "pfc@edge"], jobs=1).table
    rows = {name: row["head_height"].value for name, row in table.rows.items()}
    assert rows["real"] == pytest.approx(rows["generated"] + 0.5, abs=0.05)
    assert list(rows) == ["generated", "real", *CONTROLS] and "pfc@edge" in table.labels

    words = ["evaluate", "--generated", str(dances), "--jobs", "1", "--metrics"]
    assert main([*words, "head_height,pfc@edge"]) == 0
    assert "head_height" in capsys.readouterr().out
    assert main([*words, "smile"]) == 2
    assert "no metric called 'smile'" in (error := capsys.readouterr().err)
    assert "skating" in error and "head_height" in error


def test_other_metrics_are_measured_anew_and_theirs_kept(dances, kept):
    evaluate(dances, jobs=1)
    before = len(list(kept.iterdir()))
    for _ in range(2):
        evaluate(dances, metrics=["pfc@edge"], jobs=1)
        assert len(list(kept.iterdir())) == 2 * before


def test_N5_a_motionless_clip_and_a_broken_one_change_no_other_number(dances):
    before = evaluate(dances, jobs=1).table
    fl.write(frozen(stepping(8.0)), dances / "still.npz")
    (dances / "bad.npz").write_bytes(b"PK\x03\x04 no archive")
    evaluation = evaluate(dances, jobs=1)
    after = evaluation.table

    names = [Path(problem.item).name for problem in evaluation.problems]
    assert evaluation.exit_code == 2 and names == ["bad.npz"]
    clips = [clip for clip in after.document()["clips"] if clip["name"] != "still"]
    assert clips == before.document()["clips"]
    missing = [
        {m for m, f in table.rows["generated"].items() if math.isnan(f.value)}
        for table in (after, before)
    ]
    assert missing[0] <= missing[1]
    assert any("still" in note and "does not move" in note for note in after.notes)


@pytest.mark.parametrize("kind", ["one frame", "not finite", "empty file"])
def test_bad_clips_are_named_and_the_rest_is_measured(dances, kind):
    path = dances / "broken.npz"
    if kind == "one frame":
        fl.write(swaying(1.0)[:1], path)
    elif kind == "not finite":
        with np.load(dances / "step120-1.npz") as file:
            arrays = {name: file[name].copy() for name in file.files}
        arrays["root"][5] = np.nan
        np.savez(path, **arrays)
    else:
        path.write_bytes(b"")
    evaluation = evaluate(dances, jobs=1)
    assert len(evaluation.records) == 3 and evaluation.exit_code == 2
    assert "broken.npz" in str(evaluation.problems[0]) and len(evaluation.table.problems) == 1


def test_an_empty_folder_and_a_folder_of_broken_files_are_refused(tmp_path):
    with pytest.raises(FootlightsError, match="no motion in this folder"):
        evaluate(tmp_path)
    (tmp_path / "x.npz").write_bytes(b"")
    with pytest.raises(FootlightsError, match="not one clip"):
        evaluate(tmp_path, jobs=1)


def test_copies_of_training_motions_are_known(dances, tmp_path):
    """A dance that stands in the training motions is 0 cm from them, its mirror image, too."""
    learnt = stepping(6.0, bpm=131, stride=0.31)
    (tmp_path / "train").mkdir()
    fl.write(learnt, tmp_path / "train" / "learnt.npz")
    fl.write(learnt.mirrored(), dances / "copy.npz")

    for train in (tmp_path / "train", [learnt]):
        evaluation = evaluate(dances, train=train, jobs=1)
        far = {record.name: record.numbers.values["novelty"] for record in evaluation.records}
        assert far.pop("copy") < 0.1 and min(far.values()) > 1
    without = evaluate(dances, jobs=1).table.rows["generated"]["novelty"]
    assert np.isnan(without.value) and "--train" in without.reason


def test_N1_order_and_workers_do_not_change_a_table(dances, kept):
    for k in range(5):
        fl.write(stepping(6.0, bpm=100 + 5 * k), dances / f"more{k}.npz")
    alone = evaluate(dances, jobs=1).table
    for path in kept.iterdir():
        path.unlink()
    assert evaluate(dances, jobs=2).table.document() == alone.document()


def test_the_command_prints_saves_and_tells_by_its_exit_code(dances, tmp_path, capsys):
    (dances / "bad.npz").write_bytes(b"no")
    file = tmp_path / "t.json"
    words = ["evaluate", "--generated", str(dances), "--jobs", "1", "--json-file", str(file)]
    assert main(words) == 2
    printed = capsys.readouterr()
    assert "3 clips; footlights" in printed.out and "bad.npz" in printed.err
    assert "1 of 4 files could not be measured" in printed.err

    document = json.loads(file.read_text())
    check(document, "evaluate")
    assert document["protocol"]["hash"] in printed.out
    assert len(document["clips"]) == 3 and len(document["problems"]) == 1
    assert main(["evaluate", "--generated", str(dances), "--protocol", "mine"]) == 2
    assert main(["evaluate", "--generated", str(tmp_path / "nowhere")]) == 2
