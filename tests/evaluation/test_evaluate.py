"""A folder of dances becomes a table: controls fail, broken files are named, nothing is done
twice.
"""

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest

import footlights as fl
from canaries import frozen, stepping
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.evaluation import controls, evaluate, side_by_side
from footlights.evaluation import measurement_cache as folder
from footlights.evaluation.clip_listing import Songs, listed
from footlights.evaluation.clip_measurement import Order, measure
from footlights.evaluation.protocol_metrics import features_of, measures_of
from footlights.evaluation.reference import SHIPPED, load_reference
from footlights.evaluation.resampled_distances import Rows, against, equal_count
from footlights.evaluation.result_table import mean_over_clips
from footlights.metrics.protocol import PROTOCOLS
from moving import swaying
from stage import clicks
from tiny import clip_row, write_index

PLAIN = PROTOCOLS["footlights"]
from json_schemas import check


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """Results are kept in a folder of the test's own; a few draws tell as much as fifty."""
    monkeypatch.setattr("footlights.evaluation.resampled_distances.DRAWS", 6)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "footlights" / "clips"


@pytest.fixture
def dances(tmp_path):
    """Three dances of 8 s on the beat of 120, 100 and 90 beats a minute."""
    place = tmp_path / "dances"
    place.mkdir()
    for bpm in (120, 100, 90):
        fl.write(stepping(8.0, bpm=bpm), place / f"step{bpm}-1.npz")
    return place


def on_beat_at(bpm: float) -> tuple[float, ...]:
    return tuple(np.arange(0, 8, 60 / bpm))


def test_a_table_tells_dances_from_controls(dances, tmp_path):
    songs = tmp_path / "songs"
    songs.mkdir()
    for bpm in (120, 100, 90):
        clicks(songs / f"step{bpm}.wav", 12.0, bpm)
    table = evaluate(dances, music=songs, jobs=1).table
    rows = {name: {m: f.value for m, f in row.items()} for name, row in table.rows.items()}
    assert list(rows) == ["generated", "real", "frozen", "vibrating", "chunks", "shuffled music"]
    assert (
        rows["generated"]["frozen"] == 0
        and rows["frozen"]["frozen"] == rows["vibrating"]["frozen"] == 1
    )
    assert rows["generated"]["beat_f1"] > 0.6 > 0.4 > rows["shuffled music"]["beat_f1"]
    assert rows["chunks"]["jerk"] > 10 * rows["generated"]["jerk"]
    assert rows["chunks"]["skating"] > rows["generated"]["skating"] + 5
    # Six windows are too few for a comparison of distributions, and that is said, not guessed.
    assert math.isnan(rows["generated"]["fid_k"])
    assert table.rows["generated"]["fid_k"].reason == "too few windows for a comparison"


def test_the_table_names_count_protocol_hash_and_licence(dances):
    text = evaluate(dances, jobs=1).table.text
    assert "3 clips; footlights: 30 frames a second" in text and "hash " in text and "CMU" in text
    assert "beat_f1" in text and "real" in text.splitlines()[0]


def test_published_protocols_score_what_papers_score(tmp_path):
    (tmp_path / "d").mkdir()
    fl.write(swaying(21.0), tmp_path / "d" / "a.npz")
    for name, mark in (
        ("bailando", "fid_k@bailando"),
        ("aist", "fid_k@aist"),
        ("edge", "pfc@edge"),
    ):
        row = evaluate(tmp_path / "d", protocol=name, jobs=1).table.rows["generated"]
        assert mark in row and "frozen" in row and "fid_k" not in row
    assert "pfc@edge" in measures_of(PROTOCOLS["skeleton2stage"]) and "bas@bailando" in measures_of(
        PROTOCOLS["bailando"]
    )


