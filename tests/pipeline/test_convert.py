"""``footlights convert``: one file, a folder, broken files among good ones, lying headers."""

import subprocess
import sys

import numpy as np
import pytest

import specimens
from canaries import stepping
from footlights.cli import main
from footlights.formats import read, write
from footlights.formats.plausibility import free_fall, rate_question
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from moving import swaying
from rigs import foreign


def same(path, motion: Motion) -> bool:
    back = read(path)
    index = [back.skeleton.index(name) for name in SMPL24.names]
    return (
        back.fps == pytest.approx(motion.fps)
        and abs(back.positions[:, index] - motion.positions).max() < 1e-3
    )


@pytest.mark.parametrize("end", ["b.glb", "b.bvh", "b.npz", "b.amass.npz"])
@pytest.mark.parametrize("start", ["a.npz", "a.bvh", "a.glb", "a.amass.npz"])
def test_N4_every_format_into_every_other(tmp_path, start, end):
    motion = swaying(0.5)
    write(motion, tmp_path / start)
    assert main(["convert", str(tmp_path / start), str(tmp_path / end)]) == 0
    assert same(tmp_path / end, motion)


def test_another_body_is_moved_onto_ours_where_the_format_knows_no_other(tmp_path, capsys):
    write(foreign(swaying(0.5), scale=1.4), tmp_path / "a.bvh")
    assert main(["convert", str(tmp_path / "a.bvh"), str(tmp_path / "b.amass.npz")]) == 0
    assert "a.bvh: moved onto the house body" in capsys.readouterr().err
    assert read(tmp_path / "b.amass.npz").skeleton == SMPL24


@pytest.fixture
def mocap(tmp_path):
    """A folder with a dance in two formats, one deeper, one broken, and a text."""
    (tmp_path / "in/deep").mkdir(parents=True)
    write(swaying(0.3), tmp_path / "in/a.bvh")
    write(swaying(0.3), tmp_path / "in/a.glb")
    specimens.g1(tmp_path / "in/deep")
    (tmp_path / "in/bad.npz").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "in/notes.txt").write_text("la la la")
    return tmp_path / "in"


# Killed when its second file is written and has not got its name yet.
KILLED = """
import os, signal, sys
good, written = os.replace, []

def replace(start, end):
    if written:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    written.append(end)
    good(start, end)

os.replace = replace
from footlights.cli import main
main(sys.argv[1:])
"""


def test_R1_killed_the_same_command_makes_the_rest_and_leaves_no_half_file(tmp_path):
    (tmp_path / "in").mkdir()
    for name in "abc":
        write(swaying(0.3), tmp_path / "in" / f"{name}.npz")
    out = tmp_path / "out"
    words = ["convert", str(tmp_path / "in"), str(out), "--as", "glb", "--jobs", "1"]
    subprocess.run([sys.executable, "-c", KILLED, *words], capture_output=True)

    half = [path for path in out.iterdir() if ".part" in path.name]
    (first,) = set(out.iterdir()) - set(half)
    assert len(half) == 1
    before = first.stat().st_mtime_ns

    assert main(words) == 0
    assert sorted(path.name for path in out.iterdir()) == ["a.glb", "b.glb", "c.glb"]
    assert first.stat().st_mtime_ns == before, "what was whole is kept"


def test_R3_one_broken_file_is_named_and_the_rest_is_done(mocap, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["convert", str(mocap), str(out), "--as", "npz"]) == 2
    printed = capsys.readouterr().err
    assert "bad.npz: " in printed and "3 written" in printed and "1 failed" in printed
    names = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert names == {"a.bvh.npz", "a.glb.npz", "deep/robot.npz"}
    assert "robot.csv: 30 frames a second assumed" in printed


