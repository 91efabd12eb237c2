"""Whose joint is whose, by the names that riggers use."""

import pytest

import canaries
from characters import CHARACTERS
from footlights.basics.errors import FootlightsError
from footlights.motion.skeleton import SMPL24, SMPL_NAMES, Skeleton
from footlights.retargeting.joint_names import joint_map
from rigs import VOCABULARIES, foreign, names_in

LIMB_JOINTS = [
    f"{side}_{part}"
    for side in ("left", "right")
    for part in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
]


def skeleton_in(vocabulary: str) -> Skeleton:
    return foreign(canaries.stepping(0.1), vocabulary).skeleton


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_the_joints_of_every_common_rig_are_found(vocabulary):
    skeleton = skeleton_in(vocabulary)
    joints = joint_map(skeleton)
    assert {name: skeleton.names[j] for name, j in joints.items()} == names_in(vocabulary)


@pytest.mark.parametrize("name", CHARACTERS)
def test_each_joint_of_a_character_is_found(name):
    skeleton = CHARACTERS[name]()
    joints = joint_map(skeleton)
    assert set(LIMB_JOINTS) <= joints.keys() and len(set(joints.values())) == len(joints)
    heights = skeleton.rest[:, 2]
    hip, knee, ankle = (heights[joints[f"left_{part}"]] for part in ("hip", "knee", "ankle"))
    assert hip > knee > ankle


def test_our_own_skeleton_is_mapped_onto_itself():
    assert joint_map(SMPL24) == {name: j for j, name in enumerate(SMPL_NAMES)}


def test_missing_joints_are_listed():
    whole = skeleton_in("mixamo")
    names = [n.replace("ForeArm", "Thing").replace("LeftLeg", "Other") for n in whole.names]
    with pytest.raises(FootlightsError) as problem:
        joint_map(Skeleton(tuple(names), whole.parents, whole.offsets))
    assert "left_knee, left_elbow, right_elbow" in str(problem.value)
    assert "\n" not in str(problem.value)
