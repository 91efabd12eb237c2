"""Building training data: from files as people have them to one skeleton, rate and floor."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import canaries
from footlights import formats
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.data.build import BuildResult, build
from footlights.data.build_report import report_table
from footlights.data.dataset import DATA_FILE, Dataset
from footlights.data.sources import Listing, SourceClip, read_source
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from recordings import RIG_SCALE, foreign_take, motion_folder, packed_manifest, spiked
from rigs import foreign
from stage import clicks

LIMBS = [
    SMPL24.index(name)
    for name in ("left_knee", "right_knee", "left_ankle", "left_wrist", "right_wrist")
]


@pytest.fixture(scope="module")
def dance() -> Motion:
    return canaries.stepping(5.0, bpm=100.0)


def built(source: Path, out: Path, kind: str = "folder", music: Path | None = None) -> BuildResult:
    return build(read_source(kind, source, music, out / "cache"), out, jobs=1)


def command(source: Path, out: Path) -> list[str]:
    words = ["data", "build", "--source", source, "--format", "folder", "-o", out, "--jobs", "1"]
    return [str(word) for word in words]


def clip_times(out: Path) -> dict[str, int]:
    """When each built clip was written."""
    return {path.name: path.stat().st_mtime_ns for path in (out / "clips").iterdir()}


def test_a_folder_of_foreign_bvh_files_becomes_the_dance_on_the_house_body(tmp_path, dance):
    result = built(motion_folder(tmp_path / "mine", dance), tmp_path / "out")
    assert Dataset.read(tmp_path / "out") == result.dataset, "what is read is what was built"
    assert len(result.dataset.clips) == 3 and not result.problems
    assert {clip.split for clip in result.dataset.clips} == {"train", "val"}
    for clip in result.dataset.clips:
        motion = formats.read(clip.file)
        assert motion.skeleton == SMPL24 and motion.fps == 30
        assert clip.seconds == pytest.approx(len(motion) / 30, abs=1e-3)
        assert (motion.contacts == dance.contacts[: len(motion)]).mean() > 0.9
        apart = motion.positions[:, LIMBS, 2] - dance.positions[: len(motion), LIMBS, 2]
        assert np.abs(apart).max() < 0.02, "one floor at zero, whatever height the file had"


def test_a_part_that_hangs_in_the_air_is_dropped_with_its_reason(tmp_path, dance):
    root = dance.root.copy()
    root[75:93, 2] += 0.15
    source = motion_folder(tmp_path / "mine", dance.replace(root=root), count=1)
    result = built(source, tmp_path / "out")

    assert len(result.left_out) == 1
    name, reason = result.left_out[0]
    assert name.startswith("take_0") and reason.endswith(" s: hangs in the air")
    assert [clip.seconds for clip in result.dataset.clips] == [pytest.approx(2.4, abs=0.1)]
    assert built(source, tmp_path / "out") == result, "kept for the next run"


def test_the_index_is_json_and_says_what_was_built(tmp_path, dance):
    result = built(motion_folder(tmp_path / "mine", dance, 1), tmp_path / "out")
    index = json.loads((tmp_path / "out" / DATA_FILE).read_text())
    assert index == json.loads(json.dumps(result.as_json()))
    assert list(index) == [
        "format",
        "fps",
        "mirrored",
        "clips",
        "songs",
        "sources",
        "failed",
        "left_out",
    ]


def test_the_report_says_how_true_the_retargeting_is(tmp_path, dance):
    report = built(motion_folder(tmp_path / "mine", dance, 1), tmp_path / "out").reports["mine"]
    assert report.joint_error_cm < 4
    assert report.direction_error_degrees < 5 and report.slide_added_cm_s < 1
    assert report.clips == 1 and report.dance_minutes == pytest.approx(5 / 60, abs=0.01)
    assert report.scale == pytest.approx(1 / RIG_SCALE, rel=0.01) and not report.rigs


def test_a_source_of_several_rigs_has_a_line_for_each(tmp_path, dance):
    source = motion_folder(tmp_path / "mine", dance, 1)
    formats.write(foreign(dance, "xsens", 0.8), source / "child.bvh")
    report = built(source, tmp_path / "out").reports["mine"]
    (child, small), (take, large) = report.rigs.items()
    assert child.startswith("child.bvh") and small.scale == pytest.approx(1 / 0.8, rel=0.01)
    assert take.startswith("take_0.bvh") and large.scale == pytest.approx(1 / RIG_SCALE, rel=0.01)
    assert report.clips == 2 and small.clips == large.clips == 1

    index = json.loads((tmp_path / "out" / DATA_FILE).read_text())
    assert list(index["sources"]["mine"]["rigs"]) == [child, take]
    lines = report_table({"mine": report}).splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["mine", "rig", "rig"]


def test_R3_a_broken_file_is_named_and_counted_and_the_rest_is_built(tmp_path, dance, capfd):
    source, out = motion_folder(tmp_path / "mine", dance, 2), tmp_path / "out"
    (source / "broken.bvh").write_text("HIERARCHY\nnonsense")
    (source / "empty.bvh").write_bytes(b"")
    assert main(command(source, out)) == 1
    printed = capfd.readouterr()
    assert "2 of 4 files failed" in printed.err and "2 clips" in printed.out
    assert "broken.bvh" in printed.err and "empty.bvh" in printed.err
    assert len(json.loads((out / DATA_FILE).read_text())["failed"]) == 2


def test_the_result_is_printed_as_json_where_that_is_asked_for(tmp_path, dance, capfd):
    source, out = motion_folder(tmp_path / "mine", dance, 1), tmp_path / "out"
    (source / "empty.bvh").write_bytes(b"")
    assert main([*command(source, out), "--json"]) == 1
    printed = json.loads(capfd.readouterr().out)
    assert printed["folder"] == str(out) and len(printed["clips"]) == 1
    assert printed["problems"][0]["what"].startswith("is empty")


def test_a_folder_in_which_nothing_can_be_used_is_one_clear_line(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.bvh").write_text("no")
    with pytest.raises(FootlightsError, match=r"not one clip.*a\.bvh") as problem:
        built(tmp_path / "mine", tmp_path / "out")
    assert problem.value.exit_code == 1


def test_an_output_folder_that_cannot_be_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FootlightsError, match="cannot write here"):
        build(Listing([]), tmp_path / "file" / "out", jobs=1)


def test_a_second_run_redoes_only_what_changed(tmp_path, dance):
    source, out = motion_folder(tmp_path / "mine", dance, 3), tmp_path / "out"
    first, before = built(source, out), clip_times(out)
    assert built(source, out) == first and clip_times(out) == before

    take = foreign_take(dance)
    formats.write(take[: len(take) - 20], source / "take 2.bvh")
    again, after = built(source, out), clip_times(out)
    changed = {name for name in before if after[name] != before[name]}
    assert any("take_2" in name for name in changed)
    lengths = [[clip.seconds for clip in result.dataset.clips] for result in (first, again)]
    assert lengths[0] != lengths[1]


BROKEN_RECORDS = [
    lambda record: "",
    lambda record: "[3]",
    lambda record: json.dumps(record)[:-20],
    lambda record: json.dumps({"key": record["key"]}),
    lambda record: json.dumps(record | {"scale": "large"}),
    lambda record: json.dumps(record | {"rows": [record["rows"][0] | {"file": "../../x.npz"}]}),
    lambda record: json.dumps(record | {"figures": [{"seconds": 1.0}]}),
]


def test_R2_a_record_of_another_shape_is_made_again(tmp_path, dance):
    source, out = motion_folder(tmp_path / "mine", dance, 1), tmp_path / "out"
    first = built(source, out)
    records = {path: path.read_text() for path in (out / "cache").glob("*.json")}
    (clip_record,) = (out / "cache").glob("clip-*.json")
    for broken in BROKEN_RECORDS:
        clip_record.write_text(broken(json.loads(records[clip_record])))
        assert built(source, out) == first
        assert clip_record.read_text() == records[clip_record]

    assert len(records) == 3, "one of the rig, one of its calibration, one of the clip"
    for path, text in records.items():
        path.write_text("{}")
        assert built(source, out) == first and path.read_text() == text


def test_a_clip_called_like_a_part_of_another_is_refused(tmp_path, dance):
    formats.write(spiked(dance, slice(65, 85)), tmp_path / "cut.npz")
    formats.write(dance, tmp_path / "whole.npz")
    clips = [
        SourceClip("a", tmp_path / "cut.npz", "lab"),
        SourceClip("a.1", tmp_path / "whole.npz", "lab"),
    ]
    with pytest.raises(FootlightsError, match=r"two clips are called 'a\.1'"):
        build(Listing(clips), tmp_path / "out", jobs=1)
    assert not (tmp_path / "out" / DATA_FILE).exists()


def test_R1_R2_killed_at_any_time_the_same_command_finishes_with_the_same_bytes(tmp_path, dance):
    source = motion_folder(tmp_path / "mine", dance, 4)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    built(source, whole)

    worker = subprocess.Popen(
        [sys.executable, "-m", "footlights", *command(source, killed)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while worker.poll() is None and time.monotonic() < end and not list(killed.glob("clips/*.npz")):
        time.sleep(0.005)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    for path in killed.glob("clips/[!.]*.npz"):
        formats.read(path)

    built(source, killed)
    names = sorted(path.name for path in whole.glob("clips/[!.]*.npz"))
    assert names and names == sorted(path.name for path in killed.glob("clips/[!.]*.npz"))
    for name in names:
        assert (whole / "clips" / name).read_bytes() == (killed / "clips" / name).read_bytes()
    assert (whole / DATA_FILE).read_text() == (killed / DATA_FILE).read_text()


def test_worker_processes_give_the_same_bytes(tmp_path, dance):
    source = motion_folder(tmp_path / "mine", dance, 2)
    alone = built(source, tmp_path / "alone")
    reports: list[tuple[float, str]] = []
    together = build(
        read_source("folder", source, None, tmp_path / "cache"),
        tmp_path / "together",
        jobs=2,
        progress=lambda done, text="": reports.append((done, text)),
    )
    assert together.as_json() == alone.as_json()
    shares = [share for share, _ in reports]
    assert shares and shares == sorted(shares) and shares[-1] <= 1
    for one, other in zip(alone.dataset.clips, together.dataset.clips, strict=True):
        assert one.file.read_bytes() == other.file.read_bytes()


def test_a_manifest_is_believed_and_its_splits_are_never_mixed(tmp_path, dance):
    rows = [
        {"id": "a1", "split": "train", "subject": "ann"},
        {"id": "b1", "split": "val", "subject": "bob", "commercial": "no", "licence": "CC BY-NC"},
        {"id": "c1", "split": "test", "subject": "cid", "is_dance": "0", "notes": "q=flawed"},
        {"id": "d1", "path_in_archive": "in/other.txt"},
    ]
    source = packed_manifest(tmp_path / "lab", dance, rows)
    for _ in range(2):  # the second time nothing is unpacked or built again
        result = built(source, tmp_path / "out", "manifest")
        clips = {clip.id: clip for clip in result.dataset.clips}
    assert {name: clip.split for name, clip in clips.items()} == {
        "a1": "train",
        "b1": "val",
        "c1": "test",
    }
    a, b, c = clips.values()
    assert a.commercial and not b.commercial and b.licence == "CC BY-NC"
    assert a.dance and not a.flawed and not c.dance and c.flawed
    assert a.seconds == pytest.approx(len(dance) / 30, abs=0.04), "at the manifest's rate"
    assert result.left_out == (("d1", "no reader for .txt files"),)
    assert {clip.subject: clip.split for clip in clips.values()} == {
        "ann": "train",
        "bob": "val",
        "cid": "test",
    }


def test_songs_without_dances_keep_their_split(tmp_path, dance):
    source = packed_manifest(tmp_path / "lab", dance, [{"id": "a1"}])
    music = tmp_path / "music"
    (music / "songs").mkdir(parents=True)
    clicks(music / "songs" / "one.wav", 6.0, 120.0)
    clicks(music / "songs" / "two.wav", 4.0, 90.0)
    rows = ("songs/one.wav,train,1", "songs/two.wav,test,0", "loops/x.wav,train,1")
    (music / "music.csv").write_text("\n".join(["file,split,danceable", *rows, ""]))

    one, two = built(source, tmp_path / "out", "manifest", music).dataset.songs
    assert (one.name, one.split, one.danceable) == ("one", "train", True)
    assert (two.name, two.split, two.danceable) == ("two", "test", False)
    assert one.tempo == pytest.approx(120, abs=1)
    with np.load(one.file) as stored:
        assert stored["rhythm"].shape == (180, 6) and float(stored["fps"]) == 30


def test_a_song_of_the_same_name_is_the_dances_song(tmp_path, dance):
    source = motion_folder(tmp_path / "mine", dance, 1)
    clicks(source / "take 0.wav", 6.0, 100.0)
    (clip,) = built(source, tmp_path / "out").dataset.clips
    assert clip.song == tmp_path / "out" / "songs" / f"{clip.id}.npz"
    assert clip.bpm == pytest.approx(100, abs=1)
    widths = {"rhythm": 6, "fact35": 35, "edge35": 35, "bailando438": 438, "bailando55": 55}
    with np.load(clip.song) as stored:
        shapes = {name: stored[name].shape for name in widths}
    assert shapes == {name: (round(clip.seconds * 30), width) for name, width in widths.items()}


def test_a_clip_dropped_as_a_whole_is_left_out_and_no_failure(tmp_path, dance):
    root = dance.root.copy()
    for start in (45, 90):
        root[start : start + 12, 2] += 0.15
    folder = motion_folder(tmp_path / "mine", dance, count=2)
    formats.write(foreign_take(dance.replace(root=root)), folder / "take 1.bvh")
    result = built(folder, tmp_path / "out")
    assert not result.problems and len(result.dataset.clips) == 1
    assert len(result.left_out) == 2
