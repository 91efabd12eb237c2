"""Values that no motion can have are refused where they enter, in one line, or do no harm."""

import time

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.formats import read, write
from footlights.generators.diffusion.config import Config
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from footlights.music.decode import read_sound
from footlights.music.streams import Unreadable, with_av
from footlights.retargeting.bone_map import read_bone_map
from footlights.retargeting.pose_transfer import on_house_skeleton


def still(frames=60, fps=30.0, skeleton=SMPL24, **more):
    rotations = np.zeros((frames, len(skeleton), 4), np.float32)
    rotations[..., 0] = 1
    return Motion(np.tile([0, 0, 0.95], (frames, 1)), rotations, fps, skeleton, **more)


@pytest.mark.parametrize("height", [2e5, -1e30])
def test_places_beyond_any_stage_are_refused(height):
    root = np.zeros((60, 3))
    root[7, 2] = height
    with pytest.raises(FootlightsError, match="in frame 7 the root is more than 100 km away"):
        still().replace(root=root)


def test_bones_of_many_kilometres_are_refused():
    with pytest.raises(FootlightsError, match="'head' is more than 100 km"):
        Skeleton(("pelvis", "head"), (-1, 0), np.array([[0, 0, 1], [0, 0, 1e30]]))


@pytest.mark.parametrize("fps", [0.001, 1e-300, 0.0, -1.0, float("nan"), float("inf"), 1e5])
def test_rates_that_are_none_are_refused(fps):
    with pytest.raises(FootlightsError, match="is not a rate"):
        still(fps=fps)


def test_another_rate_makes_no_endless_clip():
    with pytest.raises(FootlightsError, match="would be"):
        still(60, 0.1).resampled(10_000)
    assert len(still(60, 0.1).resampled(30.0)) == 59 * 300 + 1


@pytest.mark.parametrize("notes", [5, None, "text", {"a": 1}])
def test_notes_that_are_no_list_are_left_out(tmp_path, notes):
    motion = still(meta={"notes": notes})
    assert motion.notes == ()
    write(motion, tmp_path / "a.npz")
    assert read(tmp_path / "a.npz").notes == ()


def test_half_a_character_in_a_name_is_written(tmp_path):
    names = ("pelvis\ud800", *SMPL24.names[1:])
    write(still(skeleton=Skeleton(names, SMPL24.parents, SMPL24.offsets)), tmp_path / "a.bvh")
    assert "ROOT pelvis?" in (tmp_path / "a.bvh").read_text()


def test_a_body_without_lengths_is_refused_where_a_body_is_needed():
    flat = Skeleton(SMPL24.names, SMPL24.parents, np.zeros((24, 3)))
    with pytest.raises(FootlightsError, match="its legs are 0 m long"):
        on_house_skeleton(still(skeleton=flat))


def test_a_count_of_thousands_of_digits_is_refused(tmp_path):
    path = tmp_path / "a.bvh"
    path.write_text("HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS " + "6" * 5000 + " Xposition\n")
    with pytest.raises(FootlightsError, match="line 5: CHANNELS"):
        read(path)


def test_a_rate_that_its_keys_deny_is_not_followed(tmp_path):
    write(still(61), tmp_path / "a.glb")
    data = (tmp_path / "a.glb").read_bytes()
    # Of the same length, so that no size in the file changes.
    assert data.count(b'"fps":30.0') == 1
    (tmp_path / "a.glb").write_bytes(data.replace(b'"fps":30.0', b'"fps":9999'))
    assert len(read(tmp_path / "a.glb")) == 61


@pytest.mark.parametrize("text", ["[" + "a." * 500_000 + "a]", "a" + ".a" * 9000 + " = 1"])
def test_keys_of_thousands_of_dots_are_refused_in_bone_maps(tmp_path, text):
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(FootlightsError, match=r"dots|MiB"):
        read_bone_map(SMPL24, tmp_path / "map.toml")


def test_bone_maps_that_are_devices_or_huge_are_not_read(tmp_path):
    with open(tmp_path / "map.toml", "wb") as handle:
        handle.truncate(1 << 40)
    for path in (tmp_path / "map.toml", "/dev/zero"):
        with pytest.raises(FootlightsError):
            read_bone_map(SMPL24, path)


def test_a_start_that_no_song_has_is_refused(tmp_path):
    with pytest.raises(FootlightsError, match="--start"):
        read_sound(tmp_path / "a.wav", 1e308)


def test_a_wav_file_of_zeros_is_refused_without_being_looked_through(tmp_path):
    with open(tmp_path / "a.wav", "wb") as handle:
        handle.write(b"RIFF\0\0\0\0WAVE")
        handle.truncate(100 << 20)
    started = time.process_time()
    with pytest.raises(FootlightsError, match="is not a sound file"):
        read_sound(tmp_path / "a.wav")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        *("[model]\nfps = 1e6", "[model]\nfps = nan", "[model]\nwindow = 1000000"),
        *("[sample]\nsteps = 1000000", "[sample]\nguidance = nan", "[sample]\nenergy = inf"),
    ],
)
def test_a_model_whose_config_asks_for_endless_work_is_refused(text):
    with pytest.raises(FootlightsError, match=r"model|sample"):
        Config.parse(text, "config.toml")


def test_a_table_of_more_samples_than_bytes_is_refused_before_it_is_made(tmp_path):
    table = b"stsz" + bytes(4) + (1).to_bytes(4, "big") + (50_000_000).to_bytes(4, "big")
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x10ftypM4A \0\0\0\0" + table)
    with open(tmp_path / "a.m4a", "rb") as file, pytest.raises(Unreadable):
        with_av(file, 0.0)
