"""Doing something with a dance, from file to file, as `footlights edit` does."""

import json

import numpy as np
import pytest

import footlights as fl
from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.motion.skeleton import SMPL24
from footlights.pipeline.edit import EditOptions, edit
from footlights.pipeline.edit_beats import downbeats_for
from json_schemas import check
from moving import swaying


@pytest.fixture
def dance(tmp_path):
    path = tmp_path / "dance.npz"
    fl.write(stepping(8.0), path)
    return path


def test_mirrored_twice_is_as_it_was():
    clip = stepping(4.0)
    once = edit(clip, EditOptions(mirror=True))
    twice = edit(once, EditOptions(mirror=True))
    assert not np.allclose(once.positions, clip.positions, atol=0.05)
    assert np.array_equal(twice.root, clip.root)
    assert np.array_equal(twice.rotations, clip.rotations)
    assert np.array_equal(twice.contacts, clip.contacts)


@pytest.mark.parametrize("speed", [2.0, 0.5])
def test_pace(speed):
    clip = stepping(8.0)
    paced = edit(clip, EditOptions(speed=speed))
    assert paced.fps == clip.fps
    assert abs(paced.seconds - clip.seconds / speed) <= 2 / clip.fps
    frames = np.arange(0, 60, 2 if speed > 1 else 1)
    there = (frames / speed).astype(int)
    assert np.allclose(paced.positions[there], clip.positions[frames], atol=1e-3)


def test_a_part_is_those_frames_and_no_others():
    clip, notes = stepping(8.0), []
    part = edit(clip, EditOptions(start=2.0, seconds=3.0), noted=notes.append)
    assert np.array_equal(part.rotations, clip.rotations[60:150]) and not notes
    tail = edit(clip, EditOptions(start=6.0, seconds=30.0), noted=notes.append)
    assert len(tail) == 60 and notes == ["of the 30 s asked for the motion has 2.00 left"]


def test_upper_and_lower_complete_each_other():
    one, other = stepping(4.0), stepping(4.0, bpm=90).moved((0.5, 0, 0))
    upper = edit(one, EditOptions(over=other, part="upper"))
    lower = edit(other, EditOptions(over=one, part="lower"))
    assert np.allclose(upper.positions, lower.positions, atol=1e-5)


def test_a_loop_closes_on_the_song_the_folder_remembers(tmp_path):
    path = tmp_path / "d-1.npz"
    fl.write(stepping(8.0), path)
    song = {
        "name": "d",
        "page": None,
        "downbeats": [1.0, 3.0, 5.0, 7.0],
        "dances": [{"name": "d-1", "take": 0, "files": {"npz": "d-1.npz"}}],
    }
    text = json.dumps({"format": "footlights-dances-1", "songs": [song]})
    (tmp_path / "dances.json").write_text(text)
    options = EditOptions(start=1.0, speed=2.0, loop=True)
    moments = downbeats_for(stepping(8.0), options, path, pytest.fail)
    assert moments.tolist() == [0.0, 1.0, 2.0, 3.0]


def test_the_motions_own_rhythm_gives_bars():
    notes = []
    moments = downbeats_for(stepping(16.0), EditOptions(loop=True), None, notes.append)
    assert len(moments) >= 3 and np.allclose(np.diff(moments), 2.0, atol=0.15) and not notes


@pytest.mark.parametrize(
    "words",
    [
        ["--in-place"],
        ["--loop"],
        ["--in-place", "--loop", "--mirror"],
        ["--join", "IN"],
        ["--over", "IN", "--part", "lower"],
        ["--start", "0:01", "--seconds", "2", "--speed", "0.5"],
    ],
)
def test_the_command_writes_the_file_and_tells_its_quality(dance, tmp_path, capsys, words):
    out = tmp_path / "out.npz"
    words = [str(dance) if word == "IN" else word for word in words]
    assert main(["edit", str(dance), str(out), *words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    check(document, "edit")
    assert document["written"] == [str(out)]
    assert abs(fl.read(out).seconds - document["seconds"]) < 1e-3
    before, after = document["before"], document["after"]
    assert after["physics_score"] > before["physics_score"] - 0.15
    assert after["foot_slip_cm_s"] < before["foot_slip_cm_s"] + 2


def test_another_skeleton_is_moved_onto_the_house_body_and_that_is_said(tmp_path, capsys):
    rig = tmp_path / "rig.bvh"
    fl.write(swaying(2.0), rig)
    text = rig.read_text().replace("left_", "Left").replace("right_", "Right")
    rig.write_text(text)
    assert main(["edit", str(rig), str(tmp_path / "out.npz"), "--mirror"]) == 0
    assert "rig.bvh: moved onto the house body" in capsys.readouterr().err
    assert fl.read(tmp_path / "out.npz").skeleton == SMPL24


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "edit: there is nothing to do; say what: see footlights edit --help"),
        (["--start", "60"], "--start: the motion is 8.00 s long and has nothing at 60 s"),
        (["--speed", "9"], "--speed: 9 times; give 0.25 to 4"),
        (["--speed", "nan"], "--speed: nan times"),
        (["--part", "upper", "--mirror"], "--part: --part says nothing alone; give --over"),
        (["--seconds", "0"], "--seconds: cannot keep 0 s"),
        (["--seconds", "0.4", "--loop"], "too short to loop"),
    ],
)
def test_what_cannot_be_is_one_line(dance, tmp_path, capsys, words, line):
    assert main(["edit", str(dance), str(tmp_path / "out.npz"), *words]) == 2
    complaint = capsys.readouterr().err
    assert line in complaint and complaint.count("footlights:") == 1
    assert not (tmp_path / "out.npz").exists()


def test_a_file_that_exists_is_kept_and_its_own_source_even_with_force(dance, tmp_path):
    other = tmp_path / "other.npz"
    other.write_text("mine")
    assert main(["edit", str(dance), str(other), "--mirror"]) == 2
    before = dance.read_bytes()
    assert main(["edit", str(dance), str(dance), "--mirror", "--force"]) == 2
    assert other.read_text() == "mine" and dance.read_bytes() == before


def test_options_refuse_an_unknown_part():
    with pytest.raises(FootlightsError, match="no part called 'left'"):
        EditOptions(over="x", part="left")