def test_N5_a_motionless_clip_and_a_broken_one_change_no_other_number(dances):
    before = evaluate(dances, jobs=1).table
    fl.write(frozen(stepping(8.0)), dances / "still.npz")
    (dances / "bad.npz").write_bytes(b"PK\x03\x04 no archive")
    found = evaluate(dances, jobs=1)
    after = found.table
    assert found.exit_code == 2 and [Path(p.item).name for p in found.problems] == ["bad.npz"]
    assert [c for c in after.clips if c["name"] != "still"] == before.clips
    missing = [
        {m for m, f in table.rows["generated"].items() if math.isnan(f.value)}
        for table in (after, before)
    ]
    assert missing[0] <= missing[1]
    assert any("still" in note and "does not move" in note for note in after.notes)


def test_a_number_that_is_missing_has_a_reason(dances):
    table = evaluate(dances, jobs=1).table
    missing = {m: f.reason for m, f in table.rows["generated"].items() if math.isnan(f.value)}
    assert missing["beat_f1"] == "no beats of its song are known" and all(missing.values())
    assert "beat_z: no beats of its song are known" in table.text
    document = json.loads(json.dumps(table.document(), allow_nan=False))
    assert document["rows"]["generated"]["beat_f1"]["value"] is None


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
    found = evaluate(dances, jobs=1)
    assert len(found.records) == 3 and found.exit_code == 2
    assert "broken.npz" in str(found.problems[0]) and len(found.table.problems) == 1


def test_an_empty_folder_and_a_folder_of_broken_files_are_refused(tmp_path):
    with pytest.raises(FootlightsError, match="no motion in this folder"):
        evaluate(tmp_path)
    (tmp_path / "x.npz").write_bytes(b"")
    with pytest.raises(FootlightsError, match="not one clip"):
        evaluate(tmp_path, jobs=1)


def test_doubled_frames_and_mixed_rates_are_said(dances):
    motion = stepping(8.0)
    twice = np.repeat(np.arange(len(motion)), 2)
    doubled = motion.replace(
        root=motion.root[twice], rotations=motion.rotations[twice], contacts=None, fps=60.0
    )
    fl.write(doubled, dances / "twice.npz")
    notes = evaluate(dances, jobs=1).table.notes
    assert any("twice" in n and "30 frames a second written as 60" in n for n in notes)
    assert any("30, 60 frames a second" in n for n in notes)


def test_N2_frame_rate_does_not_change_a_clips_numbers(tmp_path):
    for fps in (30.0, 60.0):
        fl.write(stepping(8.0, fps), tmp_path / f"{fps:g}.npz")
    low, high = (
        measure(Order(tmp_path / f"{fps}.npz", on_beat_at(120), PLAIN)) for fps in (30, 60)
    )
    for name, value in low["values"]["made"].items():
        other = high["values"]["made"][name]
        assert (
            other is None if value is None else value == pytest.approx(other, rel=0.05, abs=0.05)
        ), name


def test_copies_of_training_motions_are_known(dances, tmp_path):
    """A dance that stands in the training motions is 0 cm from them, its mirror image too; another
    one is not.
    """
    train = tmp_path / "train"
    train.mkdir()
    learnt = stepping(6.0, bpm=131, stride=0.31)
    fl.write(learnt, train / "learnt.npz")
    fl.write(learnt.mirrored(), dances / "copy.npz")
    found = evaluate(dances, train=train, jobs=1)
    far = {record["name"]: record["values"]["made"]["novelty"] for record in found.records}
    assert far["copy"] < 0.1 and min(value for name, value in far.items() if name != "copy") > 1
    without = evaluate(dances, jobs=1).table.rows["generated"]["novelty"]
    assert np.isnan(without.value) and "--train" in without.reason


def test_N1_order_and_workers_do_not_change_a_table(dances):
    for k in range(5):
        fl.write(stepping(6.0, bpm=100 + 5 * k), dances / f"more{k}.npz")
    alone = evaluate(dances, jobs=1).table
    for kept in folder.cache_folder().iterdir():
        kept.unlink()
    assert evaluate(dances, jobs=2).table.document() == alone.document()


