"""Building training data: from files as people have them to one skeleton, rate and floor, whatever
breaks on the way.
"""

import csv
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest

import canaries
import specimens
from footlights import formats
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.data import build, read_source
from footlights.data.repair import repair
from footlights.data.sources import Listing
from footlights.geometry.rotations import quat_about, quat_mul
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.retargeting.joint_names import joint_map
from rigs import any_axes, foreign
from stage import clicks


@pytest.fixture(scope="module")
def dance() -> Motion:
    return canaries.stepping(5.0, bpm=100.0)


def folder_of(place: Path, dance: Motion, count: int = 3) -> Path:
    """``count`` takes of one foreign rig as BVH, each at another place and height."""
    place.mkdir(parents=True, exist_ok=True)
    rig = foreign(dance, "motion builder", 1.2, any_axes(5))
    for k in range(count):
        formats.write(rig.moved((k, 0, 0.05 * k), yaw=k), place / f"take {k}.bvh")
    return place


def built(source: Path, out: Path, kind: str = "folder", music: Path | None = None) -> dict:
    return build(read_source(kind, source, music, out / "cache"), out, jobs=1)


def test_a_folder_of_foreign_bvh_files_becomes_the_dance_on_the_house_body(tmp_path, dance):
    index = built(folder_of(tmp_path / "mine", dance), tmp_path / "out")
    assert (
        index == json.loads((tmp_path / "out" / "data.json").read_text())
        and index["format"] == "footlights-data-1"
    )
    assert len(index["clips"]) == 3 and not index["failed"]
    assert {c["split"] for c in index["clips"]} == {"train", "val"}
    for row in index["clips"]:
        motion = formats.read(tmp_path / "out" / row["file"])
        assert (
            motion.skeleton == SMPL24
            and motion.fps == 30
            and row["seconds"] == pytest.approx(len(motion) / 30, abs=1e-3)
        )
        assert (
            motion.contacts is not None
            and (motion.contacts == dance.contacts[: len(motion)]).mean() > 0.9
        )
        limbs = [
            SMPL24.index(n)
            for n in ("left_knee", "right_knee", "left_ankle", "left_wrist", "right_wrist")
        ]
        low = motion.positions[:, limbs, 2] - dance.positions[: len(motion), limbs, 2]
        assert np.abs(low).max() < 0.02, "one floor at zero, whatever height the file had"


def test_the_report_says_how_true_the_retargeting_is(tmp_path, dance):
    row = built(folder_of(tmp_path / "mine", dance, 1), tmp_path / "out")["sources"]["mine"]
    assert (
        row["joint_error_cm"] < 4
        and row["direction_error_degrees"] < 5
        and row["slide_added_cm_s"] < 1
    )
    assert row["clips"] == 1 and row["dance_minutes"] == pytest.approx(5 / 60, abs=0.01)
    assert row["scale"] == pytest.approx(1 / 1.2, rel=0.01)


def test_R3_a_broken_file_is_named_and_counted_and_the_rest_is_built(tmp_path, dance, capfd):
    source = folder_of(tmp_path / "mine", dance, 2)
    (source / "broken.bvh").write_text("HIERARCHY\nnonsense")
    (source / "empty.bvh").write_bytes(b"")
    assert (
        main(
            [
                "data",
                "build",
                "--source",
                str(source),
                "--format",
                "folder",
                "-o",
                str(tmp_path / "out"),
                "--jobs",
                "1",
            ]
        )
        == 1
    )
    told = capfd.readouterr()
    assert (
        "2 of 4 files failed" in told.err and "broken.bvh" in told.err and "empty.bvh" in told.err
    )
    assert "2 clips" in told.out
    assert len(json.loads((tmp_path / "out" / "data.json").read_text())["failed"]) == 2


