"""Motions put onto characters, from files to files."""

from pathlib import Path

import numpy as np
import pytest

from footlights import formats
from footlights.pipeline.retarget import retarget_file

FIELD = Path(__file__).parent.parent / "field" / "motion"


@pytest.mark.parametrize("name", ["clip_with_bind_pose", "clip_without_bind_pose"])
def test_a_clip_on_the_characters_very_bones_turns_them_as_it_does(name, tmp_path):
    out = tmp_path / "out.glb"
    retarget_file(FIELD / f"{name}.glb", FIELD / "avatar_tpose.glb", out)
    # Both clips are one motion; this one says how its bones rest.
    source, result = formats.read(FIELD / "clip_with_bind_pose.glb"), formats.read(out)
    theirs, ours = source.kinematics()[1], result.kinematics()[1]
    for joint in ("Head", "LeftFoot", "RightHand"):
        a = theirs[:, source.skeleton.index(joint)]
        b = ours[: len(a), result.skeleton.index(joint)]
        trace = np.einsum("tij,tij->t", a, b)
        degrees = np.degrees(np.arccos(np.clip((trace - 1) / 2, -1, 1)))
        assert len(b) == len(a) and degrees.max() < 5, joint


def test_what_was_undone_of_the_dance_is_told(tmp_path):
    file = FIELD / "left_right_swapped.bvh"
    delivery = retarget_file(file, FIELD / "avatar_tpose.glb", tmp_path / "out.glb")
    assert any("exchanged back" in note for note in delivery.notes)
    assert any("unit taken to be" in note for note in delivery.as_json()["notes"])
