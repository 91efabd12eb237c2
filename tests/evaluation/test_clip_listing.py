"""What is to be measured: which clips, to which songs, and when a clip is another."""

import numpy as np
import pytest

import footlights as fl
from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.evaluation.clip_listing import ListedClip, list_clips
from footlights.evaluation.songs import Songs
from moving import TRIPOD, swaying
from stage import clicks
from tiny import clip_row, write_index


def test_the_longest_fitting_song_is_a_clips_song(tmp_path):
    for name in ("love.wav", "love-me.wav"):
        (tmp_path / name).write_bytes(b"")
    songs = Songs.of(tmp_path)
    names = [songs.name_for(clip) for clip in ("love-1", "love-me-2", "love", "lovely")]
    assert names == ["love", "love-me", "love", None]


def test_a_folder_without_songs_is_refused(tmp_path):
    with pytest.raises(FootlightsError, match="no song in this folder"):
        Songs.of(tmp_path)
    with pytest.raises(FootlightsError, match="no such folder"):
        Songs.of(tmp_path / "nowhere")


def test_a_song_may_be_named_in_a_files_meta(tmp_path):
    (tmp_path / "songs").mkdir()
    clicks(tmp_path / "songs" / "tune.wav", 12.0, 120)
    fl.write(stepping(4.0).replace(meta={"song": "tune"}), tmp_path / "a.npz")
    fl.write(stepping(4.0), tmp_path / "b.npz")
    clips = list_clips(tmp_path, Songs.of(tmp_path / "songs"))
    assert [len(clip.beats) > 15 for clip in clips] == [True, False]


def test_built_data_gives_the_dances_of_its_test_split(tmp_path):
    rows = [
        clip_row(name, split=split, dance=dance, beats=[0.5, 1.0], commercial=name == "a")
        for name, split, dance in (("a", "test", True), ("b", "train", True), ("c", "test", False))
    ]
    write_index(tmp_path, rows)
    (clip,) = list_clips(tmp_path)
    assert clip.path.name == "a.npz" and clip.beats == (0.5, 1.0) and clip.licence == "CC0"


def test_motions_of_a_sequence_have_names_that_sort_as_they_stand():
    clips = list_clips([swaying(1.0)] * 12)
    names = [clip.name for clip in clips]
    assert names[0] == "clip-01" and names == sorted(names)


def test_a_clip_comes_on_the_house_skeleton_or_its_fault_is_said():
    assert ListedClip("a", motion=stepping(2.0)).load().skeleton == fl.SMPL24
    with pytest.raises(FootlightsError, match=r"^three legs: "):
        ListedClip("three legs", motion=swaying(2.0, skeleton=TRIPOD)).load()


def test_content_digests_change_with_all_that_is_measured():
    motion = stepping(2.0)
    root = motion.root.copy()
    root[3, 1] += 1e-3
    others = [
        motion.replace(root=root),
        motion.replace(fps=31.0),
        motion.replace(contacts=None),
        motion.replace(contacts=1 - motion.contacts),
        motion.mirrored(),
        motion.replace(meta={"pieces": [{"at": 0.0}, {"at": 1.0}]}),
    ]
    digests = {ListedClip("a", motion=m).content_digest() for m in (motion, *others)}
    assert len(digests) == 7
    same = motion.replace(root=np.array(motion.root), meta={"seed": 3})
    assert ListedClip("b", motion=same).content_digest() in digests


def test_an_amc_is_another_with_another_skeleton_beside_it(tmp_path):
    clip = ListedClip("a", tmp_path / "a.amc")
    (tmp_path / "a.amc").write_text("1")
    (tmp_path / "a.asf").write_text("2")
    before = clip.content_digest()
    (tmp_path / "a.asf").write_text("3")
    assert clip.content_digest() != before