def test_R1_what_is_there_is_kept_and_the_rest_is_finished(mocap, tmp_path, capsys):
    out = tmp_path / "out"
    (mocap / "bad.npz").unlink()
    assert main(["convert", str(mocap), str(out), "--as", "glb"]) == 0
    (out / "deep/robot.glb").unlink()
    (out / "a.bvh.glb").write_text("mine")
    assert main(["convert", str(mocap), str(out), "--as", "glb"]) == 0
    assert "1 written" in capsys.readouterr().err and (out / "a.bvh.glb").read_text() == "mine"
    assert main(["convert", str(mocap), str(out), "--as", "glb", "--force"]) == 0
    assert same(out / "a.bvh.glb", swaying(0.3))


def test_a_header_that_lies_is_overruled(tmp_path, capsys):
    path = specimens.bvh(tmp_path)
    options = ["--fps", "60", "--unit", "0.02", "--up", "y"]
    assert main(["convert", str(path), str(tmp_path / "b.npz"), *options]) == 0
    overruled, plain = read(tmp_path / "b.npz"), read(path)
    assert overruled.fps == 60 and abs(overruled.positions - 2 * plain.positions).max() < 1e-4


def test_what_a_format_cannot_use_is_said(tmp_path, capsys):
    robot, out = str(specimens.g1(tmp_path)), str(tmp_path / "b.npz")
    assert main(["convert", robot, out, "--unit", "0.01"]) == 0
    assert "--unit has no meaning for this format" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["a.bvh", "b.max"], "end it in one of .npz .bvh"),
        (["a.bvh", "b.npz", "out"], "give --as"),
        (
            ["in/a.bvh", "on/a.bvh", "out", "--as", "npz"],
            "in/a.bvh: and on/a.bvh would become one file",
        ),
        (["a.bvh", "b.npz", "--as", "smplx"], "end it in .smplx.npz"),
        (["a.bvh", "c.glb", "--as", "bvh"], "end it in .bvh"),
        (["a.bvh", "c.smplx.npz", "--as", "npz"], "is no name for npz"),
        (["a.bvh", "b.npz"], "b.npz: exists; choose another name"),
        (["a.bvh", "b.npz", "many.glb"], "several results need a folder"),
        (["empty", "out", "--as", "npz"], "no motion in this folder"),
        (["a.bvh", "b.npz", "a.bvh", "--as", "npz"], "several results need a folder"),
        (["a.bvh", "b.npz", "plain", "--as", "npz"], "is a file"),
        (["nothing.bvh", "x.npz"], "there is no such file"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path, monkeypatch, capsys, words, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "plain").write_text("a file without a suffix")
    write(swaying(0.2), tmp_path / "a.bvh")
    write(swaying(0.2), tmp_path / "b.npz")
    for folder in ("in", "on"):
        (tmp_path / folder).mkdir()
        write(swaying(0.2), tmp_path / folder / "a.bvh")
    assert main(["convert", *words]) == 2
    assert says in capsys.readouterr().err


def test_a_file_is_never_replaced_by_itself(tmp_path, capsys):
    path = specimens.bvh(tmp_path)
    before = path.read_bytes()
    assert main(["convert", str(path), str(path), "--force"]) == 2
    assert "its own conversion" in capsys.readouterr().err and path.read_bytes() == before


def jumping(fps: float, gravity: float = 9.81, jumps: int = 4) -> Motion:
    """The house body at rest, thrown up at 2.8 m/s every second and a half."""
    times = np.arange(round(1.5 * jumps * fps)) / fps
    since = times % 1.5
    rise = np.maximum(0, 2.8 * since - gravity / 2 * since**2)
    rise[since > 2 * 2.8 / gravity] = 0
    still = np.zeros((len(times), 24, 4), np.float32)
    still[..., 0] = 1
    return Motion(SMPL24.rest[0] + np.stack([0 * rise, 0 * rise, rise], 1), still, fps)


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_jumps_fall_as_the_earth_wants(fps):
    assert free_fall(jumping(fps)) == pytest.approx(-9.81, rel=0.02)
    assert rate_question(jumping(fps)) is None


def test_a_rate_that_cannot_be_is_doubted():
    assert "free fall reads -39.2 m/s2: 60 frames a second?" in rate_question(
        jumping(60.0).replace(fps=120)
    )
    assert "free fall reads -2.5 m/s2: 120 frames a second?" in rate_question(
        jumping(120.0).replace(fps=60)
    )


