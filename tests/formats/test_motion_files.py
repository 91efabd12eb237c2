"""Which files of a folder are motions, by their names."""

import pytest

from footlights.formats.motion_files import is_motion_file, motion_files_below, of_first_format


@pytest.fixture
def folder(tmp_path):
    """A folder with an empty file for each name that is asked for."""

    def with_files(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        return tmp_path

    return with_files


@pytest.mark.parametrize("name", ["a.bvh", "A.BVH", "b.smplx.npz", "hps_track_3.npy", "robot.csv"])
def test_motions_are_known_by_their_endings(name):
    assert is_motion_file(name)


@pytest.mark.parametrize("name", [".a.bvh", "song.mp3", "camera.npy", "a.asf", "a.usdc", "bvh"])
def test_hidden_files_and_what_no_reader_takes_are_none(name):
    assert not is_motion_file(name)


def test_folders_are_looked_through_to_the_bottom_in_order(folder):
    place = folder("b.bvh", "a.npz", "in/deep/c.glb", ".hidden/d.bvh", "notes.txt")
    found = [str(file.relative_to(place)) for file in motion_files_below(place)]
    assert found == ["a.npz", "b.bvh", "in/deep/c.glb"]


def test_beside_dances_json_other_formats_are_copies(folder):
    place = folder("dances.json", "song-1.npz", "song-1.bvh", "song-1.glb", "mine/walk.bvh")
    assert [file.name for file in motion_files_below(place)] == ["song-1.npz", "walk.bvh"]


def test_of_a_clip_in_several_formats_one_is_enough(folder):
    place = folder("a.bvh", "b.bvh", "a.glb", ".c.npz")
    assert [file.name for file in of_first_format(place.iterdir())] == ["a.bvh", "b.bvh"]
    assert of_first_format([]) == []
