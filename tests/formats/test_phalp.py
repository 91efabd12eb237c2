"""Tracks of 4D-Humans and PHALP: one person of many, upright, without frames that lost it."""

import pickle

import numpy as np
import pytest

import specimens
from footlights.basics.errors import FootlightsError
from footlights.formats import read
from footlights.formats.smpl import PELVIS, smpl_skeleton, to_smpl
from footlights.geometry.rotations import matrix_from_quat, quat_from_rotvec
from moving import swaying
from torch_files import joblib_file

MOTION = swaying(1.0, skeleton=smpl_skeleton())
TO_CAMERA = np.array(
    [[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]
)  # from the house's world to y down, z ahead


def film(lost: range = range(0)) -> dict:
    """The dance of person 7, and someone else in the first ten frames.

    In frames that are ``lost`` its last pose is held.
    """
    pose = matrix_from_quat(quat_from_rotvec(to_smpl(MOTION))).astype(np.float32)
    pose[:, 0] = TO_CAMERA @ pose[:, 0]
    translations = (MOTION.root @ TO_CAMERA.T - PELVIS).astype(np.float32)
    frames = {}
    for number in range(30):
        last = lost.start - 1 if number in lost else number
        body = {
            "global_orient": pose[last, :1],
            "body_pose": pose[last, 1:],
            "betas": np.zeros(10, np.float32),
        }
        persons = [7] if number >= 10 else [2, 7]
        frames[f"img/{number + 1:06d}.jpg"] = {
            "time": number,
            "tid": persons,
            "smpl": [body] * len(persons),
            "camera": [translations[last]] * len(persons),
            "tracked_time": [0] * (len(persons) - 1) + [number - last],
        }
    return frames


def test_the_person_seen_most_dances_upright(tmp_path):
    back = read(joblib_file(tmp_path / "demo_film.pkl", film()), fps=30)
    assert abs(back.positions - MOTION.positions)[:, :22].max() < 1e-4
    notes = " ".join(back.meta["notes"])
    assert (
        "2 persons: the longest, 7, was read" in notes and "the camera's, not the world's" in notes
    )


def test_frames_in_which_it_was_lost_are_filled_not_frozen(tmp_path):
    back = read(joblib_file(tmp_path / "demo_film.pkl", film(range(14, 17))), fps=30)
    assert len(back) == 30 and "3 missing frames were filled in" in back.meta["notes"]
    assert abs(back.positions - MOTION.positions)[[13, 17], :22].max() < 1e-4
    assert (np.linalg.norm(np.diff(back.positions[13:18, 15], axis=0), axis=-1) > 1e-4).all(), (
        "it goes on moving"
    )


def test_joblibs_own_file(tmp_path):
    joblib = pytest.importorskip("joblib", reason="4D-Humans writes with joblib")
    joblib.dump(film(), tmp_path / "demo_film.pkl")
    assert (
        abs(read(tmp_path / "demo_film.pkl", fps=30).positions - MOTION.positions)[:, :22].max()
        < 1e-4
    )
    assert set(joblib.load(specimens.phalp(tmp_path))) == {
        f"outputs/_DEMO/film/img/{n:06d}.jpg" for n in range(1, 5)
    }


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda frame: frame.update(tid="nobody"), "frame 3 does not say who is in it"),
        (
            lambda frame: frame.update(
                smpl=[{"global_orient": np.eye(3), "body_pose": np.eye(3)}] * 2
            ),
            "none of SMPL's",
        ),
        (lambda frame: frame.update(camera=[np.ones(2)] * 2), "camera of shape"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, spoil, says):
    frames_of_film = film()
    spoil(frames_of_film["img/000004.jpg"])
    with pytest.raises(FootlightsError, match=says):
        read(joblib_file(tmp_path / "a.pkl", frames_of_film), fps=30)


def test_a_film_with_nobody_in_it_is_said(tmp_path):
    empty = {"img/000001.jpg": {"time": 0, "tid": [], "smpl": [], "camera": []}}
    with pytest.raises(FootlightsError, match="tracks nobody"):
        read(joblib_file(tmp_path / "a.pkl", empty), fps=30)


def test_numbers_may_be_numpys(tmp_path):
    """As some versions write them: a track number and its age as numpy's whole numbers."""
    frames_of_film = film()
    for frame in frames_of_film.values():
        frame |= {
            "tid": [np.int64(n) for n in frame["tid"]],
            "tracked_time": [np.int64(n) for n in frame["tracked_time"]],
        }
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(frames_of_film))
    assert abs(read(tmp_path / "a.pkl", fps=30).positions - MOTION.positions)[:, :22].max() < 1e-4