def test_who_does_not_jump_is_not_doubted():
    assert free_fall(swaying(4.0)) is None and rate_question(jumping(30.0, jumps=1)) is None
    assert rate_question(swaying(0.1)) is None


def test_a_doubtful_rate_is_said(tmp_path, capsys):
    write(jumping(60.0).replace(fps=120), tmp_path / "a.npz")
    assert main(["convert", str(tmp_path / "a.npz"), str(tmp_path / "b.bvh")]) == 0
    assert (
        "a.npz: 120 frames a second by the file, but free fall reads -39.2"
        in capsys.readouterr().err
    )


def test_R3_a_large_folder_is_converted_on_all_cores_and_broken_files_are_named(tmp_path, capsys):
    """Of twelve files two are broken: ten are written, two named; a second run keeps the ten."""
    (tmp_path / "in").mkdir()
    for k in range(10):
        write(swaying(0.5 + 0.1 * k), tmp_path / "in" / f"{k}.npz")
    for name in ("broken", "worse"):
        (tmp_path / "in" / f"{name}.npz").write_bytes(b"PK nothing")
    assert main(["convert", str(tmp_path / "in"), str(tmp_path / "out"), "--as", "bvh"]) == 2
    printed = capsys.readouterr().err
    assert "10 written" in printed and "2 failed" in printed
    # A slow machine shows names as it goes, too; those lines are no problems.
    problems = [line for line in printed.splitlines() if "footlights: " in line]
    for name in ("broken.npz", "worse.npz"):
        assert sum(name in line for line in problems) == 1
    assert len(list((tmp_path / "out").glob("*.bvh"))) == 10
    main(["convert", str(tmp_path / "in"), str(tmp_path / "out"), "--as", "bvh"])
    assert "10 there already" in capsys.readouterr().err


def test_of_a_folder_of_dances_each_dance_is_converted_once(tmp_path):
    (tmp_path / "dances").mkdir()
    for suffix in ("npz", "bvh", "glb"):
        write(swaying(0.3), tmp_path / f"dances/song-1.{suffix}")
    (tmp_path / "dances/dances.json").write_text("{}")
    assert main(["convert", str(tmp_path / "dances"), str(tmp_path / "out"), "--as", "bvh"]) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["song-1.bvh"]


def test_files_whose_results_would_have_one_name_keep_their_suffix(tmp_path):
    """a.bvh and a.npz, and a.bvh.npz, which would become a.bvh.glb, too."""
    (tmp_path / "in").mkdir()
    for name in ("a.bvh", "a.npz", "a.bvh.npz", "b.npz"):
        write(swaying(0.2), tmp_path / "in" / name)
    assert main(["convert", str(tmp_path / "in"), str(tmp_path / "out"), "--as", "glb"]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["a.bvh.glb", "a.bvh.npz.glb", "a.npz.glb", "b.glb"]


def test_what_is_found_out_of_many_files_is_said_once(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    for k in range(8):
        write(swaying(0.2 + 0.1 * k), tmp_path / "in" / f"{k}.bvh")
    assert main(["convert", str(tmp_path / "in"), str(tmp_path / "out"), "--as", "npz"]) == 0
    printed = capsys.readouterr().err
    assert printed.count("up axis taken to be y") == 1 and "8 files: up axis" in printed


@pytest.mark.parametrize(("words", "says"), [
    (["--unit", "1"], "m long: is the unit right?"),
    (["--up", "z"], "lies on its side: is the up axis right?"),
    ([], None),
])  # fmt: skip
def test_an_override_that_cannot_be_is_doubted(tmp_path, capsys, words, says):
    write(stepping(1.0), tmp_path / "a.bvh")
    assert main(["convert", str(tmp_path / "a.bvh"), str(tmp_path / "b.npz"), *words]) == 0
    printed = capsys.readouterr().err
    assert says in printed if says else "right?" not in printed