def test_a_second_run_measures_nothing_and_a_changed_file_only_itself(dances, kept, monkeypatch):
    first = evaluate(dances, jobs=1).table
    assert len(list(kept.iterdir())) == 3
    asked = []
    monkeypatch.setattr(
        folder, "measure", lambda order: asked.append(order.path.name) or measure(order)
    )
    assert evaluate(dances, jobs=1).table.document() == first.document() and not asked
    fl.write(stepping(8.0, bpm=80), dances / "step90-1.npz")
    evaluate(dances, jobs=1)
    assert asked == ["step90-1.npz"]


def test_a_damaged_kept_result_is_made_again(dances, kept):
    first = evaluate(dances, jobs=1).table
    for path in kept.iterdir():
        path.write_text('{"name": ')
    assert evaluate(dances, jobs=1).table.document() == first.document()


def test_real_dance_stands_at_the_floor_and_spoilt_dance_above_it():
    rng = np.random.default_rng(0)
    real = Rows(rng.normal(0, 1, (160, 104)), np.repeat(np.arange(40), 4))
    same = Rows(rng.normal(0, 1, (60, 104)), np.repeat(np.arange(15), 4))
    far = Rows(rng.normal(1, 1, (60, 104)), np.repeat(np.arange(15), 4))
    count = equal_count(60, 160)
    found = against(real, {"same": same, "far": far}, PLAIN, count)
    fid = {name: numbers["fid_k"][:, 0].mean() for name, numbers in found.items()}
    spread = found["real"]["fid_k"][:, 0].std()
    assert (
        count == 60
        and abs(fid["same"] - fid["real"]) < 3 * spread + 0.1 * fid["real"]
        and fid["far"] > fid["real"] + 50
    )
    assert abs(found["same"]["kernel_k"][:, 0].mean()) < 0.2 * found["far"]["kernel_k"][:, 0].mean()


def test_dances_for_one_song_are_told_apart_from_the_same_dance_twice(tmp_path):
    def written(name, seeds):
        (tmp_path / name).mkdir()
        for k, seed in enumerate(seeds, start=1):
            fl.write(swaying(6.0, seed=seed), tmp_path / name / f"song-{k}.npz")
        return evaluate(tmp_path / name, jobs=1).table.rows["generated"]["multimodality_k"]

    same, other, alone = written("same", (1, 1)), written("other", (1, 2)), written("alone", (1,))
    assert same.value == 0 < other.value and other.count == 1
    assert math.isnan(alone.value) and alone.reason == "no song has two dances"


def test_an_interval_is_over_clips():
    figure = mean_over_clips(np.array([1.0, 2.0, 3.0, 4.0]))
    assert (
        figure.value == 2.5 and 1.0 <= figure.low < 2.5 < figure.high <= 4.0 and figure.count == 4
    )
    assert math.isnan(mean_over_clips(np.array([3.0])).low)
    assert mean_over_clips(np.zeros(0), "why").reason == "why"


def test_windows_are_whole_and_start_every_hop():
    assert len(features_of(swaying(10.0), PLAIN)) == 3
    assert len(features_of(swaying(4.9), PLAIN)) == 0
    first = dataclasses.replace(PLAIN, hop=0.0)
    assert np.array_equal(features_of(swaying(10.0), first), features_of(swaying(10.0), PLAIN)[:1])


def test_controls_are_what_their_names_say():
    motion = stepping(4.0)
    assert np.ptp(controls.frozen(motion).positions, axis=0).max() == 0
    assert 0.0015 < np.ptp(controls.vibrating(motion).root, axis=0).max() < 0.0021
    mixed = controls.chunks(motion)
    assert sorted(mixed.root[:, 0].tolist()) == sorted(motion.root[: len(mixed), 0].tolist())
    other = controls.shuffled(np.arange(0, 8, 0.5), 8.0)
    assert np.allclose(np.diff(other), 0.585) and other.min() >= 0 and other.max() < 8