def test_a_folder_in_which_nothing_can_be_used_is_one_clear_line(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.bvh").write_text("no")
    with pytest.raises(FootlightsError, match=r"not one clip.*a\.bvh") as problem:
        built(tmp_path / "mine", tmp_path / "out")
    assert problem.value.exit_code == 1
    with pytest.raises(FootlightsError, match="no motion files"):
        read_source("folder", tmp_path / "out" / "clips", None, tmp_path / "cache")
    with pytest.raises(FootlightsError, match="no such folder"):
        read_source("folder", tmp_path / "nowhere", None, tmp_path / "cache")


def test_a_second_run_redoes_only_what_changed(tmp_path, dance):
    source, out = folder_of(tmp_path / "mine", dance, 3), tmp_path / "out"
    first = built(source, out)
    before = {p.name: p.stat().st_mtime_ns for p in (out / "clips").iterdir()}
    assert built(source, out) == first
    assert {p.name: p.stat().st_mtime_ns for p in (out / "clips").iterdir()} == before
    rig = foreign(dance, "motion builder", 1.2, any_axes(5))
    late = sorted(source.iterdir())[-1]
    formats.write(rig[: len(rig) - 20], late)
    again = built(source, out)
    after = {p.name: p.stat().st_mtime_ns for p in (out / "clips").iterdir()}
    changed = {name for name in before if after[name] != before[name]}
    assert any("take_2" in name for name in changed)
    assert [c["seconds"] for c in again["clips"]] != [c["seconds"] for c in first["clips"]]


def test_R1_R2_killed_at_any_time_the_same_command_finishes_with_the_same_bytes(tmp_path, dance):
    source, whole, killed = (
        folder_of(tmp_path / "mine", dance, 4),
        tmp_path / "whole",
        tmp_path / "killed",
    )
    built(source, whole)
    command = [
        sys.executable,
        "-m",
        "footlights",
        "data",
        "build",
        "--source",
        str(source),
        "--format",
        "folder",
    ]
    worker = subprocess.Popen(
        [*command, "-o", str(killed), "--jobs", "1"],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    end = time.monotonic() + 20
    while worker.poll() is None and time.monotonic() < end and not list(killed.glob("clips/*.npz")):
        time.sleep(0.005)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    for path in killed.glob("clips/[!.]*.npz"):
        formats.read(path)
    built(source, killed)
    names = sorted(p.name for p in whole.glob("clips/[!.]*.npz"))
    assert names == sorted(p.name for p in killed.glob("clips/[!.]*.npz"))
    assert all(
        (whole / "clips" / n).read_bytes() == (killed / "clips" / n).read_bytes() for n in names
    )
    assert (whole / "data.json").read_text() == (killed / "data.json").read_text()


def test_worker_processes_give_the_same_bytes(tmp_path, dance):
    source = folder_of(tmp_path / "mine", dance, 2)
    alone = built(source, tmp_path / "alone")
    told: list[tuple[float, str]] = []
    listing = read_source("folder", source, None, tmp_path / "cache")
    together = build(
        listing,
        tmp_path / "together",
        jobs=2,
        progress=lambda done, text: told.append((done, text)),
    )
    assert together == alone and told[-1][0] <= 1 and told == sorted(told, key=lambda t: t[0])
    for row in alone["clips"]:
        assert (tmp_path / "alone" / row["file"]).read_bytes() == (
            tmp_path / "together" / row["file"]
        ).read_bytes()


def manifest_of(place: Path, dance: Motion, rows: list[dict[str, str]]) -> Path:
    """A manifest and its archive; each row's file is the dance on a foreign rig at 60 frames a
    second, but says 120.
    """
    place.mkdir()
    (place / "pack" / "in").mkdir(parents=True)
    defaults = {
        "archive": "pack.tar.xz", "source": "lab", "genre": "salsa", "is_dance": "1", "fps_true": "30", "unit_m": "0.01",
        "up": "z", "skip_start_frames": "0", "subject": "ann", "split": "train", "licence": "CC BY 4.0", "commercial": "yes",
        "notes": "q=ok",
    }  # fmt: skip
    full = [defaults | {"path_in_archive": f"in/{row['id']}.bvh"} | row for row in rows]
    for row in full:
        formats.write(
            foreign(dance, "xsens", 1.0).replace(fps=120.0),
            place / "pack" / "in" / f"{row['id']}.bvh",
        )
    with tarfile.open(place / "pack.tar.xz", "w:xz") as bundle:
        bundle.add(place / "pack" / "in", "in")
    with open(place / "manifest.csv", "w", newline="") as handle:
        writer = csv.DictWriter(handle, sorted({k for row in full for k in row}))
        writer.writeheader()
        writer.writerows(full)
    subprocess.run(["rm", "-r", str(place / "pack")], check=True)
    return place


def test_a_manifest_is_believed_and_its_splits_are_never_mixed(tmp_path, dance):
    rows = [
        {"id": "a1", "split": "train", "subject": "ann"},
        {"id": "b1", "split": "val", "subject": "bob", "commercial": "no", "licence": "CC BY-NC"},
        {
            "id": "c1",
            "split": "test",
            "subject": "cid",
            "is_dance": "0",
            "genre": "walk",
            "notes": "q=flawed; spikes",
        },
        {"id": "d1", "path_in_archive": "in/other.txt"},
    ]
    source = manifest_of(tmp_path / "lab", dance, rows)
    kept = {}
    for _ in range(2):  # the second time nothing is unpacked or built again
        index = built(source, tmp_path / "out", "manifest")
        kept = {c["id"]: c for c in index["clips"]}
    assert {k: c["split"] for k, c in kept.items()} == {"a1": "train", "b1": "val", "c1": "test"}
    assert (
        not kept["b1"]["commercial"]
        and kept["a1"]["commercial"]
        and kept["b1"]["licence"] == "CC BY-NC"
    )
    assert not kept["c1"]["dance"] and kept["c1"]["flawed"] and kept["a1"]["dance"]
    assert kept["a1"]["seconds"] == pytest.approx(len(dance) / 30, abs=0.04), (
        "the manifest's rate, not the header's"
    )
    assert index["left_out"] == [{"id": "d1", "reason": "no reader for .txt files"}]
    listing = read_source("manifest", source, None, tmp_path / "out" / "cache")
    by_subject: dict[str, set[str]] = {}
    for clip in listing.clips:
        by_subject.setdefault(clip.subject, set()).add(clip.split)
    assert all(len(splits) == 1 for splits in by_subject.values())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"split": "dev"}, "is no split"),
        ({"id": "../x"}, "is not plain"),
        ({"path_in_archive": "../../etc/passwd.bvh"}, "is not plain"),
        ({"fps_true": "fast"}, "fast"),
        ({"archive": "gone.tar.xz"}, "missing"),
    ],
)
def test_an_impossible_manifest_is_refused_in_one_line(tmp_path, dance, change, says):
    source = manifest_of(tmp_path / "lab", dance, [{"id": "a1"}])
    text = list(csv.DictReader(open(source / "manifest.csv")))
    with open(source / "manifest.csv", "w", newline="") as handle:
        writer = csv.DictWriter(handle, list(text[0]))
        writer.writeheader()
        writer.writerow(text[0] | change)
    with pytest.raises(FootlightsError, match=says):
        read_source("manifest", source, None, tmp_path / "cache")


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"no archive", lambda data: b""]
)
def test_a_damaged_archive_is_refused_and_leaves_nothing_behind(tmp_path, dance, damage):
    source = manifest_of(tmp_path / "lab", dance, [{"id": "a1"}])
    pack = source / "pack.tar.xz"
    pack.write_bytes(damage(pack.read_bytes()))
    with pytest.raises(FootlightsError, match="cannot be unpacked"):
        read_source("manifest", source, None, tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_an_archive_cannot_write_outside_its_folder(tmp_path, dance):
    source = manifest_of(tmp_path / "lab", dance, [{"id": "a1"}])
    (tmp_path / "evil").write_text("x")
    with tarfile.open(source / "pack.tar.xz", "w:xz") as bundle:
        bundle.add(tmp_path / "evil", "../../escaped")
    with pytest.raises(FootlightsError, match="cannot be unpacked"):
        read_source("manifest", source, None, tmp_path / "deep" / "cache")
    assert not (tmp_path / "escaped").exists() and not (tmp_path / "deep" / "escaped").exists()


def test_songs_without_dances_keep_their_split(tmp_path, dance):
    source, music = manifest_of(tmp_path / "lab", dance, [{"id": "a1"}]), tmp_path / "music"
    (music / "songs").mkdir(parents=True)
    clicks(music / "songs" / "one.wav", 6.0, 120.0)
    clicks(music / "songs" / "two.wav", 4.0, 90.0)
    (music / "music.csv").write_text(
        "file,split,danceable\nsongs/one.wav,train,1\nsongs/two.wav,test,0\nloops/x.wav,train,1\n"
    )
    index = built(source, tmp_path / "out", "manifest", music)
    assert [(s["name"], s["split"], s["danceable"]) for s in index["songs"]] == [
        ("one", "train", True),
        ("two", "test", False),
    ]
    assert index["songs"][0]["tempo"] == pytest.approx(120, abs=1)
    with np.load(tmp_path / "out" / index["songs"][0]["file"]) as stored:
        assert stored["rhythm"].shape == (180, 6) and float(stored["fps"]) == 30


def test_a_song_of_the_same_name_is_the_dances_song(tmp_path, dance):
    source = folder_of(tmp_path / "mine", dance, 1)
    clicks(source / "take 0.wav", 6.0, 100.0)
    row = built(source, tmp_path / "out")["clips"][0]
    assert row["song"] == f"songs/{row['id']}.npz" and row["bpm"] == pytest.approx(100, abs=1)
    with np.load(tmp_path / "out" / row["song"]) as stored:
        widths = {
            name: stored[name].shape[1]
            for name in ("rhythm", "fact35", "edge35", "bailando438", "bailando55")
        }
        assert {len(stored[name]) for name in widths} == {round(row["seconds"] * 30)}
        assert list(widths.values()) == [6, 35, 35, 438, 55]


def test_folders_named_after_splits_say_the_split(tmp_path, dance):
    for split in ("train", "test"):
        folder_of(tmp_path / "mine" / split / "tango", dance, 1)
    listing = read_source("folder", tmp_path / "mine", None, tmp_path / "cache")
    assert {(c.split, c.style) for c in listing.clips} == {("train", "tango"), ("test", "tango")}


def test_aist_has_its_official_split_and_its_songs(tmp_path):
    lists = Path(formats.__file__).parents[1] / "assets" / "aist"
    train, test, ignored = (
        sorted((lists / f"{n}.txt").read_text().split())
        for n in ("crossmodal_train", "crossmodal_test", "ignore_list")
    )
    assert (len(train), len(test), len(ignored)) == (980, 20, 45) and not set(train) & set(test)
    wanted = {train[0]: "train", test[0]: "test", "gBR_sBM_cAll_d04_mBR0_ch01": "val"}
    unwanted = {ignored[0], "notes", "gBR_sBM_cAll_d99_mBR2_ch01"}
    source = tmp_path / "motions"
    source.mkdir()
    specimen = specimens.aist(tmp_path).read_bytes()
    for name in (*wanted, *unwanted):
        (source / f"{name}.pkl").write_bytes(specimen)
    clicks(source / "mBR0.wav", 2.0)
    listing = read_source("aist", source, None, tmp_path / "cache")
    assert {c.id: c.split for c in listing.clips} == wanted
    assert {n for n, _ in listing.left_out} == unwanted
    assert {c.id for c in listing.clips if c.song} == {n for n in wanted if "mBR0" in n}
    assert not any(c.commercial for c in listing.clips) and listing.clips[0].style == "break"


def spiked(motion: Motion, frames: slice) -> Motion:
    rotations = motion.rotations.copy()
    knee = motion.skeleton.index("left_knee")
    turns = quat_about("x", np.resize([2.5, 0.0], len(rotations[frames])))
    rotations[frames, knee] = quat_mul(turns, rotations[frames, knee].astype(np.float64))
    return motion.replace(rotations=rotations)


def test_a_short_spike_is_bridged_and_a_long_one_is_cut_out(dance):
    names = joint_map(SMPL24)
    healed = repair(spiked(dance, slice(70, 72)), names)
    assert len(healed.pieces) == 1 and 0.05 < healed.bridged < 0.35 and healed.cut == 0
    assert np.abs(healed.pieces[0].motion.positions - dance.positions).max() < 0.12
    parted = repair(spiked(dance, slice(65, 85)), names)
    assert [round(p.start, 1) for p in parted.pieces] == [
        0.0,
        pytest.approx(2.9, abs=0.1),
    ] and parted.cut > 0.6
    assert repair(dance, names).pieces[0].motion.root.tobytes() == dance.root.tobytes()


def test_rest_poses_at_both_ends_are_cut(dance):
    pose = np.tile(np.array([1.0, 0, 0, 0], np.float32), (20, 24, 1))
    hold = Motion(np.tile(SMPL24.rest[0], (20, 1)), pose, 30)
    bare = dance.replace(contacts=None)
    both = repair(hold.joined(bare).joined(hold), joint_map(SMPL24))
    piece = max(both.pieces, key=lambda p: len(p.motion))
    assert 0.6 < piece.start < 0.85 and len(dance) - 10 < len(piece.motion) <= len(dance)


def test_skipped_frames_are_skipped(dance):
    piece = repair(dance, joint_map(SMPL24), skip=30, tail=15).pieces[0]
    assert piece.start == pytest.approx(1.0) and len(piece.motion) == len(dance) - 45
    assert repair(dance, joint_map(SMPL24), skip=10_000).pieces == []


def test_an_output_folder_that_cannot_be_is_one_clear_line(tmp_path, dance):
    (tmp_path / "file").write_text("")
    with pytest.raises(FootlightsError, match="cannot write here"):
        build(Listing([]), tmp_path / "file" / "out", jobs=1)
