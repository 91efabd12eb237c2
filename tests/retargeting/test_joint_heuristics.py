"""Joints are found by the shape of the body where their names say nothing."""

import pytest

from characters import CHARACTERS, body, named, rig
from footlights.basics.errors import FootlightsError
from footlights.motion.skeleton import SMPL_NAMES
from footlights.retargeting.joint_heuristics import find_joints, joints_by_shape
from footlights.retargeting.joint_names import joint_map

JUMBLED = {name: f"bone{7 * j % 24}" for j, name in enumerate(SMPL_NAMES)}


@pytest.mark.parametrize("down", [0.0, 0.6, 1.2])
def test_bones_with_names_that_say_nothing_are_found_by_shape(down):
    skeleton = rig(named(body(1.3, down), JUMBLED))
    with pytest.raises(FootlightsError):
        joint_map(skeleton)
    assert {name: skeleton.names[j] for name, j in find_joints(skeleton).items()} == JUMBLED


@pytest.mark.parametrize("name", ["mixamo", "vrm", "metahuman", "cartoon", "smplx"])
def test_shape_and_names_agree_on_every_limb(name):
    skeleton = CHARACTERS[name]()
    by_name, seen = joint_map(skeleton), joints_by_shape(skeleton)
    limbs = [
        f"{s}_{n}"
        for s in ("left", "right")
        for n in ("hip", "knee", "ankle", "foot", "shoulder", "elbow", "wrist")
    ]
    assert seen is not None
    assert {n: seen.get(n) for n in limbs if n in by_name} == {
        n: by_name[n] for n in limbs if n in by_name
    }