def test_the_longest_fitting_song_is_a_clips_song(tmp_path):
    for name in ("love.wav", "love-me.wav"):
        (tmp_path / name).write_bytes(b"")
    songs = Songs.of(tmp_path)
    assert [songs.name_for(n) for n in ("love-1", "love-me-2", "love", "lovely")] == [
        "love",
        "love-me",
        "love",
        None,
    ]


def test_built_data_gives_the_dances_of_its_test_split(tmp_path):
    rows = [
        clip_row(name, split=split, dance=dance, beats=[0.5, 1.0], commercial=name == "a")
        for name, split, dance in (("a", "test", True), ("b", "train", True), ("c", "test", False))
    ]
    write_index(tmp_path, rows)
    found = list(listed(tmp_path))
    assert (
        [c.path.name for c in found] == ["a.npz"]
        and found[0].beats == (0.5, 1.0)
        and found[0].licence == "CC0"
    )


def test_the_shipped_reference_knows_every_protocol_and_its_card():
    card = SHIPPED.with_suffix(".md").read_text()
    for protocol in PROTOCOLS.values():
        reference = load_reference(protocol)
        assert f"| {protocol.name} | {len(reference.features)} | {reference.digest} |" in card
        assert set(reference.values) <= set(measures_of(protocol)), (
            "bake it again: tools/bake_reference.py"
        )
    assert reference.card["licence"] in card and len(reference.card["clips"]) == 14


def test_S1_a_strangers_reference_is_data_or_an_error(tmp_path):
    path = tmp_path / "reference.npz"
    whole = SHIPPED.read_bytes()
    for data in (b"", b"PK\x03\x04", whole[: len(whole) // 2]):
        path.write_bytes(data)
        with pytest.raises(FootlightsError):
            load_reference(PLAIN, path)
    np.savez(path, format=np.array([{"a": 1}], dtype=object))
    with pytest.raises(FootlightsError):
        load_reference(PLAIN, path)


def test_tables_stand_side_by_side_only_when_measured_alike(dances, tmp_path):
    table = evaluate(dances, jobs=1).table
    for name in ("a", "b"):
        table.save(tmp_path / f"{name}.json")
    assert list(side_by_side(tmp_path / "a.json", tmp_path / "b.json")["rows"]) == [
        "a",
        "b",
        "real",
    ]
    dataclasses.replace(
        table, protocol=dataclasses.replace(table.protocol, reference="other")
    ).save(tmp_path / "b.json")
    with pytest.raises(FootlightsError, match="measured differently: reference"):
        side_by_side(tmp_path / "a.json", tmp_path / "b.json")
    with pytest.raises(FootlightsError, match="is no table"):
        side_by_side(tmp_path / "a.json", dances / "step90-1.npz")


def test_the_command_prints_saves_and_tells_by_its_exit_code(dances, tmp_path, capsys):
    (dances / "bad.npz").write_bytes(b"no")
    assert (
        main(
            [
                "evaluate",
                "--generated",
                str(dances),
                "--json-file",
                str(tmp_path / "t.json"),
                "--jobs",
                "1",
            ]
        )
        == 2
    )
    told = capsys.readouterr()
    assert (
        "3 clips; footlights" in told.out
        and "bad.npz" in told.err
        and "1 of 4 files could not be measured" in told.err
    )
    document = json.loads((tmp_path / "t.json").read_text())
    check(document, "evaluate")
    assert (
        document["protocol"]["hash"] in told.out
        and len(document["clips"]) == 3
        and len(document["problems"]) == 1
    )
    assert main(["evaluate", "--generated", str(dances), "--protocol", "mine"]) == 2
    assert main(["evaluate", "--generated", str(tmp_path / "nowhere")]) == 2
