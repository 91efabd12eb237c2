"""The picture of a bone map: every mapped joint named once, inert, the character facing us
whichever way its file does.
"""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from characters import CHARACTERS
from footlights.cli import main
from footlights.formats import write
from footlights.motion.motion import Motion
from footlights.motion.skeleton import Skeleton
from footlights.retargeting.rig import Rig
from footlights.show.bone_picture import bone_picture
from moving import swaying

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", CHARACTERS)
def test_every_joint_is_named_once_and_left_stands_at_the_right(name):
    rig = Rig.of(CHARACTERS[name]())
    drawn = ET.fromstring(bone_picture(rig.skeleton, rig.joints))
    labels = [text.text for text in drawn.iter(f"{_SVG}text")]
    assert sorted(labels) == sorted(
        f"{n} = {rig.skeleton.names[j]}"[:60] for n, j in rig.joints.items()
    )
    places = {
        text.text.split(" ")[0]: (float(text.get("x")), float(text.get("y")))
        for text in drawn.iter(f"{_SVG}text")
    }
    assert (
        places["right_knee"][0] < places["left_knee"][0]
        and places["left_shoulder"][1] < places["left_ankle"][1]
    )
    for side in (True, False):
        heights = sorted(y for n, (_, y) in places.items() if n.startswith("right_") == side)
        assert np.diff(heights).min() >= 16, "no name lies over another"


def test_S2_a_hostile_bone_name_is_inert():
    rig = Rig.of(CHARACTERS["smplx"]())
    names = tuple(
        "<script>&\"'" if n == rig.skeleton.names[rig.joints["head"]] else n
        for n in rig.skeleton.names
    )
    text = bone_picture(Skeleton(names, rig.skeleton.parents, rig.skeleton.offsets), rig.joints)
    assert "<script" not in text and ET.fromstring(text) is not None


def test_a_map_gets_a_picture_beside_it(tmp_path, capsys):
    skeleton = CHARACTERS["vrm"]()
    rest = Motion(
        np.repeat(skeleton.rest[:1], 2, axis=0),
        np.tile([1.0, 0, 0, 0], (2, len(skeleton), 1)),
        30.0,
        skeleton,
    )
    write(rest, tmp_path / "hero.bvh")
    write(swaying(0.3), tmp_path / "dance.npz")
    motion, rig, out, bones = (
        str(tmp_path / name) for name in ("dance.npz", "hero.bvh", "new.bvh", "hero.toml")
    )
    assert main(["retarget", motion, "--to", rig, "-o", out, "--map", bones]) == 0
    assert re.search(r"left_knee = \w+", (tmp_path / "hero.svg").read_text(encoding="utf-8"))
