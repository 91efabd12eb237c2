"""Motions from other programs on which bodies were once put together wrongly."""

from pathlib import Path

import numpy as np
import pytest

from footlights import formats
from footlights.formats.plausibility import check_plausibility
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.retargeting.joint_names import joint_map
from footlights.retargeting.pose_transfer import retarget

FIELD = Path(__file__).parent.parent / "field" / "motion"


def degrees_between_lines(source: Motion, result: Motion, part: str) -> np.ndarray:
    """(T,) between the lines through both hips or shoulders."""
    joints = joint_map(source.skeleton)
    lines = []
    for motion, left, right in (
        (source, joints[f"left_{part}"], joints[f"right_{part}"]),
        (result, SMPL24.index(f"left_{part}"), SMPL24.index(f"right_{part}")),
    ):
        line = motion.positions[:, left] - motion.positions[:, right]
        lines.append(line / np.linalg.norm(line, axis=-1, keepdims=True))
    return np.degrees(np.arccos(np.clip((lines[0] * lines[1]).sum(-1), -1, 1)))


def degrees_turned_apart(source: Motion, result: Motion, joint: str) -> np.ndarray:
    """(T,) between the world rotations of a joint whose zero pose is a T-pose in both."""
    theirs = source.kinematics()[1][:, joint_map(source.skeleton)[joint]]
    ours = result.kinematics()[1][:, SMPL24.index(joint)]
    trace = np.einsum("tij,tij->t", theirs, ours)
    return np.degrees(np.arccos(np.clip((trace - 1) / 2, -1, 1)))


@pytest.mark.parametrize("name", ["root_plain", "root_turned_and_undone"])
def test_a_root_turned_and_undone_below_leaves_hips_and_shoulders_where_they_are(name):
    source = formats.read(FIELD / f"{name}.bvh")
    result = retarget(source)
    assert degrees_between_lines(source, result, "hip").max() < 1
    assert degrees_between_lines(source, result, "shoulder").max() < 1


@pytest.mark.parametrize(
    ("name", "part"), [("hands_bent_50", "wrist"), ("run_on_the_spot", "ankle")]
)
def test_what_is_held_through_a_clip_is_not_taken_for_neutral(name, part):
    source = formats.read(FIELD / f"{name}.bvh")
    result = retarget(source)
    left, right = (
        degrees_turned_apart(source, result, f"{side}_{part}").max() for side in ("left", "right")
    )
    assert max(left, right) < 8 and abs(left - right) < 2


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("upside_down.bvh", {}),
        ("upside_down.bvh", {"up": "minus-y"}),
        ("g1_xyzw.csv", {}),
        ("g1_wxyz.csv", {}),
        ("g1_wxyz.csv", {"quat": "wxyz"}),
    ],
)
def test_bodies_stand_on_their_feet(name, options):
    result = retarget(formats.read(FIELD / name, **options))
    head, ankle = (result.positions[:, SMPL24.index(joint), 2] for joint in ("head", "left_ankle"))
    assert 1.35 < float((head - ankle).mean()) < 1.5


def test_the_given_axes_are_believed():
    source = formats.read(FIELD / "upside_down.bvh", up="y")
    assert any("upside down" in question for question in check_plausibility(source))
    flipped = formats.read(FIELD / "g1_wxyz.csv", quat="xyzw")
    assert not any("w x y z" in note for note in flipped.meta["notes"])


@pytest.mark.parametrize(
    "name", ["names_thigh_is_leg", "names_leg_knee_ankle", "names_one_letter", "names_numbered"]
)
def test_other_names_move_as_the_usual_ones_do(name):
    usual = retarget(formats.read(FIELD / "root_plain.bvh"))
    other = retarget(formats.read(FIELD / f"{name}.bvh"))
    apart = np.linalg.norm(other.positions - usual.positions, axis=-1)
    assert apart.max() < 0.03


def test_left_and_right_that_are_exchanged_are_told_and_undone():
    results = [
        retarget(formats.read(FIELD / f"{name}.bvh"))
        for name in ("root_plain", "left_right_swapped")
    ]
    for result in results:
        place = {name: result.positions[:, SMPL24.index(name)] for name in SMPL24.names}
        up = place["neck"] - place["pelvis"]
        front = np.cross(place["left_hip"] - place["right_hip"], up)
        front /= np.linalg.norm(front, axis=-1, keepdims=True)
        toes = place["left_foot"] - place["left_ankle"]
        toes /= np.linalg.norm(toes, axis=-1, keepdims=True)
        assert 0.55 < float((toes * front).sum(-1).mean()) < 0.9
    told = ["exchanged" in " ".join(result.meta["notes"]) for result in results]
    assert told == [False, True]
