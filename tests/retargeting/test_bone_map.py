"""Bones are shown, kept in a file, corrected by hand; a map that is no body is told."""

import pytest

from characters import mixamo
from footlights.basics.errors import FootlightsError
from footlights.retargeting.bone_map import bone_table, read_bone_map, write_bone_map
from footlights.retargeting.joint_names import joint_map


def test_a_bone_map_is_written_shown_edited_and_read(tmp_path):
    skeleton = mixamo()
    found = joint_map(skeleton)
    write_bone_map(skeleton, found, tmp_path / "map.toml")
    assert read_bone_map(skeleton, tmp_path / "map.toml") == found
    assert "left_knee       LeftLeg" in bone_table(skeleton, found)
    text = (tmp_path / "map.toml").read_text()
    (tmp_path / "map.toml").write_text(text.replace('"LeftToeBase"', '"mixamorig:LeftToe_End"'))
    changed = read_bone_map(skeleton, tmp_path / "map.toml")
    assert skeleton.names[changed["left_foot"]] == "mixamorig:LeftToe_End"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("[joints\n", "no bone map"),
        ("joints = 3", "no \\[joints\\]"),
        ('[joints]\nleft_wing = "Head"', "left_wing"),
        ('[joints]\nleft_knee = "LeftLegg"', "did you mean 'LeftLeg'"),
        ("[joints]\nleft_knee = 5", "no bone 5"),
        ('[joints]\nleft_knee = "LeftLeg"', "no bone: pelvis"),
    ],
)
def test_a_wrong_bone_map_is_told_in_one_line(tmp_path, text, says):
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(FootlightsError, match=says) as problem:
        read_bone_map(mixamo(), tmp_path / "map.toml")
    assert "\n" not in str(problem.value)


def test_a_bone_map_that_hangs_a_thigh_on_an_arm_is_refused(tmp_path):
    skeleton = mixamo()
    found = joint_map(skeleton)
    for change, says in (
        ({"left_knee": found["left_elbow"]}, "two joints"),
        ({"left_knee": len(skeleton) - 1}, "below"),
    ):
        write_bone_map(skeleton, found | change, tmp_path / "map.toml")
        with pytest.raises(FootlightsError, match=says):
            read_bone_map(skeleton, tmp_path / "map.toml")
