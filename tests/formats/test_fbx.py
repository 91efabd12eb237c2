"""FBX through Blender: the same motion at the same rate, or one clear line without Blender."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest

import footlights as fl
from canaries import stepping
from characters import CHARACTERS
from footlights.basics.errors import FootlightsError
from footlights.formats import fbx
from footlights.motion.motion import Motion
from footlights.retargeting.character_files import read_character_file, write_retargeted

DANCE = stepping(1.0)
needs_blender = pytest.mark.skipif(
    fbx.blender() is None, reason=f"no Blender here: set {fbx.BLENDER}"
)


def test_without_blender_one_line_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.delenv(fbx.BLENDER, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "dance.fbx").write_bytes(b"Kaydara FBX Binary  ")
    for work in (
        lambda: fl.read(tmp_path / "dance.fbx"),
        lambda: fl.write(DANCE, tmp_path / "new.fbx"),
    ):
        with pytest.raises(FootlightsError, match=r"FBX needs Blender.*pip install bpy"):
            work()
    assert not (tmp_path / "new.fbx").exists()


def test_a_blender_that_fails_is_told_in_one_line(tmp_path, monkeypatch):
    """A Python without bpy stands for a Blender that breaks: its last word is told.

    Nothing is left behind.
    """
    monkeypatch.setenv(fbx.BLENDER, sys.executable)
    with pytest.raises(FootlightsError, match=r"Blender could not write it \(ModuleNotFoundError"):
        fl.write(DANCE, tmp_path / "new.fbx")
    monkeypatch.setenv(fbx.BLENDER, str(tmp_path / "python-gone"))
    with pytest.raises(FootlightsError, match="cannot be run"):
        fl.write(DANCE, tmp_path / "new.fbx")
    assert list(tmp_path.iterdir()) == []


@needs_blender
@pytest.mark.parametrize("fps", [30.0, 29.97, 60.0, 12.5])
def test_N4_written_and_read_back_it_is_the_same_motion(fps, tmp_path):
    dance = stepping(3.0, fps)
    fl.write(dance, tmp_path / "dance.fbx")
    back = fl.read(tmp_path / "dance.fbx")
    assert len(back) == len(dance) and back.fps == fps
    here = [back.skeleton.names.index(name) for name in dance.skeleton.names]
    np.testing.assert_allclose(back.positions[:, here], dance.positions, atol=1e-5)


@needs_blender
def test_nothing_but_the_dancer_is_in_the_file(tmp_path):
    """Blender draws bones with a ball of its own: it must not come along."""
    fl.write(DANCE, tmp_path / "dance.fbx")
    assert b"Icosphere" not in (tmp_path / "dance.fbx").read_bytes()


@needs_blender
def test_a_character_in_fbx_gets_the_dance_and_stays_fbx(tmp_path):
    skeleton = CHARACTERS["vrm"]()
    still = (
        np.repeat(skeleton.rest[:1], 10, axis=0),
        np.tile([1.0, 0, 0, 0], (10, len(skeleton), 1)),
    )
    fl.write(Motion(*still, 30.0, skeleton), tmp_path / "hero.fbx")
    character = read_character_file(tmp_path / "hero.fbx")
    result = write_retargeted(DANCE, character, tmp_path / "danced.fbx")
    back = fl.read(tmp_path / "danced.fbx")
    knees = [
        motion.positions[
            :, motion.skeleton.index(skeleton.names[character.rig.joints["left_knee"]])
        ]
        for motion in (back, result)
    ]
    np.testing.assert_allclose(knees[0], knees[1], atol=1e-3)


@needs_blender
def test_a_file_that_is_no_fbx_is_refused_in_one_line(tmp_path):
    (tmp_path / "bad.fbx").write_bytes(b"Kaydara FBX Binary  \x00\x1a\x00" + bytes(200))
    with pytest.raises(FootlightsError, match="Blender could not read it"):
        fl.read(tmp_path / "bad.fbx")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_blender_that_never_answers_ends_with_all_it_started(tmp_path, monkeypatch):
    script, born = tmp_path / "blender", tmp_path / "born"
    script.write_text(f'#!/bin/sh\nsleep 60 &\necho $! > "{born}"\nwait\n')
    script.chmod(0o755)
    monkeypatch.setenv(fbx.BLENDER, str(script))
    monkeypatch.setattr(fbx, "_PATIENCE", 1.0)
    with pytest.raises(FootlightsError, match="within 1 seconds"):
        fl.write(DANCE, tmp_path / "new.fbx")
    for _ in range(50):
        if not _runs(int(born.read_text())):
            return
        time.sleep(0.1)
    raise AssertionError("the sleeper lives on")


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
